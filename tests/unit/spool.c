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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spool_sorts_by_time),
		cmocka_unit_test(test_spool_forgets),
	};

	return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
