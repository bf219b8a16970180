/* Counts by the hour in memory, and the causes of a time counted out of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/ranking.h"

static const struct trend_cell cells[] = {
	{ 100, 5, VERDICT_SIGNED, CAUSE_NONE },
	{ 100, 2, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL },
	{ 101, 1, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL },
	{ 101, 7, VERDICT_DEFERRED, CAUSE_KEY_PERMISSION },
	{ 103, 3, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL },
	{ 103, 4, VERDICT_INBOUND, CAUSE_NONE },
	{ 103, 9, VERDICT_SIGNED, CAUSE_NONE },
	{ 103, 1, VERDICT_UNKNOWN, CAUSE_NONE },
};

#define CELLS (sizeof cells / sizeof *cells)

static void
test_slices_come_in_any_order_and_again(void **state)
{
	struct trend trend = TREND_INIT;
	uint64_t sums[VERDICT_COUNT];

	(void)state;
	trend_put(&trend, 103, INT64_MAX, cells + 4, 4);
	trend_put(&trend, 100, 103, cells, 4);
	assert_int_equal(trend.n, CELLS);
	assert_int_equal(trend.from, 100);
	trend_put(&trend, 101, INT64_MAX, cells + 2, 6);
	assert_int_equal(trend.n, CELLS);
	for (size_t i = 1; i < trend.n; i++)
		assert_true(trend.cells[i - 1].hour <= trend.cells[i].hour);
	trend_sum(&trend, 100, 102, sums);
	assert_int_equal(sums[VERDICT_SIGNED], 5);
	assert_int_equal(sums[VERDICT_UNSIGNED], 3);
	assert_int_equal(sums[VERDICT_DEFERRED], 7);
	trend_put(&trend, 101, 103, NULL, 0);
	trend_sum(&trend, 0, 1000, sums);
	assert_int_equal(sums[VERDICT_DEFERRED], 0);
	trend_clear(&trend);
}

static void
test_gathering_adds_what_is_the_same(void **state)
{
	struct trend_gather gather = { NULL, 0, 0 };

	(void)state;
	trend_gather_add(&gather, 1, VERDICT_SIGNED, CAUSE_NONE, 2);
	trend_gather_add(&gather, 1, VERDICT_INBOUND, CAUSE_NONE, 3);
	trend_gather_add(&gather, 1, VERDICT_SIGNED, CAUSE_NONE, 4);
	trend_gather_add(&gather, 2, VERDICT_SIGNED, CAUSE_NONE, 1);
	assert_int_equal(gather.n, 3);
	assert_int_equal(gather.cells[0].messages, 6);
	free(gather.cells);
}

static void
test_causes_are_ranked_beside_the_time_before(void **state)
{
	struct trend trend = TREND_INIT;
	struct ranked ranked[RANKING_MAX];
	size_t n;

	(void)state;
	trend_put(&trend, 100, INT64_MAX, cells, CELLS);
	n = ranking_make(&trend, 102, 104, ranked);
	assert_int_equal(n, 3);
	ranking_sort(ranked, n, RANKING_MESSAGES, false);
	assert_int_equal(ranked[0].cause, CAUSE_NOT_INTERNAL);
	assert_int_equal(ranked[0].messages, 3);
	assert_int_equal(ranked[0].before, 3);
	assert_int_equal(ranked[1].verdict, VERDICT_UNKNOWN);
	assert_int_equal(ranked[2].cause, CAUSE_KEY_PERMISSION);
	assert_int_equal(ranked[2].messages, 0);
	assert_int_equal(ranked[2].before, 7);
	ranking_sort(ranked, n, RANKING_CHANGE, false);
	assert_int_equal(ranked[2].cause, CAUSE_KEY_PERMISSION);
	ranking_sort(ranked, n, RANKING_MESSAGES, true);
	assert_int_equal(ranked[2].cause, CAUSE_NOT_INTERNAL);
	trend_clear(&trend);
}

static void
test_courses_and_shares(void **state)
{
	struct trend trend = TREND_INIT;
	uint64_t values[4];

	(void)state;
	trend_put(&trend, 100, INT64_MAX, cells, CELLS);
	ranking_course(&trend, 100, 104, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, values, 4);
	assert_int_equal(values[0], 2);
	assert_int_equal(values[1], 1);
	assert_int_equal(values[2], 0);
	assert_int_equal(values[3], 3);
	ranking_course(&trend, 100, 104, VERDICT_COUNT, CAUSE_NONE, values, 2);
	assert_int_equal(values[0], 10);
	assert_int_equal(values[1], 4);
	ranking_signed(&trend, 100, values, 4);
	assert_int_equal(values[0], 714);
	assert_int_equal(values[1], 0);
	assert_true(values[2] == UINT64_MAX);
	assert_int_equal(values[3], 750); /* what is unknown is not own mail */
	trend_clear(&trend);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices_come_in_any_order_and_again),
		cmocka_unit_test(test_gathering_adds_what_is_the_same),
		cmocka_unit_test(test_causes_are_ranked_beside_the_time_before),
		cmocka_unit_test(test_courses_and_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
