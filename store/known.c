#include "store/known.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"
#include "store/db.h"

/* Of all loaded minutes together, but for the one at hand: 32 MB. */
#define SLOTS_MAX ((size_t)2 << 20)
#define SLOTS_FIRST 64

#define DIGEST_BYTES 8
#define REPEAT_BYTES 16

/* A digest that the store knows. Of the first of identical lines: how many of them were met. */
struct slot {
	uint64_t digest; /* 0: free */
	uint64_t met;    /* in the reading at hand */
};

struct minute {
	int64_t number;
	uint64_t touched; /* known->clock when it was last asked for */
	struct slot *slots;
	size_t capacity; /* a power of two, at most three quarters of it used */
	size_t count;
	bool changed; /* holds digests that the store does not */
};

struct known {
	struct db *db;
	uint64_t key;
	struct minute minutes[KNOWN_MINUTES];
	size_t nminutes;
	size_t at; /* the minute that was asked for last; most lines ask for it again */
	uint64_t clock;
	bool ready; /* the temporary table is there */
};

/* Digests are spread evenly, and no sender of mail can aim them: the key is secret. */
static struct slot *
slot_of(const struct minute *minute, uint64_t digest)
{
	size_t i = (size_t)digest & (minute->capacity - 1);

	while (minute->slots[i].digest != 0 && minute->slots[i].digest != digest)
		i = (i + 1) & (minute->capacity - 1);
	return &minute->slots[i];
}

static void
grow(struct minute *minute, size_t capacity)
{
	struct minute old = *minute;

	minute->capacity = capacity;
	minute->slots = xcalloc(capacity, sizeof(*minute->slots));
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i].digest != 0)
			*slot_of(minute, old.slots[i].digest) = old.slots[i];
	free(old.slots);
}

/* The slot of digest, which may be a new one. Borrowed until the next put(). */
static struct slot *
put(struct minute *minute, uint64_t digest, bool *is_new)
{
	struct slot *slot = slot_of(minute, digest);

	*is_new = slot->digest == 0;
	if (!*is_new)
		return slot;
	if (minute->count >= minute->capacity / 4 * 3) {
		grow(minute, minute->capacity * 2);
		slot = slot_of(minute, digest);
	}
	*slot = (struct slot){ digest, 0 };
	minute->count++;
	return slot;
}

static uint64_t
word_at(const char *s)
{
	uint64_t word = 0;

	for (size_t i = 8; i-- > 0;)
		word = word << 8 | (unsigned char)s[i];
	return word;
}

static void
put_word(char *s, uint64_t word)
{
	for (size_t i = 0; i < 8; i++, word >>= 8)
		s[i] = (char)(unsigned char)(word & 0xff);
}

static void
add_word(struct buf *buf, uint64_t word)
{
	put_word(buf_room(buf, sizeof(word)), word);
	buf->n += sizeof(word);
}

/* 0 stands for a free slot. */
static uint64_t
digest_of(const struct known *known, struct span bytes)
{
	uint64_t digest = span_digest(bytes, known->key);

	return digest != 0 ? digest : 1;
}

/* Of the n-th line whose first one has this digest. */
static uint64_t
digest_of_repeat(const struct known *known, uint64_t first, uint64_t n)
{
	char bytes[16];

	put_word(bytes, first);
	put_word(bytes + 8, n);
	return digest_of(known, (struct span){ bytes, sizeof(bytes) });
}

static int
read_digests(const struct known *known, struct minute *minute, struct span blob, struct error *err)
{
	size_t n = blob.n / DIGEST_BYTES;
	size_t capacity = SLOTS_FIRST;
	uint64_t before = 0;
	bool is_new;

	if (blob.n % DIGEST_BYTES != 0)
		return db_damaged(known->db, "the digests of a minute", err);
	while (n >= capacity / 4 * 3)
		capacity *= 2;
	grow(minute, capacity);
	for (size_t i = 0; i < n; i++) {
		uint64_t digest = word_at(blob.p + i * DIGEST_BYTES);

		if (digest <= before)
			return db_damaged(known->db, "the digests of a minute", err);
		(void)put(minute, digest, &is_new);
		before = digest;
	}
	return 0;
}

static int
load_digests(struct known *known, struct minute *minute, struct error *err)
{
	struct db_statement *get =
		db_prepare(known->db, "SELECT digests FROM minute WHERE minute = ?1", err);
	int rc;

	if (get == NULL)
		return -1;
	db_bind_int(get, 1, minute->number);
	rc = db_step(get, err);
	if (rc >= 0)
		rc = read_digests(known, minute, rc == 1 ? db_text(get, 0) : SPAN_NONE, err);
	db_reset(get);
	return rc;
}

/* What is met is known, or became so; our own table needs no doubts. */
static int
load_met(struct known *known, struct minute *minute, struct error *err)
{
	struct db_statement *get = db_prepare(known->db,
		"SELECT once, repeats FROM temp.known_met WHERE minute = ?1", err);
	struct span once, repeats;
	bool is_new;
	int rc;

	if (get == NULL)
		return -1;
	db_bind_int(get, 1, minute->number);
	rc = db_step(get, err);
	if (rc != 1)
		return rc;
	once = db_text(get, 0);
	repeats = db_text(get, 1);
	for (size_t at = 0; at < once.n; at += DIGEST_BYTES)
		put(minute, word_at(once.p + at), &is_new)->met = 1;
	for (size_t at = 0; at < repeats.n; at += REPEAT_BYTES)
		put(minute, word_at(repeats.p + at), &is_new)->met =
			word_at(repeats.p + at + DIGEST_BYTES);
	db_reset(get);
	return 0;
}

static int
compare_digests(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int
write_digests(struct known *known, const struct minute *minute, struct error *err)
{
	struct db_statement *set = db_prepare(known->db,
		"INSERT INTO minute(minute, digests) VALUES(?1, ?2)"
		" ON CONFLICT(minute) DO UPDATE SET digests = excluded.digests",
		err);
	uint64_t *digests;
	struct buf blob = BUF_INIT;
	size_t n = 0;

	if (set == NULL)
		return -1;
	digests = xcalloc(minute->count, sizeof(*digests));
	for (size_t i = 0; i < minute->capacity; i++)
		if (minute->slots[i].digest != 0)
			digests[n++] = minute->slots[i].digest;
	qsort(digests, n, sizeof(*digests), compare_digests);
	for (size_t i = 0; i < n; i++)
		add_word(&blob, digests[i]);
	free(digests);
	db_bind_int(set, 1, minute->number);
	db_bind_text(set, 2, buf_span(&blob));
	buf_clear(&blob);
	return db_step(set, err);
}

static int
write_met(struct known *known, const struct minute *minute, struct error *err)
{
	struct db_statement *set = db_prepare(known->db,
		"INSERT INTO temp.known_met(minute, once, repeats) VALUES(?1, ?2, ?3)"
		" ON CONFLICT(minute) DO UPDATE SET once = excluded.once,"
		" repeats = excluded.repeats",
		err);
	struct buf once = BUF_INIT;
	struct buf repeats = BUF_INIT;

	if (set == NULL)
		return -1;
	for (size_t i = 0; i < minute->capacity; i++) {
		const struct slot *slot = &minute->slots[i];

		if (slot->met == 1) {
			add_word(&once, slot->digest);
		} else if (slot->met > 1) {
			add_word(&repeats, slot->digest);
			add_word(&repeats, slot->met);
		}
	}
	db_bind_int(set, 1, minute->number);
	db_bind_text(set, 2, buf_span(&once));
	db_bind_text(set, 3, buf_span(&repeats));
	buf_clear(&once);
	buf_clear(&repeats);
	return db_step(set, err);
}

/* Its own transaction when the caller has begun none; it is gone with the store's connection. */
static int
make_ready(struct known *known, struct error *err)
{
	if (known->ready)
		return 0;
	if (db_run(known->db,
		    "CREATE TEMP TABLE IF NOT EXISTS known_met("
		    "minute INTEGER PRIMARY KEY, once BLOB, repeats BLOB) STRICT",
		    err) < 0 ||
		db_run(known->db, "DELETE FROM temp.known_met", err) < 0)
		return -1;
	known->ready = true;
	return 0;
}

static int
write_back(struct known *known, size_t i, struct error *err)
{
	struct minute *minute = &known->minutes[i];

	if (minute->changed && write_digests(known, minute, err) < 0)
		return -1;
	if (write_met(known, minute, err) < 0)
		return -1;
	free(minute->slots);
	known->minutes[i] = known->minutes[--known->nminutes];
	return 0;
}

/* Whether one more minute would be one too many, or take more memory than all may. */
static bool
is_full(const struct known *known)
{
	size_t slots = 0;

	for (size_t i = 0; i < known->nminutes; i++)
		slots += known->minutes[i].capacity;
	return known->nminutes == KNOWN_MINUTES || slots > SLOTS_MAX;
}

static int
write_oldest_back(struct known *known, struct error *err)
{
	size_t oldest = 0;

	for (size_t i = 1; i < known->nminutes; i++)
		if (known->minutes[i].touched < known->minutes[oldest].touched)
			oldest = i;
	return write_back(known, oldest, err);
}

static int
load(struct known *known, int64_t number, struct error *err)
{
	struct minute minute = { .number = number };

	while (is_full(known))
		if (write_oldest_back(known, err) < 0)
			return -1;
	if (make_ready(known, err) < 0 || load_digests(known, &minute, err) < 0 ||
		load_met(known, &minute, err) < 0) {
		free(minute.slots);
		return -1;
	}
	known->at = known->nminutes++;
	known->minutes[known->at] = minute;
	return 0;
}

/* The minute of that number, loaded when it is not. Borrowed until the next. */
static struct minute *
find(struct known *known, int64_t number, struct error *err)
{
	struct minute *minute = &known->minutes[known->at];

	if (known->at >= known->nminutes || minute->number != number) {
		known->at = 0;
		while (known->at < known->nminutes && known->minutes[known->at].number != number)
			known->at++;
		if (known->at == known->nminutes && load(known, number, err) < 0)
			return NULL;
		minute = &known->minutes[known->at];
	}
	minute->touched = ++known->clock;
	return minute;
}

/* The floor: a minute before 1970 is as long as any other. */
static int64_t
minute_of(int64_t when)
{
	return when == INSTANT_NONE ? INSTANT_NONE
	                            : when / INSTANT_MINUTE - (when % INSTANT_MINUTE < 0);
}

struct known *
known_new(struct db *db, uint64_t key)
{
	struct known *known = xcalloc(1, sizeof(*known));

	known->db = db;
	known->key = key;
	return known;
}

void
known_free(struct known *known)
{
	if (known == NULL)
		return;
	for (size_t i = 0; i < known->nminutes; i++)
		free(known->minutes[i].slots);
	free(known);
}

int
known_add(struct known *known, struct span raw, int64_t when, struct error *err)
{
	struct minute *minute = find(known, minute_of(when), err);
	uint64_t first = digest_of(known, raw);
	struct slot *slot;
	uint64_t n;
	bool is_new;

	if (minute == NULL)
		return -1;
	slot = put(minute, first, &is_new);
	n = ++slot->met;
	/* Which digest stands for the first line is known; that of the n-th follows from it. */
	if (n > 1)
		(void)put(minute, digest_of_repeat(known, first, n), &is_new);
	minute->changed |= is_new;
	return is_new;
}

bool
known_is_at_hand(const struct known *known, int64_t when)
{
	int64_t number = minute_of(when);

	if (!known->ready)
		return false;
	for (size_t i = 0; i < known->nminutes; i++)
		if (known->minutes[i].number == number)
			return true;
	return !is_full(known);
}

int
known_forget(struct known *known, int64_t before, struct error *err)
{
	struct db_statement *drop;

	if (!known->ready)
		return 0;
	drop = db_prepare(known->db, "DELETE FROM temp.known_met WHERE minute < ?1", err);
	if (drop == NULL)
		return -1;
	db_bind_int(drop, 1, minute_of(before));
	return db_step(drop, err);
}

int
known_flush(struct known *known, struct error *err)
{
	while (known->nminutes > KNOWN_AT_HAND)
		if (write_oldest_back(known, err) < 0)
			return -1;
	for (size_t i = 0; i < known->nminutes; i++) {
		struct minute *minute = &known->minutes[i];

		if (minute->changed && write_digests(known, minute, err) < 0)
			return -1;
		minute->changed = false;
	}
	return 0;
}
