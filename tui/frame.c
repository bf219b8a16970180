/* What stands around every screen: the head, what is wrong now, the foot. */
#include "base/instant.h"
#include "base/utf8.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define SCREENS_IN_HEAD 5
#define STILL_READING (3 * INSTANT_SECOND)
#define LATE INSTANT_HOUR

const struct browse_incident *
view_alarm(const struct view *view, size_t *more)
{
	const struct health *service = &view->data->service;
	const struct browse_incident *worst = NULL;

	*more = 0;
	for (size_t i = 0; i < service->nincidents; i++) {
		const struct browse_incident *incident = &service->incidents[i];

		if (!health_is_running(view->data, incident))
			continue;
		if (worst == NULL || incident->messages > worst->messages) {
			*more += worst != NULL;
			worst = incident;
		} else {
			(*more)++;
		}
	}
	return worst;
}

/* The row below the two of the head: what is wrong now, or on Now that nothing is. */
static bool
has_banner(const struct view *view)
{
	size_t more;

	return view_alarm(view, &more) != NULL ||
	       (view_level(view)->screen == SCREEN_NOW && view->rows >= 14);
}

size_t
view_top(const struct view *view)
{
	size_t top = has_banner(view) ? 3 : 2;

	return view->rows >= 20 ? top + 1 : top;
}

size_t
view_bottom(const struct view *view)
{
	return view->rows - 1;
}

static enum screen_id
lowest(const struct view *view)
{
	enum screen_id id = view->stack[0].screen;

	/* What was opened from elsewhere belongs where it would be found. */
	for (size_t i = 1; i < view->depth; i++)
		switch (view->stack[i].screen) {
		case SCREEN_CAUSE:
			id = SCREEN_CAUSES;
			break;
		case SCREEN_INCIDENT:
			id = SCREEN_SERVICE;
			break;
		case SCREEN_NOW:
		case SCREEN_CAUSES:
		case SCREEN_MESSAGES:
		case SCREEN_TRENDS:
		case SCREEN_SERVICE:
		case SCREEN_STORY:
		case SCREEN_HELP:
		case SCREEN_COUNT:
			break;
		}
	return id;
}

/* Where the names of the screens stand; where there is no room, of the others only the number. */
struct tab {
	size_t col, width;
	bool named;
};

static void
lay_tabs(const struct view *view, struct tab tabs[SCREENS_IN_HEAD])
{
	bool wide = view->cols >= 66;
	enum screen_id shown = lowest(view);
	size_t need = 0, col;

	for (size_t i = 0; i < SCREENS_IN_HEAD; i++) {
		const char *name = say(view->options->lang, view_screen((enum screen_id)i)->title);

		tabs[i].named = wide || i == shown;
		tabs[i].width = tabs[i].named ? utf8_columns(span_of(name)) + 4 : 3;
		need += tabs[i].width;
	}
	col = view->cols > need ? view->cols - need : 9;
	for (size_t i = 0; i < SCREENS_IN_HEAD; i++) {
		tabs[i].col = col;
		col += tabs[i].width;
	}
}

enum screen_id
view_tab_at(const struct view *view, size_t col)
{
	struct tab tabs[SCREENS_IN_HEAD];

	lay_tabs(view, tabs);
	for (size_t i = 0; i < SCREENS_IN_HEAD; i++)
		if (col >= tabs[i].col && col < tabs[i].col + tabs[i].width)
			return (enum screen_id)i;
	return SCREEN_COUNT;
}

static void
draw_head(const struct view *view, struct grid *grid)
{
	struct tab tabs[SCREENS_IN_HEAD];

	grid_paint_row(grid, 0, PAINT_BAR);
	(void)grid_text(grid, 0, 1, SIZE_MAX, SPAN("dkimwhy"), PAINT_BAR);
	lay_tabs(view, tabs);
	for (size_t i = 0; i < SCREENS_IN_HEAD; i++) {
		const char *name = say(view->options->lang, view_screen((enum screen_id)i)->title);
		enum paint paint = i == lowest(view) ? PAINT_TAB : PAINT_BAR;

		if (tabs[i].named)
			(void)grid_addf(grid, 0, tabs[i].col, paint, " %zu %s ", i + 1, name);
		else
			(void)grid_addf(grid, 0, tabs[i].col, paint, " %zu ", i + 1);
	}
}

/* Of all that is held, what fits is shown: in Messages also what they were opened with. */
static const char *
filter_of(const struct view *view)
{
	return view_level(view)->screen == SCREEN_MESSAGES ? view->data->list.text
	                                                   : view->data->filter.text;
}

/* Whether lines still come, and how far they were read: from column col to before end. */
static void
draw_state(const struct view *view, struct grid *grid, size_t col, size_t end)
{
	const char *filter = filter_of(view);
	const struct data *data = view->data;
	enum lang lang = view->options->lang;
	struct buf room = BUF_INIT;
	struct span value;
	enum say what;
	enum paint paint = PAINT_PLAIN;
	char digits[PHRASE_DIGITS_MAX];

	if (data->paused) {
		value = phrase_number(digits, data->held_back);
		what = SAY_PAUSED;
		paint = PAINT_DOUBT;
	} else if (data->feed_ended) {
		what = SAY_STOPPED;
		value = SPAN_NONE;
		paint = PAINT_BAD;
	} else if (data->read_to != INSTANT_NONE && data->now - data->read_said < STILL_READING &&
		   data->now - data->read_to > 2 * INSTANT_MINUTE) {
		value = draw_time(view, data->read_to, true, &room);
		what = SAY_READING;
		paint = PAINT_DOUBT;
	} else if (data->last == INSTANT_NONE) {
		value = SPAN_NONE;
		what = view->options->feed.fd >= 0 && data->read_to == INSTANT_NONE
		               ? SAY_READING_FIRST
		               : SAY_NO_LINE;
	} else {
		value = draw_time(view, data->last, false, &room);
		what = SAY_LAST_LINE;
		if (data->now - data->last > LATE)
			paint = PAINT_DOUBT;
		if (data->late >= HEALTH_LATE_SAID) {
			char lapse[DRAW_LAPSE_MAX];
			struct span behind = draw_lapse(lapse, lang, data->late);

			col += draw_say(grid, 1, col, PAINT_DOUBT, lang, SAY_BEHIND, &behind) + 2;
		} else if (view->options->feed.fd >= 0)
			col += grid_text(grid, 1, col, SIZE_MAX, span_of(say(lang, SAY_LIVE)),
				       PAINT_GOOD) +
			       2;
	}
	col += draw_say(grid, 1, col, paint, lang, what, &value) + 2;
	if (filter != NULL && col < end) {
		value = span_of(filter);
		buf_reset(&room);
		phrase_fill(&room, span_of(say(lang, SAY_FILTERED)), &value);
		col += grid_log(grid, 1, col, end - col, buf_span(&room), PAINT_STRONG) + 2;
	}
	if (data->remark[0] != '\0' && col + 10 < end)
		(void)grid_log(grid, 1, col, end - col, span_of(data->remark), PAINT_QUIET);
	buf_clear(&room);
}

static void
draw_status(const struct view *view, struct grid *grid)
{
	struct buf room = BUF_INIT;
	struct span clock = draw_time(view, view->data->now, true, &room);
	size_t clock_cols = view->cols >= 60 ? utf8_columns(clock) + 1 : 0, used = 1;
	size_t what = view->cols >= 100 ? 40 : view->cols >= 66 ? 22 : 0;

	if (what > 0)
		used += grid_log(grid, 1, 1, what, span_of(view->options->what), PAINT_STRONG) + 2;
	draw_state(view, grid, used, view->cols - clock_cols - 1);
	if (clock_cols > 0)
		grid_right(grid, 1, view->cols - 1, clock_cols, clock, PAINT_QUIET);
	buf_clear(&room);
}

static void
draw_alarm(const struct view *view, struct grid *grid, const struct browse_incident *incident,
	size_t more)
{
	enum lang lang = view->options->lang;
	struct buf text = BUF_INIT, time = BUF_INIT;
	char digits[DRAW_COUNT_MAX], others[PHRASE_DIGITS_MAX];
	const struct span values[] = { span_of(cause_id(incident->cause)),
		draw_time(view, incident->first, false, &time), draw_hit(incident, digits) };
	struct span rest = phrase_number(others, more);
	struct span enter = span_of(say(lang, SAY_ENTER_FIX));
	size_t used;

	grid_paint_row(grid, 2, PAINT_ALARM);
	buf_add(&text, SPAN("!! "));
	phrase_fill(&text,
		span_of(say(lang, view->cols < 60          ? SAY_ALARM_SHORT
				  : !incident->counted     ? SAY_ALARM_UNCOUNTED
				  : incident->messages > 0 ? SAY_ALARM
							   : SAY_ALARM_NO_MAIL)),
		values);
	if (more > 0 && view->cols >= 60) {
		buf_add(&text, span_of(say(lang, SAY_COMMA)));
		phrase_fill(&text, span_of(say(lang, SAY_ALARM_MORE)), &rest);
	}
	used = grid_text(grid, 2, 1, SIZE_MAX, buf_span(&text), PAINT_ALARM);
	if (view_level(view)->screen == SCREEN_NOW && used + utf8_columns(enter) + 3 < view->cols)
		grid_right(grid, 2, view->cols - 1, 20, enter, PAINT_ALARM);
	buf_clear(&text);
	buf_clear(&time);
}

/* Nothing runs wrong: what the last day was like, in a sentence. */
static void
draw_sentence(const struct view *view, struct grid *grid)
{
	int64_t to = data_end(view->data) / INSTANT_HOUR + 1;
	uint64_t sums[VERDICT_COUNT], bad, own;
	char digits[2][PHRASE_DIGITS_MAX];
	enum say what;
	enum paint paint = PAINT_GOOD;

	trend_sum(&view->data->trend, to - 24, to, sums);
	bad = verdict_wrongs(sums);
	own = bad + sums[VERDICT_SIGNED];
	if (view->data->last == INSTANT_NONE) {
		what = SAY_NOTHING_YET;
		paint = PAINT_QUIET;
	} else if (own == 0) {
		what = SAY_NOTHING_DUE;
		paint = PAINT_QUIET;
	} else if (bad == 0) {
		what = SAY_ALL_SIGNED;
	} else {
		what = SAY_SOME_UNSIGNED;
		paint = PAINT_BAD;
	}
	const struct span values[] = { phrase_number(digits[0], bad),
		phrase_number(digits[1], own) };
	size_t col = 1;

	/* Of a log that ended long ago, as it was at its end. */
	if (view->data->last != INSTANT_NONE && data_end(view->data) != view->data->now) {
		struct buf room = BUF_INIT;
		struct span when = draw_time(view, view->data->last, true, &room);

		col += draw_say(grid, 2, col, PAINT_DOUBT, view->options->lang, SAY_PAST, &when);
		buf_clear(&room);
	}
	(void)draw_say(grid, 2, col, paint, view->options->lang, what, values);
}

/* The keys that a screen's foot tells of, as many of the first ones as fit. */
#define HINTS_MAX 12

static const enum say hints[SCREEN_COUNT][HINTS_MAX] = {
	[SCREEN_NOW] = { SAY_HINT_HELP, SAY_HINT_OPEN, SAY_HINT_COPY, SAY_HINT_SEARCH,
		SAY_HINT_FILTER, SAY_HINT_WRITE, SAY_HINT_NEXT, SAY_HINT_KEEP, SAY_HINT_PAUSE },
	[SCREEN_CAUSES] = { SAY_HINT_HELP, SAY_HINT_OPEN, SAY_HINT_COPY, SAY_HINT_ZOOM,
		SAY_HINT_SORT, SAY_HINT_SEARCH, SAY_HINT_FILTER, SAY_HINT_WRITE, SAY_HINT_KEEP,
		SAY_HINT_PAUSE },
	[SCREEN_MESSAGES] = { SAY_HINT_HELP, SAY_HINT_OPEN, SAY_HINT_COPY, SAY_HINT_NEXT,
		SAY_HINT_SEARCH, SAY_HINT_FILTER, SAY_HINT_FINDINGS, SAY_HINT_TIME, SAY_HINT_WRITE,
		SAY_HINT_PAUSE },
	[SCREEN_TRENDS] = { SAY_HINT_HELP, SAY_HINT_OPEN_MESSAGES, SAY_HINT_MOVE, SAY_HINT_ZOOM,
		SAY_HINT_TIME, SAY_HINT_FILTER, SAY_HINT_WRITE, SAY_HINT_PAUSE },
	[SCREEN_SERVICE] = { SAY_HINT_HELP, SAY_HINT_OPEN, SAY_HINT_COPY, SAY_HINT_SEARCH,
		SAY_HINT_WRITE, SAY_HINT_KEEP, SAY_HINT_PAUSE },
	[SCREEN_CAUSE] = { SAY_HINT_HELP, SAY_HINT_OPEN_MESSAGES, SAY_HINT_COPY, SAY_HINT_SEARCH,
		SAY_HINT_WRITE, SAY_HINT_KEEP, SAY_HINT_PAUSE },
	[SCREEN_STORY] = { SAY_HINT_HELP, SAY_HINT_COPY, SAY_HINT_NEXT, SAY_HINT_KEEP,
		SAY_HINT_PLAIN, SAY_HINT_SEARCH, SAY_HINT_WRITE },
	[SCREEN_INCIDENT] = { SAY_HINT_HELP, SAY_HINT_OPEN_MESSAGES, SAY_HINT_COPY, SAY_HINT_KEEP,
		SAY_HINT_PLAIN, SAY_HINT_SEARCH, SAY_HINT_WRITE },
	[SCREEN_HELP] = { SAY_HINT_SEARCH },
};

/* "3/17": the chosen row of a list, or the last one seen of a text; nothing where all is seen. */
static struct span
place_of(const struct view *view, struct buf *room)
{
	const struct level *level = view_level(view);
	const struct screen *screen = view_screen(level->screen);
	const struct pages *messages = &view->data->messages;
	bool paged = level->screen == SCREEN_MESSAGES;
	size_t n = screen->count(view), height = screen->height(view);
	size_t at = view_is_text(level->screen) ? level->cursor.top + height : level->cursor.at + 1;

	if (n > height && !(paged && messages->more_above))
		buf_addf(room, "%zu/%zu%s", at < n ? at : n, n,
			paged && messages->more_below ? "+" : "");
	return buf_span(room);
}

/* Those that there is room for before column end, and at last how to get out. */
struct hint {
	struct span text;
	size_t col;
};

static size_t
lay_hints(const struct view *view, size_t end, struct hint laid[HINTS_MAX + 1])
{
	const enum say *of = hints[view_level(view)->screen];
	enum lang lang = view->options->lang;
	struct span leave = span_of(say(lang, view->depth == 1 ? SAY_HINT_QUIT : SAY_HINT_BACK));
	size_t col = 1, n = 0;

	/* No text is SAY_NOW: the hints end there. */
	for (; n < HINTS_MAX && of[n] != SAY_NOW; n++) {
		struct span text = span_of(say(lang, of[n]));

		if (col + utf8_columns(text) + 2 + utf8_columns(leave) > end)
			break;
		laid[n] = (struct hint){ text, col };
		col += utf8_columns(text) + 2;
	}
	laid[n] = (struct hint){ leave, col };
	return n + 1;
}

static size_t
hints_end(const struct view *view, struct span place)
{
	return view->cols - (place.n > 0 ? place.n + 2 : 0);
}

static void
draw_hints(const struct view *view, struct grid *grid, size_t row)
{
	struct hint laid[HINTS_MAX + 1];
	struct buf room = BUF_INIT;
	struct span place = place_of(view, &room);
	size_t n = lay_hints(view, hints_end(view, place), laid);

	grid_paint_row(grid, row, PAINT_BAR);
	for (size_t i = 0; i < n; i++)
		(void)grid_text(grid, row, laid[i].col, SIZE_MAX, laid[i].text, PAINT_BAR);
	grid_right(grid, row, view->cols - 1, place.n, place, PAINT_BAR);
	buf_clear(&room);
}

int
view_key_at(const struct view *view, size_t col)
{
	struct hint laid[HINTS_MAX + 1];
	struct buf room = BUF_INIT;
	size_t n = lay_hints(view, hints_end(view, place_of(view, &room)), laid);
	int key = KEY_NOTHING;

	buf_clear(&room);
	for (size_t i = 0; i < n; i++) {
		struct span rest = laid[i].text, word;

		if (col < laid[i].col || col >= laid[i].col + utf8_columns(laid[i].text))
			continue;
		/* A hint begins with its key. */
		(void)span_cut(&rest, ' ', &word);
		key = span_eq(word, SPAN("Enter")) ? KEY_IS_ENTER : (unsigned char)word.p[0];
	}
	return key;
}

static void
draw_foot(const struct view *view, struct grid *grid)
{
	static const enum say asks[] = {
		[ASK_SEARCH] = SAY_ASK_SEARCH,
		[ASK_FILTER] = SAY_ASK_FILTER,
		[ASK_TIME] = SAY_ASK_TIME,
		[ASK_WRITE] = SAY_ASK_WRITE,
	};
	enum lang lang = view->options->lang;
	size_t row = view->rows - 1, col;

	if (view->ask != ASK_NOTHING) {
		struct span typed = buf_span(&view->answer);

		col = 1 + grid_text(grid, row, 1, SIZE_MAX, span_of(say(lang, asks[view->ask])),
				  PAINT_STRONG);
		/* What is typed last is seen. */
		while (utf8_columns(typed) + col + 2 > view->cols && typed.n > 0) {
			size_t len;

			(void)utf8_next(typed, &len, NULL);
			typed = span_from(typed, len);
		}
		col += grid_log(grid, row, col, SIZE_MAX, typed, PAINT_PLAIN);
		grid_put(grid, row, col, '_', '_', PAINT_STRONG);
		return;
	}
	if (view->note[0] != '\0') {
		(void)grid_log(grid, row, 1, view->cols - 1, span_of(view->note), PAINT_STRONG);
		return;
	}
	draw_hints(view, grid, row);
}

void
view_draw(const struct view *view, struct grid *grid)
{
	const struct browse_incident *alarm;
	size_t more;

	if (grid->rows < VIEW_MIN_ROWS || grid->cols < VIEW_MIN_COLS) {
		if (grid->rows > 0)
			(void)grid_text(grid, 0, 0, SIZE_MAX,
				span_of(say(view->options->lang, SAY_TOO_SMALL)), PAINT_PLAIN);
		return;
	}
	draw_head(view, grid);
	draw_status(view, grid);
	alarm = view_alarm(view, &more);
	if (alarm != NULL)
		draw_alarm(view, grid, alarm, more);
	else if (has_banner(view))
		draw_sentence(view, grid);
	view_screen(view_level(view)->screen)->draw(view, grid);
	draw_foot(view, grid);
}
