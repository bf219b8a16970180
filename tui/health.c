#include "tui/health.h"

#include <stdlib.h>

#include "base/instant.h"
#include "tui/data.h"

void
health_clear(struct health *service)
{
	free(service->incidents);
	free(service->sources);
	free(service->gaps);
	free(service->marks);
	free(service->latest);
	arena_clear(&service->arena);
	*service = (struct health){ .nincidents = 0 };
}

bool
health_is_running(const struct data *data, const struct browse_incident *incident)
{
	return incident->ended == INSTANT_NONE && incident->last != INSTANT_NONE &&
	       data_end(data) - incident->last < INSTANT_DAY;
}

const struct browse_row *
health_latest(const struct data *data, enum verdict_kind verdict, cause_t cause)
{
	for (size_t i = 0; i < data->service.nlatest; i++)
		if (data->service.latest[i].verdict == verdict &&
			data->service.latest[i].cause == cause)
			return &data->service.latest[i];
	return NULL;
}

struct room {
	struct data *data;
	struct health *service;
	size_t room;
};

static void
take_incident(void *ctx, const struct browse_incident *incident)
{
	struct room *room = ctx;
	struct health *service = room->service;

	service->incidents = data_grow(service->incidents, service->nincidents, &room->room,
		sizeof *service->incidents);
	service->incidents[service->nincidents++] = browse_copy_incident(&service->arena, incident);
}

static void
take_source(void *ctx, const struct store_status *status)
{
	struct room *room = ctx;
	struct health *service = room->service;

	if (service->nsources == HEALTH_SOURCES_MAX)
		return;
	service->sources = data_grow(service->sources, service->nsources, &room->room,
		sizeof *service->sources);
	service->sources[service->nsources++] = (struct health_source){
		arena_copy(&service->arena, status->path),
		arena_copy(&service->arena, status->format),
		arena_copy(&service->arena, status->problem),
		status->first,
		status->last,
		status->read_at,
		status->lines,
		status->cut,
	};
}

static void
take_gap(void *ctx, const struct gap *gap)
{
	struct room *room = ctx;
	struct health *service = room->service;

	if (service->ngaps == HEALTH_GAPS_MAX)
		return;
	service->gaps =
		data_grow(service->gaps, service->ngaps, &room->room, sizeof *service->gaps);
	service->gaps[service->ngaps++] =
		(struct health_gap){ arena_copy(&service->arena, gap->host),
			arena_copy(&service->arena, gap->why), gap->first, gap->last, gap->lines };
}

static void
take_mark(void *ctx, const struct browse_line *line)
{
	struct room *room = ctx;
	struct health *service = room->service;
	const struct tui_options *options = room->data->options;
	char letter = options->mark(options->ctx, line);

	if (letter == '\0' || line->when == INSTANT_NONE)
		return;
	service->marks =
		data_grow(service->marks, service->nmarks, &room->room, sizeof *service->marks);
	service->marks[service->nmarks++] =
		(struct health_mark){ line->when, letter, arena_copy(&service->arena, line->text) };
}

struct latest {
	struct health *service;
	size_t *room;
};

static void
take_latest(void *ctx, const struct browse_row *row)
{
	struct latest *latest = ctx;
	struct health *service = latest->service;

	service->latest =
		data_grow(service->latest, service->nlatest, latest->room, sizeof *service->latest);
	service->latest[service->nlatest++] = browse_copy_row(&service->arena, row);
}

/* Of every verdict and cause that the counts know, the last message. */
static int
read_latest(struct data *data, struct health *service)
{
	bool known[VERDICT_COUNT][CAUSE_COUNT] = { { false } };
	size_t room = 0;

	for (size_t i = 0; i < data->trend.n; i++) {
		const struct trend_cell *cell = &data->trend.cells[i];
		struct filter filter;
		struct browse_page page = { &filter, true, true, 1, 1 };
		struct browse_place place = BROWSE_NEWEST;
		struct latest latest = { service, &room };

		if (cell->verdict == VERDICT_SIGNED || cell->verdict == VERDICT_INBOUND ||
			known[cell->verdict][cell->cause] || service->nlatest == HEALTH_LATEST_MAX)
			continue;
		known[cell->verdict][cell->cause] = true;
		filter_only(&filter, (enum verdict_kind)cell->verdict, cell->cause);
		if (browse_messages(data->store, &page, &place, take_latest, &latest,
			    &data->failure) < 0)
			return -1;
	}
	return 0;
}

/* What ended long ago hits nobody any more: its count of before stays. */
static void
keep_counts(const struct data *data, struct health *fresh)
{
	const struct health *before = &data->service;

	for (size_t i = 0, k = 0; i < fresh->nincidents && before->ncounted > 0; i++) {
		struct browse_incident *incident = &fresh->incidents[i];
		int64_t end = incident->ended == INSTANT_NONE ? data_end(data) : incident->ended;

		/* Both are in the same order. */
		while (k < before->ncounted && before->incidents[k].first > incident->first)
			k++;
		for (size_t m = k; m < before->ncounted && !incident->counted &&
				   before->incidents[m].first == incident->first &&
				   data_end(data) - end > DATA_RECENT_HOURS * INSTANT_HOUR;
			m++)
			if (before->incidents[m].id == incident->id &&
				before->incidents[m].ended == incident->ended) {
				incident->messages = before->incidents[m].messages;
				incident->more = before->incidents[m].more;
				incident->counted = true;
			}
	}
}

/* Whom the next one hit. true: there was one to be counted. */
bool
health_count_next(struct data *data)
{
	struct health *service = &data->service;

	while (service->ncounted < service->nincidents) {
		struct browse_incident *incident = &service->incidents[service->ncounted++];

		if (incident->counted)
			continue;
		(void)browse_count_hit(data->store, incident, &data->failure);
		return true;
	}
	return false;
}

int
health_read(struct data *data)
{
	struct health fresh = { .nincidents = 0 };
	struct room incidents = { data, &fresh, 0 }, sources = incidents, gaps = incidents,
		    marks = incidents;
	int rc;

	data->stale_service = false;
	rc = browse_incidents(data->store, HEALTH_INCIDENTS_MAX, take_incident, &incidents,
		&data->failure);
	if (rc == 0)
		rc = store_each_source(data->store, take_source, &sources, &data->failure);
	if (rc == 0)
		rc = store_each_gap(data->store, take_gap, &gaps, &data->failure);
	if (rc == 0)
		rc = browse_lines(data->store, INT64_MIN, INT64_MAX, true, HEALTH_MARKS_MAX,
			take_mark, &marks, &data->failure);
	if (rc == 0)
		rc = read_latest(data, &fresh);
	if (rc < 0) {
		health_clear(&fresh);
		return -1;
	}
	keep_counts(data, &fresh);
	health_clear(&data->service);
	data->service = fresh;
	return 0;
}
