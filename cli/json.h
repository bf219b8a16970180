/*
 * json.h - values written as JSON, always valid UTF-8.
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "base/buf.h"

/* A string in quotes; invalid bytes become U+FFFD. */
void json_string(struct buf *out, struct span s);

/* The same, or null for an empty span. */
void json_string_or_null(struct buf *out, struct span s);

#endif
