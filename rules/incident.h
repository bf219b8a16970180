/*
 * incident.h - what happened to the service, from when to when.
 *
 * Lines without a queue ID that tell of the daemon or of Postfix's way to it
 * become incidents: one for each host and cause, spanning the time from its
 * first to its last line, closed by the line that shows recovery.
 */
#ifndef RULES_INCIDENT_H
#define RULES_INCIDENT_H

#include "rules/message.h"

#define INCIDENT_EVIDENCE_MAX 16
#define INCIDENT_KEYS_MAX 8
#define INCIDENTS_MAX 4096 /* more are folded into the last one of their cause */

struct incident {
	struct arena arena;
	struct span host;
	cause_t cause;
	const struct rule *rule;
	struct span subject; /* the milter address or file it is about; empty: none */
	struct span *keys;   /* names of the KeyTable that lines of it name; in the arena */
	size_t nkeys;
	int64_t first, last;
	int64_t ended; /* INSTANT_NONE: not seen to end */
	uint64_t lines;
	uint64_t messages;  /* that are let go with it as a cause */
	int64_t counted_to; /* restored: its lines up to then are among lines; else INSTANT_NONE */
	struct evidence *evidence; /* in the arena */
	size_t nevidence, room;
	struct incident *fault_next; /* rules/faults.c */
	unsigned fault_place;
};

struct incidents;

struct incidents *incidents_new(void);
struct incidents *incidents_copy(const struct incidents *incidents);
void incidents_free(struct incidents *incidents);

/*
 * A line that tells of it, at line->when. Joins the host's open incident of that cause and
 * subject, or opens one.
 */
struct incident *incidents_note(struct incidents *incidents, struct span host, cause_t cause,
	struct span subject, const struct evidence *line);

/* Room for one line more, in which nothing stands yet; NULL when there are INCIDENT_EVIDENCE_MAX. */
struct evidence *incident_add_evidence(struct incident *incident);

/* Close the host's open incidents of that cause (CAUSE_NONE: all that a start ends). Was there one? */
bool incidents_end(struct incidents *incidents, struct span host, cause_t cause, int64_t when);

/* The KeyTable's name of the key that could not be used; empty: no line tells it. */
void incidents_add_key(struct incidents *incidents, struct incident *incident, struct span key);

/*
 * A signature was made with that key: close the host's open incidents of it. A name in the form
 * selector._domainkey.domain says which key it is; where there is none, the path of its file, when the
 * domain is a part of it. Was there one?
 */
bool incidents_end_key(struct incidents *incidents, struct span host, struct span selector,
	struct span domain, int64_t when);

/* May there be one of that domain at all? Asked of every signature. */
bool incidents_may_end(const struct incidents *incidents, struct span domain);

/*
 * Until when it is known to last. A daemon that is down is down until it starts: INT64_MAX; of the
 * rest, of a key that could not be read, silence says nothing: it lasts to its last line.
 */
int64_t incident_end(const struct incident *incident);

/* Take it back: nothing came of it. */
void incidents_drop(struct incidents *incidents, struct incident *incident);

/* Take back what was noted of that subject: it turned out not to be ours. */
void incidents_forget(struct incidents *incidents, struct span host, struct span subject);

/*
 * The host's incidents that cover the time `when`, at most max. One that has ended covers the time from
 * its first line to its end; one that is open, all that follows.
 */
size_t incidents_at(struct incidents *incidents, struct span host, int64_t when,
	struct incident **found, size_t max);

/*
 * One that was noted before, of a reading that begins at from (the same for all): it is open until
 * its end, and nothing before from ends it. Lines up to last that are noted again do not count again.
 */
void incidents_restore(struct incidents *incidents, const struct incident *known, int64_t from);

size_t incidents_count(const struct incidents *incidents);

/* By the time of their first line. */
const struct incident *incidents_get(struct incidents *incidents, size_t i);

#endif
