#include "rules/facts.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"

struct facts {
	struct arena arena;
	struct map domains, internal, hosts, services, processes, clients, milters;
	struct host_facts beyond; /* of all hosts that do not fit */
	struct buf key;           /* scratch */
};

struct facts *
facts_new(void)
{
	return xcalloc(1, sizeof(struct facts));
}

void
facts_free(struct facts *facts)
{
	if (facts == NULL)
		return;
	map_clear(&facts->domains);
	map_clear(&facts->internal);
	map_clear(&facts->hosts);
	map_clear(&facts->services);
	map_clear(&facts->processes);
	map_clear(&facts->clients);
	map_clear(&facts->milters);
	buf_clear(&facts->key);
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

void
facts_add_domain(struct facts *facts, struct span domain)
{
	char key[256];

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
	struct host_facts *found = map_get(&facts->hosts, host);

	if (found == NULL && facts->hosts.count >= FACTS_MAX)
		found = &facts->beyond;
	if (found == NULL) {
		found = arena_alloc(&facts->arena, sizeof *found);
		*found = (struct host_facts){ 0 };
		map_put(&facts->hosts, arena_copy(&facts->arena, host), found);
	}
	return found;
}

static void
add_number(struct buf *key, uint32_t number)
{
	buf_add(key, (struct span){ (const char *)&number, sizeof number });
}

/* The map's key for what a message has in common with others of its way. */
static struct span
service_key(struct buf *key, const struct message *message)
{
	buf_reset(key);
	buf_add(key, message->host);
	buf_add_char(key, '\n');
	buf_add(key, message->instance);
	buf_add_char(key, '/');
	buf_add(key, message->service);
	buf_add_char(key, '\n');
	add_number(key, (uint32_t)message->origin);
	add_number(key, message->epoch);
	return buf_span(key);
}

static struct span
process_key(struct buf *key, const struct message *message)
{
	(void)service_key(key, message);
	add_number(key, message->smtpd_pid);
	return buf_span(key);
}

static struct span
client_key(struct buf *key, const struct message *message)
{
	buf_reset(key);
	buf_add(key, message->host);
	buf_add_char(key, '\n');
	buf_add(key, message->client_ip);
	return buf_span(key);
}

static const struct way_facts no_way;

static const struct way_facts *
way_of(const struct map *map, struct span key)
{
	const struct way_facts *way = map_get(map, key);

	return way == NULL ? &no_way : way;
}

const struct way_facts *
facts_service(const struct facts *facts, const struct message *message)
{
	struct buf key = BUF_INIT;
	const struct way_facts *way = way_of(&facts->services, service_key(&key, message));

	buf_clear(&key);
	return way;
}

const struct way_facts *
facts_process(const struct facts *facts, const struct message *message)
{
	struct buf key = BUF_INIT;
	const struct way_facts *way = way_of(&facts->processes, process_key(&key, message));

	buf_clear(&key);
	return way;
}

const struct way_facts *
facts_client(const struct facts *facts, const struct message *message)
{
	struct buf key = BUF_INIT;
	const struct way_facts *way = way_of(&facts->clients, client_key(&key, message));

	buf_clear(&key);
	return way;
}

static void
count(struct facts *facts, struct map *map, struct span key, bool consulted)
{
	struct way_facts *way = map_get(map, key);

	if (way == NULL) {
		if (map->count >= FACTS_MAX)
			return;
		way = arena_alloc(&facts->arena, sizeof *way);
		*way = no_way;
		map_put(map, arena_copy(&facts->arena, key), way);
	}
	if (consulted)
		way->consulted++;
	else
		way->silent++;
}

void
facts_count_way(struct facts *facts, const struct message *message)
{
	if (!message->queued && message->milter_action.n == 0)
		return;
	count(facts, &facts->services, service_key(&facts->key, message), message->opendkim);
	count(facts, &facts->processes, process_key(&facts->key, message), message->opendkim);
	count(facts, &facts->clients, client_key(&facts->key, message), message->opendkim);
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
