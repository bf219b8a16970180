/*
 * browse.h - the store as one walks through it: a page of messages, what happened to the service.
 *
 * Every call takes a bounded time on a store of any size: rows are found by an index and walked from
 * where the last page ended, at most `most` of them being looked at.
 */
#ifndef STORE_BROWSE_H
#define STORE_BROWSE_H

#include "base/arena.h"
#include "store/store.h"

struct filter;

/* A message that is kept as a row. An id lasts until the next ingest; host, queue_id, first stay. */
struct browse_row {
	int64_t id, first, last;
	struct span host, queue_id;
	enum verdict_kind verdict;
	cause_t cause;
	struct span author, sender, recipient, client_name, client_ip, sasl_username;
	struct span contributing; /* causes, with blanks between them */
	uint32_t recipients;
};

/* Is it that message's cause, or among its contributing ones? */
bool browse_is_hit(const struct browse_row *row, struct span cause);

/* One whose texts are copied into arena. */
struct browse_row browse_copy_row(struct arena *arena, const struct browse_row *row);

/* Between two rows, in the order of time. */
struct browse_place {
	int64_t first, id;
};

#define BROWSE_NEWEST ((struct browse_place){ INT64_MAX, INT64_MAX })
#define BROWSE_OLDEST ((struct browse_place){ INT64_MIN, INT64_MIN })

/* What a page is asked for. */
struct browse_page {
	const struct filter *filter;
	bool findings; /* not those that are signed or inbound */
	bool older;    /* walk to older ones; else to newer ones */
	size_t max;    /* rows wanted */
	size_t most;   /* rows looked at */
};

/*
 * Visit the rows behind *place, which moves to where the walk ended; their texts are borrowed for the
 * call. 1: there may be more. 0: there are none. -1: see err.
 */
int browse_messages(struct store *store, const struct browse_page *page, struct browse_place *place,
	void (*visit)(void *ctx, const struct browse_row *row), void *ctx, struct error *err);

/* How many findings began later, counted up to max. */
int browse_count_newer(struct store *store, int64_t first, uint64_t max, uint64_t *n,
	struct error *err);

struct browse_incident {
	int64_t id;
	struct span host, subject, rule;
	cause_t cause;
	int64_t first, last, ended; /* ended: INSTANT_NONE: not seen to end */
	uint64_t lines;
	/* Its host's in its time that have the cause, or have it among others: browse_count_hit(). */
	uint64_t messages;
	bool counted, more; /* more: than were counted */
};

#define BROWSE_COUNT_MAX 20000
#define BROWSE_OTHERS_MAX 5000 /* messages looked at for one that has the cause among others */

/* As browse_copy_row(). */
struct browse_incident browse_copy_incident(struct arena *arena,
	const struct browse_incident *incident);

/* How many messages it hit, into it. */
int browse_count_hit(struct store *store, struct browse_incident *incident, struct error *err);

/* The last max of them, the newest first, without how many messages they hit. */
int browse_incidents(struct store *store, size_t max,
	void (*visit)(void *ctx, const struct browse_incident *incident), void *ctx,
	struct error *err);

/* A line that is kept. */
struct browse_line {
	int64_t when;
	struct span host, tag, raw, text, path;
	uint64_t number;
};

enum browse_which {
	BROWSE_SERVICE, /* of no single message, or of several: in the order of time */
	BROWSE_STARTS,  /* the starts and ends of daemons: the last first */
	BROWSE_KEPT,    /* all that are kept: the last first */
};

/* Those of a time, at most max. */
int browse_lines(struct store *store, enum browse_which which, int64_t from, int64_t to, size_t max,
	void (*visit)(void *ctx, const struct browse_line *line), void *ctx, struct error *err);

/* How many starts and ends of daemons are kept. */
int browse_count_starts(struct store *store, int64_t *n, struct error *err);

/* Up to when lines were put in: of what came later there are messages only; INT64_MIN: there is none. */
int browse_saved(struct store *store, int64_t *when, struct error *err);

/* What is asked between the two is answered out of one state of the store, and sooner. */
int browse_begin(struct store *store, struct error *err);
void browse_end(struct store *store);

/* A number that changes when another process, or another connection, has written to the store. */
int browse_version(struct store *store, int64_t *version, struct error *err);

/* From when to when there are messages; INSTANT_NONE: there are none. */
int browse_span(struct store *store, int64_t *first, int64_t *last, struct error *err);

#endif
