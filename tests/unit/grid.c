/* The screen in memory: edges, wide and combining characters, bytes that mean harm. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/grid.h"

static void
assert_printed(const struct grid *grid, const char *expected)
{
	struct buf out = BUF_INIT;

	grid_print(grid, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_clear(&out);
}

static void
test_texts_are_cut_at_edges(void **state)
{
	static const struct {
		const char *text;
		size_t col, max;
		bool ascii;
		const char *printed;
	} rows[] = {
		{ "abc", 0, SIZE_MAX, false, "abc\n" },
		{ "abcdefgh", 0, SIZE_MAX, false, "abcdefgh\n" },
		{ "abcdefghi", 0, SIZE_MAX, false, "abcdefg\xE2\x80\xA6\n" },
		{ "abcdefghi", 0, SIZE_MAX, true, "abcde...\n" },
		{ "abcdef", 5, SIZE_MAX, false, "     ab\xE2\x80\xA6\n" },
		{ "abcdef", 8, SIZE_MAX, false, "\n" },
		{ "abcdef", 0, 3, false, "ab\xE2\x80\xA6\n" },
		{ "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5", 0, SIZE_MAX, false,
			"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE6\x97\xA5\n" },
		{ "\xE6\x97\xA5\xE6\x9C\xAC", 0, 3, false, "\xE6\x97\xA5\xE2\x80\xA6\n" },
		{ "e\xCC\x81x", 0, SIZE_MAX, false, "e\xCC\x81x\n" },
		{ "\033[2J", 0, SIZE_MAX, false, "\\x1B[2J\n" },
		{ "a\tb", 0, SIZE_MAX, false, "a b\n" },
		{ "\xE2\x80\xAE"
		  "a",
			0, SIZE_MAX, false, "\xE2\x80\xA6\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct grid grid;

		grid_init(&grid, 1, 8, rows[i].ascii);
		(void)grid_log(&grid, 0, rows[i].col, rows[i].max, span_of(rows[i].text),
			PAINT_PLAIN);
		assert_printed(&grid, rows[i].printed);
		grid_clear(&grid);
	}
}

static void
test_a_wide_character_that_is_half_overwritten_goes(void **state)
{
	struct grid grid;

	(void)state;
	grid_init(&grid, 1, 6, false);
	(void)grid_text(&grid, 0, 0, SIZE_MAX, SPAN("\xE6\x97\xA5\xE6\x9C\xAC"), PAINT_PLAIN);
	(void)grid_text(&grid, 0, 1, SIZE_MAX, SPAN("x"), PAINT_PLAIN);
	assert_printed(&grid, " x\xE6\x9C\xAC\n");
	(void)grid_text(&grid, 0, 2, SIZE_MAX, SPAN("y"), PAINT_PLAIN);
	assert_printed(&grid, " xy\n");
	grid_clear(&grid);
}

static void
test_ascii_spells_out_what_a_log_holds(void **state)
{
	struct grid grid;

	(void)state;
	grid_init(&grid, 1, 30, true);
	(void)grid_log(&grid, 0, 0, SIZE_MAX, SPAN("a\xC3\xA9"), PAINT_PLAIN);
	grid_put(&grid, 0, 12, 0x2581, '_', PAINT_PLAIN);
	assert_printed(&grid, "a\\u{00E9}   _\n");
	grid_clear(&grid);
}

static void
test_a_chosen_row_has_a_sign(void **state)
{
	struct grid grid;

	(void)state;
	grid_init(&grid, 2, 5, false);
	(void)grid_text(&grid, 1, 2, SIZE_MAX, SPAN("row"), PAINT_PLAIN);
	grid_choose(&grid, 1, 3);
	grid_choose(&grid, 2, 3); /* there is none */
	assert_printed(&grid, "\n> row\n");
	assert_true(grid_at(&grid, 1, 2)->chosen);
	assert_false(grid_at(&grid, 1, 3)->chosen); /* what stands beside the list */
	assert_false(grid_at(&grid, 0, 0)->chosen);
	grid_clear(&grid);
}

static void
test_every_role_looks_like_something(void **state)
{
	(void)state;
	for (int i = 0; i < PAINT_COUNT; i++) {
		const struct look *look = theme_look((enum paint)i);

		/* Blue on an unknown ground cannot be read. */
		if (look->few_bg == -1 && look->few_fg == 4)
			fail_msg("role %d is blue", i);
		/* What is told by its ground with colours is told by reversing without. */
		if (i >= PAINT_SERIES && !(look->mono & ATTRIBUTE_REVERSE))
			fail_msg("role %d is not seen without colours", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_are_cut_at_edges),
		cmocka_unit_test(test_a_wide_character_that_is_half_overwritten_goes),
		cmocka_unit_test(test_ascii_spells_out_what_a_log_holds),
		cmocka_unit_test(test_a_chosen_row_has_a_sign),
		cmocka_unit_test(test_every_role_looks_like_something),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
