#include <stdio.h>

#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

enum kind { ROW_HEADING, ROW_INCIDENT, ROW_SOURCE, ROW_GAP, ROW_NONE };

struct item {
	enum kind kind;
	size_t at;
	enum say say; /* of a heading, or of what there is none of */
};

/* Row i: incidents, then gaps, then logs, each under its heading. */
static bool
item_at(const struct view *view, size_t i, struct item *item)
{
	const struct health *service = &view->data->service;
	const struct {
		enum say heading, none;
		enum kind kind;
		size_t n;
	} parts[] = {
		{ SAY_INCIDENTS, SAY_NO_INCIDENTS, ROW_INCIDENT, service->nincidents },
		{ SAY_GAPS, SAY_NO_GAPS, ROW_GAP, service->ngaps },
		{ SAY_SOURCES, SAY_NO_SOURCES, ROW_SOURCE, service->nsources },
	};

	for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
		size_t n = parts[k].n > 0 ? parts[k].n : 1;

		if (i == 0) {
			*item = (struct item){ ROW_HEADING, 0, parts[k].heading };
			return true;
		}
		i--;
		if (i < n) {
			*item = (struct item){ parts[k].n > 0 ? parts[k].kind : ROW_NONE, i,
				parts[k].none };
			return true;
		}
		i -= n;
	}
	return false;
}

static size_t
count(const struct view *view)
{
	struct item item;
	size_t n = 0;

	while (item_at(view, n, &item))
		n++;
	return n;
}

static size_t
height(const struct view *view)
{
	return draw_list_rows(view_bottom(view) - view_top(view));
}

/* "24 Nov 02:36 - 02:37", or to when it was last seen. */
static void
add_times(const struct view *view, int64_t first, int64_t last, struct buf *out)
{
	struct buf room = BUF_INIT;
	struct span from = draw_time(view, first, true, &room), to;
	struct buf begun = BUF_INIT;
	ptrdiff_t day;

	buf_add(&begun, from);
	to = draw_time(view, last, true, &room);
	day = span_find_last(buf_span(&begun), ' ');
	if (day >= 0 && span_starts(to, span_first(buf_span(&begun), (size_t)day + 1)))
		to = span_from(to, (size_t)day + 1);
	buf_add(out, buf_span(&begun));
	if (last != INSTANT_NONE)
		buf_addf(out, " - %.*s", SPAN_ARGS(to));
	buf_clear(&begun);
	buf_clear(&room);
}

static void
draw_incident(const struct view *view, struct grid *grid, size_t row,
	const struct browse_incident *incident)
{
	bool running = health_is_running(view->data, incident);
	struct buf text = BUF_INIT;
	size_t col = 2;
	char digits[DRAW_COUNT_MAX];
	struct span value;

	add_times(view, incident->first,
		incident->ended == INSTANT_NONE ? incident->last : incident->ended, &text);
	col += grid_text(grid, row, col, 26, buf_span(&text), PAINT_PLAIN);
	col = col < 24 ? 24 : col + 1;
	col += grid_text(grid, row, col, 22, span_of(cause_id(incident->cause)),
		running ? PAINT_BAD : PAINT_PLAIN);
	col = col < 46 ? 46 : col + 1;
	value = draw_hit(incident, digits);
	if (incident->counted)
		col += draw_say(grid, row, col, incident->messages > 0 ? PAINT_BAD : PAINT_QUIET,
			       view->options->lang, SAY_INCIDENT_HIT, &value) +
		       2;
	if (incident->ended == INSTANT_NONE)
		col += grid_text(grid, row, col, SIZE_MAX,
			       span_of(say(view->options->lang,
				       running ? SAY_RUNNING : SAY_NOT_ENDED)),
			       running ? PAINT_BAD : PAINT_QUIET) +
		       2;
	if (incident->subject.n > 0 && col + 6 < view->cols)
		(void)grid_log(grid, row, col, view->cols - col, incident->subject, PAINT_QUIET);
	buf_clear(&text);
}

static void
draw_source(const struct view *view, struct grid *grid, size_t row,
	const struct health_source *source)
{
	struct buf text = BUF_INIT;
	size_t name = view->cols > 110 ? view->cols - 75 : view->cols > 70 ? 24 : view->cols / 2;
	size_t col = name + 3;
	char digits[PHRASE_DIGITS_MAX];
	struct span value = phrase_number(digits, source->lines), path = source->path;

	/* The end of a path says more than its beginning. */
	if (path.n > name)
		path = span_from(path, path.n - name);
	(void)grid_log(grid, row, 2, name, path, PAINT_PLAIN);
	add_times(view, source->first, source->last, &text);
	col += grid_text(grid, row, col, 29, buf_span(&text), PAINT_PLAIN) + 2;
	col += draw_say(grid, row, col, PAINT_QUIET, view->options->lang, SAY_LINES, &value) + 2;
	if (source->problem.n > 0)
		(void)grid_log(grid, row, col, view->cols > col ? view->cols - col : 0,
			source->problem, PAINT_BAD);
	else
		(void)grid_text(grid, row, col, view->cols > col ? view->cols - col : 0,
			source->format, PAINT_QUIET);
	buf_clear(&text);
}

static void
draw_gap(const struct view *view, struct grid *grid, size_t row, const struct health_gap *gap)
{
	struct buf text = BUF_INIT;
	size_t col = 2;

	add_times(view, gap->first, gap->last, &text);
	col += grid_text(grid, row, col, 29, buf_span(&text), PAINT_DOUBT) + 2;
	col += grid_log(grid, row, col, 24, gap->host, PAINT_PLAIN) + 2;
	(void)grid_log(grid, row, col, view->cols > col ? view->cols - col : 0, gap->why,
		PAINT_PLAIN);
	buf_clear(&text);
}

static void
draw_item(const struct view *view, struct grid *grid, size_t row, const struct item *item)
{
	const struct health *service = &view->data->service;
	const char *text = say(view->options->lang, item->say);

	switch (item->kind) {
	case ROW_HEADING:
		(void)grid_text(grid, row, 2, SIZE_MAX, span_of(text), PAINT_STRONG);
		return;
	case ROW_NONE:
		(void)grid_text(grid, row, 2, SIZE_MAX, span_of(text), PAINT_QUIET);
		return;
	case ROW_INCIDENT:
		draw_incident(view, grid, row, &service->incidents[item->at]);
		return;
	case ROW_SOURCE:
		draw_source(view, grid, row, &service->sources[item->at]);
		return;
	case ROW_GAP:
		draw_gap(view, grid, row, &service->gaps[item->at]);
		return;
	}
}

static const struct browse_incident *
chosen(const struct view *view)
{
	struct item item;

	if (item_at(view, view_level(view)->cursor.at, &item) && item.kind == ROW_INCIDENT)
		return &view->data->service.incidents[item.at];
	return NULL;
}

static void
draw(const struct view *view, struct grid *grid)
{
	const struct cursor *cursor = &view_level(view)->cursor;
	size_t top = view_top(view), rows = height(view);
	struct item item;

	for (size_t i = 0; i < rows && item_at(view, cursor->top + i, &item); i++) {
		draw_item(view, grid, top + i, &item);
		if (cursor->top + i == cursor->at)
			grid_choose(grid, top + i);
	}
	if (top + rows + 1 < view_bottom(view))
		draw_fix(view, grid, top + rows + 1, view_bottom(view) - top - rows - 1, 2,
			view->cols - 3, screen_service.wants(view));
}

static void
open_row(struct view *view)
{
	const struct browse_incident *incident = chosen(view);

	if (incident != NULL)
		view_open_incident(view, incident);
}

static struct wanted
wants(const struct view *view)
{
	return (struct wanted){ NULL, chosen(view) };
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	const struct health *service = &view->data->service;
	struct item item;

	if (!item_at(view, i, &item))
		return;
	if (item.kind == ROW_INCIDENT)
		buf_addf(out, "%s %.*s", cause_id(service->incidents[item.at].cause),
			SPAN_ARGS(service->incidents[item.at].subject));
	else if (item.kind == ROW_SOURCE)
		buf_add(out, service->sources[item.at].path);
	else if (item.kind == ROW_GAP)
		buf_add(out, service->gaps[item.at].why);
}

static struct span
instant_text(const struct view *view, struct arena *arena, int64_t when)
{
	struct buf room = BUF_INIT;
	struct span copy = SPAN_NONE;

	if (when != INSTANT_NONE) {
		instant_rfc3339(&room, when, view->options->utc);
		copy = arena_copy(arena, buf_span(&room));
	}
	buf_clear(&room);
	return copy;
}

static void
table(const struct view *view, struct arena *arena, struct tui_table *to)
{
	static const struct span headings[] = { { "host", 4 }, { "cause", 5 }, { "first_time", 10 },
		{ "last_time", 9 }, { "ended_time", 10 }, { "lines", 5 }, { "messages", 8 },
		{ "subject", 7 } };
	const struct health *service = &view->data->service;
	size_t cols = sizeof headings / sizeof *headings;
	struct span *cells = arena_alloc(arena, (service->nincidents * cols + 1) * sizeof *cells);

	for (size_t i = 0; i < service->nincidents; i++) {
		const struct browse_incident *incident = &service->incidents[i];
		struct span *row = cells + i * cols;
		char digits[32];

		row[0] = incident->host;
		row[1] = span_of(cause_id(incident->cause));
		row[2] = instant_text(view, arena, incident->first);
		row[3] = instant_text(view, arena, incident->last);
		row[4] = instant_text(view, arena, incident->ended);
		(void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)incident->lines);
		row[5] = arena_copy(arena, span_of(digits));
		(void)snprintf(digits, sizeof digits, "%llu",
			(unsigned long long)incident->messages);
		row[6] = arena_copy(arena, span_of(digits));
		row[7] = incident->subject;
	}
	to->headings = headings;
	to->cells = cells;
	to->rows = service->nincidents;
	to->cols = cols;
}

const struct screen screen_service = { SAY_SERVICE, draw, count, height, open_row, NULL, wants,
	row_text, table };
