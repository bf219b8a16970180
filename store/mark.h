/*
 * mark.h - how far something that is done again and again has come: a bookmark with a name.
 */
#ifndef STORE_MARK_H
#define STORE_MARK_H

#include "base/buf.h"
#include "store/store.h"

/* Append what was set under that name. 1, 0: nothing was, -1: see err. */
int mark_get(struct store *store, struct span name, struct buf *value, struct error *err);

/* The store must be open for writing. */
int mark_set(struct store *store, struct span name, struct span value, struct error *err);

#endif
