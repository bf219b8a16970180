#include "rules/facts.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"

/* What was added last, as it was written: most is added again and again. */
#define SEEN_ENTRIES 256
#define SEEN_MIN 8
#define SEEN_MAX 47

struct seen {
	struct {
		uint8_t n; /* 0: free */
		char bytes[SEEN_MAX];
	} entries[SEEN_ENTRIES];
};

struct facts {
	struct arena arena;
	struct seen seen_domains, seen_internal;
	struct map domains, internal, hosts, milters;
	struct ways *ways;
	struct host_facts beyond; /* of all hosts that do not fit */
	struct span last_host;    /* the one that was asked for last, in the arena; n 0: none */
	struct host_facts *last;
};

struct facts *
facts_new(void)
{
	struct facts *facts = xcalloc(1, sizeof *facts);

	facts->ways = ways_new();
	return facts;
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	map_clear(&facts->domains);
	map_clear(&facts->internal);
	map_clear(&facts->hosts);
	map_clear(&facts->milters);
	ways_free(facts->ways);
	arena_clear(&facts->arena);
	free(facts);
}

/* A domain as a key: in small letters, without a dot at the end. Longer ones than DNS allows are none. */
static struct span
domain_key(struct span domain, char key[256])
{
	if (domain.n > 0 && domain.p[domain.n - 1] == '.')
		domain.n--;
	if (domain.n > 255)
		return SPAN_NONE;
	for (size_t i = 0; i < domain.n; i++) {
		key[i] = domain.p[i];
		if (key[i] >= 'A' && key[i] <= 'Z')
			key[i] = (char)(key[i] - 'A' + 'a');
	}
	return (struct span){ key, domain.n };
}

static void
set_add(struct facts *facts, struct map *set, struct span key)
{
	static char present;

	if (key.n > 0 && set->count < FACTS_MAX && map_get(set, key) == NULL)
		map_put(set, arena_copy(&facts->arena, key), &present);
}

/* Was it added before? From now on it was. */
static bool
was_seen(struct seen *seen, struct span s)
{
	uint64_t first, last;
	size_t i;

	if (s.n < SEEN_MIN || s.n > SEEN_MAX)
		return false;
	memcpy(&first, s.p, sizeof first);
	memcpy(&last, s.p + s.n - sizeof last, sizeof last);
	i = (size_t)((first * 31 + last) * UINT64_C(0x9E3779B97F4A7C15) >> 56) % SEEN_ENTRIES;
	if (span_eq(s, (struct span){ seen->entries[i].bytes, seen->entries[i].n }))
		return true;
	seen->entries[i].n = (uint8_t)s.n;
	memcpy(seen->entries[i].bytes, s.p, s.n);
	return false;
}

void
facts_add_domain(struct facts *facts, struct span domain)
{
	char key[256];

	if (was_seen(&facts->seen_domains, domain))
		return;
	set_add(facts, &facts->domains, domain_key(domain, key));
}

bool
facts_own_domain(const struct facts *facts, struct span domain)
{
	char key[256];
	struct span at = domain_key(domain, key);

	while (at.n > 0) {
		ptrdiff_t dot;

		if (map_get(&facts->domains, at) != NULL)
			return true;
		dot = span_find_char(at, '.');
		at = dot < 0 ? SPAN_NONE : span_from(at, (size_t)dot + 1);
	}
	return false;
}

void
facts_add_internal(struct facts *facts, struct span client_ip)
{
	if (!was_seen(&facts->seen_internal, client_ip))
		set_add(facts, &facts->internal, client_ip);
}

bool
facts_internal(const struct facts *facts, struct span client_ip)
{
	return client_ip.n > 0 && map_get(&facts->internal, client_ip) != NULL;
}

bool
address_is_loopback(struct span ip)
{
	return span_eq(ip, SPAN("127.0.0.1")) || span_eq(ip, SPAN("::1"));
}

struct host_facts *
facts_host(struct facts *facts, struct span host)
{
	const struct map_entry *known;
	struct host_facts *found;
	struct span key;

	if (facts->last_host.n > 0 && span_eq(facts->last_host, host))
		return facts->last;
	known = map_find(&facts->hosts, host);
	if (known == NULL && facts->hosts.count >= FACTS_MAX)
		return &facts->beyond;
	if (known != NULL) {
		found = known->value;
		key = known->key;
	} else {
		found = arena_alloc(&facts->arena, sizeof *found);
		*found = (struct host_facts){ 0 };
		key = arena_copy(&facts->arena, host);
		map_put(&facts->hosts, key, found);
	}
	facts->last_host = key;
	facts->last = found;
	return found;
}

struct ways *
facts_ways(struct facts *facts)
{
	return facts->ways;
}

void
facts_other_milter(struct facts *facts, struct span milter)
{
	set_add(facts, &facts->milters, milter);
}

/* Words in a milter's address that name another filter than OpenDKIM. */
static const struct span others[] = {
	{ "opendmarc", 9 },
	{ "spamass", 7 },
	{ "clamav", 6 },
	{ "rspamd", 6 },
	/* The ports by which they are known: rspamd's, OpenDMARC's, Zimbra's. */
	{ ":11332", 6 },
	{ ":8893", 5 },
	{ ":7026", 5 },
	{ "srs", 3 },
	{ "greylist", 8 },
	{ "policyd", 7 },
	{ "rmilter", 7 },
	{ "amavis", 6 },
	{ "mimedefang", 10 },
	{ "openarc", 7 },
	{ "spf", 3 },
};

bool
facts_is_other_milter(const struct facts *facts, struct span milter)
{
	if (span_has(milter, SPAN("dkim")))
		return false;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (span_has(milter, others[i]))
			return true;
	return map_get(&facts->milters, milter) != NULL;
}

/* What is told outside. Hosts are told by what was seen of them. */

static const struct {
	const char *kind;
	size_t at;
} sets[] = {
	{ "domain", offsetof(struct facts, domains) },
	{ "internal", offsetof(struct facts, internal) },
	{ "milter", offsetof(struct facts, milters) },
};

static const struct {
	const char *kind;
	size_t at;
} seen[] = {
	{ "alive", offsetof(struct host_facts, alive) },
	{ "lines", offsetof(struct host_facts, lines) },
	{ "success", offsetof(struct host_facts, success) },
	{ "why", offsetof(struct host_facts, why) },
	{ "signer", offsetof(struct host_facts, signer) },
};

struct teller {
	facts_teller *tell;
	void *ctx;
};

static void
tell_way(void *ctx, struct span key, int64_t first, int64_t last)
{
	const struct teller *teller = ctx;

	teller->tell(teller->ctx, "way", key, first, last);
}

void
facts_each(const struct facts *facts, facts_teller *tell, void *ctx)
{
	struct teller teller = { tell, ctx };
	const struct map_entry *entry;

	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		const struct map *set = (const void *)((const char *)facts + sets[i].at);

		for (size_t at = 0; (entry = map_next(set, &at)) != NULL;)
			tell(ctx, sets[i].kind, entry->key, 0, 0);
	}
	for (size_t at = 0; (entry = map_next(&facts->hosts, &at)) != NULL;)
		for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
			if (*(const uint64_t *)(const void *)((const char *)entry->value +
							      seen[i].at) > 0)
				tell(ctx, seen[i].kind, entry->key, 0, 0);
	ways_each(facts->ways, tell_way, &teller);
}

void
facts_restore(struct facts *facts, struct span kind, struct span key, int64_t first, int64_t last)
{
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		if (span_eq(kind, span_of(sets[i].kind)))
			set_add(facts, (void *)((char *)facts + sets[i].at), key);
	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
		if (span_eq(kind, span_of(seen[i].kind)))
			++*(uint64_t *)(void *)((char *)facts_host(facts, key) + seen[i].at);
	if (span_eq(kind, SPAN("way")))
		ways_restore(facts->ways, key, first, last);
}
