#include "rules/incident.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rules/faults.h"

struct incidents {
	struct incident **list;
	size_t n, room;
	int64_t from;             /* what was restored is known up to here */
	size_t open[CAUSE_COUNT]; /* how many may be open */
	bool sorted;
	/* So many of the first in the list have ended, all of them by past_end. */
	size_t past;
	int64_t past_end;
	struct faults *faults; /* those of keys that have not ended */
};

struct incidents *
incidents_new(void)
{
	struct incidents *incidents = xcalloc(1, sizeof *incidents);

	incidents->from = incidents->past_end = INSTANT_NONE;
	incidents->faults = faults_new();
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
	faults_free(incidents->faults);
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

	incident->arena.little = true;
	incidents->list =
		xgrow(incidents->list, incidents->n, &incidents->room, sizeof *incidents->list);
	incidents->list[incidents->n++] = incident;
	incidents->open[cause]++;
	incidents->sorted = false;
	incident->host = arena_copy(&incident->arena, host);
	incident->subject = arena_copy(&incident->arena, subject);
	incident->cause = cause;
	incident->first = when;
	incident->ended = incident->counted_to = INSTANT_NONE;
	if (cause_is(cause, CAUSE_OF_KEY))
		faults_put(incidents->faults, incident);
	return incident;
}

/* One that was restored is open until its end comes again; its last line may be of the same second. */
static bool
is_open(const struct incident *incident, int64_t when)
{
	return incident->ended == INSTANT_NONE ||
	       (incident->counted_to != INSTANT_NONE && when <= incident->ended);
}

/* The incident a line joins: open and alike; the last of its cause where there are too many. */
static struct incident *
find(const struct incidents *incidents, struct span host, cause_t cause, struct span subject,
	int64_t when)
{
	bool full = incidents->n >= INCIDENTS_MAX;
	size_t end = full || when <= incidents->past_end ? 0 : incidents->past;

	for (size_t i = incidents->n; i-- > end;) {
		struct incident *incident = incidents->list[i];

		if (!is_about(incident, host, cause))
			continue;
		if (full || (is_open(incident, when) && span_eq(incident->subject, subject)))
			return incident;
	}
	return full ? incidents->list[incidents->n - 1] : NULL;
}

/* Most have a line or two. */
struct evidence *
incident_add_evidence(struct incident *incident)
{
	if (incident->nevidence == INCIDENT_EVIDENCE_MAX)
		return NULL;
	if (incident->nevidence == incident->room) {
		size_t room = incident->room == 0 ? 1 : 4 * incident->room;
		struct evidence *evidence = arena_alloc(&incident->arena, room * sizeof *evidence);

		if (incident->nevidence > 0)
			memcpy(evidence, incident->evidence,
				incident->nevidence * sizeof *evidence);
		incident->evidence = evidence;
		incident->room = room;
	}
	return &incident->evidence[incident->nevidence++];
}

struct incident *
incidents_note(struct incidents *incidents, struct span host, cause_t cause, struct span subject,
	const struct evidence *line)
{
	struct incident *incident = find(incidents, host, cause, subject, line->when);
	struct evidence *evidence;

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
	evidence = incident_add_evidence(incident);
	if (evidence != NULL)
		evidence_copy(&incident->arena, line, evidence);
	return incident;
}

int64_t
incident_end(const struct incident *incident)
{
	if (incident->ended != INSTANT_NONE)
		return incident->ended;
	return cause_is(incident->cause, CAUSE_ENDS_WITH_START) ? INT64_MAX : incident->last;
}

static bool
may_end(const struct incidents *incidents, const struct incident *incident, struct span host,
	int64_t when)
{
	return is_open(incident, when) && span_eq(incident->host, host) &&
	       (incident->counted_to == INSTANT_NONE || when >= incidents->from);
}

/* Did that end it? The end of one that was restored is known, and lines before it came before it was noted. */
static bool
end_at(struct incidents *incidents, struct incident *incident, int64_t when)
{
	if (incident->ended != INSTANT_NONE)
		return incident->ended == when;
	incidents->open[incident->cause] -= when != INSTANT_NONE;
	incident->ended = when;
	if (when != INSTANT_NONE)
		faults_remove(incidents->faults, incident);
	return true;
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
		if (cause == CAUSE_NONE ? cause_is(incident->cause, CAUSE_ENDS_WITH_START)
					: incident->cause == cause)
			ended |= end_at(incidents, incident, when);
	}
	return ended;
}

void
incidents_add_key(struct incidents *incidents, struct incident *incident, struct span key)
{
	for (size_t i = 0; i < incident->nkeys; i++)
		if (span_eq(incident->keys[i], key))
			return;
	if (key.n == 0 || incident->nkeys == INCIDENT_KEYS_MAX)
		return;
	if (incident->nkeys <= 1) { /* most have one */
		struct span *keys = arena_alloc(&incident->arena,
			(incident->nkeys == 0 ? 1 : INCIDENT_KEYS_MAX) * sizeof *keys);

		if (incident->nkeys == 1)
			keys[0] = incident->keys[0];
		incident->keys = keys;
	}
	incident->keys[incident->nkeys++] = arena_copy(&incident->arena, key);
	if (cause_is(incident->cause, CAUSE_OF_KEY) && incident->ended == INSTANT_NONE)
		faults_put(incidents->faults, incident);
}

bool
incidents_may_end(const struct incidents *incidents, struct span domain)
{
	return faults_any(incidents->faults, domain);
}

bool
incidents_end_key(struct incidents *incidents, struct span host, struct span selector,
	struct span domain, int64_t when)
{
	struct incident *incident = faults_next(incidents->faults, selector, domain, NULL), *next;
	bool ended = false;

	for (; incident != NULL; incident = next) {
		next = faults_next(incidents->faults, selector, domain, incident);
		if (!may_end(incidents, incident, host, when) || when < incident->last)
			continue;
		ended |= end_at(incidents, incident, when);
	}
	return ended;
}

struct incidents *
incidents_copy(const struct incidents *incidents)
{
	struct incidents *copy = incidents_new();

	for (size_t i = 0; i < incidents->n; i++) {
		const struct incident *from = incidents->list[i];
		struct incident *to =
			incident_new(copy, from->host, from->cause, from->subject, from->first);

		to->rule = from->rule;
		for (size_t k = 0; k < from->nkeys; k++)
			incidents_add_key(copy, to, from->keys[k]);
		to->last = from->last;
		to->ended = from->ended;
		to->lines = from->lines;
		to->messages = from->messages;
		to->counted_to = from->counted_to;
		for (size_t k = 0; k < from->nevidence; k++)
			evidence_copy(&to->arena, &from->evidence[k], incident_add_evidence(to));
	}
	memcpy(copy->open, incidents->open, sizeof copy->open);
	copy->from = incidents->from;
	return copy;
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
		incidents_add_key(incidents, incident, known->keys[i]);
	incident->ended = known->ended;
	incidents->from = from;
}

/* The list was put in another order. */
static void
forget_past(struct incidents *incidents)
{
	incidents->past = 0;
	incidents->past_end = INSTANT_NONE;
}

void
incidents_drop(struct incidents *incidents, struct incident *incident)
{
	size_t kept = 0;

	for (size_t i = 0; i < incidents->n; i++)
		if (incidents->list[i] != incident)
			incidents->list[kept++] = incidents->list[i];
	incidents->n = kept;
	forget_past(incidents);
	if (incident->ended == INSTANT_NONE)
		incidents->open[incident->cause]--;
	faults_remove(incidents->faults, incident);
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

/* What comes is later than most of what has ended: that is passed over at once. */
static void
move_past(struct incidents *incidents)
{
	while (incidents->past < incidents->n &&
		incidents->list[incidents->past]->ended != INSTANT_NONE) {
		int64_t ended = incidents->list[incidents->past++]->ended;

		if (ended > incidents->past_end)
			incidents->past_end = ended;
	}
}

size_t
incidents_at(struct incidents *incidents, struct span host, int64_t when, struct incident **found,
	size_t max)
{
	size_t n = 0, begin;

	move_past(incidents);
	begin = when > incidents->past_end ? incidents->past : 0;
	for (size_t i = begin; i < incidents->n && n < max; i++) {
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
	if (!incidents->sorted && incidents->n > 1) {
		qsort(incidents->list, incidents->n, sizeof *incidents->list, by_time);
		forget_past(incidents);
	}
	incidents->sorted = true;
	return incidents->list[i];
}
