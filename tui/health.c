#include "tui/health.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/behind.h"
#include "tui/data.h"

void
health_clear(struct health *service)
{
	free(service->incidents);
	free(service->sources);
	free(service->gaps);
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

static const struct health_latest *
find_latest(const struct data *data, enum verdict_kind verdict, cause_t cause)
{
	for (size_t i = 0; i < data->service.nlatest; i++) {
		const struct health_latest *latest = &data->service.latest[i];

		if (latest->row.verdict == verdict && latest->row.cause == cause)
			return latest;
	}
	return NULL;
}

const struct browse_row *
health_last(const struct data *data, enum verdict_kind verdict, cause_t cause)
{
	const struct health_latest *latest = find_latest(data, verdict, cause);

	return latest == NULL ? NULL : &latest->row;
}

const struct browse_row *
health_told(const struct data *data, enum verdict_kind verdict, cause_t cause)
{
	const struct health_latest *latest = find_latest(data, verdict, cause);

	return latest == NULL ? NULL : latest->told.id != 0 ? &latest->told : &latest->row;
}

struct room {
	struct health *service;
	size_t room;
};

static void
take_incident(void *ctx, const struct browse_incident *incident)
{
	struct room *room = ctx;
	struct health *service = room->service;

	service->incidents = xgrow(service->incidents, service->nincidents, &room->room,
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
	service->sources =
		xgrow(service->sources, service->nsources, &room->room, sizeof *service->sources);
	service->sources[service->nsources++] = (struct health_source){
		arena_copy(&service->arena, status->path),
		arena_copy(&service->arena, status->format),
		arena_copy(&service->arena, status->problem),
		status->first,
		status->last,
		status->read_at,
		status->lines,
		status->cut,
		false,
		0,
	};
}

static void
take_gap(void *ctx, const struct gap *gap)
{
	struct room *room = ctx;
	struct health *service = room->service;

	if (service->ngaps == HEALTH_GAPS_MAX)
		return;
	service->gaps = xgrow(service->gaps, service->ngaps, &room->room, sizeof *service->gaps);
	service->gaps[service->ngaps++] =
		(struct health_gap){ arena_copy(&service->arena, gap->host),
			arena_copy(&service->arena, gap->why), gap->first, gap->last, gap->lines };
}

/* Marks. */

struct marking {
	const struct tui_options *options;
	struct health_marks *marks;
	size_t room;
};

static void
take_mark(void *ctx, const struct browse_line *line)
{
	struct marking *marking = ctx;
	struct health_marks *marks = marking->marks;
	char letter = marking->options->mark(marking->options->ctx, line);

	if (letter == '\0' || line->when == INSTANT_NONE)
		return;
	marks->rows = xgrow(marks->rows, marks->n, &marking->room, sizeof *marks->rows);
	marks->rows[marks->n++] =
		(struct health_mark){ line->when, letter, arena_copy(&marks->arena, line->text) };
}

void
health_clear_marks(struct health_marks *marks)
{
	free(marks->rows);
	arena_clear(&marks->arena);
	*marks = (struct health_marks){ .counted = -1 };
}

/* Rules are asked about each, so they are read again only when there are others. */
static int
read_marks(struct data *data)
{
	struct health_marks fresh = { .n = 0 };
	struct marking marking = { data->options, &fresh, 0 };

	if (browse_count_starts(data->store, &fresh.counted, &data->failure) < 0)
		return -1;
	if (fresh.counted == data->marks.counted)
		return 0;
	if (browse_lines(data->store, BROWSE_STARTS, INT64_MIN, INT64_MAX, HEALTH_MARKS_MAX,
		    take_mark, &marking, &data->failure) < 0) {
		health_clear_marks(&fresh);
		return -1;
	}
	for (size_t i = 0; i < fresh.n / 2; i++) {
		struct health_mark kept = fresh.rows[i];

		fresh.rows[i] = fresh.rows[fresh.n - 1 - i];
		fresh.rows[fresh.n - 1 - i] = kept;
	}
	health_clear_marks(&data->marks);
	data->marks = fresh;
	return 0;
}

/* Unknown lines. */

struct unknown {
	const struct tui_options *options;
	struct health_unknown *unknown;
};

static void
take_unknown(void *ctx, const struct browse_line *line)
{
	struct unknown *taken = ctx;
	struct health_unknown *unknown = taken->unknown;
	struct buf shape = BUF_INIT;
	size_t i = 0;

	unknown->looked++;
	if (taken->options->unknown(taken->options->ctx, line, &shape)) {
		unknown->lines++;
		while (i < unknown->n && !span_eq(unknown->rows[i].shape, buf_span(&shape)))
			i++;
		if (i == unknown->n && i < HEALTH_UNKNOWN_MAX)
			unknown->rows[unknown->n++] = (struct health_shape){
				arena_copy(&unknown->arena, buf_span(&shape)),
				arena_copy(&unknown->arena, line->text),
				arena_copy(&unknown->arena, line->path), line->number, 0
			};
		if (i < unknown->n)
			unknown->rows[i].lines++;
		/* Those of more lines stand higher. */
		for (; i > 0 && i < unknown->n &&
			unknown->rows[i].lines > unknown->rows[i - 1].lines;
			i--) {
			struct health_shape kept = unknown->rows[i];

			unknown->rows[i] = unknown->rows[i - 1];
			unknown->rows[i - 1] = kept;
		}
	}
	buf_clear(&shape);
}

int
health_read_unknown(struct data *data)
{
	struct health_unknown fresh = { .read_at = instant_now() };
	struct unknown taken = { data->options, &fresh };
	int rc = browse_lines(data->store, BROWSE_KEPT, INT64_MIN, INT64_MAX, HEALTH_LINES_LOOKED,
		take_unknown, &taken, &data->failure);

	arena_clear(&data->unknown.arena);
	data->unknown = fresh;
	return rc;
}

/* How far the store is behind. */

struct measured {
	struct health *service;
	bool changed;
};

static void
take_behind(void *ctx, const struct behind *behind)
{
	struct measured *measured = ctx;
	struct health *service = measured->service;

	for (size_t i = 0; i < service->nsources; i++) {
		struct health_source *source = &service->sources[i];

		if (!span_eq(source->path, behind->path))
			continue;
		/* What is shown are seconds. */
		measured->changed |= !source->followed ||
		                     source->late / INSTANT_SECOND != behind->late / INSTANT_SECOND;
		source->followed = true;
		source->late = behind->late;
	}
}

bool
health_measure(struct data *data)
{
	struct measured measured = { &data->service, false };
	struct health *service = &data->service;
	int64_t late = 0;

	(void)behind_each(data->store, take_behind, &measured, &data->failure);
	for (size_t i = 0; i < service->nsources; i++)
		if (service->sources[i].late > late)
			late = service->sources[i].late;
	data->late = late;
	return measured.changed;
}

struct taken {
	struct arena *arena;
	struct browse_row *row;
};

static void
take_latest(void *ctx, const struct browse_row *row)
{
	struct taken *taken = ctx;

	*taken->row = browse_copy_row(taken->arena, row);
}

/* The last of that verdict and cause; and of those that can be told of. */
static int
read_latest_of(struct data *data, struct health *service, const struct filter *filter,
	int64_t saved, struct health_latest *latest)
{
	struct browse_page page = { filter, true, true, 1, 1 };
	struct browse_place newest = BROWSE_NEWEST, place = { saved, INT64_MAX };
	struct taken row = { &service->arena, &latest->row },
		     told = { &service->arena, &latest->told };

	if (browse_messages(data->store, &page, &newest, take_latest, &row, &data->failure) < 0)
		return -1;
	if (latest->row.first <= saved) {
		latest->told = latest->row;
		return 0;
	}
	return browse_messages(data->store, &page, &place, take_latest, &told, &data->failure) < 0
	               ? -1
	               : 0;
}

/* Of every verdict and cause that the counts know, the last message. */
static int
read_latest(struct data *data, struct health *service)
{
	bool known[VERDICT_COUNT][CAUSE_COUNT] = { { false } };
	size_t room = 0;
	int64_t saved;

	if (browse_saved(data->store, &saved, &data->failure) < 0)
		return -1;
	for (size_t i = 0; i < data->trend.n; i++) {
		const struct trend_cell *cell = &data->trend.cells[i];
		struct health_latest latest = { .row = { .id = 0 } };
		struct filter filter;

		if (!verdict_is_finding((enum verdict_kind)cell->verdict) ||
			known[cell->verdict][cell->cause] || service->nlatest == HEALTH_LATEST_MAX)
			continue;
		known[cell->verdict][cell->cause] = true;
		filter_only(&filter, (enum verdict_kind)cell->verdict, cell->cause);
		if (read_latest_of(data, service, &filter, saved, &latest) < 0)
			return -1;
		if (latest.row.id == 0)
			continue;
		service->latest =
			xgrow(service->latest, service->nlatest, &room, sizeof *service->latest);
		service->latest[service->nlatest++] = latest;
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
	struct room incidents = { &fresh, 0 }, sources = incidents, gaps = incidents;
	int rc;

	data->stale_service = false;
	rc = browse_incidents(data->store, HEALTH_INCIDENTS_MAX, take_incident, &incidents,
		&data->failure);
	if (rc == 0)
		rc = store_each_source(data->store, take_source, &sources, &data->failure);
	if (rc == 0)
		rc = store_each_gap(data->store, take_gap, &gaps, &data->failure);
	if (rc == 0)
		rc = read_marks(data);
	if (rc == 0)
		rc = read_latest(data, &fresh);
	if (rc < 0) {
		health_clear(&fresh);
		return -1;
	}
	keep_counts(data, &fresh);
	health_clear(&data->service);
	data->service = fresh;
	(void)health_measure(data);
	return 0;
}
