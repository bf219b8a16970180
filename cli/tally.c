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
row_of(struct tally *tally, struct span key)
{
	struct tally_row *row = map_get(&tally->map, key);

	if (row != NULL)
		return row;
	if (tally->n >= TALLY_KEYS_MAX && !span_eq(key, SPAN("(others)")))
		return row_of(tally, SPAN("(others)"));
	if (tally->n == tally->room) {
		tally->room = tally->room == 0 ? 16 : 2 * tally->room;
		tally->rows = xreallocarray(tally->rows, tally->room, sizeof(struct tally_row *));
	}
	row = arena_alloc(&tally->arena, sizeof *row);
	*row = (struct tally_row){ .key = arena_copy(&tally->arena, key), .first = INSTANT_NONE,
		.last = INSTANT_NONE };
	tally->rows[tally->n++] = row;
	map_put(&tally->map, row->key, row);
	return row;
}

void
tally_add(struct tally *tally, struct span key, const struct message *message)
{
	struct tally_row *row = row_of(tally, key.n > 0 ? key : SPAN("(not known)"));

	row->count++;
	row->verdicts[message->verdict.kind]++;
	if (message->first != INSTANT_NONE) {
		if (row->first == INSTANT_NONE || message->first < row->first)
			row->first = message->first;
		if (row->last == INSTANT_NONE || message->first > row->last)
			row->last = message->first;
	}
	tally->sorted = false;
}

static int
by_count(const void *a, const void *b)
{
	const struct tally_row *const *x = a, *const *y = b;

	if ((*x)->count != (*y)->count)
		return (*x)->count > (*y)->count ? -1 : 1;
	return span_compare((*x)->key, (*y)->key);
}

const struct tally_row *
tally_get(struct tally *tally, size_t i)
{
	if (!tally->sorted && tally->n > 1)
		qsort(tally->rows, tally->n, sizeof *tally->rows, by_count);
	tally->sorted = true;
	return i < tally->n ? tally->rows[i] : NULL;
}
