#include "rules/gather.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "rules/session.h"

#define LATE          (2 * INSTANT_MINUTE)  /* a closed message still takes lines for so long */
#define EARLY         (5 * INSTANT_MINUTE)  /* lines may come so long before the one that begins it */
#define RETRY_WITHIN  (6 * INSTANT_HOUR)    /* the same Message-ID again counts as another try */
#define REINJECT_WITHIN (10 * INSTANT_MINUTE)
#define EXPECTED_MAX  1024
#define ORPHANS_PID   UINT32_MAX            /* no process has it: refusals without a queue ID */
#define ORPHAN_WITHIN (5 * INSTANT_SECOND)

/* "queued as ID" was said before ID was seen. */
struct expected {
	char queue_id[32];
	struct message *from; /* NULL: free */
	enum link_kind kind;
};

struct gather {
	struct knowledge knowledge;
	struct facts *facts;         /* of knowledge, as it is asked for everywhere */
	struct incidents *incidents;
	size_t max_bytes, bytes;
	gather_sink *sink;
	void *ctx;

	struct sessions *sessions;
	struct map by_id;         /* newest message of each queue ID, same_id leads to older ones */
	struct map by_message_id; /* newest message of each Message-ID */
	struct message *oldest, *newest;
	struct message *due_first, *due_last;
	struct expected expected[EXPECTED_MAX];
	size_t next_expected;
	int64_t clock;            /* latest stamp so far */
	struct span host;         /* of the line at hand, or of the last one that named one */
	struct arena host_arena;
	uint64_t early;
};

/* All that is said of the line at hand. */
struct now {
	const struct event *event;
	const struct finding *finding;
	struct evidence line;
	int64_t when;
};

struct gather *
gather_new(const struct knowledge *knowledge, size_t max_bytes, gather_sink *sink, void *ctx)
{
	struct gather *gather = xcalloc(1, sizeof *gather);

	gather->knowledge = *knowledge;
	gather->facts = knowledge->facts;
	gather->incidents = knowledge->incidents;
	gather->max_bytes = max_bytes;
	gather->sink = sink;
	gather->ctx = ctx;
	gather->sessions = sessions_new();
	gather->clock = INSTANT_NONE;
	return gather;
}

void
gather_free(struct gather *gather)
{
	struct message *message, *newer;

	if (gather == NULL)
		return;
	for (message = gather->oldest; message != NULL; message = newer) {
		newer = message->newer;
		message_free(message);
	}
	sessions_free(gather->sessions);
	map_clear(&gather->by_id);
	map_clear(&gather->by_message_id);
	arena_clear(&gather->host_arena);
	free(gather);
}

/* Finding and making messages. */

static struct message *
newest_of(const struct gather *gather, struct span queue_id)
{
	return map_get(&gather->by_id, queue_id);
}

/* Does a line at `when` still belong to that message? */
static bool
takes_lines(const struct message *message, int64_t when)
{
	return !message->closed || when == INSTANT_NONE || when - message->last <= LATE;
}

/*
 * The message of that queue ID which a line belongs to. OpenDKIM may run on
 * another host than Postfix: with any_host its job ID is looked for everywhere.
 */
static struct message *
find(const struct gather *gather, struct span host, struct span queue_id, int64_t when, bool any_host)
{
	struct message *message, *elsewhere = NULL;

	for (message = newest_of(gather, queue_id); message != NULL; message = message->same_id) {
		if (!takes_lines(message, when))
			continue;
		if (span_eq(message->host, host))
			return message;
		if (elsewhere == NULL)
			elsewhere = message;
	}
	return any_host ? elsewhere : NULL;
}

static struct message *
make(struct gather *gather, struct span queue_id, int64_t when)
{
	struct message *message = message_new(gather->host, queue_id, when);

	message->epoch = facts_host(gather->facts, gather->host)->epoch;
	message->same_id = newest_of(gather, queue_id);
	map_put(&gather->by_id, message->queue_id, message);
	message->older = gather->newest;
	if (gather->newest != NULL)
		gather->newest->newer = message;
	gather->newest = message;
	if (gather->oldest == NULL)
		gather->oldest = message;
	return message;
}

static void
meet_expected(struct gather *gather, struct message *message)
{
	for (size_t i = 0; i < EXPECTED_MAX; i++) {
		struct expected *expected = &gather->expected[i];

		if (expected->from == NULL || !span_eq(span_of(expected->queue_id), message->queue_id))
			continue;
		message_link(expected->from, message, expected->kind);
		expected->from = NULL;
	}
}

static struct message *
find_or_make(struct gather *gather, struct span queue_id, int64_t when, bool any_host)
{
	struct message *message = find(gather, gather->host, queue_id, when, any_host);

	return message != NULL ? message : make(gather, queue_id, when);
}

/*
 * The line that begins a message: a new one, unless lines that ran ahead of it
 * made it already.
 */
static struct message *
begin(struct gather *gather, struct span queue_id, int64_t when)
{
	struct message *message = find(gather, gather->host, queue_id, when, true);

	if (message == NULL || message->born || message->closed ||
		(when != INSTANT_NONE && message->first != INSTANT_NONE &&
			when - message->first > EARLY))
		message = make(gather, queue_id, when);
	message->born = true;
	meet_expected(gather, message);
	return message;
}

/* Keep count of what a message holds, now that it may have grown. */
static void
charge(struct gather *gather, struct message *message)
{
	size_t bytes = message_bytes(message);

	gather->bytes += bytes - message->charged;
	message->charged = bytes;
}

static struct evidence *
keep_line(struct gather *gather, struct message *message, const struct now *now)
{
	struct evidence *line;

	if (now->when != INSTANT_NONE) {
		if (message->first == INSTANT_NONE || now->when < message->first)
			message->first = now->when;
		if (message->last == INSTANT_NONE || now->when > message->last)
			message->last = now->when;
	}
	line = message_add_line(message, &now->line);
	charge(gather, message);
	return line;
}

/* Letting messages go. */

static void
unlist(struct gather *gather, struct message *message)
{
	if (message->newer != NULL)
		message->newer->older = message->older;
	else
		gather->newest = message->older;
	if (message->older != NULL)
		message->older->newer = message->newer;
	else
		gather->oldest = message->newer;
}

static void
unindex(struct gather *gather, struct message *message)
{
	struct message *at = newest_of(gather, message->queue_id);

	if (at == message) {
		map_remove(&gather->by_id, message->queue_id);
		if (message->same_id != NULL)
			map_put(&gather->by_id, message->same_id->queue_id, message->same_id);
	} else {
		while (at != NULL && at->same_id != message)
			at = at->same_id;
		if (at != NULL)
			at->same_id = message->same_id;
	}
	if (message->message_id.n > 0 &&
		map_get(&gather->by_message_id, message->message_id) == message)
		map_remove(&gather->by_message_id, message->message_id);
}

static void
unqueue(struct gather *gather, struct message *message)
{
	struct message *before = NULL, *at = gather->due_first;

	if (!message->waiting)
		return;
	while (at != message) {
		before = at;
		at = at->due_next;
	}
	if (before == NULL)
		gather->due_first = message->due_next;
	else
		before->due_next = message->due_next;
	if (gather->due_last == message)
		gather->due_last = before;
	message->waiting = false;
}

static void
unexpect(struct gather *gather, const struct message *message)
{
	for (size_t i = 0; i < EXPECTED_MAX; i++)
		if (gather->expected[i].from == message)
			gather->expected[i].from = NULL;
}

/* Nothing of it went anywhere and OpenDKIM never saw it: a client that hung up. */
static bool
is_nothing(const struct message *message)
{
	return !message->queued && !message->opendkim && message->milter_action.n == 0 &&
		message->deliveries.sent == 0 && message->origin != ORIGIN_PICKUP &&
		(message->refused_by_postfix || message->closed || message->nevidence <= 2);
}

static void
let_go(struct gather *gather, struct message *message)
{
	if (!is_nothing(message))
		gather->sink(gather->ctx, message);
	unqueue(gather, message);
	unexpect(gather, message);
	unindex(gather, message);
	unlist(gather, message);
	gather->bytes -= message->charged;
	message_free(message);
}

static void
wait_for_late_lines(struct gather *gather, struct message *message)
{
	if (message->waiting)
		return;
	message->due = gather->clock == INSTANT_NONE ? INSTANT_NONE : gather->clock + GATHER_LINGER;
	message->due_next = NULL;
	message->waiting = true;
	if (gather->due_last != NULL)
		gather->due_last->due_next = message;
	else
		gather->due_first = message;
	gather->due_last = message;
}

static void
close_message(struct gather *gather, struct message *message)
{
	if (message->closed)
		return;
	message->closed = true;
	wait_for_late_lines(gather, message);
}

static bool
all_closed(struct message *const *story, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!story[i]->closed)
			return false;
	return true;
}

/* A closed message whose late lines are in: judge its route, let it go if nothing can change that. */
static void
settle(struct gather *gather, struct message *message)
{
	struct message *story[MESSAGE_ROUTE_MAX];
	size_t n = message_basis(message, true, story, MESSAGE_ROUTE_MAX);
	bool settled = true;

	if (!all_closed(story, n)) {
		wait_for_late_lines(gather, message);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		verdict_judge(&gather->knowledge, story[i]);
		settled &= verdict_is_settled(story[i]);
	}
	if (!settled)
		return;
	for (size_t i = 0; i < n; i++)
		let_go(gather, story[i]);
}

static void
count_way(struct gather *gather, const struct message *message)
{
	if (message->queued || message->milter_action.n > 0)
		facts_count_way(gather->facts, message);
}

static void
sweep(struct gather *gather)
{
	while (gather->due_first != NULL && gather->due_first->due <= gather->clock) {
		struct message *message = gather->due_first;

		gather->due_first = message->due_next;
		if (gather->due_first == NULL)
			gather->due_last = NULL;
		message->waiting = false;
		settle(gather, message);
	}
}

/* Too much is held: the oldest go first, judged by what is known. */
static void
press(struct gather *gather)
{
	while (gather->bytes > gather->max_bytes && gather->oldest != gather->newest) {
		struct message *message = gather->oldest;

		verdict_judge(&gather->knowledge, message);
		gather->early++;
		let_go(gather, message);
	}
}

/* Postfix. */

static void
set_client(struct message *message, struct span name, struct span ip)
{
	message_set(message, &message->client_name, name);
	message_set(message, &message->client_ip, ip);
}

/* Lines of a session that are still in force are said of the message, too. */
static void
take_session_lines(struct message *message, struct session *session, bool consume)
{
	for (size_t i = 0; i < session->nlines; i++) {
		session->lines[i].session = true;
		message_add_line(message, &session->lines[i]);
	}
	while (consume && session->nlines > 0)
		session_drop_line(session, session->nlines - 1);
}

static void
on_client(struct gather *gather, const struct now *now, struct session *session, uint32_t pid)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = begin(gather, now->event->queue_id, now->when);

	take_session_lines(message, session, false);
	keep_line(gather, message, now);
	message->origin = ORIGIN_SMTP;
	message_set(message, &message->instance, now->event->instance);
	message_set(message, &message->service, now->event->service);
	message->epoch = facts_host(gather->facts, message->host)->epoch;
	set_client(message, fields->client_name, fields->client_ip);
	message_set(message, &message->sasl_username, fields->sasl_username);
	session_set_current(session, message->queue_id);
	message->smtpd_pid = pid;
	message->connection = session->connection;
	if (fields->orig_queue_id.n > 0) {
		struct message *orig =
			find(gather, gather->host, fields->orig_queue_id, now->when, true);

		if (orig != NULL)
			message_link(orig, message, LINK_REINJECTED);
	}
	if (fields->has_sender) { /* Sendmail says all in one line */
		message->has_sender = true;
		message_set(message, &message->sender, fields->sender);
		message_set(message, &message->message_id, fields->message_id);
		message->recipients = fields->recipients;
		message->queued = true;
	}
}

static void
on_pickup(struct gather *gather, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = begin(gather, now->event->queue_id, now->when);
	struct message *orig = NULL;

	keep_line(gather, message, now);
	message->origin = fields->orig_queue_id.n > 0 ? ORIGIN_REQUEUED : ORIGIN_PICKUP;
	message_set(message, &message->instance, now->event->instance);
	message->epoch = facts_host(gather->facts, message->host)->epoch;
	message->has_sender = fields->has_sender;
	message_set(message, &message->sender, fields->sender);
	if (fields->orig_queue_id.n > 0)
		orig = find(gather, gather->host, fields->orig_queue_id, now->when, false);
	if (orig != NULL)
		message_link(orig, message, LINK_REQUEUED);
}

static bool
was_refused(const struct message *message)
{
	return span_eq(message->milter_action, SPAN("reject"));
}

/*
 * The same Message-ID again: another try of a refused message, or a filter
 * without XFORWARD that gave it back to localhost.
 */
static void
link_by_message_id(struct gather *gather, struct message *message)
{
	struct message *before = map_get(&gather->by_message_id, message->message_id);
	int64_t apart = before == NULL || before->last == INSTANT_NONE ||
			message->first == INSTANT_NONE ?
		0 :
		message->first - before->last;

	if (before == NULL || before == message)
		return;
	if (was_refused(before)) {
		if (apart <= RETRY_WITHIN)
			message_link(before, message, LINK_RETRY);
	} else if (message->origin == ORIGIN_SMTP && address_is_loopback(message->client_ip) &&
		before->origin != ORIGIN_INTERNAL && apart <= REINJECT_WITHIN) {
		message_link(before, message, LINK_REINJECTED);
	}
}

static void
on_message_id(struct gather *gather, const struct now *now, struct session *session)
{
	const struct span id = now->event->fields.message_id;
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, false);

	if (message->closed)
		message = make(gather, now->event->queue_id, now->when);
	meet_expected(gather, message);
	take_session_lines(message, session, true);
	keep_line(gather, message, now);
	message->cleaned_up = true;
	session_set_current(session, message->queue_id);
	if (id.n <= 2 || message->message_id.n > 0) /* "<>" ties nothing */
		return;
	message_set(message, &message->message_id, id);
	link_by_message_id(gather, message);
	map_put(&gather->by_message_id, message->message_id, message);
}

static void
on_active(struct gather *gather, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, false);

	keep_line(gather, message, now);
	message->queued = true;
	message->has_sender = true;
	message_set(message, &message->sender, fields->sender);
	if (fields->recipients > 0)
		message->recipients = fields->recipients;
	/* Postfix itself makes mail from nobody that no client and no pickup brought. */
	if (!message->born && fields->sender.n == 0 &&
		span_has(message->message_id, message->queue_id))
		message->origin = ORIGIN_INTERNAL;
}

static bool
is_local_delivery(const struct event *event)
{
	static const struct span local[] = { { "local", 5 }, { "virtual", 7 }, { "pipe", 4 },
		{ "lmtp", 4 }, { "mailbox", 7 }, { "*file*", 6 }, { "prog", 4 } };
	struct span what = event->process.n > 0 ? event->process : event->fields.relay;

	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		if (span_eq(what, local[i]) || span_eq(event->fields.relay, local[i]))
			return true;
	return span_has(event->fields.relay, SPAN("private/"));
}

static bool
leaves_host(const struct event *event)
{
	return !is_local_delivery(event) && event->fields.relay.n > 0 &&
		!span_eq(event->fields.relay, SPAN("none")) &&
		!span_eq(event->process, SPAN("discard")) &&
		!span_eq(event->process, SPAN("error"));
}

static void
add_recipient_domain(struct message *message, struct span domain)
{
	size_t max = sizeof message->recipient_domains / sizeof *message->recipient_domains;

	for (size_t i = 0; i < max && domain.n > 0; i++) {
		if (span_eq_nocase(message->recipient_domains[i], domain))
			return;
		if (message->recipient_domains[i].n == 0) {
			message_set(message, &message->recipient_domains[i], domain);
			return;
		}
	}
}

/* "queued as ID": the message goes on under ID, when this log knows it. true when it does. */
static bool
follow_next_id(struct gather *gather, const struct now *now, struct message *message)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *next = newest_of(gather, fields->queued_as);
	enum link_kind kind = fields->forwarded ? LINK_FORWARDED : LINK_REINJECTED;
	struct expected *expected;

	if (next == message)
		return false;
	if (next != NULL && next->message_id.n > 0 && message->message_id.n > 0 &&
		!span_eq(next->message_id, message->message_id))
		return false; /* another host's ID that happens to be the same */
	if (next != NULL) {
		if (!fields->forwarded && !span_eq(next->host, message->host))
			kind = LINK_NEXT_HOP;
		if (fields->forwarded)
			next->origin = ORIGIN_FORWARD;
		message_link(message, next, kind);
		return kind != LINK_NEXT_HOP;
	}
	if (fields->queued_as.n >= sizeof expected->queue_id)
		return false;
	expected = &gather->expected[gather->next_expected++ % EXPECTED_MAX];
	memcpy(expected->queue_id, fields->queued_as.p, fields->queued_as.n);
	expected->queue_id[fields->queued_as.n] = '\0';
	expected->from = message;
	expected->kind = kind;
	return false;
}

static void
on_delivery(struct gather *gather, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, false);
	struct deliveries *deliveries = &message->deliveries;
	struct span alias = address_domain(fields->orig_recipient);

	keep_line(gather, message, now);
	message_set(message, &message->recipient, fields->recipient);
	if (span_eq(fields->status, SPAN("sent")))
		deliveries->sent++;
	else if (span_eq(fields->status, SPAN("deferred")))
		deliveries->deferred++;
	else if (span_eq(fields->status, SPAN("bounced")))
		deliveries->bounced++;
	if (fields->queued_as.n > 0 && follow_next_id(gather, now, message)) {
		if (is_local_delivery(now->event))
			facts_add_domain(gather->facts, address_domain(fields->recipient));
		if (fields->forwarded)
			deliveries->forwarded++;
		else
			deliveries->filter++;
	} else if (is_local_delivery(now->event)) {
		deliveries->local++;
		if (span_eq(fields->status, SPAN("sent")))
			facts_add_domain(gather->facts, address_domain(fields->recipient));
	} else if (leaves_host(now->event) && now->event->daemon != DAEMON_FILTER) {
		deliveries->remote++;
		deliveries->ours += fields->orig_recipient.n > 0;
		message_set(message, &message->relay, fields->relay);
		add_recipient_domain(message, address_domain(fields->recipient));
	}
	if (alias.n > 0)
		facts_add_domain(gather->facts, alias);
}

static void
on_notice(struct gather *gather, const struct now *now)
{
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, false);
	struct message *notice =
		find_or_make(gather, now->event->fields.notice_id, now->when, false);

	keep_line(gather, message, now);
	notice->origin = ORIGIN_INTERNAL;
	message_link(message, notice, LINK_NOTICE);
}

/*
 * Some refusals of OpenDKIM name no queue ID ("too much header data"). The
 * message that is refused next, within seconds, without a reason of its own is meant.
 */
static void
take_orphan(struct gather *gather, const struct now *now, struct message *message)
{
	struct session *orphans = sessions_get(gather->sessions, gather->host, ORPHANS_PID);

	if (orphans->nlines == 0 || message->opendkim)
		return;
	if (now->when - orphans->lines[0].when <= ORPHAN_WITHIN) {
		orphans->lines[0].session = true;
		message_add_line(message, &orphans->lines[0]);
	}
	session_drop_line(orphans, 0);
}

static void
on_milter_action(struct gather *gather, const struct now *now, struct session *session)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message;

	if (now->event->queue_id.n == 0)
		return;
	message = find_or_make(gather, now->event->queue_id, now->when, false);
	take_session_lines(message, session, !session->connected);
	keep_line(gather, message, now);
	take_orphan(gather, now, message);
	message_set(message, &message->milter_action, fields->action);
	message_set(message, &message->milter_answer, fields->answer);
	set_client(message, fields->client_name, fields->client_ip);
	if (fields->has_sender) {
		message->has_sender = true;
		message_set(message, &message->sender, fields->sender);
	}
	message_set(message, &message->recipient, fields->recipient);
	if (!span_eq(fields->action, SPAN("hold"))) {
		count_way(gather, message);
		close_message(gather, message);
	}
}

static void
on_closing(struct gather *gather, const struct now *now)
{
	struct message *message = find(gather, gather->host, now->event->queue_id, now->when, false);

	if (message == NULL)
		message = make(gather, now->event->queue_id, now->when);
	keep_line(gather, message, now);
	if (!message->closed)
		count_way(gather, message);
	close_message(gather, message);
}

static struct span
capture(const struct now *now, const char *name)
{
	return now->finding == NULL ? SPAN_NONE : finding_get(now->finding, name);
}

static void
note_incident(struct gather *gather, const struct now *now, cause_t cause)
{
	static const char *const subjects[] = { "milter", "file", "key", "socket" };
	struct span subject = SPAN_NONE;

	for (size_t i = 0; i < sizeof subjects / sizeof *subjects && subject.n == 0; i++)
		subject = capture(now, subjects[i]);
	incidents_note(gather->incidents, gather->host, cause, subject, &now->line);
}

/* The message that a process has at hand. */
static struct message *
current_of(const struct gather *gather, const struct session *session)
{
	struct message *message;

	if (session->current.n == 0)
		return NULL;
	message = find(gather, gather->host, buf_span(&session->current), INSTANT_NONE, false);
	return message != NULL && !message->queued && !message->closed ? message : NULL;
}

/*
 * What cleanup meets with a message of an smtpd stays lost for the rest of that
 * connection, and no further line says so (milter8_comm_error()).
 */
static void
keep_for_connection(struct gather *gather, const struct now *now, const struct message *message)
{
	struct session *smtpd;

	if (message->smtpd_pid == 0)
		return;
	smtpd = sessions_get(gather->sessions, message->host, message->smtpd_pid);
	if (smtpd->connected && smtpd->connection == message->connection)
		session_add_line(smtpd, &now->line);
}

/*
 * A milter is out of reach or lost. smtpd's warnings hold until it disconnects;
 * cleanup says "connect" before its next message and everything else about the
 * one it has at hand.
 */
static void
on_milter_fault(struct gather *gather, const struct now *now, struct session *session)
{
	enum effect effect = now->finding->rule->effect;
	struct message *message = current_of(gather, session);
	bool other = facts_is_other_milter(gather->facts, capture(now, "milter"));

	if (!other)
		note_incident(gather, now, rule_cause(now->finding->rule));
	if (session->connected || effect == EFFECT_UNREACHABLE || message == NULL) {
		session_add_line(session, &now->line);
		if (!session->connected)
			return;
	}
	if (message != NULL) {
		struct evidence *line = keep_line(gather, message, now);

		if (line != NULL)
			line->session = true;
		if (!session->connected)
			keep_for_connection(gather, now, message);
	}
}

/* A warning about a message by the agent that sends to other hosts: it leaves. */
static void
on_agents_warning(struct gather *gather, const struct now *now)
{
	struct message *message = find(gather, gather->host, now->event->queue_id, now->when, false);

	if (message == NULL || !span_eq(now->event->process, SPAN("smtp")))
		return;
	keep_line(gather, message, now);
	message->queued = true;
	if (message->deliveries.remote == 0)
		message->deliveries.remote = 1;
}

static void
on_warning(struct gather *gather, const struct now *now, struct session *session)
{
	if (now->finding == NULL)
		return;
	switch ((int)now->finding->rule->effect) {
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
		on_milter_fault(gather, now, session);
		break;
	case EFFECT_FAULT:
		note_incident(gather, now, rule_cause(now->finding->rule));
		session_add_line(session, &now->line);
		break;
	default:
		break;
	}
}

/*
 * Postfix had given the milter up and queued the message before OpenDKIM
 * answered: the signature was never taken.
 */
static bool
came_too_late(const struct gather *gather, const struct message *message)
{
	if (!message->queued)
		return false;
	for (size_t i = 0; i < message->nevidence; i++) {
		const struct rule *rule = message->evidence[i].rule;
		struct finding finding = { .rule = rule };

		if (rule != NULL && rule->effect == EFFECT_BROKEN &&
			rule_capture(rule, message->evidence[i].text, finding.captures) &&
			!facts_is_other_milter(gather->facts, finding_get(&finding, "milter")))
			return true;
	}
	return false;
}

static void
add_signature(struct gather *gather, const struct now *now, struct message *message)
{
	struct span domain = capture(now, "domain");

	message->late_signature |= came_too_late(gather, message);
	if (!message->late_signature && message->nsignatures < MESSAGE_SIGNATURES_MAX) {
		struct signature *signature = &message->signatures[message->nsignatures++];

		message_set(message, &signature->selector, capture(now, "selector"));
		message_set(message, &signature->domain, domain);
	}
	facts_add_domain(gather->facts, domain);
	if (message->sasl_username.n == 0)
		facts_add_internal(gather->facts, message->client_ip);
}

/* A signature that Postfix or Sendmail saw being added. */
static void
on_milter_header(struct gather *gather, const struct now *now)
{
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, false);

	keep_line(gather, message, now);
	if (now->finding == NULL || now->finding->rule->effect != EFFECT_SIGNED)
		return;
	if (message->nsignatures == 0) /* OpenDKIM's own line counts, when it is there */
		add_signature(gather, now, message);
}

static void
on_postfix(struct gather *gather, const struct now *now, uint32_t pid)
{
	const struct event *event = now->event;
	struct session *session = sessions_get(gather->sessions, gather->host, pid);
	struct message *message;

	switch (event->kind) {
	case POSTFIX_CONNECT:
		session_reset(session);
		session->connected = true;
		session->connection++;
		break;
	case POSTFIX_DISCONNECT:
		session_reset(session);
		break;
	case POSTFIX_CLIENT:
		if (event->queue_id.n > 0)
			on_client(gather, now, session, pid);
		break;
	case POSTFIX_PICKUP:
		on_pickup(gather, now);
		break;
	case POSTFIX_MESSAGE_ID:
		on_message_id(gather, now, session);
		break;
	case POSTFIX_ACTIVE:
		on_active(gather, now);
		break;
	case POSTFIX_DELIVERY:
		on_delivery(gather, now);
		break;
	case POSTFIX_REMOVED:
	case POSTFIX_EXPIRED:
		on_closing(gather, now);
		break;
	case POSTFIX_NOTICE:
		on_notice(gather, now);
		break;
	case POSTFIX_MILTER_ACTION:
		on_milter_action(gather, now, session);
		break;
	case POSTFIX_MILTER_HEADER:
		on_milter_header(gather, now);
		break;
	case POSTFIX_REJECT:
		message = event->queue_id.n == 0 ?
			NULL :
			find(gather, gather->host, event->queue_id, now->when, false);
		if (message != NULL) {
			keep_line(gather, message, now);
			message->refused_by_postfix = true;
		}
		break;
	case POSTFIX_WARNING:
		if (event->queue_id.n > 0)
			on_agents_warning(gather, now);
		on_warning(gather, now, session);
		break;
	case POSTFIX_START:
		facts_host(gather->facts, gather->host)->epoch++;
		break;
	case POSTFIX_REQUEUED:
	case POSTFIX_OTHER:
		break;
	}
}

/* OpenDKIM. */

/* Causes that only lines under LogWhy name. */
static bool
is_logwhy(cause_t cause)
{
	static const char *const ids[] = { "not-internal", "no-signing-table-match",
		"no-signing-domain-match", "no-signing-subdomain-match", "no-mta-match",
		"no-macro-match", "exempt-domain" };

	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		if (cause == cause_named(ids[i]))
			return true;
	return false;
}

static void
learn(struct gather *gather, const struct now *now, const struct message *message)
{
	struct host_facts *host = facts_host(gather->facts, message->host);
	const struct rule *rule = now->finding == NULL ? NULL : now->finding->rule;

	host->lines++;
	if (rule == NULL)
		return;
	if (rule->effect == EFFECT_SIGNED)
		host->success++;
	if (rule->effect == EFFECT_REASON && is_logwhy(rule_cause(rule)))
		host->why++;
	if (rule_cause(rule) == cause_named("external-host"))
		facts_add_domain(gather->facts, capture(now, "author_domain"));
}

/* How well a key's fault fits the key that "error loading key" names. */
static int
fit(const struct evidence *fault, struct span key)
{
	struct span captures[PATTERN_GROUPS_MAX];
	struct finding finding = { .rule = fault->rule };
	static const struct span dk = { "._domainkey.", 12 };
	ptrdiff_t at = span_find(key, dk);
	struct span domain = at < 0 ? key : span_from(key, (size_t)at + dk.n);
	int points = 0;

	if (fault->rule == NULL || !rule_capture(fault->rule, fault->text, captures))
		return 0;
	memcpy(finding.captures, captures, sizeof captures);
	if (span_eq(finding_get(&finding, "key"), key))
		return 4;
	if (domain.n > 0 && span_has(fault->text, domain))
		points += 2;
	if (at > 0 && span_has(fault->text, span_first(key, (size_t)at)))
		points++;
	return points;
}

/* The key's fault that belongs to the line at hand: the one that fits best, the latest of equals. */
static size_t
best_fault(const struct session *session, struct span key)
{
	size_t best = session->nlines;
	int most = -1;

	for (size_t i = session->nlines; i-- > 0;) {
		int points = fit(&session->lines[i], key);

		if (points > most) {
			most = points;
			best = i;
		}
	}
	return best;
}

static void
note_key_fault(struct gather *gather, const struct evidence *fault)
{
	struct finding finding = { .rule = fault->rule };
	struct now now = { NULL, &finding, *fault, fault->when };

	if (rule_capture(fault->rule, fault->text, finding.captures))
		note_incident(gather, &now, rule_cause(fault->rule));
}

/* "error loading key 'K'": its reason stands in an earlier line of the same process. */
static void
resolve_key_fault(struct gather *gather, const struct now *now, struct session *session,
	struct message *message)
{
	struct span key = capture(now, "key");
	size_t i = best_fault(session, key);

	if (message != NULL)
		message_set(message, &message->key_name, key);
	if (i == session->nlines) {
		if (message == NULL)
			note_incident(gather, now, rule_cause(now->finding->rule));
		return;
	}
	note_key_fault(gather, &session->lines[i]);
	if (message != NULL) {
		session->lines[i].session = true;
		message_add_line(message, &session->lines[i]);
	}
	session_drop_line(session, i);
}

/* A key that was complained of and used all the same (RequireSafeKeys no): nothing came of it. */
static void
forget_key_faults(const struct now *now, struct session *session)
{
	struct span domain = capture(now, "domain");

	for (size_t i = session->nlines; i-- > 0;)
		if (span_has(session->lines[i].text, domain))
			session_drop_line(session, i);
}

static void
on_job(struct gather *gather, const struct now *now, struct session *session)
{
	struct message *message = find_or_make(gather, now->event->queue_id, now->when, true);
	enum effect effect = now->finding == NULL ? EFFECT_NOTE : now->finding->rule->effect;
	struct span author = capture(now, "author");

	if (effect == EFFECT_DEFERS)
		resolve_key_fault(gather, now, session, message);
	keep_line(gather, message, now);
	message->opendkim = true;
	learn(gather, now, message);
	message_set(message, &message->author, author);
	message_set(message, &message->author_domain,
		author.n > 0 ? address_domain(author) : capture(now, "author_domain"));
	incidents_end(gather->incidents, gather->host, cause_named("milter-unreachable"), now->when);
	if (effect == EFFECT_SIGNED) {
		add_signature(gather, now, message);
		forget_key_faults(now, session);
	} else if (effect == EFFECT_VERIFY) {
		message_set(message, &message->verified_domain, capture(now, "domain"));
		message->verified |= span_starts(now->event->text, SPAN("DKIM verification successful"));
	} else if (effect == EFFECT_REASON) {
		message_set(message, &message->client_ip, capture(now, "client_ip"));
		if (message->client_name.n == 0)
			message_set(message, &message->client_name, capture(now, "client_name"));
	}
}

/* The daemon's own life. */

static void
on_start(struct gather *gather, const struct now *now)
{
	struct host_facts *host = facts_host(gather->facts, gather->host);
	struct incident *open[8];
	size_t n = incidents_at(gather->incidents, gather->host, now->when, open, 8);

	/* A start without an end before it, after Postfix had lost the milter. */
	for (size_t i = 0; i < n && host->running; i++) {
		struct evidence line = now->line;

		if (open[i]->cause != cause_named("milter-unreachable") &&
			open[i]->cause != cause_named("milter-error"))
			continue;
		line.when = open[i]->first;
		line.rule = NULL;
		incidents_note(gather->incidents, gather->host, cause_named("daemon-crash"),
			SPAN_NONE, &line);
		break;
	}
	incidents_end(gather->incidents, gather->host, CAUSE_NONE, now->when);
	host->running = true;
	host->started = now->when;
}

/* A finding about the service; fragments of messages that lost their queue ID end here, too. */
static void
on_service(struct gather *gather, const struct now *now, struct session *session)
{
	const struct rule *rule = now->finding->rule;

	switch (rule->effect) {
	case EFFECT_KEY:
		session_add_line(session, &now->line);
		return;
	case EFFECT_START:
		on_start(gather, now);
		return;
	case EFFECT_STOP:
	case EFFECT_CRASH:
		facts_host(gather->facts, gather->host)->running = false;
		break;
	case EFFECT_DEFERS:
		resolve_key_fault(gather, now, session, NULL);
		return;
	case EFFECT_NOTE:
	case EFFECT_VERIFY:
	case EFFECT_SIGNED:
	case EFFECT_RELOAD:
		return;
	case EFFECT_REJECTS:
	case EFFECT_POLICY:
		session_add_line(sessions_get(gather->sessions, gather->host, ORPHANS_PID), &now->line);
		break;
	case EFFECT_REASON:
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
	case EFFECT_FAULT:
	case EFFECT_NO_START:
	case EFFECT_NO_RELOAD:
	case EFFECT_STALL:
	case EFFECT_GAP:
	case EFFECT_COUNT:
		break;
	}
	if (rule->ncauses > 0)
		note_incident(gather, now, rule_cause(rule));
}

static void
on_opendkim(struct gather *gather, const struct now *now, uint32_t pid)
{
	struct session *session = sessions_get(gather->sessions, gather->host, pid);

	if (now->event->queue_id.n > 0)
		on_job(gather, now, session);
	else if (now->event->unknown_job)
		facts_host(gather->facts, gather->host)->lines++;
	else if (now->finding != NULL)
		on_service(gather, now, session);
}

static void
set_host(struct gather *gather, struct span host)
{
	if (host.n == 0 || span_eq(host, gather->host))
		return;
	if (gather->host_arena.bytes > 65536) /* hosts that take turns line by line */
		arena_clear(&gather->host_arena);
	gather->host = arena_copy(&gather->host_arena, host);
}

void
gather_add(struct gather *gather, const struct line *line, const struct event *event,
	const struct finding *finding)
{
	struct now now = { event, finding,
		{ line->file, line->number, line->when, line->raw, event->text, event->daemon,
			finding == NULL ? NULL : finding->rule, false },
		line->when };

	set_host(gather, line->host);
	if (line->when != INSTANT_NONE && line->when > gather->clock)
		gather->clock = line->when;
	switch (event->daemon) {
	case DAEMON_POSTFIX:
	case DAEMON_SENDMAIL:
	case DAEMON_FILTER:
		on_postfix(gather, &now, line->pid);
		break;
	case DAEMON_OPENDKIM:
		on_opendkim(gather, &now, line->pid);
		break;
	case DAEMON_SYSTEM:
	case DAEMON_SYSLOG:
		if (finding != NULL)
			on_service(gather, &now, sessions_get(gather->sessions, gather->host, line->pid));
		break;
	case DAEMON_SIGNER:
		facts_host(gather->facts, gather->host)->signer++;
		break;
	case DAEMON_NONE:
		break;
	}
	sweep(gather);
	press(gather);
}

/* Key faults that no message took up stand for themselves. */
static void
note_leftover_faults(struct gather *gather)
{
	struct session *session;

	for (session = sessions_newest(gather->sessions); session != NULL; session = session->older)
		for (size_t i = 0; i < session->nlines; i++)
			if (session->lines[i].rule != NULL &&
				session->lines[i].rule->effect == EFFECT_KEY)
				note_key_fault(gather, &session->lines[i]);
}

void
gather_end(struct gather *gather)
{
	struct message *message;

	note_leftover_faults(gather);
	for (message = gather->oldest; message != NULL; message = message->newer)
		if (!message->closed)
			count_way(gather, message);
	for (message = gather->oldest; message != NULL; message = message->newer)
		verdict_judge(&gather->knowledge, message);
	while (gather->oldest != NULL)
		let_go(gather, gather->oldest);
}

uint64_t
gather_early(const struct gather *gather)
{
	return gather->early;
}
