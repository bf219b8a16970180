#include "store/bookmark.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/instant.h"

#define MARKER_BYTES 256

/*
 * The digest of what stands before offset. False when the file is not a regular one, or shorter, or
 * offset is none; st then is all zero, or the file's.
 */
static bool
read_marker(const char *path, uint64_t key, int64_t offset, struct stat *st, int64_t *marker)
{
	char bytes[MARKER_BYTES];
	size_t n = offset < 0 ? 0 : offset < MARKER_BYTES ? (size_t)offset : MARKER_BYTES;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool good;

	memset(st, 0, sizeof *st);
	good = fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode) && offset >= 0 &&
	       st->st_size >= offset && pread(fd, bytes, n, offset - (int64_t)n) == (ssize_t)n;

	if (good)
		*marker = (int64_t)span_digest((struct span){ bytes, n }, key);
	if (fd >= 0)
		close(fd);
	return good;
}

int
bookmark_find(struct db *db, uint64_t key, const char *path, struct bookmark *bookmark,
	struct error *err)
{
	struct db_statement *row = db_prepare(db,
		"SELECT id, place, place_number, place_key, marker FROM source"
		/* A place at the very beginning has no marker, and may be in any file. */
		" WHERE dev = ?1 AND ino = ?2 AND place > 0 ORDER BY read_at DESC",
		err);
	struct stat st;
	int rc;

	*bookmark = (struct bookmark){ .place = { .offset = -1, .key = INSTANT_NONE } };
	if (row == NULL)
		return -1;
	if (stat(path, &st) < 0)
		return 0; /* whoever opens it says so */
	bookmark->dev = st.st_dev;
	bookmark->ino = st.st_ino;
	bookmark->size = (int64_t)st.st_size;
	db_bind_int(row, 1, (int64_t)st.st_dev);
	db_bind_int(row, 2, (int64_t)st.st_ino);
	while ((rc = db_step(row, err)) > 0) {
		int64_t marker;

		if (!read_marker(path, key, db_int(row, 1), &st, &marker) ||
			marker != db_int(row, 4))
			continue;
		bookmark->source = db_int(row, 0);
		bookmark->place = (struct log_place){ .offset = db_int(row, 1),
			.number = (uint64_t)db_int(row, 2),
			.key = db_is_null(row, 3) ? INSTANT_NONE : db_int(row, 3) };
		db_reset(row);
		return 0;
	}
	return rc;
}

bool
bookmark_is_of(const struct bookmark *bookmark, const struct log_file *file)
{
	return bookmark->dev == file->dev && bookmark->ino == file->ino;
}

int
bookmark_set(struct db *db, uint64_t key, int64_t source, const struct log_file *file, int64_t size,
	struct error *err)
{
	const struct log_place *place = &file->place;
	struct db_statement *put = db_prepare(db,
		"UPDATE source SET dev = ?2, ino = ?3, place = ?4, place_number = ?5, place_key = ?6,"
		" marker = ?7, size = ?8 WHERE id = ?1",
		err);
	struct stat st;
	int64_t marker;

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, source);
	if (read_marker(file->path, key, place->offset, &st, &marker) && st.st_dev == file->dev &&
		st.st_ino == file->ino) {
		db_bind_int(put, 4, place->offset);
		db_bind_int(put, 5, (int64_t)place->number);
		if (place->key != INSTANT_NONE)
			db_bind_int(put, 6, place->key);
		db_bind_int(put, 7, marker);
	}
	if (file->ino != 0) {
		db_bind_int(put, 2, (int64_t)file->dev);
		db_bind_int(put, 3, (int64_t)file->ino);
	}
	if (size >= 0)
		db_bind_int(put, 8, size);
	return db_step(put, err);
}
