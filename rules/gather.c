#include "rules/gather.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rules/final.h"
#include "rules/fold.h"
#include "rules/plain.h"
#include "rules/signer.h"
#include "rules/transport.h"

struct gather {
	struct knowledge knowledge;
	struct scene scene;
	size_t max_bytes;
	gather_sink *sink;
	void *ctx;
	struct arena host_arena;
	uint64_t early;
	const struct ruleset *ruleset; /* NULL: nothing is folded */
};

struct gather *
gather_new(const struct knowledge *knowledge, size_t max_bytes, gather_sink *sink, void *ctx)
{
	struct gather *gather = xcalloc(1, sizeof *gather);

	gather->knowledge = *knowledge;
	gather->scene.facts = knowledge->facts;
	gather->scene.incidents = knowledge->incidents;
	gather->scene.pending = pending_new();
	gather->scene.sessions = sessions_new();
	gather->scene.clock = INSTANT_NONE;
	gather->max_bytes = max_bytes;
	gather->sink = sink;
	gather->ctx = ctx;
	return gather;
}

void
gather_free(struct gather *gather)
{
	if (gather == NULL)
		return;
	pending_free(gather->scene.pending);
	sessions_free(gather->scene.sessions);
	arena_clear(&gather->host_arena);
	free(gather);
}

/* Nothing of it went anywhere and OpenDKIM never saw it: a client that hung up. */
static bool
is_nothing(const struct message *message)
{
	const struct deliveries *deliveries = &message->deliveries;

	if (message->queued || message->opendkim || message->milter_action.n > 0 ||
		deliveries->sent + deliveries->deferred + deliveries->bounced > 0 ||
		message->origin == ORIGIN_PICKUP)
		return false;
	if (message->refused_by_postfix || (message->closed && !message->born))
		return true;
	return message->client_gone && !message->cleaned_up && message->nevidence <= 2;
}

static void
show(const struct gather *gather, const struct message *message, gather_sink *sink, void *ctx)
{
	if (!is_nothing(message)) {
		sink(ctx, message);
	} else if (!message->born) {
		/* Its beginning may be in a log that is read later. */
		for (size_t i = 0; i < message->nevidence; i++)
			scene_context(&gather->scene, &message->evidence[i]);
	}
}

static void
tell(struct gather *gather, const struct message *message)
{
	if (!is_nothing(message))
		verdict_charge(&gather->knowledge, message);
	show(gather, message, gather->sink, gather->ctx);
}

static bool
is_open(const struct message *message)
{
	return !message->closed;
}

static bool
lacks_beginning(const struct message *message)
{
	return !message->born && message->origin != ORIGIN_INTERNAL &&
	       message->origin != ORIGIN_FORWARD;
}

/* The verdicts of a story, whose messages are all closed, are told if nothing can change them. */
static bool
let_go(struct gather *gather, const struct basis *story)
{
	bool settled = true, whole;

	for (size_t i = 0; i < story->n; i++) {
		verdict_judge(&gather->knowledge, story->messages[i]);
		settled &= verdict_is_settled(story->messages[i]);
	}
	whole = !basis_any(story, lacks_beginning);
	if (!settled)
		return false;
	for (size_t i = 0; i < story->n; i++)
		story->messages[i]->whole = whole;
	/* The verdict of one may rest on another. */
	for (size_t i = 0; i < story->n; i++)
		tell(gather, story->messages[i]);
	for (size_t i = 0; i < story->n; i++)
		pending_drop(gather->scene.pending, story->messages[i]);
	return true;
}

/* A closed message of which nothing out of the ordinary was said, and whose verdict is plain. */
static void
settle_folded(struct gather *gather, struct message *message, enum verdict_kind kind)
{
	message->verdict.kind = kind;
	message->verdict.decided = message;
	message->whole = true;
	tell(gather, message);
	pending_drop(gather->scene.pending, message);
}

/*
 * One whose own lines tell all, where nobody asks for the route it may become part of. An incident that covers its
 * time may come of lines that still wait: then it does, too.
 */
static bool
settle_final(struct gather *gather, struct message *message)
{
	if (message->nlinks > 0)
		return false;
	verdict_judge(&gather->knowledge, message);
	if (!final_is(message))
		return false;
	if (sessions_wait(gather->scene.sessions)) {
		pending_wait(gather->scene.pending, message, scene_due(&gather->scene));
		return true;
	}
	tell(gather, message);
	pending_drop(gather->scene.pending, message);
	return true;
}

/* A closed message whose late lines are in: judge its route, let it go if nothing can change that. */
static void
settle(struct gather *gather, struct message *message)
{
	enum verdict_kind kind;
	struct basis story;

	if (fold_verdict(message, &kind)) {
		settle_folded(gather, message, kind);
		return;
	}
	if (fold_is_undecided(message)) {
		pending_shrink(gather->scene.pending, message);
		return;
	}
	pending_open(gather->scene.pending, message);
	if (gather->ruleset != NULL && settle_final(gather, message))
		return;
	message_basis(message, true, &story);
	if (basis_any(&story, is_open))
		pending_wait(gather->scene.pending, message, scene_due(&gather->scene));
	else if (!let_go(gather, &story))
		for (size_t i = 0; i < story.n; i++)
			pending_trim(gather->scene.pending, story.messages[i]);
}

static void
sweep(struct gather *gather)
{
	struct message *message;

	while ((message = pending_due(gather->scene.pending, gather->scene.clock)) != NULL)
		settle(gather, message);
}

/* Too much is held: the oldest go first, judged by what is known. */
static void
press(struct gather *gather)
{
	struct pending *pending = gather->scene.pending;

	while (pending_bytes(pending) > gather->max_bytes && pending_count(pending) > 1) {
		struct message *message = pending_oldest(pending);

		verdict_judge(&gather->knowledge, message);
		gather->early++;
		tell(gather, message);
		pending_drop(pending, message);
	}
}

static void
set_host(struct gather *gather, struct span host)
{
	if (host.n == 0 || span_eq(host, gather->scene.host))
		return;
	gather->scene.several_hosts |= gather->scene.host.n > 0;
	if (gather->host_arena.bytes > 65536) /* hosts that take turns line by line */
		arena_clear(&gather->host_arena);
	gather->scene.host = arena_copy(&gather->host_arena, host);
}

static void
take(struct gather *gather, const struct now *now)
{
	switch (now->event->daemon) {
	case DAEMON_POSTFIX:
	case DAEMON_SENDMAIL:
	case DAEMON_FILTER:
		transport_take(&gather->scene, now);
		break;
	case DAEMON_OPENDKIM:
		signer_take(&gather->scene, now);
		break;
	case DAEMON_SYSTEM:
	case DAEMON_SYSLOG:
		signer_take_service(&gather->scene, now);
		break;
	case DAEMON_SIGNER:
		facts_host(gather->scene.facts, gather->scene.host)->signer++;
		break;
	case DAEMON_NONE:
		break;
	}
}

/* A line about no message, of which something follows. */
static bool
is_context(const struct now *now)
{
	enum effect effect = now_effect(now);

	if (now->event->queue_id.n > 0)
		return false;
	return now->event->kind == POSTFIX_START ||
	       (effect != EFFECT_NOTE && effect != EFFECT_VERIFY && effect != EFFECT_SIGNED);
}

void
gather_want_context(struct gather *gather, scene_context_sink *sink, void *ctx)
{
	gather->scene.context = sink;
	gather->scene.context_ctx = ctx;
}

void
gather_add(struct gather *gather, const struct line *line, const struct event *event,
	const struct finding *finding)
{
	struct now now;

	now_init(&now, line, event, finding);
	set_host(gather, line->host);
	if (line->when != INSTANT_NONE && line->when > gather->scene.clock)
		gather->scene.clock = line->when;
	if (is_context(&now))
		scene_context(&gather->scene, &now.line);
	take(gather, &now);
	sweep(gather);
	press(gather);
}

void
gather_want_sums(struct gather *gather, const struct ruleset *ruleset)
{
	gather->ruleset = ruleset;
}

bool
gather_fold(struct gather *gather, const struct line *line, bool *found)
{
	/* Whatever they say, lines of these programs tell the host and the time. */
	if (gather->ruleset == NULL || gather->scene.context != NULL || line->tag.n < 8 ||
		line->when == INSTANT_NONE ||
		(memcmp(line->tag.p, "postfix/", 8) != 0 && !span_eq(line->tag, SPAN("opendkim"))))
		return false;
	if (!span_eq(line->host, gather->scene.host))
		set_host(gather, line->host);
	if (line->when > gather->scene.clock)
		gather->scene.clock = line->when;
	if (!plain_take(&gather->scene, gather->ruleset, line, found))
		return false;
	sweep(gather);
	if (pending_bytes(gather->scene.pending) > gather->max_bytes)
		press(gather);
	return true;
}

/* What is linked to others is judged before any of it is told; the rest one by one, and let go at once. */
static void
end_one(struct gather *gather, struct message *message)
{
	pending_open(gather->scene.pending, message);
	if (message->nlinks == 0)
		verdict_judge(&gather->knowledge, message);
	tell(gather, message);
	if (message->nlinks == 0)
		pending_drop(gather->scene.pending, message);
}

void
gather_end(struct gather *gather)
{
	struct pending *pending = gather->scene.pending;
	struct message *message, *newer;

	signer_end(&gather->scene);
	for (message = pending_first(pending); message != NULL; message = message->newer)
		if (!message->closed)
			ways_learn(facts_ways(gather->scene.facts), message);
	for (message = pending_first(pending); message != NULL; message = message->newer)
		if (message->nlinks > 0)
			verdict_judge(&gather->knowledge, message);
	for (message = pending_first(pending); message != NULL; message = newer) {
		newer = message->newer;
		end_one(gather, message);
	}
	while ((message = pending_first(pending)) != NULL)
		pending_drop(pending, message);
}

void
gather_each_changed(struct gather *gather, gather_sink *sink, void *ctx)
{
	struct message *message;

	while ((message = pending_touched(gather->scene.pending)) != NULL) {
		if (sink == NULL)
			continue;
		verdict_judge(&gather->knowledge, message);
		sink(ctx, message);
	}
}

static bool
is_of(const struct basis *story, const struct message *message)
{
	for (size_t i = 0; i < story->n; i++)
		if (story->messages[i] == message)
			return true;
	return false;
}

/* Stories of which all messages are closed; visit may let go of them. */
static void
each_closed_story(struct gather *gather,
	void (*visit)(struct gather *gather, const struct basis *story, int64_t before),
	int64_t before)
{
	struct message *message = pending_oldest(gather->scene.pending), *next;

	for (; message != NULL; message = next) {
		struct basis story;

		message_basis(message, true, &story);
		next = message->newer;
		while (next != NULL && is_of(&story, next))
			next = next->newer;
		if (!basis_any(&story, is_open))
			visit(gather, &story, before);
	}
}

static void
let_go_of_settled(struct gather *gather, const struct basis *story, int64_t before)
{
	(void)before;
	(void)let_go(gather, story);
}

static void
drop_old(struct gather *gather, const struct basis *story, int64_t before)
{
	for (size_t i = 0; i < story->n; i++)
		if (story->messages[i]->last >= before)
			return;
	for (size_t i = 0; i < story->n; i++)
		pending_drop(gather->scene.pending, story->messages[i]);
}

struct incidents *
gather_each_open(struct gather *gather, gather_sink *sink, void *ctx)
{
	struct pending *pending = gather->scene.pending;
	struct knowledge knowledge = gather->knowledge;
	struct incidents *incidents = signer_incidents(&gather->scene);
	struct message *message;

	if (incidents != NULL)
		knowledge.incidents = incidents;
	each_closed_story(gather, let_go_of_settled, INSTANT_NONE);
	/* The verdict of one may rest on another. */
	for (message = pending_oldest(pending); message != NULL; message = message->newer)
		verdict_judge(&knowledge, message);
	for (message = pending_oldest(pending); message != NULL; message = message->newer)
		show(gather, message, sink, ctx);
	return incidents;
}

void
gather_forget(struct gather *gather, int64_t before)
{
	each_closed_story(gather, drop_old, before);
}

uint64_t
gather_early(const struct gather *gather)
{
	return gather->early;
}
