/*
 * csv.h - rows for spreadsheets, as RFC 4180 has them: the one place where text is made fit for them.
 *
 * Every text stands in quotes, as valid UTF-8 without controls but line breaks. One that a spreadsheet
 * would take for a formula begins with an apostrophe.
 */
#ifndef CLI_CSV_H
#define CLI_CSV_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/instant.h"

/* A cell, behind those of the row so far. */
void csv_text(struct buf *out, struct span text);
void csv_number(struct buf *out, uint64_t number);
void csv_time(struct buf *out, int64_t t, bool utc);

void csv_end(struct buf *out);

/* A row of names of ours. */
void csv_head(struct buf *out, const char *const *names, size_t n);

#endif
