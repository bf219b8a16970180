/* One message, or one incident: the whole story, scrolled. */
#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

static struct wanted
wants(const struct view *view)
{
	const struct level *level = view_level(view);

	if (level->screen == SCREEN_INCIDENT)
		return (struct wanted){ NULL, &level->incident };
	return (struct wanted){ &level->message, NULL };
}

static size_t
lines_of(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n;
}

static size_t
count(const struct view *view)
{
	const struct tui_told *told = view_told(view, wants(view));

	return told == NULL ? 0 : lines_of(buf_span(&told->story));
}

static size_t
height(const struct view *view)
{
	return view_bottom(view) - view_top(view);
}

static void
draw(const struct view *view, struct grid *grid)
{
	const struct tui_told *told = view_told(view, wants(view));
	const struct cursor *cursor = &view_level(view)->cursor;
	size_t top = view_top(view), bottom = view_bottom(view), row = 0;
	enum paint paint = PAINT_PLAIN;
	struct span rest, line;

	if (told == NULL) {
		(void)grid_text(grid, top, 2, SIZE_MAX,
			span_of(say(view->options->lang, view_say_untold(view))), PAINT_QUIET);
		return;
	}
	for (rest = buf_span(&told->story); span_cut(&rest, '\n', &line); row++) {
		if (row < cursor->top)
			continue;
		if (top + row - cursor->top >= bottom)
			break;
		draw_styled(grid, top + row - cursor->top, 1, line, &paint);
		if (view->found && row == cursor->at)
			grid_choose(grid, top + row - cursor->top, view->cols);
	}
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	const struct tui_told *told = view_told(view, wants(view));
	struct span rest = told == NULL ? SPAN_NONE : buf_span(&told->story), line;

	for (size_t at = 0; span_cut(&rest, '\n', &line); at++)
		if (at == i)
			buf_add(out, line);
}

/* From an incident to the messages that it hit. */
static void
open_hit(struct view *view)
{
	const struct browse_incident *incident = &view_level(view)->incident;
	int64_t end =
		incident->ended == INSTANT_NONE ? INSTANT_NONE : incident->ended + INSTANT_SECOND;

	if (incident->first != INSTANT_NONE)
		view_open_messages(view, incident->first, end, "hit=%s host=%.*s",
			cause_id(incident->cause), SPAN_ARGS(incident->host));
}

const struct screen screen_story = { SAY_MESSAGES, draw, count, height, NULL, NULL, wants, row_text,
	NULL };
const struct screen screen_incident = { SAY_SERVICE, draw, count, height, open_hit, NULL, wants,
	row_text, NULL };
