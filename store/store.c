#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/instant.h"
#include "store/incident_row.h"
#include "store/row.h"

struct store {
	char *path;
	struct db *db;
	uint64_t key;
	struct arena arena; /* of the sources */
	struct log_file *files;
	int64_t *ids;
	size_t nfiles, nlogs;       /* nlogs: files in front of them, see reading_extra */
	struct db_statement *lines; /* at the next kept line; NULL: not begun, or at the end */
	int64_t from; /* store_choose(): of the lines those in temp.chosen_line; INSTANT_NONE: all */
	const struct ruleset *ruleset; /* likewise */
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

static int
read_sources(struct store *store, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT id, path, format, first, last, lines, cut FROM source ORDER BY id", err);
	size_t room = 0, of_ids = 0;
	int rc;

	forget_sources(store);
	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct log_file *file;

		store->files = xgrow(store->files, store->nfiles, &room, sizeof *store->files);
		store->ids = xgrow(store->ids, store->nfiles, &of_ids, sizeof *store->ids);
		file = &store->files[store->nfiles];
		*file = (struct log_file){
			.path = arena_copy(&store->arena, db_text(row, 1)).p,
			.format = arena_copy(&store->arena, db_text(row, 2)).p,
			.first = row_instant(row, 3),
			.last = row_instant(row, 4),
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

/* Choosing lines. SQLite knows nothing of how few are chosen: CROSS JOIN has it begin with these. */

/* clang-format off */
static const char *const make_choice[] = {
	"CREATE TEMP TABLE IF NOT EXISTS chosen_message(id INTEGER PRIMARY KEY)",
	"CREATE TEMP TABLE IF NOT EXISTS chosen_line(id INTEGER PRIMARY KEY)",
	"DELETE FROM temp.chosen_message",
	"DELETE FROM temp.chosen_line",
	NULL,
};

/* Postfix gives up after five days (maximal_queue_lifetime), or some more. */
static const char choose_messages[] =
	"WITH RECURSIVE near(id) AS ("
	"	SELECT id FROM message WHERE last >= ?1"
	"	UNION SELECT id FROM message WHERE open = 1 AND last >= ?1 - 604800000000"
	"	UNION SELECT message.id FROM near JOIN route ON route.message = near.id"
	"		JOIN message ON message.queue_id = route.queue_id)"
	" INSERT INTO temp.chosen_message SELECT id FROM near";

static const char *const choose_lines[] = {
	"INSERT OR IGNORE INTO temp.chosen_line"
	"	SELECT line FROM temp.chosen_message CROSS JOIN evidence ON message = id",
	"INSERT OR IGNORE INTO temp.chosen_line SELECT id FROM line WHERE key >= ?1 AND role > 0",
	"INSERT OR IGNORE INTO temp.chosen_line SELECT id FROM line WHERE role = 2 AND key < ?1",
	NULL,
};
/* clang-format on */

/* So long before and behind a message stand lines of the service that may have to do with it. */
#define AROUND INSTANT_MINUTE

static const char choose_message[] =
	"WITH RECURSIVE near(id) AS ("
	"	SELECT id FROM message WHERE queue_id = ?1"
	"	UNION SELECT message.id FROM near JOIN route ON route.message = near.id"
	"		JOIN message ON message.queue_id = route.queue_id)"
	" INSERT INTO temp.chosen_message SELECT id FROM near";

static const char choose_lines_around[] =
	"INSERT OR IGNORE INTO temp.chosen_line"
	" SELECT id FROM line WHERE key BETWEEN ?1 AND ?2 AND role > 0";

static int
run_from(struct store *store, const char *sql, int64_t from, struct error *err)
{
	struct db_statement *statement = db_prepare(store->db, sql, err);

	if (statement == NULL)
		return -1;
	db_bind_int(statement, 1, from);
	return db_step(statement, err);
}

int
store_choose(struct store *store, int64_t from, const struct ruleset *ruleset, struct error *err)
{
	store->from = from;
	store->ruleset = ruleset;
	if (db_run_each(store->db, make_choice, err) < 0)
		return -1;
	if (from == INSTANT_NONE)
		return 0;
	if (run_from(store, choose_messages, from, err) < 0 ||
		db_run(store->db, choose_lines[0], err) < 0)
		return -1;
	for (size_t i = 1; choose_lines[i] != NULL; i++)
		if (run_from(store, choose_lines[i], from, err) < 0)
			return -1;
	return 0;
}

int
store_incidents_begin(struct store *store, int64_t from, int64_t *begin, struct error *err)
{
	struct db_statement *row =
		db_prepare(store->db, "SELECT cause, first, last, ended FROM incident", err);
	int rc;

	if (row == NULL)
		return -1;
	*begin = INSTANT_NONE;
	while ((rc = db_step(row, err)) > 0) {
		struct incident incident = { .cause = cause_of(db_text(row, 0)),
			.first = row_instant(row, 1),
			.last = row_instant(row, 2),
			.ended = row_instant(row, 3) };

		if (incident_end(&incident) >= from &&
			(*begin == INSTANT_NONE || incident.first < *begin))
			*begin = incident.first;
	}
	return rc;
}

/* From when to when the chosen messages lived. 0: there are none, or without a time. */
static int
chosen_span(struct store *store, int64_t *first, int64_t *last, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT min(first), max(last) FROM temp.chosen_message"
		" JOIN message ON message.id = chosen_message.id",
		err);
	int rc = row == NULL ? -1 : db_step(row, err);

	if (rc <= 0)
		return -1;
	*first = row_instant(row, 0);
	*last = row_instant(row, 1);
	db_reset(row);
	return *first != INSTANT_NONE && *last != INSTANT_NONE;
}

int
store_choose_message(struct store *store, struct span queue_id, const struct ruleset *ruleset,
	struct error *err)
{
	struct db_statement *choose, *around;
	int64_t first, last;
	int rc;

	store->from = INSTANT_NONE;
	store->ruleset = ruleset;
	if (db_run_each(store->db, make_choice, err) < 0)
		return -1;
	choose = db_prepare(store->db, choose_message, err);
	around = db_prepare(store->db, choose_lines_around, err);
	if (choose == NULL || around == NULL)
		return -1;
	db_bind_text(choose, 1, queue_id);
	if (db_step(choose, err) < 0)
		return -1;
	rc = chosen_span(store, &first, &last, err);
	if (rc <= 0)
		return rc;
	db_bind_int(around, 1, first - AROUND);
	db_bind_int(around, 2, last + AROUND);
	if (db_run(store->db, choose_lines[0], err) < 0 || db_step(around, err) < 0 ||
		run_from(store, choose_lines[2], first - AROUND, err) < 0)
		return -1;
	store->from = first - AROUND;
	return 1;
}

int
store_same_cause(struct store *store, cause_t cause, struct store_same *same, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT count(*), min(first), max(first) FROM message"
		/* Each by name, and the index's own condition: so it is searched. */
		" WHERE verdict IN ('unknown', 'unsigned', 'deferred', 'rejected')"
		" AND verdict NOT IN ('signed', 'inbound') AND cause = ?1",
		err);

	if (row == NULL)
		return -1;
	db_bind_word(row, 1, span_of(cause_id(cause)));
	if (db_step(row, err) < 0)
		return -1;
	*same = (struct store_same){ (uint64_t)db_int(row, 0), row_instant(row, 1),
		row_instant(row, 2) };
	db_reset(row);
	return 0;
}

/* reading_extra's functions. */

#define SELECT_LINE                                                                                \
	"SELECT line.source, line.number, line.key, line.time, line.host, line.tag, line.pid,"     \
	" line.times, line.raw, line.text_at, line.text_n, line.text FROM "
#define OF_SOURCE_IN_ORDER                                                                         \
	" JOIN source ON source.id = line.source ORDER BY line.key, source.first, line.number, line.source"

static const char select_lines[] = SELECT_LINE "line" OF_SOURCE_IN_ORDER;
static const char select_chosen_lines[] = SELECT_LINE
	"temp.chosen_line CROSS JOIN line ON line.id = chosen_line.id" OF_SOURCE_IN_ORDER;

static int
begin(void *ctx, const struct knowledge *knowledge, size_t nlogs, int64_t logs_begin,
	struct error *err)
{
	struct store *store = ctx;
	struct db_statement *row =
		db_prepare(store->db, "SELECT kind, key, first, last FROM fact", err);
	int rc;

	(void)logs_begin;
	store->nlogs = nlogs;
	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0)
		facts_restore(knowledge->facts, db_text(row, 0), db_text(row, 1), db_int(row, 2),
			db_int(row, 3));
	if (rc < 0 || (store->from != INSTANT_NONE &&
			      incident_rows_restore(store->db, store->ruleset, knowledge->incidents,
				      store->from, err) < 0))
		return -1;
	store->lines = db_prepare(store->db,
		store->from == INSTANT_NONE ? select_lines : select_chosen_lines, err);
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
		.when = row_instant(row, 3),
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
	store->from = INSTANT_NONE;
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
store_count(struct store *store, struct store_counts *counts, struct error *err)
{
	struct db_statement *row = db_prepare(store->db,
		"SELECT (SELECT count(*) FROM message), (SELECT count(*) FROM line),"
		" (SELECT count(*) FROM settled), (SELECT ifnull(sum(messages), 0) FROM rollup)",
		err);

	if (row == NULL || db_step(row, err) < 0)
		return -1;
	*counts = (struct store_counts){ (uint64_t)db_int(row, 0), (uint64_t)db_int(row, 1),
		(uint64_t)db_int(row, 2), (uint64_t)db_int(row, 3) };
	db_reset(row);
	return 0;
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
			row_instant(row, 3), row_instant(row, 4), db_int(row, 5),
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
		struct gap gap = { db_text(row, 0), row_instant(row, 1), row_instant(row, 2),
			db_text(row, 3), (uint64_t)db_int(row, 4) };

		visit(ctx, &gap);
	}
	return rc;
}
