/*
 * health.h - what the dashboard knows of the service: incidents, logs, gaps, marks in time.
 */
#ifndef TUI_HEALTH_H
#define TUI_HEALTH_H

#include "store/browse.h"

struct data;

#define HEALTH_INCIDENTS_MAX 500
#define HEALTH_SOURCES_MAX 200
#define HEALTH_GAPS_MAX 200
#define HEALTH_MARKS_MAX 2000
#define HEALTH_LATEST_MAX 48 /* causes of which the last message is known */

struct health_source {
	struct span path, format, problem;
	int64_t first, last, read_at;
	uint64_t lines, cut;
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

/* What is read as one: replaced as one when the store has changed. */
struct health {
	struct arena arena;
	struct browse_incident *incidents;
	size_t nincidents, ncounted; /* of so many it is known whom they hit */
	struct health_source *sources;
	size_t nsources;
	struct health_gap *gaps;
	size_t ngaps;
	struct health_mark *marks;
	size_t nmarks;
	struct browse_row *latest; /* the last message of a verdict and cause */
	size_t nlatest;
};

void health_clear(struct health *service);

/* All of it anew. */
int health_read(struct data *data);

/* Count whom the next incident hit. true: there was one to be counted. */
bool health_count_next(struct data *data);

/* The last message of that verdict and cause; NULL: not known. */
const struct browse_row *health_latest(const struct data *data, enum verdict_kind verdict,
	cause_t cause);

/* Is it still going on? */
bool health_is_running(const struct data *data, const struct browse_incident *incident);

#endif
