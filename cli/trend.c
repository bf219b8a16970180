#include "cli/trend.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define HEIGHTS 8

void
trend_clear(struct trend *trend)
{
	map_clear(&trend->map);
	arena_clear(&trend->arena);
	free(trend->cells);
	*trend = (struct trend){ .n = 0 };
}

static int64_t
hour_of(int64_t when)
{
	int64_t into = when % INSTANT_HOUR;

	return when - (into < 0 ? into + INSTANT_HOUR : into);
}

static struct trend_cell *
cell_of(struct trend *trend, int64_t hour, enum verdict_kind kind, cause_t cause)
{
	char key[sizeof hour + 2];
	struct span span = { key, sizeof key };
	struct trend_cell *cell;

	memcpy(key, &hour, sizeof hour);
	key[sizeof hour] = (char)kind;
	key[sizeof hour + 1] = (char)cause;
	cell = map_get(&trend->map, span);
	if (cell != NULL || trend->n == TREND_CELLS_MAX)
		return cell;
	if (trend->n == trend->room) {
		trend->room = trend->room == 0 ? 64 : 2 * trend->room;
		trend->cells =
			xreallocarray(trend->cells, trend->room, sizeof(struct trend_cell *));
	}
	cell = arena_alloc(&trend->arena, sizeof *cell);
	*cell = (struct trend_cell){ hour, kind, cause, 0 };
	trend->cells[trend->n++] = cell;
	map_put(&trend->map, arena_copy(&trend->arena, span), cell);
	return cell;
}

void
trend_add(struct trend *trend, int64_t when, enum verdict_kind kind, cause_t cause,
	uint64_t messages)
{
	struct trend_cell *cell =
		when == INSTANT_NONE ? NULL : cell_of(trend, hour_of(when), kind, cause);

	if (cell != NULL)
		cell->messages += messages;
}

int64_t
trend_begin(const struct trend *trend)
{
	int64_t begin = INSTANT_NONE;

	for (size_t i = 0; i < trend->n; i++)
		if (begin == INSTANT_NONE || trend->cells[i]->hour < begin)
			begin = trend->cells[i]->hour;
	return begin;
}

int64_t
trend_end(const struct trend *trend)
{
	int64_t end = INSTANT_NONE;

	for (size_t i = 0; i < trend->n; i++)
		if (end == INSTANT_NONE || trend->cells[i]->hour + INSTANT_HOUR > end)
			end = trend->cells[i]->hour + INSTANT_HOUR;
	return end;
}

void
trend_fill(const struct trend *trend, const struct trend_scale *scale, trend_choice *choice,
	const void *ctx, uint64_t steps[TREND_STEPS_MAX])
{
	memset(steps, 0, TREND_STEPS_MAX * sizeof *steps);
	for (size_t i = 0; i < trend->n; i++) {
		const struct trend_cell *cell = trend->cells[i];
		int64_t into = cell->hour + INSTANT_HOUR / 2 - scale->from;

		if (into >= 0 && into / scale->width < (int64_t)scale->n && choice(ctx, cell))
			steps[into / scale->width] += cell->messages;
	}
}

uint64_t
trend_sum(const struct trend *trend, int64_t from, int64_t to, trend_choice *choice,
	const void *ctx)
{
	struct trend_scale scale = { from, to - from, 1 };
	uint64_t steps[TREND_STEPS_MAX];

	if (to <= from)
		return 0;
	trend_fill(trend, &scale, choice, ctx, steps);
	return steps[0];
}

struct trend_scale
trend_scale_of(int64_t from, int64_t to, size_t most)
{
	static const int hours[] = { 1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 13 * 7 * 24,
		52 * 7 * 24 };
	struct trend_scale scale = { 0, INSTANT_HOUR, 0 };

	if (from == INSTANT_NONE || to == INSTANT_NONE)
		return scale;
	scale = (struct trend_scale){ hour_of(from), INSTANT_HOUR, 1 };
	if (most > TREND_STEPS_MAX)
		most = TREND_STEPS_MAX;
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
trend_spark(struct buf *out, const uint64_t *steps, size_t n, bool ascii)
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
