#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "parser/frame.h"
#include "parser/source.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* What a line must be read as, written as one string: "STAMP|HOST|TAG|PID|TEXT". */
struct row {
	const char *line;
	const char *want;
};

static int
stamp_words(const struct frame *frame, char *out, size_t size)
{
	const struct civil *c = &frame->civil;

	switch (frame->stamp) {
	case STAMP_NONE:
		return snprintf(out, size, "-");
	case STAMP_YEARLESS:
		return snprintf(out, size, "%02d-%02d %02d:%02d:%02d", c->month, c->day, c->hour,
			c->minute, c->second);
	case STAMP_LOCAL:
		return snprintf(out, size, "%d-%02d-%02d %02d:%02d:%02d", c->year, c->month, c->day,
			c->hour, c->minute, c->second);
	case STAMP_ZONED:
		break;
	}
	return snprintf(out, size, "%d-%02d-%02d %02d:%02d:%02d%+d", c->year, c->month, c->day,
		c->hour, c->minute, c->second, frame->offset_s / 60);
}

static void
words(const struct frame *frame, char *out, size_t size)
{
	int n = stamp_words(frame, out, size);

	snprintf(out + n, size - (size_t)n, "|%.*s|%.*s|%u|%.*s", SPAN_ARGS(frame->host),
		SPAN_ARGS(frame->tag), frame->pid, SPAN_ARGS(frame->text));
}

static void
expect_rows(const struct row *rows, size_t n)
{
	bool failed = false;

	for (size_t i = 0; i < n; i++) {
		struct frame frame;
		char got[512];

		frame_read(span_of(rows[i].line), &frame);
		words(&frame, got, sizeof(got));
		if (strcmp(got, rows[i].want) == 0)
			continue;
		print_error("'%s':\n got %s\nnot %s\n", rows[i].line, got, rows[i].want);
		failed = true;
	}
	assert_false(failed);
}

/* clang-format off */

static void
test_frame_reads_common_stamps(void **state)
{
	static const struct row rows[] = {
		{ "Nov 24 09:14:02 mx1 postfix/submission/smtpd[884]: 5F3EDEEC: client=x",
		  "11-24 09:14:02|mx1|postfix/submission/smtpd|884|5F3EDEEC: client=x" },
		{ "Jan  5 09:14:02 UPPER.Case-Host opendkim[5]: x", "01-05 09:14:02|UPPER.Case-Host|opendkim|5|x" },
		{ "Nov 24 09:14:02.123456 mx1 opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Feb 29 10:00:00 mx1 opendkim[5]: x", "02-29 10:00:00|mx1|opendkim|5|x" },
		{ "Feb 30 10:00:00 mx1 opendkim[5]: x", "-||opendkim|5|x" },
		{ "2026-11-24T09:14:02.123456+09:00 mx1 opendkim[1]: x", "2026-11-24 09:14:02+540|mx1|opendkim|1|x" },
		{ "2026-11-24T09:14:02Z mx1 opendkim[1]: x", "2026-11-24 09:14:02+0|mx1|opendkim|1|x" },
		{ "2026-11-24T09:14:02-0330 mx1 opendkim[1]: x", "2026-11-24 09:14:02-210|mx1|opendkim|1|x" },
		{ "2026-11-24 09:14:02 +0900 mx1 opendkim[1]: x", "2026-11-24 09:14:02+540|mx1|opendkim|1|x" },
		{ "2026-11-24 09:14:02 mx1 opendkim[1]: x", "2026-11-24 09:14:02|mx1|opendkim|1|x" },
		{ "2026-11-24T09:14:02,5 mx1 opendkim[1]: x", "2026-11-24 09:14:02|mx1|opendkim|1|x" },
		{ "[2026-11-24 09:14:02] mx1 opendkim[1]: x", "2026-11-24 09:14:02|mx1|opendkim|1|x" },
		{ "1795487352.902786 mx1 opendkim[1]: x", "2026-11-24 02:29:12+0|mx1|opendkim|1|x" },
		{ "<22>Nov 24 09:14:02 mx1 opendkim[1]: x", "11-24 09:14:02|mx1|opendkim|1|x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_reads_a_year_in_any_usual_place(void **state)
{
	static const struct row rows[] = {
		{ "Nov 24 2026 09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24, 2026 09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "2026 Nov 24 09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "24 Nov 2026 09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "24 Nov 09:14:02 mx1 opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "24/Nov/2026:09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "24.11.2026 09:14:02 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 2026 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Tue Nov 24 09:14:02 CET 2026 mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Tue Nov 24 09:14:02 UTC 2026 mx1 opendkim[8]: x", "2026-11-24 09:14:02+0|mx1|opendkim|8|x" },
		{ "Tue 2026-11-24 09:14:02 UTC mx1 opendkim[8]: x", "2026-11-24 09:14:02+0|mx1|opendkim|8|x" },
		{ "Di 2026-11-24 09:14:02 CET mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "火 2026-11-24 09:14:02 JST mx1 opendkim[8]: x", "2026-11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Tue 2026-11-24 09:14:02 -03 mx1 opendkim[8]: x", "2026-11-24 09:14:02-180|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 2001:db8::1 opendkim[5]: x", "11-24 09:14:02|2001:db8::1|opendkim|5|x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_knows_months_in_many_languages(void **state)
{
	static const struct row rows[] = {
		{ "Mär 24 09:14:02 mx1 opendkim[1]: x", "03-24 09:14:02|mx1|opendkim|1|x" },
		{ "M\xe4r 24 09:14:02 mx1 opendkim[1]: Latin-1", "03-24 09:14:02|mx1|opendkim|1|Latin-1" },
		{ "Okt 24 09:14:02 mx1 opendkim[1]: x", "10-24 09:14:02|mx1|opendkim|1|x" },
		{ "Dez 24 09:14:02 mx1 opendkim[1]: x", "12-24 09:14:02|mx1|opendkim|1|x" },
		{ "févr. 24 09:14:02 mx1 opendkim[1]: x", "02-24 09:14:02|mx1|opendkim|1|x" },
		{ "août 24 09:14:02 mx1 opendkim[1]: x", "08-24 09:14:02|mx1|opendkim|1|x" },
		{ "DÉC. 24 09:14:02 mx1 opendkim[1]: x", "12-24 09:14:02|mx1|opendkim|1|x" },
		{ "ene 24 09:14:02 mx1 opendkim[1]: x", "01-24 09:14:02|mx1|opendkim|1|x" },
		{ "giu 24 09:14:02 mx1 opendkim[1]: x", "06-24 09:14:02|mx1|opendkim|1|x" },
		{ "fev 24 09:14:02 mx1 opendkim[1]: x", "02-24 09:14:02|mx1|opendkim|1|x" },
		{ "mrt 24 09:14:02 mx1 opendkim[1]: x", "03-24 09:14:02|mx1|opendkim|1|x" },
		{ "Ноя 24 09:14:02 mx1 opendkim[1]: x", "11-24 09:14:02|mx1|opendkim|1|x" },
		{ "мая 24 09:14:02 mx1 opendkim[1]: x", "05-24 09:14:02|mx1|opendkim|1|x" },
		{ "paź 24 09:14:02 mx1 opendkim[1]: x", "10-24 09:14:02|mx1|opendkim|1|x" },
		{ "11月 24 09:14:02 mx1 opendkim[1]: x", "11-24 09:14:02|mx1|opendkim|1|x" },
		{ " 1月  4 09:14:02 mx1 opendkim[1]: x", "01-04 09:14:02|mx1|opendkim|1|x" },
		{ "11月24日 09:14:02 mx1 opendkim[1]: x", "11-24 09:14:02|mx1|opendkim|1|x" },
		{ "11월 24 09:14:02 mx1 opendkim[1]: x", "11-24 09:14:02|mx1|opendkim|1|x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_reads_rfc5424(void **state)
{
	static const struct row rows[] = {
		{ "<22>1 2026-11-24T02:45:13.180113+00:00 mail opendkim 92 - -  Filter starting",
		  "2026-11-24 02:45:13+0|mail|opendkim|92|Filter starting" },
		{ "<22>1 2026-11-24T02:45:13Z mail opendkim 92 ID47 [a@1 k=\"v\\\"]\" l=\"]\"][b@2 x=\"y\"] \xEF\xBB\xBFtext: after",
		  "2026-11-24 02:45:13+0|mail|opendkim|92|text: after" },
		{ "<22>1 2026-11-24T02:45:13Z - postfix/smtpd - - - text", "2026-11-24 02:45:13+0||postfix/smtpd|0|text" },
		{ "1 2026-11-24T02:45:13Z mail opendkim 92 - - text", "2026-11-24 02:45:13+0|mail|opendkim|92|text" },
		{ "<22>1 2026-11-24T02:45:13Z mail opendkim 92 - -", "2026-11-24 02:45:13+0|mail|opendkim|92|" },
		{ "1 2026-11-24T02:45:13Z mail opendkim[92]: a line number", "2026-11-24 02:45:13+0|mail|opendkim|92|a line number" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_passes_over_what_stands_in_front(void **state)
{
	static const struct row rows[] = {
		{ "postfix_1                         | Feb 16 22:13:11 santa-maria opendkim[290]: x",
		  "02-16 22:13:11|santa-maria|opendkim|290|x" },
		{ "name-1  | opendkim[290]: x", "-||opendkim|290|x" },
		{ "\x1b[36mmail_1  | \x1b[0mFeb 16 22:13:11 mx1 opendkim[290]: x", "02-16 22:13:11|mx1|opendkim|290|x" },
		{ "2024-05-01T10:00:00.123456789Z Feb 16 22:13:11 host opendkim[1]: x", "2024-05-01 10:00:00+0|host|opendkim|1|x" },
		{ "2024-05-01T10:00:00.1Z stdout F Feb 16 22:13:11 host opendkim[1]: x", "2024-05-01 10:00:00+0|host|opendkim|1|x" },
		{ "2024-05-01T10:00:00.1Z stderr F opendkim[1]: x", "2024-05-01 10:00:00+0||opendkim|1|x" },
		{ "2024-05-01T10:00:00.1Z 2024-05-01T09:59:59+00:00 mx1 opendkim[1]: x", "2024-05-01 10:00:00+0|mx1|opendkim|1|x" },
		{ "[pod/mail-0/postfix] Feb 16 22:13:11 mail-0 opendkim[5]: x", "02-16 22:13:11|mail-0|opendkim|5|x" },
		{ " 14 Mar 10 08:26:19 vServer opendkim[1745]: x", "03-10 08:26:19|vServer|opendkim|1745|x" },
		{ "3864058 Dec 31 18:31:56 MyDomain postfix/pickup[30678]: x", "12-31 18:31:56|MyDomain|postfix/pickup|30678|x" },
		{ "123:Dec 31 18:31:56 host opendkim[1]: x", "12-31 18:31:56|host|opendkim|1|x" },
		{ "mail.log:123:Dec 31 18:31:56 host opendkim[1]: x", "12-31 18:31:56|host|opendkim|1|x" },
		{ "/var/log/mail.log.1:Dec 31 18:31:56 host opendkim[1]: x", "12-31 18:31:56|host|opendkim|1|x" },
		{ "mail.log-20211226-Dec 31 18:31:56 host opendkim[1]: x", "12-31 18:31:56|host|opendkim|1|x" },
		{ "mail.log:2026-11-24T09:14:02Z host opendkim[1]: x", "2026-11-24 09:14:02+0|host|opendkim|1|x" },
		{ "> Dec 31 18:31:56 host opendkim[1]: x", "12-31 18:31:56|host|opendkim|1|x" },
		{ "   \tJan  1 10:00:00 mx1 opendkim[5]: x", "01-01 10:00:00|mx1|opendkim|5|x" },
		{ "\xEF\xBB\xBFJan  1 10:00:00 mx1 opendkim[5]: x", "01-01 10:00:00|mx1|opendkim|5|x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_passes_over_levels(void **state)
{
	static const struct row rows[] = {
		{ "Nov 24 09:14:02 mx1 mail.info opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 <mail.info> mx1 opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 mail.info mx1 opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 mx1 <info> opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 mx1 info opendkim[8]: x", "11-24 09:14:02|mx1|opendkim|8|x" },
		{ "Nov 24 09:14:02 <2.6> mx1 postfix/smtpd[8]: x", "11-24 09:14:02|mx1|postfix/smtpd|8|x" },
		{ "Nov 24 09:14:02 mx1 mail:info postfix/smtpd[8]: x", "11-24 09:14:02|mx1|postfix/smtpd|8|x" },
		{ "Nov 24 09:14:02 mx1 sendmail[8]: [ID 197553 mail.info] x8GFqT2m012345: x",
		  "11-24 09:14:02|mx1|sendmail|8|x8GFqT2m012345: x" },
		{ "2026-11-24 09:14:02,123 INFO exited: opendkim (exit status 78; not expected)",
		  "2026-11-24 09:14:02||supervisord|0|exited: opendkim (exit status 78; not expected)" },
		{ "2017-12-06 17:13:17 #23946(normal) <ed15a0>; task; x", "2017-12-06 17:13:17||rspamd|23946|<ed15a0>; task; x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_copes_with_lost_parts(void **state)
{
	static const struct row rows[] = {
		{ "Jun 28 18:41:35 opendkim[18528]: x", "06-28 18:41:35||opendkim|18528|x" },
		{ "mail opendkim[812]: x", "-|mail|opendkim|812|x" },
		{ "opendkim[131]: E40E1163128: can't", "-||opendkim|131|E40E1163128: can't" },
		{ "opendkim: opendkim: /etc/opendkim.conf: x", "-||opendkim|0|opendkim: /etc/opendkim.conf: x" },
		{ "Aug 25 01:55:08 localhost opendkim: /etc/x: open(): No", "08-25 01:55:08|localhost|opendkim|0|/etc/x: open(): No" },
		{ "Mar 30 04:05:53 front3.example.com opendkim1276100: x", "03-30 04:05:53|front3.example.com|opendkim|1276100|x" },
		{ "postfix/sender-cleanup/cleanup: milter-reject: END", "-||postfix/sender-cleanup/cleanup|0|milter-reject: END" },
		{ "can't load key from /x: No such file or directory", "-|||0|can't load key from /x: No such file or directory" },
		{ "94B51C0819: error loading key '1'", "-|||0|94B51C0819: error loading key '1'" },
		{ "warning: connect to Milter service x", "-|||0|warning: connect to Milter service x" },
		{ "mail._domainkey.example.com: key data is not secure: /etc", "-|||0|mail._domainkey.example.com: key data is not secure: /etc" },
		{ "Jan  1 10:00:00 warning: connect to", "01-01 10:00:00|||0|warning: connect to" },
		{ "Jan  1 10:00:00 mx1 94B51C0819: error loading key", "01-01 10:00:00|mx1||0|94B51C0819: error loading key" },
		{ "Jan  1 10:00:00 s89499 can't load key from /x", "01-01 10:00:00|s89499||0|can't load key from /x" },
		{ "Jan  1 10:00:00 can't load key from /x", "01-01 10:00:00|||0|can't load key from /x" },
		{ "Jan  1 10:00:00 mx1 opendkim[5]:", "01-01 10:00:00|mx1|opendkim|5|" },
		{ "Jan  1 10:00:00 mx1 opendkim[5]:glued", "01-01 10:00:00|mx1|opendkim|5|glued" },
		{ "Jan  1 10:00:00", "01-01 10:00:00|||0|" },
		{ "", "-|||0|" },
		{ " ", "-|||0|" },
		{ "Subject: hello", "-|||0|Subject: hello" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

static void
test_frame_takes_the_program_and_not_what_a_text_mentions(void **state)
{
	static const struct row rows[] = {
		{ "Jan  1 10:00:00 mx1 postfix/smtpd[12]: opendkim[12]: x", "01-01 10:00:00|mx1|postfix/smtpd|12|opendkim[12]: x" },
		{ "Jan  1 10:00:00 mx1 kernel: [15513.957477] opendkim[27641]: segfault",
		  "01-01 10:00:00|mx1|kernel|0|[15513.957477] opendkim[27641]: segfault" },
		{ "Jan  1 10:00:00 kernel: opendkim[27641]: segfault", "01-01 10:00:00||kernel|0|opendkim[27641]: segfault" },
		{ "Jan  1 10:00:00 mx1 systemd[1]: opendkim.service: x", "01-01 10:00:00|mx1|systemd|1|opendkim.service: x" },
		{ "Jan  1 10:00:00 mx1 dovecot: lmtp(user)<12><x>: y", "01-01 10:00:00|mx1|dovecot|0|lmtp(user)<12><x>: y" },
		{ "Jan  1 10:00:00 opendkim postfix/smtpd[12]: x", "01-01 10:00:00|opendkim|postfix/smtpd|12|x" },
		{ "Jan  1 10:00:00 mx1 (opendkim)[12]: x", "01-01 10:00:00|mx1|(opendkim)|12|x" },
		{ "Jan  1 10:00:00 mx1 postfix-in@1/smtpd[12]: x", "01-01 10:00:00|mx1|postfix-in@1/smtpd|12|x" },
		{ "error connecting to opendkim[12]: x", "-|||0|error connecting to opendkim[12]: x" },
		{ "Tue 2026-11-24 09:14:02 UTC mx1 opendkim.service[8]: x", "2026-11-24 09:14:02+0|mx1|opendkim|8|x" },
		{ "Tue 2026-11-24 09:14:02 UTC mx1 postfix@-.service[8]: x", "2026-11-24 09:14:02+0|mx1|postfix|8|x" },
		{ "Tue 2026-11-24 09:14:02 UTC mx1 init.scope[1]: x", "2026-11-24 09:14:02+0|mx1|systemd|1|x" },
	};

	(void)state;
	expect_rows(rows, COUNT(rows));
}

/* clang-format on */

static void
test_frame_unfolds_repetitions(void **state)
{
	static const struct {
		const char *line;
		const char *tag;
		uint32_t times;
		const char *text;
	} rows[] = {
		{ "Jan  1 10:00:00 mx1 opendkim[5]: message repeated 71 times: [ a: b]", "opendkim",
			71, "a: b" },
		{ "Jan  1 10:00:00 mx1 message repeated 2 times: [ a: b]", "", 2, "a: b" },
		{ "message repeated 3 times: [ opendkim[12]: a]", "opendkim", 3, "a" },
		{ "message repeated 3 times: [ cut off", "", 3, "cut off" },
		{ "message repeated 0 times: [ a]", "", 1, "message repeated 0 times: [ a]" },
		{ "message repeated 99999999999 times: [ a]", "", 1,
			"message repeated 99999999999 times: [ a]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct frame frame;

		frame_read(span_of(rows[i].line), &frame);
		if (!span_eq(frame.tag, span_of(rows[i].tag)) || frame.times != rows[i].times ||
			!span_eq(frame.text, span_of(rows[i].text))) {
			print_error("'%s': %.*s %u '%.*s'\n", rows[i].line, SPAN_ARGS(frame.tag),
				frame.times, SPAN_ARGS(frame.text));
			fail();
		}
	}
}

static void
test_frame_cuts_line_ends_and_nul_bytes(void **state)
{
	static const char line[] = "\0\0Jan  1 10:00:00 mx1 opendkim[5]: a\0b \r\0";
	struct frame frame;

	(void)state;
	frame_read((struct span){ line, sizeof(line) - 1 }, &frame);
	assert_true(span_eq(frame.tag, SPAN("opendkim")));
	assert_true(span_eq(frame.text, (struct span){ "a\0b", 3 }));
}

static void
test_frame_cache_changes_nothing(void **state)
{
	static const char *const lines[] = {
		"Nov 24 09:14:02 mx1 opendkim[1]: a",
		"Nov 24 09:14:02 mx1 opendkim[1]: b",
		"Nov 24 09:14:02 2026 mx1 opendkim[1]: c",
		"Nov 24 09:14:02 mx1 opendkim[1]: d",
		"plain text",
		"Nov 24 09:14:02 mx1 opendkim[1]: e",
		"2026-11-24T09:14:02.000001+00:00 mx1 opendkim[1]: f",
		"2026-11-24T09:14:02.000001+00:00 mx1 opendkim[1]: g",
		"Nov 24 09:14:02",
		"Okt 24 09:14:02 mx1 opendkim[1]: h",
		"Okt 24 09:14:02 mx1 opendkim[1]: i",
	};
	struct frame_cache cache = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct frame with, without;
		char a[256], b[256];

		frame_read_next(span_of(lines[i]), &cache, &with);
		frame_read(span_of(lines[i]), &without);
		words(&with, a, sizeof(a));
		words(&without, b, sizeof(b));
		assert_string_equal(a, b);
	}
}

static void
test_frame_knows_the_host_of_the_line_before(void **state)
{
	struct frame_cache cache = { .n = 0 };
	struct frame frame;

	(void)state;
	frame_read_next(SPAN("Nov 24 09:14:02 mail opendkim[1]: a"), &cache, &frame);
	frame_read_next(SPAN("Nov 24 09:14:03 mail can't load key from /x"), &cache, &frame);
	assert_true(span_eq(frame.host, SPAN("mail")));
	assert_true(span_eq(frame.text, SPAN("can't load key from /x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame_reads_common_stamps),
		cmocka_unit_test(test_frame_reads_a_year_in_any_usual_place),
		cmocka_unit_test(test_frame_knows_months_in_many_languages),
		cmocka_unit_test(test_frame_reads_rfc5424),
		cmocka_unit_test(test_frame_passes_over_what_stands_in_front),
		cmocka_unit_test(test_frame_passes_over_levels),
		cmocka_unit_test(test_frame_copes_with_lost_parts),
		cmocka_unit_test(test_frame_takes_the_program_and_not_what_a_text_mentions),
		cmocka_unit_test(test_frame_unfolds_repetitions),
		cmocka_unit_test(test_frame_cuts_line_ends_and_nul_bytes),
		cmocka_unit_test(test_frame_cache_changes_nothing),
		cmocka_unit_test(test_frame_knows_the_host_of_the_line_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
