/*
 * settled.h - plainly signed and inbound messages, as far as they are kept one by one.
 *
 * Of such a message no line is kept: nothing later can change its verdict. It is in the
 * sums (store/sums.h), too, unless it is not to be kept at all.
 */
#ifndef STORE_SETTLED_H
#define STORE_SETTLED_H

#include "rules/message.h"
#include "store/db.h"

/* What a store keeps of them. */
enum settled_keep { SETTLED_SUMS, SETTLED_NONE, SETTLED_ROWS };

/* "sums", "none", "rows". */
bool settled_keep_of(struct span word, enum settled_keep *keep);

/* What this store keeps from now on, and did so far. */
int settled_set_keep(struct db *db, enum settled_keep keep, struct error *err);
int settled_get_keep(struct db *db, enum settled_keep *keep, struct error *err);

int settled_put(struct db *db, const struct message *message, struct error *err);

/*
 * Visit those of that queue ID or Message-ID (empty: all) in the order of time, as messages of which no
 * line is known; borrowed for the call.
 */
int settled_each(struct db *db, struct span id,
	void (*visit)(void *ctx, const struct message *message), void *ctx, struct error *err);

/* Forget those that ended before. */
int settled_forget(struct db *db, int64_t before, struct error *err);

#endif
