#include "base/arena.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Most messages need one or two; a block and its head fill 1 KiB of malloc()'s memory. */
#define BLOCK_SIZE (1024 - sizeof(struct arena_block) - 16)

#define LITTLE_SIZE (512 - sizeof(struct arena_block) - 16)

/* What is larger than this gets a block of its own, so that little is left unused at an end. */
#define LARGE (BLOCK_SIZE / 4)

#define POOL_MAX 256 /* blocks kept for later */

struct arena_block {
	struct arena_block *next;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

static struct arena_block *
block_new(struct arena *arena, size_t size)
{
	struct arena_pool *pool = arena->pool;
	struct arena_block *block;

	if (size == BLOCK_SIZE && pool != NULL && pool->free != NULL) {
		block = pool->free;
		pool->free = block->next;
		pool->n--;
	} else {
		block = xmalloc(sizeof(*block) + size);
		block->size = size;
	}
	arena->bytes += sizeof(*block) + size;
	return block;
}

static char *
take_large(struct arena *arena, size_t size)
{
	struct arena_block *block = block_new(arena, size);

	if (arena->blocks == NULL) {
		block->next = NULL;
		arena->blocks = block;
		arena->used = size;
	} else {
		/* Behind the first block, which still has room for small things. */
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	}
	return block->bytes;
}

/* alignment is a power of two. */
static inline char *
take(struct arena *arena, size_t size, size_t alignment)
{
	size_t at = (arena->used + alignment - 1) & ~(alignment - 1);

	if (arena->blocks == NULL || at > arena->blocks->size || size > arena->blocks->size - at) {
		struct arena_block *block;

		if (size > LARGE)
			return take_large(arena, size);
		block = block_new(arena, arena->little ? LITTLE_SIZE : BLOCK_SIZE);
		block->next = arena->blocks;
		arena->blocks = block;
		at = 0;
	}
	arena->used = at + size;
	return arena->blocks->bytes + at;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	return take(arena, size, _Alignof(max_align_t));
}

struct span
arena_copy(struct arena *arena, struct span s)
{
	char *copy = take(arena, s.n + 1, 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return (struct span){ copy, s.n };
}

static void
free_block(struct arena_pool *pool, struct arena_block *block)
{
	if (pool == NULL || pool->n == POOL_MAX || block->size != BLOCK_SIZE) {
		free(block);
		return;
	}
	block->next = pool->free;
	pool->free = block;
	pool->n++;
}

void
arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block != NULL) {
		struct arena_block *next = block->next;

		free_block(arena->pool, block);
		block = next;
	}
	*arena = (struct arena){ .pool = arena->pool };
}

void
arena_pool_clear(struct arena_pool *pool)
{
	struct arena_block *block = pool->free;

	while (block != NULL) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	*pool = (struct arena_pool){ NULL, 0 };
}
