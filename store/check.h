/*
 * check.h - is a store sound?
 *
 * SQLite's own checks, then ours: every line has its source, the digests of each
 * minute are whole and in order, and the messages are those that the kept lines
 * give. Reads only.
 */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include "store/store.h"

/*
 * told is called for each fault, in words, and faults counts them. Once one part is damaged, what
 * rests on it is not looked at. -1 only when the store cannot be read at all.
 */
int check_run(struct store *store, const struct reading_options *options,
	const struct ruleset *ruleset, void (*told)(void *ctx, const char *what), void *ctx,
	uint64_t *faults, struct error *err);

#endif
