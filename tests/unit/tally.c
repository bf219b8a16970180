/* Sums by some key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "cli/tally.h"

static void
fill(struct tally *tally, const char *keys)
{
	struct span rest = span_of(keys), key;

	while (span_cut(&rest, ' ', &key))
		tally_add(tally, key, VERDICT_UNSIGNED, 1);
}

static void
test_tally_counts_and_sorts(void **state)
{
	static const struct {
		const char *keys, *rows;
		bool by_key;
	} rows[] = {
		{ "a", "a:1", false },
		{ "a b b", "b:2 a:1", false },
		{ "b a", "a:1 b:1", false },
		{ "c a a b", "a:2 b:1 c:1", true },
		{ "  a", "(not known):2 a:1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tally tally = { .apart = true };
		struct buf text = BUF_INIT;

		fill(&tally, rows[i].keys);
		tally_sort(&tally, rows[i].by_key);
		for (size_t k = 0; k < tally.n; k++)
			buf_addf(&text, "%s%.*s:%llu", k > 0 ? " " : "",
				SPAN_ARGS(tally_label(tally.rows[k], LANG_EN, WORD_NOT_KNOWN)),
				(unsigned long long)tally.rows[k]->verdicts[VERDICT_UNSIGNED]);
		if (!span_eq(buf_span(&text), span_of(rows[i].rows)))
			fail_msg("'%s': %s, expected %s", rows[i].keys, buf_str(&text),
				rows[i].rows);
		buf_clear(&text);
		tally_clear(&tally);
	}
}

static void
test_tally_is_bounded(void **state)
{
	struct tally tally = { .apart = true };
	char key[16];

	(void)state;
	for (int i = 0; i < TALLY_KEYS_MAX + 5; i++) {
		(void)snprintf(key, sizeof key, "k%d", i);
		tally_add(&tally, span_of(key), VERDICT_SIGNED, 1);
	}
	assert_int_equal(tally.n, TALLY_KEYS_MAX + 1);
	tally_sort(&tally, false);
	assert_int_equal(tally.rows[0]->count, 5);
	assert_true(span_eq(tally_label(tally.rows[0], LANG_EN, WORD_NOT_KNOWN), SPAN("(others)")));
	tally_clear(&tally);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tally_counts_and_sorts),
		cmocka_unit_test(test_tally_is_bounded),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
