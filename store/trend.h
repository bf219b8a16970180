/*
 * trend.h - how many messages went how, hour by hour: for trends, and for all that is kept as sums.
 */
#ifndef STORE_TREND_H
#define STORE_TREND_H

#include "rules/cause.h"
#include "store/store.h"

struct store_sum {
	int64_t hour; /* an instant: its beginning; that of 1970 for mail without a time */
	struct span host,
		domain; /* domain: the author's, else the envelope sender's, in small letters */
	enum verdict_kind verdict;
	cause_t cause; /* CAUSE_NONE when there is none */
	uint64_t messages;
};

/* Visit, in the order of time, all sums of messages that are not kept one by one. */
int store_each_sum(struct store *store, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err);

/*
 * Those of all messages, in hours from that of `from` to that before `to` (INSTANT_NONE: open). What is
 * kept one by one comes apart from what is not, so one key may come twice.
 */
int store_each_trend(struct store *store, int64_t from, int64_t to,
	void (*visit)(void *ctx, const struct store_sum *sum), void *ctx, struct error *err);

#endif
