/*
 * curve.h - how many messages there were when, by verdict and cause, hour by hour.
 *
 * Messages may come in any order. Bounded: of an hour, a verdict and a cause there is one cell, and
 * of cells CURVE_CELLS_MAX; what would need more is left out, since a trend is a picture.
 */
#ifndef CLI_CURVE_H
#define CLI_CURVE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/map.h"
#include "rules/cause.h"

#define CURVE_CELLS_MAX 200000
#define CURVE_STEPS_MAX 64

struct curve_cell {
	int64_t hour; /* the instant it begins */
	enum verdict_kind kind;
	cause_t cause;
	uint64_t messages;
};

struct curve {
	struct arena arena;
	struct map map;
	struct curve_cell **cells;
	size_t n, room;
	struct curve_cell
		*last[VERDICT_COUNT]; /* to which the last message of each verdict went; or NULL */
};

/* A row of equal steps of time. */
struct curve_scale {
	int64_t from, width;
	size_t n; /* at most CURVE_STEPS_MAX */
};

void curve_clear(struct curve *curve);

/* Messages of INSTANT_NONE are left out. */
void curve_add(struct curve *curve, int64_t when, enum verdict_kind kind, cause_t cause,
	uint64_t messages);

/* The beginning of the earliest hour with messages; INSTANT_NONE: there is none. */
int64_t curve_begin(const struct curve *curve);

/* The end of the last one, likewise. */
int64_t curve_end(const struct curve *curve);

/* Does a cell count? */
typedef bool curve_choice(const void *ctx, const struct curve_cell *cell);

/* Those of a verdict; ctx: const enum verdict_kind *. */
curve_choice curve_of_verdict;

/* The messages of each step. A cell belongs to the step in which its middle lies. */
void curve_fill(const struct curve *curve, const struct curve_scale *scale, curve_choice *choice,
	const void *ctx, uint64_t steps[CURVE_STEPS_MAX]);

/* The messages of one step. */
uint64_t curve_sum(const struct curve *curve, int64_t from, int64_t to, curve_choice *choice,
	const void *ctx);

/* From `from` to `to` in at most `most` steps of whole hours or days that people count in. */
struct curve_scale curve_scale_of(int64_t from, int64_t to, size_t most);

/* Append the steps as bars of eight heights (in ASCII: digits); a dot is none at all. */
void curve_spark(struct buf *out, const uint64_t *steps, size_t n, bool ascii);

#endif
