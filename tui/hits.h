/*
 * hits.h - whom a cause hit: its domains, authors, clients and logins.
 */
#ifndef TUI_HITS_H
#define TUI_HITS_H

#include "base/arena.h"
#include "store/browse.h"

struct data;

#define HITS_COUNTED 5000 /* messages of a cause that are counted by whom they hit */

enum hits_dimension { HIT_DOMAIN, HIT_AUTHOR, HIT_CLIENT, HIT_LOGIN, HIT_DIMENSIONS };

#define HITS_SHOWN 50

struct hits_row {
	struct span key; /* empty: without one */
	uint64_t messages;
	const struct browse_row *told; /* the last of them of which there are lines, or the last */
};

/* Whom a cause hit, counted over its last messages. */
struct hits {
	struct arena arena;
	bool stale;              /* is to be counted anew */
	struct hit_count *going; /* so far counted anew; NULL: nothing is */
	enum verdict_kind verdict;
	cause_t cause;
	uint64_t counted;
	const struct browse_row *told; /* as that of a row, of all; NULL: there is none */
	bool all;                      /* there are no more than were counted */
	struct hits_row rows[HIT_DIMENSIONS][HITS_SHOWN];
	size_t n[HIT_DIMENSIONS], others[HIT_DIMENSIONS];
};

/* Nothing is known of its cause, and all is to be counted. */
void hits_clear(struct hits *hits);

/* From now on that cause's; some of what is not known yet is read at once. */
void hits_want(struct data *data, enum verdict_kind verdict, cause_t cause);

/* Count a part of what is to be counted. */
int hits_step(struct data *data);
bool hits_are_waiting(const struct hits *hits);

#endif
