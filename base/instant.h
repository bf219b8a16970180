/*
 * instant.h - points in time: microseconds since 1970-01-01T00:00:00Z.
 *
 * Civil times without a zone are taken in the zone of TZ, as mktime() does.
 * In the hour that a DST night repeats, the caller's order decides; see
 * instant_of_local().
 */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/span.h"

#define INSTANT_SECOND INT64_C(1000000)
#define INSTANT_MINUTE (60 * INSTANT_SECOND)
#define INSTANT_HOUR (60 * INSTANT_MINUTE)
#define INSTANT_DAY (24 * INSTANT_HOUR)
#define INSTANT_NONE INT64_MIN

/* Is to at most `most` behind from? Two that are not known count as one. */
static inline bool
instant_follows_within(int64_t from, int64_t to, int64_t most)
{
	if (from == INSTANT_NONE || to == INSTANT_NONE)
		return from == to;
	return to - from <= most;
}

struct civil {
	int year;  /* as written, 2026 */
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
	int hour, minute, second;
	int micro;
};

/* SOURCE_DATE_EPOCH when it is set and a number, else the clock. */
int64_t instant_now(void);

bool civil_is_leap(int year);

/* Days of the month of that year: 28 to 31; 0 for a month that there is not. */
int civil_days(int year, int month);

/* Go to the day before; the time stays. */
void civil_day_before(struct civil *civil);

/* As if civil were UTC, offset_s seconds east of it. Works for any year from 1 to 9999. */
int64_t instant_of_utc(const struct civil *civil, int offset_s);

/*
 * In the local zone. Where a DST night makes the civil time stand for two
 * instants, the first one that is not before `not_before` is given (pass
 * INSTANT_NONE for the earlier of the two).
 */
int64_t instant_of_local(const struct civil *civil, int64_t not_before);

/* The civil time of t, in UTC or in the local zone; offset_s (may be NULL) is the zone's offset. */
void instant_civil(int64_t t, bool utc, struct civil *civil, int *offset_s);

/* "2026-11-24T09:14:02+09:00", with ".123456" where t has microseconds. UTC is written "Z". */
void instant_rfc3339(struct buf *out, int64_t t, bool utc);

/* For people: "24 Nov 09:14:02", or "24 Nov 2025 09:14:02" when the year is not that of `near`. */
void instant_words(struct buf *out, int64_t t, int64_t near, bool utc);

/* "Jan" for 1; of any month from 1 to 12. */
const char *instant_month(int month);

/*
 * What --since and --until take: "2026-11-24", "2026-11-24 09:00[:30]",
 * RFC 3339, "today", "yesterday", "now", "-2h" (s m h d w), "2 hours ago",
 * "@epoch". Relative to now. ERROR_SYNTAX says what would be understood.
 */
int instant_parse(struct span text, int64_t now, bool utc, int64_t *t, struct error *err);

#endif
