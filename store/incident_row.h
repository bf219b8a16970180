/*
 * incident_row.h - incidents as rows of the store.
 */
#ifndef STORE_INCIDENT_ROW_H
#define STORE_INCIDENT_ROW_H

#include <stdint.h>

#include "rules/ruleset.h"
#include "store/db.h"
#include "store/reading.h"

/* Of all that is written of the reading's incidents. */
uint64_t incident_rows_digest(const struct reading *reading);

/* Write those of a reading that begins at from (INSTANT_NONE: it is of everything). What stood there of them goes. */
int incident_rows_write(struct db *db, const struct reading *reading, int64_t from,
	struct error *err);

/* Give incidents those that reach into a reading which begins at from: incidents_restore(). */
int incident_rows_restore(struct db *db, const struct ruleset *ruleset, struct incidents *incidents,
	int64_t from, struct error *err);

#endif
