/* Trends: cells, steps, bars. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/curve.h"

#define DAY(n) ((n)*INSTANT_DAY)

static bool
is_any(const void *ctx, const struct curve_cell *cell)
{
	(void)ctx;
	(void)cell;
	return true;
}

static bool
is_unsigned(const void *ctx, const struct curve_cell *cell)
{
	(void)ctx;
	return cell->kind == VERDICT_UNSIGNED;
}

static void
test_a_curve_gives_each_message_to_one_step(void **state)
{
	struct curve curve = { .n = 0 };
	struct curve_scale scale = { DAY(10), INSTANT_DAY, 3 };
	uint64_t steps[CURVE_STEPS_MAX];

	(void)state;
	curve_add(&curve, DAY(10) - 1, VERDICT_SIGNED, CAUSE_NONE, 100);
	curve_add(&curve, DAY(10), VERDICT_SIGNED, CAUSE_NONE, 1);
	curve_add(&curve, DAY(11) - 1, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, 2);
	curve_add(&curve, DAY(12), VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, 4);
	curve_add(&curve, DAY(12) + 1, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, 8);
	curve_add(&curve, DAY(13), VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, 100);
	curve_add(&curve, INSTANT_NONE, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, 100);
	curve_fill(&curve, &scale, is_any, NULL, steps);
	assert_int_equal(steps[0], 3);
	assert_int_equal(steps[1], 0);
	assert_int_equal(steps[2], 12);
	assert_int_equal(curve_sum(&curve, DAY(10), DAY(13), is_unsigned, NULL), 14);
	assert_int_equal(curve_sum(&curve, DAY(13), DAY(10), is_any, NULL), 0);
	assert_true(curve_begin(&curve) == DAY(10) - INSTANT_HOUR);
	assert_true(curve_end(&curve) == DAY(13) + INSTANT_HOUR);
	curve_clear(&curve);
	assert_true(curve_begin(&curve) == INSTANT_NONE);
}

static void
test_a_scale_covers_all_in_so_many_steps(void **state)
{
	static const int64_t hours[] = { 0, 1, 5, 23, 24, 25, 100, 168, 744, 9600 };

	(void)state;
	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
		int64_t to = DAY(10) + hours[i] * INSTANT_HOUR;
		struct curve_scale scale = curve_scale_of(DAY(10), to, 24);

		if (scale.n < 1 || scale.n > 24 || scale.from + (int64_t)scale.n * scale.width < to)
			fail_msg("%lld hours: %zu steps of %lld", (long long)hours[i], scale.n,
				(long long)(scale.width / INSTANT_HOUR));
	}
	assert_int_equal(curve_scale_of(INSTANT_NONE, DAY(1), 24).n, 0);
}

static void
test_a_spark_shows_the_least_and_the_most(void **state)
{
	static const struct {
		uint64_t steps[4];
		bool ascii;
		const char *spark;
	} rows[] = {
		{ { 0, 1, 8, 4 }, false, "·▁█▄" },
		{ { 0, 1, 1000, 999 }, false, "·▁██" },
		{ { 0, 0, 0, 0 }, false, "····" },
		{ { 0, 1, 8, 4 }, true, ".184" },
		{ { 5, 5, 5, 5 }, true, "8888" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		curve_spark(&out, rows[i].steps, 4, rows[i].ascii);
		if (!span_eq(buf_span(&out), span_of(rows[i].spark)))
			fail_msg("'%s', expected '%s'", buf_str(&out), rows[i].spark);
		buf_clear(&out);
	}
}

static void
test_a_curve_is_bounded(void **state)
{
	struct curve curve = { .n = 0 };

	(void)state;
	for (int64_t i = 0; i < CURVE_CELLS_MAX + 10; i++)
		curve_add(&curve, i * INSTANT_HOUR, VERDICT_SIGNED, CAUSE_NONE, 1);
	assert_int_equal(curve.n, CURVE_CELLS_MAX);
	curve_add(&curve, 0, VERDICT_SIGNED, CAUSE_NONE, 1);
	assert_int_equal(curve_sum(&curve, 0, INSTANT_HOUR, is_any, NULL), 2);
	curve_clear(&curve);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_curve_gives_each_message_to_one_step),
		cmocka_unit_test(test_a_scale_covers_all_in_so_many_steps),
		cmocka_unit_test(test_a_spark_shows_the_least_and_the_most),
		cmocka_unit_test(test_a_curve_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
