/*
 * ingest.h - logs into the store, each line once.
 *
 * One transaction for all: what was ended before its end has done nothing, and is
 * simply begun again. New lines are read together with the kept ones, in the
 * order of time, so that it does not matter in which order, split or
 * compression logs are taken in.
 *
 * A journal holds the lines of the host's log files with other bytes, so that those could not be
 * told as known: a store takes either of the two, see ingest_run().
 */
#ifndef STORE_INGEST_H
#define STORE_INGEST_H

#include "base/instant.h"
#include "store/store.h"

/*
 * A journal: NULL is the host's own. It is gone on with behind the entry at which the last ingest of it
 * ended; a gap is kept when that is gone. What was written up to late before that is read
 * again, since copied files may have been added, or entries of another host have come.
 */
#define INGEST_ALL INT64_MAX
struct ingest_journal {
	const char *path;
	int64_t late; /* INGEST_ALL: from its beginning */
};

/* What becomes of a message that is met again; for store/prune.c. */
enum ingest_fate {
	INGEST_STAYS,   /* what ingest makes of it */
	INGEST_SUMMED,  /* it is added to the sums, whatever its verdict */
	INGEST_DROPPED, /* nothing is left of it */
};

struct ingest_sieve {
	void *ctx;
	enum ingest_fate (*message)(void *ctx, const struct message *message);
	/* Does a line stay that no message holds (gather_want_context())? */
	bool (*context)(void *ctx, const struct evidence *line);
};

struct ingest_options {
	const struct reading_options
		*reading; /* domains and the host's files stay what they are here */
	const char *const *paths;
	size_t npaths;
	const struct ingest_journal *journals;
	size_t njournals;
	/*
	 * Told of each message that is kept as a row, old and new, borrowed for the call; what
	 * was told is void when the ingest fails. NULL: nobody.
	 */
	void (*kept)(void *ctx, const struct message *message);
	void *kept_ctx;
	const struct ingest_sieve *sieve; /* NULL: all stays */
};

/*
 * Of kept lines only those are read again that new ones may still have to do with: of messages that are
 * open, or ended at most so long before the logs begin. See ingest_is_stale().
 */
#define INGEST_REACH (10 * INSTANT_MINUTE)

/* What one ingest did. */
struct ingest_report {
	uint64_t lines;     /* read of the logs */
	uint64_t new_lines; /* of these of Postfix, OpenDKIM and so on, and not known before */
	uint64_t passed;    /* of these older than store_horizon(), and so passed over */
	uint64_t messages;  /* judged, new ones and those of before, that are kept row by row */
	uint64_t summed;    /* messages that were added to the sums */
	uint64_t early;     /* messages judged early for lack of memory */
};

/*
 * Take in the logs. told is called for each file of the reading, before it is gone, so that
 * remarks can be made (NULL: none). ERROR_INPUT and nothing done, as reading_run(), or when journals
 * and log files would come to one store.
 */
int ingest_run(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report,
	void (*told)(void *ctx, const struct log_file *file), void *ctx, struct error *err);

/* Was something learned since by which the rows of older messages may be judged otherwise? */
int ingest_is_stale(struct store *store, bool *stale, struct error *err);

/* Judge all kept lines anew, without logs: by what is known now, and the rules as they are now. */
int ingest_rejudge(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err);

/* The same, within a transaction of the caller's. */
int ingest_again(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err);

#endif
