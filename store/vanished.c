#include "store/vanished.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"
#include "store/bookmark.h"

/* The log that was at a path. */
struct was {
	const char *path;
	int64_t source; /* 0: it is there still, or there was none */
	int64_t last, read_at;
	int64_t dev, ino, size;
};

struct vanished {
	struct was *logs;
	size_t n;
};

/* Is it the file that it was? Where all of it is one minute, there is no bookmark to tell it by. */
static int
is_there(struct store *store, const struct was *was, struct error *err)
{
	struct bookmark bookmark;
	struct stat st;

	if (bookmark_find(store_db(store), store_key(store), was->path, &bookmark, err) < 0)
		return -1;
	if (bookmark.source == was->source)
		return 1;
	return bookmark.source == 0 && stat(was->path, &st) == 0 &&
	       (int64_t)st.st_dev == was->dev && (int64_t)st.st_ino == was->ino &&
	       (int64_t)st.st_size >= was->size;
}

static int
find_log(struct store *store, struct was *was, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT id, last, read_at, dev, ino, size FROM source"
		" WHERE path = ?1 AND ino IS NOT NULL AND last IS NOT NULL"
		" ORDER BY read_at DESC LIMIT 1",
		err);
	int rc;

	if (row == NULL)
		return -1;
	db_bind_text(row, 1, span_of(was->path));
	rc = db_step(row, err);
	if (rc <= 0)
		return rc;
	was->source = db_int(row, 0);
	was->last = db_int(row, 1);
	was->read_at = db_int(row, 2);
	was->dev = db_int(row, 3);
	was->ino = db_int(row, 4);
	was->size = db_int(row, 5);
	db_reset(row);
	rc = is_there(store, was, err);
	if (rc > 0)
		was->source = 0;
	return rc;
}

struct vanished *
vanished_new(struct store *store, const char *const *paths, size_t npaths, struct error *err)
{
	struct vanished *vanished = xcalloc(1, sizeof *vanished);

	vanished->logs = xcalloc(npaths + 1, sizeof *vanished->logs);
	vanished->n = npaths;
	for (size_t i = 0; i < npaths; i++) {
		vanished->logs[i].path = paths[i];
		if (find_log(store, &vanished->logs[i], err) < 0) {
			vanished_free(vanished);
			return NULL;
		}
	}
	return vanished;
}

void
vanished_free(struct vanished *vanished)
{
	if (vanished == NULL)
		return;
	free(vanished->logs);
	free(vanished);
}

/* Is it that file, or may it hold its lines, read before: it ended when that did? */
static bool
may_be(const struct was *was, const char *path)
{
	struct stat st;
	int64_t written;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if ((int64_t)st.st_dev == was->dev && (int64_t)st.st_ino == was->ino)
		return true;
	written = (int64_t)st.st_mtim.tv_sec * INSTANT_SECOND;
	return written >= was->last - INSTANT_MINUTE && written < was->read_at;
}

static bool
is_beside(const struct was *was)
{
	struct buf pattern = BUF_INIT;
	glob_t found;
	bool is = false;

	buf_addf(&pattern, "%s[.-]*", was->path);
	if (glob(buf_str(&pattern), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc && !is; i++)
			is = may_be(was, found.gl_pathv[i]);
		globfree(&found);
	}
	buf_clear(&pattern);
	return is;
}

/* Was it read since, by whatever name? *next: when the log begins that took its place. */
static int
ask_store(struct store *store, const struct was *was, bool *read, int64_t *next, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT (SELECT read_at > ?2 FROM source WHERE id = ?1),"
		" (SELECT first FROM source WHERE path = ?3 AND id <> ?1 ORDER BY read_at DESC LIMIT 1)",
		err);

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, was->source);
	db_bind_int(row, 2, was->read_at);
	db_bind_text(row, 3, span_of(was->path));
	if (db_step(row, err) < 0)
		return -1;
	*read = db_is_null(row, 0) || db_int(row, 0) != 0; /* NULL: it was pruned */
	*next = db_is_null(row, 1) ? instant_now() : db_int(row, 1);
	db_reset(row);
	return 0;
}

int
vanished_check(struct vanished *vanished, struct store *store, struct error *err)
{
	for (size_t i = 0; i < vanished->n; i++) {
		struct was *was = &vanished->logs[i];
		struct gap gap = { SPAN_NONE, was->last, 0,
			SPAN("a log was rotated away before it was read again"), 0 };
		struct stat st;
		bool read;

		if (was->source == 0 || stat(was->path, &st) < 0)
			continue;
		if (ask_store(store, was, &read, &gap.last, err) < 0)
			return -1;
		if (!read && !is_beside(was) && gap.last > gap.first &&
			gap_add(store_db(store), &gap, err) < 0)
			return -1;
		was->source = 0;
	}
	return 0;
}
