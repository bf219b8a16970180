#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/head.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A span as an initializer. */
#define S(literal)                                                                                 \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

#define OLD "Nov 24 09:14:02 "
#define NEW "2026-11-24T09:14:02Z "

static void
test_head_finds_the_stamp_behind_what_was_put_there(void **state)
{
	static const struct {
		struct span line;
		enum stamp_kind kind;
		const char *rest;
		bool version;
	} rows[] = {
		{ S(OLD "mx1 a: x"), STAMP_YEARLESS, "mx1 a: x", false },
		{ S(NEW "mx1 a: x"), STAMP_ZONED, "mx1 a: x", false },
		{ S("<22>" OLD "mx1 a: x"), STAMP_YEARLESS, "mx1 a: x", false },
		{ S("<22>1 " NEW "mx1 a 1 - - x"), STAMP_ZONED, "mx1 a 1 - - x", true },
		{ S("postfix_1   | " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("\x1b[36mpostfix_1 | \x1b[0m" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("[pod/mail-0/postfix] " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S(NEW "stdout F " OLD "x"), STAMP_ZONED, "x", false },
		{ S(NEW OLD "x"), STAMP_ZONED, "x", false },
		{ S(" 14 " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("14: " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("/var/log/mail.log:14:" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("mail.log-14-" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("> > " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("\xEF\xBB\xBF" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("\0\0\0" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("[Nov 24 09:14:02] x"), STAMP_YEARLESS, "x", false },
		{ S("[15513.957477] opendkim[1]: x"), STAMP_NONE, "opendkim[1]: x", false },
		{ S("no stamp at all"), STAMP_NONE, "no stamp at all", false },
		{ S("<999999>" OLD), STAMP_NONE, "<999999>" OLD, false },
		{ S("<22>"), STAMP_NONE, "", false },
		{ S("\x1b[1;36mpostfix | " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("14) " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("14. " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("14\t" OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("1 " NEW "mx1 a 1 - - x"), STAMP_ZONED, "mx1 a 1 - - x", true },
		{ S("mail.info: " OLD "x"), STAMP_YEARLESS, "x", false },
		{ S("Nov 24 09:14:02: x"), STAMP_YEARLESS, "x", false },
		{ S("Nov 24 09:14:02, x"), STAMP_YEARLESS, "x", false },
		{ S(NEW "stderr P " OLD "x"), STAMP_ZONED, "x", false },
		{ S(NEW "stdout F <22>" OLD "x"), STAMP_ZONED, "x", false },
		{ S(NEW "stdout Fatal"), STAMP_ZONED, "Fatal", false },
		{ S(NEW "stdout F"), STAMP_ZONED, "F", false },
		{ S("[    3.957477] kernel: x"), STAMP_NONE, "kernel: x", false },
		/* What only looks like one of these. */
		{ S("<22"), STAMP_NONE, "<22", false },
		{ S("<>" OLD), STAMP_NONE, "<>" OLD, false },
		{ S("<2a>" OLD), STAMP_NONE, "<2a>" OLD, false },
		{ S("[pod/mail-0/postfix " OLD), STAMP_NONE, "[pod/mail-0/postfix " OLD, false },
		{ S("[15513.957477]opendkim: x"), STAMP_NONE, "[15513.957477]opendkim: x", false },
		{ S("[15513.957477"), STAMP_NONE, "[15513.957477", false },
		{ S("[1.2] x"), STAMP_NONE, "x", false },
		{ S("14"), STAMP_NONE, "14", false },
		{ S("14x " OLD), STAMP_NONE, "14x " OLD, false },
		{ S("1234567890123 " OLD), STAMP_NONE, "1234567890123 " OLD, false },
		{ S("a[1]:" OLD), STAMP_NONE, "a[1]:" OLD, false },
		{ S("\x1b["), STAMP_NONE, "\x1b[", false },
		{ S(""), STAMP_NONE, "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct head head;

		head_read(rows[i].line, &head);
		if (head.stamp.kind != rows[i].kind || head.version != rows[i].version ||
			!span_eq(head.rest, span_of(rows[i].rest))) {
			print_error("'%.*s': %d '%.*s'\n", SPAN_ARGS(rows[i].line),
				(int)head.stamp.kind, SPAN_ARGS(head.rest));
			fail();
		}
	}
}

/* Prefixes without end are no log line, and take no time without end. */
static void
test_head_gives_up_behind_many_prefixes(void **state)
{
	char line[4096];
	size_t n = 0;
	struct head head;

	(void)state;
	while (n < sizeof(line))
		n += (size_t)snprintf(line + n, sizeof(line) - n, "<22>");
	head_read((struct span){ line, sizeof(line) - 1 }, &head);
	assert_int_equal(head.stamp.kind, STAMP_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head_finds_the_stamp_behind_what_was_put_there),
		cmocka_unit_test(test_head_gives_up_behind_many_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
