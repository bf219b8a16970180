#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "parser/doubles.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define T (INT64_C(1795479242) * INSTANT_SECOND)

/* Of a line that stands a times in one file and b times in another, the larger number is given. */
static void
test_doubles_give_the_larger_number(void **state)
{
	static const struct {
		const char *text; /* lines as letters, each behind the number of its file */
		const char *want; /* what is given */
	} rows[] = {
		{ "0a0b0c", "abc" },
		{ "0a1a", "a" },
		{ "0a0a1a", "aa" },
		{ "0a1a1a", "aa" },
		{ "0a1a0a1a0a", "aaa" },
		{ "0a1a2a2a", "aa" },
		{ "0a1b0b1a", "ab" },
		{ "1a1a1a0a0a", "aaa" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct doubles doubles = { 0 };
		struct buf got = BUF_INIT;

		for (const char *p = rows[i].text; *p; p += 2) {
			if (!doubles_seen(&doubles, (struct span){ p + 1, 1 }, (size_t)(*p - '0'),
				    T))
				buf_add_char(&got, p[1]);
		}
		if (strcmp(buf_str(&got), rows[i].want) != 0) {
			print_error("%s: %s\n", rows[i].text, buf_str(&got));
			fail();
		}
		doubles_clear(&doubles);
		buf_clear(&got);
	}
}

static void
test_doubles_are_remembered_for_a_while(void **state)
{
	static const struct {
		int64_t later;
		bool seen;
	} rows[] = {
		{ 0, true }, { 29 * INSTANT_SECOND, true },
		{ 31 * INSTANT_SECOND, true }, /* the older generation is still there */
		{ INSTANT_HOUR, true },        /* ... until a later line has come */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct doubles doubles = { 0 };

		assert_false(doubles_seen(&doubles, SPAN("x"), 0, T));
		if (doubles_seen(&doubles, SPAN("x"), 1, T + rows[i].later) != rows[i].seen) {
			print_error("row %zu\n", i);
			fail();
		}
		doubles_clear(&doubles);
	}
}

/* Hours of lines take the memory of half a minute's. */
static void
test_doubles_forget(void **state)
{
	struct doubles doubles = { 0 };
	struct buf line = BUF_INIT;

	(void)state;
	assert_false(doubles_seen(&doubles, SPAN("first"), 0, T));
	for (int i = 0; i < 100000; i++) {
		buf_reset(&line);
		buf_addf(&line, "line %d", i);
		assert_false(doubles_seen(&doubles, buf_span(&line), 0, T + i * INSTANT_SECOND));
	}
	assert_in_range(doubles.now.capacity + doubles.before.capacity, 1, 4096);
	assert_false(doubles_seen(&doubles, SPAN("first"), 1, T + 100000 * INSTANT_SECOND));
	/* Lines without any stamp have one time for all. */
	assert_false(doubles_seen(&doubles, SPAN("bare"), 0, INSTANT_NONE));
	assert_true(doubles_seen(&doubles, SPAN("bare"), 1, INSTANT_NONE));
	doubles_clear(&doubles);
	buf_clear(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubles_give_the_larger_number),
		cmocka_unit_test(test_doubles_are_remembered_for_a_while),
		cmocka_unit_test(test_doubles_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
