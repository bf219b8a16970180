/* Which known word may have been meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/nearest.h"

static void
test_distance_counts_slips(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} rows[] = {
		{ "", "", 0 },
		{ "since", "since", 0 },
		{ "", "abc", 3 },
		{ "sinse", "since", 1 },
		{ "sicne", "since", 1 },
		{ "sine", "since", 1 },
		{ "reprot", "report", 1 },
		{ "export", "report", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t there = nearest_distance(span_of(rows[i].a), span_of(rows[i].b));
		size_t back = nearest_distance(span_of(rows[i].b), span_of(rows[i].a));

		if (there != rows[i].distance || back != there)
			fail_msg("'%s' and '%s': %zu and %zu, expected %zu", rows[i].a, rows[i].b,
				there, back, rows[i].distance);
	}
}

static void
test_distance_ends_at_long_words(void **state)
{
	static const char letters[NEAREST_LENGTH_MAX + 1];

	(void)state;
	assert_int_equal(nearest_distance((struct span){ letters, sizeof letters }, SPAN("a")),
		NEAREST_LENGTH_MAX + 1);
	assert_int_equal(nearest_distance((struct span){ letters, NEAREST_LENGTH_MAX }, SPAN("")),
		NEAREST_LENGTH_MAX);
}

static void
test_only_near_words_are_offered(void **state)
{
	static const char *const known[] = { "report", "explain", "export", "rules" };
	static const struct {
		const char *word, *meant;
	} rows[] = {
		{ "reprot", "report" },
		{ "explian", "explain" },
		{ "rule", "rules" },
		{ "watch", NULL },
		{ "x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *best = NULL;
		size_t distance = SIZE_MAX;

		for (size_t k = 0; k < sizeof known / sizeof *known; k++)
			nearest_try(span_of(rows[i].word), known[k], &best, &distance);
		if (best != rows[i].meant &&
			(best == NULL || rows[i].meant == NULL ||
				!span_eq(span_of(best), span_of(rows[i].meant))))
			fail_msg("'%s': %s", rows[i].word, best == NULL ? "nothing" : best);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance_counts_slips),
		cmocka_unit_test(test_distance_ends_at_long_words),
		cmocka_unit_test(test_only_near_words_are_offered),
	};

	return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
