/*
 * db.h - SQLite for the rest of store/: a store opened, guarded and brought up to date;
 * statements; transactions.
 *
 * WAL, one writer at a time. The file is not trusted: SQLite is told to be defensive, to
 * trust no function that a schema names, and to check what it reads. The schema stands in
 * store/schema.h.
 *
 * What SQLite says is told as "cannot write store 'PATH': database or disk is full". A store
 * that another process writes to is waited for, and then told as held by another dkimwhy
 * (ERROR_SYSTEM); a damaged one is told with the way out (ERROR_CONFIG).
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct db;
struct db_statement;
struct schema;

enum db_mode {
	DB_READ, /* must exist; an older one is refused with the command that brings it up to date */
	DB_WRITE, /* made when it does not exist (mode 0640, its folder 0750); older ones are migrated */
};

/*
 * ERROR_SYSTEM: cannot be opened. ERROR_CONFIG: not a store of ours, newer than this program
 * (the message says so), damaged. A locked store is waited for, DB_BUSY_MS at most. Of a path's
 * folders only the last one is made.
 */
#define DB_BUSY_MS 10000
struct db *db_open(const char *path, enum db_mode mode, struct error *err);

/* What is open, transaction and statements, ends with it: uncommitted work is rolled back. */
void db_close(struct db *db);

/*
 * A transaction. Of DB_WRITE it takes the write lock at once; of DB_READ it gives one unchanging
 * view of the store. They do not nest. After a failed step, roll back: SQLite may have done so
 * already. A commit that fails has rolled back. db_rollback() without a transaction does nothing.
 */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);

/*
 * A prepared statement, owned by db and kept for reuse under its text, which must be a string
 * literal. NULL: see err. It is ready to be bound and stepped: all its parameters are NULL.
 */
struct db_statement *db_prepare(struct db *db, const char *sql, struct error *err);

/*
 * Bind parameter i (from 1); it stays bound until it is bound anew. Spans are copied; an empty one
 * with NULL p binds NULL. What cannot be bound fails the next db_step().
 *
 * A TEXT column takes words only and a BLOB column bytes only, and to SQLite no word equals the
 * same bytes.
 */
void db_bind_int(struct db_statement *statement, int i, int64_t value);
void db_bind_text(struct db_statement *statement, int i, struct span value); /* as bytes: a BLOB */
void db_bind_word(struct db_statement *statement, int i, struct span value); /* UTF-8: a TEXT */
void db_bind_null(struct db_statement *statement, int i);

/* 1: a row. 0: done. -1: failed. After 0 and -1 it is reset; db_reset() ends it before. */
int db_step(struct db_statement *statement, struct error *err);
void db_reset(struct db_statement *statement);

/*
 * Columns of the row at hand (from 0). Spans are borrowed until the next step or reset; db_text()
 * is for BLOB and TEXT, and its p is NULL for NULL only.
 */
int64_t db_int(struct db_statement *statement, int column);
bool db_is_null(struct db_statement *statement, int column);
struct span db_text(struct db_statement *statement, int column);

/* Bind nothing, step to the end. sql must be a string literal. */
int db_run(struct db *db, const char *sql, struct error *err);
/* One after the other, up to NULL. */
int db_run_each(struct db *db, const char *const *sql, struct error *err);

/*
 * After much was deleted. db_trim(), within a transaction: give free pages back, so that nothing of
 * what they held is left. db_checkpoint(), outside of one: bring what was written so far into the
 * file itself and empty the log beside it, as far as no reader is in the way.
 */
int db_trim(struct db *db, struct error *err);
int db_checkpoint(struct db *db, struct error *err);

/* Bytes of the file's pages that are in use. */
int db_bytes(struct db *db, uint64_t *bytes, struct error *err);

/* Another number when others have written meanwhile. */
int db_version(struct db *db, int64_t *version, struct error *err);

/* The id of the row that was inserted last. */
int64_t db_last_id(struct db *db);

/* For rows that cannot be ours: fills in err (ERROR_CONFIG) with the way out, and returns -1. */
int db_damaged(const struct db *db, const char *what, struct error *err);

/* db_open() with another patience and another schema: for tests. */
struct db_terms {
	int busy_ms;
	const struct schema *schema; /* borrowed while the store is open */
};
struct db *db_open_on(const char *path, enum db_mode mode, struct db_terms terms,
	struct error *err);

#endif
