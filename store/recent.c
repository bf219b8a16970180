#include "store/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/instant.h"

#define RECENT_MAX ((size_t)65536) /* the oldest of more are forgotten */

struct entry {
	uint64_t digest;
	int64_t last;
};

struct recent {
	uint64_t key;
	struct entry *entries; /* those of before, by digest, then those of now */
	size_t n, room;
	size_t nbefore;
	int64_t last;
};

/* They come nearly in the order of time: the first of now are the oldest. */
static void
forget_oldest(struct recent *recent)
{
	struct entry *now = recent->entries + recent->nbefore;

	memmove(now, now + RECENT_MAX, RECENT_MAX * sizeof *now);
	recent->n -= RECENT_MAX;
}

static void
add(struct recent *recent, uint64_t digest, int64_t last)
{
	if (recent->n == recent->nbefore + 2 * RECENT_MAX)
		forget_oldest(recent);
	recent->entries = xgrow(recent->entries, recent->n, &recent->room, sizeof *recent->entries);
	recent->entries[recent->n++] = (struct entry){ digest, last };
	if (recent->last == INSTANT_NONE || last > recent->last)
		recent->last = last;
}

static int
by_digest(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->digest < y->digest ? -1 : x->digest > y->digest;
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->last > y->last ? -1 : x->last < y->last;
}

struct recent *
recent_new(struct db *db, uint64_t key, struct error *err)
{
	struct db_statement *get =
		db_prepare(db, "SELECT value FROM meta WHERE key = 'recent'", err);
	struct recent *recent;
	struct span blob;
	int rc = get == NULL ? -1 : db_step(get, err);

	if (rc < 0)
		return NULL;
	recent = xcalloc(1, sizeof *recent);
	recent->key = key;
	recent->last = INSTANT_NONE;
	if (rc == 0)
		return recent;
	blob = db_text(get, 0);
	for (struct entry entry; blob.n >= sizeof entry; blob = span_from(blob, sizeof entry)) {
		memcpy(&entry, blob.p, sizeof entry);
		add(recent, entry.digest, entry.last);
	}
	db_reset(get);
	recent->nbefore = recent->n;
	if (recent->n > 1)
		qsort(recent->entries, recent->n, sizeof *recent->entries, by_digest);
	return recent;
}

void
recent_free(struct recent *recent)
{
	if (recent == NULL)
		return;
	free(recent->entries);
	free(recent);
}

static uint64_t
digest_of(const struct recent *recent, const struct message *message)
{
	return span_digest(message->queue_id, span_digest(message->host, recent->key));
}

void
recent_add(struct recent *recent, const struct message *message)
{
	if (message->last != INSTANT_NONE)
		add(recent, digest_of(recent, message), message->last);
}

bool
recent_has(const struct recent *recent, const struct message *message)
{
	const struct entry sought = { digest_of(recent, message), 0 };
	const struct entry *found = recent->nbefore == 0
	                                    ? NULL
	                                    : bsearch(&sought, recent->entries, recent->nbefore,
						      sizeof sought, by_digest);

	return found != NULL && !message->born && message->last <= found->last;
}

int
recent_write(struct recent *recent, struct db *db, int64_t reach, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO meta(key, value) VALUES('recent', ?1)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
		err);
	size_t n = 0;

	if (put == NULL)
		return -1;
	if (recent->n == recent->nbefore)
		return 0;
	qsort(recent->entries, recent->n, sizeof *recent->entries, by_time);
	while (n < recent->n && n < RECENT_MAX && recent->entries[n].last >= recent->last - reach)
		n++;
	db_bind_text(put, 1,
		(struct span){ (const char *)recent->entries, n * sizeof *recent->entries });
	return db_step(put, err);
}
