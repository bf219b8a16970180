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

/*
 * Of the kept lines give from now on only those that a reading of lines from `from` on may need: of
 * messages that reach there or are open, with all their routes, and what the service wrote;
 * begun incidents are taught. For reading_extra's begin; INSTANT_NONE: all lines, as it is
 * without this call. Borrows ruleset until then.
 */
int store_choose(struct store *store, int64_t from, const struct ruleset *ruleset,
	struct error *err);

/* When the first of the incidents began that reach behind `from`; INSTANT_NONE: there is none. */
int store_incidents_begin(struct store *store, int64_t from, int64_t *begin, struct error *err);

/*
 * Likewise only those that the messages of that queue ID may need. 1, or 0 when there is no such message
 * kept row by row, and all lines are given as before.
 */
int store_choose_message(struct store *store, struct span queue_id, const struct ruleset *ruleset,
	struct error *err);

/* How many messages kept row by row have that cause, and when the first and the last of them began. */
struct store_same {
	uint64_t messages;
	int64_t first, last;
};

int store_same_cause(struct store *store, cause_t cause, struct store_same *same,
	struct error *err);

/* The source's id of file i of reading_extra, and the other way round (nfiles: it is none of them). */
int64_t store_source(const struct store *store, size_t i);
size_t store_file(const struct store *store, int64_t source);

/* A log that was taken in, under the name it had last. */
struct store_status {
	struct span path, format, problem; /* problem: empty when all was well */
	int64_t first, last, read_at;
	uint64_t lines, cut;
};

/* What is in it. */
struct store_counts {
	uint64_t messages, lines; /* kept row by row */
	uint64_t settled;         /* messages kept without their lines, which are in the sums */
	uint64_t summed;          /* messages in the sums */
};

int store_count(struct store *store, struct store_counts *counts, struct error *err);

int store_each_source(struct store *store,
	void (*visit)(void *ctx, const struct store_status *status), void *ctx, struct error *err);

/* The times of which lines are missing. */
int store_each_gap(struct store *store, void (*visit)(void *ctx, const struct gap *gap), void *ctx,
	struct error *err);

#endif
