#include <stdio.h>

#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define CAUSE_COLS 27
#define VERDICT_COLS 9
#define FIX_ROWS_MIN 5
#define CHART_ROWS_MAX 16
#define CHART_COLS_MAX 320
#define CHART_LABEL 9

/* Times that causes are counted over, in hours. */
static const int64_t periods[] = { 24, 168, 720, 2160, 8760 };

#define PERIODS (sizeof periods / sizeof *periods)

/* Where the columns of the table stand: their ends, and the course's begin; 0: not shown. */
struct columns {
	size_t verdict, messages, share, course, ncourse, change, last, gist;
};

static struct columns
columns_of(const struct view *view)
{
	struct columns columns = { .messages = 2 + CAUSE_COLS + 9 };
	size_t at = columns.messages;

	if (view->cols < 60) {
		columns.messages = view->cols - 1;
		return columns;
	}
	columns.share = at + 7;
	at += 7;
	columns.ncourse = view->cols >= 160 ? 28 : view->cols >= 100 ? 14 : 7;
	columns.course = at + 2;
	at += 2 + columns.ncourse;
	columns.change = at + 9;
	at += 9;
	columns.last = at + 15;
	at += 15;
	if (view->cols >= at + VERDICT_COLS + 4) {
		columns.verdict = at + 2;
		at += 2 + VERDICT_COLS;
	}
	if (view->cols >= at + 24)
		columns.gist = at + 2;
	return columns;
}

static void
period_text(const struct view *view, int64_t hours, struct buf *out)
{
	char digits[PHRASE_DIGITS_MAX];
	struct span number = phrase_number(digits, (uint64_t)(hours > 24 ? hours / 24 : hours));

	phrase_fill(out,
		span_of(say(view->options->lang, hours > 24 ? SAY_LAST_DAYS : SAY_LAST_HOURS)),
		&number);
}

void
causes_draw_head(const struct view *view, struct grid *grid, size_t row, int64_t hours, bool why)
{
	const struct columns columns = columns_of(view);
	enum lang lang = view->options->lang;
	struct buf text = BUF_INIT;
	size_t used = 2;

	used += grid_text(grid, row, 2, CAUSE_COLS,
		span_of(why ? say(lang, SAY_WHY) : say(lang, SAY_COL_CAUSE)), PAINT_STRONG);
	buf_add(&text, span_of(say(lang, SAY_COMMA)));
	period_text(view, hours, &text);
	(void)grid_text(grid, row, used, CAUSE_COLS - used, buf_span(&text), PAINT_QUIET);
	grid_right(grid, row, columns.messages, 12, span_of(say(lang, SAY_COL_MESSAGES)),
		PAINT_QUIET);
	if (columns.share > 0) {
		grid_right(grid, row, columns.share, 7, span_of(say(lang, SAY_COL_SHARE)),
			PAINT_QUIET);
		(void)grid_text(grid, row, columns.course, columns.ncourse,
			span_of(say(lang, SAY_COL_COURSE)), PAINT_QUIET);
		grid_right(grid, row, columns.change, 9, span_of(say(lang, SAY_COL_CHANGE)),
			PAINT_QUIET);
		grid_right(grid, row, columns.last, 15, span_of(say(lang, SAY_COL_LAST_SEEN)),
			PAINT_QUIET);
	}
	if (columns.verdict > 0)
		(void)grid_text(grid, row, columns.verdict, VERDICT_COLS,
			span_of(say(lang, SAY_COL_VERDICT)), PAINT_QUIET);
	if (columns.gist > 0)
		(void)grid_text(grid, row, columns.gist, SIZE_MAX,
			span_of(say(lang, SAY_COL_MEANING)), PAINT_QUIET);
	buf_clear(&text);
}

static void
draw_change(const struct view *view, struct grid *grid, size_t row, size_t end,
	const struct ranked *ranked)
{
	char digits[PHRASE_DIGITS_MAX];
	struct buf text = BUF_INIT;

	if (ranked->before == 0) {
		grid_right(grid, row, end, 9, span_of(say(view->options->lang, SAY_NEW)),
			PAINT_STRONG);
		return;
	}
	if (ranked->messages != ranked->before) {
		bool more = ranked->messages > ranked->before;

		buf_add_char(&text, more ? '+' : '-');
		buf_add(&text, phrase_number(digits, more ? ranked->messages - ranked->before
							  : ranked->before - ranked->messages));
	} else {
		buf_add_char(&text, '=');
	}
	grid_right(grid, row, end, 9, buf_span(&text), PAINT_PLAIN);
	buf_clear(&text);
}

static uint64_t
total_of(const struct causes *causes)
{
	uint64_t total = 0;

	for (size_t i = 0; i < causes->n; i++)
		total += causes->rows[i].messages;
	return total;
}

void
causes_draw_row(const struct view *view, struct grid *grid, size_t row, const struct causes *causes,
	size_t i)
{
	const struct ranked *ranked = &causes->rows[i];
	const struct columns columns = columns_of(view);
	const struct browse_row *latest = health_last(view->data, ranked->verdict, ranked->cause);
	enum paint paint = ranked->messages > 0 ? theme_verdict(ranked->verdict) : PAINT_QUIET;
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;
	uint64_t values[COURSE_MAX], total = total_of(causes);
	int64_t span = causes->hours < 168 ? 168 : causes->hours;
	size_t used;

	used = grid_text(grid, row, 2, CAUSE_COLS, draw_cause(view, ranked->cause), paint);
	if (columns.verdict == 0 && ranked->verdict != VERDICT_UNSIGNED &&
		used + 2 + strlen(verdict_id(ranked->verdict)) <= CAUSE_COLS + 2)
		(void)grid_text(grid, row, 3 + used, SIZE_MAX, span_of(verdict_id(ranked->verdict)),
			paint);
	draw_number(grid, row, columns.messages, ranked->messages, paint);
	if (columns.share > 0) {
		struct buf time = BUF_INIT;

		if (total > 0)
			(void)grid_addf(grid, row, columns.share - 5, PAINT_PLAIN, "%3u %%",
				(unsigned)(ranked->messages * 100 / total));
		ranking_course(&view->data->trend, to - span, to, ranked->verdict, ranked->cause,
			values, columns.ncourse);
		draw_course(grid, row, columns.course, values, columns.ncourse, paint);
		draw_change(view, grid, row, columns.change, ranked);
		grid_right(grid, row, columns.last, 15,
			draw_time(view,
				latest == NULL ? ranked->last_hour * INSTANT_HOUR : latest->first,
				false, &time),
			PAINT_PLAIN);
		buf_clear(&time);
	}
	if (columns.verdict > 0)
		(void)grid_text(grid, row, columns.verdict, VERDICT_COLS,
			span_of(verdict_id(ranked->verdict)), paint);
	if (columns.gist > 0)
		(void)grid_text(grid, row, columns.gist, view->cols - columns.gist,
			view->options->gist(view->options->ctx, ranked->verdict, ranked->cause),
			PAINT_PLAIN);
}

const struct ranked *
causes_chosen(const struct view *view, const struct causes *causes)
{
	size_t at = view_level(view)->cursor.at;

	return at < causes->n ? &causes->rows[at] : NULL;
}

struct wanted
causes_wants(const struct view *view, const struct causes *causes)
{
	const struct ranked *row = causes_chosen(view, causes);
	struct wanted wanted = { NULL, NULL };

	if (row != NULL)
		wanted.message = health_told(view->data, row->verdict, row->cause);
	return wanted;
}

void
causes_row_text(const struct causes *causes, size_t i, struct buf *out)
{
	if (i < causes->n)
		buf_addf(out, "%s %s", verdict_id(causes->rows[i].verdict),
			cause_id(causes->rows[i].cause));
}

static void
rank(const struct view *view, struct causes *causes)
{
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;

	causes->hours = periods[view->period];
	causes->n = ranking_make(&view->data->trend, to - causes->hours, to, causes->rows);
	ranking_sort(causes->rows, causes->n, (enum ranking_order)view->sort, view->inverted);
}

static size_t
count(const struct view *view)
{
	struct causes causes;

	rank(view, &causes);
	return causes.n;
}

/* In a tall window the course of the chosen cause stands at the end. */
static size_t
chart_rows(const struct view *view)
{
	size_t room = view_bottom(view) - view_top(view);

	return view->cols < 60 || room < 36 ? 0 : room >= 60 ? CHART_ROWS_MAX : CHART_ROWS_MAX / 2;
}

static void
draw_chart(const struct view *view, struct grid *grid, const struct causes *causes, size_t row,
	size_t rows)
{
	const struct ranked *chosen = causes_chosen(view, causes);
	uint64_t values[CHART_COLS_MAX], wide[CHART_COLS_MAX];
	size_t room = view->cols - CHART_LABEL - 1, n, width;
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1, from = to - causes->hours;
	struct buf text = BUF_INIT;

	if (chosen == NULL)
		return;
	if (room > CHART_COLS_MAX)
		room = CHART_COLS_MAX;
	n = (size_t)causes->hours < room ? (size_t)causes->hours : room;
	width = room / n;
	ranking_course(&view->data->trend, from, to, chosen->verdict, chosen->cause, values, n);
	for (size_t i = 0; i < n * width; i++)
		wide[i] = values[i / width];
	buf_add(&text, draw_cause(view, chosen->cause));
	buf_add(&text, span_of(say(view->options->lang, SAY_COMMA)));
	period_text(view, causes->hours, &text);
	(void)grid_text(grid, row, 2, view->cols - 2, buf_span(&text), PAINT_STRONG);
	draw_columns(grid, row + rows - 2, rows - 2, CHART_LABEL, wide, n * width,
		theme_verdict(chosen->verdict));
	for (size_t i = 0; i < 4; i++)
		(void)grid_text(grid, row + rows - 1, CHART_LABEL + i * n * width / 4,
			n * width / 4,
			draw_time(view, (from + (int64_t)i * causes->hours / 4) * INSTANT_HOUR,
				true, &text),
			PAINT_QUIET);
	buf_clear(&text);
}

/* Rows of the list; below stands the fix. */
static size_t
height(const struct view *view)
{
	size_t room = view_bottom(view) - view_top(view) - 1 - chart_rows(view), n = count(view);
	size_t most = room > FIX_ROWS_MIN ? room - FIX_ROWS_MIN : room / 2;

	if (n + 1 < most)
		most = n + 1;
	return most == 0 ? 1 : most;
}

static void
draw(const struct view *view, struct grid *grid)
{
	struct causes causes;
	size_t top = view_top(view), rows = height(view), bottom;
	const struct cursor *cursor = &view_level(view)->cursor;

	rank(view, &causes);
	causes_draw_head(view, grid, top, causes.hours, false);
	if (causes.n == 0)
		(void)grid_text(grid, top + 1, 2, SIZE_MAX,
			span_of(say(view->options->lang, SAY_NONE_HERE)), PAINT_QUIET);
	for (size_t i = 0; i < rows && cursor->top + i < causes.n; i++) {
		causes_draw_row(view, grid, top + 1 + i, &causes, cursor->top + i);
		if (cursor->top + i == cursor->at)
			grid_choose(grid, top + 1 + i, view->cols);
	}
	top += 2 + rows;
	bottom = view_bottom(view) - chart_rows(view);
	if (causes.n > 0 && top < bottom)
		draw_fix(view, grid, top, bottom - top, 2, view->cols - 3,
			causes_wants(view, &causes));
	if (bottom < view_bottom(view))
		draw_chart(view, grid, &causes, bottom, view_bottom(view) - bottom);
}

static void
open_row(struct view *view)
{
	struct causes causes;
	const struct ranked *row;

	rank(view, &causes);
	row = causes_chosen(view, &causes);
	if (row != NULL)
		view_open_cause(view, row->verdict, row->cause);
}

static bool
act(struct view *view, enum action action)
{
	static const enum say names[RANKING_ORDERS] = {
		[RANKING_MESSAGES] = SAY_COL_MESSAGES,
		[RANKING_CHANGE] = SAY_COL_CHANGE,
		[RANKING_LAST] = SAY_COL_LAST_SEEN,
		[RANKING_CAUSE] = SAY_COL_CAUSE,
	};
	struct span name;

	if (action == DO_ZOOM_IN && view->period > 0) {
		view->period--;
	} else if (action == DO_ZOOM_OUT && view->period + 1 < PERIODS) {
		view->period++;
	} else if (action == DO_SORT || action == DO_SORT_BACK) {
		size_t step = action == DO_SORT ? 1 : RANKING_ORDERS - 1;

		view->sort = (view->sort + step) % RANKING_ORDERS;
		name = span_of(say(view->options->lang, names[view->sort]));
		view_note(view, SAY_SORTED, &name);
	} else if (action == DO_INVERT) {
		view->inverted = !view->inverted;
	} else {
		return false;
	}
	return true;
}

static struct wanted
wants(const struct view *view)
{
	struct causes causes;

	rank(view, &causes);
	return causes_wants(view, &causes);
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	struct causes causes;

	rank(view, &causes);
	causes_row_text(&causes, i, out);
}

static struct span
number(struct arena *arena, uint64_t value)
{
	char digits[32];
	int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);

	return arena_copy(arena, (struct span){ digits, (size_t)n });
}

static void
table(const struct view *view, struct arena *arena, struct tui_table *to)
{
	static const struct span headings[] = { { "verdict", 7 }, { "cause", 5 }, { "messages", 8 },
		{ "before", 6 }, { "last_seen", 9 } };
	struct causes causes;
	size_t cols = sizeof headings / sizeof *headings;
	struct span *cells;

	rank(view, &causes);
	cells = arena_alloc(arena, (causes.n * cols + 1) * sizeof *cells);
	for (size_t i = 0; i < causes.n; i++) {
		const struct ranked *row = &causes.rows[i];
		const struct browse_row *latest = health_last(view->data, row->verdict, row->cause);
		struct buf time = BUF_INIT;

		instant_rfc3339(&time,
			latest == NULL ? row->last_hour * INSTANT_HOUR : latest->first,
			view->options->utc);
		cells[i * cols] = span_of(verdict_id(row->verdict));
		cells[i * cols + 1] =
			row->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(row->cause));
		cells[i * cols + 2] = number(arena, row->messages);
		cells[i * cols + 3] = number(arena, row->before);
		cells[i * cols + 4] = arena_copy(arena, buf_span(&time));
		buf_clear(&time);
	}
	to->headings = headings;
	to->cells = cells;
	to->rows = causes.n;
	to->cols = cols;
}

const struct screen screen_causes = { SAY_CAUSES, draw, count, height, open_row, act, wants,
	row_text, table };
