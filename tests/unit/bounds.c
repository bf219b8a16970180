/* What a log can make of one message, and of all that wait, has an end; what was dropped is counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/frame.h"
#include "rules/gather.h"
#include "tests/unit/rules.h"

static struct evidence
line_of(const char *text)
{
	return (struct evidence){ .raw = span_of(text), .text = span_of(text), .when = 1 };
}

/* The last line tells how it ended: it is kept in place of the one before. */
static void
test_of_a_message_so_many_lines_are_kept_and_its_end(void **state)
{
	struct message *message = message_new(SPAN("mx1"), SPAN("A1B2C3D4E5"), 1);
	const struct evidence line = line_of("deferred again"), end = line_of("removed");

	(void)state;
	for (int i = 0; i < MESSAGE_EVIDENCE_MAX; i++)
		assert_non_null(message_add_line(message, &line));
	assert_int_equal(message->unkept, 0);
	assert_null(message_add_line(message, &line));
	assert_non_null(message_add_closing_line(message, &end));
	assert_int_equal(message->nevidence, MESSAGE_EVIDENCE_MAX);
	assert_int_equal(message->unkept, 2);
	assert_true(span_eq(message->evidence[MESSAGE_EVIDENCE_MAX - 1].raw, SPAN("removed")));
	assert_true(span_eq(message->evidence[MESSAGE_EVIDENCE_MAX - 2].raw, line.raw));
	message_free(message);
	message_free(NULL);
}

static void
test_of_a_message_so_many_signatures_are_kept(void **state)
{
	struct message *message = message_new(SPAN("mx1"), SPAN("A1B2C3D4E5"), 1);

	(void)state;
	for (int i = 0; i < MESSAGE_SIGNATURES_MAX + 3; i++)
		message_add_signature(message, i == 0 ? SPAN("first") : SPAN("more"),
			SPAN("shop.example"));
	assert_int_equal(message->nsignatures, MESSAGE_SIGNATURES_MAX);
	assert_true(span_eq(message->signatures[0].selector, SPAN("first")));
	message_free(message);
}

/* A route that anyone could make as long as he likes: queue IDs stand in answers of other hosts. */
static void
test_a_route_has_an_end(void **state)
{
	enum { N = 2 * MESSAGE_ROUTE_MAX };
	struct message *chain[N], *star = message_new(SPAN("mx1"), SPAN("STAR"), 1);
	const struct message *route[MESSAGE_ROUTE_MAX];

	(void)state;
	for (int i = 0; i < N; i++) {
		char id[16];

		(void)snprintf(id, sizeof id, "A%05d", i);
		chain[i] = message_new(SPAN("mx1"), span_of(id), i);
		if (i > 0)
			message_link(chain[i - 1], chain[i], LINK_REINJECTED);
	}
	/* Neither to itself nor twice. */
	message_link(chain[0], chain[0], LINK_REINJECTED);
	message_link(chain[0], chain[1], LINK_REINJECTED);
	message_link(chain[1], chain[0], LINK_REINJECTED);
	assert_int_equal(chain[0]->nlinks, 1);
	assert_int_equal(message_route(chain[0], route, MESSAGE_ROUTE_MAX), MESSAGE_ROUTE_MAX);
	assert_ptr_equal(route[0], chain[0]);
	assert_int_equal(message_route(chain[0], route, 3), 3);
	for (int i = 0; i < N; i++)
		message_link(i % 2 == 0 ? star : chain[i], i % 2 == 0 ? chain[i] : star,
			LINK_NOTICE);
	assert_int_equal(star->nlinks, MESSAGE_LINKS_MAX);
	assert_int_equal(chain[N - 1]->nlinks, 1);
	/* Of those that are gone no link is left. */
	for (int i = 0; i < N; i++)
		message_free(chain[i]);
	assert_int_equal(message_route(star, route, MESSAGE_ROUTE_MAX), 1);
	message_free(star);
}

struct seen {
	char ids[64][24];
	enum verdict_kind kinds[64];
	size_t n;
};

static void
see(void *ctx, const struct message *message)
{
	struct seen *seen = ctx;

	assert_true(seen->n < 64);
	(void)snprintf(seen->ids[seen->n], sizeof seen->ids[0], "%.*s",
		SPAN_ARGS(message->queue_id));
	seen->kinds[seen->n++] = message->verdict.kind;
}

static void
hear(struct gather *gather, const char *text)
{
	struct line line = { .raw = span_of(text), .times = 1, .when = INSTANT_SECOND };
	struct finding finding;
	struct event event;
	struct frame frame;

	frame_read(line.raw, &frame);
	line.host = frame.host;
	line.tag = frame.tag;
	line.pid = frame.pid;
	line.text = frame.text;
	assert_true(event_read(&line, &event));
	gather_add(gather, &line, &event,
		ruleset_find(ruleset, &event, &finding) ? &finding : NULL);
}

/* Mail that never ends fills the memory that is allowed: the oldest goes first, with what is known. */
static void
test_above_the_bound_the_oldest_message_is_judged_early(void **state)
{
	enum { N = 40 };
	struct error err = ERROR_INIT;
	struct host *host = host_new(NULL, NULL, &err);
	struct facts *facts = facts_new();
	struct incidents *incidents = incidents_new();
	struct knowledge knowledge = { facts, incidents, host };
	struct seen seen = { .n = 0 };
	struct gather *gather = gather_new(&knowledge, (size_t)16 << 10, see, &seen);

	(void)state;
	for (int i = 0; i < N; i++) {
		char text[200];

		(void)snprintf(text, sizeof text,
			"Nov 24 09:00:00 mx1 opendkim[8]: A1B2C3D%03d: no signing table match for "
			"'bob@shop.example'",
			i);
		hear(gather, text);
	}
	assert_in_range(gather_early(gather), 1, N - 1);
	assert_int_equal(seen.n, gather_early(gather));
	for (size_t i = 0; i < seen.n; i++) {
		char id[24];

		(void)snprintf(id, sizeof id, "A1B2C3D%03d", (int)i);
		assert_string_equal(seen.ids[i], id);
		assert_int_equal(seen.kinds[i], VERDICT_UNSIGNED);
	}
	gather_end(gather);
	assert_int_equal(seen.n, N);
	gather_free(gather);
	gather_free(NULL);
	incidents_free(incidents);
	facts_free(facts);
	host_free(host);
}

/* Hosts that take turns, line by line, each with a name as long as anyone likes. */
static void
test_the_names_of_many_hosts_are_not_kept(void **state)
{
	struct error err = ERROR_INIT;
	struct host *host = host_new(NULL, NULL, &err);
	struct facts *facts = facts_new();
	struct incidents *incidents = incidents_new();
	struct knowledge knowledge = { facts, incidents, host };
	struct seen seen = { .n = 0 };
	struct gather *gather = gather_new(&knowledge, (size_t)1 << 20, see, &seen);
	char text[800], name[600];

	(void)state;
	for (size_t i = 0; i < sizeof name - 1; i++)
		name[i] = 'a';
	name[sizeof name - 1] = '\0';
	for (int i = 0; i < 400; i++) {
		(void)snprintf(text, sizeof text,
			"Nov 24 09:00:00 mx%03d%s postfix/smtpd[7]: connect from pc[192.0.2.1]", i,
			name);
		hear(gather, text);
	}
	(void)snprintf(text, sizeof text,
		"Nov 24 09:00:00 mx399%s opendkim[8]: A1B2C3D4E5: no signing table match for 'bob@x.example'",
		name);
	hear(gather, text);
	gather_end(gather);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.kinds[0], VERDICT_UNSIGNED);
	gather_free(gather);
	incidents_free(incidents);
	facts_free(facts);
	host_free(host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_message_so_many_lines_are_kept_and_its_end),
		cmocka_unit_test(test_of_a_message_so_many_signatures_are_kept),
		cmocka_unit_test(test_a_route_has_an_end),
		cmocka_unit_test(test_above_the_bound_the_oldest_message_is_judged_early),
		cmocka_unit_test(test_the_names_of_many_hosts_are_not_kept),
	};

	return cmocka_run_group_tests_name("bounds", tests, rules_make, rules_remove);
}
