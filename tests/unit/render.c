/* Pieces of text for people: widths are columns, and nothing of a log reaches the terminal raw. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/render.h"

static struct settings settings;
static struct cli_session session;

static int
begin(void **state)
{
	(void)state;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	settings = (struct settings){ .utc = true };
	session = (struct cli_session){ .settings = &settings, .width = 40 };
	session.options.log.now = INT64_C(1795500000) * INSTANT_SECOND; /* 2026-11-24 */
	return 0;
}

static int
end(void **state)
{
	(void)state;
	buf_clear(&session.out);
	mask_clear(&session.mask);
	return 0;
}

static void
expect(const char *text, size_t row)
{
	if (!span_eq(buf_span(&session.out), span_of(text)))
		fail_msg("row %zu: '%s', expected '%s'", row, buf_str(&session.out), text);
	buf_reset(&session.out);
}

static void
test_cells_are_as_wide_as_they_look(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *left, *right;
		bool ascii;
	} rows[] = {
		{ "ab", 4, "ab  ", "  ab", false },
		{ "abcd", 4, "abcd", "abcd", false },
		{ "abcdef", 4, "abc…", "abc…", false },
		{ "署名", 6, "署名  ", "  署名", false },
		{ "署名済み", 6, "署名… ", " 署名…", false },
		{ "a\x1b[1m", 9, "a\\x1B[1m ", " a\\x1B[1m", false },
		{ "", 2, "  ", "  ", false },
		{ "abcdef", 5, "ab...", "ab...", true },
		{ "é", 8, "\\u{00E9}", "\\u{00E9}", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		settings.ascii = rows[i].ascii;
		render_cell(&session, span_of(rows[i].text), rows[i].columns);
		expect(rows[i].left, i);
		render_cell_right(&session, span_of(rows[i].text), rows[i].columns);
		expect(rows[i].right, i);
	}
}

static void
test_prose_is_wrapped_and_commands_are_not(void **state)
{
	static const struct {
		const char *prose, *shown;
	} rows[] = {
		{ "one two", "    one two\n" },
		{ "one two three four five six seven eight nine",
			"    one two three four five six seven\n    eight nine\n" },
		{ "$ a long command that has more columns than there are",
			"        a long command that has more columns than there are\n" },
		{ " a row   for a file", "        a row   for a file\n" },
		{ "a\n$ b\n c\nd", "    a\n        b\n        c\n    d\n" },
		{ "x\x1b]0;evil\x07", "    x\\x1B]0;evil\\x07\n" },
		/* no line begins with a full stop */
		{ "一二三四五六七八九十一二三四五六七八。",
			"    一二三四五六七八九十一二三四五六七\n    八。\n" },
	};

	(void)state;
	settings.ascii = false;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		render_prose(&session, span_of(rows[i].prose), 4);
		expect(rows[i].shown, i);
	}
}

static void
test_times_are_in_the_readers_language(void **state)
{
	static const struct {
		int64_t seconds;
		enum lang lang;
		const char *time, *minute;
	} rows[] = {
		{ 1795487785, LANG_EN, "24 Nov 02:36:25", "24 Nov 02:36" },
		{ 1795487785, LANG_JA, "11/24 02:36:25", "11/24 02:36 " },
		{ 1763951785, LANG_EN, "24 Nov 2025 02:36:25", "24 Nov 2025…" },
		{ 1763951785, LANG_JA, "2025/11/24 02:36:25", "2025/11/24 …" },
	};
	struct buf room = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		session.lang = rows[i].lang;
		buf_add(&session.out,
			render_time(&session, rows[i].seconds * INSTANT_SECOND, &room));
		expect(rows[i].time, i);
		render_minute_cell(&session, rows[i].seconds * INSTANT_SECOND, 12);
		expect(rows[i].minute, i);
	}
	buf_add(&session.out, render_time(&session, INSTANT_NONE, &room));
	expect("-", 99);
	session.lang = LANG_EN;
	buf_clear(&room);
}

static void
test_values_in_texts_are_made_printable(void **state)
{
	const struct span value = SPAN("a\x1b[31m{1}");

	(void)state;
	render_say(&session, WORD_NOT_IN_LOGS, &value, 1);
	expect("'a\\x1B[31m{1}' is not in these logs.", 0);
}

static void
test_persons_are_masked_on_demand(void **state)
{
	(void)state;
	session.mask.kind = MASK_ALL;
	render_text(&session, SPAN("bob@shop.example"), SIZE_MAX);
	expect("user1@shop.example", 0);
	render_prose(&session, SPAN("covers bob@shop.example."), 0);
	expect("covers user1@shop.example.\n", 1);
	session.mask.kind = MASK_NOBODY;
	render_text(&session, SPAN("bob@shop.example"), SIZE_MAX);
	expect("bob@shop.example", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells_are_as_wide_as_they_look),
		cmocka_unit_test(test_prose_is_wrapped_and_commands_are_not),
		cmocka_unit_test(test_times_are_in_the_readers_language),
		cmocka_unit_test(test_values_in_texts_are_made_printable),
		cmocka_unit_test(test_persons_are_masked_on_demand),
	};

	return cmocka_run_group_tests_name("render", tests, begin, end);
}
