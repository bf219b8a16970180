/* Screens are drawn from data alone: here without a store and without a terminal. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "tui/terminal.h"
#include "tui/view.h"

#define NOW (INT64_C(1795510800) * INSTANT_SECOND) /* 2026-11-24T09:00Z */
#define HOUR_NOW (NOW / INSTANT_HOUR)

static struct span
gist(void *ctx, enum verdict_kind verdict, cause_t cause)
{
	(void)ctx;
	(void)verdict;
	return cause == CAUSE_NOT_INTERNAL ? SPAN("the client is unknown") : SPAN("");
}

/* One who tells when he is let. */
static struct {
	int asked;
	bool ready;
} teller;

static void
ask(void *ctx, const struct browse_row *message, const struct browse_incident *incident,
	size_t width)
{
	(void)ctx;
	(void)incident;
	(void)width;
	assert_non_null(message);
	teller.asked++;
}

static int
answer(void *ctx, struct tui_told *told, struct error *err)
{
	(void)ctx;
	(void)err;
	if (!teller.ready)
		return 0;
	buf_addf(&told->why, "reason %d", teller.asked);
	buf_addf(&told->fix, "step %d", teller.asked);
	return 1;
}

static const struct tui_options options = { .what = "/var/log/mail.log",
	.report = "dkimwhy report",
	.utc = true,
	.feed = { -1 },
	.teller = { NULL, ask, answer, NULL },
	.gist = gist };

static const struct trend_cell cells[] = {
	{ HOUR_NOW - 200, 9, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL },
	{ HOUR_NOW - 30, 100, VERDICT_SIGNED, CAUSE_NONE },
	{ HOUR_NOW - 3, 1200, VERDICT_SIGNED, CAUSE_NONE },
	{ HOUR_NOW - 3, 8, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL },
	{ HOUR_NOW - 1, 50, VERDICT_SIGNED, CAUSE_NONE },
	{ HOUR_NOW - 1, 2, VERDICT_DEFERRED, CAUSE_KEY_PERMISSION },
	{ HOUR_NOW, 7, VERDICT_INBOUND, CAUSE_NONE },
};

struct stage {
	struct data data;
	struct view view;
};

static void
begin(struct stage *scene, size_t rows, size_t cols)
{
	data_init(&scene->data, NULL, &options);
	scene->data.now = NOW + 5 * INSTANT_MINUTE;
	scene->data.first = NOW - 30 * INSTANT_DAY;
	scene->data.last = NOW + 4 * INSTANT_MINUTE;
	trend_put(&scene->data.trend, 0, INT64_MAX, cells, sizeof cells / sizeof *cells);
	view_init(&scene->view, &options, &scene->data);
	view_resize(&scene->view, rows, cols);
}

static void
end(struct stage *scene)
{
	view_clear(&scene->view);
	data_clear(&scene->data);
}

static void
add_incident(struct stage *scene, int64_t ended)
{
	struct health *service = &scene->data.service;

	service->incidents = calloc(1, sizeof *service->incidents);
	service->incidents[0] = (struct browse_incident){ 1, SPAN("mx1"), SPAN("inet:8891"),
		SPAN(""), CAUSE_MILTER_UNREACHABLE, NOW, NOW + INSTANT_MINUTE, ended, 9, 212, true,
		false };
	service->nincidents = 1;
}

static void
draw(const struct stage *scene, struct buf *out)
{
	struct grid grid;

	grid_init(&grid, scene->view.rows, scene->view.cols, false);
	view_draw(&scene->view, &grid);
	grid_print(&grid, out);
	grid_clear(&grid);
}

static void
assert_shows(const struct stage *scene, const char *text)
{
	struct buf out = BUF_INIT;

	draw(scene, &out);
	if (!span_has(buf_span(&out), span_of(text)))
		fail_msg("'%s' is not in:\n%s", text, buf_str(&out));
	buf_clear(&out);
}

static void
test_now_counts_and_ranks(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	assert_shows(&scene, "           since 08:00  24 hours    7 days");
	assert_shows(&scene, "  signed            50     1,250     1,350");
	assert_shows(&scene, "  unsigned           0         8         8");
	assert_shows(&scene, "  deferred           2         2         2");
	assert_shows(&scene, "  inbound            7         7         7");
	assert_shows(&scene, "Not signed: 10 of 1,260 own messages of the last 24 hours.");
	assert_shows(&scene, "> not-internal                       8   80 %");
	assert_shows(&scene, "  key-permission deferred            2   20 %");
	end(&scene);
}

static void
test_what_goes_on_stands_above_every_screen(void **state)
{
	static const int keys[] = { '1', '2', '4', '5', '?' };
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	add_incident(&scene, INSTANT_NONE);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		view_key(&scene.view, keys[i]);
		assert_shows(&scene, "!! milter-unreachable since 09:00:00: 212 messages hit");
	}
	end(&scene);
	begin(&scene, 24, 80);
	add_incident(&scene, NOW + 2 * INSTANT_MINUTE);
	assert_shows(&scene, "own messages of the last 24 hours");
	end(&scene);
	/* Of more than are counted, and before they are. */
	begin(&scene, 24, 80);
	add_incident(&scene, INSTANT_NONE);
	scene.data.service.incidents[0].more = true;
	assert_shows(&scene, "!! milter-unreachable since 09:00:00: 212+ messages hit");
	scene.data.service.incidents[0].counted = false;
	assert_shows(&scene, "!! milter-unreachable since 09:00:00 ");
	end(&scene);
}

static void
test_a_log_that_ended_long_ago_is_looked_at_from_its_end(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 100);
	scene.data.now = NOW + 3 * INSTANT_DAY;
	assert_shows(&scene, "  signed            50     1,250     1,350");
	assert_shows(&scene, "As of 24 Nov 09:04: Not signed: 10 of 1,260");
	end(&scene);
}

static void
test_a_reader_that_ended_is_said(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	scene.data.feed_ended = true;
	assert_shows(&scene, "NO LONGER READ");
	end(&scene);
}

/* What is shown of a filter ends before the clock. */
static void
test_a_long_filter_leaves_the_clock_alone(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	scene.data.filter.text = strdup("cause=milter-unreachable since=2026-11-24T09:00:00Z");
	assert_shows(&scene, "only cause=milter-unreach… 24 Nov 09:05\n");
	scene.data.filter.text[8] = '\0';
	(void)snprintf(scene.data.remark, sizeof scene.data.remark,
		"the store is held by another: waiting for it");
	assert_shows(&scene, "only cause=mi  the store … 24 Nov 09:05\n");
	end(&scene);
}

static void
test_causes_over_longer_and_shorter_times(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 160);
	view_key(&scene.view, '2');
	assert_shows(&scene, "cause, 7 days");
	assert_shows(&scene, "the client is unknown");
	assert_shows(&scene, "-1"); /* nine the week before */
	view_key(&scene.view, 'Z');
	assert_shows(&scene, "cause, 30 days");
	assert_shows(&scene, "> not-internal                      17");
	view_key(&scene.view, 's');
	view_key(&scene.view, 's');
	view_key(&scene.view, 's');
	assert_shows(&scene, "> key-permission");
	view_key(&scene.view, 'S');
	assert_shows(&scene, "> not-internal");
	end(&scene);
}

static void
test_a_trend_has_letters_a_legend_and_a_cursor_in_time(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	view_key(&scene.view, '4');
	assert_shows(&scene, "hour by hour");
	assert_shows(&scene, "   a  not-internal                           8         0");
	assert_shows(&scene, "   b  key-permission deferred");
	view_key(&scene.view, '[');
	assert_shows(&scene, "24 Nov 08:00  2 not signed  signed 50");
	view_key(&scene.view, ']');
	view_key(&scene.view, ']'); /* not beyond the end */
	assert_shows(&scene, "24 Nov 09:00  all signed");
	view_key(&scene.view, 'Z');
	assert_shows(&scene, "day by day");
	assert_shows(&scene, "24 Nov 00:00  10 not signed  signed 1,250");
	view_key(&scene.view, 'Z');
	assert_shows(&scene, "week by week");
	assert_shows(&scene, "23 Nov 00:00  10 not signed");
	/* What a bar is is said before what it is of. */
	view_resize(&scene.view, 10, 40);
	assert_shows(&scene, "\n  week by week\n");
	view_resize(&scene.view, 24, 80);
	view_key(&scene.view, 'z');
	assert_shows(&scene, "day by day");
	end(&scene);
}

/* What a tall window has room for: the last findings, incidents, and the course of the chosen cause. */
static void
test_a_tall_window_is_made_use_of(void **state)
{
	static const size_t widths[] = { 120, 200 };
	struct stage scene;

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		begin(&scene, 50, widths[i]);
		add_incident(&scene, NOW + INSTANT_MINUTE);
		scene.data.newest.rows[0] = (struct browse_row){ .first = NOW,
			.queue_id = SPAN("4D0357D61F"),
			.verdict = VERDICT_UNSIGNED,
			.cause = CAUSE_NOT_INTERNAL };
		scene.data.newest.n = 1;
		assert_shows(&scene, "  09:00:00      4D0357D61F    unsigned  not-internal");
		assert_shows(&scene, "INCIDENTS                                messages hit");
		assert_shows(&scene, "24 Nov 09:00 - 09:01  milter-unreachable          212");
		view_key(&scene.view, '2');
		assert_shows(&scene, "  not-internal, 7 days\n       8");
		end(&scene);
	}
}

static struct span
last_line(struct span text)
{
	text = span_trim(text);
	return span_from(text, (size_t)(span_find_last(text, '\n') + 1));
}

/* No screen writes beyond its edges, whatever its size; and each says which it is. */
static void
test_every_size_can_be_drawn(void **state)
{
	static const int keys[] = { '1', '2', '4', '5', '?' };
	struct stage scene;

	(void)state;
	begin(&scene, 10, 40);
	add_incident(&scene, INSTANT_NONE);
	for (size_t rows = 1; rows <= 90; rows += rows < 30 ? 1 : 7)
		for (size_t cols = 1; cols <= 330; cols += cols < 90 ? 7 : 31)
			for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
				struct buf out = BUF_INIT;

				view_resize(&scene.view, rows, cols);
				if (rows >= VIEW_MIN_ROWS && cols >= VIEW_MIN_COLS)
					view_key(&scene.view, keys[i]);
				draw(&scene, &out);
				assert_true(out.n >= rows);
				/* The foot says how to get out. */
				if (rows >= VIEW_MIN_ROWS && cols >= VIEW_MIN_COLS)
					assert_true(span_has(last_line(buf_span(&out)),
						keys[i] == '?' ? SPAN("q back") : SPAN("q quit")));
				buf_clear(&out);
			}
	end(&scene);
}

static void
test_an_empty_store_says_so(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	trend_clear(&scene.data.trend);
	scene.data.first = scene.data.last = INSTANT_NONE;
	assert_shows(&scene, "Nothing is in the store yet.");
	assert_shows(&scene, "no line yet");
	view_key(&scene.view, '4');
	view_key(&scene.view, '5');
	assert_shows(&scene, "None was read yet.");
	end(&scene);
}

static void
test_back_leads_out_and_q_says_so_at_last(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	view_key(&scene.view, '?');
	view_key(&scene.view, 'q');
	assert_false(scene.view.leave);
	view_key(&scene.view, KEY_IS_ESCAPE);
	assert_true(scene.view.leave);
	end(&scene);
}

static void
add_messages(struct stage *scene, size_t n)
{
	struct pages *messages = &scene->data.messages;

	messages->rows = calloc(n, sizeof *messages->rows);
	messages->n = n;
	for (size_t i = 0; i < n; i++)
		messages->rows[i] = (struct browse_row){ .id = (int64_t)i,
			.first = NOW - (int64_t)i * INSTANT_MINUTE,
			.queue_id = SPAN("4D0357D61F"),
			.verdict = VERDICT_UNSIGNED,
			.cause = CAUSE_NOT_INTERNAL };
}

/* Keys move on meanwhile; what comes late of another row is not shown, and a copy waits for its own. */
static void
test_no_key_waits_for_what_is_told(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	teller.asked = 0;
	teller.ready = false;
	scene.view.stack[0].screen = SCREEN_MESSAGES;
	add_messages(&scene, 3);
	assert_false(view_fetch(&scene.view));
	assert_false(view_fetch(&scene.view));
	assert_int_equal(teller.asked, 1);
	assert_shows(&scene, "\n  ...\n");
	view_key(&scene.view, 'j');
	assert_shows(&scene, "> 08:59:00");
	assert_false(view_fetch(&scene.view));
	assert_int_equal(teller.asked, 2);
	view_key(&scene.view, 'y');
	assert_int_equal(scene.view.copied.n, 0);
	teller.ready = true;
	assert_true(view_fetch(&scene.view));
	assert_shows(&scene, "WHY    reason 2");
	assert_string_equal(buf_str(&scene.view.copied), "1. step 2\n");
	assert_false(view_fetch(&scene.view));
	assert_int_equal(teller.asked, 2);
	/* Who has moved on does not get what he no longer looks at. */
	teller.ready = false;
	buf_reset(&scene.view.copied);
	view_key(&scene.view, 'j');
	assert_false(view_fetch(&scene.view));
	view_key(&scene.view, 'y');
	view_key(&scene.view, 'k');
	teller.ready = true;
	assert_true(view_fetch(&scene.view));
	assert_int_equal(scene.view.copied.n, 0);
	end(&scene);
}

/* Where a row of a list is seen at that place; it begins with one of these. */
static bool
is_row(const struct stage *scene, size_t at, const char *one, const char *other)
{
	struct buf out = BUF_INIT;
	struct span rest, line = SPAN_NONE;
	bool is;

	draw(scene, &out);
	rest = buf_span(&out);
	for (size_t i = 0; i <= at; i++)
		(void)span_cut(&rest, '\n', &line);
	is = span_starts(line, span_of(one)) || span_starts(line, span_of(other));
	buf_clear(&out);
	return is;
}

/* Every place is clicked at; the fix, the head and the foot hide no row that could be chosen. */
static void
test_a_click_chooses_a_row_that_is_seen(void **state)
{
	struct stage scene;
	size_t seen = 0;

	(void)state;
	begin(&scene, 24, 80);
	scene.view.stack[0].screen = SCREEN_MESSAGES;
	add_messages(&scene, 100);
	for (size_t row = 0; row < 24; row++) {
		struct cursor *cursor = &scene.view.stack[0].cursor;
		bool is = is_row(&scene, row, "  0", "> 0");

		*cursor = (struct cursor){ 50, 50 };
		view_fit_cursor(&scene.view);
		view_click(&scene.view, row, row == 23 ? 79 : 3);
		assert_int_equal(cursor->at, is ? 50 + seen : 50);
		assert_int_equal(cursor->top, 50);
		/* The row that was chosen already is opened. */
		assert_int_equal(scene.view.depth, is && seen == 0 ? 2 : 1);
		scene.view.depth = 1;
		seen += is;
	}
	assert_in_range(seen, 5, 20);
	/* While an answer is typed, nothing is chosen. */
	view_key(&scene.view, '/');
	view_click(&scene.view, 6, 3);
	assert_int_equal(scene.view.stack[0].cursor.at, 50);
	view_key(&scene.view, KEY_IS_ESCAPE);
	view_resize(&scene.view, 9, 39);
	view_click(&scene.view, 0, 30);
	assert_int_equal(scene.view.stack[0].screen, SCREEN_MESSAGES);
	end(&scene);
}

/* Where there is more than is seen, the foot tells how far one is. */
static void
test_the_foot_tells_the_place(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	assert_shows(&scene, "q quit\n"); /* all of it is seen */
	scene.view.stack[0].screen = SCREEN_MESSAGES;
	add_messages(&scene, 100);
	assert_shows(&scene, " 1/100\n");
	view_key(&scene.view, 'j');
	scene.data.messages.more_below = true;
	assert_shows(&scene, " 2/100+\n");
	/* How many are above is not known after a leap to a time. */
	scene.data.messages.more_above = true;
	assert_shows(&scene, "q quit\n");
	view_key(&scene.view, '?');
	assert_shows(&scene, " 20/52\n");
	view_key(&scene.view, 'G');
	assert_shows(&scene, " 52/52\n");
	end(&scene);
}

/* A text has no cursor: what was found in it is marked, and the foot says how to go on. */
static void
test_what_was_found_is_marked(void **state)
{
	static const char typed[] = "/mouse";
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	view_key(&scene.view, '?');
	for (const char *key = typed; *key != '\0'; key++)
		view_key(&scene.view, *key);
	view_key(&scene.view, KEY_IS_ENTER);
	assert_shows(&scene, "\n> v                 without frames and colours, for the mouse");
	assert_shows(&scene, "\n 'mouse': n the next, N the one before\n");
	view_key(&scene.view, 'n');
	assert_shows(&scene, "\n> M                 the mouse");
	assert_shows(&scene, "\n  v    ");
	view_key(&scene.view, 'g');
	assert_shows(&scene, "\n  ? F1 ");
	view_key(&scene.view, 'q');
	view_key(&scene.view, '2');
	view_key(&scene.view, '/');
	view_key(&scene.view, 'k');
	view_key(&scene.view, KEY_IS_ENTER);
	assert_shows(&scene, "\n> key-permission");
	end(&scene);
}

static void
add_hits(struct stage *scene)
{
	struct hits *hits = &scene->data.hits;

	hits->stale = false;
	hits->verdict = VERDICT_UNSIGNED;
	hits->cause = CAUSE_NOT_INTERNAL;
	hits->counted = 3;
	hits->n[HIT_DOMAIN] = 2;
	hits->rows[HIT_DOMAIN][0] = (struct hits_row){ SPAN("shop.example"), 2, NULL };
	hits->rows[HIT_DOMAIN][1] = (struct hits_row){ SPAN("service.example"), 1, NULL };
}

/* What the foot names is done, as if its key had been pressed. */
static void
test_a_click_at_the_foot_is_a_key(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 24, 80);
	scene.view.stack[0].screen = SCREEN_MESSAGES;
	add_messages(&scene, 3);
	assert_shows(&scene,
		"\n ? help  Enter open  y copy fix  e next unsigned  / search  f filter");
	view_click(&scene.view, 23, 0);
	view_click(&scene.view, 23, 7); /* between two */
	assert_int_equal(scene.view.depth, 1);
	view_click(&scene.view, 23, 1);
	assert_int_equal(view_level(&scene.view)->screen, SCREEN_HELP);
	view_key(&scene.view, 'q');
	view_click(&scene.view, 23, 9);
	assert_int_equal(view_level(&scene.view)->screen, SCREEN_STORY);
	view_key(&scene.view, 'q');
	view_click(&scene.view, 23, 60);
	assert_shows(&scene, "\n show only: _\n");
	view_click(&scene.view, 23, 1);
	assert_shows(&scene, "\n show only: _\n");
	end(&scene);
	/* There is a key for each. */
	begin(&scene, 24, 300);
	for (int id = 0; id < SCREEN_COUNT; id++) {
		scene.view.stack[0].screen = (enum screen_id)id;
		for (size_t col = 0; col < 300; col++) {
			int key = view_key_at(&scene.view, col);

			if (key != KEY_NOTHING && keys_action(key) == DO_NOTHING)
				fail_msg("screen %d, column %zu: '%c' is no key", id, col, key);
		}
	}
	end(&scene);
}

/* In a wide window the fix stands beside the list. */
static void
test_a_click_beside_a_list_chooses_nothing(void **state)
{
	struct stage scene;

	(void)state;
	begin(&scene, 50, 200);
	add_hits(&scene);
	view_open_cause(&scene.view, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL);
	for (size_t row = 0; row < 50; row++) {
		view_click(&scene.view, row, row == 0 ? 20 : 150);
		assert_int_equal(scene.view.depth, 2);
		assert_int_equal(view_level(&scene.view)->cursor.at, 0);
	}
	view_click(&scene.view, view_top(&scene.view) + 4, 50);
	assert_shows(&scene, "\n>   shop.example");
	/* And which setting it is about. */
	assert_shows(&scene, "unsigned  not-internal  the client is unknown  (InternalHosts)\n");
	end(&scene);
}

/* What is chosen stays chosen while others overtake it; who looks at the first goes on doing so. */
static void
test_the_chosen_row_stays_under_the_finger(void **state)
{
	static const struct trend_cell more = { HOUR_NOW, 90, VERDICT_DEFERRED,
		CAUSE_KEY_PERMISSION };
	static const int keys[] = { '1', '2' };
	struct stage scene;
	struct held held;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		for (int down = 0; down < 2; down++) {
			begin(&scene, 24, 100);
			view_key(&scene.view, keys[i]);
			if (down)
				view_key(&scene.view, 'j');
			assert_shows(&scene, down ? "\n> key-permission" : "\n> not-internal");
			view_hold(&scene.view, &held);
			trend_put(&scene.data.trend, HOUR_NOW, INT64_MAX, &more, 1);
			view_settle(&scene.view, &held);
			assert_shows(&scene, "\n> key-permission");
			assert_shows(&scene, "\n  not-internal");
			end(&scene);
		}
	begin(&scene, 24, 100);
	add_hits(&scene);
	view_open_cause(&scene.view, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL);
	view_key(&scene.view, 'j');
	view_key(&scene.view, 'j');
	view_hold(&scene.view, &held);
	scene.data.hits.rows[HIT_DOMAIN][1] = scene.data.hits.rows[HIT_DOMAIN][0];
	scene.data.hits.rows[HIT_DOMAIN][0] = (struct hits_row){ SPAN("service.example"), 7, NULL };
	view_settle(&scene.view, &held);
	assert_shows(&scene, "\n>   shop.example");
	end(&scene);
}

static void
test_copies_go_through_tmux_and_screen(void **state)
{
	static const struct {
		bool tmux, screen;
		const char *sequence;
	} rows[] = {
		{ false, false, "\033]52;c;Zml4\a" },
		{ true, false, "\033]52;c;Zml4\a\033Ptmux;\033\033]52;c;Zml4\a\033\\" },
		{ false, true, "\033P\033]52;c;Zml4\a\033\\" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_reset(&out);
		terminal_copy_sequence(&out, SPAN("fix"), rows[i].tmux, rows[i].screen);
		assert_string_equal(buf_str(&out), rows[i].sequence);
	}
	buf_reset(&out);
	terminal_copy_sequence(&out, SPAN("a"), false, false);
	assert_string_equal(buf_str(&out), "\033]52;c;YQ==\a");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_now_counts_and_ranks),
		cmocka_unit_test(test_what_goes_on_stands_above_every_screen),
		cmocka_unit_test(test_a_log_that_ended_long_ago_is_looked_at_from_its_end),
		cmocka_unit_test(test_a_reader_that_ended_is_said),
		cmocka_unit_test(test_a_long_filter_leaves_the_clock_alone),
		cmocka_unit_test(test_causes_over_longer_and_shorter_times),
		cmocka_unit_test(test_a_trend_has_letters_a_legend_and_a_cursor_in_time),
		cmocka_unit_test(test_a_tall_window_is_made_use_of),
		cmocka_unit_test(test_every_size_can_be_drawn),
		cmocka_unit_test(test_an_empty_store_says_so),
		cmocka_unit_test(test_back_leads_out_and_q_says_so_at_last),
		cmocka_unit_test(test_no_key_waits_for_what_is_told),
		cmocka_unit_test(test_a_click_chooses_a_row_that_is_seen),
		cmocka_unit_test(test_the_foot_tells_the_place),
		cmocka_unit_test(test_what_was_found_is_marked),
		cmocka_unit_test(test_a_click_at_the_foot_is_a_key),
		cmocka_unit_test(test_a_click_beside_a_list_chooses_nothing),
		cmocka_unit_test(test_the_chosen_row_stays_under_the_finger),
		cmocka_unit_test(test_copies_go_through_tmux_and_screen),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
