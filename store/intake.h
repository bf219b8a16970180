/*
 * intake.h - the logs of one ingest: which of the store's they are, how far they were read, and which of
 * their lines are new.
 *
 * Files are known by their content, so that a log keeps its place in the store when it is renamed or
 * packed.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "store/bookmark.h"
#include "store/ingest.h"
#include "store/known.h"

struct intake {
	struct store *store;
	struct db *db;
	struct reading *reading;
	struct reading_extra extra; /* the store's own */
	const char *const *paths;
	size_t npaths;
	struct bookmark *bookmarks; /* of the paths */
	size_t nlogs;
	int64_t *sources;    /* of the logs' files; 0: none yet */
	int64_t *heads;      /* of them; 0: not met yet */
	uint64_t *new_lines; /* of them, since they were written last */
	int64_t horizon;
	uint64_t passed; /* lines older than that */
	struct known *known;
};

/*
 * Add the logs of options to reading, from where the store has read them to; and extra, with the store's
 * files. Borrows all but extra and err. 0, or -1: see err; in either case intake_clear().
 */
int intake_open(struct intake *intake, struct store *store, struct reading *reading,
	const struct ingest_options *options, const struct reading_extra *extra, struct error *err);
void intake_clear(struct intake *intake);

/* The reading begins, or begins anew: as if no line had been read. */
void intake_begin(struct intake *intake);

/* reading_extra's is_new(), within a transaction unless known_is_at_hand(). */
int intake_is_new(struct intake *intake, const struct line *line, struct error *err);

/* The source of a file of the reading: a log's, or that of kept lines; 0: none yet. */
int64_t intake_source(const struct intake *intake, uint32_t file);

/* The log that is that source, as a file of the reading, or `file` itself. */
uint32_t intake_log(const struct intake *intake, uint32_t file);

/* The first stamp of file i of the reading, also of what was read of it before. */
int64_t intake_first(const struct intake *intake, uint32_t i);

/* Before it was read on, the file at path was of that size: it is known by it (store/follow.h). */
void intake_measure(struct intake *intake, const char *path, int64_t size);

/* Are the logs' files all empty? */
bool intake_is_empty(const struct intake *intake);

/* Write how far the logs were read, and which lines are known now. now: the time before they were. */
int intake_write(struct intake *intake, int64_t now, struct error *err);

#endif
