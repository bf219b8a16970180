/*
 * schema.h - the tables, indexes and views of a store, as numbered steps.
 *
 * Step n brings a store from version n - 1 to n (SQLite's user_version). A
 * released step is never edited; a change is one more step.
 *
 * Units: minute and hour columns count minutes and hours since 1970 (floor,
 * UTC); all other times are instants (base/instant.h), NULL when unknown.
 * Bytes from logs are BLOB, since they may be no UTF-8; words of ours are TEXT
 * (db_bind_word()).
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include <stddef.h>

/* SQLite's application_id: "DKWY". */
#define SCHEMA_APPLICATION 0x444b5759

struct schema {
	const char *const *const *steps; /* each a list of statements that NULL ends */
	size_t nsteps;
};

extern const struct schema schema_store;

#endif
