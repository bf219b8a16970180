/*
 * recent.h - messages that were summed of late, by digest.
 *
 * Where syslog writes OpenDKIM's lines to a log of their own, such a line may be read
 * moments after the message it is about was complete by its other log, and summed. It then makes no
 * other message.
 */
#ifndef STORE_RECENT_H
#define STORE_RECENT_H

#include "rules/message.h"
#include "store/db.h"

struct recent;

/* As the store has it. key: of digests. NULL: see err. */
struct recent *recent_new(struct db *db, uint64_t key, struct error *err);
void recent_free(struct recent *recent);

/* This one is summed now. */
void recent_add(struct recent *recent, const struct message *message);

/* Is it no more than lines about one that was summed before? */
bool recent_has(const struct recent *recent, const struct message *message);

/* Remember those of before and of now that ended at most `reach` before the last one. */
int recent_write(struct recent *recent, struct db *db, int64_t reach, struct error *err);

#endif
