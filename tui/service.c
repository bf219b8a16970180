#include <stdio.h>

#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define HIT_END 55 /* where the numbers of incidents end */
#define STATE_COL 57
#define SUBJECT_COL 72
#define TIMES_COLS 29
#define LINES_COLS 13

enum kind { ROW_HEADING, ROW_INCIDENT, ROW_GAP, ROW_UNKNOWN, ROW_SOURCE, ROW_NONE };

struct item {
	enum kind kind;
	size_t at;
	enum say say; /* of a heading, or of what there is none of */
};

/* Row i: incidents, gaps, lines that no rule knows, and logs, each under its heading. */
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
		{ SAY_UNKNOWN, SAY_NO_UNKNOWN, ROW_UNKNOWN, view->data->unknown.n },
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
	return draw_list_rows(view_bottom(view) - view_top(view), count(view));
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

void
service_draw_incident(const struct view *view, struct grid *grid, size_t row, size_t col,
	const struct browse_incident *incident)
{
	bool running = health_is_running(view->data, incident);
	enum paint paint = running ? PAINT_BAD : PAINT_PLAIN;
	struct buf text = BUF_INIT;
	char digits[DRAW_COUNT_MAX];
	size_t cause = view->cols < 60 ? 16 : 24;

	if (view->cols < 60)
		(void)draw_time(view, incident->first, true, &text);
	else
		add_times(view, incident->first,
			incident->ended == INSTANT_NONE ? incident->last : incident->ended, &text);
	(void)grid_text(grid, row, col + 2, cause - 3, buf_span(&text), PAINT_PLAIN);
	(void)grid_text(grid, row, col + cause, 22, span_of(cause_id(incident->cause)), paint);
	buf_clear(&text);
	if (view->cols < 60)
		return;
	if (incident->counted)
		grid_right(grid, row, col + HIT_END, 10, draw_hit(incident, digits),
			incident->messages > 0 ? PAINT_BAD : PAINT_QUIET);
	if (incident->ended == INSTANT_NONE)
		(void)grid_text(grid, row, col + STATE_COL, SUBJECT_COL - STATE_COL - 1,
			span_of(say(view->options->lang, running ? SAY_RUNNING : SAY_NOT_ENDED)),
			running ? PAINT_BAD : PAINT_QUIET);
	col += SUBJECT_COL;
	if (view->cols > col)
		(void)grid_log(grid, row, col, view->cols - col, incident->subject, PAINT_QUIET);
}

/* How far the store is behind it, or what is wrong with it. */
static void
draw_source_state(const struct view *view, struct grid *grid, size_t row, size_t col,
	const struct health_source *source)
{
	enum lang lang = view->options->lang;
	size_t room = view->cols > col ? view->cols - col : 0;
	char text[DRAW_LAPSE_MAX];
	struct span value = draw_lapse(text, lang, source->late);

	if (source->problem.n > 0)
		(void)grid_log(grid, row, col, room, source->problem, PAINT_BAD);
	else if (!source->followed)
		(void)grid_text(grid, row, col, room, source->format, PAINT_QUIET);
	else if (source->late < HEALTH_LATE_SEEN)
		(void)grid_text(grid, row, col, room, span_of(say(lang, SAY_UP_TO_DATE)),
			PAINT_GOOD);
	else
		(void)draw_say(grid, row, col,
			source->late < HEALTH_LATE_SAID ? PAINT_PLAIN : PAINT_DOUBT, lang,
			SAY_BEHIND, &value);
}

/* Where the columns of logs stand. */
static size_t
times_col(const struct view *view)
{
	size_t rest = TIMES_COLS + LINES_COLS + 16;

	return view->cols >= 160 ? 72 : view->cols > rest + 20 ? view->cols - rest : 22;
}

static void
draw_source(const struct view *view, struct grid *grid, size_t row,
	const struct health_source *source)
{
	struct buf text = BUF_INIT;
	size_t col = times_col(view), name = view->cols < 60 ? view->cols - 4 : col - 4;
	struct span path = source->path;

	/* The end of a path says more than its beginning. */
	if (path.n > name) {
		grid_put(grid, row, 2, 0x2026, '~', PAINT_QUIET);
		(void)grid_log(grid, row, 3, name - 1, span_from(path, path.n - name + 1),
			PAINT_PLAIN);
	} else {
		(void)grid_log(grid, row, 2, name, path, PAINT_PLAIN);
	}
	if (view->cols < 60)
		return;
	add_times(view, source->first, source->last, &text);
	(void)grid_text(grid, row, col, TIMES_COLS, buf_span(&text), PAINT_PLAIN);
	col += TIMES_COLS + LINES_COLS;
	draw_number(grid, row, col, source->lines, PAINT_PLAIN);
	draw_source_state(view, grid, row, col + 2, source);
	buf_clear(&text);
}

static void
draw_gap(const struct view *view, struct grid *grid, size_t row, const struct health_gap *gap)
{
	struct buf text = BUF_INIT;
	size_t col = 2;

	add_times(view, gap->first, gap->last, &text);
	col += grid_text(grid, row, col, TIMES_COLS, buf_span(&text), PAINT_DOUBT) + 2;
	col += grid_log(grid, row, col, 24, gap->host, PAINT_PLAIN) + 2;
	(void)grid_log(grid, row, col, view->cols > col ? view->cols - col : 0, gap->why,
		PAINT_PLAIN);
	buf_clear(&text);
}

static void
draw_unknown(const struct view *view, struct grid *grid, size_t row,
	const struct health_shape *shape)
{
	struct buf room = BUF_INIT;

	draw_number(grid, row, 10, shape->lines, PAINT_UNKNOWN);
	(void)grid_log(grid, row, 12, view->cols - 12, view_shown(view, shape->sample, &room),
		PAINT_PLAIN);
	buf_clear(&room);
}

void
service_draw_head(const struct view *view, struct grid *grid, size_t row, size_t col)
{
	enum lang lang = view->options->lang;

	(void)grid_text(grid, row, col + 2, view->cols - col - 2, span_of(say(lang, SAY_INCIDENTS)),
		PAINT_STRONG);
	if (view->cols >= 60)
		grid_right(grid, row, col + HIT_END, 20, span_of(say(lang, SAY_COL_HIT)),
			PAINT_QUIET);
}

/* A heading, and those of the columns below it. */
static void
draw_heading(const struct view *view, struct grid *grid, size_t row, enum say what)
{
	enum lang lang = view->options->lang;
	size_t col = times_col(view) + TIMES_COLS + LINES_COLS;

	if (what == SAY_INCIDENTS) {
		service_draw_head(view, grid, row, 0);
		return;
	}
	(void)grid_text(grid, row, 2, view->cols - 2, span_of(say(lang, what)), PAINT_STRONG);
	if (what == SAY_SOURCES && view->cols >= 60)
		grid_right(grid, row, col, 12, span_of(say(lang, SAY_COL_LINES)), PAINT_QUIET);
}

static void
draw_item(const struct view *view, struct grid *grid, size_t row, const struct item *item)
{
	const struct health *service = &view->data->service;

	switch (item->kind) {
	case ROW_HEADING:
		draw_heading(view, grid, row, item->say);
		return;
	case ROW_NONE:
		(void)grid_text(grid, row, 2, view->cols - 2,
			span_of(say(view->options->lang, item->say)), PAINT_QUIET);
		return;
	case ROW_INCIDENT:
		service_draw_incident(view, grid, row, 0, &service->incidents[item->at]);
		return;
	case ROW_UNKNOWN:
		draw_unknown(view, grid, row, &view->data->unknown.rows[item->at]);
		return;
	case ROW_SOURCE:
		draw_source(view, grid, row, &service->sources[item->at]);
		return;
	case ROW_GAP:
		draw_gap(view, grid, row, &service->gaps[item->at]);
		return;
	}
}

/* Below the list: all of a row that has no fix. */
static void
draw_whole(const struct view *view, struct grid *grid, size_t row, size_t rows,
	const struct item *item)
{
	const struct health *service = &view->data->service;
	const struct health_shape *shape = &view->data->unknown.rows[item->at];
	struct buf text = BUF_INIT, room = BUF_INIT;
	size_t width = view->cols - 4;
	char digits[PHRASE_DIGITS_MAX];
	struct span looked = phrase_number(digits, view->data->unknown.looked);

	switch (item->kind) {
	case ROW_UNKNOWN:
		buf_addf(&text, "%.*s:%llu  ", SPAN_ARGS(shape->path),
			(unsigned long long)shape->number);
		buf_add(&text, view_shown(view, shape->sample, &room));
		row += draw_prose(grid, row, 2, width, rows > 2 ? rows - 2 : rows, buf_span(&text),
			PAINT_PLAIN);
		buf_reset(&text);
		phrase_fill(&text, span_of(say(view->options->lang, SAY_UNKNOWN_TOLD)), &looked);
		(void)draw_prose(grid, row, 2, width, 2, buf_span(&text), PAINT_QUIET);
		break;
	case ROW_SOURCE:
		buf_add(&text, service->sources[item->at].path);
		if (service->sources[item->at].problem.n > 0)
			buf_addf(&text, ": %.*s", SPAN_ARGS(service->sources[item->at].problem));
		(void)draw_prose(grid, row, 2, width, rows, buf_span(&text), PAINT_PLAIN);
		break;
	case ROW_GAP:
		(void)draw_prose(grid, row, 2, width, rows, service->gaps[item->at].why,
			PAINT_PLAIN);
		break;
	case ROW_HEADING:
	case ROW_INCIDENT:
	case ROW_NONE:
		break;
	}
	buf_clear(&text);
	buf_clear(&room);
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
			grid_choose(grid, top + i, view->cols);
	}
	top += rows + 1;
	if (top >= view_bottom(view))
		return;
	draw_fix(view, grid, top, view_bottom(view) - top, 2, view->cols - 3,
		screen_service.wants(view));
	if (item_at(view, cursor->at, &item))
		draw_whole(view, grid, top, view_bottom(view) - top, &item);
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
add_instant(const struct view *view, struct buf *out, int64_t when)
{
	if (when != INSTANT_NONE)
		instant_rfc3339(out, when, view->options->utc);
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	const struct health *service = &view->data->service;
	const struct browse_incident *incident;
	const struct health_gap *gap;
	struct item item;

	if (!item_at(view, i, &item))
		return;
	switch (item.kind) {
	case ROW_INCIDENT:
		incident = &service->incidents[item.at];
		buf_addf(out, "%s %.*s %.*s ", cause_id(incident->cause),
			SPAN_ARGS(incident->subject), SPAN_ARGS(incident->host));
		add_instant(view, out, incident->first);
		break;
	case ROW_GAP:
		gap = &service->gaps[item.at];
		buf_addf(out, "%.*s %.*s ", SPAN_ARGS(gap->why), SPAN_ARGS(gap->host));
		add_instant(view, out, gap->first);
		break;
	case ROW_SOURCE:
		buf_add(out, service->sources[item.at].path);
		break;
	case ROW_UNKNOWN:
		buf_add(out, view->data->unknown.rows[item.at].sample);
		break;
	case ROW_HEADING:
	case ROW_NONE:
		break;
	}
}

static struct span
instant_text(const struct view *view, struct arena *arena, int64_t when)
{
	struct buf room = BUF_INIT;
	struct span copy;

	add_instant(view, &room, when);
	copy = arena_copy(arena, buf_span(&room));
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
