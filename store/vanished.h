/*
 * vanished.h - was a followed log rotated away while nobody followed, and is it nowhere now?
 *
 * What was written to it behind the place where it was left is a gap then (store/gap.h). A log
 * that was renamed, copied or packed beside its path is none: store/follow.h has it read.
 */
#ifndef STORE_VANISHED_H
#define STORE_VANISHED_H

#include "store/store.h"

struct vanished;

/* Before anything is taken in: which logs were at the paths when they were read last. Borrows paths. */
struct vanished *vanished_new(struct store *store, const char *const *paths, size_t npaths,
	struct error *err);
void vanished_free(struct vanished *vanished);

/*
 * After what has changed was taken in: keep the gaps. A path at which there is no log yet is asked for
 * again with the next call; for the others nothing happens then.
 */
int vanished_check(struct vanished *vanished, struct store *store, struct error *err);

#endif
