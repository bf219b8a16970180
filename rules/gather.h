/*
 * gather.h - events and findings gathered into messages, and messages let go with a verdict.
 *
 * Messages are kept per (host, queue ID, time): short IDs come back after
 * "removed". Lines without a queue ID are tied to their message by process
 * (rules/session.h). Queue IDs of one message are linked into a route.
 *
 * A message is judged when it is closed (removed, refused, expired), SCENE_LINGER has passed so
 * that late lines found it, all of its route are closed too, and nothing later in the
 * log can change the verdict; else at the end. See message_route() for what
 * a sink may follow.
 */
#ifndef RULES_GATHER_H
#define RULES_GATHER_H

#include "parser/event.h"
#include "rules/ruleset.h"
#include "rules/verdict.h"

struct gather;

typedef void gather_sink(void *ctx, const struct message *message);

/*
 * Borrows what knowledge points to, and teaches it. Every message goes to sink once, and is
 * gone after the call. Above max_bytes the oldest messages are judged early.
 */
struct gather *gather_new(const struct knowledge *knowledge, size_t max_bytes, gather_sink *sink,
	void *ctx);
void gather_free(struct gather *gather);

/* One event; finding is NULL when no rule fits. Borrows all for the call. */
void gather_add(struct gather *gather, const struct line *line, const struct event *event,
	const struct finding *finding);

/* The end of the log: everything left is judged and given to the sink, oldest first. */
void gather_end(struct gather *gather);

/* Messages judged early for lack of memory. */
uint64_t gather_early(const struct gather *gather);

#endif
