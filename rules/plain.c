#include "rules/plain.h"

#include "base/ascii.h"
#include "parser/postfix.h"
#include "parser/strict.h"
#include "rules/final.h"
#include "rules/fold.h"
#include "rules/signer.h"

#define RAW_MAX 1200 /* longer lines go the long way */
#define ID_MIN 6
#define ID_MAX 30

struct at {
	struct scene *scene;
	const struct ruleset *ruleset;
	const struct line *line;
	struct span service, process; /* of a Postfix tag */
	struct span id, text;         /* text is what stands behind "ID: " */
	uint64_t hash;                /* of id */
	struct message *message;      /* the folded one of that ID; NULL: none */
	struct session *session;      /* NULL: not looked up yet */
	bool found;
};

static void
keep(const struct at *at, const struct rule *rule)
{
	struct message *message = at->message;
	int64_t when = at->line->when;

	fold_keep(message->fold, at->line, rule);
	if (when < message->first)
		message->first = when;
	if (when > message->last)
		message->last = when;
	pending_touch(at->scene->pending, message);
}

/* The process that wrote the line. */
static struct session *
session_of(struct at *at)
{
	if (at->session == NULL)
		at->session = sessions_get(at->scene->sessions, at->scene->host, at->line->pid);
	return at->session;
}

/* No lines of it wait for a message. */
static bool
has_quiet_session(struct at *at)
{
	return session_of(at)->nlines == 0;
}

/* The line is taken: from now on it is the session of a process of that name. */
static struct session *
named_session_of(struct at *at)
{
	session_name(session_of(at), at->process);
	return at->session;
}

/* transport.c, on_client() */
static bool
take_client(struct at *at)
{
	struct pending *pending = at->scene->pending;
	struct span ip, rest;
	struct session *session;
	struct message *message;

	if (queue_id_in_front(at->line->text) != at->id.n ||
		!strict_client(span_from(at->text, 7), &ip, &rest) ||
		(rest.n > 0 && !strict_login(rest)) || pending_knows(pending, at->id, at->hash) ||
		pending_is_announced(pending, at->id, at->hash) || !has_quiet_session(at))
		return false;
	session = named_session_of(at);
	message = pending_make_folded(pending, at->line, at->id, at->hash);
	message->since = ways_since(facts_ways(at->scene->facts), message->host);
	message->born = true;
	message->origin = ORIGIN_SMTP;
	message->instance = SPAN("postfix");
	if (at->service.n > 0)
		message->service = fold_copied(message->fold, at->line, at->service);
	message->client_ip = fold_copied(message->fold, at->line, ip);
	message->fold->has_login = rest.n > 0;
	session_set_current(session, message->queue_id);
	message->smtpd_pid = at->line->pid;
	message->connection = session->connection;
	return true;
}

/* on_message_id() */
static bool
take_message_id(struct at *at)
{
	struct pending *pending = at->scene->pending;
	struct message *message = at->message;
	struct span id = span_from(at->text, 11);
	uint64_t name = id.n > 2 ? span_hash(id) : 0;

	if (message->cleaned_up || pending_is_announced(pending, at->id, at->hash) ||
		!has_quiet_session(at) || (id.n > 2 && pending_is_named(pending, id, name)))
		return false;
	keep(at, NULL);
	message->cleaned_up = true;
	session_set_current(named_session_of(at), message->queue_id);
	if (id.n > 2)
		pending_name_folded(pending, message, fold_copied(message->fold, at->line, id),
			name);
	return true;
}

/* on_active() */
static bool
take_active(struct at *at)
{
	if (!strict_active(at->text))
		return false;
	keep(at, NULL);
	at->message->queued = true;
	return true;
}

/* Does smtp hand it to another host? A relay of that shape is nothing on this one. */
static bool
leaves(const struct at *at, struct span relay)
{
	return span_eq(at->process, SPAN("smtp")) && span_find_char(relay, '[') > 0 &&
	       span_find_char(relay, '/') < 0;
}

static bool
stays(const struct at *at)
{
	return span_eq(at->process, SPAN("lmtp")) || span_eq(at->process, SPAN("local")) ||
	       span_eq(at->process, SPAN("virtual"));
}

/* on_delivery() */
static bool
take_delivery(struct at *at)
{
	struct scene *scene = at->scene;
	struct span recipient, relay, reply;
	struct postfix_fields fields;
	bool here = stays(at);
	uint64_t next;

	if (!strict_sent(at->text, &recipient, &relay, &reply) || (!here && !leaves(at, relay)))
		return false;
	fields.queued_as = SPAN_NONE;
	fields.forwarded = false;
	if (!strict_queued_as(reply, &fields.queued_as))
		postfix_read_reply(reply, &fields);
	next = fields.queued_as.n > 0 ? span_hash(fields.queued_as) : 0;
	if (fields.forwarded ||
		(fields.queued_as.n > 0 && pending_knows(scene->pending, fields.queued_as, next)))
		return false;
	keep(at, NULL);
	if (fields.queued_as.n > 0)
		pending_announce(scene->pending, at->message, fields.queued_as, next,
			LINK_REINJECTED);
	if (here) {
		at->message->fold->stayed = true;
		facts_add_domain(scene->facts, address_domain(recipient));
	} else {
		at->message->fold->left = true;
	}
	return true;
}

/* on_closing() */
static bool
take_removed(struct at *at)
{
	struct scene *scene = at->scene;
	struct message *message = at->message;

	keep(at, NULL);
	ways_learn(facts_ways(scene->facts), message);
	message->closed = true;
	pending_wait(scene->pending, message, scene_due(scene));
	return true;
}

/* signer.c, on_job() */
static bool
take_job(struct at *at)
{
	struct scene *scene = at->scene;
	struct message *message = at->message;
	struct event event;
	struct finding finding;
	struct now now;
	struct session *session;
	struct span domain;
	enum effect effect;

	event.daemon = DAEMON_OPENDKIM;
	event.text = at->text;
	if (message->queued || !ascii_is_digit(*at->id.p) || span_starts(at->text, SPAN("key ")) ||
		!ruleset_find(at->ruleset, &event, &finding))
		return false;
	effect = finding.rule->effect;
	if ((effect != EFFECT_SIGNED && effect != EFFECT_VERIFY && effect != EFFECT_REASON) ||
		rule_cause(finding.rule) == CAUSE_EXTERNAL_HOST)
		return false;
	now.finding = &finding;
	now.when = at->line->when;
	session = named_session_of(at);
	facts_host(scene->facts, scene->host)->alive++;
	keep(at, finding.rule);
	message->opendkim = true;
	signer_learn(scene, &now, message);
	message->context |=
		incidents_end(scene->incidents, scene->host, CAUSE_MILTER_UNREACHABLE, now.when);
	if (rule_cause(finding.rule) == CAUSE_NOT_INTERNAL)
		message->fold->not_internal = true;
	message->fold->reasoned |= final_may_be(finding.rule);
	if (effect == EFFECT_SIGNED) {
		message->fold->signs = true;
		domain = now_capture(&now, "domain");
		facts_add_domain(scene->facts, domain);
		if (!message->fold->has_login)
			facts_add_internal(scene->facts, message->client_ip);
		message->context |= signer_end_faults(scene, &now, session, domain);
	}
	at->found = true;
	return true;
}

/* Lines of smtpd that name no queue ID: the client comes and goes. */
static bool
take_client_line(struct at *at)
{
	struct pending *pending = at->scene->pending;
	struct session *session;
	struct message *message = NULL;
	struct span text = at->line->text;

	if (span_starts(text, SPAN("connect from "))) {
		session = named_session_of(at);
		session_reset(session);
		session->connected = true;
		session->connection++;
		return true;
	}
	if (!span_starts(text, SPAN("disconnect from ")) || !has_quiet_session(at))
		return false;
	session = named_session_of(at);
	if (session->current_n > 0) {
		struct span id = session_current(session);
		uint64_t hash = span_hash(id);

		message = pending_folded(pending, at->scene->host, id, hash);
		if (message == NULL && pending_knows(pending, id, hash))
			return false;
		if (message != NULL && !pending_takes(message, at->line->when))
			return false;
	}
	if (message != NULL && message->smtpd_pid == at->line->pid &&
		message->connection == session->connection &&
		message->fold->lines[message->fold->n - 1].file == at->line->file)
		message->client_gone = true;
	session_reset(session);
	return true;
}

/*
 * "ID: TEXT", TEXT being as it stands. The IDs of a host are of one length, as a rule. Where a colon stands further in
 * front all the same, the ID is none that anybody knows.
 */
static bool
read_id(struct at *at)
{
	struct span text = at->line->text;
	size_t n = at->scene->id_n;

	if (n < ID_MIN || text.n < n + 4 || text.p[n] != ':') {
		ptrdiff_t colon = span_find_char(span_first(text, ID_MAX), ':');

		if (colon < ID_MIN || text.n < (size_t)colon + 4)
			return false;
		at->scene->id_n = n = (size_t)colon;
	}
	if (text.p[n + 1] != ' ' || span_is_blank(text.p[n + 2]))
		return false;
	at->id = (struct span){ text.p, n };
	at->text = (struct span){ text.p + n + 2, text.n - n - 2 };
	at->hash = span_hash(at->id);
	return true;
}

/* The message of that ID, which has room for the line. */
static bool
find_message(struct at *at)
{
	if (!read_id(at))
		return false;
	at->message = pending_folded(at->scene->pending, at->scene->host, at->id, at->hash);
	return at->message != NULL && !at->message->closed &&
	       fold_has_room(at->message->fold, at->line);
}

static bool
take_smtpd(struct at *at)
{
	if (*at->line->text.p == 'c' || *at->line->text.p == 'd')
		return take_client_line(at);
	return read_id(at) && span_starts(at->text, SPAN("client=")) && take_client(at);
}

static bool
take_cleanup(struct at *at)
{
	return find_message(at) && span_starts(at->text, SPAN("message-id=")) &&
	       take_message_id(at);
}

static bool
take_qmgr(struct at *at)
{
	if (!find_message(at))
		return false;
	if (span_eq(at->text, SPAN("removed")))
		return take_removed(at);
	return take_active(at);
}

static bool
take_agent(struct at *at)
{
	return find_message(at) && take_delivery(at);
}

/* "postfix/smtpd", "postfix/submission/smtpd" */
static bool
read_tag(struct at *at)
{
	struct span tag = at->line->tag;
	ptrdiff_t slash;

	at->process = span_from(tag, 8);
	slash = span_find_char(at->process, '/');
	if (slash < 0)
		return at->process.n > 0;
	at->service = span_first(at->process, (size_t)slash);
	at->process = span_from(at->process, (size_t)slash + 1);
	return slash > 0 && at->process.n > 0 && span_find_char(at->process, '/') < 0;
}

static bool
take_postfix(struct at *at)
{
	if (!read_tag(at))
		return false;
	if (span_eq(at->process, SPAN("smtpd")))
		return take_smtpd(at);
	if (span_eq(at->process, SPAN("cleanup")))
		return take_cleanup(at);
	if (span_eq(at->process, SPAN("qmgr")))
		return take_qmgr(at);
	return take_agent(at);
}

static bool
lies_in(struct span part, struct span whole)
{
	return part.n > 0 && part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

/* A line whose parts can be told by their place in it. */
static bool
is_whole(const struct line *line)
{
	if (line->plain)
		return line->when != INSTANT_NONE;
	return line->own_stamp && line->when != INSTANT_NONE && line->times == 1 &&
	       line->raw.n <= RAW_MAX && lies_in(line->host, line->raw) &&
	       lies_in(line->tag, line->raw) && lies_in(line->text, line->raw) &&
	       line->text.p[line->text.n - 1] > ' ';
}

bool
plain_take(struct scene *scene, const struct ruleset *ruleset, const struct line *line, bool *found)
{
	struct at at;
	bool taken;

	if (!is_whole(line))
		return false;
	at.scene = scene;
	at.ruleset = ruleset;
	at.line = line;
	at.service = at.process = SPAN_NONE;
	at.session = NULL;
	at.found = false;
	if (span_eq(line->tag, SPAN("opendkim")))
		taken = find_message(&at) && take_job(&at);
	else
		taken = span_starts(line->tag, SPAN("postfix/")) && take_postfix(&at);
	*found = at.found;
	return taken;
}
