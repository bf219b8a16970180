#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/event.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const daemons[] = { [DAEMON_NONE] = "none",
	[DAEMON_OPENDKIM] = "opendkim",
	[DAEMON_POSTFIX] = "postfix",
	[DAEMON_SENDMAIL] = "sendmail",
	[DAEMON_SYSTEM] = "system",
	[DAEMON_SYSLOG] = "syslog",
	[DAEMON_FILTER] = "filter",
	[DAEMON_SIGNER] = "signer" };

/* "daemon|instance/service/process|queue ID|text", "NOQUEUE" and "?" in the ID's place. */
static void
words(const struct event *event, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "%s%s|", daemons[event->daemon], event->guessed ? "?" : "");
	if (event->process.n > 0)
		buf_addf(out, "%.*s/%.*s/%.*s", SPAN_ARGS(event->instance),
			SPAN_ARGS(event->service), SPAN_ARGS(event->process));
	buf_addf(out, "|%s%s%.*s|%.*s", event->noqueue ? "NOQUEUE" : "",
		event->unknown_job ? "?" : "", SPAN_ARGS(event->queue_id), SPAN_ARGS(event->text));
}

static void
test_event_reads_lines_of_ours_and_leaves_others(void **state)
{
	static const struct {
		const char *tag, *text;
		const char *want; /* NULL: none of ours */
	} rows[] = {
		{ "opendkim", "30F9F308846A: no signature data",
			"opendkim||30F9F308846A|no signature data" },
		{ "opendkim", "(unknown-jobid): no signature data",
			"opendkim||?|no signature data" },
		{ "opendkim", "4XyZ1k2LmPz9: not authenticated",
			"opendkim||4XyZ1k2LmPz9|not authenticated" },
		{ "opendkim", "1abCdE-000aBc-Xy: not authenticated", /* Exim's */
			"opendkim||1abCdE-000aBc-Xy|not authenticated" },
		{ "opendkim", "30F9F308846A dkim_add_xtag() for a failed",
			"opendkim||30F9F308846A|dkim_add_xtag() for a failed" },
		{ "opendkim", "OpenDKIM Filter: mi_stop=1",
			"opendkim|||OpenDKIM Filter: mi_stop=1" },
		{ "opendkim", "opendkim: /etc/opendkim.conf: configuration error",
			"opendkim|||/etc/opendkim.conf: configuration error" },
		/* A key may be named like a queue ID (mailcow/mailcow#249). */
		{ "opendkim", "2139210713: key data is not secure: / is writeable",
			"opendkim|||2139210713: key data is not secure: / is writeable" },
		{ "opendkim", "example: not a job", "opendkim|||example: not a job" },
		{ "/usr/sbin/opendkim", "x", "opendkim|||x" },
		{ "OpenDKIM", "x", "opendkim|||x" },
		{ "postfix/smtpd", "30F9F308846A: client=a[192.0.2.7]",
			"postfix|postfix//smtpd|30F9F308846A|client=a[192.0.2.7]" },
		{ "postfix/submission/smtpd", "connect from a[192.0.2.7]",
			"postfix|postfix/submission/smtpd||connect from a[192.0.2.7]" },
		{ "postfix-out/smtp", "30F9F308846A: x",
			"postfix|postfix-out//smtp|30F9F308846A|x" },
		{ "postfix", "30F9F308846A: removed",
			"postfix|postfix//qmgr|30F9F308846A|removed" },
		{ "postfix", "connect from a[192.0.2.7]",
			"postfix|postfix//smtpd||connect from a[192.0.2.7]" },
		{ "postfix/smtpd", "NOQUEUE: reject: RCPT from a[192.0.2.7]: 554",
			"postfix|postfix//smtpd|NOQUEUE|reject: RCPT from a[192.0.2.7]: 554" },
		{ "postfix/smtpd", "warning: x", "postfix|postfix//smtpd||warning: x" },
		{ "postfix/a/b/c/d", "x", "postfix|postfix/a/b/c/d||x" },
		{ "sendmail", "3AO98uWq012345: from=<a@b>, size=1",
			"sendmail||3AO98uWq012345|from=<a@b>, size=1" },
		{ "sm-mta", "x", "sendmail|||x" },
		{ "systemd", "opendkim.service: control process exited",
			"system|||opendkim.service: control process exited" },
		{ "systemd", "Starting DomainKeys Identified Mail (DKIM) Milter...",
			"system|||Starting DomainKeys Identified Mail (DKIM) Milter..." },
		{ "systemd", "Started foo.", NULL },
		{ "kernel", "opendkim[27641]: segfault at 7f",
			"system|||opendkim[27641]: segfault at 7f" },
		{ "kernel", "eth0: link up", NULL },
		{ "rsyslogd", "imuxsock lost 5 messages", "syslog|||imuxsock lost 5 messages" },
		{ "amavis", "(1) Queue-ID: 30F9F308846A, queued_as: 4BC9A30F12, 2 ms",
			"filter||30F9F308846A|(1) Queue-ID: 30F9F308846A, queued_as: 4BC9A30F12, 2 ms" },
		{ "amavis", "starting", NULL },
		{ "rspamd", "dkim signing failed", "signer|||dkim signing failed" },
		{ "rspamd", "greylisted", NULL },
		{ "cron", "30F9F308846A: no signature data", NULL },
		{ "dovecot", "x", NULL },
		{ "/", "x", NULL },
		/* Lines that lost their program. */
		{ "", "30F9F308846A: removed", "postfix?||30F9F308846A|removed" },
		{ "", "30F9F308846A: no signature data",
			"opendkim?||30F9F308846A|no signature data" },
		{ "", "NOQUEUE: 30F9F308846A: x", "opendkim?||NOQUEUE|30F9F308846A: x" },
		{ "", "any words", "opendkim?|||any words" },
		{ "", "", NULL },
	};
	struct buf got = BUF_INIT;
	bool failed = false;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct line line = { .tag = span_of(rows[i].tag), .text = span_of(rows[i].text) };
		struct event event;
		bool read = event_read(&line, &event);

		words(&event, &got);
		if (read == (rows[i].want != NULL) &&
			(!read || strcmp(buf_str(&got), rows[i].want) == 0))
			continue;
		print_error("%s: '%s':\n got %d %s\nnot %s\n", rows[i].tag, rows[i].text, read,
			buf_str(&got), rows[i].want ? rows[i].want : "none");
		failed = true;
	}
	buf_clear(&got);
	assert_false(failed);
}

static void
test_event_knows_what_only_opendkim_says(void **state)
{
	static const struct {
		const char *text;
		bool speaks;
	} rows[] = {
		{ "OpenDKIM Filter v2.11.0 starting (args: -x /etc/opendkim.conf)", true },
		{ "30F9F308846A: DKIM-Signature field added (s=mail, d=example.com)", true },
		{ "30F9F308846A: no signing table match for 'a@b'", true },
		{ "(unknown-jobid): can't determine message sender; accepting", true },
		/* OpenDMARC, opendkim-genzone and people say this too. */
		{ "30F9F308846A: no signature data", false },
		{ "ignoring connection from localhost", false },
		{ "he said: OpenDKIM Filter v2.11.0 starting", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct line line = { .tag = SPAN("signer"), .text = span_of(rows[i].text) };

		if (event_speaks_as_opendkim(&line) != rows[i].speaks) {
			print_error("'%s'\n", rows[i].text);
			fail();
		}
	}
}

static void
test_event_reads_opendkim_under_any_name(void **state)
{
	struct line line = { .tag = SPAN("signer"),
		.text = SPAN("30F9F308846A: not authenticated") };
	struct event event;

	(void)state;
	event_read_opendkim(&line, &event);
	assert_int_equal(event.daemon, DAEMON_OPENDKIM);
	assert_true(span_eq(event.queue_id, SPAN("30F9F308846A")));
	assert_true(span_eq(event.text, SPAN("not authenticated")));
	assert_false(event.guessed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_reads_lines_of_ours_and_leaves_others),
		cmocka_unit_test(test_event_knows_what_only_opendkim_says),
		cmocka_unit_test(test_event_reads_opendkim_under_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
