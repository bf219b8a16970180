#include "base/instant.h"
#include "base/utf8.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define LABEL_COLS 7
#define BARS_MAX 320
#define SHARE_ROWS 1
#define AXIS_ROWS 3 /* marks, cursor, labels */
#define LEGEND_MIN 3

enum zoom { ZOOM_HOUR, ZOOM_DAY, ZOOM_WEEK, ZOOMS };

/* How many bars are wanted at least, before they are drawn wider. */
static const size_t wanted_bars[ZOOMS] = { 72, 31, 26 };

static const enum say zoom_names[ZOOMS] = { SAY_PER_HOUR, SAY_PER_DAY, SAY_PER_WEEK };

/* The beginning of the day that holds an instant, and the days from 1970 on. */
static int64_t
day_begin(const struct view *view, int64_t when, int64_t *days)
{
	struct civil civil;

	instant_civil(when, view->options->utc, &civil, NULL);
	civil.hour = civil.minute = civil.second = civil.micro = 0;
	*days = instant_of_utc(&civil, 0) / INSTANT_DAY;
	return view->options->utc ? instant_of_utc(&civil, 0)
	                          : instant_of_local(&civil, INSTANT_NONE);
}

/* The beginning of the bar that holds an instant: an hour, a local day, a week from Monday on. */
static int64_t
bar_begin(const struct view *view, int64_t when)
{
	int64_t days, day;

	if (view->zoom == ZOOM_HOUR)
		return when / INSTANT_HOUR * INSTANT_HOUR;
	day = day_begin(view, when, &days);
	if (view->zoom == ZOOM_DAY)
		return day;
	/* 5 January 1970 was a Monday; its noon is on the same day whatever a clock was put to. */
	days = ((days - 4) % 7 + 7) % 7;
	return day_begin(view, day - days * INSTANT_DAY + INSTANT_DAY / 2, &days);
}

/* The beginning of the next one; no day is longer than 25 hours. */
static int64_t
bar_after(const struct view *view, int64_t begin)
{
	static const int64_t steps[ZOOMS] = { INSTANT_HOUR, INSTANT_DAY + 2 * INSTANT_HOUR,
		7 * INSTANT_DAY + 2 * INSTANT_HOUR };

	return bar_begin(view, begin + steps[view->zoom]);
}

struct bars {
	int64_t begins[BARS_MAX + 1]; /* and where the last one ends */
	size_t n, width, chosen;
	struct ranked series[RANKING_MAX]; /* of the whole window, most first */
	size_t nseries;
	size_t rows; /* of the picture */
	size_t legend;
};

static void
lay_out(const struct view *view, struct bars *bars)
{
	size_t cols = view->cols - LABEL_COLS - 2, rows = view_bottom(view) - view_top(view);
	int64_t end = data_end(view->data), at, chosen;
	int64_t begins[BARS_MAX + 1];
	size_t back = 0;

	bars->width = cols / wanted_bars[view->zoom];
	bars->width = bars->width < 1 ? 1 : bars->width > 4 ? 4 : bars->width;
	bars->n = cols / bars->width < BARS_MAX ? cols / bars->width : BARS_MAX;
	chosen = bar_begin(view,
		view->trend_at == INSTANT_NONE || view->trend_at > end ? end : view->trend_at);
	/* Where the last bar does not reach back to it, it stands in the middle. */
	for (at = bar_begin(view, end); at > chosen; at = bar_begin(view, at - 1))
		back++;
	if (back >= bars->n) {
		back = bars->n / 2;
		at = chosen;
		for (size_t i = 0; i < back; i++)
			at = bar_after(view, at);
	} else {
		at = bar_begin(view, end);
	}
	begins[0] = at;
	for (size_t i = 1; i < bars->n; i++)
		begins[i] = bar_begin(view, begins[i - 1] - 1);
	for (size_t i = 0; i < bars->n; i++)
		bars->begins[bars->n - 1 - i] = begins[i];
	bars->begins[bars->n] = bar_after(view, begins[0]);
	bars->chosen = bars->n - 1 - back;
	bars->nseries = ranking_make(&view->data->trend, bars->begins[0] / INSTANT_HOUR,
		bars->begins[bars->n] / INSTANT_HOUR, bars->series);
	ranking_sort(bars->series, bars->nseries, RANKING_MESSAGES, false);
	while (bars->nseries > 0 && bars->series[bars->nseries - 1].messages == 0)
		bars->nseries--;
	bars->legend = bars->nseries < THEME_SERIES ? bars->nseries + 1 : THEME_SERIES + 1;
	if (rows < 20 && bars->legend > LEGEND_MIN)
		bars->legend = LEGEND_MIN;
	bars->rows = rows > AXIS_ROWS + SHARE_ROWS + 4 + bars->legend
	                     ? rows - AXIS_ROWS - SHARE_ROWS - 3 - bars->legend
	                     : 1;
}

/* The place of a cell among the series; the last one is for all others. */
static size_t
series_of(const struct bars *bars, const struct trend_cell *cell)
{
	for (size_t i = 0; i < bars->nseries && i + 1 < THEME_SERIES; i++)
		if (bars->series[i].verdict == cell->verdict &&
			bars->series[i].cause == cell->cause)
			return i;
	return THEME_SERIES - 1;
}

struct bar {
	uint64_t series[THEME_SERIES], total, own, was_signed;
};

static void
fill_bar(const struct view *view, const struct bars *bars, size_t i, struct bar *bar)
{
	const struct trend *trend = &view->data->trend;
	int64_t to = (bars->begins[i + 1] + INSTANT_HOUR - 1) / INSTANT_HOUR;

	*bar = (struct bar){ .total = 0 };
	for (size_t k = trend_at(trend, bars->begins[i] / INSTANT_HOUR);
		k < trend->n && trend->cells[k].hour < to; k++) {
		const struct trend_cell *cell = &trend->cells[k];

		if (cell->verdict == VERDICT_INBOUND)
			continue;
		if (cell->verdict != VERDICT_UNKNOWN)
			bar->own += cell->messages;
		if (cell->verdict == VERDICT_SIGNED) {
			bar->was_signed += cell->messages;
			continue;
		}
		bar->series[series_of(bars, cell)] += cell->messages;
		bar->total += cell->messages;
	}
}

/* From the ground up; what is there takes a row at least. */
static void
draw_bar(struct grid *grid, const struct bar *bar, size_t ground, size_t col, size_t width,
	size_t rows, uint64_t most)
{
	uint64_t sum = 0;
	size_t row = 0;

	for (size_t i = 0; i < THEME_SERIES; i++) {
		size_t until;

		if (bar->series[i] == 0)
			continue;
		sum += bar->series[i];
		until = (size_t)((sum * rows + most - 1) / most);
		for (; row < until && row < rows; row++)
			for (size_t k = 0; k < width; k++)
				grid_put(grid, ground - row, col + k, (uint32_t)('a' + i),
					(char)('a' + i), (enum paint)(PAINT_SERIES + i));
	}
}

static char
mark_of(const struct view *view, int64_t from, int64_t to, size_t *n)
{
	static const char rank[] = "xrs!";
	const struct health_marks *marks = &view->data->marks;
	char best = '\0';

	*n = 0;
	for (size_t i = 0; i < marks->n; i++) {
		const struct health_mark *mark = &marks->rows[i];

		if (mark->when < from || mark->when >= to)
			continue;
		(*n)++;
		if (best == '\0' || strchr(rank, mark->letter) > strchr(rank, best))
			best = mark->letter;
	}
	return best;
}

static void
draw_label(const struct view *view, const struct bars *bars, struct grid *grid, size_t row,
	size_t i, size_t *free_from)
{
	size_t col = LABEL_COLS + i * bars->width;
	struct buf room = BUF_INIT;
	struct civil civil;
	bool wanted;

	instant_civil(bars->begins[i], view->options->utc, &civil, NULL);
	wanted = view->zoom == ZOOM_HOUR ? civil.hour % 6 == 0
	         : view->zoom == ZOOM_DAY
	                 ? bar_begin(&(struct view){ .options = view->options, .zoom = ZOOM_WEEK },
				   bars->begins[i]) == bars->begins[i]
	                 : i % 4 == 0;
	if (!wanted || col < *free_from)
		return;
	if (view->zoom == ZOOM_HOUR && civil.hour != 0) {
		buf_addf(&room, "%02dh", civil.hour);
	} else {
		struct span day = draw_time(view, bars->begins[i], true, &room);

		/* The day without its time. */
		room.n = (size_t)span_find_last(day, ' ');
	}
	if (col + room.n <= view->cols)
		*free_from =
			col + grid_text(grid, row, col, SIZE_MAX, buf_span(&room), PAINT_QUIET) + 1;
	buf_clear(&room);
}

static void
draw_axis(const struct view *view, const struct bars *bars, struct grid *grid, size_t row)
{
	size_t free_from = 0;

	for (size_t i = 0; i < bars->n; i++) {
		size_t col = LABEL_COLS + i * bars->width, n;
		char mark = mark_of(view, bars->begins[i], bars->begins[i + 1], &n);

		for (size_t k = 0; k < bars->width; k++)
			grid_put(grid, row, col + k, 0x2500, '-', PAINT_QUIET);
		if (mark != '\0')
			grid_put(grid, row, col, (uint32_t)mark, mark, PAINT_STRONG);
		if (i == bars->chosen)
			for (size_t k = 0; k < bars->width; k++)
				grid_put(grid, row + 1, col + k, '^', '^', PAINT_STRONG);
		draw_label(view, bars, grid, row + 2, i, &free_from);
	}
}

/* "24 Nov 09:00  212 of 2,016 not signed  s opendkim: OpenDKIM Filter starting" */
static void
draw_chosen(const struct view *view, const struct bars *bars, const struct bar *bar,
	struct grid *grid, size_t row)
{
	const struct health_marks *marks = &view->data->marks;
	int64_t from = bars->begins[bars->chosen], to = bars->begins[bars->chosen + 1];
	struct buf room = BUF_INIT;
	size_t col = 2;
	char digits[PHRASE_DIGITS_MAX];

	col += grid_text(grid, row, col, SIZE_MAX, draw_time(view, from, true, &room),
		       PAINT_STRONG) +
	       2;
	if (bar->total > 0) {
		col += grid_text(grid, row, col, SIZE_MAX, phrase_number(digits, bar->total),
			       PAINT_BAD) +
		       1;
		col += grid_text(grid, row, col, SIZE_MAX,
			       span_of(say(view->options->lang, SAY_UNSIGNED_BY_HOUR)), PAINT_BAD) +
		       2;
	} else {
		col += grid_text(grid, row, col, SIZE_MAX,
			       span_of(say(view->options->lang, SAY_NOTHING_THEN)), PAINT_QUIET) +
		       2;
	}
	col += grid_text(grid, row, col, SIZE_MAX, span_of(verdict_id(VERDICT_SIGNED)),
		       PAINT_GOOD) +
	       1;
	col += grid_text(grid, row, col, SIZE_MAX, phrase_number(digits, bar->was_signed),
		       PAINT_GOOD) +
	       2;
	for (size_t i = 0; i < marks->n && col + 8 < view->cols; i++) {
		const struct health_mark *mark = &marks->rows[i];
		struct buf time = BUF_INIT;

		if (mark->when < from || mark->when >= to)
			continue;
		col += grid_addf(grid, row, col, PAINT_STRONG, "%c ", mark->letter);
		col += grid_text(grid, row, col, SIZE_MAX,
			       draw_time(view, mark->when, false, &time), PAINT_PLAIN) +
		       1;
		col += grid_log(grid, row, col, 30, mark->text, PAINT_QUIET) + 2;
		buf_clear(&time);
	}
	buf_clear(&room);
}

/* Row i of the legend: all, a cause, or the others. */
static void
draw_legend(const struct view *view, const struct bars *bars, const struct bar *bar,
	struct grid *grid, size_t row, size_t i)
{
	uint64_t messages = 0, then;
	size_t at = i - 1;
	enum lang lang = view->options->lang;

	if (i == 0) {
		(void)grid_text(grid, row, 2, SIZE_MAX, span_of(say(lang, SAY_HIT_ALL)),
			PAINT_PLAIN);
		for (size_t k = 0; k < bars->nseries; k++)
			messages += bars->series[k].messages;
		draw_number(grid, row, 46, messages, PAINT_PLAIN);
		draw_number(grid, row, 56, bar->total, PAINT_STRONG);
		if (view->cols >= 100)
			(void)grid_text(grid, row, 60, SIZE_MAX, span_of(say(lang, SAY_MARKS)),
				PAINT_QUIET);
		return;
	}
	(void)grid_addf(grid, row, 2, (enum paint)(PAINT_SERIES + at), " %c ", (int)('a' + at));
	then = bar->series[at];
	if (at + 1 == THEME_SERIES && bars->nseries > THEME_SERIES) {
		for (size_t k = at; k < bars->nseries; k++)
			messages += bars->series[k].messages;
		(void)grid_text(grid, row, 6, 30, span_of(say(lang, SAY_OTHERS)), PAINT_PLAIN);
	} else {
		const struct ranked *series = &bars->series[at];
		size_t used = 6;

		messages = series->messages;
		used += grid_text(grid, row, 6, 28, draw_cause(view, series->cause), PAINT_PLAIN) +
		        1;
		if (series->verdict != VERDICT_UNSIGNED && used < 36)
			(void)grid_text(grid, row, used, 37 - used,
				span_of(verdict_id(series->verdict)),
				theme_verdict(series->verdict));
		if (view->cols >= 80)
			(void)grid_text(grid, row, 60, view->cols - 60,
				view->options->gist(view->options->ctx, series->verdict,
					series->cause),
				PAINT_QUIET);
	}
	draw_number(grid, row, 46, messages, PAINT_PLAIN);
	draw_number(grid, row, 56, then, then > 0 ? PAINT_STRONG : PAINT_QUIET);
}

/* What the numbers of the legend are of. */
static void
draw_legend_head(const struct view *view, struct grid *grid, size_t row)
{
	grid_right(grid, row, 46, 9, span_of(say(view->options->lang, SAY_COL_SHOWN)), PAINT_QUIET);
	grid_right(grid, row, 56, 9, span_of(say(view->options->lang, SAY_COL_CHOSEN)),
		PAINT_QUIET);
}

static void
draw_title(const struct view *view, const struct bars *bars, struct grid *grid, size_t row)
{
	enum lang lang = view->options->lang;
	struct span title = span_of(say(lang, SAY_TREND_TITLE)),
		    comma = span_of(say(lang, SAY_COMMA)),
		    zoom = span_of(say(lang, zoom_names[view->zoom]));
	size_t used = 2;

	if (used + utf8_columns(title) + utf8_columns(comma) + utf8_columns(zoom) <= view->cols) {
		used += grid_text(grid, row, used, SIZE_MAX, title, PAINT_STRONG);
		used += grid_text(grid, row, used, SIZE_MAX, comma, PAINT_PLAIN);
	}
	used += grid_text(grid, row, used, SIZE_MAX, zoom, PAINT_STRONG);
	if (view->data->trend.from > bars->begins[0] / INSTANT_HOUR &&
		view->data->trend_to != INT64_MIN) {
		struct buf room = BUF_INIT;
		struct span when =
			draw_time(view, view->data->trend.from * INSTANT_HOUR, true, &room);

		(void)draw_say(grid, row, used + 2, PAINT_DOUBT, lang, SAY_OLDER_COMES, &when);
		buf_clear(&room);
	}
}

static void
draw_picture(const struct bars *bars, const struct bar *filled, struct grid *grid, size_t row,
	size_t ground)
{
	uint64_t most = 0;

	for (size_t i = 0; i < bars->n; i++) {
		const struct bar *bar = &filled[i];
		uint64_t permille = bar->own == 0 ? UINT64_MAX : bar->was_signed * 1000 / bar->own;

		if (bar->total > most)
			most = bar->total;
		for (size_t k = 0; k < bars->width; k++)
			draw_shares(grid, row, LABEL_COLS + i * bars->width + k, &permille, 1,
				PAINT_GOOD);
	}
	for (size_t i = 0; most > 0 && i < bars->n; i++)
		draw_bar(grid, &filled[i], ground, LABEL_COLS + i * bars->width, bars->width,
			bars->rows, most);
	if (most > 0)
		draw_number(grid, row + 1, LABEL_COLS - 1, most, PAINT_QUIET);
	if (bars->rows > 1)
		draw_number(grid, ground, LABEL_COLS - 1, 0, PAINT_QUIET);
}

static void
draw(const struct view *view, struct grid *grid)
{
	struct bars bars;
	struct bar filled[BARS_MAX];
	const struct bar *chosen;
	const struct cursor *cursor = &view_level(view)->cursor;
	size_t top = view_top(view), ground, legend;

	lay_out(view, &bars);
	for (size_t i = 0; i < bars.n; i++)
		fill_bar(view, &bars, i, &filled[i]);
	chosen = &filled[bars.chosen];
	ground = top + 1 + bars.rows;
	draw_title(view, &bars, grid, top);
	(void)grid_text(grid, top + 1, 0, LABEL_COLS, span_of(verdict_id(VERDICT_SIGNED)),
		PAINT_GOOD);
	draw_picture(&bars, filled, grid, top + 1, ground);
	draw_axis(view, &bars, grid, ground + 1);
	if (ground + 4 < view_bottom(view))
		draw_chosen(view, &bars, chosen, grid, ground + 4);
	legend = ground + 6;
	if (legend < view_bottom(view))
		draw_legend_head(view, grid, ground + 5);
	for (size_t i = 0; i < bars.legend && legend + i < view_bottom(view); i++) {
		draw_legend(view, &bars, chosen, grid, legend + i, cursor->top + i);
		if (cursor->top + i == cursor->at)
			grid_choose(grid, legend + i, view->cols);
	}
}

static size_t
count(const struct view *view)
{
	struct bars bars;

	lay_out(view, &bars);
	return bars.nseries < THEME_SERIES ? bars.nseries + 1 : THEME_SERIES + 1;
}

static size_t
height(const struct view *view)
{
	struct bars bars;

	lay_out(view, &bars);
	return bars.legend;
}

/* The messages of the chosen bar, of the chosen cause. */
static void
open_row(struct view *view)
{
	struct bars bars;
	size_t at = view_level(view)->cursor.at;
	int64_t from, to;

	lay_out(view, &bars);
	from = bars.begins[bars.chosen];
	to = bars.begins[bars.chosen + 1];
	if (at == 0 || at > bars.nseries || (at == THEME_SERIES && bars.nseries > THEME_SERIES))
		view_open_messages(view, from, to, "%s", "");
	else
		view_open_messages(view, from, to, "verdict=%s cause=%s",
			verdict_id(bars.series[at - 1].verdict),
			bars.series[at - 1].cause == CAUSE_NONE
				? "none"
				: cause_id(bars.series[at - 1].cause));
}

static bool
act(struct view *view, enum action action)
{
	struct bars bars;
	int64_t end = data_end(view->data), at;

	lay_out(view, &bars);
	at = bars.begins[bars.chosen];
	if (action == DO_EARLIER)
		view->trend_at = at - 1;
	else if (action == DO_LATER)
		view->trend_at = bars.begins[bars.chosen + 1];
	else if (action == DO_PAGE_UP)
		view->trend_at = bars.begins[bars.chosen > 24 ? bars.chosen - 24 : 0] - 1;
	else if (action == DO_PAGE_DOWN)
		view->trend_at = bars.begins[bars.chosen + 24 < bars.n ? bars.chosen + 24 : bars.n];
	else if (action == DO_ZOOM_IN && view->zoom > 0)
		view->zoom--;
	else if (action == DO_ZOOM_OUT && view->zoom + 1 < ZOOMS)
		view->zoom++;
	else
		return false;
	if (view->trend_at != INSTANT_NONE &&
		bar_begin(view, view->trend_at) >= bar_begin(view, end))
		view->trend_at = INSTANT_NONE;
	if (view->trend_at != INSTANT_NONE && view->data->first != INSTANT_NONE &&
		view->trend_at < view->data->first)
		view->trend_at = view->data->first;
	return true;
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	struct bars bars;

	lay_out(view, &bars);
	if (i > 0 && i <= bars.nseries)
		buf_addf(out, "%s %.*s", verdict_id(bars.series[i - 1].verdict),
			SPAN_ARGS(draw_cause(view, bars.series[i - 1].cause)));
}

static void
table(const struct view *view, struct arena *arena, struct tui_table *to)
{
	static const struct span headings[] = { { "from", 4 }, { "verdict", 7 }, { "cause", 5 },
		{ "messages", 8 } };
	struct bars bars;
	const struct trend *trend = &view->data->trend;
	size_t begin, end, n = 0;
	struct span *cells;

	lay_out(view, &bars);
	begin = trend_at(trend, bars.begins[0] / INSTANT_HOUR);
	end = trend_at(trend, bars.begins[bars.n] / INSTANT_HOUR);
	cells = arena_alloc(arena, ((end - begin) * 4 + 1) * sizeof *cells);
	for (size_t i = begin; i < end; i++) {
		const struct trend_cell *cell = &trend->cells[i];
		struct buf text = BUF_INIT;

		instant_rfc3339(&text, cell->hour * INSTANT_HOUR, view->options->utc);
		cells[n++] = arena_copy(arena, buf_span(&text));
		cells[n++] = span_of(verdict_id((enum verdict_kind)cell->verdict));
		cells[n++] = cell->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(cell->cause));
		buf_reset(&text);
		buf_addf(&text, "%llu", (unsigned long long)cell->messages);
		cells[n++] = arena_copy(arena, buf_span(&text));
		buf_clear(&text);
	}
	to->headings = headings;
	to->cells = cells;
	to->rows = n / 4;
	to->cols = 4;
}

const struct screen screen_trends = { SAY_TRENDS, draw, count, height, open_row, act, NULL,
	row_text, table };
