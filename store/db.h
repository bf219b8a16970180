/*
 * db.h - SQLite for the rest of store/: opened, guarded, brought up to date; statements; transactions.
 *
 * WAL, one writer, STRICT tables, foreign keys on, defensive and untrusted
 * schema off-limits (SQLITE_DBCONFIG_DEFENSIVE, trusted_schema off, cell size checks). Schema
 * steps stand in one table, numbered, under user_version, and are never edited
 * once they are released.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

struct db;
struct db_statement;

enum db_mode {
	DB_READ,  /* must exist; an older one is refused with the command that brings it up to date */
	DB_WRITE, /* made when it does not exist (mode 0640, its folder 0750); older ones are migrated */
};

/*
 * ERROR_SYSTEM: cannot be opened. ERROR_CONFIG: not a store of ours, newer than this program
 * (the message says so), damaged. A locked store is waited for, DB_BUSY_MS at most.
 */
#define DB_BUSY_MS 10000
struct db *db_open(const char *path, enum db_mode mode, struct error *err);
void db_close(struct db *db);

/* A transaction that takes the write lock at once. Commit, or roll back when anything failed. */
int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);

/*
 * A prepared statement, kept for reuse under its text, which must be a string literal. NULL: see
 * err. It is ready to be bound and stepped.
 */
struct db_statement *db_prepare(struct db *db, const char *sql, struct error *err);

/* Bind parameter i (from 1). Spans are copied; an empty one with NULL p binds NULL. */
void db_bind_int(struct db_statement *statement, int i, int64_t value);
void db_bind_text(struct db_statement *statement, int i, struct span value); /* as bytes: a BLOB */
void db_bind_null(struct db_statement *statement, int i);

/* 1: a row. 0: done. -1: failed. After 0 and -1 it is reset; db_reset() ends it before. */
int db_step(struct db_statement *statement, struct error *err);
void db_reset(struct db_statement *statement);

/* Columns of the row at hand (from 0). Spans are borrowed until the next step or reset. */
int64_t db_int(struct db_statement *statement, int column);
bool db_is_null(struct db_statement *statement, int column);
struct span db_text(struct db_statement *statement, int column);

/* Bind nothing, step to the end. sql must be a string literal. */
int db_run(struct db *db, const char *sql, struct error *err);

int64_t db_last_id(struct db *db);

#endif
