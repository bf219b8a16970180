/*
 * pages.h - the messages that the dashboard holds: pages of the store, one after the other.
 */
#ifndef TUI_PAGES_H
#define TUI_PAGES_H

#include "store/browse.h"

struct data;

#define PAGES_ROWS 200  /* messages read at once */
#define PAGES_HELD 2000 /* messages held at once */
#define PAGES_NEWEST 60
#define PAGES_LOOK 8000 /* rows looked at in one step: some 20 ms */

/* Messages in the order in which they are shown. */
struct pages {
	struct arena arena;
	struct browse_row *rows;
	size_t n;
	bool newest_first;
	bool findings;
	bool more_above, more_below;
	bool seeking;             /* rows are still looked at: few fit */
	struct browse_place seen; /* how far */
};

/* The last findings, whatever is looked at. */
struct pages_newest {
	struct arena arena;
	struct browse_row rows[PAGES_NEWEST];
	size_t n;
};

void pages_clear(struct pages *messages);

int pages_read_newest(struct data *data);

/* The same rows as they are by now; at the top, and those that came. */
int pages_read_again(struct data *data);

/* Other messages: from the beginning, from a time, or the next page above or below. */
void pages_restart(struct data *data);
void pages_go_to(struct data *data, int64_t when);
void pages_go_to_end(struct data *data);

/*
 * From row i on the next one of that verdict, below or above: it is held then, and *i is its place. 1:
 * found. 0: there is none. -1: not among so many that are looked at for one key.
 */
int pages_find(struct data *data, enum verdict_kind verdict, bool below, size_t *i);

void pages_more(struct data *data, bool below);

/* The place of a message that was held; what stands nearest in time, when it is gone or judged otherwise. */
size_t pages_seek(struct data *data, const struct browse_row *row);

bool pages_same(const struct browse_row *a, const struct browse_row *b);

#endif
