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

bool
incidents_end(struct incidents *incidents, struct span host, cause_t cause, int64_t when)
{
	bool ended = false;

	/* Asked at every line of OpenDKIM. */
	if (cause != CAUSE_NONE && incidents->open[cause] == 0)
		return false;
	for (size_t i = 0; i < incidents->n; i++) {
		struct incident *incident = incidents->list[i];

		if (incident->ended != INSTANT_NONE || !span_eq(incident->host, host) ||
			(incident->counted_to != INSTANT_NONE && when < incidents->from))
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
incidents_restore(struct incidents *incidents, const struct incident *known, int64_t from)
{
	struct incident *incident =
		incident_new(incidents, known->host, known->cause, known->subject, known->first);

	incident->rule = known->rule;
	incident->last = incident->counted_to = known->last;
	incident->lines = known->lines;
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
