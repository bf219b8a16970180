/*
 * store.h - what is remembered of logs: the door to store/ for the floors above.
 *
 * Kept are all lines of messages that are not plainly signed or inbound, and the
 * lines without which those could not be read again; of everything else sums by the
 * hour. Verdicts are derived from the kept lines whenever the store is read,
 * by the pipeline that reads logs (store/reading.h), so that better rules
 * judge old mail, too. What one reading learned of hosts (rules/facts.h) is kept
 * for all.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "rules/cause.h"
#include "store/db.h"
#include "store/gap.h"
#include "store/reading.h"

#define STORE_DEFAULT "/var/lib/dkimwhy/dkimwhy.db"

struct store;

/* As db_open(). */
struct store *store_open(const char *path, enum db_mode mode, struct error *err);
void store_close(struct store *store);

/* For store/ itself: the database, and the key of its digests. */
struct db *store_db(struct store *store);
uint64_t store_key(const struct store *store);

/* As store_open() had it. */
const char *store_path(const struct store *store);

/*
 * Lines older than that are not taken in (store/prune.h); INSTANT_NONE: all are. Setting it never
 * moves it back.
 */
int store_horizon(struct store *store, int64_t *horizon, struct error *err);
int store_set_horizon(struct store *store, int64_t horizon, struct error *err);

/* The store's kept lines, files and facts for a reading; borrowed from store. */
int store_extra(struct store *store, struct reading_extra *extra, struct error *err);

/* The source's id of file i of reading_extra, and the other way round (nfiles: it is none of them). */
int64_t store_source(const struct store *store, size_t i);
size_t store_file(const struct store *store, int64_t source);

/* A log that was taken in, under the name it had last. */
struct store_status {
	struct span path, format, problem; /* problem: empty when all was well */
	int64_t first, last, read_at;
	uint64_t lines, cut;
};

int store_each_source(struct store *store,
	void (*visit)(void *ctx, const struct store_status *status), void *ctx, struct error *err);

/* The times of which lines are missing. */
int store_each_gap(struct store *store, void (*visit)(void *ctx, const struct gap *gap), void *ctx,
	struct error *err);

/* Messages that are not kept one by one. cause: CAUSE_NONE when there is none. */
struct store_sum {
	int64_t hour; /* an instant: its beginning */
	struct span host, domain;
	enum verdict_kind verdict;
	cause_t cause;
	uint64_t messages;
};

/* Visit all sums, in the order of time. */
int store_each_sum(struct store *store, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err);

#endif
