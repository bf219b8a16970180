/*
 * json.h - values written as JSON, always valid UTF-8.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/instant.h"

/* A string in quotes; invalid bytes become U+FFFD. */
void json_string(struct buf *out, struct span s);

/* The same, or null for an empty span. */
void json_string_or_null(struct buf *out, struct span s);

/* ,"name": */
void json_key(struct buf *out, const char *name);

/* A member of an object behind others: a time (null for none), a number. */
void json_time(struct buf *out, const char *name, int64_t t, bool utc);
void json_number(struct buf *out, const char *name, uint64_t number);

#endif
