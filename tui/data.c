#include "tui/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/map.h"
#include "store/trend.h"

#define RECENT_HOURS 48 /* read anew whenever the store changed */
#define SLICE_HOURS 168 /* read at once before that */
#define OLD_SHARE 50    /* of the time, reading old hours anew takes at most so small a part */
#define OLD_AFTER (2 * INSTANT_MINUTE)
#define COUNTED_FIRST 8     /* incidents whose messages are counted before the past is read */
#define OLD_LOG INSTANT_DAY /* a log whose end is so long ago is looked at from its end */

void
data_init(struct data *data, struct store *store, const struct tui_options *options)
{
	*data = (struct data){ .store = store,
		.options = options,
		.now = instant_now(),
		.first = INSTANT_NONE,
		.last = INSTANT_NONE,
		.read_to = INSTANT_NONE,
		.version = -1,
		.trend_to = INT64_MIN };
	data->trend = (struct trend)TREND_INIT;
	data->messages.newest_first = true;
	data->messages.findings = true;
	filter_init(&data->filter);
	filter_init(&data->list);
}

static void
clear_service(struct data_service *service)
{
	free(service->incidents);
	free(service->sources);
	free(service->gaps);
	free(service->marks);
	free(service->latest);
	arena_clear(&service->arena);
	*service = (struct data_service){ .nincidents = 0 };
}

static void
clear_messages(struct data_messages *messages)
{
	free(messages->rows);
	messages->rows = NULL;
	messages->n = 0;
	arena_clear(&messages->arena);
}

void
data_clear(struct data *data)
{
	trend_clear(&data->trend);
	clear_service(&data->service);
	clear_messages(&data->messages);
	arena_clear(&data->hits.arena);
	filter_clear(&data->filter);
	filter_clear(&data->list);
}

int64_t
data_end(const struct data *data)
{
	if (data->last != INSTANT_NONE && data->now - data->last > OLD_LOG)
		return data->last + 1;
	return data->now;
}

bool
data_is_running(const struct data *data, const struct browse_incident *incident)
{
	return incident->ended == INSTANT_NONE && incident->last != INSTANT_NONE &&
	       data_end(data) - incident->last < INSTANT_DAY;
}

bool
data_same_message(const struct browse_row *a, const struct browse_row *b)
{
	return a->first == b->first && span_eq(a->queue_id, b->queue_id) &&
	       span_eq(a->host, b->host);
}

const struct browse_row *
data_latest(const struct data *data, enum verdict_kind verdict, cause_t cause)
{
	for (size_t i = 0; i < data->service.nlatest; i++)
		if (data->service.latest[i].verdict == verdict &&
			data->service.latest[i].cause == cause)
			return &data->service.latest[i];
	return NULL;
}

/* Trends. */

struct sums {
	const struct filter *filter;
	struct trend_gather gather;
};

static void
take_sum(void *ctx, const struct store_sum *sum)
{
	struct sums *sums = ctx;

	if (filter_fits_sum(sums->filter, sum->verdict, sum->cause, sum->domain))
		trend_gather_add(&sums->gather, sum->hour / INSTANT_HOUR, sum->verdict, sum->cause,
			sum->messages);
}

static int
read_trend(struct data *data, int64_t from, int64_t to)
{
	struct sums sums = { &data->filter, { NULL, 0, 0 } };
	int rc = store_each_trend(data->store, from * INSTANT_HOUR,
		to == INT64_MAX ? INSTANT_NONE : to * INSTANT_HOUR, take_sum, &sums,
		&data->failure);

	if (rc == 0)
		trend_put(&data->trend, from, to, sums.gather.cells, sums.gather.n);
	free(sums.gather.cells);
	return rc;
}

static int64_t
hour_of(int64_t when)
{
	return when / INSTANT_HOUR;
}

/* The last days, and whether there is more before them. */
static int
read_recent(struct data *data)
{
	int64_t hour, before = data->last;

	data->stale_recent = false;
	if (browse_span(data->store, &data->first, &data->last, &data->failure) < 0)
		return -1;
	hour = hour_of(data_end(data)) - RECENT_HOURS;
	if (read_trend(data, hour, INT64_MAX) < 0)
		return -1;
	/* The first time, and when what is old has moved into view, the rest follows at once. */
	if (before == INSTANT_NONE || data->trend_to == INT64_MIN) {
		int64_t now = instant_now();

		if (before == INSTANT_NONE || now >= data->old_due) {
			data->trend_to = hour;
			data->old_begun = now;
		}
	}
	return 0;
}

/* One slice more of the past. */
static int
read_older(struct data *data)
{
	int64_t to = data->trend_to, from = to - SLICE_HOURS;
	int64_t first = data->first == INSTANT_NONE ? to : hour_of(data->first);

	if (to <= first) {
		int64_t now = instant_now(), taken = (now - data->old_begun) * OLD_SHARE;

		data->trend_to = INT64_MIN;
		data->old_due = now + (taken > OLD_AFTER ? taken : OLD_AFTER);
		if (data->trend.from > first)
			data->trend.from = first;
		return 0;
	}
	data->trend_to = from;
	return read_trend(data, from, to);
}

/* The service. */

struct room {
	struct data *data;
	struct data_service *service;
	size_t room;
};

/* Room for one more of that size. */
static void *
grow(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	*room = *room == 0 ? 16 : 2 * *room;
	return xreallocarray(array, *room, size);
}

static void
take_incident(void *ctx, const struct browse_incident *incident)
{
	struct room *room = ctx;
	struct data_service *service = room->service;

	service->incidents = grow(service->incidents, service->nincidents, &room->room,
		sizeof *service->incidents);
	service->incidents[service->nincidents++] = browse_copy_incident(&service->arena, incident);
}

static void
take_source(void *ctx, const struct store_status *status)
{
	struct room *room = ctx;
	struct data_service *service = room->service;

	if (service->nsources == DATA_SOURCES_MAX)
		return;
	service->sources =
		grow(service->sources, service->nsources, &room->room, sizeof *service->sources);
	service->sources[service->nsources++] = (struct data_source){
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
	struct data_service *service = room->service;

	if (service->ngaps == DATA_GAPS_MAX)
		return;
	service->gaps = grow(service->gaps, service->ngaps, &room->room, sizeof *service->gaps);
	service->gaps[service->ngaps++] = (struct data_gap){ arena_copy(&service->arena, gap->host),
		arena_copy(&service->arena, gap->why), gap->first, gap->last, gap->lines };
}

static void
take_mark(void *ctx, const struct browse_line *line)
{
	struct room *room = ctx;
	struct data_service *service = room->service;
	const struct tui_options *options = room->data->options;
	char letter = options->mark(options->ctx, line);

	if (letter == '\0' || line->when == INSTANT_NONE)
		return;
	service->marks = grow(service->marks, service->nmarks, &room->room, sizeof *service->marks);
	service->marks[service->nmarks++] =
		(struct data_mark){ line->when, letter, arena_copy(&service->arena, line->text) };
}

struct latest {
	struct data_service *service;
	size_t *room;
};

static void
take_latest(void *ctx, const struct browse_row *row)
{
	struct latest *latest = ctx;
	struct data_service *service = latest->service;

	service->latest =
		grow(service->latest, service->nlatest, latest->room, sizeof *service->latest);
	service->latest[service->nlatest++] = browse_copy_row(&service->arena, row);
}

/* Of every verdict and cause that the counts know, the last message. */
static int
read_latest(struct data *data, struct data_service *service)
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
			known[cell->verdict][cell->cause] || service->nlatest == DATA_LATEST_MAX)
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
keep_counts(const struct data *data, struct data_service *fresh)
{
	const struct data_service *before = &data->service;

	for (size_t i = 0, k = 0; i < fresh->nincidents && before->ncounted > 0; i++) {
		struct browse_incident *incident = &fresh->incidents[i];
		int64_t end = incident->ended == INSTANT_NONE ? data_end(data) : incident->ended;

		/* Both are in the same order. */
		while (k < before->ncounted && before->incidents[k].first > incident->first)
			k++;
		for (size_t m = k; m < before->ncounted && !incident->counted &&
				   before->incidents[m].first == incident->first &&
				   data_end(data) - end > RECENT_HOURS * INSTANT_HOUR;
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
static bool
count_next(struct data *data)
{
	struct data_service *service = &data->service;

	while (service->ncounted < service->nincidents) {
		struct browse_incident *incident = &service->incidents[service->ncounted++];

		if (incident->counted)
			continue;
		(void)browse_count_hit(data->store, incident, &data->failure);
		return true;
	}
	return false;
}

static int
read_service(struct data *data)
{
	struct data_service fresh = { .nincidents = 0 };
	struct room incidents = { data, &fresh, 0 }, sources = incidents, gaps = incidents,
		    marks = incidents;
	int rc;

	data->stale_service = false;
	rc = browse_incidents(data->store, DATA_INCIDENTS_MAX, take_incident, &incidents,
		&data->failure);
	if (rc == 0)
		rc = store_each_source(data->store, take_source, &sources, &data->failure);
	if (rc == 0)
		rc = store_each_gap(data->store, take_gap, &gaps, &data->failure);
	if (rc == 0)
		rc = browse_lines(data->store, INT64_MIN, INT64_MAX, true, DATA_MARKS_MAX,
			take_mark, &marks, &data->failure);
	if (rc == 0)
		rc = read_latest(data, &fresh);
	if (rc < 0) {
		clear_service(&fresh);
		return -1;
	}
	keep_counts(data, &fresh);
	clear_service(&data->service);
	data->service = fresh;
	return 0;
}

/* Messages. */

struct page_rows {
	struct arena *arena;
	struct browse_row *rows;
	size_t n, room;
};

static void
take_row(void *ctx, const struct browse_row *row)
{
	struct page_rows *page = ctx;

	page->rows = grow(page->rows, page->n, &page->room, sizeof *page->rows);
	page->rows[page->n++] = browse_copy_row(page->arena, row);
}

static struct browse_page
page_of(const struct data *data, bool older, size_t max)
{
	return (struct browse_page){ &data->list, data->messages.findings, older, max, DATA_LOOK };
}

static struct browse_place
place_of(const struct browse_row *row)
{
	return (struct browse_place){ row->first, row->id };
}

/* The rows behind place become the first, or the last, of those that are held. */
static int
add_page(struct data *data, bool below, struct browse_place place, size_t max)
{
	struct data_messages *messages = &data->messages;
	struct page_rows page = { &messages->arena, NULL, 0, 0 };
	bool older = messages->newest_first == below;
	const struct browse_page asked = page_of(data, older, max);
	int rc = browse_messages(data->store, &asked, &place, take_row, &page, &data->failure);

	if (rc < 0) {
		free(page.rows);
		return -1;
	}
	messages->rows =
		xreallocarray(messages->rows, messages->n + page.n + 1, sizeof *messages->rows);
	if (below) {
		for (size_t i = 0; i < page.n; i++)
			messages->rows[messages->n + i] = page.rows[i];
		messages->more_below = rc > 0;
	} else {
		memmove(messages->rows + page.n, messages->rows,
			messages->n * sizeof *messages->rows);
		for (size_t i = 0; i < page.n; i++)
			messages->rows[page.n - 1 - i] = page.rows[i];
		messages->more_above = rc > 0;
	}
	messages->n += page.n;
	messages->seen = place;
	messages->seeking = below && rc > 0 && page.n < max;
	free(page.rows);
	return 0;
}

void
data_restart(struct data *data)
{
	struct data_messages *messages = &data->messages;

	clear_messages(messages);
	messages->more_above = false;
	messages->seeking = false;
	data->stale_messages = false;
	(void)add_page(data, true, messages->newest_first ? BROWSE_NEWEST : BROWSE_OLDEST,
		DATA_PAGE);
}

void
data_go_to(struct data *data, int64_t when)
{
	struct data_messages *messages = &data->messages;
	struct browse_place place = { when, messages->newest_first ? INT64_MAX : INT64_MIN };

	clear_messages(messages);
	messages->more_above = true;
	data->stale_messages = false;
	(void)add_page(data, true, place, DATA_PAGE);
}

/* The last page, read from the other end. */
void
data_go_to_end(struct data *data)
{
	struct data_messages *messages = &data->messages;

	clear_messages(messages);
	(void)add_page(data, false, messages->newest_first ? BROWSE_OLDEST : BROWSE_NEWEST,
		DATA_PAGE);
	messages->more_below = messages->seeking = false;
}

/* What is held is bounded: what is far away goes, and is read again when it is come back to. */
static void
trim(struct data_messages *messages, bool below)
{
	size_t beyond = messages->n > DATA_WINDOW ? messages->n - DATA_WINDOW : 0;
	struct arena arena = ARENA_INIT;

	if (beyond == 0)
		return;
	if (below) {
		memmove(messages->rows, messages->rows + beyond,
			DATA_WINDOW * sizeof *messages->rows);
		messages->more_above = true;
	} else {
		messages->more_below = true;
	}
	messages->n = DATA_WINDOW;
	for (size_t i = 0; i < messages->n; i++)
		messages->rows[i] = browse_copy_row(&arena, &messages->rows[i]);
	arena_clear(&messages->arena);
	messages->arena = arena;
}

void
data_more(struct data *data, bool below)
{
	struct data_messages *messages = &data->messages;
	struct browse_place place;

	if (below ? !messages->more_below : !messages->more_above)
		return;
	if (below && messages->seeking)
		place = messages->seen;
	else if (messages->n == 0)
		place = messages->newest_first ? BROWSE_NEWEST : BROWSE_OLDEST;
	else
		place = place_of(&messages->rows[below ? messages->n - 1 : 0]);
	if (add_page(data, below, place, DATA_PAGE) == 0)
		trim(messages, below);
}

/* The same rows as they are by now; at the top, and those that came. */
static int
read_messages_again(struct data *data)
{
	struct data_messages *messages = &data->messages, before = *messages;
	size_t wanted = before.n > DATA_PAGE ? before.n : DATA_PAGE;
	struct browse_place place = before.newest_first ? BROWSE_NEWEST : BROWSE_OLDEST;
	int rc;

	data->stale_messages = false;
	if (before.more_above && before.n > 0) {
		place = place_of(&before.rows[0]);
		place.id = before.newest_first ? INT64_MAX : INT64_MIN;
	}
	messages->rows = NULL;
	messages->n = 0;
	messages->arena = (struct arena)ARENA_INIT;
	rc = add_page(data, true, place, wanted);
	if (rc < 0) {
		*messages = before;
		return -1;
	}
	clear_messages(&before);
	return 0;
}

/* Whom it hit. */

struct hit_count {
	struct map keys[HIT_DIMENSIONS];
	struct arena arena;
	uint64_t counted;
};

static void
take_hit(void *ctx, const struct browse_row *row)
{
	struct hit_count *count = ctx;
	struct span author = row->author.n > 0 ? row->author : row->sender;
	const struct span keys[HIT_DIMENSIONS] = {
		[HIT_DOMAIN] = address_domain(author),
		[HIT_AUTHOR] = author,
		[HIT_CLIENT] = row->client_name.n > 0 && !span_eq(row->client_name, SPAN("unknown"))
		                       ? row->client_name
		                       : row->client_ip,
		[HIT_LOGIN] = row->sasl_username,
	};

	count->counted++;
	for (int i = 0; i < HIT_DIMENSIONS; i++) {
		struct data_hit *hit = map_get(&count->keys[i], keys[i]);

		if (hit == NULL) {
			hit = arena_alloc(&count->arena, sizeof *hit);
			*hit = (struct data_hit){ arena_copy(&count->arena, keys[i]), 0 };
			map_put(&count->keys[i], hit->key, hit);
		}
		hit->messages++;
	}
}

/* Into its place among the most frequent. */
static void
rank_hit(struct data_hits *hits, int dimension, const struct data_hit *hit)
{
	struct data_hit *rows = hits->rows[dimension];
	size_t *n = &hits->n[dimension], at;

	if (*n == DATA_HITS_SHOWN) {
		hits->others[dimension]++;
		if (rows[*n - 1].messages >= hit->messages)
			return;
		(*n)--;
	}
	for (at = *n; at > 0 && rows[at - 1].messages < hit->messages; at--)
		rows[at] = rows[at - 1];
	rows[at] = *hit;
	(*n)++;
}

static int
read_hits(struct data *data)
{
	struct data_hits *hits = &data->hits;
	struct hit_count count = { .counted = 0 };
	struct filter filter;
	const struct browse_page page = { &filter, true, true, DATA_HITS, DATA_HITS };
	struct browse_place place = BROWSE_NEWEST;
	int rc;

	filter_only(&filter, hits->verdict, hits->cause);
	hits->read = true;
	rc = browse_messages(data->store, &page, &place, take_hit, &count, &data->failure);
	memset(hits->n, 0, sizeof hits->n);
	memset(hits->others, 0, sizeof hits->others);
	for (int i = 0; i < HIT_DIMENSIONS; i++) {
		const struct map_entry *entry;
		size_t at = 0;

		while ((entry = map_next(&count.keys[i], &at)) != NULL)
			rank_hit(hits, i, entry->value);
		map_clear(&count.keys[i]);
	}
	arena_clear(&hits->arena);
	hits->arena = count.arena;
	hits->counted = count.counted;
	hits->all = rc == 0;
	return rc < 0 ? -1 : 0;
}

void
data_want_hits(struct data *data, enum verdict_kind verdict, cause_t cause)
{
	struct data_hits *hits = &data->hits;

	if (hits->verdict == verdict && hits->cause == cause && hits->read)
		return;
	hits->verdict = verdict;
	hits->cause = cause;
	hits->read = false;
	hits->counted = 0;
	memset(hits->n, 0, sizeof hits->n);
	(void)read_hits(data);
}

int
data_filter(struct data *data, struct span words, struct error *err)
{
	struct filter filter;

	if (filter_parse(&filter, words, data->now, data->options->utc, err) < 0)
		return -1;
	filter_clear(&data->filter);
	data->filter = filter;
	trend_clear(&data->trend);
	data->trend_to = INT64_MIN;
	data->old_due = 0;
	data->stale_recent = true;
	data_narrow(data, SPAN_NONE);
	return 0;
}

void
data_narrow(struct data *data, struct span words)
{
	struct buf all = BUF_INIT;
	struct error err = ERROR_INIT;

	if (data->filter.text != NULL)
		buf_addf(&all, "%s ", data->filter.text);
	buf_add(&all, words);
	filter_clear(&data->list);
	(void)filter_parse(&data->list, buf_span(&all), data->now, data->options->utc, &err);
	buf_clear(&all);
	data_restart(data);
}

/* Findings from the newest of before on: many a log has whole seconds, so those of its second, too. */
static uint64_t
count_since_pause(struct data *data)
{
	uint64_t n = data->before_pause;

	(void)browse_count_newer(data->store, data->paused_at, BROWSE_COUNT_MAX, &n,
		&data->failure);
	return n < data->before_pause ? data->before_pause : n;
}

void
data_pause(struct data *data, bool paused)
{
	data->paused = paused;
	data->held_back = data->before_pause = 0;
	if (!paused) {
		data->version = -1;
		return;
	}
	data->paused_at = data->last == INSTANT_NONE ? INSTANT_NONE : data->last - INSTANT_SECOND;
	if (data->messages.n > 0 && data->messages.rows[0].first > data->paused_at)
		data->paused_at = data->messages.rows[0].first - 1;
	data->before_pause = count_since_pause(data);
}

bool
data_look(struct data *data)
{
	int64_t version;

	if (browse_version(data->store, &version, &data->failure) < 0 || version == data->version)
		return false;
	data->version = version;
	if (data->paused) {
		data->held_back = count_since_pause(data) - data->before_pause;
		return true;
	}
	data->stale_recent = data->stale_service = data->stale_messages = true;
	return true;
}

bool
data_is_waiting(const struct data *data)
{
	return data->stale_recent || data->stale_service || data->stale_messages ||
	       data->trend_to != INT64_MIN || data->service.ncounted < data->service.nincidents ||
	       (data->messages.seeking && data->messages.n < DATA_PAGE);
}

bool
data_step(struct data *data)
{
	if (data->stale_recent)
		return read_recent(data) == 0;
	if (data->stale_messages)
		return read_messages_again(data) == 0;
	if (data->stale_service)
		return read_service(data) == 0;
	if (data->service.ncounted < COUNTED_FIRST && count_next(data))
		return true;
	if (data->messages.seeking && data->messages.n < DATA_PAGE) {
		data_more(data, true);
		return true;
	}
	if (data->trend_to != INT64_MIN) {
		bool last;

		if (read_older(data) < 0) {
			data->trend_to = INT64_MIN;
			return false;
		}
		last = data->trend_to == INT64_MIN;
		data->stale_service |= last;
		return true;
	}
	return count_next(data);
}
