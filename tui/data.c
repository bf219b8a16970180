#include "tui/data.h"

#include <stdlib.h>

#include "base/instant.h"
#include "store/trend.h"

#define UNKNOWN_AFTER INSTANT_MINUTE
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
		.marks = { .counted = -1 },
		.list_shown = true,
		.newest_shown = true,
		.hits = { .stale = true },
		.trend_to = INT64_MIN };
	data->trend = (struct trend)TREND_INIT;
	data->messages.newest_first = true;
	data->messages.findings = true;
	filter_init(&data->filter);
	filter_init(&data->list);
}

void
data_clear(struct data *data)
{
	trend_clear(&data->trend);
	health_clear(&data->service);
	health_clear_marks(&data->marks);
	arena_clear(&data->unknown.arena);
	arena_clear(&data->newest.arena);
	pages_clear(&data->messages);
	hits_clear(&data->hits);
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
	hour = hour_of(data_end(data)) - DATA_RECENT_HOURS;
	if (read_trend(data, hour, INT64_MAX) < 0)
		return -1;
	if (data->newest_shown && pages_read_newest(data) < 0)
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
	hits_clear(&data->hits);
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
	pages_restart(data);
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
	data->hits.stale = true;
	/* Rules are asked about many lines: what is new there may wait. */
	data->stale_unknown |= instant_now() - data->unknown.read_at > UNKNOWN_AFTER;
	return true;
}

bool
data_is_waiting(const struct data *data)
{
	return data->stale_recent || data->stale_service ||
	       (data->list_shown && data->stale_messages) ||
	       (data->hits_shown && hits_are_waiting(&data->hits)) || data->stale_unknown ||
	       data->trend_to != INT64_MIN || data->service.ncounted < data->service.nincidents ||
	       (data->list_shown && data->messages.seeking && data->messages.n < PAGES_ROWS);
}

bool
data_step(struct data *data)
{
	if (data->stale_recent)
		return read_recent(data) == 0;
	if (data->list_shown && data->stale_messages)
		return pages_read_again(data) == 0;
	if (data->hits_shown && hits_are_waiting(&data->hits))
		return hits_step(data) == 0;
	if (data->stale_service)
		return health_read(data) == 0;
	if (data->service.ncounted < COUNTED_FIRST && health_count_next(data))
		return true;
	if (data->list_shown && data->messages.seeking && data->messages.n < PAGES_ROWS) {
		pages_more(data, true);
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
	if (data->stale_unknown) {
		data->stale_unknown = false;
		return health_read_unknown(data) == 0;
	}
	return health_count_next(data);
}
