#include "cli/curve.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define HEIGHTS 8

void
curve_clear(struct curve *curve)
{
	map_clear(&curve->map);
	arena_clear(&curve->arena);
	free(curve->cells);
	*curve = (struct curve){ .n = 0 };
}

static int64_t
hour_of(int64_t when)
{
	int64_t into = when % INSTANT_HOUR;

	return when - (into < 0 ? into + INSTANT_HOUR : into);
}

static struct curve_cell *
cell_of(struct curve *curve, int64_t hour, enum verdict_kind kind, cause_t cause)
{
	char key[sizeof hour + 2];
	struct span span = { key, sizeof key };
	struct curve_cell *cell;

	memcpy(key, &hour, sizeof hour);
	key[sizeof hour] = (char)kind;
	key[sizeof hour + 1] = (char)cause;
	cell = map_get(&curve->map, span);
	if (cell != NULL || curve->n == CURVE_CELLS_MAX)
		return cell;
	curve->cells = xgrow(curve->cells, curve->n, &curve->room, sizeof(struct curve_cell *));
	cell = arena_alloc(&curve->arena, sizeof *cell);
	*cell = (struct curve_cell){ hour, kind, cause, 0 };
	curve->cells[curve->n++] = cell;
	map_put(&curve->map, arena_copy(&curve->arena, span), cell);
	return cell;
}

void
curve_add(struct curve *curve, int64_t when, enum verdict_kind kind, cause_t cause,
	uint64_t messages)
{
	struct curve_cell *cell = curve->last[kind];

	if (when == INSTANT_NONE)
		return;
	if (cell == NULL || cell->cause != cause || when < cell->hour ||
		when - cell->hour >= INSTANT_HOUR)
		cell = curve->last[kind] = cell_of(curve, hour_of(when), kind, cause);
	if (cell != NULL)
		cell->messages += messages;
}

int64_t
curve_begin(const struct curve *curve)
{
	int64_t begin = INSTANT_NONE;

	for (size_t i = 0; i < curve->n; i++)
		if (begin == INSTANT_NONE || curve->cells[i]->hour < begin)
			begin = curve->cells[i]->hour;
	return begin;
}

int64_t
curve_end(const struct curve *curve)
{
	int64_t end = INSTANT_NONE;

	for (size_t i = 0; i < curve->n; i++)
		if (end == INSTANT_NONE || curve->cells[i]->hour + INSTANT_HOUR > end)
			end = curve->cells[i]->hour + INSTANT_HOUR;
	return end;
}

bool
curve_of_verdict(const void *ctx, const struct curve_cell *cell)
{
	return cell->kind == *(const enum verdict_kind *)ctx;
}

void
curve_fill(const struct curve *curve, const struct curve_scale *scale, curve_choice *choice,
	const void *ctx, uint64_t steps[CURVE_STEPS_MAX])
{
	memset(steps, 0, CURVE_STEPS_MAX * sizeof *steps);
	for (size_t i = 0; i < curve->n; i++) {
		const struct curve_cell *cell = curve->cells[i];
		int64_t into = cell->hour + INSTANT_HOUR / 2 - scale->from;

		if (into >= 0 && into / scale->width < (int64_t)scale->n && choice(ctx, cell))
			steps[into / scale->width] += cell->messages;
	}
}

uint64_t
curve_sum(const struct curve *curve, int64_t from, int64_t to, curve_choice *choice,
	const void *ctx)
{
	struct curve_scale scale = { from, to - from, 1 };
	uint64_t steps[CURVE_STEPS_MAX];

	if (to <= from)
		return 0;
	curve_fill(curve, &scale, choice, ctx, steps);
	return steps[0];
}

struct curve_scale
curve_scale_of(int64_t from, int64_t to, size_t most)
{
	static const int hours[] = { 1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 13 * 7 * 24,
		52 * 7 * 24 };
	struct curve_scale scale = { 0, INSTANT_HOUR, 0 };

	if (from == INSTANT_NONE || to == INSTANT_NONE)
		return scale;
	scale = (struct curve_scale){ hour_of(from), INSTANT_HOUR, 1 };
	if (most > CURVE_STEPS_MAX)
		most = CURVE_STEPS_MAX;
	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
		scale.width = hours[i] * INSTANT_HOUR;
		if ((to - scale.from) / scale.width < (int64_t)most)
			break;
	}
	if (to > scale.from)
		scale.n = (size_t)((to - scale.from - 1) / scale.width) + 1;
	if (scale.n > most)
		scale.n = most;
	return scale;
}

void
curve_spark(struct buf *out, const uint64_t *steps, size_t n, bool ascii)
{
	uint64_t most = 1;

	for (size_t i = 0; i < n; i++)
		if (steps[i] > most)
			most = steps[i];
	for (size_t i = 0; i < n; i++) {
		/* However small against the largest, it is seen. */
		uint64_t height = (steps[i] * HEIGHTS + most - 1) / most;

		if (height == 0)
			utf8_add(out, ascii ? '.' : 0xB7);
		else
			utf8_add(out, ascii ? '0' + (uint32_t)height : 0x2580 + (uint32_t)height);
	}
}
