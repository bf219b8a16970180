/*
 * pending.h - the messages at hand: found by queue ID, by Message-ID, by the time they fall due.
 *
 * Short queue IDs come back, so a message is one of (host, queue ID, time): a
 * closed one takes lines for LATE more, then the same ID means another. What
 * is looked up or let go costs the same however many there are.
 */
#ifndef RULES_PENDING_H
#define RULES_PENDING_H

#include "parser/line.h"
#include "rules/message.h"

struct pending;

struct pending *pending_new(void);

/* Frees all messages that are left. */
void pending_free(struct pending *pending);

/* A new message of that host and queue ID. */
struct message *pending_make(struct pending *pending, struct span host, struct span queue_id,
	int64_t when);

/*
 * Messages that are folded (rules/fold.h). All other functions open what they give, but for pending_due(). hash
 * is span_hash() of the queue ID. make: line, in which queue_id lies, is its first; its ID is not
 * known. name: message_id lies in the fold, and is longer than "<>".
 */
struct message *pending_make_folded(struct pending *pending, const struct line *line,
	struct span queue_id, uint64_t hash);
void pending_name_folded(struct pending *pending, struct message *message, struct span message_id,
	uint64_t hash);
void pending_open(struct pending *pending, struct message *message);

/* It will stay for long: with no more memory than it takes. */
void pending_shrink(struct pending *pending, struct message *message);

/* The newest message of that queue ID, if it is folded and of that host; or NULL. */
struct message *pending_folded(const struct pending *pending, struct span host,
	struct span queue_id, uint64_t hash);

/* Is there a message of that queue ID on any host; did one announce it; has one that Message-ID? */
bool pending_knows(const struct pending *pending, struct span queue_id, uint64_t hash);
bool pending_is_announced(const struct pending *pending, struct span queue_id, uint64_t hash);
bool pending_is_named(const struct pending *pending, struct span message_id, uint64_t hash);

/* Does a line at `when` still belong to it? */
bool pending_takes(const struct message *message, int64_t when);

/* It got a line. */
void pending_touch(struct pending *pending, struct message *message);

/* The newest message of that queue ID on any host, however old; or NULL. */
struct message *pending_newest(struct pending *pending, struct span queue_id);

/*
 * The message of that queue ID to which a line at `when` belongs, or NULL. OpenDKIM may run on
 * another host than Postfix: with any_host its job ID is looked for everywhere.
 */
struct message *pending_find(struct pending *pending, struct span host, struct span queue_id,
	int64_t when, bool any_host);

/* Give it its Message-ID, unless it has one. */
void pending_name(struct pending *pending, struct message *message, struct span message_id);

/* The message that was last named so, or NULL. */
struct message *pending_named(struct pending *pending, struct span message_id);

/*
 * "queued as ID" was said of from before ID is seen: link the two when it is. The last
 * few thousand announcements are remembered. hash is span_hash() of the queue ID.
 */
void pending_announce(struct pending *pending, const struct message *from, struct span queue_id,
	uint64_t hash, enum link_kind kind);

/* Link a message to the one that announced it, if one did. */
void pending_meet(struct pending *pending, struct message *message);

/* Keep a line of it: first and last time, evidence, memory. Gives the copy, or NULL (message.h). */
struct evidence *pending_keep(struct pending *pending, struct message *message,
	const struct evidence *line, bool closing);

/* It is kept, though it is closed: with no more memory than it takes. */
void pending_trim(struct pending *pending, struct message *message);

/* One that got a line since it was taken off so last; NULL: none. */
struct message *pending_touched(struct pending *pending);

/* It is to be looked at again at due. Does nothing while it waits already. */
void pending_wait(struct pending *pending, struct message *message, int64_t due);

/* Those whose time has come, the longest waiting first, each once; NULL: none. */
struct message *pending_due(struct pending *pending, int64_t now);

/* Let it go: it is freed, its links are cut. */
void pending_drop(struct pending *pending, struct message *message);

struct message *pending_oldest(struct pending *pending);

/* The same as it is; its `newer` leads on. */
struct message *pending_first(const struct pending *pending);
size_t pending_count(const struct pending *pending);

/* Memory held by all messages. */
size_t pending_bytes(const struct pending *pending);

#endif
