#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/month.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
test_month_knows_the_names_of_many_languages(void **state)
{
	static const struct {
		const char *word;
		int month;
	} rows[] = {
		{ "Jan", 1 },
		{ "DECEMBER", 12 },
		{ "März", 3 },
		{ "MÄR", 3 },
		{ "M\xe4r", 3 }, /* Latin-1 */
		{ "d\xe9"
		  "c",
			12 },
		{ "août", 8 },
		{ "févr", 2 },
		{ "Ene", 1 },
		{ "październik", 0 },
		{ "PAŹ", 0 }, /* only Latin-1's and Cyrillic's capitals are known */
		{ "paź", 10 },
		{ "ноя", 11 },
		{ "НОЯ", 11 },
		{ "Січ", 1 },
		{ "şub", 2 },
		{ "prosince", 0 },
		{ "mail", 0 },
		{ "opendkim", 0 },
		{ "ja", 0 },
		{ "\xff\xfe\xfd", 0 },
		{ "\xc3", 0 },
		{ "aVeryLongWordThatIsNoMonthInAnyLanguage", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int got = month_of(span_of(rows[i].word));

		if (got != rows[i].month) {
			print_error("'%s': %d\n", rows[i].word, got);
			fail();
		}
	}
}

static void
test_month_of_key_is_as_strict_as_rfc_3164(void **state)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	(void)state;
	for (int i = 0; i < 12; i++)
		assert_int_equal(month_of_key(names + (size_t)i * 3), i + 1);
	assert_int_equal(month_of_key("jan"), 0);
	assert_int_equal(month_of_key("\xff\xff\xff"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_month_knows_the_names_of_many_languages),
		cmocka_unit_test(test_month_of_key_is_as_strict_as_rfc_3164),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
