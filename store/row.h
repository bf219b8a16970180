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
 * Write it and its links, in the place of the row that it has (message->row), unless that says the same.
 * open: more is to come of it. 1: written. 0: there was no need to. -1: see err.
 */
int row_put(struct db *db, const struct message *message, bool open, struct error *err);

/* Has it a row, with the verdict and cause that it has now, decided or not? */
bool row_says(const struct message *message);

/* Nothing more is to come of that row's message. */
int row_close(struct db *db, int64_t id, struct error *err);

/* Take away the row and its links, or the lines that it alone has and its evidence. */
int row_drop(struct db *db, int64_t id, struct error *err);
int row_drop_lines(struct db *db, int64_t id, struct error *err);

/* The row of that message, 0: there is none, -1: see err. */
int64_t row_find(struct db *db, const struct message *message, struct error *err);

/* A time out of a row; INSTANT_NONE where there is none. */
int64_t row_instant(struct db_statement *row, int column);

/* Bind a time (NULL for INSTANT_NONE), and bytes (NULL when there are none). */
void row_bind_instant(struct db_statement *statement, int i, int64_t when);
void row_bind_text(struct db_statement *statement, int i, struct span text);

#endif
