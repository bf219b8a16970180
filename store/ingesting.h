/*
 * ingesting.h - an ingest at work: store/ingest.c ends it with its logs, store/tail.c goes on.
 *
 * What is read is kept in a transaction when it ends, or at each saving: rows of messages, the lines they
 * need, sums of the others, incidents, what was learned, and how far the logs were read. Between savings
 * only rows are written, for people to see, and in transactions of their own: whoever reads the
 * logs again from where they were saved writes those rows anew.
 */
#ifndef STORE_INGESTING_H
#define STORE_INGESTING_H

#include "store/ids.h"
#include "store/intake.h"
#include "store/recent.h"
#include "store/settled.h"
#include "store/sums.h"

struct ingest {
	struct store *store;
	struct db *db;
	const struct ingest_options *options;
	const struct ruleset *ruleset;
	struct ingest_report *report;
	struct reading *reading;
	struct intake intake;
	int64_t from; /* of the kept lines only those needed from here on; INSTANT_NONE: all */
	struct sums sums;
	uint64_t incidents; /* a digest of them, as they were written last */
	struct recent *recent;
	enum settled_keep keep; /* of what is plainly signed or inbound */
	bool writing;           /* a transaction is open */
	bool saving;            /* with it, all is saved */
	bool saved;             /* once at least */
	bool must_save;         /* before the transaction ends */
	bool disordered;        /* lines of one log came behind later ones of another */
	int64_t key;            /* of the last line, of that log */
	uint32_t file;
	struct ids changed; /* rows whose lines of the last saving are to be replaced */
	struct ids gone, closed;
	struct error *err; /* what went wrong where a callback cannot say */
	bool failed;
};

/* Borrows all. NULL reading: see err; in either case ingesting_close(). */
struct ingest ingesting_open(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err);
void ingesting_close(struct ingest *ingest);

/*
 * Read the logs, within a transaction: to their end, or, with log_options.follow, to go on with
 * ingesting_go_on(). What came of it is to be saved next.
 */
int ingesting_read(struct ingest *ingest);

/* As reading_go_on(). What people are to see is written, in a transaction: see writing. */
int ingesting_go_on(struct ingest *ingest);

/* Write all that was read since the last saving, without ending the transaction. now: the time before. */
int ingesting_save(struct ingest *ingest, int64_t now);

#endif
