#include "parser/years.h"

#include <stddef.h>

#define DISORDER_DAYS 62 /* monthly logs put together newest first step back two months */
#define YEAR_DAYS 366
#define TRIES_MAX 64 /* a file spanning more years than this is left as supposed */

static int
day_of(const struct civil *civil)
{
	int day = civil->day;

	for (int month = 1; month < civil->month; month++)
		day += civil_days(2000, month);
	return day;
}

static int64_t
as_utc(int64_t t, bool utc)
{
	struct civil civil;

	instant_civil(t, utc, &civil, NULL);
	return instant_of_utc(&civil, 0);
}

void
years_init(struct years *years, int64_t bound, int year, bool utc)
{
	*years = (struct years){ .bound = as_utc(bound, utc), .last_year = year };
}

void
years_rewind(struct years *years)
{
	years->anchored = false;
	years->yearless = false;
	years->day = 0;
	years->year = 0;
}

static bool
is_leap_day(const struct civil *civil)
{
	return civil->month == 2 && civil->day == 29;
}

static bool
is_possible(const struct years *years, const struct civil *civil)
{
	if (years->last_year != 0)
		return true;
	if (is_leap_day(civil) && !civil_is_leap(civil->year))
		return false;
	return instant_of_utc(civil, 0) <= years->bound + INSTANT_DAY;
}

/* The latest year in which the file's first yearless stamp is possible. */
static void
suppose(struct years *years, const struct civil *first)
{
	struct civil civil;

	if (years->last_year != 0) {
		years->start = years->last_year;
		return;
	}
	instant_civil(years->bound + INSTANT_DAY, true, &civil, NULL);
	years->start = civil.year;
	for (int i = 0; i < 9; i++) {
		civil = *first;
		civil.year = years->start - i;
		if (is_possible(years, &civil)) {
			years->start -= i;
			return;
		}
	}
}

/* Suppose by years later or earlier, unless that has led to nothing too often. */
static bool
disprove(struct years *years, int by)
{
	if (++years->tries > TRIES_MAX) {
		years->settled = years->given_up = true;
		return true;
	}
	years->start += by;
	return false;
}

static bool
next_yearless(struct years *years, struct civil *civil)
{
	int day = day_of(civil);
	bool same_day = day == years->day;

	if (years->day == 0) {
		if (years->start == 0)
			suppose(years, civil);
		years->year = years->start;
	} else if (day - years->day < -DISORDER_DAYS) {
		years->year++;
	} else if (day - years->day >= YEAR_DAYS - DISORDER_DAYS) {
		years->year--;
	}
	years->day = day;
	years->yearless = true;
	civil->year = years->year;
	if (!same_day && (years->anchored || years->settled) && !is_possible(years, civil))
		civil->year = --years->year; /* not questioned any more, but never in the future */
	years->yearless_year = civil->year;
	if (same_day || years->anchored || years->settled || is_possible(years, civil))
		return true;
	return disprove(years, -1);
}

/* A year that is written tells that of the yearless stamp before: not later than a day after it. */
static bool
next_yearful(struct years *years, const struct civil *civil)
{
	int day = day_of(civil);
	int before = years->day <= day + 1 ? civil->year : civil->year - 1;
	bool known = years->anchored || years->settled || !years->yearless || years->last_year != 0;
	int by = before - years->year;

	if (civil->year < 1990)
		return true; /* a host that booted without a clock */
	if (!known && by != 0)
		return disprove(years, by);
	years->anchored = true;
	years->year = civil->year;
	years->day = day;
	return true;
}

bool
years_next(struct years *years, struct civil *civil)
{
	return civil->year == 0 ? next_yearless(years, civil) : next_yearful(years, civil);
}

bool
years_end(struct years *years)
{
	if (years->last_year == 0 || !years->yearless || years->settled ||
		years->yearless_year == years->last_year)
		return true;
	return disprove(years, years->last_year - years->yearless_year);
}
