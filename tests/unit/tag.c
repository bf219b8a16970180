#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/tag.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
test_tag_reads_programs_and_nothing_else(void **state)
{
	static const struct {
		const char *line;
		enum tag_trust trust;
		const char *name; /* NULL: none */
		uint32_t pid;
		const char *text;
	} rows[] = {
		{ "opendkim[12]: x", TAG_TRUST_BARE, "opendkim", 12, "x" },
		{ "postfix/submission/smtpd[4294967295]:  x", TAG_TRUST_BARE,
			"postfix/submission/smtpd", 4294967295, "x" },
		{ "postfix/smtpd[4294967296]: x", TAG_TRUST_BARE, "postfix/smtpd", 0, "x" },
		{ "postfix-out/smtp[9]:", TAG_TRUST_BARE, "postfix-out/smtp", 9, "" },
		{ "opendkim[-]: x", TAG_TRUST_HOST, "opendkim", 0, "x" },
		{ "opendkim[12]:x", TAG_TRUST_HOST, "opendkim", 12, "x" },
		{ "opendkim[12] x", TAG_TRUST_HOST, "opendkim", 12, "x" },
		{ "opendkim[12] x", TAG_TRUST_BARE, NULL, 0, NULL },
		{ "opendkim: x", TAG_TRUST_BARE, "opendkim", 0, "x" },
		{ "opendkim1276100: x", TAG_TRUST_HOST, "opendkim", 1276100, "x" },
		{ "postfix/smtpd2285: x", TAG_TRUST_HOST, "postfix/smtpd", 2285, "x" },
		{ "opendkim.service[7]: x", TAG_TRUST_HOST, "opendkim", 7, "x" },
		{ "postfix@-.service[7]: x", TAG_TRUST_HOST, "postfix", 7, "x" },
		{ "init.scope[1]: x", TAG_TRUST_HOST, "systemd", 1, "x" },
		{ "kernel: x", TAG_TRUST_BARE, "kernel", 0, "x" },
		{ "cron: x", TAG_TRUST_HOST, "cron", 0, "x" },
		{ "cron: x", TAG_TRUST_BARE, NULL, 0, NULL },
		{ "sendmail: x", TAG_TRUST_BARE, "sendmail", 0, "x" },
		{ "postfix/smtpd.service[3]: x", TAG_TRUST_HOST, "postfix/smtpd", 3, "x" },
		{ "system/opendkim.service[3]: x", TAG_TRUST_HOST, "opendkim", 3, "x" },
		{ "@a.service[3]: x", TAG_TRUST_HOST, "@a", 3, "x" },
		/* One digit may belong to a name; a number as long as no PID is none. */
		{ "opendkim1: x", TAG_TRUST_HOST, "opendkim1", 0, "x" },
		{ "backup2026: x", TAG_TRUST_HOST, "backup2026", 0, "x" },
		{ "1234567890: x", TAG_TRUST_HOST, NULL, 0, NULL },
		/* No queue ID: too short, without a digit, in small letters where Sendmail has none. */
		{ "ABC1: x", TAG_TRUST_HOST, "ABC1", 0, "x" },
		{ "FEDCBA: x", TAG_TRUST_HOST, "FEDCBA", 0, "x" },
		{ "wxOEFkZX012345: x", TAG_TRUST_HOST, "wxOEFkZX012345", 0, "x" },
		{ "w3oEFkZX012345: x", TAG_TRUST_HOST, "w3oEFkZX012345", 0, "x" },
		/* What else stands before a colon. */
		{ "w3OEFkZX012345: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "'a'[12]: x", TAG_TRUST_BARE, NULL, 0, NULL },
		{ "'a'[12]:x", TAG_TRUST_BARE, NULL, 0, NULL },
		{ "a=b: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "opendkim[0]:x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "warning: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "Fatal: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "30F9F308846A: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "4XyZ1k2LmPz9: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "3AO98uWq012345: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "/etc/opendkim.conf: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "*Censored*: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "mail._domainkey.example.com: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "example.com: x", TAG_TRUST_STAMP, NULL, 0, NULL },
		{ "example.com: x", TAG_TRUST_HOST, "example.com", 0, "x" },
		{ "'opendkim': x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "[12]: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "a[1x]: x", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "]", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "]:", TAG_TRUST_HOST, NULL, 0, NULL },
		{ ":", TAG_TRUST_HOST, NULL, 0, NULL },
		{ "", TAG_TRUST_HOST, NULL, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tag tag = { SPAN("untouched"), 7, SPAN_NONE };
		bool got = tag_read(span_of(rows[i].line), rows[i].trust, &tag);
		const char *name = rows[i].name ? rows[i].name : "untouched";

		if (got != (rows[i].name != NULL) || !span_eq(tag.name, span_of(name)) ||
			(got && (tag.pid != rows[i].pid ||
					!span_eq(tag.text, span_of(rows[i].text))))) {
			print_error("'%s': %d '%.*s' %u '%.*s'\n", rows[i].line, got,
				SPAN_ARGS(tag.name), tag.pid, SPAN_ARGS(tag.text));
			fail();
		}
	}
}

static void
test_tag_takes_only_numbers_for_a_pid(void **state)
{
	static const struct {
		const char *digits;
		uint32_t pid;
	} rows[] = { { "1", 1 }, { "0000000012", 12 }, { "00000000012", 0 }, { "4294967296", 0 },
		{ "-", 0 }, { "-1", 0 }, { "", 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t got = tag_pid(span_of(rows[i].digits));

		if (got != rows[i].pid) {
			print_error("'%s': %u\n", rows[i].digits, got);
			fail();
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tag_reads_programs_and_nothing_else),
		cmocka_unit_test(test_tag_takes_only_numbers_for_a_pid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
