#include "tui/trend.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void
trend_clear(struct trend *trend)
{
	free(trend->cells);
	*trend = (struct trend)TREND_INIT;
}

size_t
trend_at(const struct trend *trend, int64_t hour)
{
	size_t low = 0, high = trend->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (trend->cells[middle].hour < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
trend_put(struct trend *trend, int64_t from, int64_t to, const struct trend_cell *cells, size_t n)
{
	size_t begin = trend_at(trend, from), end = trend_at(trend, to);
	size_t rest = trend->n - end;
	struct trend_cell *all = xreallocarray(NULL, begin + n + rest + 1, sizeof *all);

	if (begin > 0)
		memcpy(all, trend->cells, begin * sizeof *all);
	if (n > 0)
		memcpy(all + begin, cells, n * sizeof *all);
	if (rest > 0)
		memcpy(all + begin + n, trend->cells + end, rest * sizeof *all);
	free(trend->cells);
	trend->cells = all;
	trend->n = begin + n + rest;
	if (from < trend->from)
		trend->from = from;
}

void
trend_gather_add(struct trend_gather *gather, int64_t hour, enum verdict_kind verdict,
	cause_t cause, uint64_t messages)
{
	/* Hosts and domains of one hour follow each other; its cells are few. */
	for (size_t i = gather->n; i-- > 0 && gather->cells[i].hour == hour;)
		if (gather->cells[i].verdict == verdict && gather->cells[i].cause == cause) {
			gather->cells[i].messages += messages;
			return;
		}
	gather->cells = xgrow(gather->cells, gather->n, &gather->room, sizeof *gather->cells);
	gather->cells[gather->n++] =
		(struct trend_cell){ hour, messages, (unsigned char)verdict, cause };
}

void
trend_sum(const struct trend *trend, int64_t from, int64_t to, uint64_t sums[VERDICT_COUNT])
{
	for (int i = 0; i < VERDICT_COUNT; i++)
		sums[i] = 0;
	for (size_t i = trend_at(trend, from); i < trend->n && trend->cells[i].hour < to; i++)
		sums[trend->cells[i].verdict] += trend->cells[i].messages;
}
