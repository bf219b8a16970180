/*
 * trend.h - how many messages went how, hour by hour, in memory: what all counts of the screens are
 * summed from.
 *
 * Spans of hours are put in one after the other, the latest first, so that a picture is there before
 * years are read. One cell is one hour, verdict and cause; a year of a busy host is a megabyte.
 */
#ifndef TUI_TREND_H
#define TUI_TREND_H

#include <stddef.h>
#include <stdint.h>

#include "rules/cause.h"

struct trend_cell {
	int64_t hour; /* hours since 1970 */
	uint64_t messages;
	unsigned char verdict;
	cause_t cause;
};

struct trend {
	struct trend_cell *cells; /* by hour */
	size_t n;
	int64_t from; /* hours from there on are known; INT64_MAX: none are */
};

/* clang-format off */
#define TREND_INIT { NULL, 0, INT64_MAX }
/* clang-format on */

void trend_clear(struct trend *trend);

/* What the hours from `from` to before `to` hold is from now on these cells, which are in order. */
void trend_put(struct trend *trend, int64_t from, int64_t to, const struct trend_cell *cells,
	size_t n);

/* A sum for gathering: adds to the last cell where all but the number is the same. */
struct trend_gather {
	struct trend_cell *cells;
	size_t n, room;
};
void trend_gather_add(struct trend_gather *gather, int64_t hour, enum verdict_kind verdict,
	cause_t cause, uint64_t messages);

/* The first cell of an hour that is not before `hour`. */
size_t trend_at(const struct trend *trend, int64_t hour);

/* Messages of hours from `from` to before `to` by verdict. */
void trend_sum(const struct trend *trend, int64_t from, int64_t to, uint64_t sums[VERDICT_COUNT]);

#endif
