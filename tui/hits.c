#include "tui/hits.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "tui/data.h"

#define PART 500 /* read at once: rows of a rare cause lie far from each other */

/* A count that goes on part by part. */
struct hit_count {
	struct map keys[HIT_DIMENSIONS];
	struct arena arena;
	uint64_t counted;
	int64_t saved; /* up to then there are lines */
	const struct browse_row *told;
	struct browse_place place;
	size_t parts;
};

/* Rows come from the last to the first. */
static bool
is_better(const struct hit_count *count, const struct browse_row *row,
	const struct browse_row *before)
{
	return before == NULL || (row->first <= count->saved && before->first > count->saved);
}

/* The row as a copy, one for all that it is better for. */
static const struct browse_row *
keep(struct hit_count *count, const struct browse_row *row, const struct browse_row **copy)
{
	if (*copy == NULL) {
		struct browse_row *made = arena_alloc(&count->arena, sizeof *made);

		*made = browse_copy_row(&count->arena, row);
		*copy = made;
	}
	return *copy;
}

static void
take_hit(void *ctx, const struct browse_row *row)
{
	struct hit_count *count = ctx;
	struct span author = row->author.n > 0 ? row->author : row->sender;
	const struct span keys[HIT_DIMENSIONS] = {
		[HIT_DOMAIN] = address_domain(author),
		[HIT_AUTHOR] = author,
		[HIT_CLIENT] = row->client_name.n > 0 && !span_eq(row->client_name, SPAN("unknown"))
		                       ? row->client_name
		                       : row->client_ip,
		[HIT_LOGIN] = row->sasl_username,
	};

	const struct browse_row *copy = NULL;

	count->counted++;
	if (is_better(count, row, count->told))
		count->told = keep(count, row, &copy);
	for (int i = 0; i < HIT_DIMENSIONS; i++) {
		struct hits_row *hit = map_get(&count->keys[i], keys[i]);

		if (hit == NULL) {
			hit = arena_alloc(&count->arena, sizeof *hit);
			*hit = (struct hits_row){ arena_copy(&count->arena, keys[i]), 0, NULL };
			map_put(&count->keys[i], hit->key, hit);
		}
		hit->messages++;
		if (is_better(count, row, hit->told))
			hit->told = keep(count, row, &copy);
	}
}

static bool
is_more(const struct hits_row *a, const struct hits_row *b)
{
	return a->messages != b->messages ? a->messages > b->messages
	                                  : span_compare(a->key, b->key) < 0;
}

/* Into its place among the most frequent. */
static void
rank_hit(struct hits *hits, int dimension, const struct hits_row *hit)
{
	struct hits_row *rows = hits->rows[dimension];
	size_t *n = &hits->n[dimension], at;

	if (*n == HITS_SHOWN) {
		hits->others[dimension]++;
		if (!is_more(hit, &rows[*n - 1]))
			return;
		(*n)--;
	}
	for (at = *n; at > 0 && is_more(hit, &rows[at - 1]); at--)
		rows[at] = rows[at - 1];
	rows[at] = *hit;
	(*n)++;
}

/* What is known by now is shown; it lies in the count until that is over. */
static void
show(struct hits *hits, const struct hit_count *count)
{
	memset(hits->n, 0, sizeof hits->n);
	memset(hits->others, 0, sizeof hits->others);
	for (int i = 0; i < HIT_DIMENSIONS; i++) {
		const struct map_entry *entry;
		size_t at = 0;

		while ((entry = map_next(&count->keys[i], &at)) != NULL)
			rank_hit(hits, i, entry->value);
	}
	hits->counted = count->counted;
	hits->told = count->told;
}

/* Its arena stays. */
static void
end_count(struct hits *hits)
{
	for (int i = 0; hits->going != NULL && i < HIT_DIMENSIONS; i++)
		map_clear(&hits->going->keys[i]);
	free(hits->going);
	hits->going = NULL;
}

void
hits_clear(struct hits *hits)
{
	if (hits->going != NULL)
		arena_clear(&hits->going->arena);
	end_count(hits);
	arena_clear(&hits->arena);
	*hits = (struct hits){ .verdict = hits->verdict, .cause = hits->cause, .stale = true };
}

static int
begin_count(struct data *data)
{
	struct hit_count *count = xcalloc(1, sizeof *count);

	data->hits.stale = false;
	data->hits.going = count;
	count->place = BROWSE_NEWEST;
	return browse_saved(data->store, &count->saved, &data->failure);
}

/* 1: there is more to be counted. 0: that was all. -1: failed. */
static int
count_part(struct data *data)
{
	const struct hits *hits = &data->hits;
	struct filter filter = data->filter; /* borrows its words */
	const struct browse_page page = { &filter, true, true, PART, PART };

	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		filter.verdicts[kind] &= kind == (int)hits->verdict;
	for (int cause = 0; cause < CAUSE_COUNT; cause++)
		filter.causes[cause] &= cause == hits->cause;
	hits->going->parts++;
	return browse_messages(data->store, &page, &hits->going->place, take_hit, hits->going,
		&data->failure);
}

int
hits_step(struct data *data)
{
	struct hits *hits = &data->hits;
	struct hit_count *count;
	int rc = hits->going == NULL ? begin_count(data) : 0;
	bool over;

	if (rc == 0)
		rc = count_part(data);
	count = hits->going;
	over = rc <= 0 || count->parts == HITS_COUNTED / PART;
	/* What was counted before stands until the same is counted anew. */
	if (over || count->counted > hits->counted)
		show(hits, count);
	if (over) {
		hits->all = rc == 0;
		arena_clear(&hits->arena);
		hits->arena = count->arena;
		end_count(hits);
	}
	return rc < 0 ? -1 : 0;
}

bool
hits_are_waiting(const struct hits *hits)
{
	return hits->stale || hits->going != NULL;
}

void
hits_want(struct data *data, enum verdict_kind verdict, cause_t cause)
{
	struct hits *hits = &data->hits;

	if (hits->verdict != verdict || hits->cause != cause) {
		hits_clear(hits);
		hits->verdict = verdict;
		hits->cause = cause;
	}
	/* The first of them for the first picture. */
	if (hits->stale && hits->counted == 0)
		(void)hits_step(data);
}
