/*
 * nearest.h - which known word may have been meant.
 */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

#include "base/span.h"

#define NEAREST_LENGTH_MAX 64

/*
 * How many letters must be added, left out or replaced, or neighbours swapped,
 * to make b of a; more than NEAREST_LENGTH_MAX when one of them is longer than that.
 */
size_t nearest_distance(struct span a, struct span b);

/* Keep candidate in *best when it is near enough to word and nearer than what is there; *distance
 * starts as SIZE_MAX. */
void nearest_try(struct span word, const char *candidate, const char **best, size_t *distance);

#endif
