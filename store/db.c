#include "store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "store/schema.h"

#define SQLITE_NEEDED 3037000 /* STRICT tables */

struct db {
	sqlite3 *handle;
	char *path;
	enum db_mode mode;
	struct db_terms terms;
	bool begun;
	struct map statements; /* under their text */
};

struct db_statement {
	struct db *db;
	sqlite3_stmt *handle;
	int bind_rc; /* of the first parameter that could not be bound */
};

static int
fail(struct db *db, const char *verb, int rc, struct error *err)
{
	const char *reason = sqlite3_errcode(db->handle) != SQLITE_OK ? sqlite3_errmsg(db->handle)
	                                                              : sqlite3_errstr(rc);
	int number = sqlite3_system_errno(db->handle);

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, ERROR_SYSTEM,
			"cannot %s store '%s': another dkimwhy holds it; try again later", verb,
			db->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return db_damaged(db, reason, err);
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (number != 0)
			return error_set(err, ERROR_SYSTEM, "cannot %s store '%s': %s: %s", verb,
				db->path, reason, strerror(number));
		break;
	default:
		break;
	}
	return error_set(err, ERROR_SYSTEM, "cannot %s store '%s': %s", verb, db->path, reason);
}

/* Statements that need nothing bound and give no rows; several may stand in sql. */
static int
execute(struct db *db, const char *verb, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(db, verb, rc, err);
}

/* The one number that a statement gives. Returns what SQLite does. */
static int
ask(struct db *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *handle = NULL;
	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &handle, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(handle);
	if (rc == SQLITE_ROW)
		*value = sqlite3_column_int64(handle, 0);
	/* What step said is said by finalize, too. */
	return sqlite3_finalize(handle);
}

static int
make_folder(const char *path, struct error *err)
{
	ptrdiff_t slash = span_find_last(span_of(path), '/');
	struct buf folder = BUF_INIT;
	int rc = 0;

	buf_add(&folder, span_first(span_of(path), slash > 0 ? (size_t)slash : 0));
	if (mkdir(buf_str(&folder), 0750) < 0 && errno != EEXIST)
		rc = error_system(err, "cannot make folder '%s' for store '%s'", buf_str(&folder),
			path);
	buf_clear(&folder);
	return rc;
}

/*
 * The file is made here, not by SQLite, which would make it readable for all.
 * Only a new one is opened: closing any other would give up the locks that
 * this process may hold on it.
 */
static int
make_file(const char *path, struct error *err)
{
	int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(path, flags, 0640);

	if (fd < 0 && errno == ENOENT && strchr(path, '/') != NULL) {
		if (make_folder(path, err) < 0)
			return -1;
		fd = open(path, flags, 0640);
	}
	if (fd < 0)
		return errno == EEXIST ? 0 : error_system(err, "cannot make store '%s'", path);
	close(fd);
	return 0;
}

/*
 * SQLite opens for reading what it may not write, and takes a folder for a
 * file until it reads it.
 */
static int
check_access(const struct db *db, struct error *err)
{
	struct stat st;

	if (access(db->path, db->mode == DB_WRITE ? R_OK | W_OK : R_OK) < 0 ||
		stat(db->path, &st) < 0)
		return error_system(err, "cannot open store '%s'", db->path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_CONFIG, "store '%s' is no regular file", db->path);
	return 0;
}

static int
open_file(struct db *db, struct error *err)
{
	static const int config[][2] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
	};
	int access = db->mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	struct buf name = BUF_INIT;
	int rc;

	/* A name like ":memory:" or "file:..." is a file's all the same. */
	if (*db->path != '/')
		buf_add(&name, SPAN("./"));
	buf_add(&name, span_of(db->path));
	rc = sqlite3_open_v2(buf_str(&name), &db->handle, flags, NULL);
	buf_clear(&name);
	for (size_t i = 0; rc == SQLITE_OK && i < sizeof(config) / sizeof(config[0]); i++)
		rc = sqlite3_db_config(db->handle, config[i][0], config[i][1], NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_busy_timeout(db->handle, db->terms.busy_ms);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db->handle, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : fail(db, "open", rc, err);
}

/* What the file says of itself; all 0 when it is empty. */
struct kind {
	int64_t application, version, tables;
};

static int
read_kind(struct db *db, struct kind *kind, struct error *err)
{
	/* One view for all: another process may be making the store right now. */
	int rc = sqlite3_exec(db->handle, "BEGIN", NULL, NULL, NULL);

	*kind = (struct kind){ 0, 0, 0 };
	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA application_id", &kind->application);
	if (rc == SQLITE_NOTADB)
		return error_set(err, ERROR_CONFIG,
			"'%s' is not a database, so no store; name another file: "
			"dkimwhy ingest --store FILE",
			db->path);
	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA user_version", &kind->version);
	if (rc == SQLITE_OK)
		rc = ask(db, "SELECT count(*) FROM sqlite_master", &kind->tables);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL);
	return rc == SQLITE_OK ? 0 : fail(db, "open", rc, err);
}

/* Is it ours, and of a version that can be used? */
static int
check_kind(const struct db *db, const struct kind *kind, struct error *err)
{
	int64_t newest = (int64_t)db->terms.schema->nsteps;

	if (kind->application == 0 && kind->version == 0 && kind->tables == 0) {
		if (db->mode == DB_WRITE)
			return 0;
		return error_set(err, ERROR_CONFIG,
			"store '%s' is empty; fill it with: dkimwhy ingest --store '%s'", db->path,
			db->path);
	}
	if (kind->application != SCHEMA_APPLICATION)
		return error_set(err, ERROR_CONFIG,
			"'%s' is a database of another program; name another file: "
			"dkimwhy ingest --store FILE",
			db->path);
	if (kind->version > newest)
		return error_set(err, ERROR_CONFIG,
			"store '%s' was written by a newer dkimwhy (version %lld of its tables, "
			"this one knows %lld); use that one, or another file: "
			"dkimwhy ingest --store FILE",
			db->path, (long long)kind->version, (long long)newest);
	if (kind->version < 1)
		return db_damaged(db, "its version is none", err);
	if (kind->version < newest && db->mode == DB_READ)
		return error_set(err, ERROR_CONFIG,
			"store '%s' was written by an older dkimwhy; bring it up to date with: "
			"dkimwhy ingest --store '%s'",
			db->path, db->path);
	return 0;
}

/*
 * A new store's first writers do not wait for each other here as they do
 * elsewhere: SQLite, that sees two of them upgrade their locks, tells both at
 * once that the other one is in the way.
 */
static int
switch_to_wal(struct db *db)
{
	const int pause_ms = 5;
	int64_t answer;
	int rc;

	(void)sqlite3_busy_timeout(db->handle, 0);
	for (int waited_ms = 0;; waited_ms += pause_ms) {
		rc = ask(db, "PRAGMA journal_mode = WAL", &answer);
		if ((rc & 0xff) != SQLITE_BUSY || waited_ms >= db->terms.busy_ms)
			break;
		(void)sqlite3_sleep(pause_ms);
	}
	(void)sqlite3_busy_timeout(db->handle, db->terms.busy_ms);
	return rc;
}

/*
 * For writers. The -wal and -shm files stay when the last writer leaves, so
 * that users who may not write to the folder can read all the same.
 */
static int
prepare_writing(struct db *db, struct error *err)
{
	int persist = 1;
	int rc;

	if (sqlite3_db_readonly(db->handle, "main") != 0)
		return fail(db, "write", SQLITE_READONLY, err);
	(void)sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	/* Of a file without any page, so before it has its first: it can be made smaller in place. */
	if (execute(db, "write", "PRAGMA auto_vacuum = INCREMENTAL", err) < 0)
		return -1;
	rc = switch_to_wal(db);
	if (rc != SQLITE_OK)
		return fail(db, "write", rc, err);
	/* What is deleted is wiped in its page; pages that are free altogether, db_trim() takes away. */
	return execute(db, "write",
		"PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;"
		" PRAGMA secure_delete = FAST",
		err);
}

/* One step of the schema, unless another process was faster. */
static int
take_step(struct db *db, int64_t step, struct error *err)
{
	const char *const *sql = db->terms.schema->steps[step - 1];
	int64_t version = 0;
	char mark[96];
	int rc;

	if (execute(db, "write", "BEGIN IMMEDIATE", err) < 0)
		return -1;
	rc = ask(db, "PRAGMA user_version", &version);
	if (rc != SQLITE_OK) {
		fail(db, "write", rc, err);
		goto undo;
	}
	for (; version < step && *sql != NULL; sql++) {
		if (execute(db, "write", *sql, err) < 0)
			goto undo;
	}
	(void)snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %lld",
		SCHEMA_APPLICATION, (long long)step);
	if (version < step && execute(db, "write", mark, err) < 0)
		goto undo;
	if (execute(db, "write", "COMMIT", err) < 0)
		goto undo;
	return 0;
undo:
	(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

struct db *
db_open(const char *path, enum db_mode mode, struct error *err)
{
	return db_open_on(path, mode, (struct db_terms){ DB_BUSY_MS, &schema_store }, err);
}

static void
statement_free(struct db_statement *statement)
{
	(void)sqlite3_finalize(statement->handle);
	free(statement);
}

void
db_close(struct db *db)
{
	const struct map_entry *entry;
	size_t at = 0;
	int rc;

	if (db == NULL)
		return;
	while ((entry = map_next(&db->statements, &at)) != NULL)
		statement_free(entry->value);
	map_clear(&db->statements);
	rc = sqlite3_close(db->handle);
	assert(rc == SQLITE_OK);
	(void)rc;
	free(db->path);
	free(db);
}

int
db_begin(struct db *db, struct error *err)
{
	assert(!db->begun);
	if (db->mode == DB_WRITE ? execute(db, "write", "BEGIN IMMEDIATE", err) < 0
				 : execute(db, "read", "BEGIN", err) < 0)
		return -1;
	db->begun = true;
	return 0;
}

/* SQLite rolls back by itself when a disk is full or broken. What follows must not count alone. */
static int
check_begun(const struct db *db, struct error *err)
{
	if (db->begun && sqlite3_get_autocommit(db->handle) != 0)
		return error_set(err, ERROR_SYSTEM,
			"cannot write store '%s': an earlier failure has undone it all", db->path);
	return 0;
}

int
db_commit(struct db *db, struct error *err)
{
	assert(db->begun);
	if (check_begun(db, err) < 0 || execute(db, "write", "COMMIT", err) < 0) {
		db_rollback(db);
		return -1;
	}
	db->begun = false;
	return 0;
}

void
db_rollback(struct db *db)
{
	const struct map_entry *entry;
	size_t at = 0;

	while ((entry = map_next(&db->statements, &at)) != NULL)
		db_reset(entry->value);
	if (sqlite3_get_autocommit(db->handle) == 0)
		(void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	db->begun = false;
}

struct db_statement *
db_prepare(struct db *db, const char *sql, struct error *err)
{
	struct db_statement *statement = map_get(&db->statements, span_of(sql));
	sqlite3_stmt *handle = NULL;
	int rc;

	if (statement != NULL) {
		db_reset(statement);
		(void)sqlite3_clear_bindings(statement->handle);
		statement->bind_rc = SQLITE_OK;
		return statement;
	}
	rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);
	if (rc != SQLITE_OK) {
		fail(db, "use", rc, err);
		return NULL;
	}
	statement = xcalloc(1, sizeof(*statement));
	statement->db = db;
	statement->handle = handle;
	map_put(&db->statements, span_of(sql), statement);
	return statement;
}

static void
note_bound(struct db_statement *statement, int rc)
{
	if (statement->bind_rc == SQLITE_OK)
		statement->bind_rc = rc;
}

/* Bytes of our own for SQLite to free. */
static char *
copy_of(struct span value)
{
	char *copy = xmalloc(value.n > 0 ? value.n : 1);

	if (value.n > 0)
		memcpy(copy, value.p, value.n);
	return copy;
}

void
db_bind_int(struct db_statement *statement, int i, int64_t value)
{
	note_bound(statement, sqlite3_bind_int64(statement->handle, i, value));
}

void
db_bind_text(struct db_statement *statement, int i, struct span value)
{
	if (value.p == NULL) {
		db_bind_null(statement, i);
		return;
	}
	note_bound(statement,
		sqlite3_bind_blob64(statement->handle, i, copy_of(value), value.n, free));
}

void
db_bind_word(struct db_statement *statement, int i, struct span value)
{
	if (value.p == NULL) {
		db_bind_null(statement, i);
		return;
	}
	note_bound(statement, sqlite3_bind_text64(statement->handle, i, copy_of(value), value.n,
				      free, SQLITE_UTF8));
}

void
db_bind_null(struct db_statement *statement, int i)
{
	note_bound(statement, sqlite3_bind_null(statement->handle, i));
}

int
db_step(struct db_statement *statement, struct error *err)
{
	struct db *db = statement->db;
	int rc = statement->bind_rc;

	if (check_begun(db, err) < 0) {
		db_reset(statement);
		return -1;
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement->handle);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		fail(db, sqlite3_stmt_readonly(statement->handle) ? "read" : "write", rc, err);
	db_reset(statement);
	return rc == SQLITE_DONE ? 0 : -1;
}

void
db_reset(struct db_statement *statement)
{
	/* It gives again what the last step gave. */
	(void)sqlite3_reset(statement->handle);
}

int64_t
db_int(struct db_statement *statement, int column)
{
	return sqlite3_column_int64(statement->handle, column);
}

bool
db_is_null(struct db_statement *statement, int column)
{
	return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

struct span
db_text(struct db_statement *statement, int column)
{
	const char *p = sqlite3_column_blob(statement->handle, column);
	int n = sqlite3_column_bytes(statement->handle, column);

	if (db_is_null(statement, column))
		return SPAN_NONE;
	return n > 0 ? (struct span){ p, (size_t)n } : SPAN("");
}

int
db_run(struct db *db, const char *sql, struct error *err)
{
	struct db_statement *statement = db_prepare(db, sql, err);
	int rc;

	if (statement == NULL)
		return -1;
	while ((rc = db_step(statement, err)) == 1)
		;
	return rc;
}

int
db_run_each(struct db *db, const char *const *sql, struct error *err)
{
	for (; *sql != NULL; sql++)
		if (db_run(db, *sql, err) < 0)
			return -1;
	return 0;
}

int
db_trim(struct db *db, struct error *err)
{
	return db_run(db, "PRAGMA incremental_vacuum", err);
}

int
db_checkpoint(struct db *db, struct error *err)
{
	return db_run(db, "PRAGMA wal_checkpoint(TRUNCATE)", err);
}

int
db_bytes(struct db *db, uint64_t *bytes, struct error *err)
{
	int64_t size = 0, pages = 0, unused = 0;
	int rc = ask(db, "PRAGMA page_size", &size);

	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA page_count", &pages);
	if (rc == SQLITE_OK)
		rc = ask(db, "PRAGMA freelist_count", &unused);
	if (rc != SQLITE_OK)
		return fail(db, "read", rc, err);
	*bytes = (uint64_t)(size * (pages - unused));
	return 0;
}

int
db_version(struct db *db, int64_t *version, struct error *err)
{
	struct db_statement *row = db_prepare(db, "PRAGMA data_version", err);

	if (row == NULL || db_step(row, err) < 0)
		return -1;
	*version = db_int(row, 0);
	db_reset(row);
	return 0;
}

int64_t
db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int
db_damaged(const struct db *db, const char *what, struct error *err)
{
	return error_set(err, ERROR_CONFIG,
		"store '%s' is damaged (%s); move it away and read the logs again: "
		"dkimwhy ingest --store '%s'",
		db->path, what, db->path);
}

struct db *
db_open_on(const char *path, enum db_mode mode, struct db_terms terms, struct error *err)
{
	struct kind kind;
	struct db *db;

	if (sqlite3_libversion_number() < SQLITE_NEEDED) {
		error_set(err, ERROR_SYSTEM,
			"cannot open store '%s': SQLite is %s here, and 3.37 is needed", path,
			sqlite3_libversion());
		return NULL;
	}
	if (mode == DB_WRITE && make_file(path, err) < 0)
		return NULL;
	db = xcalloc(1, sizeof(*db));
	db->path = xstrdup(path);
	db->mode = mode;
	db->terms = terms;
	if (check_access(db, err) < 0 || open_file(db, err) < 0 || read_kind(db, &kind, err) < 0 ||
		check_kind(db, &kind, err) < 0 ||
		(mode == DB_WRITE && prepare_writing(db, err) < 0))
		goto failed;
	while (mode == DB_WRITE && kind.version < (int64_t)terms.schema->nsteps) {
		if (take_step(db, ++kind.version, err) < 0)
			goto failed;
	}
	return db;
failed:
	db_close(db);
	return NULL;
}
