#include "rules/ways.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"
#include "base/map.h"

/* A time in which lines were written, between two starts of Postfix. */
struct stretch {
	int64_t since; /* the start before it */
	int64_t first, last;
	struct stretch *next;
};

struct way {
	struct span key;
	struct stretch *stretches; /* the newest first */
};

struct starts {
	int64_t when[WAYS_STARTS_MAX];
	size_t n;
};

/* The ways of the last message that a process took in: those of its next one, as a rule. Its key tells which. */
struct recent {
	struct way *service, *process; /* process NULL: none */
	enum origin origin;
	uint32_t pid;
	struct span host, instance, name; /* in the key of process */
};

#define RECENT_MAX 1024 /* powers of two */
#define CLIENTS_MAX 1024

struct ways {
	struct arena arena;
	struct map map;   /* struct way */
	struct map hosts; /* struct starts */
	size_t n;
	struct buf key;                   /* scratch */
	struct recent recent[RECENT_MAX]; /* by process ID */
	struct way *clients[CLIENTS_MAX]; /* by a hash of the address; NULL: none */
};

struct ways *
ways_new(void)
{
	return xcalloc(1, sizeof(struct ways));
}

void
ways_free(struct ways *ways)
{
	if (ways == NULL)
		return;
	map_clear(&ways->map);
	map_clear(&ways->hosts);
	buf_clear(&ways->key);
	arena_clear(&ways->arena);
	free(ways);
}

void
ways_start(struct ways *ways, struct span host, int64_t when)
{
	struct starts *starts = map_get(&ways->hosts, host);

	if (starts == NULL) {
		if (ways->hosts.count >= WAYS_STARTS_MAX)
			return;
		starts = arena_alloc(&ways->arena, sizeof *starts);
		starts->n = 0;
		map_put(&ways->hosts, arena_copy(&ways->arena, host), starts);
	}
	if (starts->n < WAYS_STARTS_MAX)
		starts->when[starts->n++] = when;
}

int64_t
ways_since(const struct ways *ways, struct span host)
{
	const struct starts *starts = map_get(&ways->hosts, host);

	return starts == NULL || starts->n == 0 ? INSTANT_NONE : starts->when[starts->n - 1];
}

/* When Postfix started for the first time after `since`; INT64_MAX: it did not. */
static int64_t
next_start(const struct ways *ways, struct span host, int64_t since)
{
	const struct starts *starts = map_get(&ways->hosts, host);

	for (size_t i = 0; starts != NULL && i < starts->n; i++)
		if (starts->when[i] > since)
			return starts->when[i];
	return INT64_MAX;
}

/* Keys begin with the kind of way, so that all can stand in one map. */

#define NUMBER_MAX ((size_t)11) /* a line's end and ten digits */

/* Keys are made three times a message: the bytes are put one behind the other at p. */
static char *
put(char *p, struct span s)
{
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p + s.n;
}

static char *
put_number(char *p, uint32_t number)
{
	char digits[NUMBER_MAX];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	digits[--at] = '\n';
	return put(p, (struct span){ digits + at, sizeof digits - at });
}

static struct span
finish(struct buf *key, const char *end)
{
	key->n = (size_t)(end - key->p);
	key->p[key->n] = '\0';
	return buf_span(key);
}

static struct span
service_key(struct buf *key, const struct message *message, char kind)
{
	char *p;

	buf_reset(key);
	p = buf_room(key,
		message->host.n + message->instance.n + message->service.n + 3 + 2 * NUMBER_MAX);
	*p++ = kind;
	p = put(p, message->host);
	*p++ = '\n';
	p = put(p, message->instance);
	*p++ = '/';
	p = put(p, message->service);
	p = put_number(p, (uint32_t)message->origin);
	if (kind == 'p')
		p = put_number(p, message->smtpd_pid);
	return finish(key, p);
}

static struct span
process_key(struct buf *key, const struct message *message)
{
	return service_key(key, message, 'p');
}

static struct span
client_key(struct buf *key, const struct message *message)
{
	char *p;

	buf_reset(key);
	p = buf_room(key, message->host.n + message->client_ip.n + 2);
	*p++ = 'c';
	p = put(p, message->host);
	*p++ = '\n';
	return finish(key, put(p, message->client_ip));
}

static struct way *
take_way(struct ways *ways, struct span key)
{
	struct way *way = map_get(&ways->map, key);

	if (way == NULL && ways->n < WAYS_MAX) {
		way = arena_alloc(&ways->arena, sizeof *way);
		*way = (struct way){ arena_copy(&ways->arena, key), NULL };
		map_put(&ways->map, way->key, way);
	}
	return way;
}

/* way NULL: there was no room for it. */
static void
add_stretch(struct ways *ways, struct way *way, const struct stretch *stretch)
{
	struct stretch *known = way == NULL ? NULL : way->stretches;

	if (way == NULL)
		return;
	if (known != NULL && known->since == stretch->since) {
		if (stretch->first < known->first)
			known->first = stretch->first;
		if (stretch->last > known->last)
			known->last = stretch->last;
		return;
	}
	if (ways->n >= WAYS_MAX)
		return;
	known = arena_alloc(&ways->arena, sizeof *known);
	*known = *stretch;
	known->next = way->stretches;
	way->stretches = known;
	ways->n++;
}

static bool
is_recent(const struct recent *recent, const struct message *message)
{
	return recent->process != NULL && recent->pid == message->smtpd_pid &&
	       recent->origin == message->origin && span_eq(recent->host, message->host) &&
	       span_eq(recent->instance, message->instance) &&
	       span_eq(recent->name, message->service);
}

/* Service and process of a message. */
static const struct recent *
take_recent(struct ways *ways, const struct message *message)
{
	struct recent *recent = &ways->recent[message->smtpd_pid % RECENT_MAX];
	const char *key;

	if (is_recent(recent, message))
		return recent;
	recent->service = take_way(ways, service_key(&ways->key, message, 's'));
	recent->process = take_way(ways, process_key(&ways->key, message));
	if (recent->process == NULL)
		return recent;
	key = recent->process->key.p + 1;
	recent->pid = message->smtpd_pid;
	recent->origin = message->origin;
	recent->host = (struct span){ key, message->host.n };
	recent->instance = (struct span){ key + message->host.n + 1, message->instance.n };
	recent->name =
		(struct span){ recent->instance.p + message->instance.n + 1, message->service.n };
	return recent;
}

/* The client of a message: of a few that come again and again the way is at hand. */
static struct way *
take_client(struct ways *ways, const struct message *message)
{
	struct span host = message->host, ip = message->client_ip, key;
	struct way **recent = &ways->clients[span_hash(ip) % CLIENTS_MAX];

	if (*recent != NULL) {
		key = (*recent)->key;
		if (key.n == host.n + ip.n + 2 &&
			span_eq((struct span){ key.p + 1, host.n }, host) &&
			key.p[host.n + 1] == '\n' && span_eq(span_from(key, host.n + 2), ip))
			return *recent;
	}
	return *recent = take_way(ways, client_key(&ways->key, message));
}

void
ways_learn(struct ways *ways, const struct message *message)
{
	const struct recent *recent;
	struct stretch stretch = { message->since, message->first, message->first, NULL };
	struct stretch ever = { INSTANT_NONE, message->first, message->first, NULL };

	if (!message->opendkim || (!message->queued && message->milter_action.n == 0))
		return;
	recent = take_recent(ways, message);
	add_stretch(ways, recent->service, &stretch);
	add_stretch(ways, recent->process, &stretch);
	add_stretch(ways, take_client(ways, message), &ever);
}

/* Is there a stretch within [since, next start)? */
static bool
was_spoken_of(const struct ways *ways, struct span key, const struct message *message)
{
	const struct way *way = map_get(&ways->map, key);
	int64_t end = next_start(ways, message->host, message->since);
	const struct stretch *at = way == NULL ? NULL : way->stretches;

	for (; at != NULL; at = at->next)
		if (at->last >= message->since && at->first < end)
			return true;
	return false;
}

bool
ways_service(const struct ways *ways, const struct message *message)
{
	struct buf key = BUF_INIT;
	bool spoken = was_spoken_of(ways, service_key(&key, message, 's'), message);

	buf_clear(&key);
	return spoken;
}

bool
ways_process(const struct ways *ways, const struct message *message)
{
	struct buf key = BUF_INIT;
	bool spoken = was_spoken_of(ways, process_key(&key, message), message);

	buf_clear(&key);
	return spoken;
}

bool
ways_client(const struct ways *ways, const struct message *message)
{
	struct buf key = BUF_INIT;
	bool spoken = map_get(&ways->map, client_key(&key, message)) != NULL;

	buf_clear(&key);
	return spoken;
}

/* An entry told outside is its way's key and the start before it. */
void
ways_each(const struct ways *ways,
	void (*tell)(void *ctx, struct span key, int64_t first, int64_t last), void *ctx)
{
	const struct map_entry *entry;
	struct buf key = BUF_INIT;

	for (size_t at = 0; (entry = map_next(&ways->map, &at)) != NULL;) {
		const struct way *way = entry->value;

		for (const struct stretch *s = way->stretches; s != NULL; s = s->next) {
			buf_reset(&key);
			buf_add(&key, way->key);
			buf_addf(&key, "\n%lld", (long long)s->since);
			tell(ctx, buf_span(&key), s->first, s->last);
		}
	}
	buf_clear(&key);
}

void
ways_restore(struct ways *ways, struct span key, int64_t first, int64_t last)
{
	ptrdiff_t at = span_find_last(key, '\n');
	struct buf since = BUF_INIT;

	if (at < 0)
		return;
	buf_add(&since, span_from(key, (size_t)at + 1));
	add_stretch(ways, take_way(ways, span_first(key, (size_t)at)),
		&(struct stretch){ strtoll(buf_str(&since), NULL, 10), first, last, NULL });
	buf_clear(&since);
}
