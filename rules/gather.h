/*
 * gather.h - events and findings gathered into messages, and messages let go with a verdict.
 *
 * Messages are kept per (host, queue ID, time): short IDs come back after
 * "removed". Lines without a queue ID are tied to their message by process
 * (rules/session.h). Queue IDs of one message are linked into a route.
 *
 * A message is judged when it is closed (removed, refused, expired), some time (scene_due()) has passed so
 * that late lines found it, all of its route are closed too, and nothing later in the
 * log can change the verdict; else at the end. See message_route() for what
 * a sink may follow.
 */
#ifndef RULES_GATHER_H
#define RULES_GATHER_H

#include "parser/event.h"
#include "rules/ruleset.h"
#include "rules/scene.h"
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

/*
 * From now on give sink the lines that no message holds and without which those
 * that messages hold (and message->connect) could not be gathered again to the same end: of the
 * service, of sessions in which a milter was lost. Some come more than once.
 */
void gather_want_context(struct gather *gather, scene_context_sink *sink, void *ctx);

/*
 * A sink that only counts signed and inbound messages: of those it is given host, queue ID, times and verdict, and no
 * more is told in the message. Then lines may be taken the short way (rules/fold.h), which is
 * tried before gather_add(): true: the line is done with, and *found tells whether a rule knows it. Borrows ruleset.
 */
void gather_want_sums(struct gather *gather, const struct ruleset *ruleset);
bool gather_fold(struct gather *gather, const struct line *line, bool *found);

/* One event; finding is NULL when no rule fits. Borrows all for the call. */
void gather_add(struct gather *gather, const struct line *line, const struct event *event,
	const struct finding *finding);

/* The end of the log: everything left is judged and given to the sink, oldest first. */
void gather_end(struct gather *gather);

/*
 * Of a log that goes on: the messages that got lines since this was asked last, judged by what is known
 * so far. They stay. NULL sink: pass over them.
 */
void gather_each_changed(struct gather *gather, gather_sink *sink, void *ctx);

/*
 * The same of all that are at hand: what gather_end() would give now, but for what is learned then. Closed
 * ones that wait for nothing but late lines are let go first. Not with gather_want_sums(). Gives the
 * incidents there would be then, which the caller frees; NULL: those that are known.
 */
struct incidents *gather_each_open(struct gather *gather, gather_sink *sink, void *ctx);

/* Let go of closed messages, with all that their verdicts rest on, whose last lines are older. */
void gather_forget(struct gather *gather, int64_t before);

/* Messages judged early for lack of memory. */
uint64_t gather_early(const struct gather *gather);

#endif
