#include "store/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/instant.h"
#include "store/held.h"

/*
 * The kernel stamps files by a clock that ticks every few milliseconds, some file systems by one that
 * ticks every other second: what was written after an instant may bear an earlier one.
 */
#define MTIME_SLACK (2 * INSTANT_SECOND)

/* How a file was when it was looked at last. */
struct seen {
	char *path;
	dev_t dev;
	ino_t ino;
	off_t size;      /* -1: unknown; it counts as changed */
	int64_t written; /* its mtime */
	bool unfinished; /* its last line lacks a newline, and is waited for */
	bool refused;    /* it could not be opened, and that was told */
};

struct follow {
	const char *const *paths;
	size_t npaths;
	struct seen *seen;
	size_t nseen;
	const char **files; /* what follow_changed() gives: into found */
	struct seen *found;
	size_t nfound;
	struct held held; /* the logs at paths, and of those of before what is not read yet */
	int64_t now;
};

/* Who is told what is missing. */
struct listener {
	void (*missing)(void *ctx, const char *path, const char *why);
	void *ctx;
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
	follow->paths = paths;
	follow->npaths = npaths;
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
	held_clear(&follow->held);
	free(follow->files);
	free(follow);
}

void
follow_forget(struct follow *follow)
{
	for (size_t i = 0; i < follow->nseen; i++)
		follow->seen[i].size = -1;
}

static int64_t
written_at(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * INSTANT_SECOND + st->st_mtim.tv_nsec / 1000;
}

static const struct seen *
seen_before(const struct follow *follow, const char *path)
{
	for (size_t i = follow->nseen; i-- > 0;)
		if (strcmp(follow->seen[i].path, path) == 0)
			return &follow->seen[i];
	return NULL;
}

/* Was the last line waited for long enough, by all clocks? */
static bool
is_overdue(const struct follow *follow, const struct seen *seen)
{
	return seen->unfinished && follow->now - seen->written > LOG_WAIT + MTIME_SLACK;
}

static bool
is_unchanged(const struct follow *follow, const struct seen *before, const struct seen *seen)
{
	return before != NULL && !before->refused && before->dev == seen->dev &&
	       before->ino == seen->ino && before->size == seen->size &&
	       before->written == seen->written && !is_overdue(follow, before);
}

/* Can it be read? unfinished is filled in. */
static bool
try_to_read(const char *path, struct seen *seen)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char last = '\n';

	if (fd < 0)
		return false;
	if (seen->size > 0 && pread(fd, &last, 1, seen->size - 1) != 1)
		last = '\n';
	seen->unfinished = last != '\n';
	close(fd);
	return true;
}

static void
remember(struct seen **list, size_t *n, const char *path, const struct seen *seen)
{
	*list = xreallocarray(*list, *n + 1, sizeof **list);
	(*list)[*n] = *seen;
	(*list)[(*n)++].path = xstrdup(path);
}

/* What the store has of a file: is it one of ours at all, was it read to its end, and when? */
struct had {
	bool known, read;
	bool plain;
	int64_t read_at;
};

static int
ask_store(struct store *store, const struct seen *seen, struct had *had, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT size = ?3 AND read_at > ?4, format = 'plain', read_at FROM source"
		" WHERE dev = ?1 AND ino = ?2 ORDER BY read_at DESC LIMIT 1",
		err);
	int rc;

	*had = (struct had){ false, false, true, INSTANT_NONE };
	if (row == NULL)
		return -1;
	db_bind_int(row, 1, (int64_t)seen->dev);
	db_bind_int(row, 2, (int64_t)seen->ino);
	db_bind_int(row, 3, (int64_t)seen->size);
	db_bind_int(row, 4, seen->written);
	rc = db_step(row, err);
	if (rc > 0) {
		*had = (struct had){ true, db_int(row, 0) != 0, db_int(row, 1) != 0,
			db_int(row, 2) };
		db_reset(row);
	}
	return rc < 0 ? -1 : 0;
}

/*
 * From when on a sibling may hold what was not read. The log and its siblings were read at the last
 * reading, but the log of before may have gone between the look at the one and at the others: its last
 * lines are as old as the reading before that. Of a log that never was read: when following began.
 */
static int
unread_since(struct store *store, const char *path, int64_t *since, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT coalesce((SELECT min(read_at) FROM (SELECT DISTINCT read_at FROM source"
		"   WHERE substr(path, 1, length(?1)) = ?1 ORDER BY read_at DESC LIMIT 2)),"
		" min(began, coalesce((SELECT max(read_at) FROM source), began)))"
		" FROM (SELECT CAST(CAST(value AS TEXT) AS INTEGER) AS began FROM meta"
		"   WHERE key = 'followed')",
		err);
	int rc;

	*since = INSTANT_NONE;
	if (row == NULL)
		return -1;
	db_bind_text(row, 1, span_of(path));
	rc = db_step(row, err);
	if (rc > 0) {
		*since = db_int(row, 0) - MTIME_SLACK;
		db_reset(row);
	}
	return rc < 0 ? -1 : 0;
}

static bool
is_wanted(const struct follow *follow, const struct seen *seen, const struct had *had, bool sibling,
	int64_t since)
{
	if (had->read)
		return had->plain && is_overdue(follow, seen) &&
		       had->read_at < seen->written + LOG_WAIT;
	return !sibling || had->known || seen->written >= since;
}

/* How it stands there, but for its path. False: no regular file does. */
static bool
see(struct seen *seen, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	*seen = (struct seen){
		.dev = st.st_dev, .ino = st.st_ino, .size = st.st_size, .written = written_at(&st)
	};
	errno = EINVAL;
	return S_ISREG(st.st_mode);
}

/* 1: it is there and can be read. 0: not, see errno. -1: see err. */
static int
look_at(struct follow *follow, struct store *store, const char *path, bool sibling, int64_t since,
	struct error *err)
{
	struct seen seen;
	struct had had;
	const struct seen *before = seen_before(follow, path);

	if (!see(&seen, path))
		return 0;
	if (is_unchanged(follow, before, &seen))
		return 1;
	if (!try_to_read(path, &seen))
		return 0;
	if (ask_store(store, &seen, &had, err) < 0)
		return -1;
	if (is_wanted(follow, &seen, &had, sibling, since))
		remember(&follow->found, &follow->nfound, path, &seen);
	seen.unfinished &= !is_overdue(follow, &seen) && had.plain;
	remember(&follow->seen, &follow->nseen, path, &seen);
	return 1;
}

/* Told once until it can be read again. */
static void
refuse(struct follow *follow, const char *path, const struct listener *listener)
{
	const struct seen *before = seen_before(follow, path);
	struct seen refused = { .size = -1, .refused = true };

	if (before != NULL && before->refused)
		return;
	if (listener->missing != NULL)
		listener->missing(listener->ctx, path,
			errno == EINVAL ? "it is no regular file" : strerror(errno));
	remember(&follow->seen, &follow->nseen, path, &refused);
}

/* A sibling's name goes on with a number or a date, or says "old"; others are of other programs. */
static bool
is_rotated(const char *path, const char *sibling)
{
	const char *end = sibling + strlen(path) + 1;

	return ascii_is_digit(*end) || strncmp(end, "old", 3) == 0;
}

/* Who packs a file removes it only when the packed one is whole. */
static bool
is_being_packed(const char *sibling)
{
	static const struct span endings[] = { { ".gz", 3 }, { ".bz2", 4 }, { ".xz", 3 },
		{ ".zst", 4 }, { ".lz4", 4 } };
	struct span name = span_of(sibling);
	struct buf plain = BUF_INIT;
	struct stat st;
	bool is = false;

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (!span_ends(name, endings[i]))
			continue;
		buf_reset(&plain);
		buf_add(&plain, span_first(name, name.n - endings[i].n));
		is |= stat(buf_str(&plain), &st) == 0;
	}
	buf_clear(&plain);
	return is;
}

static int
look_at_siblings(struct follow *follow, struct store *store, const char *path, int64_t since,
	const struct listener *listener, struct error *err)
{
	struct buf pattern = BUF_INIT;
	glob_t found;
	int rc = 0;

	for (const char *p = path; *p != '\0'; p++) {
		if (strchr("*?[\\", *p) != NULL)
			buf_add_char(&pattern, '\\');
		buf_add_char(&pattern, *p);
	}
	buf_add(&pattern, SPAN("[.-]*"));
	if (glob(buf_str(&pattern), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc && rc >= 0; i++) {
			if (!is_rotated(path, found.gl_pathv[i]) ||
				is_being_packed(found.gl_pathv[i]))
				continue;
			rc = look_at(follow, store, found.gl_pathv[i], true, since, err);
			if (rc == 0 && errno == EACCES)
				refuse(follow, found.gl_pathv[i], listener);
		}
		globfree(&found);
	}
	buf_clear(&pattern);
	return rc < 0 ? -1 : 0;
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

static int
look_at_log(struct follow *follow, struct store *store, const char *path,
	const struct listener *listener, struct error *err)
{
	int64_t since;
	int rc;

	if (unread_since(store, path, &since, err) < 0 ||
		look_at_siblings(follow, store, path, since, listener, err) < 0)
		return -1;
	rc = look_at(follow, store, path, false, since, err);
	if (rc == 0)
		refuse(follow, path, listener);
	else if (rc > 0)
		held_take(&follow->held, path);
	return rc < 0 ? -1 : 0;
}

/* Does it stand at a path, or at a sibling's? */
static bool
has_a_name(const struct follow *follow, const struct held_file *file)
{
	for (size_t i = 0; i < follow->nseen; i++) {
		struct stat st;

		if (!held_is_path(follow->seen[i].path) && stat(follow->seen[i].path, &st) == 0 &&
			st.st_dev == file->dev && st.st_ino == file->ino)
			return true;
	}
	return false;
}

static bool
stands_at_a_path(const struct follow *follow, const struct held_file *file)
{
	for (size_t i = 0; i < follow->npaths; i++) {
		struct stat st;

		if (stat(follow->paths[i], &st) == 0 && st.st_dev == file->dev &&
			st.st_ino == file->ino)
			return true;
	}
	return false;
}

/*
 * Logs that were removed, or moved to where nobody looks: they are read to their end, and for as long as
 * someone may still write to them, who has them open.
 */
static int
look_at_held(struct follow *follow, struct store *store, struct error *err)
{
	for (size_t i = follow->held.n; i-- > 0;) {
		const struct held_file *file = &follow->held.files[i];
		const struct seen *seen;
		size_t nfound = follow->nfound;

		if (stands_at_a_path(follow, file))
			continue;
		if (has_a_name(follow, file)) {
			held_drop(&follow->held, i);
			continue;
		}
		if (look_at(follow, store, file->path, false, INSTANT_NONE, err) < 0)
			return -1;
		seen = seen_before(follow, file->path);
		if (follow->nfound == nfound &&
			(seen == NULL || follow->now - seen->written > LOG_WAIT + MTIME_SLACK))
			held_drop(&follow->held, i);
	}
	return 0;
}

ssize_t
follow_changed(struct follow *follow, struct store *store, const char *const **files,
	void (*missing)(void *ctx, const char *path, const char *why), void *ctx, struct error *err)
{
	const struct listener listener = { missing, ctx };

	clear(&follow->found, &follow->nfound);
	follow->now = instant_now();
	for (size_t i = 0; i < follow->npaths; i++)
		if (look_at_log(follow, store, follow->paths[i], &listener, err) < 0)
			return -1;
	if (look_at_held(follow, store, err) < 0)
		return -1;
	forget_stale(follow);
	follow->files = xreallocarray(follow->files, follow->nfound + 1, sizeof(const char *));
	for (size_t i = 0; i < follow->nfound; i++)
		follow->files[i] = follow->found[i].path;
	*files = follow->files;
	return (ssize_t)follow->nfound;
}
