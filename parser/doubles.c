#include "parser/doubles.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"

#define GENERATION (30 * INSTANT_SECOND)
#define ENTRIES_FIRST 1024
#define ENTRIES_MAX ((size_t)1 << 20) /* 16 MiB; beyond it a generation is shorter */

void
doubles_clear(struct doubles *doubles)
{
	free(doubles->now.entries);
	free(doubles->before.entries);
	*doubles = (struct doubles){ { NULL, 0, 0 }, { NULL, 0, 0 }, 0 };
}

/* The entry of key, or the unused one where it belongs. The table is never full. */
static struct doubles_entry *
find(const struct doubles_table *table, uint64_t key)
{
	size_t i = (size_t)key & (table->capacity - 1);

	while (table->entries[i].key != 0 && table->entries[i].key != key)
		i = (i + 1) & (table->capacity - 1);
	return &table->entries[i];
}

static void
grow(struct doubles_table *table)
{
	struct doubles_table old = *table;

	table->capacity = old.capacity ? old.capacity * 2 : ENTRIES_FIRST;
	table->entries = xcalloc(table->capacity, sizeof(*table->entries));
	for (size_t i = 0; i < old.capacity; i++) {
		if (old.entries[i].key != 0)
			*find(table, old.entries[i].key) = old.entries[i];
	}
	free(old.entries);
}

/* The entry of key in the newer generation, brought over from the older one. */
static struct doubles_entry *
entry_of(struct doubles *doubles, uint64_t key)
{
	struct doubles_entry *entry;

	key = key ? key : 1;
	if (doubles->now.used * 2 >= doubles->now.capacity)
		grow(&doubles->now);
	entry = find(&doubles->now, key);
	if (entry->key != 0)
		return entry;
	entry->key = key;
	entry->count = doubles->before.capacity ? find(&doubles->before, key)->count : 0;
	doubles->now.used++;
	return entry;
}

static void
turn(struct doubles *doubles, int64_t when)
{
	struct doubles_table old = doubles->before;

	doubles->before = doubles->now;
	doubles->now = (struct doubles_table){ NULL, 0, 0 };
	doubles->since = when;
	free(old.entries);
}

bool
doubles_seen(struct doubles *doubles, struct span raw, size_t file, int64_t when)
{
	uint64_t digest = span_hash(raw);
	uint64_t own = digest ^ (uint64_t)(file + 1) * UINT64_C(0x9E3779B97F4A7C15);
	struct doubles_entry *given;
	uint32_t count;

	if (doubles->now.used == 0)
		doubles->since = when;
	if ((when != INSTANT_NONE && doubles->since != INSTANT_NONE &&
		    when - doubles->since > GENERATION) ||
		doubles->now.used >= ENTRIES_MAX)
		turn(doubles, when);
	count = ++entry_of(doubles, own)->count;
	given = entry_of(doubles, digest);
	if (count <= given->count)
		return true;
	given->count = count;
	return false;
}
