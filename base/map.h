/*
 * map.h - a hash table keyed by bytes.
 *
 * The map borrows its keys: each must live, unchanged, as long as its entry.
 * Values are pointers of the caller's and are never touched. Open addressing
 * with a keyed hash (span_hash); grows by doubling, never shrinks.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

struct map_entry {
	struct span key;
	uint64_t hash;
	void *value; /* never NULL in a used entry */
};

struct map {
	struct map_entry *entries;
	size_t capacity; /* zero or a power of two */
	size_t count;
};

/* clang-format off */
#define MAP_INIT { NULL, 0, 0 }
/* clang-format on */

void map_clear(struct map *map);

/* The value under key, or NULL. */
void *map_get(const struct map *map, struct span key);

/* The entry of key, or NULL; until the map changes. */
const struct map_entry *map_find(const struct map *map, struct span key);

/* Put value (not NULL) under key; gives back the value it replaces, or NULL. A replaced entry
 * borrows the new key. */
void *map_put(struct map *map, struct span key, void *value);

/* Take the entry out; gives back its value, or NULL. */
void *map_remove(struct map *map, struct span key);

static inline size_t
map_slot_after(const struct map *map, size_t slot)
{
	return (slot + 1) & (map->capacity - 1);
}

/* The slot of key, or the free one where it would go. There is always a free one. */
static inline size_t
map_slot_of(const struct map *map, struct span key, uint64_t hash)
{
	size_t slot = (size_t)hash & (map->capacity - 1);

	for (;; slot = map_slot_after(map, slot)) {
		const struct map_entry *entry = &map->entries[slot];

		if (entry->value == NULL || (entry->hash == hash && span_eq(entry->key, key)))
			return slot;
	}
}

/* The same for who knows span_hash(key) already. */
static inline void *
map_get_hashed(const struct map *map, struct span key, uint64_t hash)
{
	return map->count > 0 ? map->entries[map_slot_of(map, key, hash)].value : NULL;
}

void *map_put_hashed(struct map *map, struct span key, uint64_t hash, void *value);
void *map_remove_hashed(struct map *map, struct span key, uint64_t hash);

/* The same only if the value under key is that one. */
void map_remove_value(struct map *map, struct span key, uint64_t hash, const void *value);

/*
 * Walk: start with *at = 0; each call gives the next used entry, NULL at the
 * end. The map must not change meanwhile. The order means nothing.
 */
const struct map_entry *map_next(const struct map *map, size_t *at);

#endif
