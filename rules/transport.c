#include "rules/transport.h"

#include "rules/signer.h"

#define EARLY (5 * INSTANT_MINUTE)      /* lines may come so long before the one that begins it */
#define RETRY_WITHIN (6 * INSTANT_HOUR) /* the same Message-ID again counts as another try */
#define REINJECT_WITHIN (10 * INSTANT_MINUTE)
#define ORPHAN_WITHIN (5 * INSTANT_SECOND)

/*
 * The line that begins a message: a new one, unless lines that ran ahead of it
 * made it already.
 */
static struct message *
begin(struct scene *scene, const struct now *now)
{
	struct message *message = scene_job(scene, now);

	if (message->born || message->closed ||
		(now->when != INSTANT_NONE && message->first != INSTANT_NONE &&
			now->when - message->first > EARLY))
		message = scene_make(scene, now, now->event->queue_id);
	message->born = true;
	message->since = ways_since(facts_ways(scene->facts), message->host);
	message_set(message, &message->instance, now->event->instance);
	pending_meet(scene->pending, message);
	return message;
}

/* Nothing more is to come of it; late lines may still find it. */
static void
close_message(struct scene *scene, struct message *message)
{
	if (message->closed)
		return;
	ways_learn(facts_ways(scene->facts), message);
	message->closed = true;
	pending_wait(scene->pending, message, scene_due(scene));
}

static void
set_client(struct message *message, struct span name, struct span ip)
{
	message_set(message, &message->client_name, name);
	message_set(message, &message->client_ip, ip);
}

/*
 * Lines of a session that are still in force are said of the message, too. Without it they would be
 * taken for another's.
 */
static void
take_session_lines(struct message *message, struct session *session, bool consume)
{
	message->context |= session->nlines > 0;
	for (size_t i = 0; i < session->nlines; i++) {
		session->lines[i].session = true;
		message_add_line(message, &session->lines[i]);
	}
	while (consume && session->nlines > 0)
		session_drop_line(session, session->nlines - 1);
}

static void
note_client(struct message *message, const struct event *event)
{
	message->origin = ORIGIN_SMTP;
	message_set(message, &message->service, event->service);
	set_client(message, event->fields.client_name, event->fields.client_ip);
	message_set(message, &message->sasl_username, event->fields.sasl_username);
}

static void
on_client(struct scene *scene, const struct now *now, struct session *session)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = begin(scene, now);

	take_session_lines(message, session, false);
	scene_keep(scene, message, now);
	note_client(message, now->event);
	session_set_current(session, message->queue_id);
	message->smtpd_pid = now->pid;
	message->connection = session->connection;
	if (scene->context != NULL && session->connect != NULL) {
		message->connect = arena_alloc(&message->arena, sizeof *message->connect);
		evidence_copy(&message->arena, session->connect, message->connect);
	}
	if (fields->orig_queue_id.n > 0) {
		struct message *orig = pending_find(scene->pending, scene->host,
			fields->orig_queue_id, now->when, true);

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
on_pickup(struct scene *scene, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = begin(scene, now);
	struct message *orig = NULL;

	scene_keep(scene, message, now);
	message->origin = fields->orig_queue_id.n > 0 ? ORIGIN_REQUEUED : ORIGIN_PICKUP;
	message->has_sender = fields->has_sender;
	message_set(message, &message->sender, fields->sender);
	if (fields->orig_queue_id.n > 0)
		orig = scene_find(scene, now, fields->orig_queue_id);
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
link_by_message_id(struct scene *scene, struct message *message, struct span message_id)
{
	struct message *before = pending_named(scene->pending, message_id);
	int64_t apart =
		before == NULL || before->last == INSTANT_NONE || message->first == INSTANT_NONE
			? 0
			: message->first - before->last;

	if (before == NULL || before == message)
		return;
	if (was_refused(before)) {
		if (apart <= RETRY_WITHIN)
			message_link(before, message, LINK_RETRY);
	} else if (message->origin == ORIGIN_SMTP && address_is_loopback(message->client_ip) &&
		   message->sasl_username.n == 0 && before->origin != ORIGIN_INTERNAL &&
		   apart <= REINJECT_WITHIN) {
		message_link(before, message, LINK_REINJECTED);
	}
}

static void
on_message_id(struct scene *scene, const struct now *now, struct session *session)
{
	const struct span id = now->event->fields.message_id;
	struct message *message = scene_message(scene, now, now->event->queue_id);

	if (message->closed)
		message = scene_make(scene, now, now->event->queue_id);
	pending_meet(scene->pending, message);
	take_session_lines(message, session, true);
	scene_keep(scene, message, now);
	message->cleaned_up = true;
	session_set_current(session, message->queue_id);
	if (id.n <= 2 || message->message_id.n > 0) /* "<>" ties nothing */
		return;
	link_by_message_id(scene, message, id);
	pending_name(scene->pending, message, id);
}

static void
note_active(struct message *message, const struct event *event)
{
	message->queued = true;
	message->has_sender = true;
	message_set(message, &message->sender, event->fields.sender);
	if (event->fields.recipients > 0)
		message->recipients = event->fields.recipients;
}

static void
on_active(struct scene *scene, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = scene_message(scene, now, now->event->queue_id);

	scene_keep(scene, message, now);
	note_active(message, now->event);
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
	       !span_eq(event->process, SPAN("discard")) && !span_eq(event->process, SPAN("error"));
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
follow_next_id(struct scene *scene, const struct now *now, struct message *message)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *next = pending_newest(scene->pending, fields->queued_as);
	enum link_kind kind = fields->forwarded ? LINK_FORWARDED : LINK_REINJECTED;

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
	pending_announce(scene->pending, message, fields->queued_as, span_hash(fields->queued_as),
		kind);
	return false;
}

static void
note_status(struct message *message, const struct event *event)
{
	struct deliveries *deliveries = &message->deliveries;

	message_set(message, &message->recipient, event->fields.recipient);
	if (span_eq(event->fields.status, SPAN("sent")))
		deliveries->sent++;
	else if (span_eq(event->fields.status, SPAN("deferred")))
		deliveries->deferred++;
	else if (span_eq(event->fields.status, SPAN("bounced")))
		deliveries->bounced++;
}

/* Where it went, unless it goes on under another ID. */
static void
note_destination(struct message *message, const struct event *event)
{
	const struct postfix_fields *fields = &event->fields;

	if (is_local_delivery(event)) {
		message->deliveries.local++;
	} else if (leaves_host(event) && event->daemon != DAEMON_FILTER) {
		message->deliveries.remote++;
		message->deliveries.ours += fields->orig_recipient.n > 0;
		message_set(message, &message->relay, fields->relay);
		add_recipient_domain(message, address_domain(fields->recipient));
	}
}

static void
on_delivery(struct scene *scene, const struct now *now)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message = scene_message(scene, now, now->event->queue_id);
	struct deliveries *deliveries = &message->deliveries;
	struct span alias = address_domain(fields->orig_recipient);

	scene_keep(scene, message, now);
	note_status(message, now->event);
	if (fields->queued_as.n > 0 && follow_next_id(scene, now, message)) {
		if (is_local_delivery(now->event))
			facts_add_domain(scene->facts, address_domain(fields->recipient));
		if (fields->forwarded)
			deliveries->forwarded++;
		else
			deliveries->filter++;
	} else {
		note_destination(message, now->event);
		if (is_local_delivery(now->event) && span_eq(fields->status, SPAN("sent")))
			facts_add_domain(scene->facts, address_domain(fields->recipient));
	}
	if (alias.n > 0)
		facts_add_domain(scene->facts, alias);
}

static void
on_notice(struct scene *scene, const struct now *now)
{
	struct message *message = scene_message(scene, now, now->event->queue_id);
	struct message *notice = scene_message(scene, now, now->event->fields.notice_id);

	scene_keep(scene, message, now);
	notice->origin = ORIGIN_INTERNAL;
	notice->context = true; /* the line kept with message tells of it */
	message_link(message, notice, LINK_NOTICE);
}

/*
 * Some refusals of OpenDKIM name no queue ID ("too much header data"). The
 * message that is refused next, within seconds, without a reason of its own is meant.
 */
static void
take_orphan(struct scene *scene, const struct now *now, struct message *message)
{
	struct session *orphans = scene_orphans(scene);

	if (orphans->nlines == 0 || message->opendkim)
		return;
	if (instant_follows_within(orphans->lines[0].when, now->when, ORPHAN_WITHIN)) {
		orphans->lines[0].session = true;
		message_add_line(message, &orphans->lines[0]);
	}
	session_drop_line(orphans, 0);
}

static void
on_milter_action(struct scene *scene, const struct now *now, struct session *session)
{
	const struct postfix_fields *fields = &now->event->fields;
	struct message *message;

	if (now->event->queue_id.n == 0)
		return;
	message = scene_message(scene, now, now->event->queue_id);
	take_session_lines(message, session, !session->connected);
	scene_keep(scene, message, now);
	take_orphan(scene, now, message);
	message_set(message, &message->milter_action, fields->action);
	message_set(message, &message->milter_answer, fields->answer);
	set_client(message, fields->client_name, fields->client_ip);
	if (fields->has_sender) {
		message->has_sender = true;
		message_set(message, &message->sender, fields->sender);
	}
	message_set(message, &message->recipient, fields->recipient);
	if (!span_eq(fields->action, SPAN("hold")))
		close_message(scene, message);
}

static void
on_closing(struct scene *scene, const struct now *now)
{
	struct message *message = scene_find(scene, now, now->event->queue_id);

	if (message == NULL)
		message = scene_make(scene, now, now->event->queue_id);
	(void)pending_keep(scene->pending, message, &now->line, true);
	close_message(scene, message);
}

/* The message that a process has at hand. */
static struct message *
current_of(const struct scene *scene, const struct session *session)
{
	struct message *message;

	if (session->current_n == 0)
		return NULL;
	message = pending_find(scene->pending, scene->host, session_current(session), INSTANT_NONE,
		false);
	return message != NULL && !message->queued && !message->closed ? message : NULL;
}

/*
 * What cleanup meets with a message of an smtpd stays lost for the rest of that
 * connection, and no further line says so (milter8_comm_error()).
 */
static void
keep_for_connection(struct scene *scene, const struct now *now, const struct message *message)
{
	struct session *smtpd;

	if (message->smtpd_pid == 0)
		return;
	smtpd = sessions_get(scene->sessions, message->host, message->smtpd_pid);
	if (smtpd->connected && smtpd->connection == message->connection)
		session_add_line(smtpd, &now->line);
}

/*
 * A milter is out of reach or lost. smtpd's warnings hold until it disconnects;
 * cleanup says "connect" before its next message and everything else about the
 * one it has at hand.
 */
static void
on_milter_fault(struct scene *scene, const struct now *now, struct session *session)
{
	enum effect effect = now->finding->rule->effect;
	struct message *message = current_of(scene, session);
	bool other = facts_is_other_milter(scene->facts, now_capture(now, "milter"));

	if (!other)
		(void)scene_note(scene, now, rule_cause(now->finding->rule));
	if (session->connect != NULL)
		scene_context(scene, session->connect);
	if (session->connected || effect == EFFECT_UNREACHABLE || message == NULL) {
		session_add_line(session, &now->line);
		if (!session->connected)
			return;
	}
	if (message != NULL) {
		struct evidence *line = scene_keep(scene, message, now);

		if (line != NULL)
			line->session = true;
		message->context = true;
		if (!session->connected)
			keep_for_connection(scene, now, message);
	}
}

/* A warning about a message by the agent that sends to other hosts: it leaves. */
static void
on_agents_warning(struct scene *scene, const struct now *now)
{
	struct message *message = scene_find(scene, now, now->event->queue_id);

	if (message == NULL || !span_eq(now->event->process, SPAN("smtp")))
		return;
	scene_keep(scene, message, now);
	message->queued = true;
	if (message->deliveries.remote == 0)
		message->deliveries.remote = 1;
}

static void
on_warning(struct scene *scene, const struct now *now, struct session *session)
{
	if (now->finding == NULL)
		return;
	switch ((int)now->finding->rule->effect) {
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
		on_milter_fault(scene, now, session);
		break;
	case EFFECT_FAULT:
		(void)scene_note(scene, now, rule_cause(now->finding->rule));
		session_add_line(session, &now->line);
		break;
	default:
		break;
	}
}

/* A signature that Postfix or Sendmail saw being added. */
static void
on_milter_header(struct scene *scene, const struct now *now)
{
	struct message *message = scene_message(scene, now, now->event->queue_id);

	scene_keep(scene, message, now);
	if (now->finding == NULL || now->finding->rule->effect != EFFECT_SIGNED)
		return;
	if (message->nsignatures == 0) /* OpenDKIM's own line counts, when it is there */
		signer_add_signature(scene, now, message);
}

/* The client leaves: what it had begun last, and nobody took up, comes to nothing. */
static void
let_client_go(struct scene *scene, const struct now *now, const struct session *session)
{
	struct message *message =
		session->current_n == 0 ? NULL : scene_find(scene, now, session_current(session));

	/* In another log it may be another client of that process: lines between may be missing. */
	if (message != NULL && message->smtpd_pid == now->pid &&
		message->connection == session->connection && message->nevidence > 0 &&
		message->evidence[message->nevidence - 1].file == now->line.file)
		message->client_gone = true;
}

void
transport_note(struct message *message, const struct now *now)
{
	const struct event *event = now->event;

	switch ((int)event->kind) {
	case POSTFIX_CLIENT:
		message_set(message, &message->instance, event->instance);
		note_client(message, event);
		break;
	case POSTFIX_MESSAGE_ID:
		message->cleaned_up = true;
		if (event->fields.message_id.n > 2)
			message_set(message, &message->message_id, event->fields.message_id);
		break;
	case POSTFIX_ACTIVE:
		note_active(message, event);
		break;
	case POSTFIX_DELIVERY:
		note_status(message, event);
		note_destination(message, event);
		break;
	default:
		break;
	}
}

void
transport_take(struct scene *scene, const struct now *now)
{
	const struct event *event = now->event;
	struct session *session;
	struct message *message;

	switch (event->kind) {
	case POSTFIX_CONNECT:
		session = scene_session(scene, now);
		session_reset(session);
		session->connected = true;
		session->connection++;
		if (scene->context != NULL)
			session_set_connect(session, &now->line);
		break;
	case POSTFIX_DISCONNECT:
		session = scene_session(scene, now);
		if (session->nlines > 0)
			scene_context(scene, &now->line);
		let_client_go(scene, now, session);
		session_reset(session);
		break;
	case POSTFIX_CLIENT:
		if (event->queue_id.n > 0)
			on_client(scene, now, scene_session(scene, now));
		break;
	case POSTFIX_PICKUP:
		on_pickup(scene, now);
		break;
	case POSTFIX_MESSAGE_ID:
		on_message_id(scene, now, scene_session(scene, now));
		break;
	case POSTFIX_ACTIVE:
		on_active(scene, now);
		break;
	case POSTFIX_DELIVERY:
		on_delivery(scene, now);
		break;
	case POSTFIX_REMOVED:
	case POSTFIX_EXPIRED:
		on_closing(scene, now);
		break;
	case POSTFIX_NOTICE:
		on_notice(scene, now);
		break;
	case POSTFIX_MILTER_ACTION:
		on_milter_action(scene, now, scene_session(scene, now));
		break;
	case POSTFIX_MILTER_HEADER:
		on_milter_header(scene, now);
		break;
	case POSTFIX_REJECT:
		message = event->queue_id.n == 0 ? NULL : scene_find(scene, now, event->queue_id);
		if (message != NULL) {
			scene_keep(scene, message, now);
			message->refused_by_postfix = true;
		}
		break;
	case POSTFIX_WARNING:
		if (event->queue_id.n > 0)
			on_agents_warning(scene, now);
		on_warning(scene, now, scene_session(scene, now));
		break;
	case POSTFIX_START:
		ways_start(facts_ways(scene->facts), scene->host, now->when);
		break;
	case POSTFIX_REQUEUED:
	case POSTFIX_OTHER:
		break;
	}
}
