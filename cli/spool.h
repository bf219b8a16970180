/*
 * spool.h - texts that come in any order and leave in the order of time.
 *
 * They wait in a temporary file, so that memory stays flat whatever the log
 * holds; of each only its time and its place are kept.
 */
#ifndef CLI_SPOOL_H
#define CLI_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

struct spool_place;

struct spool {
	FILE *file; /* NULL until the first text */
	struct spool_place *places;
	size_t n, room;
	size_t at;         /* the next one that spool_next() gives */
	off_t end;         /* of the file */
	struct buf window; /* a part of it, read back */
	off_t window_at;
	bool sorted, failed;
};

#define SPOOL_INIT                                                                                 \
	{                                                                                          \
		.file = NULL                                                                       \
	}

void spool_clear(struct spool *spool);

/* Forget all texts. */
void spool_reset(struct spool *spool);

/* Make its file now: later it may not be possible any more (session_confine()). */
void spool_prepare(struct spool *spool);

/* Take a text in. What fails is told by spool_next(). */
void spool_add(struct spool *spool, int64_t t, struct span text);

/* Append the next text to out, the earliest first. 1: done, 0: there are no more, -1: failed. */
int spool_next(struct spool *spool, struct buf *out, struct error *err);

#endif
