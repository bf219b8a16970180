/* Texts with values in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/phrase.h"

static void
test_values_and_plurals_are_filled_in(void **state)
{
	static const struct {
		const char *text;
		struct span values[2];
		const char *filled;
	} rows[] = {
		{ "{1} of {2}", { { "3", 1 }, { "8", 1 } }, "3 of 8" },
		{ "{1} {1?line|lines}", { { "1", 1 } }, "1 line" },
		{ "{1} {1?line|lines}", { { "2", 1 } }, "2 lines" },
		{ "no value", { { NULL, 0 } }, "no value" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		phrase_fill(&out, span_of(rows[i].text), rows[i].values);
		assert_string_equal(buf_str(&out), rows[i].filled);
		buf_clear(&out);
	}
}

static void
test_numbers_are_grouped_by_thousands(void **state)
{
	static const struct {
		uint64_t number;
		const char *text;
	} rows[] = { { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 3402118, "3,402,118" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char digits[PHRASE_DIGITS_MAX];

		assert_true(span_eq(phrase_number(digits, rows[i].number), span_of(rows[i].text)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_and_plurals_are_filled_in),
		cmocka_unit_test(test_numbers_are_grouped_by_thousands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
