/*
 * arena.h - many small copies that die together.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used;  /* bytes used in the first block */
	size_t bytes; /* memory held in all blocks */
};

/* clang-format off */
#define ARENA_INIT { NULL, 0, 0 }
/* clang-format on */

/* Memory aligned for any type, uninitialized, until arena_clear(). */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of s; a NUL byte follows it. */
struct span arena_copy(struct arena *arena, struct span s);

void arena_clear(struct arena *arena);

#endif
