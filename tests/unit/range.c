/* Thresholds of monitors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/range.h"

/* clang-format off */
static const struct {
	const char *text;
	double calm, alarm;
	bool share;
} rows[] = {
	{ "0",       0,   1,    false },
	{ "10",      10,  10.5, false },
	{ "10:",     10,  9,    false },
	{ "5:10",    5,   4,    false },
	{ "5:10",    10,  11,   false },
	{ "@5:10",   4,   5,    false },
	{ "@5:10",   11,  10,   false },
	{ "~:10",    0,   11,   false },
	{ "2.5%",    2.5, 2.6,  true },
	{ "@0%",     1,   0,    true },
	{ "90:100%", 95,  89.9, true },
};
/* clang-format on */

static const char *const wrong[] = { "", "x", "-1", "1e3", ":", ":5", "10:5", "5 ", "1.", ".5",
	"1.2.3", "@", "%", "1:2:3", "~", "12345678901234567890", "5%%", "5@", "1,5" };

static void
test_a_range_alarms_as_plugins_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct range range;
		struct error err = ERROR_INIT;

		if (range_parse(&range, span_of(rows[i].text), &err) < 0 ||
			range.share != rows[i].share || range_alarms(&range, rows[i].calm) ||
			!range_alarms(&range, rows[i].alarm))
			fail_msg("row %zu: %s %s", i, rows[i].text, err.text);
	}
}

static void
test_what_is_no_range_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct range range;
		struct error err = ERROR_INIT;

		if (range_parse(&range, span_of(wrong[i]), &err) == 0)
			fail_msg("'%s' is taken", wrong[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_range_alarms_as_plugins_do),
		cmocka_unit_test(test_what_is_no_range_is_said),
	};

	return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
