/*
 * health.h - what the dashboard knows of the service: incidents, logs, gaps, marks in time.
 */
#ifndef TUI_HEALTH_H
#define TUI_HEALTH_H

#include "base/instant.h"
#include "store/browse.h"

struct data;

#define HEALTH_INCIDENTS_MAX 500
#define HEALTH_SOURCES_MAX 200
#define HEALTH_GAPS_MAX 200
#define HEALTH_MARKS_MAX 2000
#define HEALTH_UNKNOWN_MAX 20
#define HEALTH_LINES_LOOKED 2000 /* at the last of those that are kept, for unknown ones */
#define HEALTH_LATEST_MAX 48     /* causes of which the last message is known */

/* So far behind a log is said, and so far everywhere: less is what any reader takes. */
#define HEALTH_LATE_SEEN (5 * INSTANT_SECOND)
#define HEALTH_LATE_SAID (2 * INSTANT_MINUTE)

struct health_source {
	struct span path, format, problem;
	int64_t first, last, read_at;
	uint64_t lines, cut;
	bool followed; /* how far the store is behind it is known */
	int64_t late;  /* behind.h */
};

struct health_gap {
	struct span host, why;
	int64_t first, last;
	uint64_t lines;
};

struct health_mark {
	int64_t when;
	char letter; /* of tui_options.mark */
	struct span text;
};

/* Starts and ends of daemons, in the order of time. */
struct health_marks {
	struct arena arena;
	struct health_mark *rows;
	size_t n;
	int64_t counted; /* in the store, when they were read; -1: they were not */
};

/* Lines of OpenDKIM that no rule knows, by their shape, most first; among the last that are kept. */
struct health_unknown {
	struct arena arena;
	struct health_shape {
		struct span shape, sample, path;
		uint64_t number, lines;
	} rows[HEALTH_UNKNOWN_MAX];
	size_t n;
	uint64_t lines, looked;
	int64_t read_at; /* by the real clock; 0: they were not */
};

/* What is read as one: replaced as one when the store has changed. */
struct health {
	struct arena arena;
	struct browse_incident *incidents;
	size_t nincidents, ncounted; /* of so many it is known whom they hit */
	struct health_source *sources;
	size_t nsources;
	struct health_gap *gaps;
	size_t ngaps;
	struct health_latest {
		struct browse_row row;
		struct browse_row told; /* the last of which there are lines; without an id: none */
	} * latest;                     /* of a verdict and cause, the last message */
	size_t nlatest;
};

void health_clear(struct health *service);

void health_clear_marks(struct health_marks *marks);

/* All of it anew. */
int health_read(struct data *data);

/* How far the store is behind. true: otherwise than it was. */
bool health_measure(struct data *data);

/* Lines that no rule knows, among the last. */
int health_read_unknown(struct data *data);

/* Count whom the next incident hit. true: there was one to be counted. */
bool health_count_next(struct data *data);

/* The last message of that verdict and cause, and the last that can be told of; NULL: not known. */
const struct browse_row *health_last(const struct data *data, enum verdict_kind verdict,
	cause_t cause);
const struct browse_row *health_told(const struct data *data, enum verdict_kind verdict,
	cause_t cause);

/* Is it still going on? */
bool health_is_running(const struct data *data, const struct browse_incident *incident);

#endif
