#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/markup.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct row {
	const char *line, *want;
};

static void
walk(const struct row *rows, size_t n, struct span (*of)(struct span line))
{
	for (size_t i = 0; i < n; i++) {
		struct span got = of(span_of(rows[i].line));

		if (!span_eq(got, span_of(rows[i].want)))
			print_error("'%s': '%.*s', not '%s'\n", rows[i].line, SPAN_ARGS(got),
				rows[i].want);
		assert_true(span_eq(got, span_of(rows[i].want)));
	}
}

static void
test_markup_strips_what_people_put_around_a_line(void **state)
{
	static const struct row rows[] = {
		{ "opendkim[5]: x", "opendkim[5]: x" },
		{ "*** Feb 26 mx1 opendkim[5]: x", "Feb 26 mx1 opendkim[5]: x" },
		{ "**Feb 26 mx1 opendkim[5]: x**", "Feb 26 mx1 opendkim[5]: x" },
		{ "`opendkim: x`", "opendkim: x" },
		{ "| - opendkim: x", "opendkim: x" },
		{ "  \u2022 opendkim: x  ", "opendkim: x" },
		{ "&gt; opendkim: x", "opendkim: x" },
		{ "<br><code>opendkim: x</code>", "opendkim: x" },
		{ "[COLOR=#333333][FONT=Monaco]Dec 11 opendkim[5]: x[/FONT][/COLOR]",
			"Dec 11 opendkim[5]: x" },
		{ "[32mmail |[0m opendkim[5]: x", "mail |[0m opendkim[5]: x" },
		{ "12| opendkim: x", "opendkim: x" },
		{ "12 | opendkim: x", "opendkim: x" },
		{ "[01;31mopendkim: x", "opendkim: x" },
		{ "<code class=log>opendkim: x</code><br />", "opendkim: x" },
		{ "* opendkim: x (see [1])]", "opendkim: x (see [1])]" },
		{ "* opendkim: a<b>", "opendkim: a" },
		{ "* opendkim: a<c>", "opendkim: a<c>" },
		/* more marks than anyone writes */
		{ "````````````````````````````````````````x", "````````x" },
		/* none of it is markup */
		{ "123456789| x", "123456789| x" },
		{ "12 x", "12 x" },
		{ "[12345678m x", "[12345678m x" },
		{ "<code opendkim: x", "<code opendkim: x" },
		{ "<opendkim>x", "<opendkim>x" },
		{ "[FONT:Monaco]x", "[FONT:Monaco]x" },
		{ "<22>Feb 26 mx1 x", "<22>Feb 26 mx1 x" },
		{ "[pod/mail-0/postfix] x", "[pod/mail-0/postfix] x" },
		{ "-1 x", "-1 x" },
		{ "#2394(normal) x", "#2394(normal) x" },
		{ "opendkim: from=<a@b>", "opendkim: from=<a@b>" },
		{ "", "" },
		{ "`", "" },
		{ "[", "[" },
	};

	(void)state;
	walk(rows, COUNT(rows), markup_strip);
}

static void
test_markup_finds_a_program_that_begins_a_line_of_its_own(void **state)
{
	static const struct row rows[] = {
		{ "**Error**: `opendkim: /etc/opendkim.conf: x`",
			"opendkim: /etc/opendkim.conf: x" },
		{ "mail.log:opendkim[5]: x", "opendkim[5]: x" },
		{ "c 11 09:07:22 mx1 postfix/pickup[6]: x", "postfix/pickup[6]: x" },
		{ "error connecting to opendkim[12]: x", "" },
		{ "restarted opendkim: no better", "" },
		{ "11-09:07:22 opendkim: x", "" },
		{ "11 09:0x:22 mx1 opendkim: x", "" },
		{ "11 09.07.22 mx1 opendkim: x", "" },
		{ "opendkim[5]: x", "" },
		{ "", "" },
	};

	(void)state;
	walk(rows, COUNT(rows), markup_find_program);
}

static void
test_markup_finds_what_a_sentence_quotes(void **state)
{
	static const struct row rows[] = {
		{ "- so that `can't load key from /k: Permission denied` comes",
			"can't load key from /k: Permission denied" },
		{ "# Effect: \"warning: connect to Milter service inet:localhost:8891: Cannot",
			"warning: connect to Milter service inet:localhost:8891: Cannot" },
		{ "run `opendkim -n` and `cat /var/log/mail.log now`",
			"cat /var/log/mail.log now" },
		{ "`systemctl restart`", "" },
		{ "ends in a quote: `", "" },
		{ "no quotation at all", "" },
		{ "`", "" },
	};

	(void)state;
	walk(rows, COUNT(rows), markup_find_quotation);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markup_finds_what_a_sentence_quotes),
		cmocka_unit_test(test_markup_strips_what_people_put_around_a_line),
		cmocka_unit_test(test_markup_finds_a_program_that_begins_a_line_of_its_own),
	};

	return cmocka_run_group_tests_name("markup", tests, NULL, NULL);
}
