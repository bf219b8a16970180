/*
 * Stories: a few lines of a log, and the verdicts and incidents they must give. For what no
 * recording shows; those of real daemons are in tests/recordings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "store/reading.h"

#define DAY "Nov 24 "
#define MX1 " mx1 "

static struct ruleset *ruleset;

struct story {
	const char *name;
	const char *log;
	/* "QUEUEID verdict cause+contributing", in the order of first lines, then "! cause messages" */
	const char *want;
};

struct told {
	struct buf lines[32];
	int64_t first[32];
	size_t n;
};

static void
take(void *ctx, const struct message *message)
{
	struct told *told = ctx;
	const struct verdict *verdict = &message->verdict;
	struct buf *line = &told->lines[told->n];

	assert_true(told->n < 32);
	told->first[told->n++] = message->first;
	buf_addf(line, "%.*s %s %s", SPAN_ARGS(message->queue_id), verdict_id(verdict->kind),
		verdict->cause == CAUSE_NONE ? "-" : cause_id(verdict->cause));
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(line, "+%s", cause_id(verdict->contributing[i]));
	buf_add_char(line, '\n');
}

/* Messages are let go in no promised order. */
static void
write_sorted(struct told *told, struct buf *out)
{
	for (size_t done = 0; done < told->n; done++) {
		size_t next = told->n;

		for (size_t i = 0; i < told->n; i++)
			if (told->lines[i].n > 0 &&
				(next == told->n || told->first[i] < told->first[next]))
				next = i;
		buf_add(out, buf_span(&told->lines[next]));
		buf_reset(&told->lines[next]);
	}
}

static void
write_log(const char *text, char path[])
{
	int fd = mkstemp(path);
	size_t n = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
}

static void
test_story_ends_as_it_must(void **state)
{
	const struct story *story = *state;
	char path[] = "/tmp/dkimwhy-story-XXXXXX";
	struct error err = ERROR_INIT;
	struct reading_options options = { .log = { .now = instant_now() } };
	struct reading *reading = reading_new(&options, ruleset, &err);
	struct told told = { 0 };
	struct buf got = BUF_INIT;
	bool right;

	write_log(story->log, path);
	assert_int_equal(reading_add(reading, path, &err), 0);
	assert_int_equal(reading_run(reading, take, NULL, &told, &err), 0);
	write_sorted(&told, &got);
	for (size_t i = 0; i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);

		buf_addf(&got, "! %s %llu\n", cause_id(incident->cause),
			(unsigned long long)incident->messages);
	}
	right = span_eq(buf_span(&got), span_of(story->want));
	if (!right)
		print_error("%s: got\n%snot\n%s", story->name, buf_str(&got), story->want);
	reading_free(reading);
	for (size_t i = 0; i < 32; i++)
		buf_clear(&told.lines[i]);
	buf_clear(&got);
	unlink(path);
	assert_true(right);
}

#define CLIENT(time, pid, id)                                                                      \
	DAY time MX1                                                                               \
		"postfix/submission/smtpd[" pid "]: " id                                           \
		": client=pc.shop.example[198.51.100.7], sasl_method=PLAIN, sasl_username=bob\n"
#define MESSAGE_ID(time, pid, id)                                                                  \
	DAY time MX1 "postfix/cleanup[" pid "]: " id ": message-id=<" id "@shop.example>\n"
#define SIGNED(time, id)                                                                           \
	DAY time MX1 "opendkim[812]: " id ": DKIM-Signature field added (s=mail, d=shop.example)\n"
#define NO_ROW(time, id)                                                                           \
	DAY time MX1 "opendkim[812]: " id ": no signing table match for 'bob@news.example'\n"
#define ACTIVE(time, id)                                                                           \
	DAY time MX1 "postfix/qmgr[77]: " id                                                       \
		     ": from=<bob@shop.example>, size=900, nrcpt=1 (queue active)\n"
#define SENT(time, id)                                                                             \
	DAY time MX1 "postfix/smtp[55]: " id                                                       \
		     ": to=<amy@far.example>, relay=mx.far.example[203.0.113.9]:25, delay=1, "     \
		     "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n"
#define REMOVED(time, id) DAY time MX1 "postfix/qmgr[77]: " id ": removed\n"
#define DONE(time, id) ACTIVE(time, id) SENT(time, id) REMOVED(time, id)
#define START(time, pid)                                                                           \
	DAY time MX1 "opendkim[" pid "]: OpenDKIM Filter v2.11.0 starting (args: -f)\n"
#define REFUSED(time, pid, milter)                                                                 \
	DAY time MX1 "postfix/submission/smtpd[" pid                                               \
		     "]: warning: connect to Milter service " milter ": Connection refused\n"
#define UNREADABLE(time)                                                                           \
	DAY time MX1 "opendkim[812]: can't load key from "                                         \
		     "/etc/opendkim/keys/shop.example/s2026.private: Permission denied\n"
#define CONNECT(time, pid)                                                                         \
	DAY time MX1 "postfix/submission/smtpd[" pid                                               \
		     "]: connect from pc.shop.example[198.51.100.7]\n"

/* clang-format off */
static struct story stories[] = {
	{ "a short queue ID that comes back is another message",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			SIGNED("09:00:00", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5")
				CLIENT("09:30:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:30:00", "41",
					"A1B2C3D4E5") NO_ROW("09:30:00", "A1B2C3D4E5")
					DONE("09:30:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "OpenDKIM's line may stand before the client's",
		NO_ROW("09:00:00", "A1B2C3D4E5") CLIENT("09:00:00", "31", "A1B2C3D4E5")
			MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "OpenDKIM may run on another host than Postfix",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DAY "09:00:00 signer opendkim[812]: A1B2C3D4E5: DKIM-Signature field added "
			    "(s=mail, d=shop.example)\n" DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n" },

	{ "an incident counts each message once",
		START("08:59:00", "812") CLIENT("08:59:10", "30",
			"A1B2C3D4E4") MESSAGE_ID("08:59:10", "41", "A1B2C3D4E4") SIGNED("08:59:10",
			"A1B2C3D4E4") DONE("08:59:11", "A1B2C3D4E4") CONNECT("09:00:00",
			"31") REFUSED("09:00:00", "31", "inet:localhost:8891") CLIENT("09:00:00",
			"31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DONE("09:00:01", "A1B2C3D4E5") CLIENT("09:30:00", "32", "A1B2C3D4E6")
				MESSAGE_ID("09:30:00", "41", "A1B2C3D4E6") SIGNED("09:30:00",
					"A1B2C3D4E6") DONE("09:30:01", "A1B2C3D4E6"),
		"A1B2C3D4E4 signed -\nA1B2C3D4E5 unsigned milter-unreachable\n"
		"A1B2C3D4E6 signed -\n! milter-unreachable 1\n" },

	{ "what a key suffered in the morning does not keep the milter out of reach at noon",
		START("08:59:00", "812") CLIENT("09:00:00", "31", "A1B2C3D4E5")
			MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5") UNREADABLE("09:00:00")
				DAY "09:00:00 mx1 opendkim[812]: A1B2C3D4E5: error loading key "
				    "'s2026._domainkey.shop.example'\n"
			DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: "
			    "END-OF-MESSAGE from pc.shop.example[198.51.100.7]: 4.7.1 Service "
			    "unavailable - try again later; from=<bob@shop.example> "
			    "to=<amy@far.example> proto=ESMTP helo=<pc>\n"
			DAY "12:00:00 mx1 opendkim[812]: OpenDKIM Filter v2.11.0 terminating with "
			    "status 0, errno = 0\n"
			CONNECT("12:30:00", "32") REFUSED("12:30:00", "32", "inet:localhost:8891")
			CLIENT("12:30:00", "32", "A1B2C3D4E6") MESSAGE_ID("12:30:00", "41",
				"A1B2C3D4E6") DONE("12:30:01", "A1B2C3D4E6"),
		"A1B2C3D4E5 deferred key-permission\n"
		"A1B2C3D4E6 unsigned milter-unreachable+daemon-stopped\n"
		"! key-permission 1\n! daemon-stopped 1\n! milter-unreachable 1\n" },

	{ "a milter out of reach for mail that OpenDKIM saw is another one",
		CONNECT("09:00:00", "31") REFUSED("09:00:00", "31", "inet:127.0.0.1:12345")
			CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41",
				"A1B2C3D4E5") NO_ROW("09:00:00", "A1B2C3D4E5")
				DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "a key complained of before a start that succeeds all the same is no incident",
		DAY "09:00:00 mx1 opendkim[811]: /etc/dkim/m.private: key data is not secure: "
		    "/etc/dkim/m.private can be read or written by other users\n" START("09:00:00",
			    "812") CLIENT("09:00:01", "31", "A1B2C3D4E5")
			    MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
				    SIGNED("09:00:01", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n" },

	{ "a key complained of at a start that fails is one",
		DAY "09:00:00 mx1 opendkim[811]: /etc/dkim/m.private: key data is not secure: "
		    "/etc/dkim/m.private can be read or written by other users\n" START("09:20:00",
			    "812"),
		"! key-startup-error 0\n" },

	{ "a shortage of memory without a job is the daemon's",
		DAY
		"09:00:00 mx1 opendkim[811]: malloc(): Cannot allocate memory\n" CLIENT("09:00:01",
			"31", "A1B2C3D4E5") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E5")
			SIGNED("09:00:01", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n! key-startup-error 0\n" },

	{ "a next hop in the same log decides; it was announced before it was seen",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			ACTIVE("09:00:00", "A1B2C3D4E5") DAY
		"09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx2[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok: queued as B1B2C3D4E5)\n" REMOVED("09:00:01",
			"A1B2C3D4E5") DAY
		"09:00:02 mx2 postfix/smtpd[31]: B1B2C3D4E5: client=mx1[192.0.2.1]\n" DAY
		"09:00:02 mx2 postfix/cleanup[41]: B1B2C3D4E5: "
		"message-id=<A1B2C3D4E5@shop.example>\n" DAY
		"09:00:02 mx2 opendkim[9]: B1B2C3D4E5: DKIM-Signature field added (s=mail, "
		"d=shop.example)\n" DAY
		"09:00:03 mx2 postfix/qmgr[77]: B1B2C3D4E5: from=<bob@shop.example>, size=900, "
		"nrcpt=1 (queue active)\n" DAY
		"09:00:04 mx2 postfix/smtp[55]: B1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok)\n" DAY
		"09:00:04 mx2 postfix/qmgr[77]: B1B2C3D4E5: removed\n",
		"A1B2C3D4E5 signed -\nB1B2C3D4E5 signed -\n" },

	{ "another filter's refusal is none of OpenDKIM's causes",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			DAY
		"09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		"pc.shop.example[198.51.100.7]: 5.7.1 Spam message rejected; from=<bob@shop.example> "
		"to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"A1B2C3D4E5 rejected -\n" },

	{ "mail that is deferred for days keeps its cause",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
			NO_ROW("09:00:00", "A1B2C3D4E5") ACTIVE("09:00:00", "A1B2C3D4E5") DAY
		"09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, relay=none, delay=1, "
		"delays=0/0/0/1, dsn=4.4.1, status=deferred (connect to mx.far.example: timed out)\n"
		"Nov 27 09:00:01 mx1 postfix/qmgr[77]: A1B2C3D4E5: from=<bob@shop.example>, size=900, "
		"nrcpt=1 (queue active)\n"
		"Nov 27 09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<amy@far.example>, "
		"relay=mx.far.example[203.0.113.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
		"status=sent (250 2.0.0 Ok)\n"
		"Nov 27 09:00:02 mx1 postfix/qmgr[77]: A1B2C3D4E5: removed\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "a client that hung up leaves no message",
		CONNECT("09:00:00", "31") CLIENT("09:00:00", "31", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/submission/smtpd[31]: disconnect from "
		    "pc.shop.example[198.51.100.7]\n"
		CLIENT("09:00:01", "32", "A1B2C3D4E6") MESSAGE_ID("09:00:01", "41", "A1B2C3D4E6")
		SIGNED("09:00:01", "A1B2C3D4E6") DONE("09:00:01", "A1B2C3D4E6"),
		"A1B2C3D4E6 signed -\n" },

	{ "a paste that ends early leaves one of which nothing is known",
		CLIENT("09:00:00", "31", "A1B2C3D4E5"), "A1B2C3D4E5 unknown -\n" },

	{ "mail from outside that a filter gives back to localhost is inbound",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: mail.far.example [203.0.113.9] not internal\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: not authenticated\n"
		DAY "09:00:00 mx1 postfix/qmgr[77]: A1B2C3D4E5: from=<amy@far.example>, size=900, "
		    "nrcpt=1 (queue active)\n"
		DAY "09:00:01 mx1 postfix/smtpd[35]: B1B2C3D4E5: client=localhost[127.0.0.1]\n"
		DAY "09:00:01 mx1 postfix/cleanup[41]: B1B2C3D4E5: message-id=<A1B2C3D4E5@shop.example>\n"
		DAY "09:00:01 mx1 opendkim[8]: B1B2C3D4E5: no signing table match for 'amy@far.example'\n"
		DAY "09:00:01 mx1 postfix/smtp[55]: A1B2C3D4E5: to=<bob@shop.example>, "
		    "relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
		    "(250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B1B2C3D4E5)\n"
		REMOVED("09:00:01", "A1B2C3D4E5")
		DAY "09:00:02 mx1 postfix/local[56]: B1B2C3D4E5: to=<bob@shop.example>, relay=local, "
		    "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to maildir)\n"
		REMOVED("09:00:02", "B1B2C3D4E5"),
		"A1B2C3D4E5 inbound -\nB1B2C3D4E5 inbound -\n" },

	{ "a signature that was verified came with mail from elsewhere",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: mail.far.example [203.0.113.9] not internal\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: not authenticated\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: DKIM verification successful\n",
		"A1B2C3D4E5 inbound -\n" },

	{ "OpenDKIM's old lines have no colon behind the queue ID",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5 no signing domain match for `shop.example'\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5 no signing subdomain match for `shop.example'\n",
		"A1B2C3D4E5 unsigned no-signing-domain-match+no-signing-subdomain-match\n" },

	{ "without the subdomain's line a parent domain may have signed",
		DAY "09:00:00 mx1 postfix/pickup[31]: A1B2C3D4E5: uid=0 from=<root>\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: no signing domain match for 'mx1.shop.example'\n"
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -+logging-blind\n" },

	{ "a line that was written twice is one signature, one way",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		SIGNED("09:00:00", "A1B2C3D4E5") SIGNED("09:00:00", "A1B2C3D4E5")
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 signed -\n" },

	{ "another filter's refusal of mail from outside leaves it inbound",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=mail.far.example[203.0.113.9]\n"
		MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "mail.far.example[203.0.113.9]: 5.7.1 rejected by DMARC policy for far.example; "
		    "from=<amy@far.example> to=<bob@shop.example> proto=ESMTP helo=<mail>\n",
		"A1B2C3D4E5 inbound -\n" },

	{ "a key too small is told by the answer alone",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:01 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-reject: END-OF-MESSAGE from "
		    "pc.shop.example[198.51.100.7]: 5.7.0 DKIM signing error; from=<bob@shop.example> "
		    "to=<amy@far.example> proto=ESMTP helo=<pc>\n",
		"A1B2C3D4E5 rejected signing-error+key-too-small\n" },

	{ "a PID file that is not there yet is no fault",
		DAY "09:00:00 mx1 systemd[1]: opendkim.service: Can't open PID file "
		    "/run/opendkim/opendkim.pid (yet?) after start: No such file or directory\n"
		START("09:00:00", "812"),
		"" },

	{ "supervisord tells of a configuration that was refused",
		"2026-11-24 09:00:02,538 INFO success: opendkim entered RUNNING state, process has "
		"stayed up for > than 0 seconds (startsecs)\n"
		"2026-11-24 09:00:02,544 INFO exited: opendkim (exit status 78; not expected)\n",
		"! config-error 0\n" },

	{ "systemd-coredump tells of a crash",
		DAY "09:00:00 mx1 systemd-coredump[2479]: Process 2478 (opendkim) of user 991 dumped "
		    "core.\n",
		"! daemon-crash 0\n" },

	{ "a key's complaint is tied to its message though its end was cut off",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example' key data is not secure:\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: error loading key "
		    "'m._domainkey.shop.example'\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n" },

	{ "a delivery alone is a message of which little is known",
		SENT("09:00:01", "A1B2C3D4E5") REMOVED("09:00:02", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -\n" },

	{ "OpenDMARC out of reach is none of our causes",
		START("08:59:00", "8") CONNECT("09:00:00", "31") REFUSED("09:00:00", "31", "inet:localhost:8893")
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DONE("09:00:01", "A1B2C3D4E5"),
		"A1B2C3D4E5 unknown -+logging-blind\n" },

	{ "a host may be named in short and in full",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example: key data is not secure: "
		    "/etc/dkim/m.private is not owned by the executing uid (0) or the superuser\n"
		DAY "09:00:00 mx1.shop.example opendkim[8]: A1B2C3D4E5: error loading key "
		    "'m._domainkey.shop.example'\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n" },

	{ "a line that was cut off still names its cause",
		DAY "09:00:00 mx1 opendkim[8]: m._domainkey.shop.example: key data is not secure: / can "
		    "be read or written by other users\n"
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: error loading key 'm._doma\n",
		"A1B2C3D4E5 deferred key-insecure\n! key-insecure 1\n" },

	{ "a signature is one without its selector, too",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: DKIM-Signature header added\n",
		"A1B2C3D4E5 signed -\n" },

	{ "the same Message-ID twice by a client that logs in is no filter's doing",
		DAY "09:00:00 mx1 postfix/smtpd[31]: A1B2C3D4E5: client=localhost[127.0.0.1], "
		    "sasl_method=PLAIN, sasl_username=bob\n"
		DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: message-id=<x@shop.example>\n"
		SIGNED("09:00:00", "A1B2C3D4E5") DONE("09:00:01", "A1B2C3D4E5")
		DAY "09:00:10 mx1 postfix/smtpd[31]: A1B2C3D4E6: client=localhost[127.0.0.1], "
		    "sasl_method=PLAIN, sasl_username=bob\n"
		DAY "09:00:10 mx1 postfix/cleanup[41]: A1B2C3D4E6: message-id=<x@shop.example>\n"
		SIGNED("09:00:10", "A1B2C3D4E6") DONE("09:00:11", "A1B2C3D4E6"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E6 signed -\n" },

	{ "a signature that Postfix saw being added is one, and is OpenDKIM's own line when there is one",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		DAY "09:00:00 mx1 postfix/cleanup[41]: A1B2C3D4E5: milter-header-info: header "
		    "DKIM-Signature: v=1; d=shop.example from pc.shop.example[198.51.100.7]; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		DONE("09:00:01", "A1B2C3D4E5")
		CLIENT("09:01:00", "31", "A1B2C3D4E6") MESSAGE_ID("09:01:00", "41", "A1B2C3D4E6")
		SIGNED("09:01:00", "A1B2C3D4E6")
		DAY "09:01:00 mx1 postfix/cleanup[41]: A1B2C3D4E6: milter-header-info: header "
		    "DKIM-Signature: v=1; d=shop.example from pc.shop.example[198.51.100.7]; "
		    "from=<bob@shop.example> to=<amy@far.example> proto=ESMTP helo=<pc>\n"
		DAY "09:01:00 mx1 postfix/cleanup[41]: A1B2C3D4E6: milter-header-info: header "
		    "X-Other: x from pc.shop.example[198.51.100.7]; from=<bob@shop.example>\n"
		DONE("09:01:01", "A1B2C3D4E6"),
		"A1B2C3D4E5 signed -\nA1B2C3D4E6 signed -\n" },

	{ "what the agent to other hosts warns of was on its way out",
		CLIENT("09:00:00", "31", "A1B2C3D4E5") MESSAGE_ID("09:00:00", "41", "A1B2C3D4E5")
		NO_ROW("09:00:00", "A1B2C3D4E5") ACTIVE("09:00:01", "A1B2C3D4E5")
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: warning: host far.example said: x\n"
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E5: warning: host far.example said: x\n"
		DAY "09:00:02 mx1 postfix/local[56]: A1B2C3D4E5: warning: x\n"
		DAY "09:00:02 mx1 postfix/smtp[55]: A1B2C3D4E9: warning: of none\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "a queue ID that came on three hosts is three messages",
		DAY "09:00:00 mx1 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n"
		DAY "09:00:01 mx2 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n"
		DAY "09:00:02 mx3 opendkim[8]: A1B2C3D4E5: no signing table match for 'a@x.example'\n",
		"A1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned no-signing-table-match\n"
		"A1B2C3D4E5 unsigned no-signing-table-match\n" },

	{ "dkim-filter, which OpenDKIM came from, says the same",
		DAY "09:00:00 mx1 dkim-filter[8]: A1B2C3D4E5 external host pc attempted to send as "
		    "shop.example\n",
		"A1B2C3D4E5 unsigned external-host\n" },

	{ "a restart is no incident",
		START("08:00:00", "8")
		DAY "09:00:00 mx1 opendkim[8]: OpenDKIM Filter v2.11.0 terminating with status 0, "
		    "errno = 0\n" START("09:00:01", "9"),
		"" },

	{ "an end that lasts is one",
		START("08:00:00", "8")
		DAY "09:00:00 mx1 opendkim[8]: OpenDKIM Filter v2.11.0 terminating with status 0, "
		    "errno = 0\n" START("09:10:01", "9"),
		"! daemon-stopped 0\n" },
};
/* clang-format on */

int
main(void)
{
	enum { N = sizeof stories / sizeof *stories };
	static struct CMUnitTest tests[N];
	struct error err = ERROR_INIT;
	int failed;

	ruleset = ruleset_new(NULL, 0, &err);
	if (ruleset == NULL) {
		print_error("%s\n", err.text);
		return 2;
	}
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){ stories[i].name, test_story_ends_as_it_must, NULL,
			NULL, &stories[i] };
	failed = _cmocka_run_group_tests("gather", tests, N, NULL, NULL);
	ruleset_free(ruleset);
	return failed;
}
