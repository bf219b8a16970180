#include "rules/incident.h"

#include <stdlib.h>

#include "base/alloc.h"

struct incidents {
	struct incident **list;
	size_t n, room;
	int64_t from;             /* what was restored is known up to here */
	size_t open[CAUSE_COUNT]; /* how many were not seen to end */
	bool sorted;
};

struct incidents *
incidents_new(void)
{
	struct incidents *incidents = xcalloc(1, sizeof *incidents);

	incidents->from = INSTANT_NONE;
	return incidents;
}

static void
incident_free(struct incident *incident)
{
	arena_clear(&incident->arena);
	free(incident);
}

void
incidents_free(struct incidents *incidents)
{
	if (incidents == NULL)
		return;
	for (size_t i = 0; i < incidents->n; i++)
		incident_free(incidents->list[i]);
	free(incidents->list);
	free(incidents);
}

static bool
is_about(const struct incident *incident, struct span host, cause_t cause)
{
	return incident->cause == cause && span_eq(incident->host, host);
}

static struct incident *
incident_new(struct incidents *incidents, struct span host, cause_t cause, struct span subject,
	int64_t when)
{
	struct incident *incident = xcalloc(1, sizeof *incident);

	if (incidents->n == incidents->room) {
		incidents->room = incidents->room == 0 ? 16 : 2 * incidents->room;
		incidents->list =
			xreallocarray(incidents->list, incidents->room, sizeof *incidents->list);
	}
	incidents->list[incidents->n++] = incident;
	incidents->open[cause]++;
	incidents->sorted = false;
	incident->host = arena_copy(&incident->arena, host);
	incident->subject = arena_copy(&incident->arena, subject);
	incident->cause = cause;
	incident->first = when;
	incident->ended = incident->counted_to = INSTANT_NONE;
	return incident;
}

/* The incident a line joins: open and alike; the last of its cause where there are too many. */
static struct incident *
find(const struct incidents *incidents, struct span host, cause_t cause, struct span subject)
{
	bool full = incidents->n >= INCIDENTS_MAX;

	for (size_t i = incidents->n; i-- > 0;) {
		struct incident *incident = incidents->list[i];

		if (!is_about(incident, host, cause))
			continue;
		if (full ||
			(incident->ended == INSTANT_NONE && span_eq(incident->subject, subject)))
			return incident;
	}
	return full ? incidents->list[incidents->n - 1] : NULL;
}

struct incident *
incidents_note(struct incidents *incidents, struct span host, cause_t cause, struct span subject,
	const struct evidence *line)
{
	struct incident *incident = find(incidents, host, cause, subject);

	if (incident == NULL)
		incident = incident_new(incidents, host, cause, subject, line->when);
	/* Of its lines the one speaks that leaves the least open. */
	if (incident->rule == NULL ||
		(line->rule != NULL && line->rule->ncauses < incident->rule->ncauses))
		incident->rule = line->rule;
	if (line->when > incident->last || incident->lines == 0)
		incident->last = line->when;
	incident->lines +=
		incident->counted_to == INSTANT_NONE || line->when > incident->counted_to;
	if (incident->nevidence < INCIDENT_EVIDENCE_MAX)
		evidence_copy(&incident->arena, line, &incident->evidence[incident->nevidence++]);
	return incident;
}

/* A daemon that has started has come over these. */
static bool
ends_with_start(cause_t cause)
{
	static const cause_t causes[] = { CAUSE_DAEMON_STOPPED, CAUSE_DAEMON_CRASH,
		CAUSE_DAEMON_STALLED, CAUSE_CONFIG_ERROR, CAUSE_CONFIG_UNREADABLE,
		CAUSE_KEY_STARTUP_ERROR, CAUSE_DATASET_ERROR, CAUSE_SOCKET_ERROR };

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (cause == causes[i])
			return true;
	return false;
}

int64_t
incident_end(const struct incident *incident)
{
	if (incident->ended != INSTANT_NONE)
		return incident->ended;
	return ends_with_start(incident->cause) ? INT64_MAX : incident->last;
}

static bool
may_end(const struct incidents *incidents, const struct incident *incident, struct span host,
	int64_t when)
{
	return incident->ended == INSTANT_NONE && span_eq(incident->host, host) &&
	       (incident->counted_to == INSTANT_NONE || when >= incidents->from);
}

bool
incidents_end(struct incidents *incidents, struct span host, cause_t cause, int64_t when)
{
	bool ended = false;

	/* Asked at every line of OpenDKIM. */
	if (cause != CAUSE_NONE && incidents->open[cause] == 0)
		return false;
	for (size_t i = 0; i < incidents->n; i++) {
		struct incident *incident = incidents->list[i];

		if (!may_end(incidents, incident, host, when))
			continue;
		if (cause == CAUSE_NONE ? ends_with_start(incident->cause)
					: incident->cause == cause) {
			incident->ended = when;
			incidents->open[incident->cause] -= when != INSTANT_NONE;
			ended = true;
		}
	}
	return ended;
}

void
incident_add_key(struct incident *incident, struct span key)
{
	for (size_t i = 0; i < incident->nkeys; i++)
		if (span_eq(incident->keys[i], key))
			return;
	if (key.n > 0 && incident->nkeys < INCIDENT_KEYS_MAX)
		incident->keys[incident->nkeys++] = arena_copy(&incident->arena, key);
}

static const struct span domainkey = { "._domainkey.", 12 };

/* Of a name that tells nothing: -1. */
static int
is_named(struct span key, struct span selector, struct span domain)
{
	ptrdiff_t at = span_find(key, domainkey);

	if (at < 0)
		return -1;
	return span_eq_nocase(span_first(key, (size_t)at), selector) &&
	       span_eq_nocase(span_from(key, (size_t)at + domainkey.n), domain);
}

/* Does a word begin at `at`: behind a separator; behind a dot it is a label of a longer name, or "selector.domain". */
static bool
begins_at(struct span path, size_t at, struct span selector)
{
	size_t label = selector.n + 1;

	if (at == 0 || path.p[at - 1] == '/' || path.p[at - 1] == '-' || path.p[at - 1] == '_')
		return true;
	return path.p[at - 1] == '.' && at > label && path.p[at - label - 1] == '/' &&
	       span_eq((struct span){ path.p + (at - label), selector.n }, selector);
}

/* "/etc/opendkim/keys/shop.example/s2026.private", "/etc/dkimkeys/s2026.shop.example.pem" */
static bool
is_part(struct span path, struct span selector, struct span domain)
{
	for (size_t at = 0; domain.n > 0 && at + domain.n <= path.n; at++) {
		struct span behind = span_from(path, at + domain.n);

		if (begins_at(path, at, selector) &&
			span_eq_nocase(span_first(span_from(path, at), domain.n), domain) &&
			(behind.n == 0 || span_find_char(SPAN("/._-"), behind.p[0]) >= 0))
			return true;
	}
	return false;
}

static bool
is_of_key(const struct incident *incident, struct span selector, struct span domain)
{
	bool named = false;

	for (size_t i = 0; i < incident->nkeys; i++) {
		int is = is_named(incident->keys[i], selector, domain);

		if (is > 0)
			return true;
		named |= is == 0;
	}
	return !named && is_part(incident->subject, selector, domain);
}

bool
incidents_end_key(struct incidents *incidents, struct span host, struct span selector,
	struct span domain, int64_t when)
{
	static const cause_t causes[] = { CAUSE_KEY_PERMISSION, CAUSE_KEY_MISSING,
		CAUSE_KEY_INSECURE, CAUSE_KEY_INVALID, CAUSE_KEY_TABLE_ENTRY,
		CAUSE_KEY_TABLE_CORRUPT, CAUSE_KEY_TABLE_ERROR };
	bool ended = false;

	for (size_t i = 0; i < incidents->n; i++) {
		struct incident *incident = incidents->list[i];

		if (!may_end(incidents, incident, host, when) || when < incident->last)
			continue;
		for (size_t k = 0; k < sizeof causes / sizeof *causes; k++) {
			if (incident->cause != causes[k] || !is_of_key(incident, selector, domain))
				continue;
			incident->ended = when;
			ended = true;
		}
	}
	return ended;
}

void
incidents_restore(struct incidents *incidents, const struct incident *known, int64_t from)
{
	struct incident *incident =
		incident_new(incidents, known->host, known->cause, known->subject, known->first);

	incident->rule = known->rule;
	incident->last = incident->counted_to = known->last;
	incident->lines = known->lines;
	for (size_t i = 0; i < known->nkeys; i++)
		incident_add_key(incident, known->keys[i]);
	incidents->from = from;
}

void
incidents_drop(struct incidents *incidents, struct incident *incident)
{
	size_t kept = 0;

	for (size_t i = 0; i < incidents->n; i++)
		if (incidents->list[i] != incident)
			incidents->list[kept++] = incidents->list[i];
	incidents->n = kept;
	if (incident->ended == INSTANT_NONE)
		incidents->open[incident->cause]--;
	incident_free(incident);
}

void
incidents_forget(struct incidents *incidents, struct span host, struct span subject)
{
	for (size_t i = incidents->n; i-- > 0;) {
		struct incident *incident = incidents->list[i];

		if (subject.n > 0 && span_eq(incident->subject, subject) &&
			span_eq(incident->host, host))
			incidents_drop(incidents, incident);
	}
}

size_t
incidents_at(struct incidents *incidents, struct span host, int64_t when, struct incident **found,
	size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < incidents->n && n < max; i++) {
		struct incident *incident = incidents->list[i];

		if (span_eq(incident->host, host) && incident->first <= when &&
			(incident->ended == INSTANT_NONE || incident->ended >= when))
			found[n++] = incident;
	}
	return n;
}

size_t
incidents_count(const struct incidents *incidents)
{
	return incidents->n;
}

static int
by_time(const void *a, const void *b)
{
	const struct incident *const *x = a, *const *y = b;

	if ((*x)->first != (*y)->first)
		return (*x)->first < (*y)->first ? -1 : 1;
	return (*x)->cause < (*y)->cause ? -1 : (*x)->cause > (*y)->cause;
}

const struct incident *
incidents_get(struct incidents *incidents, size_t i)
{
	if (!incidents->sorted && incidents->n > 1)
		qsort(incidents->list, incidents->n, sizeof *incidents->list, by_time);
	incidents->sorted = true;
	return incidents->list[i];
}
