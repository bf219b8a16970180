#include "base/map.h"

#include <stdlib.h>

#include "base/alloc.h"

#define MAP_FIRST 16

static void
grow(struct map *map)
{
	struct map old = *map;

	map->capacity = old.capacity > 0 ? old.capacity * 2 : MAP_FIRST;
	map->entries = xcalloc(map->capacity, sizeof(*map->entries));
	for (size_t i = 0; i < old.capacity; i++) {
		size_t slot = (size_t)old.entries[i].hash & (map->capacity - 1);

		if (old.entries[i].value == NULL)
			continue;
		while (map->entries[slot].value != NULL)
			slot = map_slot_after(map, slot);
		map->entries[slot] = old.entries[i];
	}
	free(old.entries);
}

void
map_clear(struct map *map)
{
	free(map->entries);
	*map = (struct map)MAP_INIT;
}

const struct map_entry *
map_find(const struct map *map, struct span key)
{
	const struct map_entry *entry;

	if (map->count == 0)
		return NULL;
	entry = &map->entries[map_slot_of(map, key, span_hash(key))];
	return entry->value != NULL ? entry : NULL;
}

void *
map_get(const struct map *map, struct span key)
{
	return map->count > 0 ? map_get_hashed(map, key, span_hash(key)) : NULL;
}

void *
map_put_hashed(struct map *map, struct span key, uint64_t hash, void *value)
{
	struct map_entry *entry;
	void *replaced;

	/* Linear probing stays short up to three quarters. */
	if (map->count >= map->capacity / 4 * 3)
		grow(map);
	entry = &map->entries[map_slot_of(map, key, hash)];
	replaced = entry->value;
	*entry = (struct map_entry){ key, hash, value };
	if (replaced == NULL)
		map->count++;
	return replaced;
}

void *
map_put(struct map *map, struct span key, void *value)
{
	return map_put_hashed(map, key, span_hash(key), value);
}

/* The entry of that slot is none any more. */
static void
empty(struct map *map, size_t hole)
{
	size_t slot;

	/* Entries behind move up into the hole unless that were before their own first slot. */
	for (slot = map_slot_after(map, hole); map->entries[slot].value != NULL;
		slot = map_slot_after(map, slot)) {
		size_t home = (size_t)map->entries[slot].hash & (map->capacity - 1);
		size_t from_home = (slot - home) & (map->capacity - 1);
		size_t from_hole = (slot - hole) & (map->capacity - 1);

		if (from_home >= from_hole) {
			map->entries[hole] = map->entries[slot];
			hole = slot;
		}
	}
	map->entries[hole].value = NULL;
	map->count--;
}

void *
map_remove_hashed(struct map *map, struct span key, uint64_t hash)
{
	size_t slot;
	void *removed;

	if (map->count == 0)
		return NULL;
	slot = map_slot_of(map, key, hash);
	removed = map->entries[slot].value;
	if (removed != NULL)
		empty(map, slot);
	return removed;
}

void
map_remove_value(struct map *map, struct span key, uint64_t hash, const void *value)
{
	size_t slot = map->count == 0 ? 0 : map_slot_of(map, key, hash);

	if (map->count > 0 && map->entries[slot].value == value)
		empty(map, slot);
}

void *
map_remove(struct map *map, struct span key)
{
	return map->count > 0 ? map_remove_hashed(map, key, span_hash(key)) : NULL;
}

const struct map_entry *
map_next(const struct map *map, size_t *at)
{
	while (*at < map->capacity) {
		const struct map_entry *entry = &map->entries[(*at)++];

		if (entry->value != NULL)
			return entry;
	}
	return NULL;
}
