#include "base/instant.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t
instant_now(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;
	struct timespec now;

	if (epoch != NULL && span_to_u64(span_of(epoch), &seconds) && seconds < UINT32_MAX)
		return (int64_t)seconds * INSTANT_SECOND;
	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	return (int64_t)now.tv_sec * INSTANT_SECOND + now.tv_nsec / 1000;
}

bool
civil_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int
civil_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12)
		return 0;
	return month == 2 && civil_is_leap(year) ? 29 : days[month - 1];
}

void
civil_day_before(struct civil *civil)
{
	if (--civil->day > 0)
		return;
	if (--civil->month == 0) {
		civil->month = 12;
		civil->year--;
	}
	civil->day = civil_days(civil->year, civil->month);
}

/* Days since 1970-01-01 of a day in the proleptic Gregorian calendar; years begin in March here. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
day_to_civil(int64_t days, struct civil *civil)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;

	civil->day = (int)(of_year - (153 * m + 2) / 5 + 1);
	civil->month = (int)(m < 10 ? m + 3 : m - 9);
	civil->year = (int)(y + era * 400 + (civil->month <= 2));
}

int64_t
instant_of_utc(const struct civil *civil, int offset_s)
{
	int64_t days = days_of(civil->year, civil->month, civil->day);
	int64_t minutes = (days * 24 + civil->hour) * 60 + civil->minute;

	return (minutes * 60 + civil->second - offset_s) * INSTANT_SECOND + civil->micro;
}

/* The local zone's offset at an instant, in seconds. */
static int
offset_at(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;
	struct civil civil;

	if (localtime_r(&t, &tm) == NULL)
		return 0;
	civil = (struct civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
		tm.tm_sec, 0 };
	return (int)(instant_of_utc(&civil, 0) / INSTANT_SECOND - seconds);
}

static int64_t
floor_seconds(int64_t t)
{
	return t >= 0 ? t / INSTANT_SECOND : -((-t + INSTANT_SECOND - 1) / INSTANT_SECOND);
}

/*
 * The offsets in force a day before and a day after enclose any change of the
 * clock; each gives a candidate, which counts when the zone agrees with it.
 */
int64_t
instant_of_local(const struct civil *civil, int64_t not_before)
{
	int64_t as_utc = instant_of_utc(civil, 0), first = INSTANT_NONE, second = INSTANT_NONE;
	int64_t around = floor_seconds(as_utc);
	int before = offset_at(around - 86400), after = offset_at(around + 86400);
	int64_t a = as_utc - before * INSTANT_SECOND, b = as_utc - after * INSTANT_SECOND;

	if (before == after)
		return a;
	if (offset_at(floor_seconds(a)) == before)
		first = a;
	if (offset_at(floor_seconds(b)) == after)
		second = b;
	if (first == INSTANT_NONE || second == INSTANT_NONE)
		/* In the hour that a spring night leaves out neither fits: as if the clock had not moved. */
		return first != INSTANT_NONE ? first : second != INSTANT_NONE ? second : a;
	if (first > second) {
		int64_t later = first;

		first = second;
		second = later;
	}
	return not_before != INSTANT_NONE && first < not_before ? second : first;
}

void
instant_civil(int64_t t, bool utc, struct civil *civil, int *offset_s)
{
	int64_t seconds = floor_seconds(t);
	int offset = utc ? 0 : offset_at(seconds);
	int64_t local = seconds + offset;
	int64_t days = local >= 0 ? local / 86400 : -((-local + 86399) / 86400);
	int of_day = (int)(local - days * 86400);

	day_to_civil(days, civil);
	civil->hour = of_day / 3600;
	civil->minute = of_day / 60 % 60;
	civil->second = of_day % 60;
	civil->micro = (int)(t - seconds * INSTANT_SECOND);
	if (offset_s != NULL)
		*offset_s = offset;
}

void
instant_rfc3339(struct buf *out, int64_t t, bool utc)
{
	struct civil civil;
	int offset, minutes;

	instant_civil(t, utc, &civil, &offset);
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", civil.year, civil.month, civil.day,
		civil.hour, civil.minute, civil.second);
	if (civil.micro != 0)
		buf_addf(out, ".%06d", civil.micro);
	if (utc) {
		buf_add_char(out, 'Z');
		return;
	}
	minutes = (offset < 0 ? -offset : offset) / 60;
	buf_addf(out, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

const char *
instant_month(int month)
{
	static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };

	return names[month - 1];
}

void
instant_words(struct buf *out, int64_t t, int64_t near, bool utc)
{
	struct civil civil, other;

	instant_civil(t, utc, &civil, NULL);
	instant_civil(near, utc, &other, NULL);
	buf_addf(out, "%d %s ", civil.day, instant_month(civil.month));
	if (civil.year != other.year)
		buf_addf(out, "%d ", civil.year);
	buf_addf(out, "%02d:%02d:%02d", civil.hour, civil.minute, civil.second);
}

/* A fixed-width number of `digits` digits at the front of *rest. */
static bool
take_number(struct span *rest, size_t digits, int *value)
{
	uint64_t n;

	if (rest->n < digits || !span_to_u64(span_first(*rest, digits), &n))
		return false;
	*value = (int)n;
	rest->p += digits;
	rest->n -= digits;
	return true;
}

static bool
take_char(struct span *rest, char c)
{
	if (rest->n == 0 || rest->p[0] != c)
		return false;
	rest->p++;
	rest->n--;
	return true;
}

/* "Z", "+09:00", "+0900" */
static bool
take_offset(struct span *rest, int *offset_s)
{
	int sign = take_char(rest, '-') ? -1 : 1, hours, minutes;

	if (sign == 1 && take_char(rest, 'Z')) {
		*offset_s = 0;
		return true;
	}
	if (sign == 1 && !take_char(rest, '+'))
		return false;
	if (!take_number(rest, 2, &hours))
		return false;
	(void)take_char(rest, ':');
	if (!take_number(rest, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

/* "2026-11-24" */
static bool
take_day(struct span *rest, struct civil *civil)
{
	return take_number(rest, 4, &civil->year) && take_char(rest, '-') &&
	       take_number(rest, 2, &civil->month) && take_char(rest, '-') &&
	       take_number(rest, 2, &civil->day) && civil->year >= 1 && civil->day >= 1 &&
	       civil->day <= civil_days(civil->year, civil->month);
}

/* "09:14", "09:14:02", "09:14:02.123456"; more digits than six are cut off. */
static bool
take_time(struct span *rest, struct civil *civil)
{
	int scale = 100000;
	int digit;

	if (!take_number(rest, 2, &civil->hour) || !take_char(rest, ':') ||
		!take_number(rest, 2, &civil->minute) || civil->hour > 23 || civil->minute > 59)
		return false;
	if (!take_char(rest, ':'))
		return true;
	if (!take_number(rest, 2, &civil->second) || civil->second > 60)
		return false;
	if (!take_char(rest, '.'))
		return true;
	if (!take_number(rest, 1, &digit))
		return false;
	do {
		civil->micro += digit * scale;
		scale /= 10;
	} while (take_number(rest, 1, &digit));
	return true;
}

static bool
parse_date(struct span text, bool utc, int64_t *t)
{
	struct civil civil = { 0 };
	struct span rest = text;
	int offset;

	if (!take_day(&rest, &civil))
		return false;
	if (rest.n > 0 &&
		((!take_char(&rest, 'T') && !take_char(&rest, ' ')) || !take_time(&rest, &civil)))
		return false;
	if (rest.n > 0) {
		if (!take_offset(&rest, &offset) || rest.n > 0)
			return false;
		*t = instant_of_utc(&civil, offset);
	} else {
		*t = utc ? instant_of_utc(&civil, 0) : instant_of_local(&civil, INSTANT_NONE);
	}
	return true;
}

/* clang-format off */
static const struct {
	const char *word;
	int64_t length;
} units[] = {
	{ "s", INSTANT_SECOND },  { "second", INSTANT_SECOND },  { "seconds", INSTANT_SECOND },
	{ "m", INSTANT_MINUTE },  { "minute", INSTANT_MINUTE },  { "minutes", INSTANT_MINUTE },
	{ "h", INSTANT_HOUR },    { "hour", INSTANT_HOUR },      { "hours", INSTANT_HOUR },
	{ "d", INSTANT_DAY },     { "day", INSTANT_DAY },        { "days", INSTANT_DAY },
	{ "w", 7 * INSTANT_DAY }, { "week", 7 * INSTANT_DAY },   { "weeks", 7 * INSTANT_DAY },
	{ "min", INSTANT_MINUTE },
};
/* clang-format on */

/* "-2h", "2 hours ago" */
static bool
parse_ago(struct span text, int64_t now, int64_t *t)
{
	struct span rest = text;
	bool minus = take_char(&rest, '-'), ago = span_ends(rest, SPAN(" ago"));
	size_t n = 0;
	uint64_t count;

	if (minus == ago)
		return false;
	if (ago)
		rest.n -= 4;
	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	if (!span_to_u64(span_first(rest, n), &count) || count > 1000000)
		return false;
	rest = span_trim(span_from(rest, n));
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (span_eq(rest, span_of(units[i].word))) {
			*t = now - (int64_t)count * units[i].length;
			return true;
		}
	}
	return false;
}

/* Midnight of the day that was `days` days before now. */
static int64_t
midnight(int64_t now, int days, bool utc)
{
	struct civil civil;

	instant_civil(now, utc, &civil, NULL);
	civil.hour = civil.minute = civil.second = civil.micro = 0;
	day_to_civil(days_of(civil.year, civil.month, civil.day) - days, &civil);
	return utc ? instant_of_utc(&civil, 0) : instant_of_local(&civil, INSTANT_NONE);
}

int
instant_parse(struct span text, int64_t now, bool utc, int64_t *t, struct error *err)
{
	uint64_t epoch;

	text = span_trim(text);
	if (span_eq(text, SPAN("now"))) {
		*t = now;
	} else if (span_eq(text, SPAN("today"))) {
		*t = midnight(now, 0, utc);
	} else if (span_eq(text, SPAN("yesterday"))) {
		*t = midnight(now, 1, utc);
	} else if (text.n > 1 && text.p[0] == '@' && span_to_u64(span_from(text, 1), &epoch) &&
		   epoch < UINT32_MAX) {
		*t = (int64_t)epoch * INSTANT_SECOND;
	} else if (!parse_ago(text, now, t) && !parse_date(text, utc, t)) {
		return error_set(err, ERROR_SYNTAX,
			"no time '%.*s': give 2026-11-24, '2026-11-24 09:00', today, yesterday, -2h "
			"or '2 hours ago'",
			SPAN_ARGS(span_first(text, 80)));
	}
	return 0;
}
