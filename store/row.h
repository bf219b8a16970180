/*
 * row.h - a message as a row of the store.
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/message.h"
#include "store/db.h"

/*
 * Write it in the place of row id, or as a new one (0). open: more is to come of it. The row's id, or -1:
 * see err.
 */
int64_t row_put(struct db *db, const struct message *message, int64_t id, bool open,
	struct error *err);

/* The row of that message, 0: there is none, -1: see err. */
int64_t row_find(struct db *db, const struct message *message, struct error *err);

/* A time out of a row; INSTANT_NONE where there is none. */
int64_t row_instant(struct db_statement *row, int column);

/* Bind a time (NULL for INSTANT_NONE), and bytes (NULL when there are none). */
void row_bind_instant(struct db_statement *statement, int i, int64_t when);
void row_bind_text(struct db_statement *statement, int i, struct span text);

#endif
