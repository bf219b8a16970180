/* What the strict readers read is what parser/postfix.c reads; and what they leave. */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/event.h"
#include "parser/frame.h"
#include "parser/strict.h"

enum form { CLIENT, ACTIVE, SENT, FORMS };

/* Which form the strict readers took it for; FORMS: none. */
static enum form
compare(struct span text, const struct event *event)
{
	const struct postfix_fields *fields = &event->fields;
	struct span a, b, c, id = SPAN_NONE;

	if (span_starts(text, SPAN("client=")) && strict_client(span_from(text, 7), &a, &b) &&
		(b.n == 0 || strict_login(b))) {
		assert_int_equal(event->kind, POSTFIX_CLIENT);
		assert_true(span_eq(fields->client_ip, a));
		assert_int_equal(fields->sasl_username.n > 0, b.n > 0);
		return CLIENT;
	}
	if (strict_active(text)) {
		assert_int_equal(event->kind, POSTFIX_ACTIVE);
		assert_true(fields->has_sender && fields->recipients > 0);
		return ACTIVE;
	}
	if (strict_sent(text, &a, &b, &c)) {
		assert_int_equal(event->kind, POSTFIX_DELIVERY);
		assert_true(span_eq(fields->recipient, a) && span_eq(fields->relay, b));
		assert_true(span_eq(fields->reply, c) && span_eq(fields->status, SPAN("sent")));
		if (strict_queued_as(c, &id))
			assert_true(span_eq(fields->queued_as, id) && !fields->forwarded);
		return SENT;
	}
	return FORMS;
}

static enum form
read_line(struct span raw)
{
	struct frame frame;
	struct line line = { .raw = raw };
	struct event event;

	frame_read(raw, &frame);
	line.tag = frame.tag;
	line.text = frame.text;
	if (!event_read(&line, &event) || event.daemon != DAEMON_POSTFIX || event.queue_id.n == 0)
		return FORMS;
	return compare(event.text, &event);
}

static void
test_strict_reads_what_all_lines_are_read_for(void **state)
{
	size_t seen[FORMS + 1] = { 0 };
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/recordings/*.log", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int fd = open(found.gl_pathv[i], O_RDONLY | O_CLOEXEC);
		struct span rest, line;

		buf_reset(&text);
		assert_int_equal(buf_read_all(&text, fd, (size_t)16 << 20, &err), 0);
		close(fd);
		rest = buf_span(&text);
		while (span_cut(&rest, '\n', &line))
			seen[read_line(line)]++;
	}
	globfree(&found);
	buf_clear(&text);
	for (size_t i = 0; i < FORMS; i++)
		assert_true(seen[i] > 50);
}

static const struct {
	const char *text; /* behind the queue ID */
	enum form form;
} rows[] = {
	{ "client=a.example[192.0.2.1]", CLIENT },
	{ "client=a.example[IPv6:2001:db8::1]", CLIENT },
	{ "client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=u@a.example", CLIENT },
	{ "client=a[192.0.2.1], sasl_method=PLAIN", FORMS },
	{ "client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=u, sasl_sender=v", FORMS },
	{ "client=a[192.0.2.1], orig_queue_id=30F9F308846A", FORMS },
	{ "client=unknown[unknown]", FORMS },
	{ "client=[192.0.2.1]", FORMS },
	{ "client=a[192.0.2.1", FORMS },
	{ "client=a[]", FORMS },
	{ "from=<a@b.example>, size=12, nrcpt=1 (queue active)", ACTIVE },
	{ "from=<>, size=12, nrcpt=1 (queue active)", ACTIVE },
	{ "from=<a@b.example>, size=, nrcpt=1 (queue active)", FORMS },
	{ "from=<a@b.example>, status=expired, returned to sender", FORMS },
	{ " (queue active)", FORMS },
	{ "to=<a@b.example>, relay=mx.b.example[192.0.2.2]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 30F9F308846A)",
		SENT },
	{ "to=<a@b.example>, relay=mx[192.0.2.2]:25, conn_use=2, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)",
		SENT },
	{ "to=<a@b.example>, orig_to=<c>, relay=mx[192.0.2.2]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)",
		FORMS },
	{ "to=<a@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect: timed out)",
		FORMS },
	{ "to=<a@b.example>, relay=mx[192.0.2.2]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok",
		FORMS },
	{ "to=<", FORMS },
};

static void
test_strict_leaves_other_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf line = BUF_INIT;

		buf_addf(&line, "Nov 24 09:14:02 mx1 postfix/x[1]: 30F9F308846B: %s", rows[i].text);
		if (read_line(buf_span(&line)) != rows[i].form)
			fail_msg("%s", rows[i].text);
		buf_clear(&line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strict_reads_what_all_lines_are_read_for),
		cmocka_unit_test(test_strict_leaves_other_forms),
	};

	return cmocka_run_group_tests_name("strict", tests, NULL, NULL);
}
