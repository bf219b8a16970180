#include "base/utf8.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define KEY_COLS 18
#define REST_ROWS 7

static size_t
count(const struct view *view)
{
	size_t n = 0;

	(void)view;
	while (keys_get(n) != NULL)
		n++;
	return n + REST_ROWS;
}

static size_t
height(const struct view *view)
{
	return view_bottom(view) - view_top(view);
}

/* Below the keys: what the colours are, and what dkimwhy never does. */
static void
draw_rest(const struct view *view, struct grid *grid, size_t row, size_t line)
{
	static const enum verdict_kind kinds[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED, VERDICT_REJECTED, VERDICT_UNKNOWN, VERDICT_INBOUND };
	size_t col = 2;

	if (line == 1) {
		(void)grid_text(grid, row, 2, SIZE_MAX,
			span_of(say(view->options->lang, SAY_READ_ONLY)), PAINT_PLAIN);
	} else if (line == 2) {
		col += grid_text(grid, row, col, SIZE_MAX,
			span_of(say(view->options->lang, SAY_HELP_COLORS)), PAINT_PLAIN);
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
			col += grid_text(grid, row, col, SIZE_MAX, span_of(verdict_id(kinds[i])),
				       theme_verdict(kinds[i])) +
			       1;
	} else if (line == 3) {
		(void)grid_text(grid, row, 2, SIZE_MAX,
			span_of(say(view->options->lang, SAY_HELP_MARKS)), PAINT_PLAIN);
	} else if (line == 5) {
		(void)grid_text(grid, row, 2, SIZE_MAX, span_of(say(view->options->lang, SAY_SAME)),
			PAINT_PLAIN);
	} else if (line == 6) {
		(void)grid_text(grid, row, 6, SIZE_MAX, span_of(view->options->report),
			PAINT_COMMAND);
	}
}

static void
draw(const struct view *view, struct grid *grid)
{
	size_t top = view_top(view), rows = height(view), bindings = count(view) - REST_ROWS;
	size_t from = view_level(view)->cursor.top;

	for (size_t i = 0; i < rows && from + i < count(view); i++) {
		const struct binding *binding = keys_get(from + i);

		if (binding == NULL) {
			draw_rest(view, grid, top + i, from + i - bindings);
			continue;
		}
		(void)grid_text(grid, top + i, 2, KEY_COLS - 1, span_of(binding->shown),
			PAINT_STRONG);
		(void)grid_text(grid, top + i, KEY_COLS + 2, SIZE_MAX,
			span_of(binding->help[view->options->lang]), PAINT_PLAIN);
		if (view->found && from + i == view_level(view)->cursor.at)
			grid_choose(grid, top + i, view->cols);
	}
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	const struct binding *binding = keys_get(i);

	if (binding != NULL)
		buf_addf(out, "%s %s", binding->shown, binding->help[view->options->lang]);
}

const struct screen screen_help = { SAY_HELP, draw, count, height, NULL, NULL, NULL, row_text,
	NULL };
