#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/items.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct span
text_of(const char *s)
{
	return s == NULL ? SPAN_NONE : span_of(s);
}

static void
test_items_read_plain_texts_and_leave_all_others(void **state)
{
	static const struct {
		const char *text;
		bool plain;
		const char *a, *b; /* of "a=" and "b=" */
	} rows[] = {
		{ "a=1", true, "1", NULL },
		{ "x=0, b=2, a=1", true, "1", "2" },
		{ "a=1, a=2", true, "1", NULL },
		{ "aa=1, ba=2", true, NULL, NULL },
		{ "a=, b=2", true, "", "2" },
		{ "", true, NULL, NULL },
		/* Where another key might begin, or a value go on. */
		{ "a=1 b=2", false, NULL, NULL },
		{ "a=1,b=2", false, NULL, NULL },
		{ "a=1, ", false, NULL, NULL },
		{ "a=1,  b=2", false, NULL, NULL },
		{ "a=<x, b=2>, b=3", false, NULL, NULL },
		{ "x=0 b=1, a=2", false, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span a = SPAN("as it was"), b = SPAN("as it was");
		const struct item items[] = { { SPAN("a="), &a }, { SPAN("b="), &b } };
		bool plain = items_read(span_of(rows[i].text), items, 2);
		struct span want_a = plain ? text_of(rows[i].a) : SPAN("as it was");
		struct span want_b = plain ? text_of(rows[i].b) : SPAN("as it was");

		if (plain != rows[i].plain || !span_eq(a, want_a) || !span_eq(b, want_b) ||
			(plain && (a.p == NULL) != (rows[i].a == NULL)))
			fail_msg("'%s': '%.*s' '%.*s'", rows[i].text, SPAN_ARGS(a), SPAN_ARGS(b));
	}
}

static void
test_items_end_where_the_last_key_stands(void **state)
{
	static const struct {
		const char *text;
		const char *rest; /* NULL: not plainly such a text */
	} rows[] = {
		{ "a=1, b=2, last=sent (a=3, b=4)", "sent (a=3, b=4)" },
		{ "b=1, x=7, a=2, last=x", "x" },
		{ "a=1, b=2, last=", NULL },
		{ "a=1, last=x, b=2", NULL },
		{ "a=1, b=2", NULL },
		{ "a=1 last=x, b=2, last=y", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span a, b, rest;
		const struct item items[] = { { SPAN("a="), &a }, { SPAN("b="), &b } };
		bool plain =
			items_read_until(span_of(rows[i].text), items, 2, SPAN("last="), &rest);

		if (plain != (rows[i].rest != NULL) ||
			(plain && !span_eq(rest, span_of(rows[i].rest))))
			fail_msg("'%s'", rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items_read_plain_texts_and_leave_all_others),
		cmocka_unit_test(test_items_end_where_the_last_key_stands),
	};

	return cmocka_run_group_tests_name("items", tests, NULL, NULL);
}
