/*
 * tally.h - sums over messages by some key.
 *
 * Bounded: of each tally at most TALLY_KEYS_MAX keys are told apart; what comes
 * later is counted in one row for the others.
 */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "base/arena.h"
#include "base/span.h"
#include "cli/words.h"

#define TALLY_KEYS_MAX 10000

struct tally_row {
	struct span key; /* empty: messages without one */
	bool others;     /* the row for keys beyond TALLY_KEYS_MAX */
	uint32_t hash;   /* of key, as much as slots need */
	uint64_t count;
	uint64_t verdicts[]; /* VERDICT_COUNT of them where they are told apart, else none */
};

struct tally {
	struct arena arena;
	bool apart; /* rows tell verdicts apart; set by who begins it */
	struct tally_row **rows;
	size_t n, room;
	uint32_t *slots; /* by key: 1 + the place in rows; 0: free */
	size_t nslots;   /* zero or a power of two, never filled by more than a half */
	struct tally_row *none, *others; /* NULL: not needed yet */
	struct tally_row *last;          /* that with a key which was counted last; or NULL */
};

/* As it was begun. */
void tally_clear(struct tally *tally);

/* Count messages under key. */
void tally_add(struct tally *tally, struct span key, enum verdict_kind verdict, uint64_t messages);

/* What stands for the row's key; none is said of messages without one. */
struct span tally_label(const struct tally_row *row, enum lang lang, enum word none);

/* Sort by number of messages, most first, or by key. Rows keep their places until the next add. */
void tally_sort(struct tally *tally, bool by_key);

#endif
