#include "cli/tally.h"

#include <stdlib.h>

#include "base/alloc.h"

#define VERDICTS_SIZE (VERDICT_COUNT * sizeof(uint64_t))

void
tally_clear(struct tally *tally)
{
	free(tally->slots);
	arena_clear(&tally->arena);
	free(tally->rows);
	*tally = (struct tally){ .apart = tally->apart };
}

static struct tally_row *
new_row(struct tally *tally, struct span key)
{
	size_t size = sizeof(struct tally_row) + (tally->apart ? VERDICTS_SIZE : 0);
	struct tally_row *row = arena_alloc(&tally->arena, size);

	tally->rows = xgrow(tally->rows, tally->n, &tally->room, sizeof(struct tally_row *));
	memset(row, 0, size);
	row->key = key;
	tally->rows[tally->n++] = row;
	return row;
}

/* The slot of a key, or the free one where it would go. */
static uint32_t *
slot_of(const struct tally *tally, struct span key, uint32_t hash)
{
	size_t i = hash & (tally->nslots - 1);

	for (;; i = (i + 1) & (tally->nslots - 1)) {
		const struct tally_row *row =
			tally->slots[i] == 0 ? NULL : tally->rows[tally->slots[i] - 1];

		if (row == NULL || (row->hash == hash && span_eq(row->key, key)))
			return &tally->slots[i];
	}
}

/* Rows without a key have no slot. */
static void
fill_slots(struct tally *tally, size_t nslots)
{
	free(tally->slots);
	tally->slots = xcalloc(nslots, sizeof *tally->slots);
	tally->nslots = nslots;
	for (size_t i = 0; i < tally->n; i++)
		if (tally->rows[i]->key.n > 0)
			*slot_of(tally, tally->rows[i]->key, tally->rows[i]->hash) =
				(uint32_t)(i + 1);
}

static struct tally_row *
row_of(struct tally *tally, struct span key)
{
	uint32_t hash, *slot;
	struct tally_row *row;

	if (key.n == 0) {
		if (tally->none == NULL)
			tally->none = new_row(tally, SPAN_NONE);
		return tally->none;
	}
	if (tally->last != NULL && span_eq(tally->last->key, key))
		return tally->last;
	if (2 * tally->n >= tally->nslots)
		fill_slots(tally, tally->nslots == 0 ? 32 : 2 * tally->nslots);
	hash = (uint32_t)span_hash(key);
	slot = slot_of(tally, key, hash);
	if (*slot != 0)
		return tally->last = tally->rows[*slot - 1];
	if (tally->n < TALLY_KEYS_MAX) {
		row = new_row(tally, arena_copy(&tally->arena, key));
		row->hash = hash;
		*slot = (uint32_t)tally->n;
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
	if (tally->apart)
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
	if (tally->nslots > 0) /* they have other places now */
		fill_slots(tally, tally->nslots);
}
