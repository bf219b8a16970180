/*
 * arena.h - many small copies that die together.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct arena_block;

/* Blocks of arenas that were cleared, for those that fill. Many arenas may share it; one thread uses it. */
struct arena_pool {
	struct arena_block *free;
	size_t n;
};

struct arena {
	struct arena_block *blocks;
	size_t used;             /* bytes used in the first block */
	size_t bytes;            /* memory held in all blocks */
	struct arena_pool *pool; /* NULL: blocks come from malloc() and go back to it */
	bool little;             /* it is one of many that hold less than most: in smaller blocks */
};

/* clang-format off */
#define ARENA_INIT { NULL, 0, 0, NULL, false }
/* clang-format on */

/* Memory aligned for any type, uninitialized, until arena_clear(). */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of s; a NUL byte follows it. */
struct span arena_copy(struct arena *arena, struct span s);

void arena_clear(struct arena *arena);

/* Free the blocks. Arenas that hold it may be cleared afterwards all the same. */
void arena_pool_clear(struct arena_pool *pool);

#endif
