/*
 * tally.h - sums over messages: by cause, and by whatever --by names.
 *
 * Bounded: of each table at most TALLY_KEYS_MAX keys are told apart; what comes
 * later is counted under "(others)".
 */
#ifndef CLI_TALLY_H
#define CLI_TALLY_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "rules/message.h"

#define TALLY_KEYS_MAX 10000

struct tally_row {
	struct span key;
	uint64_t count;
	uint64_t verdicts[VERDICT_COUNT];
	int64_t first, last;
};

struct tally {
	struct arena arena;
	struct map map;
	struct tally_row **rows;
	size_t n, room;
	bool sorted;
};

void tally_clear(struct tally *tally);

/* Count a message under key. */
void tally_add(struct tally *tally, struct span key, const struct message *message);

/* The i-th row, most messages first; NULL when there are fewer. */
const struct tally_row *tally_get(struct tally *tally, size_t i);

#endif
