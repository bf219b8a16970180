/*
 * tail.h - an ingest that goes on: what is written to the logs, judged at once.
 *
 * It begins where the last ingest ended (store/ingest.h) and keeps in memory what that would read again:
 * rows of messages can be seen within milliseconds, and with tail_save() the store is what an ingest would
 * have made it. What was not saved is read again by the next ingest, so a tail may be dropped at any
 * point.
 */
#ifndef STORE_TAIL_H
#define STORE_TAIL_H

#include "store/ingest.h"

/* How far a plain file was read; filled in from its log_file. */
struct tail_place {
	const char *path;
	dev_t dev;
	ino_t ino;
	struct log_place end;
};

struct tail_options {
	const struct reading_options *reading;
	const struct ruleset *ruleset;
	const struct tail_place
		*places; /* the next ingest begins there; an offset of -1: not followed */
	size_t nplaces;
	/* Told of messages that are kept as rows, again when more is known. */
	void (*kept)(void *ctx, const struct message *message);
	void *kept_ctx;
};

struct tail;

/*
 * Borrows store and what options points to, but for places. NULL with ERROR_NONE: another file stands in
 * one of the places by now, or there is none to follow; ingest first.
 */
struct tail *tail_new(struct store *store, const struct tail_options *options, struct error *err);
void tail_free(struct tail *tail);

enum tail_state {
	TAIL_SAME,
	TAIL_GREW,
	TAIL_LOST, /* a file was renamed, removed or cut: ingest, and begin another tail */
};

/* How the files are now, compared with what was read of them. */
enum tail_state tail_look(struct tail *tail);

/*
 * After tail_look(): read on. TAIL_GREW when there were whole lines, TAIL_LOST when the years of a log have changed, or others
 * have written to the store. -1: see err, and the tail is to be dropped.
 */
int tail_read(struct tail *tail, struct error *err);

/*
 * Save what was read. 0: it is, and report says what. 1: it cannot be, an ingest can: lines did not
 * come in the order of time, or memory was full. -1: as of tail_read().
 */
int tail_save(struct tail *tail, struct ingest_report *report, struct error *err);

/* After tail_save(): is another one to be begun, that judges the messages of late anew? */
bool tail_is_stale(const struct tail *tail);

#endif
