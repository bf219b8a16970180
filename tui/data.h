/*
 * data.h - what the dashboard knows: copies of what it asked the store, and how it asks.
 *
 * Screens are drawn from these records alone. They are read in small steps, newest first, so that the
 * first picture is there at once and no key waits for a large store: data_step() does the next of
 * what is still to be read and says whether there is more.
 */
#ifndef TUI_DATA_H
#define TUI_DATA_H

#include "store/browse.h"
#include "store/filter.h"
#include "tui/trend.h"
#include "tui/tui.h"

#define DATA_INCIDENTS_MAX 500
#define DATA_SOURCES_MAX 200
#define DATA_GAPS_MAX 200
#define DATA_MARKS_MAX 2000
#define DATA_LATEST_MAX 48 /* causes of which the last message is known */
#define DATA_PAGE 200      /* messages read at once */
#define DATA_WINDOW 2000   /* messages held at once */
#define DATA_LOOK 8000     /* rows looked at in one step: some 20 ms */
#define DATA_HITS 5000     /* messages of a cause that are counted by whom they hit */

struct data_source {
	struct span path, format, problem;
	int64_t first, last, read_at;
	uint64_t lines, cut;
};

struct data_gap {
	struct span host, why;
	int64_t first, last;
	uint64_t lines;
};

struct data_mark {
	int64_t when;
	char letter; /* of tui_options.mark */
	struct span text;
};

/* What is read as one: replaced as one when the store has changed. */
struct data_service {
	struct arena arena;
	struct browse_incident *incidents;
	size_t nincidents, ncounted; /* of so many it is known whom they hit */
	struct data_source *sources;
	size_t nsources;
	struct data_gap *gaps;
	size_t ngaps;
	struct data_mark *marks;
	size_t nmarks;
	struct browse_row *latest; /* the last message of a verdict and cause */
	size_t nlatest;
};

/* Messages in the order in which they are shown. */
struct data_messages {
	struct arena arena;
	struct browse_row *rows;
	size_t n;
	bool newest_first;
	bool findings;
	bool more_above, more_below;
	bool seeking;             /* rows are still looked at: few fit */
	struct browse_place seen; /* how far */
};

enum data_dimension { HIT_DOMAIN, HIT_AUTHOR, HIT_CLIENT, HIT_LOGIN, HIT_DIMENSIONS };

#define DATA_HITS_SHOWN 50

struct data_hit {
	struct span key; /* empty: without one */
	uint64_t messages;
};

/* Whom a cause hit, counted over its last messages. */
struct data_hits {
	struct arena arena;
	bool read;
	enum verdict_kind verdict;
	cause_t cause;
	uint64_t counted;
	bool all; /* there are no more than were counted */
	struct data_hit rows[HIT_DIMENSIONS][DATA_HITS_SHOWN];
	size_t n[HIT_DIMENSIONS], others[HIT_DIMENSIONS];
};

struct data {
	struct store *store; /* NULL in tests of drawing */
	const struct tui_options *options;
	struct filter filter; /* of all that is shown */
	struct filter list;   /* of messages: the same words, and those of what was opened */

	int64_t now;         /* of the picture */
	int64_t first, last; /* of what the store has; INSTANT_NONE: nothing */
	struct trend trend;
	struct data_service service;
	struct data_messages messages;
	struct data_hits hits;
	uint64_t held_back;    /* while paused: findings that came */
	uint64_t before_pause; /* of those from paused_at on, what was there already */
	int64_t paused_at;

	/* Who fills the store. */
	int64_t read_to;   /* the date being read; INSTANT_NONE: nothing is said */
	int64_t read_said; /* when that was said */
	char remark[256];
	bool feed_ended;

	/* What is to be read. */
	int64_t version;
	bool stale_recent, stale_service, stale_messages;
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

/* Other messages: from the beginning, from a time, or the next page above or below. */
void data_restart(struct data *data);
void data_go_to(struct data *data, int64_t when);
void data_go_to_end(struct data *data);
void data_more(struct data *data, bool below);

/* Whom that cause hit; is there already, or is read. */
void data_want_hits(struct data *data, enum verdict_kind verdict, cause_t cause);

/* From which instant on times are counted back: now, or the end of a log that ended a day ago. */
int64_t data_end(const struct data *data);

/* The last message of that verdict and cause; NULL: not known. */
const struct browse_row *data_latest(const struct data *data, enum verdict_kind verdict,
	cause_t cause);

/* Is it still going on? */
bool data_is_running(const struct data *data, const struct browse_incident *incident);

bool data_same_message(const struct browse_row *a, const struct browse_row *b);

#endif
