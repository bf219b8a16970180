#include "tui/ranking.h"

#include <stdlib.h>
#include <string.h>

static struct ranked *
row_of(struct ranked *ranked, size_t *n, enum verdict_kind verdict, cause_t cause)
{
	for (size_t i = 0; i < *n; i++)
		if (ranked[i].verdict == verdict && ranked[i].cause == cause)
			return &ranked[i];
	if (*n == RANKING_MAX)
		return &ranked[RANKING_MAX - 1];
	ranked[*n] = (struct ranked){ verdict, cause, 0, 0, INT64_MIN };
	return &ranked[(*n)++];
}

size_t
ranking_make(const struct trend *trend, int64_t from, int64_t to, struct ranked *ranked)
{
	size_t n = 0;

	for (size_t i = trend_at(trend, from - (to - from));
		i < trend->n && trend->cells[i].hour < to; i++) {
		const struct trend_cell *cell = &trend->cells[i];
		struct ranked *row;

		if (!verdict_is_finding((enum verdict_kind)cell->verdict))
			continue;
		row = row_of(ranked, &n, (enum verdict_kind)cell->verdict, cell->cause);
		if (cell->hour >= from)
			row->messages += cell->messages;
		else
			row->before += cell->messages;
		row->last_hour = cell->hour;
	}
	return n;
}

static int
by_cause(const struct ranked *a, const struct ranked *b)
{
	int order = strcmp(cause_id(a->cause), cause_id(b->cause));

	return order != 0 ? order : (int)a->verdict - (int)b->verdict;
}

static int
larger(int64_t a, int64_t b)
{
	return a > b ? -1 : a < b;
}

static int
by_messages(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = larger((int64_t)x->messages, (int64_t)y->messages);

	return order != 0 ? order : by_cause(x, y);
}

static int
by_change(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = larger((int64_t)x->messages - (int64_t)x->before,
		(int64_t)y->messages - (int64_t)y->before);

	return order != 0 ? order : by_messages(a, b);
}

static int
by_last(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = larger(x->last_hour, y->last_hour);

	return order != 0 ? order : by_messages(a, b);
}

static int
by_name(const void *a, const void *b)
{
	return by_cause(a, b);
}

void
ranking_sort(struct ranked *ranked, size_t n, enum ranking_order order, bool inverted)
{
	static int (*const orders[RANKING_ORDERS])(const void *, const void *) = {
		[RANKING_MESSAGES] = by_messages,
		[RANKING_CHANGE] = by_change,
		[RANKING_LAST] = by_last,
		[RANKING_CAUSE] = by_name,
	};

	if (n > 1)
		qsort(ranked, n, sizeof *ranked, orders[order]);
	for (size_t i = 0; inverted && i < n / 2; i++) {
		struct ranked kept = ranked[i];

		ranked[i] = ranked[n - 1 - i];
		ranked[n - 1 - i] = kept;
	}
}

void
ranking_course(const struct trend *trend, int64_t from, int64_t to, enum verdict_kind verdict,
	cause_t cause, uint64_t *values, size_t n)
{
	memset(values, 0, n * sizeof *values);
	for (size_t i = trend_at(trend, from); i < trend->n && trend->cells[i].hour < to; i++) {
		const struct trend_cell *cell = &trend->cells[i];
		size_t at = (size_t)((cell->hour - from) * (int64_t)n / (to - from));

		if (verdict == VERDICT_COUNT ? verdict_is_finding((enum verdict_kind)cell->verdict)
					     : cell->verdict == verdict && cell->cause == cause)
			values[at] += cell->messages;
	}
}

void
ranking_signed(const struct trend *trend, int64_t from, uint64_t *permille, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t sums[VERDICT_COUNT], own;

		trend_sum(trend, from + (int64_t)i, from + (int64_t)i + 1, sums);
		own = sums[VERDICT_SIGNED] + verdict_wrongs(sums);
		permille[i] = own == 0 ? UINT64_MAX : sums[VERDICT_SIGNED] * 1000 / own;
	}
}
