/*
 * known.h - which lines were taken in already, whatever file they came from.
 *
 * A line is known by its minute and a digest of its bytes; of lines that are
 * the same within one minute, the n-th is told from the others by n. So a line
 * counts once, in whatever order, split or compression logs are taken in. What
 * this cannot tell: two logs that each hold another part of several identical
 * lines of one minute.
 *
 * Minutes are loaded when they are first asked for and written back by
 * known_flush(), a blob of sorted 64-bit digests each, under the store's
 * own random key.
 */
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct db;
struct known;

/* Borrows db, whose table `minute` it reads and writes. key is the store's. */
struct known *known_new(struct db *db, uint64_t key);
void known_free(struct known *known);

/*
 * Take in one more line of the reading at hand. 1: it is new, and known from now on.
 * 0: it was known. -1: failed, see err. when may be INSTANT_NONE.
 */
int known_add(struct known *known, struct span raw, int64_t when, struct error *err);

/* Write back all minutes that changed. Within the caller's transaction. */
int known_flush(struct known *known, struct error *err);

#endif
