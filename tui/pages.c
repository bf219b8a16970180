#include "tui/pages.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/data.h"

#define FIND_PARTS 3 /* of PAGES_LOOK rows each, for one key */

void
pages_clear(struct pages *messages)
{
	free(messages->rows);
	messages->rows = NULL;
	messages->n = 0;
	arena_clear(&messages->arena);
}

bool
pages_same(const struct browse_row *a, const struct browse_row *b)
{
	return a->first == b->first && span_eq(a->queue_id, b->queue_id) &&
	       span_eq(a->host, b->host);
}

struct page_rows {
	struct arena *arena;
	struct browse_row *rows;
	size_t n, room;
};

static void
take_row(void *ctx, const struct browse_row *row)
{
	struct page_rows *page = ctx;

	page->rows = xgrow(page->rows, page->n, &page->room, sizeof *page->rows);
	page->rows[page->n++] = browse_copy_row(page->arena, row);
}

static struct browse_page
page_of(const struct data *data, bool older, size_t max)
{
	return (struct browse_page){ &data->list, data->messages.findings, older, max, PAGES_LOOK };
}

static struct browse_place
place_of(const struct browse_row *row)
{
	return (struct browse_place){ row->first, row->id };
}

/* The rows behind place become the first, or the last, of those that are held. */
static int
add_page(struct data *data, bool below, struct browse_place place, size_t max)
{
	struct pages *messages = &data->messages;
	struct page_rows page = { &messages->arena, NULL, 0, 0 };
	bool older = messages->newest_first == below;
	const struct browse_page asked = page_of(data, older, max);
	int rc = browse_messages(data->store, &asked, &place, take_row, &page, &data->failure);

	if (rc < 0) {
		free(page.rows);
		return -1;
	}
	messages->rows =
		xreallocarray(messages->rows, messages->n + page.n + 1, sizeof *messages->rows);
	if (below) {
		for (size_t i = 0; i < page.n; i++)
			messages->rows[messages->n + i] = page.rows[i];
		messages->more_below = rc > 0;
	} else {
		memmove(messages->rows + page.n, messages->rows,
			messages->n * sizeof *messages->rows);
		for (size_t i = 0; i < page.n; i++)
			messages->rows[page.n - 1 - i] = page.rows[i];
		messages->more_above = rc > 0;
	}
	messages->n += page.n;
	messages->seen = place;
	messages->seeking = below && rc > 0 && page.n < max;
	free(page.rows);
	return 0;
}

void
pages_restart(struct data *data)
{
	struct pages *messages = &data->messages;

	pages_clear(messages);
	messages->more_above = false;
	messages->seeking = false;
	data->stale_messages = false;
	(void)add_page(data, true, messages->newest_first ? BROWSE_NEWEST : BROWSE_OLDEST,
		PAGES_ROWS);
}

void
pages_go_to(struct data *data, int64_t when)
{
	struct pages *messages = &data->messages;
	struct browse_place place = { when, messages->newest_first ? INT64_MAX : INT64_MIN };

	pages_clear(messages);
	messages->more_above = true;
	data->stale_messages = false;
	(void)add_page(data, true, place, PAGES_ROWS);
}

/* The last page, read from the other end. */
void
pages_go_to_end(struct data *data)
{
	struct pages *messages = &data->messages;

	pages_clear(messages);
	(void)add_page(data, false, messages->newest_first ? BROWSE_OLDEST : BROWSE_NEWEST,
		PAGES_ROWS);
	messages->more_below = messages->seeking = false;
}

struct found {
	struct arena arena;
	bool is;
	struct browse_row row;
};

static void
take_found(void *ctx, const struct browse_row *row)
{
	struct found *found = ctx;

	found->is = true;
	found->row = browse_copy_row(&found->arena, row);
}

/* Its place among those that are held; their number, when it is not. */
static size_t
find_row(const struct pages *messages, const struct browse_row *row)
{
	size_t i = 0;

	while (i < messages->n && !pages_same(&messages->rows[i], row))
		i++;
	return i;
}

/* Its page; where it is held already, nothing changes. */
static size_t
show_row(struct data *data, const struct browse_row *row)
{
	struct pages *messages = &data->messages;
	struct browse_place place = place_of(row);
	size_t at = find_row(messages, row);

	if (at < messages->n)
		return at;
	place.id += messages->newest_first ? 1 : -1;
	pages_clear(messages);
	messages->more_above = true;
	(void)add_page(data, true, place, PAGES_ROWS);
	return 0;
}

int
pages_find(struct data *data, enum verdict_kind verdict, bool below, size_t *i)
{
	struct pages *messages = &data->messages;
	struct filter filter = data->list; /* borrows its words */
	const struct browse_page page = { &filter, false, messages->newest_first == below, 1,
		PAGES_LOOK };
	struct browse_place place;
	struct found found = { .is = false };
	int rc = 1;

	if (messages->n == 0)
		return 0;
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		filter.verdicts[kind] &= kind == (int)verdict;
	place = place_of(&messages->rows[*i]);
	for (int part = 0; part < FIND_PARTS && rc > 0 && !found.is; part++)
		rc = browse_messages(data->store, &page, &place, take_found, &found,
			&data->failure);
	if (found.is)
		*i = show_row(data, &found.row);
	arena_clear(&found.arena);
	return found.is ? 1 : rc > 0 ? -1 : 0;
}

/* What is held is bounded: what is far away goes, and is read again when it is come back to. */
static void
trim(struct pages *messages, bool below)
{
	size_t beyond = messages->n > PAGES_HELD ? messages->n - PAGES_HELD : 0;
	struct arena arena = ARENA_INIT;

	if (beyond == 0)
		return;
	if (below) {
		memmove(messages->rows, messages->rows + beyond,
			PAGES_HELD * sizeof *messages->rows);
		messages->more_above = true;
	} else {
		messages->more_below = true;
	}
	messages->n = PAGES_HELD;
	for (size_t i = 0; i < messages->n; i++)
		messages->rows[i] = browse_copy_row(&arena, &messages->rows[i]);
	arena_clear(&messages->arena);
	messages->arena = arena;
}

void
pages_more(struct data *data, bool below)
{
	struct pages *messages = &data->messages;
	struct browse_place place;

	if (below ? !messages->more_below : !messages->more_above)
		return;
	if (below && messages->seeking)
		place = messages->seen;
	else if (messages->n == 0)
		place = messages->newest_first ? BROWSE_NEWEST : BROWSE_OLDEST;
	else
		place = place_of(&messages->rows[below ? messages->n - 1 : 0]);
	if (add_page(data, below, place, PAGES_ROWS) == 0)
		trim(messages, below);
}

/* Does it stand further below, if anywhere? */
static bool
is_below(const struct pages *messages, const struct browse_row *row)
{
	int64_t last;

	if (messages->n == 0 || !messages->more_below)
		return messages->more_below;
	last = messages->rows[messages->n - 1].first;
	return messages->newest_first ? last >= row->first : last <= row->first;
}

size_t
pages_seek(struct data *data, const struct browse_row *row)
{
	struct pages *messages = &data->messages;
	size_t at = find_row(messages, row);

	/*
	 * So many may have come above it that it is not among those that were read again. Where few
	 * fit, the next page may be far.
	 */
	for (size_t n = 0; n < PAGES_HELD / PAGES_ROWS && at == messages->n; n++) {
		if (messages->seeking || !is_below(messages, row))
			break;
		pages_more(data, true);
		at = find_row(messages, row);
	}
	if (at == messages->n && is_below(messages, row)) {
		pages_go_to(data, row->first);
		at = find_row(messages, row);
	}
	if (at < messages->n)
		return at;
	for (size_t i = 0; i < messages->n; i++)
		if (messages->newest_first ? messages->rows[i].first <= row->first
					   : messages->rows[i].first >= row->first)
			return i;
	return messages->n > 0 ? messages->n - 1 : 0;
}

/* The same rows as they are by now; at the top, and those that came. */
int
pages_read_again(struct data *data)
{
	struct pages *messages = &data->messages, before = *messages;
	size_t wanted = before.n > PAGES_ROWS ? before.n : PAGES_ROWS;
	struct browse_place place = before.newest_first ? BROWSE_NEWEST : BROWSE_OLDEST;
	int rc;

	data->stale_messages = false;
	if (before.more_above && before.n > 0) {
		place = place_of(&before.rows[0]);
		place.id = before.newest_first ? INT64_MAX : INT64_MIN;
	}
	messages->rows = NULL;
	messages->n = 0;
	messages->arena = (struct arena)ARENA_INIT;
	rc = add_page(data, true, place, wanted);
	if (rc < 0) {
		*messages = before;
		return -1;
	}
	pages_clear(&before);
	return 0;
}

static void
take_newest(void *ctx, const struct browse_row *row)
{
	struct pages_newest *newest = ctx;

	newest->rows[newest->n++] = browse_copy_row(&newest->arena, row);
}

int
pages_read_newest(struct data *data)
{
	struct pages_newest *newest = &data->newest;
	const struct browse_page page = { &data->filter, true, true, PAGES_NEWEST, PAGES_LOOK };
	struct browse_place place = BROWSE_NEWEST;

	arena_clear(&newest->arena);
	newest->n = 0;
	return browse_messages(data->store, &page, &place, take_newest, newest, &data->failure) < 0
	               ? -1
	               : 0;
}
