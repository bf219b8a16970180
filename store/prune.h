/*
 * prune.h - a store made smaller: what is old forgotten, what stays judged as before.
 *
 * Verdicts are derived from kept lines whenever the store is read, so lines go
 * only when what stays is judged the same without them. Each attempt is read again and
 * compared; when a younger verdict or incident has changed, older lines of the service stay,
 * and at last all goes only up to some days earlier.
 *
 * The time up to which anything was pruned is the store's horizon: ingest passes
 * over older lines (store_horizon()), since it is no longer known which of them were counted.
 */
#ifndef STORE_PRUNE_H
#define STORE_PRUNE_H

#include "store/ingest.h"

struct prune_options {
	int64_t older_than; /* forget what ended before; INSTANT_NONE: nothing */
	int64_t addresses;  /* of messages that ended before keep the sums only; likewise */
	uint64_t max_bytes; /* forget the oldest days until the store fits; 0: any size */
	bool dry_run;       /* count, and change nothing */
	const struct reading_options *reading;
};

/* Rows of each kind. */
struct prune_counts {
	uint64_t messages, lines, incidents, hours, minutes, sources;
	uint64_t bytes; /* of pages in use */
};

struct prune_report {
	struct prune_counts before, after;
	uint64_t summed; /* messages that are in the sums now */
	int64_t older_than,
		addresses; /* to which times it was done, on the hour; INSTANT_NONE: not */
};

/*
 * In one transaction. ERROR_LIMIT: the store cannot become so small, or nothing can go without
 * changing younger verdicts.
 */
int prune_run(struct store *store, const struct prune_options *options,
	const struct ruleset *ruleset, struct prune_report *report, struct error *err);

#endif
