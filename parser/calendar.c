#include "parser/calendar.h"

/*
 * So far back a minute of a doubled hour is one of the first hour, with late
 * lines. More would take lines of a quiet night, an hour apart, for late ones.
 */
#define DISORDER (2 * INSTANT_MINUTE)

void
calendar_init(struct calendar *calendar, int64_t bound, int year, bool utc)
{
	years_init(&calendar->years, bound, year, utc);
	calendar->utc = utc;
	calendar_rewind(calendar);
}

void
calendar_rewind(struct calendar *calendar)
{
	years_rewind(&calendar->years);
	calendar->when = INSTANT_NONE;
	calendar->minute_at = INSTANT_NONE;
}

static bool
is_same_minute(const struct stamp *a, const struct stamp *b)
{
	return a->civil.minute == b->civil.minute && a->civil.hour == b->civil.hour &&
	       a->civil.day == b->civil.day && a->civil.month == b->civil.month &&
	       a->civil.year == b->civil.year && a->offset_s == b->offset_s && a->kind == b->kind;
}

/* When the minute of a stamp began. */
static bool
begin_minute(struct calendar *calendar, const struct stamp *stamp)
{
	struct civil civil = stamp->civil;

	if (!years_next(&calendar->years, &civil))
		return false;
	civil.second = civil.micro = 0;
	if (stamp->kind == STAMP_ZONED || calendar->utc)
		calendar->minute_at = instant_of_utc(&civil, stamp->offset_s);
	else if (calendar->when == INSTANT_NONE)
		calendar->minute_at = instant_of_local(&civil, INSTANT_NONE);
	else
		calendar->minute_at = instant_of_local(&civil, calendar->when - DISORDER);
	calendar->minute = *stamp;
	return true;
}

/*
 * Years and local time are dear: the seconds of one minute are counted from
 * its beginning, which no change of the zone divides.
 */
bool
calendar_take(struct calendar *calendar, const struct stamp *stamp)
{
	if (stamp->kind == STAMP_NONE)
		return true;
	if ((calendar->minute_at == INSTANT_NONE || !is_same_minute(stamp, &calendar->minute)) &&
		!begin_minute(calendar, stamp))
		return false;
	calendar->when =
		calendar->minute_at + stamp->civil.second * INSTANT_SECOND + stamp->civil.micro;
	return true;
}
