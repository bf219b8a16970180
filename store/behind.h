/*
 * behind.h - how far the store is behind the logs that are written.
 *
 * A plain file that stands where the store left it is looked at from outside: how long it is, and when
 * it was written. It is not opened, so whoever may read the store may ask.
 */
#ifndef STORE_BEHIND_H
#define STORE_BEHIND_H

#include "store/store.h"

struct behind {
	struct span path;
	uint64_t bytes; /* that are not in the store yet */
	int64_t late; /* its last byte came so long after all that the store heard of; 0: it did not */
};

/* Visit those that are gone on with; one that is gone, or cannot be looked at, is left out. */
int behind_each(struct store *store, void (*visit)(void *ctx, const struct behind *behind),
	void *ctx, struct error *err);

#endif
