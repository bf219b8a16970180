#include "store/follow.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"

/* How a file was when it was looked at last. */
struct seen {
	char *path;
	dev_t dev;
	ino_t ino;
	off_t size;
	int64_t written; /* its mtime */
};

struct followed {
	const char *path;
	bool missing; /* and that was told */
};

struct follow {
	struct followed *paths;
	size_t npaths;
	struct seen *seen;
	size_t nseen;
	const char **files; /* what follow_changed() gives: into found */
	struct seen *found;
	size_t nfound;
};

static int
remember_beginning(struct store *store, struct error *err)
{
	struct db_statement *put = db_prepare(store_db(store),
		"INSERT OR IGNORE INTO meta(key, value) VALUES('followed', CAST(?1 AS BLOB))", err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, instant_now());
	return db_step(put, err);
}

struct follow *
follow_new(struct store *store, const char *const *paths, size_t npaths, struct error *err)
{
	struct follow *follow;

	if (remember_beginning(store, err) < 0)
		return NULL;
	follow = xcalloc(1, sizeof *follow);
	follow->paths = xcalloc(npaths + 1, sizeof *follow->paths);
	follow->npaths = npaths;
	for (size_t i = 0; i < npaths; i++)
		follow->paths[i].path = paths[i];
	return follow;
}

static void
clear(struct seen **list, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		free((*list)[i].path);
	free(*list);
	*list = NULL;
	*n = 0;
}

void
follow_free(struct follow *follow)
{
	if (follow == NULL)
		return;
	clear(&follow->seen, &follow->nseen);
	clear(&follow->found, &follow->nfound);
	free(follow->files);
	free(follow->paths);
	free(follow);
}

void
follow_forget(struct follow *follow)
{
	clear(&follow->seen, &follow->nseen);
}

static int64_t
written_at(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * INSTANT_SECOND + st->st_mtim.tv_nsec / 1000;
}

static bool
is_unchanged(const struct follow *follow, const char *path, const struct stat *st)
{
	for (size_t i = 0; i < follow->nseen; i++) {
		const struct seen *seen = &follow->seen[i];

		if (seen->dev == st->st_dev && seen->ino == st->st_ino &&
			seen->size == st->st_size && seen->written == written_at(st) &&
			strcmp(seen->path, path) == 0)
			return true;
	}
	return false;
}

static void
remember(struct seen **list, size_t *n, const char *path, const struct stat *st)
{
	*list = xreallocarray(*list, *n + 1, sizeof **list);
	(*list)[(*n)++] =
		(struct seen){ xstrdup(path), st->st_dev, st->st_ino, st->st_size, written_at(st) };
}

/* What the store has of a file: was it read to its end, is it one of ours at all? */
struct had {
	bool read, known;
};

static int
ask_store(struct store *store, const struct stat *st, struct had *had, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT size = ?3 AND read_at > ?4 FROM source WHERE dev = ?1 AND ino = ?2"
		" ORDER BY read_at DESC LIMIT 1",
		err);
	int rc;

	*had = (struct had){ false, false };
	if (row == NULL)
		return -1;
	db_bind_int(row, 1, (int64_t)st->st_dev);
	db_bind_int(row, 2, (int64_t)st->st_ino);
	db_bind_int(row, 3, (int64_t)st->st_size);
	db_bind_int(row, 4, written_at(st));
	rc = db_step(row, err);
	if (rc > 0) {
		had->known = true;
		had->read = db_int(row, 0) != 0;
		db_reset(row);
	}
	return rc < 0 ? -1 : 0;
}

/* When anything was read last, else when following began. */
static int
last_read(struct store *store, int64_t *read_at, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT coalesce((SELECT max(read_at) FROM source),"
		" (SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM meta WHERE key = 'followed'))",
		err);

	*read_at = INSTANT_NONE;
	if (row == NULL || db_step(row, err) < 0)
		return -1;
	if (!db_is_null(row, 0))
		*read_at = db_int(row, 0);
	db_reset(row);
	return 0;
}

static int
look_at(struct follow *follow, struct store *store, const char *path, bool sibling, int64_t read_at,
	struct error *err)
{
	struct stat st;
	struct had had;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || is_unchanged(follow, path, &st))
		return 0;
	if (ask_store(store, &st, &had, err) < 0)
		return -1;
	if (!had.read &&
		(!sibling || had.known || (read_at != INSTANT_NONE && written_at(&st) >= read_at)))
		remember(&follow->found, &follow->nfound, path, &st);
	remember(&follow->seen, &follow->nseen, path, &st);
	return 0;
}

static int
look_at_siblings(struct follow *follow, struct store *store, const char *path, int64_t read_at,
	struct error *err)
{
	struct buf pattern = BUF_INIT;
	glob_t found;
	int rc = 0;

	buf_addf(&pattern, "%s[.-]*", path);
	if (glob(buf_str(&pattern), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc && rc == 0; i++)
			rc = look_at(follow, store, found.gl_pathv[i], true, read_at, err);
		globfree(&found);
	}
	buf_clear(&pattern);
	return rc;
}

/* What was seen of a file is replaced by how it is now. */
static void
forget_stale(struct follow *follow)
{
	size_t kept = 0;

	for (size_t i = 0; i < follow->nseen; i++) {
		bool again = false;

		for (size_t k = i + 1; k < follow->nseen; k++)
			again |= strcmp(follow->seen[i].path, follow->seen[k].path) == 0;
		if (again)
			free(follow->seen[i].path);
		else
			follow->seen[kept++] = follow->seen[i];
	}
	follow->nseen = kept;
}

ssize_t
follow_changed(struct follow *follow, struct store *store, const char *const **files,
	void (*missing)(void *ctx, const char *path, const char *why), void *ctx, struct error *err)
{
	int64_t read_at;

	clear(&follow->found, &follow->nfound);
	if (last_read(store, &read_at, err) < 0)
		return -1;
	for (size_t i = 0; i < follow->npaths; i++) {
		struct followed *followed = &follow->paths[i];
		struct stat st;
		bool gone = stat(followed->path, &st) < 0;

		if (gone && !followed->missing && missing != NULL)
			missing(ctx, followed->path, strerror(errno));
		followed->missing = gone;
		if (look_at_siblings(follow, store, followed->path, read_at, err) < 0 ||
			look_at(follow, store, followed->path, false, read_at, err) < 0)
			return -1;
	}
	forget_stale(follow);
	follow->files = xreallocarray(follow->files, follow->nfound + 1, sizeof(const char *));
	for (size_t i = 0; i < follow->nfound; i++)
		follow->files[i] = follow->found[i].path;
	*files = follow->files;
	return (ssize_t)follow->nfound;
}
