#include "cli/tally.h"

#include <stdlib.h>

#include "base/alloc.h"

void
tally_clear(struct tally *tally)
{
	map_clear(&tally->map);
	arena_clear(&tally->arena);
	free(tally->rows);
	*tally = (struct tally){ .n = 0 };
}

static struct tally_row *
new_row(struct tally *tally, struct span key)
{
	struct tally_row *row = arena_alloc(&tally->arena, sizeof *row);

	tally->rows = xgrow(tally->rows, tally->n, &tally->room, sizeof(struct tally_row *));
	*row = (struct tally_row){ .key = key };
	tally->rows[tally->n++] = row;
	return row;
}

static struct tally_row *
row_of(struct tally *tally, struct span key)
{
	struct tally_row *row;

	if (key.n == 0) {
		if (tally->none == NULL)
			tally->none = new_row(tally, SPAN_NONE);
		return tally->none;
	}
	if (tally->last != NULL && span_eq(tally->last->key, key))
		return tally->last;
	row = map_get(&tally->map, key);
	if (row != NULL)
		return tally->last = row;
	if (tally->n < TALLY_KEYS_MAX) {
		row = new_row(tally, arena_copy(&tally->arena, key));
		map_put(&tally->map, row->key, row);
		return row;
	}
	if (tally->others == NULL) {
		tally->others = new_row(tally, SPAN_NONE);
		tally->others->others = true;
	}
	return tally->others;
}

void
tally_add(struct tally *tally, struct span key, enum verdict_kind verdict, uint64_t messages)
{
	struct tally_row *row = row_of(tally, key);

	row->count += messages;
	row->verdicts[verdict] += messages;
}

struct span
tally_label(const struct tally_row *row, enum lang lang, enum word none)
{
	if (row->others)
		return span_of(word(lang, WORD_OTHERS));
	return row->key.n > 0 ? row->key : span_of(word(lang, none));
}

static int
compare_keys(const void *a, const void *b)
{
	const struct tally_row *const *x = a, *const *y = b;

	return span_compare((*x)->key, (*y)->key);
}

static int
compare_counts(const void *a, const void *b)
{
	const struct tally_row *const *x = a, *const *y = b;

	if ((*x)->count != (*y)->count)
		return (*x)->count > (*y)->count ? -1 : 1;
	return compare_keys(a, b);
}

void
tally_sort(struct tally *tally, bool by_key)
{
	if (tally->n > 1)
		qsort(tally->rows, tally->n, sizeof(struct tally_row *),
			by_key ? compare_keys : compare_counts);
}
