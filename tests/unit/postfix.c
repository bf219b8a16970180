#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/postfix.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
test_queue_ids_are_told_from_other_words(void **state)
{
	static const struct {
		const char *word;
		bool postfix, sendmail;
	} rows[] = {
		{ "30F9F308846A", true, false },
		{ "176E2C07", true, false },
		{ "BC2E0E", true, false },
		{ "3BD9C", false, false },
		{ "4XyZ1k2LmPz9", true, false },
		{ "49Dr2P2HPtz42Pq", true, false },
		{ "4gT3bS6DwYz4xZ8", true, false },
		{ "4gT3bS6DwYz", false, false }, /* nothing behind the z */
		{ "4gT3bS6DwYa4xZ8", false, false },
		{ "ABCDEF", false, false }, /* a word of hexadecimal letters */
		{ "DECADE", false, false },
		{ "NOQUEUE", false, false },
		{ "warning", false, false },
		{ "30f9f308846a", false, false },
		{ "3AO98uWq012345", false, true },
		{ "53M7D1Xc009988", false, true },
		{ "53M7D1Xc0099", false, false },
		{ "example.com", false, false },
		{ "0123456789012", true, true }, /* both make such */
		{ "012345678901234567890123456789", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span word = span_of(rows[i].word);

		if (queue_id_is_postfix(word) != rows[i].postfix ||
			queue_id_is_sendmail(word) != rows[i].sendmail) {
			print_error("'%s': %d %d\n", rows[i].word, queue_id_is_postfix(word),
				queue_id_is_sendmail(word));
			fail();
		}
	}
}

static void
test_clients_are_split(void **state)
{
	static const struct {
		const char *text;
		const char *name, *address;
	} rows[] = {
		{ "pc20.example.com[127.0.1.20]", "pc20.example.com", "127.0.1.20" },
		{ "mx.sink.test[127.0.0.25]:25", "mx.sink.test", "127.0.0.25" },
		{ "unknown[IPv6:2001:db8::1]", "unknown", "2001:db8::1" },
		{ "a.example [192.0.2.10] (may be forged)", "a.example", "192.0.2.10" },
		{ "[192.0.2.10]", "", "192.0.2.10" },
		{ "local", "local", "" },
		{ "broken[192.0.2.10", "broken[192.0.2.10", "" },
		{ "][", "][", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span name, address;

		client_split(span_of(rows[i].text), &name, &address);
		if (!span_eq(name, span_of(rows[i].name)) ||
			!span_eq(address, span_of(rows[i].address))) {
			print_error("'%s': '%.*s' '%.*s'\n", rows[i].text, SPAN_ARGS(name),
				SPAN_ARGS(address));
			fail();
		}
	}
}

static void
add(struct buf *out, const char *name, struct span value)
{
	if (value.n > 0)
		buf_addf(out, " %s=%.*s", name, SPAN_ARGS(value));
}

/* The kind and every field that is set, in one line. */
static void
event_words(const struct event *event, struct buf *out)
{
	static const char *const kinds[] = { [POSTFIX_OTHER] = "other",
		[POSTFIX_CONNECT] = "connect",
		[POSTFIX_DISCONNECT] = "disconnect",
		[POSTFIX_CLIENT] = "client",
		[POSTFIX_PICKUP] = "pickup",
		[POSTFIX_MESSAGE_ID] = "message-id",
		[POSTFIX_ACTIVE] = "active",
		[POSTFIX_DELIVERY] = "delivery",
		[POSTFIX_REMOVED] = "removed",
		[POSTFIX_EXPIRED] = "expired",
		[POSTFIX_NOTICE] = "notice",
		[POSTFIX_MILTER_ACTION] = "milter-action",
		[POSTFIX_REJECT] = "reject",
		[POSTFIX_MILTER_HEADER] = "milter-header",
		[POSTFIX_WARNING] = "warning",
		[POSTFIX_REQUEUED] = "requeued",
		[POSTFIX_START] = "start" };
	const struct postfix_fields *f = &event->fields;

	buf_reset(out);
	buf_addf(out, "%s", kinds[event->kind]);
	add(out, "client", f->client_name);
	add(out, "ip", f->client_ip);
	add(out, "orig-client", f->orig_client_name);
	add(out, "orig-ip", f->orig_client_ip);
	add(out, "orig-id", f->orig_queue_id);
	add(out, "login", f->sasl_username);
	add(out, "method", f->sasl_method);
	if (f->has_sender)
		buf_addf(out, " sender=<%.*s>", SPAN_ARGS(f->sender));
	add(out, "recipient", f->recipient);
	add(out, "orig-recipient", f->orig_recipient);
	add(out, "relay", f->relay);
	add(out, "dsn", f->dsn);
	add(out, "status", f->status);
	add(out, "reply", f->reply);
	add(out, "message-id", f->message_id);
	add(out, f->forwarded ? "forwarded-as" : "queued-as", f->queued_as);
	add(out, "action", f->action);
	add(out, "answer", f->answer);
	add(out, "notice", f->notice_id);
	if (f->recipients > 0)
		buf_addf(out, " nrcpt=%u", f->recipients);
}

enum id { ID, NO_ID, NOQUEUE };

struct row {
	enum id id;
	const char *text;
	const char *want;
};

static void
expect(const struct row *rows, size_t n, void (*read)(struct event *event))
{
	struct buf got = BUF_INIT;
	bool failed = false;

	for (size_t i = 0; i < n; i++) {
		struct event event = { .text = span_of(rows[i].text),
			.queue_id = rows[i].id == ID ? SPAN("30F9F308846A") : SPAN_NONE,
			.noqueue = rows[i].id == NOQUEUE };

		read(&event);
		event_words(&event, &got);
		if (strcmp(buf_str(&got), rows[i].want) == 0)
			continue;
		print_error("'%s':\n got %s\nnot %s\n", rows[i].text, buf_str(&got), rows[i].want);
		failed = true;
	}
	buf_clear(&got);
	assert_false(failed);
}

static void
test_postfix_reads_lines_with_a_queue_id(void **state)
{
	static const struct row rows[] = {
		{ ID, "client=pc20.example.com[127.0.1.20]",
			"client client=pc20.example.com ip=127.0.1.20" },
		{ ID, "client=a[IPv6:2001:db8::1], sasl_method=PLAIN, sasl_username=bob@example.com",
			"client client=a ip=2001:db8::1 login=bob@example.com method=PLAIN" },
		{ ID, "client=localhost[127.0.0.1], orig_queue_id=4BC9A30F12, orig_client=a[192.0.2.9]",
			"client client=localhost ip=127.0.0.1 orig-client=a orig-ip=192.0.2.9 "
			"orig-id=4BC9A30F12" },
		{ ID, "uid=33 from=<www-data>", "pickup sender=<www-data>" },
		{ ID, "uid=33 from=<>", "pickup sender=<>" },
		{ ID, "uid=0 from=<a> orig_id=4BC9A30F12", "pickup orig-id=4BC9A30F12 sender=<a>" },
		{ ID, "message-id=<t0001@pc20.example.com>",
			"message-id message-id=<t0001@pc20.example.com>" },
		{ ID, "message-id=", "message-id" },
		{ ID, "from=<a@b.example>, size=438, nrcpt=12 (queue active)",
			"active sender=<a@b.example> nrcpt=12" },
		{ ID, "from=<>, size=438, nrcpt=1 (queue active)", "active sender=<> nrcpt=1" },
		{ ID, "from=<a@b>, status=expired, returned to sender", "expired sender=<a@b>" },
		{ ID,
			"to=<r1@remote.test>, orig_to=<r>, relay=mx.sink.test[127.0.0.25]:25, delay=0.27, "
			"delays=0.14/0.1/0.01/0.02, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 0B6637770)",
			"delivery recipient=r1@remote.test orig-recipient=r "
			"relay=mx.sink.test[127.0.0.25]:25 dsn=2.0.0 status=sent "
			"reply=250 2.0.0 Ok: queued as 0B6637770 queued-as=0B6637770" },
		{ ID,
			"to=<a@b>, relay=local, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent "
			"(forwarded as 3848CA72015)",
			"delivery recipient=a@b relay=local dsn=2.0.0 status=sent "
			"reply=forwarded as 3848CA72015 forwarded-as=3848CA72015" },
		{ ID,
			"to=<a@b>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, delays=1/0/0/0, dsn=2.0.0, "
			"status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
			"4BC9A30F12)",
			"delivery recipient=a@b relay=127.0.0.1[127.0.0.1]:10024 dsn=2.0.0 status=sent "
			"reply=250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4BC9A30F12 "
			"queued-as=4BC9A30F12" },
		{ ID,
			"to=<a@b>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred "
			"(connect to mx[192.0.2.1]:25: Connection refused)",
			"delivery recipient=a@b relay=none dsn=4.4.1 status=deferred "
			"reply=connect to mx[192.0.2.1]:25: Connection refused" },
		{ ID, "removed", "removed" },
		{ ID, "requeued", "requeued" },
		{ ID, "sender non-delivery notification: 4BC9A30F12", "notice notice=4BC9A30F12" },
		{ ID, "postmaster non-delivery notification: 4BC9A30F12",
			"notice notice=4BC9A30F12" },
		{ ID, "sender non-delivery notification: nothing", "other notice=nothing" },
		{ ID,
			"milter-reject: END-OF-MESSAGE from a[192.0.2.7]: 4.7.1 Service unavailable - try "
			"again later; from=<a@b> to=<c@d> proto=ESMTP helo=<a>",
			"milter-action client=a ip=192.0.2.7 sender=<a@b> recipient=c@d "
			"action=reject "
			"answer=4.7.1 Service unavailable - try again later" },
		{ ID, "milter-discard: END-OF-MESSAGE from a[192.0.2.7]: milter triggers DISCARD",
			"milter-action client=a ip=192.0.2.7 action=discard "
			"answer=milter triggers DISCARD" },
		{ ID, "milter-reject: odd", "milter-action action=reject" },
		{ ID, "milter-header-add: header DKIM-Signature: v=1",
			"milter-header action=header-add" },
		{ ID, "warning: cannot get RSA private key", "warning" },
		{ ID, "lost connection after DATA from a[192.0.2.7]", "disconnect" },
		{ ID, "enabling PIX workarounds", "other" },
		{ ID, "", "other" },
	};

	(void)state;
	expect(rows, COUNT(rows), postfix_read);
}

static void
test_postfix_reads_lines_without_a_queue_id(void **state)
{
	static const struct row rows[] = {
		{ NO_ID, "connect from a.example[192.0.2.7]",
			"connect client=a.example ip=192.0.2.7" },
		{ NO_ID, "disconnect from a[192.0.2.7] ehlo=1 mail=1 quit=1 commands=3",
			"disconnect client=a ip=192.0.2.7" },
		{ NO_ID,
			"warning: connect to Milter service inet:localhost:8891: Connection refused",
			"warning" },
		{ NO_ID, "fatal: no SASL authentication mechanisms", "warning" },
		{ NO_ID, "daemon started -- version 3.7.11, configuration /etc/postfix", "start" },
		{ NO_ID, "reload -- version 3.7.11, configuration /etc/postfix", "start" },
		{ NOQUEUE, "client=a[192.0.2.7]", "client client=a ip=192.0.2.7" },
		{ NOQUEUE, "reject: RCPT from a[192.0.2.7]: 554 5.7.1 <b@c>: Relay access denied;",
			"reject" },
		{ NOQUEUE,
			"milter-reject: CONNECT from a[192.0.2.7]: 451 4.7.1 Service unavailable - try "
			"again later; proto=SMTP",
			"milter-action client=a ip=192.0.2.7 action=reject "
			"answer=451 4.7.1 Service unavailable - try again later" },
		{ NO_ID, "milter-reject: END-OF-MESSAGE ... 4.7.1 Service unavailable",
			"milter-action action=reject" },
		{ NO_ID,
			"proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 4BC9A30F12; from=<a>",
			"other queued-as=4BC9A30F12" },
		{ NO_ID, "statistics: max connection rate 1/60s", "other" },
		{ NO_ID, "", "other" },
	};

	(void)state;
	expect(rows, COUNT(rows), postfix_read);
}

/* Who sends mail chooses addresses, IDs and replies: they change no other attribute. */
static void
test_postfix_is_not_led_astray_by_addresses(void **state)
{
	static const struct row rows[] = {
		{ ID,
			"to=<\"x, relay=evil, status=sent\"@b>, relay=none, delay=1, dsn=4.4.1, "
			"status=deferred (x)",
			"delivery recipient=\"x, relay=evil, status=sent\"@b relay=none dsn=4.4.1 "
			"status=deferred reply=x" },
		{ ID,
			"to=<a@b>, orig_to=<\"x relay=evil\"@b>, relay=none, delay=1, dsn=4.4.1, "
			"status=deferred (relay=evil, status=sent)",
			"delivery recipient=a@b orig-recipient=\"x relay=evil\"@b relay=none dsn=4.4.1 "
			"status=deferred reply=relay=evil, status=sent" },
		{ ID, "from=<\"x, nrcpt=9, status=expired\"@b>, size=1, nrcpt=1 (queue active)",
			"active sender=<\"x, nrcpt=9, status=expired\"@b> nrcpt=1" },
		{ ID, "message-id=<client=a[192.0.2.7]>",
			"message-id message-id=<client=a[192.0.2.7]>" },
		{ ID, "from=<unfinished", "active sender=<<unfinished>" },
		{ ID, "to=<>, relay=", "delivery" },
		{ ID, "to=<", "delivery recipient=<" },
		{ ID, "client=", "client" },
		{ ID, "from=<a>, nrcpt=99999999999999999999", "active sender=<a>" },
		{ ID, "milter-", "milter-action" },
		{ ID, "milter-reject:", "milter-action action=reject" },
		{ ID, "milter-reject: x from ", "milter-action action=reject" },
	};

	(void)state;
	expect(rows, COUNT(rows), postfix_read);
}

static void
test_sendmail_lines_are_read(void **state)
{
	static const struct row rows[] = {
		{ ID,
			"from=<a@b>, size=438, class=0, nrcpts=2, msgid=<x@y>, proto=ESMTP, daemon=MTA, "
			"relay=pc.example.com [192.0.2.10] (may be forged)",
			"client client=pc.example.com ip=192.0.2.10 sender=<a@b> message-id=<x@y> nrcpt=2" },
		{ ID, "from=root, size=10, class=0, nrcpts=1, msgid=<x@y>, relay=root@localhost",
			"client client=root@localhost sender=<root> message-id=<x@y> nrcpt=1" },
		{ ID,
			"to=<r@s>, delay=00:00:01, mailer=esmtp, pri=1, relay=mx.s. [192.0.2.25], dsn=2.0.0, "
			"stat=Sent (Ok: queued as 0B6637770)",
			"delivery recipient=r@s relay=mx.s. dsn=2.0.0 status=sent "
			"reply=Sent (Ok: queued as 0B6637770) queued-as=0B6637770" },
		{ ID, "to=<r@s>, delay=00:00:01, mailer=local, pri=1, dsn=2.0.0, stat=Sent",
			"delivery recipient=r@s relay=local dsn=2.0.0 status=sent reply=Sent" },
		{ ID, "to=<r@s>, stat=Deferred: Connection refused by mx.s.",
			"delivery recipient=r@s status=deferred "
			"reply=Deferred: Connection refused by mx.s." },
		{ ID, "to=<r@s>, stat=User unknown",
			"delivery recipient=r@s status=bounced reply=User unknown" },
		{ ID, "Milter: data, reject=451 4.7.1 Service unavailable",
			"milter-action action=reject "
			"answer=451 4.7.1 Service unavailable" },
		{ ID, "Milter insert (1): header: DKIM-Signature: v=1", "milter-header" },
		{ NO_ID, "AUTH=server, relay=a [192.0.2.7], authid=bob, mech=PLAIN, bits=0",
			"other login=bob" },
		{ NO_ID, "STARTTLS=server", "other" },
		{ ID, "", "other" },
	};

	(void)state;
	expect(rows, COUNT(rows), sendmail_read);
}

static void
test_filter_lines_tie_two_queue_ids(void **state)
{
	static const struct {
		const char *text;
		const char *id; /* NULL: no such line */
		const char *next;
	} rows[] = {
		{ "(1-2) Passed CLEAN, [192.0.2.7] <a@b> -> <c@d>, Queue-ID: 30F9F308846A, "
		  "Message-ID: <x>, queued_as: 4BC9A30F12, 250 ms",
			"30F9F308846A", "4BC9A30F12" },
		{ "Queue-ID: 30F9F308846A, queued_as: 4BC9A30F12/5BC9A30F12, 250 ms",
			"30F9F308846A", "4BC9A30F12" },
		{ "Blocked SPAM, Queue-ID: 30F9F308846A, 250 ms", NULL, NULL },
		{ "queued_as: 4BC9A30F12", NULL, NULL },
		{ "", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct event event = { .text = span_of(rows[i].text) };
		bool got = filter_read(&event);

		if (got != (rows[i].id != NULL) ||
			(got && (!span_eq(event.queue_id, span_of(rows[i].id)) ||
					!span_eq(event.fields.queued_as, span_of(rows[i].next))))) {
			print_error("'%s': '%.*s' '%.*s'\n", rows[i].text,
				SPAN_ARGS(event.queue_id), SPAN_ARGS(event.fields.queued_as));
			fail();
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queue_ids_are_told_from_other_words),
		cmocka_unit_test(test_clients_are_split),
		cmocka_unit_test(test_postfix_reads_lines_with_a_queue_id),
		cmocka_unit_test(test_postfix_reads_lines_without_a_queue_id),
		cmocka_unit_test(test_postfix_is_not_led_astray_by_addresses),
		cmocka_unit_test(test_sendmail_lines_are_read),
		cmocka_unit_test(test_filter_lines_tie_two_queue_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
