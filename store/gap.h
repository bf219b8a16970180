/*
 * gap.h - times of which lines are missing, as the store knows them.
 */
#ifndef STORE_GAP_H
#define STORE_GAP_H

#include "store/db.h"

struct gap {
	struct span host;    /* empty: it is not known */
	int64_t first, last; /* instants */
	struct span why;     /* words of ours, or the rule that found a line which tells it */
	uint64_t lines;      /* such lines */
};

/*
 * Keep it. Where the store has one of that host and for that reason less than GAP_BETWEEN away, that one
 * becomes longer: a log daemon that loses lines says so again and again.
 */
#define GAP_BETWEEN (10 * INSTANT_MINUTE)
int gap_add(struct db *db, const struct gap *gap, struct error *err);

#endif
