#include "store/sums.h"

#include "base/ascii.h"
#include "base/instant.h"

struct sum {
	int64_t hour; /* a number */
	struct span host, domain;
	enum verdict_kind verdict;
	cause_t cause;
	int64_t messages;
};

static struct span
domain_of(const struct message *message, struct arena *arena)
{
	struct span domain =
		address_domain(message->author.n > 0 ? message->author : message->sender);
	char *lower = arena_alloc(arena, domain.n + 1);

	for (size_t i = 0; i < domain.n; i++)
		lower[i] = ascii_lower(domain.p[i]);
	return (struct span){ lower, domain.n };
}

static int64_t
hour_of(int64_t when)
{
	int64_t hour = when == INSTANT_NONE ? 0 : when / INSTANT_HOUR;

	return when != INSTANT_NONE && when % INSTANT_HOUR < 0 ? hour - 1 : hour;
}

void
sums_add(struct sums *sums, const struct message *message)
{
	struct span domain = domain_of(message, &sums->arena);
	struct sum *sum;

	buf_reset(&sums->key);
	buf_addf(&sums->key, "%lld %d %d\n", (long long)hour_of(message->first),
		(int)message->verdict.kind, (int)message->verdict.cause);
	buf_add(&sums->key, message->host);
	buf_add_char(&sums->key, '\n');
	buf_add(&sums->key, domain);
	sum = map_get(&sums->map, buf_span(&sums->key));
	if (sum == NULL) {
		sum = arena_alloc(&sums->arena, sizeof *sum);
		*sum = (struct sum){ hour_of(message->first),
			arena_copy(&sums->arena, message->host), domain, message->verdict.kind,
			message->verdict.cause, 0 };
		map_put(&sums->map, arena_copy(&sums->arena, buf_span(&sums->key)), sum);
	}
	sum->messages++;
}

void
sums_clear(struct sums *sums)
{
	map_clear(&sums->map);
	arena_clear(&sums->arena);
	buf_clear(&sums->key);
}

int
sums_write(struct sums *sums, struct db *db, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO rollup VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE"
		" SET messages = messages + excluded.messages",
		err);
	const struct map_entry *entry;

	for (size_t at = 0; put != NULL && (entry = map_next(&sums->map, &at)) != NULL;) {
		const struct sum *sum = entry->value;

		db_bind_int(put, 1, sum->hour);
		db_bind_text(put, 2, sum->host.n > 0 ? sum->host : SPAN(""));
		db_bind_text(put, 3, sum->domain.n > 0 ? sum->domain : SPAN(""));
		db_bind_word(put, 4, span_of(verdict_id(sum->verdict)));
		db_bind_word(put, 5,
			sum->cause == CAUSE_NONE ? SPAN("") : span_of(cause_id(sum->cause)));
		db_bind_int(put, 6, sum->messages);
		if (db_step(put, err) < 0)
			return -1;
	}
	return put == NULL ? -1 : 0;
}
