/*
 * tail.h - what was written since the last ingest, judged at once.
 *
 * Between two ingests (store/ingest.h), which alone make the store what it is to
 * be, a tail goes on reading the logs from where the last one ended and writes
 * rows of messages, so that these can be seen within milliseconds. Their lines are not
 * kept, nor is any other trace: the next ingest reads them again and writes those
 * rows anew. So a tail may be dropped at any point.
 */
#ifndef STORE_TAIL_H
#define STORE_TAIL_H

#include "store/store.h"

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
	const struct tail_place *places;
	size_t nplaces;
	/* Told of messages that went not plainly signed or inbound, again when more is known. */
	void (*kept)(void *ctx, const struct message *message);
	void *kept_ctx;
};

struct tail;

/*
 * Borrows store and what options points to, but for places. NULL with ERROR_NONE: another file stands in
 * one of the places by now; ingest first.
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
 * Read on. TAIL_GREW when there were whole lines, TAIL_LOST when the years of a log have changed. -1: see
 * err, and the tail is to be dropped.
 */
int tail_read(struct tail *tail, struct error *err);

#endif
