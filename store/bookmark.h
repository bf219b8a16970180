/*
 * bookmark.h - where a log file is gone on with, and whether it is that file still.
 *
 * A file is known by device and inode, and by a marker: a digest of the bytes
 * before the place. Inodes are used again and files are truncated and filled
 * anew, so a file whose marker differs is read from its beginning; what was taken
 * in of it is known by its lines (store/known.h) and does not count again.
 */
#ifndef STORE_BOOKMARK_H
#define STORE_BOOKMARK_H

#include "parser/log.h"
#include "store/db.h"

struct bookmark {
	int64_t source; /* its row; 0: none */
	struct log_place place;
	dev_t dev; /* of what stood at the path; 0 and 0: nothing */
	ino_t ino;
	int64_t size;
};

/*
 * The bookmark of the file at path. source is 0 when there is none that holds: the file
 * is to be read from its beginning. -1 only for what is wrong with the store.
 */
int bookmark_find(struct db *db, uint64_t key, const char *path, struct bookmark *bookmark,
	struct error *err);

/* Is it the file that stood at the path when the bookmark was looked for? */
bool bookmark_is_of(const struct bookmark *bookmark, const struct log_file *file);

/*
 * Put the bookmark of that source at file->place; one that does not stand at its path any more loses it.
 * size is how long the file was before it was read (what came since is still to be read), -1:
 * unknown.
 */
int bookmark_set(struct db *db, uint64_t key, int64_t source, const struct log_file *file,
	int64_t size, struct error *err);

#endif
