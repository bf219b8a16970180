#include "rules/fold.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "parser/postfix.h"
#include "rules/final.h"
#include "rules/signer.h"
#include "rules/transport.h"

#define RAW_MAX 1024 /* longer lines go the long way */

/* Keeping lines. */

static struct fold *
make(size_t lines, size_t bytes)
{
	struct fold *fold = xmalloc(sizeof *fold + lines * sizeof *fold->lines + bytes);

	fold->bytes = (char *)&fold->lines[lines];
	fold->shrunk = false;
	return fold;
}

struct fold *
fold_new(struct fold_pool *pool)
{
	struct fold *fold = pool->free;

	if (fold != NULL) {
		pool->free = fold->next;
		pool->n--;
	} else {
		fold = make(FOLD_LINES, FOLD_BYTES);
	}
	fold->n = fold->used = 0;
	fold->signs = fold->has_login = fold->not_internal = fold->stayed = fold->left = false;
	fold->reasoned = false;
	return fold;
}

void
fold_free(struct fold_pool *pool, struct fold *fold)
{
	if (fold == NULL)
		return;
	if (pool->n == FOLD_POOL_MAX || fold->shrunk) {
		free(fold);
		return;
	}
	fold->next = pool->free;
	pool->free = fold;
	pool->n++;
}

void
fold_pool_clear(struct fold_pool *pool)
{
	struct fold *fold, *next;

	for (fold = pool->free; fold != NULL; fold = next) {
		next = fold->next;
		free(fold);
	}
	*pool = (struct fold_pool){ NULL, 0 };
}

bool
fold_has_room(const struct fold *fold, const struct line *line)
{
	return fold->n < FOLD_LINES && line->raw.n <= (size_t)FOLD_BYTES - fold->used &&
	       !fold->shrunk;
}

size_t
fold_bytes(const struct fold *fold)
{
	if (fold == NULL)
		return 0;
	if (fold->shrunk)
		return sizeof *fold + fold->n * sizeof *fold->lines + fold->used;
	return sizeof *fold + FOLD_LINES * sizeof *fold->lines + FOLD_BYTES;
}

static uint16_t
place_of(const struct line *line, struct span part)
{
	return (uint16_t)(part.p - line->raw.p);
}

struct span
fold_copied(const struct fold *fold, const struct line *from, struct span part)
{
	return (struct span){ fold->bytes + fold->lines[fold->n - 1].at + place_of(from, part),
		part.n };
}

void
fold_keep(struct fold *fold, const struct line *line, const struct rule *rule)
{
	fold->lines[fold->n++] = (struct fold_line){
		.number = line->number,
		.when = line->when,
		.key = line->key,
		.rule = rule,
		.file = line->file,
		.pid = line->pid,
		.at = fold->used,
		.n = (uint16_t)line->raw.n,
		.host_at = place_of(line, line->host),
		.host_n = (uint16_t)line->host.n,
		.tag_at = place_of(line, line->tag),
		.tag_n = (uint16_t)line->tag.n,
		.text_at = place_of(line, line->text),
		.text_n = (uint16_t)line->text.n,
	};
	memcpy(fold->bytes + fold->used, line->raw.p, line->raw.n);
	fold->used = (uint16_t)(fold->used + line->raw.n);
}

static void
move(struct span *part, const struct fold *from, const struct fold *to)
{
	if (part->p >= from->bytes && part->p < from->bytes + from->used)
		part->p = to->bytes + (part->p - from->bytes);
}

struct fold *
fold_shrink(struct message *message)
{
	struct fold *from = message->fold, *to = make(from->n, from->used);
	char *bytes = to->bytes;

	*to = *from;
	to->bytes = bytes;
	to->shrunk = true;
	memcpy(to->lines, from->lines, from->n * sizeof *from->lines);
	memcpy(to->bytes, from->bytes, from->used);
	move(&message->host, from, to);
	move(&message->queue_id, from, to);
	move(&message->service, from, to);
	move(&message->client_ip, from, to);
	move(&message->message_id, from, to);
	message->fold = to;
	return from;
}

bool
fold_verdict(const struct message *message, enum verdict_kind *kind)
{
	const struct fold *fold = message->fold;

	if (fold == NULL || !message->queued)
		return false;
	*kind = fold->signs ? VERDICT_SIGNED : VERDICT_INBOUND;
	return fold->signs || (fold->not_internal && fold->stayed && !fold->left &&
				      !fold->has_login && !address_is_loopback(message->client_ip));
}

bool
fold_is_undecided(const struct message *message)
{
	const struct fold *fold = message->fold;

	return fold != NULL && !fold->signs && !fold->stayed && !(fold->reasoned && fold->left);
}

/* Opening. */

static struct line
line_of(const struct fold *fold, const struct fold_line *kept)
{
	const char *raw = fold->bytes + kept->at;

	return (struct line){
		.when = kept->when,
		.own_stamp = true,
		.host = { raw + kept->host_at, kept->host_n },
		.tag = { raw + kept->tag_at, kept->tag_n },
		.pid = kept->pid,
		.text = { raw + kept->text_at, kept->text_n },
		.times = 1,
		.raw = { raw, kept->n },
		.file = kept->file,
		.number = kept->number,
		.key = kept->key,
	};
}

static void
tell(struct message *message, const struct fold *fold, const struct fold_line *kept)
{
	struct line line = line_of(fold, kept);
	struct finding finding = { .rule = kept->rule };
	const struct finding *found = NULL;
	struct event event;
	struct now now;

	(void)event_read(&line, &event);
	if (kept->rule != NULL && rule_capture(kept->rule, event.text, finding.captures))
		found = &finding;
	now_init(&now, &line, &event, found);
	(void)message_add_line(message, &now.line);
	if (event.daemon == DAEMON_OPENDKIM)
		signer_note(message, &now);
	else
		transport_note(message, &now);
}

struct fold *
fold_open(struct message *message)
{
	struct fold *fold = message->fold;

	/* What was told before lies in the fold. */
	message->fold = NULL;
	message->host = arena_copy(&message->arena, message->host);
	message->queue_id = arena_copy(&message->arena, message->queue_id);
	message->instance = message->service = message->client_ip = message->message_id = SPAN_NONE;
	message->queued = false;
	for (size_t i = 0; i < fold->n; i++)
		tell(message, fold, &fold->lines[i]);
	return fold;
}

/* Taking lines. Each of these decides first, and changes anything only when all is plain. */

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

/* "NAME[IP]" that ends s or stands before ", ": the address. */
static bool
read_client(struct span s, struct span *ip, struct span *rest)
{
	ptrdiff_t end = span_find_char(s, ','), open;

	*rest = end < 0 ? SPAN_NONE : span_from(s, (size_t)end);
	s = end < 0 ? s : span_first(s, (size_t)end);
	open = span_find_char(s, '[');
	if (open <= 0 || s.p[s.n - 1] != ']' || *s.p == '<' || span_find_char(s, ' ') >= 0)
		return false;
	*ip = (struct span){ s.p + open + 1, s.n - (size_t)open - 2 };
	if (span_starts(*ip, SPAN("IPv6:")))
		*ip = span_from(*ip, 5);
	return ip->n > 0 && span_find_char(*ip, ']') < 0;
}

/* ", sasl_method=PLAIN, sasl_username=LOGIN" and no more. */
static bool
read_login(struct span s)
{
	static const struct span method = { ", sasl_method=", 14 },
				 login = { ", sasl_username=", 16 };
	ptrdiff_t end;

	if (!span_starts(s, method))
		return false;
	s = span_from(s, method.n);
	end = span_find_char(s, ',');
	if (end < 0 || span_find_char(span_first(s, (size_t)end), ' ') >= 0 ||
		(s.n > 0 && *s.p == '<'))
		return false;
	s = span_from(s, (size_t)end);
	if (!span_starts(s, login))
		return false;
	s = span_from(s, login.n);
	return s.n > 0 && *s.p != '<' && span_find_char(s, ',') < 0 && span_find_char(s, ' ') < 0;
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
		pending_is_announced(pending, at->id, at->hash) ||
		!read_client(span_from(at->text, 7), &ip, &rest) ||
		(rest.n > 0 && !read_login(rest)) || pending_knows(pending, at->id, at->hash) ||
		!has_quiet_session(at))
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

	if (message->cleaned_up || pending_is_announced(pending, at->id, at->hash) ||
		!has_quiet_session(at) || (id.n > 2 && pending_is_named(pending, id)))
		return false;
	keep(at, NULL);
	message->cleaned_up = true;
	session_set_current(named_session_of(at), message->queue_id);
	if (id.n > 2)
		pending_name_folded(pending, message, fold_copied(message->fold, at->line, id));
	return true;
}

static bool
is_number(struct span s)
{
	return s.n > 0 && s.n < 20 && ascii_all_digits(s);
}

/* "from=<SENDER>, size=N, nrcpt=N (queue active)": on_active() */
static bool
take_active(struct at *at)
{
	static const struct span size = { ">, size=", 8 }, nrcpt = { ", nrcpt=", 8 },
				 tail = { " (queue active)", 15 };
	struct span s = span_from(at->text, 6);
	ptrdiff_t end = span_find_char(s, '>');

	if (end < 0 || !span_starts(span_from(s, (size_t)end), size) || !span_ends(s, tail))
		return false;
	s = span_from(s, (size_t)end + size.n);
	end = span_find_char(s, ',');
	if (end < 0 || !is_number(span_first(s, (size_t)end)) ||
		!span_starts(span_from(s, (size_t)end), nrcpt))
		return false;
	s = span_from(s, (size_t)end + nrcpt.n);
	if (s.n <= tail.n || !is_number(span_first(s, s.n - tail.n)))
		return false;
	keep(at, NULL);
	at->message->queued = true;
	return true;
}

/* " KEY=" and a value of digits, dots and slashes, and a comma. */
static bool
skip_number(struct span *s, struct span key)
{
	size_t n = key.n;

	if (!span_starts(*s, key))
		return false;
	while (n < s->n && (ascii_is_digit(s->p[n]) || s->p[n] == '.' || s->p[n] == '/'))
		n++;
	if (n == key.n || n == s->n || s->p[n] != ',')
		return false;
	*s = span_from(*s, n + 1);
	return true;
}

/* "to=<RECIPIENT>, relay=RELAY, delay=N, delays=N/N/N/N, dsn=N, status=sent (REPLY)" */
static bool
read_sent(struct span s, struct span *recipient, struct span *relay, struct span *reply)
{
	ptrdiff_t end;

	s = span_from(s, 4);
	end = span_find_char(s, '>');
	if (end < 0 || !span_starts(span_from(s, (size_t)end), SPAN(">, relay=")))
		return false;
	*recipient = span_first(s, (size_t)end);
	s = span_from(s, (size_t)end + 9);
	end = span_find_char(s, ',');
	if (end <= 0 || *s.p == '<' || span_find_char(span_first(s, (size_t)end), ' ') >= 0)
		return false;
	*relay = span_first(s, (size_t)end);
	s = span_from(s, (size_t)end + 1);
	(void)skip_number(&s, SPAN(" conn_use="));
	if (!skip_number(&s, SPAN(" delay=")) || !skip_number(&s, SPAN(" delays=")) ||
		!skip_number(&s, SPAN(" dsn=")) || !span_starts(s, SPAN(" status=sent (")) ||
		s.p[s.n - 1] != ')')
		return false;
	*reply = (struct span){ s.p + 14, s.n - 15 };
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
	struct postfix_fields fields = { .recipients = 0 };
	struct span recipient, relay, reply;
	uint64_t next;

	if (!read_sent(at->text, &recipient, &relay, &reply) || (!leaves(at, relay) && !stays(at)))
		return false;
	postfix_read_reply(reply, &fields);
	next = fields.queued_as.n > 0 ? span_hash(fields.queued_as) : 0;
	if (fields.forwarded ||
		(fields.queued_as.n > 0 && pending_knows(scene->pending, fields.queued_as, next)))
		return false;
	keep(at, NULL);
	if (fields.queued_as.n > 0)
		pending_announce(scene->pending, at->message, fields.queued_as, next,
			LINK_REINJECTED);
	if (stays(at)) {
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
	struct event event = { .daemon = DAEMON_OPENDKIM, .queue_id = at->id, .text = at->text };
	struct finding finding;
	struct now now = { .event = &event, .finding = &finding, .when = at->line->when };
	struct session *session;
	enum effect effect;

	if (message->queued || !ascii_is_digit(*at->id.p) || span_starts(at->text, SPAN("key ")) ||
		!ruleset_find(at->ruleset, &event, &finding))
		return false;
	effect = finding.rule->effect;
	if ((effect != EFFECT_SIGNED && effect != EFFECT_VERIFY && effect != EFFECT_REASON) ||
		rule_cause(finding.rule) == CAUSE_EXTERNAL_HOST)
		return false;
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
		facts_add_domain(scene->facts, now_capture(&now, "domain"));
		if (!message->fold->has_login)
			facts_add_internal(scene->facts, message->client_ip);
		message->context |= signer_end_faults(scene, &now, session);
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

		message = pending_folded(pending, at->scene->host, id, span_hash(id));
		if (message == NULL && pending_knows(pending, id, span_hash(id)))
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

/* "ID: TEXT", TEXT being as it stands. */
static bool
read_id(struct at *at)
{
	struct span text = at->line->text;
	ptrdiff_t colon = span_find_char(span_first(text, 30), ':');

	if (colon < 6 || text.n < (size_t)colon + 4 || text.p[colon + 1] != ' ' ||
		span_is_blank(text.p[colon + 2]))
		return false;
	at->id = span_first(text, (size_t)colon);
	at->text = span_from(text, (size_t)colon + 2);
	at->hash = span_hash(at->id);
	at->message = pending_folded(at->scene->pending, at->scene->host, at->id, at->hash);
	if (at->message != NULL && at->message->closed)
		at->message = NULL;
	return true;
}

/* "postfix/smtpd", "postfix/submission/smtpd" */
static bool
read_tag(struct at *at)
{
	struct span tag = at->line->tag;
	ptrdiff_t slash;

	if (!span_starts(tag, SPAN("postfix/")))
		return false;
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
	bool smtpd = span_eq(at->process, SPAN("smtpd"));

	if (smtpd && (*at->line->text.p == 'c' || *at->line->text.p == 'd'))
		return take_client_line(at);
	if (!read_id(at))
		return false;
	if (smtpd)
		return span_starts(at->text, SPAN("client=")) && take_client(at);
	if (at->message == NULL || !fold_has_room(at->message->fold, at->line))
		return false;
	if (span_eq(at->process, SPAN("cleanup")))
		return span_starts(at->text, SPAN("message-id=")) && take_message_id(at);
	if (span_eq(at->process, SPAN("qmgr"))) {
		if (span_eq(at->text, SPAN("removed")))
			return take_removed(at);
		return span_starts(at->text, SPAN("from=<")) && take_active(at);
	}
	return span_starts(at->text, SPAN("to=<")) && take_delivery(at);
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
	return line->own_stamp && line->when != INSTANT_NONE && line->times == 1 &&
	       line->raw.n <= RAW_MAX && lies_in(line->host, line->raw) &&
	       lies_in(line->tag, line->raw) && lies_in(line->text, line->raw) &&
	       line->text.p[line->text.n - 1] > ' ';
}

bool
fold_take(struct scene *scene, const struct ruleset *ruleset, const struct line *line, bool *found)
{
	struct at at = { .scene = scene, .ruleset = ruleset, .line = line };
	bool taken;

	if (!is_whole(line))
		return false;
	if (span_eq(line->tag, SPAN("opendkim")))
		taken = read_id(&at) && at.message != NULL &&
		        fold_has_room(at.message->fold, line) && take_job(&at);
	else
		taken = read_tag(&at) && take_postfix(&at);
	*found = at.found;
	return taken;
}
