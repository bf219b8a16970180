/*
 * data.h - what the dashboard knows: copies of what it asked the store, and how it asks.
 *
 * Screens are drawn from these records alone. They are read in small steps, newest first, so that the
 * first picture is there at once and no key waits for a large store: data_step() does the next of
 * what is still to be read and says whether there is more.
 */
#ifndef TUI_DATA_H
#define TUI_DATA_H

#include "store/filter.h"
#include "tui/health.h"
#include "tui/hits.h"
#include "tui/pages.h"
#include "tui/trend.h"
#include "tui/tui.h"

#define DATA_RECENT_HOURS 48 /* read anew whenever the store changed */

struct data {
	struct store *store; /* NULL in tests of drawing */
	const struct tui_options *options;
	struct filter filter; /* of all that is shown */
	struct filter list;   /* of messages: the same words, and those of what was opened */

	int64_t now;         /* of the picture */
	int64_t first, last; /* of what the store has; INSTANT_NONE: nothing */
	struct trend trend;
	struct health service;
	struct health_marks marks;
	struct health_unknown unknown;
	int64_t late; /* so far is the store behind the log that it is behind most */
	struct pages messages;
	struct pages_newest newest;
	struct hits hits;
	uint64_t held_back;    /* while paused: findings that came */
	uint64_t before_pause; /* of those from paused_at on, what was there already */
	int64_t paused_at;

	/* Who fills the store. */
	int64_t read_to;   /* the date being read; INSTANT_NONE: nothing is said */
	int64_t read_said; /* when that was said */
	char remark[256];
	bool feed_ended;

	/* What is to be read, and what need not be now, since nobody sees it. */
	bool list_shown, newest_shown, hits_shown;
	int64_t version;
	bool stale_recent, stale_service, stale_messages, stale_unknown;
	int64_t trend_to; /* hours before are to be read anew; INT64_MIN: none */
	int64_t old_due;  /* when those may be */
	int64_t old_begun;
	bool paused;
	struct error failure; /* the last that went wrong */
};

/* Show only what fits these words. -1: see err, and nothing has changed. */
int data_filter(struct data *data, struct span words, struct error *err);

/* Of messages only those that fit these words as well, which are ours. */
void data_narrow(struct data *data, struct span words);

void data_init(struct data *data, struct store *store, const struct tui_options *options);
void data_clear(struct data *data);

/* Paused, nothing is read anew, but what comes is counted. */
void data_pause(struct data *data, bool paused);

/* Has the store changed? What is to be read anew is noted. */
bool data_look(struct data *data);

/* Read one bounded part of what is to be read. true: there is something new to be drawn. */
bool data_step(struct data *data);
bool data_is_waiting(const struct data *data); /* for data_step() */

/* From which instant on times are counted back: now, or the end of a log that ended a day ago. */
int64_t data_end(const struct data *data);

#endif
