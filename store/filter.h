/*
 * filter.h - which messages are wanted, as people write it.
 *
 * "cause=not-internal,no-sender-header domain=shop.example !client=192.0.2.7 since=-2h alice":
 * words that must all hold. Of the items between commas one must fit; a ! before the word or an
 * item turns it round. hit= takes a cause that is the message's, or among others. A word without = is looked for in all that a row of the list shows.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "base/error.h"
#include "rules/cause.h"
#include "store/browse.h"

#define FILTER_TERMS_MAX 16

enum filter_field {
	FILTER_DOMAIN,
	FILTER_CLIENT,
	FILTER_AUTHOR,
	FILTER_LOGIN,
	FILTER_QUEUE_ID,
	FILTER_HOST,
	FILTER_HIT,
	FILTER_TEXT,
};

struct filter_term {
	enum filter_field field;
	bool negated;
	struct span items; /* with commas between them; lies in text */
};

struct filter {
	char *text; /* owned; NULL: all are wanted */
	bool verdicts[VERDICT_COUNT];
	bool causes[CAUSE_COUNT]; /* CAUSE_NONE: those without one */
	struct filter_term terms[FILTER_TERMS_MAX];
	size_t nterms;
	int64_t since, until; /* instants; INSTANT_NONE: open */
};

/* All are wanted. */
void filter_init(struct filter *filter);

/* Only those of one verdict and cause. */
void filter_only(struct filter *filter, enum verdict_kind verdict, cause_t cause);

/*
 * Read it. ERROR_SYNTAX names the word that is not understood, and filter wants all. Times are
 * relative to now, in UTC or the local zone.
 */
int filter_parse(struct filter *filter, struct span text, int64_t now, bool utc, struct error *err);
void filter_clear(struct filter *filter);

bool filter_fits(const struct filter *filter, const struct browse_row *row);

/* As far as sums tell: verdict, cause and domain. */
bool filter_fits_sum(const struct filter *filter, enum verdict_kind verdict, cause_t cause,
	struct span domain);

#endif
