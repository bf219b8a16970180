/*
 * known.h - which lines were taken in already, whatever file they came from.
 *
 * A line is known by its minute and a digest of its bytes; of lines that are
 * the same within one minute, the n-th of a reading is told from the others by
 * n. So a line counts once, in whatever order, split or compression logs are
 * taken in. What this cannot tell: two logs that each hold another part of
 * several identical lines of one minute.
 *
 * n counts from known_new() on. A reading that begins anew in the middle of a
 * minute must hand in that minute's lines from its beginning, as one that
 * skips them would take its first line for the first of that minute, too.
 *
 * Minutes are loaded when they are first asked for and written back when
 * KNOWN_MINUTES others were asked for since, and by known_flush(): a blob of
 * ascending 64-bit digests each, under the store's own random key. What the
 * reading at hand has met of a minute goes to a temporary table beside it, so
 * that the minute may be asked for again hours later. Memory is bounded but
 * for the minute with most lines, at some 40 bytes a line.
 */
#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

#define KNOWN_MINUTES 64
#define KNOWN_AT_HAND 2

struct db;
struct known;

/* Borrows db, whose table `minute` it reads and writes. key is the store's. One a db at a time. */
struct known *known_new(struct db *db, uint64_t key);
void known_free(struct known *known);

/*
 * Take in one more line of the reading at hand. 1: it is new, and known from now on.
 * 0: it was known. -1: failed, see err. when may be INSTANT_NONE: such lines have a minute
 * of their own.
 *
 * Within a transaction of the caller's that ends with known_flush(). When it is rolled back,
 * known is to be freed: it has met lines that the store does not know.
 */
int known_add(struct known *known, struct span raw, int64_t when, struct error *err);

/* Can known_add() do without writing? */
bool known_is_at_hand(const struct known *known, int64_t when);

/* Of minutes before that one nothing is met any more: a line of theirs counts as the first of its kind. */
int known_forget(struct known *known, int64_t before, struct error *err);

/*
 * Write back all minutes that changed. The KNOWN_AT_HAND that were asked for last stay: whoever lets others
 * write before the next known_add() begins anew. Within the caller's transaction.
 */
int known_flush(struct known *known, struct error *err);

#endif
