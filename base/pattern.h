/*
 * pattern.h - regular expressions with named groups, under limits.
 *
 * The one room of PCRE2. Patterns are bytes against bytes (no UTF mode), so
 * that invalid UTF-8 in a log cannot stop a match; JIT where the machine has
 * it. Every match runs under PATTERN_MATCH_LIMIT: going over it is "no match"
 * with *limited set, never an error and never a long wait. ($ stands for the
 * very end, not for before a last newline.) A match writes into memory of its
 * pattern: one thread at a time may use one pattern.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/span.h"

#define PATTERN_MATCH_LIMIT 20000 /* PCRE2's internal match() calls, per match */
#define PATTERN_GROUPS_MAX 12     /* capturing groups of one pattern */

struct pattern;

/* Compile. ERROR_SYNTAX with the offset of the mistake. */
struct pattern *pattern_new(struct span text, struct error *err);

/*
 * The same for a pattern that is known to be right: it is compiled when it is used first, and most are
 * not. Borrows text.
 */
struct pattern *pattern_later(struct span text);
void pattern_free(struct pattern *pattern);

/* How many groups there are, and the name of group i (0-based); "" when it has none. */
size_t pattern_groups(struct pattern *pattern);
struct span pattern_group_name(struct pattern *pattern, size_t i);

/* The first group of that name, from a group on; pattern_groups() when there is none. */
size_t pattern_group(struct pattern *pattern, struct span name, size_t from);

/*
 * The literal bytes every match begins with (the pattern is anchored and
 * starts with them); empty when there are none. *whole is set when the
 * pattern is nothing but that literal, anchored at both ends.
 */
struct span pattern_literal(const struct pattern *pattern, bool *whole);

/*
 * Does subject match? groups (may be NULL) takes pattern_groups() spans into
 * subject; a group that took no part is SPAN_NONE. limited may be NULL.
 */
bool pattern_match(struct pattern *pattern, struct span subject, struct span *groups,
	bool *limited);

#endif
