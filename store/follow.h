/*
 * follow.h - which files are to be taken in now, so that a log is followed over its rotations.
 *
 * A followed path, and its siblings: "mail.log.1", "mail.log-20261124", "mail.log.2.gz",
 * "mail.log.old". A sibling counts when the store knows it as a log of before (by device and
 * inode), or when it was written since the log of before was read last: it then holds what was
 * written before the rotation, renamed, copied or packed. What of it is known already is not counted
 * again (store/known.h), so looking too often does no harm. One that is still being packed, beside the
 * file it is made of, does not count.
 */
#ifndef STORE_FOLLOW_H
#define STORE_FOLLOW_H

#include <sys/types.h>

#include "store/store.h"

struct follow;

/*
 * Borrows paths. The store remembers when it was followed first: what was written before, in
 * siblings, is not asked for. NULL: see err.
 */
struct follow *follow_new(struct store *store, const char *const *paths, size_t npaths,
	struct error *err);
void follow_free(struct follow *follow);

/*
 * The files that changed since the last call, or since the store read them, and those whose last line
 * was waited for long enough (LOG_WAIT); borrowed until the next call. The number of them, or -1 for what
 * is wrong with the store. A path that is not there or cannot be read is waited for: missing() is told,
 * once until it could be read again (NULL: nobody).
 */
ssize_t follow_changed(struct follow *follow, struct store *store, const char *const **files,
	void (*missing)(void *ctx, const char *path, const char *why), void *ctx,
	struct error *err);

/* What follow_changed() gave could not be taken in: give it again. */
void follow_forget(struct follow *follow);

#endif
