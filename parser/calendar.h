/*
 * calendar.h - from the stamps of one file, in the order of its lines, to instants.
 *
 * Years that are not written follow from parser/years; a stamp without a zone
 * is in the log's own. In the hour that a DST night repeats, the order of the
 * lines decides: the second hour has begun when stamps go back by more than
 * what counts as disorder.
 */
#ifndef PARSER_CALENDAR_H
#define PARSER_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/stamp.h"
#include "parser/years.h"

struct calendar {
	struct years years;
	bool utc;            /* stamps without a zone are UTC */
	int64_t when;        /* of the last stamp; INSTANT_NONE: there was none */
	struct stamp minute; /* the last stamp that began a new minute, and when that began */
	int64_t minute_at;
};

/* bound and year as for years_init(). */
void calendar_init(struct calendar *calendar, int64_t bound, int year, bool utc);

/* Begin anew at the file's first line. */
void calendar_rewind(struct calendar *calendar);

/*
 * The stamp of the next line, if it has one (STAMP_NONE: it has not), becomes calendar->when. false:
 * this disproves the years supposed for the file, as in years_next().
 */
bool calendar_take(struct calendar *calendar, const struct stamp *stamp);

#endif
