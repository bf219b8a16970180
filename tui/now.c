#include "tui/screens.h"

#include "base/instant.h"
#include "tui/draw.h"
#include "tui/ranking.h"

#define DAY_HOURS 24
#define WEEK_HOURS 168
#define CHART_HOURS_MAX 168

/* How the rows are shared out: counts, causes, fix. */
struct layout {
	size_t counts, ncounts; /* first row, rows; 0: one line says all */
	size_t head;            /* of the causes */
	size_t causes, ncauses;
	size_t fix, nfix;
	size_t chart;         /* rows of what is not signed, in the picture beside the counts */
	size_t below, nbelow; /* in a tall window: the last findings, and the last incidents */
};

#define FIX_ROWS 20 /* more than that is rarely told */
#define BELOW_ROWS_MIN 5
#define BESIDE_COLS 170 /* from there on both stand beside each other */

/* Columns of verdicts, and of each of their counts: a word beside the identifier takes room of both. */
static size_t
label_cols(const struct view *view)
{
	return say_verdict(view->options->lang, VERDICT_SIGNED) == NULL ? 12 : 17;
}

static size_t
count_cols(const struct view *view)
{
	return say_verdict(view->options->lang, VERDICT_SIGNED) == NULL ? 10 : 9;
}

/* The causes of a day; when there was none, of a week. */
static void
rank(const struct view *view, struct causes *causes)
{
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;

	for (causes->hours = DAY_HOURS;; causes->hours = WEEK_HOURS) {
		struct ranked *rows = causes->rows;
		size_t n = ranking_make(&view->data->trend, to - causes->hours, to, rows);

		causes->n = 0;
		for (size_t i = 0; i < n; i++)
			if (rows[i].messages > 0)
				rows[causes->n++] = rows[i];
		if (causes->n > 0 || causes->hours == WEEK_HOURS)
			break;
	}
	ranking_sort(causes->rows, causes->n, RANKING_MESSAGES, false);
}

/* What is refused is rare, and told when it happens. */
static bool
is_refused(const struct view *view)
{
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;
	uint64_t sums[VERDICT_COUNT];

	trend_sum(&view->data->trend, to - WEEK_HOURS, to, sums);
	return sums[VERDICT_REJECTED] > 0;
}

static struct layout
layout_of(const struct view *view, size_t ncauses)
{
	size_t top = view_top(view), bottom = view_bottom(view);
	size_t rows = bottom > top ? bottom - top : 0;
	struct layout layout = { .counts = top };
	size_t at, most;

	layout.chart = rows >= 60 ? 8 : rows >= 36 ? 4 : 1;
	if (rows >= 17) {
		layout.ncounts = 5 + is_refused(view);
		at = layout.ncounts > layout.chart + 3 ? layout.ncounts : layout.chart + 3;
		at += top + 2;
	} else if (rows >= 12) {
		layout.ncounts = 5;
		at = top + 5;
	} else {
		at = top + 1;
	}
	layout.head = at;
	layout.causes = at + 1;
	/* The fix gets at least half of what is left. */
	most = bottom > layout.causes ? (bottom - layout.causes + 1) / 2 : 0;
	if (most > 12)
		most = 12;
	layout.ncauses = ncauses < most ? ncauses : most;
	if (layout.ncauses == 0 && bottom > layout.causes)
		layout.ncauses = 1;
	layout.fix = layout.causes + layout.ncauses + (rows >= 14);
	layout.nfix = bottom > layout.fix ? bottom - layout.fix : 0;
	most = ncauses == 0 ? 0 : FIX_ROWS;
	if (layout.nfix > most + 1 + BELOW_ROWS_MIN) {
		layout.nbelow = layout.nfix - most - 1;
		layout.nfix = most;
		layout.below = bottom - layout.nbelow;
	}
	return layout;
}

bool
view_has_newest(const struct view *view)
{
	return view->stack[0].screen == SCREEN_NOW && layout_of(view, 1).nbelow > 0;
}

static void
draw_counts(const struct view *view, struct grid *grid, const struct layout *layout)
{
	static const enum verdict_kind kinds[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED, VERDICT_REJECTED, VERDICT_UNKNOWN, VERDICT_INBOUND };
	const struct trend *trend = &view->data->trend;
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;
	const int64_t from[] = { to - 2, to - DAY_HOURS, to - WEEK_HOURS };
	uint64_t sums[3][VERDICT_COUNT];
	struct buf room = BUF_INIT;
	struct span since;
	struct civil civil;
	size_t row = layout->counts, shown = 0;
	size_t label = label_cols(view), cols = count_cols(view);
	bool wide = view->cols >= label + 3 * cols;

	for (size_t i = 0; i < 3; i++)
		trend_sum(trend, from[i], to, sums[i]);
	instant_civil(from[0] * INSTANT_HOUR, view->options->utc, &civil, NULL);
	buf_addf(&room, "%02d:%02d", civil.hour, civil.minute);
	since = buf_span(&room);
	if (!wide) {
		/* Two columns are enough there. */
		for (size_t i = 0; i < VERDICT_COUNT; i++)
			sums[2][i] = sums[1][i];
	} else {
		struct buf text = BUF_INIT;

		phrase_fill(&text, span_of(say(view->options->lang, SAY_SINCE)), &since);
		grid_right(grid, row, label + cols, cols + 4, buf_span(&text), PAINT_QUIET);
		grid_right(grid, row, label + 2 * cols, cols,
			span_of(say(view->options->lang, SAY_24_HOURS)), PAINT_QUIET);
		grid_right(grid, row, label + 3 * cols, cols,
			span_of(say(view->options->lang, SAY_7_DAYS)), PAINT_QUIET);
		buf_clear(&text);
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && shown < layout->ncounts; i++) {
		enum verdict_kind kind = kinds[i];
		enum paint paint = sums[1][kind] > 0 || kind == VERDICT_SIGNED ? theme_verdict(kind)
		                                                               : PAINT_QUIET;

		if (kind == VERDICT_REJECTED && sums[2][kind] == 0)
			continue;
		shown++;
		(void)draw_verdict(view, grid, row + shown, 2, label + 2, kind);
		for (size_t k = 0; k < (wide ? 3u : 2u); k++)
			draw_number(grid, row + shown, label + (k + 1) * cols, sums[k][kind],
				paint);
	}
	buf_clear(&room);
}

/* Under each other: the share that was signed, what was not, the hours. */
static void
draw_chart(const struct view *view, struct grid *grid, size_t row, size_t rows)
{
	size_t col = label_cols(view) + 3 * count_cols(view) + 2;
	size_t label = 11, n = view->cols > col + label + 1 ? view->cols - col - label - 1 : 0;
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1, from;
	uint64_t values[CHART_HOURS_MAX], whole[VERDICT_COUNT], own;

	if (n < 12)
		return;
	n = n >= CHART_HOURS_MAX ? CHART_HOURS_MAX
	    : n >= 72            ? n / 24 * 24
	    : n >= 48            ? 48
	    : n >= 24            ? 24
	                         : n;
	from = to - (int64_t)n;
	trend_sum(&view->data->trend, from, to, whole);
	own = whole[VERDICT_SIGNED] + verdict_wrongs(whole);
	(void)grid_text(grid, row, col, view->cols - col,
		span_of(say(view->options->lang, SAY_SIGNED_BY_HOUR)), PAINT_QUIET);
	if (own > 0)
		(void)grid_addf(grid, row + 1, col, PAINT_GOOD, "%3u.%u %%",
			(unsigned)(whole[VERDICT_SIGNED] * 100 / own),
			(unsigned)(whole[VERDICT_SIGNED] * 1000 / own % 10));
	ranking_signed(&view->data->trend, from, values, n);
	draw_shares(grid, row + 1, col + label, values, n, PAINT_GOOD);
	(void)grid_text(grid, row + 1 + rows, col, label - 1,
		span_of(say(view->options->lang, SAY_UNSIGNED_BY_HOUR)), PAINT_BAD);
	ranking_course(&view->data->trend, from, to, VERDICT_COUNT, CAUSE_NONE, values, n);
	if (rows > 1)
		draw_columns(grid, row + 1 + rows, rows, col + label, values, n, PAINT_BAD);
	else
		draw_course(grid, row + 2, col + label, values, n, PAINT_BAD);
	row += rows - 1;
	for (size_t i = 0; i + 4 < n; i += 12) {
		struct civil civil;

		instant_civil((from + (int64_t)i) * INSTANT_HOUR, view->options->utc, &civil, NULL);
		(void)grid_addf(grid, row + 3, col + label + i, PAINT_QUIET, "%02dh", civil.hour);
		if (n > 48 && civil.hour < 12)
			(void)grid_addf(grid, row + 4, col + label + i, PAINT_QUIET, "%d.",
				civil.day);
	}
}

static void
draw_short_counts(const struct view *view, struct grid *grid, size_t row)
{
	static const enum verdict_kind kinds[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED };
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;
	uint64_t sums[VERDICT_COUNT];
	size_t col = 1;

	trend_sum(&view->data->trend, to - DAY_HOURS, to, sums);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char digits[PHRASE_DIGITS_MAX];

		col += grid_text(grid, row, col, SIZE_MAX, span_of(verdict_id(kinds[i])),
			       theme_verdict(kinds[i])) +
		       1;
		col += grid_text(grid, row, col, SIZE_MAX, phrase_number(digits, sums[kinds[i]]),
			       theme_verdict(kinds[i])) +
		       2;
	}
}

static void
draw_newest(const struct view *view, struct grid *grid, size_t row, size_t rows, size_t width)
{
	const struct pages_newest *newest = &view->data->newest;

	messages_draw_head(view, grid, row, width);
	for (size_t i = 0; i < newest->n && i + 1 < rows; i++)
		messages_draw_row(view, grid, row + 1 + i, width, &newest->rows[i]);
}

static void
draw_incidents(const struct view *view, struct grid *grid, size_t row, size_t rows, size_t col)
{
	const struct health *service = &view->data->service;

	service_draw_head(view, grid, row, col);
	for (size_t i = 0; i < service->nincidents && i + 1 < rows; i++)
		service_draw_incident(view, grid, row + 1 + i, col, &service->incidents[i]);
}

/* Beside each other where there is room, else under each other. */
static void
draw_below(const struct view *view, struct grid *grid, size_t row, size_t rows)
{
	size_t incidents = view->data->service.nincidents + 1;

	if (view->cols >= BESIDE_COLS) {
		size_t col = view->cols - (view->cols >= 220 ? 120 : 84);

		draw_newest(view, grid, row, rows, col - 2);
		draw_incidents(view, grid, row, rows, col);
		return;
	}
	if (incidents > rows / 2)
		incidents = rows / 2;
	if (incidents < 2)
		incidents = 0;
	draw_newest(view, grid, row, incidents > 0 ? rows - incidents - 1 : rows, view->cols);
	if (incidents > 0)
		draw_incidents(view, grid, row + rows - incidents, incidents, 0);
}

static void
draw(const struct view *view, struct grid *grid)
{
	struct causes causes;
	struct layout layout;
	const struct cursor *cursor = &view_level(view)->cursor;

	rank(view, &causes);
	layout = layout_of(view, causes.n);
	if (layout.ncounts > 0) {
		draw_counts(view, grid, &layout);
		draw_chart(view, grid, layout.counts, layout.chart);
	} else {
		draw_short_counts(view, grid, layout.counts);
	}
	causes_draw_head(view, grid, layout.head, causes.hours, true);
	if (causes.n == 0 && layout.ncauses > 0)
		(void)grid_text(grid, layout.causes, 2, SIZE_MAX,
			span_of(say(view->options->lang, SAY_NONE_HERE)), PAINT_QUIET);
	for (size_t i = 0; i < layout.ncauses && cursor->top + i < causes.n; i++) {
		causes_draw_row(view, grid, layout.causes + i, &causes, cursor->top + i);
		if (cursor->top + i == cursor->at)
			grid_choose(grid, layout.causes + i, view->cols);
	}
	if (causes.n > 0)
		draw_fix(view, grid, layout.fix, layout.nfix, 2, view->cols - 3,
			causes_wants(view, &causes));
	if (layout.nbelow > 0)
		draw_below(view, grid, layout.below, layout.nbelow);
}

static size_t
count(const struct view *view)
{
	struct causes causes;

	rank(view, &causes);
	return causes.n;
}

static size_t
height(const struct view *view)
{
	return layout_of(view, count(view)).ncauses;
}

static void
open_row(struct view *view)
{
	size_t more;
	const struct browse_incident *alarm = view_alarm(view, &more);
	const struct ranked *row;
	struct causes causes;

	rank(view, &causes);
	row = causes_chosen(view, &causes);
	/* What is going on now is nearer to the fix than what it did. */
	if (row != NULL && (alarm == NULL || alarm->cause != row->cause))
		view_open_cause(view, row->verdict, row->cause);
	else if (alarm != NULL)
		view_open_incident(view, alarm);
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

const struct screen screen_now = { SAY_NOW, draw, count, height, open_row, NULL, wants, row_text,
	NULL };
