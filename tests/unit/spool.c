/* Texts leave in the order of time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/spool.h"

static void
drain(struct spool *spool, const char *expected)
{
	struct buf out = BUF_INIT;
	struct error err = ERROR_INIT;
	int rc;

	do
		rc = spool_next(spool, &out, &err);
	while (rc > 0);
	assert_int_equal(rc, 0);
	if (!span_eq(buf_span(&out), span_of(expected)))
		fail_msg("'%s', expected '%s'", buf_str(&out), expected);
	buf_clear(&out);
}

static void
test_spool_sorts_by_time(void **state)
{
	struct spool spool = SPOOL_INIT;

	(void)state;
	drain(&spool, "");
	spool_add(&spool, 3, SPAN("c"));
	spool_add(&spool, 1, SPAN("a1 "));
	spool_add(&spool, 1, SPAN("a2 "));
	spool_add(&spool, INT64_MIN, SPAN("none "));
	spool_add(&spool, 2, SPAN(""));
	drain(&spool, "none a1 a2 c");
	spool_clear(&spool);
}

static void
test_spool_forgets(void **state)
{
	struct spool spool = SPOOL_INIT;

	(void)state;
	spool_add(&spool, 1, SPAN("a longer text that was wrong"));
	spool_reset(&spool);
	spool_add(&spool, 2, SPAN("b"));
	spool_add(&spool, 1, SPAN("a"));
	drain(&spool, "ab");
	spool_clear(&spool);
}

/* More than is read back at once, far out of order. */
static void
test_spool_finds_far_texts(void **state)
{
	enum { N = 3000 };
	struct spool spool = SPOOL_INIT;
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < N; i++) {
			int t = i * 1009 % N;

			buf_reset(&text);
			buf_addf(&text, "%d ", t);
			buf_add_repeat(&text, 'x', t % 700 == 0 ? 300000 : 300);
			spool_add(&spool, t, buf_span(&text));
		}
		for (int i = 0; i < N; i++) {
			struct span number, rest;

			buf_reset(&out);
			assert_int_equal(spool_next(&spool, &out, &err), 1);
			rest = buf_span(&out);
			buf_reset(&text);
			buf_addf(&text, "%d", i);
			assert_true(span_word(&rest, &number));
			assert_true(span_eq(number, buf_span(&text)));
			assert_int_equal(out.n - number.n - 1, i % 700 == 0 ? 300000 : 300);
		}
		assert_int_equal(spool_next(&spool, &out, &err), 0);
		spool_reset(&spool);
	}
	buf_clear(&text);
	buf_clear(&out);
	spool_clear(&spool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spool_sorts_by_time),
		cmocka_unit_test(test_spool_finds_far_texts),
		cmocka_unit_test(test_spool_forgets),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
