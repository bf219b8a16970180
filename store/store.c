#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/instant.h"

struct store {
	char *path;
	struct db *db;
	uint64_t key;
	struct arena arena; /* of the sources */
	struct log_file *files;
	int64_t *ids;
	size_t nfiles, nlogs;       /* nlogs: files in front of them, see reading_extra */
	struct db_statement *lines; /* at the next kept line; NULL: not begun, or at the end */
};

struct db *
store_db(struct store *store)
{
	return store->db;
}

const char *
store_path(const struct store *store)
{
	return store->path;
}

uint64_t
store_key(const struct store *store)
{
	return store->key;
}

static int
draw_key(uint64_t *key, struct error *err)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	int rc = -1;

	if (fd < 0 || read(fd, key, sizeof *key) != (ssize_t)sizeof *key)
		error_system(err, "cannot read '/dev/urandom'");
	else
		rc = 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

/* The digests' key: drawn once, when the store is new. */
static int
read_key(struct store *store, enum db_mode mode, struct error *err)
{
	struct db_statement *get =
		db_prepare(store->db, "SELECT value FROM meta WHERE key = 'key'", err);
	struct db_statement *put;
	struct span value;
	int rc = get == NULL ? -1 : db_step(get, err);

	if (rc > 0) {
		value = db_text(get, 0);
		if (value.n != sizeof store->key)
			rc = db_damaged(store->db, "the key of its digests", err);
		else
			memcpy(&store->key, value.p, sizeof store->key);
		db_reset(get);
		return rc < 0 ? -1 : 0;
	}
	if (rc < 0 || mode == DB_READ)
		return rc;
	put = db_prepare(store->db, "INSERT INTO meta(key, value) VALUES('key', ?1)", err);
	if (put == NULL || draw_key(&store->key, err) < 0)
		return -1;
	db_bind_text(put, 1, (struct span){ (const char *)&store->key, sizeof store->key });
	return db_step(put, err);
}

int
store_horizon(struct store *store, int64_t *horizon, struct error *err)
{
	struct db_statement *get =
		db_prepare(store->db, "SELECT value FROM meta WHERE key = 'horizon'", err);
	int rc = get == NULL ? -1 : db_step(get, err);
	uint64_t value;

	*horizon = INSTANT_NONE;
	if (rc <= 0)
		return rc;
	if (span_to_u64(db_text(get, 0), &value) && value <= INT64_MAX)
		*horizon = (int64_t)value;
	db_reset(get);
	return *horizon == INSTANT_NONE ? db_damaged(store->db, "its horizon", err) : 0;
}

int
store_set_horizon(struct store *store, int64_t horizon, struct error *err)
{
	struct db_statement *put = db_prepare(store->db,
		"INSERT INTO meta(key, value) VALUES('horizon', ?1)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
		err);
	struct buf value = BUF_INIT;
	int64_t before;

	if (put == NULL || store_horizon(store, &before, err) < 0)
		return -1;
	if (horizon <= before || horizon <= 0)
		return 0;
	buf_addf(&value, "%lld", (long long)horizon);
	db_bind_text(put, 1, buf_span(&value));
	buf_clear(&value);
	return db_step(put, err);
}

struct store *
store_open(const char *path, enum db_mode mode, struct error *err)
{
	struct store *store = xcalloc(1, sizeof *store);

	store->path = xstrdup(path);
	store->db = db_open(path, mode, err);
	if (store->db == NULL || read_key(store, mode, err) < 0) {
		store_close(store);
		return NULL;
	}
	return store;
}

static void
forget_sources(struct store *store)
{
	free(store->files);
	free(store->ids);
	store->files = NULL;
	store->ids = NULL;
	store->nfiles = 0;
	arena_clear(&store->arena);
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	forget_sources(store);
	db_close(store->db);
	free(store->path);
	free(store);
}

static int64_t
instant_of(struct db_statement *row, int column)
{
	return db_is_null(row, column) ? INSTANT_NONE : db_int(row, column);
}

static int
read_sources(struct store *store, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT id, path, format, first, last, lines, cut FROM source ORDER BY id", err);
	size_t room = 0;
	int rc;

	forget_sources(store);
	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct log_file *file;

		if (store->nfiles == room) {
			room = room == 0 ? 16 : 2 * room;
			store->files = xreallocarray(store->files, room, sizeof *store->files);
			store->ids = xreallocarray(store->ids, room, sizeof *store->ids);
		}
		file = &store->files[store->nfiles];
		*file = (struct log_file){
			.path = arena_copy(&store->arena, db_text(row, 1)).p,
			.format = arena_copy(&store->arena, db_text(row, 2)).p,
			.first = instant_of(row, 3),
			.last = instant_of(row, 4),
			.lines = (uint64_t)db_int(row, 5),
			.cut = (uint64_t)db_int(row, 6),
		};
		store->ids[store->nfiles++] = db_int(row, 0);
	}
	return rc;
}

int64_t
store_source(const struct store *store, size_t i)
{
	return store->ids[i];
}

size_t
store_file(const struct store *store, int64_t source)
{
	size_t low = 0, high = store->nfiles;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (store->ids[middle] < source)
			low = middle + 1;
		else
			high = middle;
	}
	return low < store->nfiles && store->ids[low] == source ? low : store->nfiles;
}

/* reading_extra's functions. */

static int
begin(void *ctx, struct facts *facts, size_t nlogs, struct error *err)
{
	struct store *store = ctx;
	struct db_statement *row =
		db_prepare(store->db, "SELECT kind, key, first, last FROM fact", err);
	int rc;

	store->nlogs = nlogs;
	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0)
		facts_restore(facts, db_text(row, 0), db_text(row, 1), db_int(row, 2),
			db_int(row, 3));
	if (rc < 0)
		return -1;
	store->lines = db_prepare(store->db,
		"SELECT line.source, line.number, line.key, line.time, line.host, line.tag, line.pid,"
		" line.times, line.raw, line.text_at, line.text_n, line.text"
		" FROM line JOIN source ON source.id = line.source"
		" ORDER BY line.key, source.first, line.number",
		err);
	return store->lines == NULL ? -1 : 0;
}

static int
next(void *ctx, struct line *line, struct error *err)
{
	struct store *store = ctx;
	struct db_statement *row = store->lines;
	size_t file;
	int rc;

	if (row == NULL)
		return 0;
	rc = db_step(row, err);
	if (rc <= 0) {
		store->lines = NULL;
		return rc;
	}
	file = store_file(store, db_int(row, 0));
	if (file >= store->nfiles)
		return db_damaged(store->db, "a line of no source", err);
	*line = (struct line){
		.when = instant_of(row, 3),
		.own_stamp = true,
		.host = db_text(row, 4),
		.tag = db_text(row, 5),
		.pid = (uint32_t)db_int(row, 6),
		.times = (uint32_t)db_int(row, 7),
		.raw = db_text(row, 8),
		.file = (uint32_t)(store->nlogs + file),
		.number = (uint64_t)db_int(row, 1),
		.key = db_int(row, 2),
	};
	line->text = db_is_null(row, 11) ? span_first(span_from(line->raw, (size_t)db_int(row, 9)),
						   (size_t)db_int(row, 10))
	                                 : db_text(row, 11);
	return 1;
}

int
store_extra(struct store *store, struct reading_extra *extra, struct error *err)
{
	if (read_sources(store, err) < 0)
		return -1;
	*extra = (struct reading_extra){
		.ctx = store,
		.files = store->files,
		.nfiles = store->nfiles,
		.begin = begin,
		.next = next,
	};
	return 0;
}

int
store_each_sum(struct store *store, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT hour, host, domain, verdict, cause, messages FROM rollup"
		" ORDER BY hour, host, domain, verdict, cause",
		err);
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct store_sum sum = { .hour = db_int(row, 0) * INSTANT_HOUR,
			.host = db_text(row, 1),
			.domain = db_text(row, 2),
			.cause = cause_of(db_text(row, 4)),
			.messages = (uint64_t)db_int(row, 5) };

		if (!verdict_of(db_text(row, 3), &sum.verdict)) {
			db_reset(row);
			return db_damaged(store->db, "a verdict", err);
		}
		visit(ctx, &sum);
	}
	return rc;
}

int
store_each_source(struct store *store, void (*visit)(void *ctx, const struct store_status *status),
	void *ctx, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT path, format, ifnull(problem, ''), first, last, read_at, lines, cut FROM source"
		" ORDER BY first, id",
		err);
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct store_status status = { db_text(row, 0), db_text(row, 1), db_text(row, 2),
			instant_of(row, 3), instant_of(row, 4), db_int(row, 5),
			(uint64_t)db_int(row, 6), (uint64_t)db_int(row, 7) };

		visit(ctx, &status);
	}
	return rc;
}

int
store_each_gap(struct store *store, void (*visit)(void *ctx, const struct gap *gap), void *ctx,
	struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT host, first, last, why, lines FROM gap ORDER BY first, id", err);
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct gap gap = { db_text(row, 0), instant_of(row, 1), instant_of(row, 2),
			db_text(row, 3), (uint64_t)db_int(row, 4) };

		visit(ctx, &gap);
	}
	return rc;
}
