/*
 * ranking.h - causes of a time, counted out of the trend.
 */
#ifndef TUI_RANKING_H
#define TUI_RANKING_H

#include "tui/trend.h"

#define RANKING_MAX 64
#define COURSE_MAX 64

struct ranked {
	enum verdict_kind verdict; /* what is not signed or inbound */
	cause_t cause;
	uint64_t messages, before; /* in the time, and in one as long before it */
	int64_t last_hour;         /* the last with a message of it, by then */
};

enum ranking_order {
	RANKING_MESSAGES,
	RANKING_CHANGE,
	RANKING_LAST,
	RANKING_CAUSE,
	RANKING_ORDERS
};

/* Of hours from `from` to before `to`, those with messages in the time or before it. */
size_t ranking_make(const struct trend *trend, int64_t from, int64_t to, struct ranked *ranked);
void ranking_sort(struct ranked *ranked, size_t n, enum ranking_order order, bool inverted);

/* The same time cut into n parts: messages of each. verdict VERDICT_COUNT: of all that is no signed or inbound one. */
void ranking_course(const struct trend *trend, int64_t from, int64_t to, enum verdict_kind verdict,
	cause_t cause, uint64_t *values, size_t n);

/* Of each hour from `from` on the share of own mail that was signed, in 1000; UINT64_MAX: there was none. */
void ranking_signed(const struct trend *trend, int64_t from, uint64_t *permille, size_t n);

#endif
