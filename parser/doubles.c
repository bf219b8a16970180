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

/* Drop the older generation when the newer is long, or large, enough. */
static void
turn_when_due(struct doubles *doubles, int64_t when)
{
	if (doubles->now.used == 0)
		doubles->since = when;
	if ((when != INSTANT_NONE && doubles->since != INSTANT_NONE &&
		    when - doubles->since > GENERATION) ||
		doubles->now.used >= ENTRIES_MAX)
		turn(doubles, when);
}

bool
doubles_seen(struct doubles *doubles, struct span raw, size_t file, int64_t when)
{
	uint64_t digest = span_hash(raw);
	uint64_t own = digest ^ (uint64_t)(file + 1) * UINT64_C(0x9E3779B97F4A7C15);
	struct doubles_entry *given;
	uint32_t count;

	turn_when_due(doubles, when);
	count = ++entry_of(doubles, own)->count;
	given = entry_of(doubles, digest);
	if (count <= given->count)
		return true;
	given->count = count;
	return false;
}

/* The entry of key where there is one; NULL. */
static struct doubles_entry *
lookup(const struct doubles *doubles, uint64_t key)
{
	const struct doubles_table *tables[] = { &doubles->now, &doubles->before };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		struct doubles_entry *entry =
			tables[i]->capacity ? find(tables[i], key ? key : 1) : NULL;

		if (entry && entry->key != 0)
			return entry;
	}
	return NULL;
}

static uint64_t
mix(uint64_t digest, uint64_t with)
{
	return (digest ^ with) * UINT64_C(0x9E3779B97F4A7C15) + (digest >> 29);
}

/* What a line says, whatever its frame looks like, but for its time. */
static uint64_t
digest_of(const struct line *line)
{
	ptrdiff_t dot = span_find_char(line->host, '.');
	struct span host = dot < 0 ? line->host : span_first(line->host, (size_t)dot);

	return mix(mix(mix(span_hash(line->text), span_hash(line->tag)), line->pid),
		span_hash(host));
}

bool
doubles_twin(struct doubles *doubles, const struct line *line, bool journal, int64_t when)
{
	static const int around[] = { 0, -1, 1 };
	uint64_t digest = digest_of(line);
	uint64_t second = (uint64_t)(line->when / INSTANT_SECOND);

	turn_when_due(doubles, when);
	for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
		struct doubles_entry *other = lookup(doubles,
			mix(mix(digest, second + (uint64_t)(int64_t)around[i]), journal ? 1 : 2));

		if (other && other->count > 0) {
			other->count--;
			return true;
		}
	}
	entry_of(doubles, mix(mix(digest, second), journal ? 2 : 1))->count++;
	return false;
}
