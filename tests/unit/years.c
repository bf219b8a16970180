#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/years.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct date {
	int year, month, day; /* year 0: none is written; month 0: the end */
};

static int64_t
midday(struct date date)
{
	struct civil civil = { date.year, date.month, date.day, 12, 0, 0, 0 };

	return instant_of_utc(&civil, 0);
}

/* One pass over the stamps; the years found go to got. */
static bool
pass(struct years *years, const struct date *stamps, int *got)
{
	years_rewind(years);
	for (size_t i = 0; stamps[i].month != 0; i++) {
		struct civil civil = { stamps[i].year, stamps[i].month, stamps[i].day, 12, 0, 0,
			0 };

		if (!years_next(years, &civil))
			return false;
		got[i] = civil.year;
	}
	return years_end(years);
}

static void
test_years_follow_from_the_last_write(void **state)
{
	static const struct {
		const char *what;
		int year; /* --year */
		struct date written;
		struct date stamps[6];
		int want[6];
	} rows[] = {
		{ "same year", 0, { 2026, 11, 24 }, { { 0, 11, 20 }, { 0, 11, 24 } },
			{ 2026, 2026 } },
		{ "written a year ago", 0, { 2025, 11, 24 }, { { 0, 11, 20 } }, { 2025 } },
		{ "begins later in the year than it ends", 0, { 2026, 11, 24 },
			{ { 0, 12, 1 }, { 0, 12, 24 } }, { 2025, 2025 } },
		{ "a day late", 0, { 2026, 1, 1 }, { { 0, 1, 2 } }, { 2026 } },
		{ "New Year inside", 0, { 2026, 1, 2 }, { { 0, 12, 31 }, { 0, 1, 1 } },
			{ 2025, 2026 } },
		{ "two New Years inside", 0, { 2026, 2, 1 },
			{ { 0, 11, 1 }, { 0, 2, 1 }, { 0, 8, 1 }, { 0, 12, 1 }, { 0, 2, 1 } },
			{ 2024, 2025, 2025, 2025, 2026 } },
		{ "more than a year", 0, { 2026, 5, 1 },
			{ { 0, 1, 5 }, { 0, 7, 5 }, { 0, 1, 5 }, { 0, 4, 5 } },
			{ 2025, 2025, 2026, 2026 } },
		{ "disorder of a day", 0, { 2026, 1, 2 },
			{ { 0, 1, 1 }, { 0, 12, 31 }, { 0, 1, 1 } }, { 2026, 2025, 2026 } },
		{ "newest first", 0, { 2026, 1, 6 },
			{ { 0, 1, 3 }, { 0, 1, 5 }, { 0, 12, 27 }, { 0, 1, 2 } },
			{ 2026, 2026, 2025, 2026 } },
		{ "29 February", 0, { 2026, 3, 2 }, { { 0, 2, 28 }, { 0, 2, 29 }, { 0, 3, 1 } },
			{ 2024, 2024, 2024 } },
		{ "29 February first", 0, { 2027, 3, 2 }, { { 0, 2, 29 } }, { 2024 } },
		{ "29 February after New Year", 0, { 2026, 3, 2 }, { { 0, 12, 28 }, { 0, 2, 29 } },
			{ 2023, 2024 } },
		{ "a stamp with a year follows", 0, { 2026, 3, 2 },
			{ { 0, 11, 5 }, { 0, 11, 20 }, { 2023, 11, 20 } }, { 2023, 2023, 2023 } },
		{ "... just after New Year", 0, { 2026, 3, 2 },
			{ { 0, 12, 30 }, { 2023, 1, 1 }, { 0, 1, 2 } }, { 2022, 2023, 2023 } },
		{ "... so it was not earlier this year", 0, { 2026, 12, 2 },
			{ { 0, 11, 30 }, { 2026, 11, 24 } }, { 2025, 2026 } },
		{ "a host without a clock", 0, { 2026, 3, 2 }, { { 1970, 1, 1 }, { 0, 3, 1 } },
			{ 1970, 2026 } },
		{ "--year", 2019, { 2026, 3, 2 }, { { 0, 5, 1 } }, { 2019 } },
		{ "--year is the last one's", 2019, { 2026, 3, 2 }, { { 0, 12, 31 }, { 0, 1, 1 } },
			{ 2018, 2019 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct years years;
		int got[6] = { 0, 0, 0, 0, 0, 0 };

		years_init(&years, midday(rows[i].written), rows[i].year, true);
		for (int tries = 0; !pass(&years, rows[i].stamps, got); tries++)
			assert_true(tries < 20);
		for (size_t k = 0; k < COUNT(got); k++) {
			if (got[k] == rows[i].want[k])
				continue;
			print_error("%s: stamp %zu is of %d, not %d\n", rows[i].what, k, got[k],
				rows[i].want[k]);
			fail();
		}
	}
}

static void
test_years_give_up_asking_at_last(void **state)
{
	/* 29 February, and the next day has the year of a common one. */
	static const struct date stamps[] = { { 0, 2, 29 }, { 2023, 3, 1 }, { 0, 0, 0 } };
	struct years years;
	int got[2];
	int tries = 0;

	(void)state;
	years_init(&years, midday((struct date){ 2026, 1, 1 }), 0, true);
	while (!pass(&years, stamps, got) && tries < 1000)
		tries++;
	assert_true(tries < 1000);
	assert_true(years.given_up);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_years_follow_from_the_last_write),
		cmocka_unit_test(test_years_give_up_asking_at_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
