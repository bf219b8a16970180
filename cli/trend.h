/*
 * trend.h - how many messages there were when, by verdict and cause, hour by hour.
 *
 * Messages may come in any order. Bounded: of an hour, a verdict and a cause there is one cell, and
 * of cells TREND_CELLS_MAX; what would need more is left out, since a trend is a picture.
 */
#ifndef CLI_TREND_H
#define CLI_TREND_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/map.h"
#include "rules/cause.h"

#define TREND_CELLS_MAX 200000
#define TREND_STEPS_MAX 64

struct trend_cell {
	int64_t hour; /* the instant it begins */
	enum verdict_kind kind;
	cause_t cause;
	uint64_t messages;
};

struct trend {
	struct arena arena;
	struct map map;
	struct trend_cell **cells;
	size_t n, room;
};

/* A row of equal steps of time. */
struct trend_scale {
	int64_t from, width;
	size_t n; /* at most TREND_STEPS_MAX */
};

void trend_clear(struct trend *trend);

/* Messages of INSTANT_NONE are left out. */
void trend_add(struct trend *trend, int64_t when, enum verdict_kind kind, cause_t cause,
	uint64_t messages);

/* The beginning of the earliest hour with messages; INSTANT_NONE: there is none. */
int64_t trend_begin(const struct trend *trend);

/* The end of the last one, likewise. */
int64_t trend_end(const struct trend *trend);

/* Does a cell count? */
typedef bool trend_choice(const void *ctx, const struct trend_cell *cell);

/* The messages of each step. A cell belongs to the step in which its middle lies. */
void trend_fill(const struct trend *trend, const struct trend_scale *scale, trend_choice *choice,
	const void *ctx, uint64_t steps[TREND_STEPS_MAX]);

/* The messages of one step. */
uint64_t trend_sum(const struct trend *trend, int64_t from, int64_t to, trend_choice *choice,
	const void *ctx);

/* From `from` to `to` in at most `most` steps of whole hours or days that people count in. */
struct trend_scale trend_scale_of(int64_t from, int64_t to, size_t most);

/* Append the steps as bars of eight heights (in ASCII: digits); a dot is none at all. */
void trend_spark(struct buf *out, const uint64_t *steps, size_t n, bool ascii);

#endif
