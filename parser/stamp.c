#include "parser/stamp.h"

#include "base/ascii.h"
#include "parser/month.h"

#define WEEKDAY_WORD_MAX 16 /* bytes; "miércoles" has ten */

/* What is left to read. A reader that fails leaves it anywhere; callers work on copies. */
struct cursor {
	const char *p, *end;
};

static bool
is_letter(char c)
{
	return ascii_is_lower(c) || ascii_is_upper(c) || (unsigned char)c >= 0x80;
}

static size_t
left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

static bool
take(struct cursor *c, char wanted)
{
	if (c->p == c->end || *c->p != wanted)
		return false;
	c->p++;
	return true;
}

static bool
take_text(struct cursor *c, struct span text)
{
	if (!span_starts((struct span){ c->p, left(c) }, text))
		return false;
	c->p += text.n;
	return true;
}

static bool
take_blanks(struct cursor *c)
{
	const char *start = c->p;

	while (c->p < c->end && ascii_is_blank(*c->p))
		c->p++;
	return c->p > start;
}

/* A number of min to max digits with no further digit behind it. */
static bool
take_number(struct cursor *c, int min, int max, int *value)
{
	int n = 0;
	int v = 0;

	while (n < max && c->p < c->end && ascii_is_digit(*c->p)) {
		v = v * 10 + (*c->p++ - '0');
		n++;
	}
	*value = v;
	return n >= min && (c->p == c->end || !ascii_is_digit(*c->p));
}

static bool
take_year(struct cursor *c, struct civil *civil)
{
	return take_number(c, 4, 4, &civil->year) && civil->year >= 1970 && civil->year < 2200;
}

static struct span
take_letters(struct cursor *c)
{
	struct span word = { c->p, 0 };

	while (c->p < c->end && is_letter(*c->p))
		c->p++;
	word.n = (size_t)(c->p - word.p);
	return word;
}

/* "Nov", "févr.", "11月" (with a blank before it where strftime pads), "11월". */
static bool
take_month(struct cursor *c, struct civil *civil)
{
	if (c->p < c->end && ascii_is_digit(*c->p)) {
		return take_number(c, 1, 2, &civil->month) &&
		       (take_text(c, SPAN("月")) || take_text(c, SPAN("월")));
	}
	civil->month = month_of(take_letters(c));
	take(c, '.');
	return civil->month != 0;
}

static bool
take_day(struct cursor *c, struct civil *civil)
{
	if (!take_number(c, 1, 2, &civil->day))
		return false;
	if (!take_text(c, SPAN("日")) && !take_text(c, SPAN("일")))
		take(c, ',');
	return true;
}

/* 09:14:02, with a fraction of any length, of which microseconds are kept. */
static bool
take_time(struct cursor *c, struct civil *civil)
{
	int scale = 100000;

	if (!take_number(c, 1, 2, &civil->hour) || !take(c, ':') ||
		!take_number(c, 2, 2, &civil->minute) || !take(c, ':') ||
		!take_number(c, 2, 2, &civil->second))
		return false;
	civil->micro = 0;
	if (left(c) < 2 || (*c->p != '.' && *c->p != ',') || !ascii_is_digit(c->p[1]))
		return true;
	for (c->p++; c->p < c->end && ascii_is_digit(*c->p); c->p++, scale /= 10)
		civil->micro += scale * (*c->p - '0');
	return true;
}

/* "Z", "+09:00", "-0500", "+09". */
static bool
take_offset(struct cursor *c, int *offset_s)
{
	int sign, hours, minutes = 0;

	*offset_s = 0;
	if (take(c, 'Z') || take(c, 'z'))
		return true;
	sign = take(c, '+') ? 1 : take(c, '-') ? -1 : 0;
	if (sign == 0 || left(c) < 2 || !ascii_is_digit(c->p[0]) || !ascii_is_digit(c->p[1]))
		return false;
	hours = (c->p[0] - '0') * 10 + (c->p[1] - '0');
	c->p += 2;
	if (take(c, ':') || (c->p < c->end && ascii_is_digit(*c->p))) {
		if (!take_number(c, 2, 2, &minutes))
			return false;
	}
	*offset_s = sign * (hours * 3600 + minutes * 60);
	return hours <= 18 && minutes < 60;
}

/*
 * A zone behind the time, directly or after a blank. Only UTC and offsets say
 * anything for sure; journalctl's short-full and date(1), which begin with a
 * weekday, always write a zone, so that there CET or JST is passed over.
 */
static void
take_zone(struct cursor *c, struct stamp *stamp, bool weekday)
{
	struct cursor at = *c;
	struct span word;
	bool apart;

	if (take_offset(&at, &stamp->offset_s)) {
		stamp->kind = STAMP_ZONED;
		*c = at;
		return;
	}
	at = *c;
	apart = take_blanks(&at);
	if (apart && take_offset(&at, &stamp->offset_s) && (left(&at) == 0 || *at.p == ' ')) {
		stamp->kind = STAMP_ZONED;
		*c = at;
		return;
	}
	at = *c;
	take_blanks(&at);
	word = take_letters(&at);
	if (left(&at) == 0 || *at.p != ' ' || word.n < 3 || word.n > 5)
		return;
	if (span_eq(word, SPAN("UTC")) || span_eq(word, SPAN("GMT"))) {
		stamp->kind = STAMP_ZONED;
		stamp->offset_s = 0;
		*c = at;
	} else if (weekday && ascii_is_upper(word.p[0]) && ascii_is_upper(word.p[1])) {
		*c = at;
	}
}

/* "2026-11-24T09:14:02", with blanks, slashes or "_" in their places too. */
static bool
read_iso(struct cursor *c, struct stamp *stamp)
{
	struct civil *civil = &stamp->civil;
	char separator;

	if (!take_year(c, civil) || left(c) < 12)
		return false;
	separator = *c->p;
	if (separator != '-' && separator != '/' && separator != '.')
		return false;
	if (!take(c, separator) || !take_number(c, 2, 2, &civil->month) || !take(c, separator) ||
		!take_number(c, 2, 2, &civil->day))
		return false;
	if (!take(c, 'T') && !take(c, 't') && !take(c, '_') && !take_blanks(c))
		return false;
	stamp->kind = STAMP_LOCAL;
	return take_time(c, civil);
}

/* journalctl -o short-unix: "1795487352.902786". */
static bool
read_epoch(struct cursor *c, struct stamp *stamp)
{
	const char *start = c->p;
	int64_t t = 0;
	int64_t micro = 0;
	int64_t scale = 100000;

	while (c->p < c->end && ascii_is_digit(*c->p) && c->p - start < 10)
		t = t * 10 + (*c->p++ - '0');
	if (c->p - start < 9 || left(c) < 4 || *c->p != '.' || !ascii_is_digit(c->p[3]))
		return false;
	for (c->p++; c->p < c->end && ascii_is_digit(*c->p); c->p++, scale /= 10)
		micro += scale * (*c->p - '0');
	instant_civil(t * INSTANT_SECOND + micro, true, &stamp->civil, NULL);
	stamp->kind = STAMP_ZONED;
	stamp->offset_s = 0;
	return true;
}

/* A year of four digits that stands alone as a word. */
static bool
take_year_word(struct cursor *c, struct civil *civil)
{
	struct cursor at = *c;

	if (!take_blanks(&at) || !take_year(&at, civil))
		return false;
	if (left(&at) > 0 && *at.p != ' ' && *at.p != ']')
		return false;
	*c = at;
	return true;
}

/* Behind a yearless time: "2026", "UTC 2026", "CET 2026", as asctime() and date(1) write. */
static void
take_late_year(struct cursor *c, struct stamp *stamp)
{
	struct cursor at = *c;
	struct stamp zone = { STAMP_LOCAL, stamp->civil, 0 };

	if (!take_year_word(&at, &zone.civil)) {
		take_zone(&at, &zone, true);
		if (at.p == c->p || !take_year_word(&at, &zone.civil))
			return;
	}
	*stamp = zone;
	*c = at;
}

/* "Nov 24 09:14:02", "Nov 24 2026 09:14:02", "Nov 24 09:14:02 CET 2026", "11月 24 09:14:02". */
static bool
read_month_first(struct cursor *c, struct stamp *stamp)
{
	struct civil *civil = &stamp->civil;
	struct cursor at;

	if (!take_month(c, civil))
		return false;
	take_blanks(c);
	if (!take_day(c, civil) || !take_blanks(c))
		return false;
	at = *c;
	stamp->kind = STAMP_YEARLESS;
	if (take_year(&at, civil) && take_blanks(&at)) {
		stamp->kind = STAMP_LOCAL;
		*c = at;
	}
	if (!take_time(c, civil))
		return false;
	if (stamp->kind == STAMP_YEARLESS) {
		civil->year = 0;
		take_late_year(c, stamp);
	}
	return true;
}

/* "24 Nov 2026 09:14:02", "24 Nov 09:14:02", "24/Nov/2026:09:14:02", "24.11.2026 09:14:02". */
static bool
read_day_first(struct cursor *c, struct stamp *stamp)
{
	struct civil *civil = &stamp->civil;
	struct cursor at;

	if (!take_number(c, 1, 2, &civil->day))
		return false;
	if (take(c, '.') && take_number(c, 2, 2, &civil->month)) {
		stamp->kind = STAMP_LOCAL;
		return take(c, '.') && take_year(c, civil) && (take(c, ','), take_blanks(c)) &&
		       take_time(c, civil);
	}
	if (!take_blanks(c) && !take(c, '-'))
		take(c, '/');
	if (left(c) == 0 || ascii_is_digit(*c->p) || !take_month(c, civil))
		return false;
	if (!take_blanks(c) && !take(c, '-') && !take(c, '/'))
		return false;
	at = *c;
	stamp->kind = STAMP_YEARLESS;
	if (take_year(&at, civil) && (take_blanks(&at) || take(&at, ':'))) {
		stamp->kind = STAMP_LOCAL;
		*c = at;
	} else {
		civil->year = 0;
	}
	return take_time(c, civil);
}

/* "2026 Nov 24 09:14:02", "2026年11月24日 09:14:02". */
static bool
read_year_first(struct cursor *c, struct stamp *stamp)
{
	struct civil *civil = &stamp->civil;

	stamp->kind = STAMP_LOCAL;
	if (!take_year(c, civil))
		return false;
	if (!take_text(c, SPAN("年")) && !take_blanks(c) && !take(c, '-'))
		return false;
	take_blanks(c);
	if (!take_month(c, civil))
		return false;
	if (!take_blanks(c))
		take(c, '-');
	return take_day(c, civil) && take_blanks(c) && take_time(c, civil);
}

typedef bool stamp_reader(struct cursor *c, struct stamp *stamp);

static stamp_reader *const with_digit[] = { read_iso, read_epoch, read_year_first, read_day_first,
	read_month_first };
static stamp_reader *const with_letter[] = { read_month_first };

static bool
civil_is_possible(const struct civil *civil)
{
	int year = civil->year == 0 ? 2000 : civil->year;

	return civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
	       (civil->day <= 28 || civil->day <= civil_days(year, civil->month)) &&
	       civil->hour < 24 && civil->minute < 60 && civil->second <= 60;
}

/* Does a stamp that was read up to c end there, rather than in the middle of a word? */
static bool
ends_well(const struct cursor *c)
{
	return left(c) == 0 || memchr(" \t]:|,)\r", *c->p, sizeof(" \t]:|,)\r") - 1) != NULL;
}

static bool
read_plain(struct cursor *c, struct stamp *stamp, bool weekday)
{
	bool digit = c->p < c->end && ascii_is_digit(*c->p);
	stamp_reader *const *readers = digit ? with_digit : with_letter;
	size_t n = digit ? sizeof(with_digit) / sizeof(with_digit[0]) : 1;

	for (size_t i = 0; i < n; i++) {
		struct cursor at = *c;
		struct stamp read = { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 };

		if (!readers[i](&at, &read) || !civil_is_possible(&read.civil))
			continue;
		if (read.kind == STAMP_LOCAL)
			take_zone(&at, &read, weekday);
		if (!ends_well(&at))
			continue;
		*stamp = read;
		*c = at;
		return true;
	}
	return false;
}

/* A word of letters that may be a weekday in some language: "Tue", "Di", "火", "mié,". */
static bool
take_weekday(struct cursor *c)
{
	struct span word = take_letters(c);

	if (word.n == 0 || word.n > WEEKDAY_WORD_MAX)
		return false;
	if (!take(c, '.'))
		take(c, ',');
	return take_blanks(c);
}

size_t
stamp_read(struct span s, struct stamp *stamp)
{
	struct cursor c;
	bool read = false;

	if (s.n < 12)
		return 0;
	c = (struct cursor){ s.p, s.p + s.n };
	if (ascii_is_digit(*c.p) || is_letter(*c.p))
		read = read_plain(&c, stamp, false);
	if (!read && is_letter(*c.p))
		read = take_weekday(&c) && read_plain(&c, stamp, true);
	return read ? (size_t)(c.p - s.p) : 0;
}

/* Two digits, or a blank and one; -1 for anything else. */
static int
pair(const char *p, bool padded)
{
	int tens = padded && p[0] == ' ' ? 0 : p[0] - '0';
	int ones = p[1] - '0';

	return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

/* "Nov 24 09:14:02 " and not "Nov 24 09:14:02 2026". */
static size_t
read_rfc3164(struct span s, struct stamp *stamp)
{
	const char *p = s.p;
	struct civil civil = { 0, 0, 0, 0, 0, 0, 0 };

	if (s.n < 17 || p[3] != ' ' || p[6] != ' ' || p[9] != ':' || p[12] != ':' || p[15] != ' ' ||
		p[16] == '2')
		return 0;
	civil.month = month_of_key(p);
	civil.day = pair(p + 4, true);
	civil.hour = pair(p + 7, false);
	civil.minute = pair(p + 10, false);
	civil.second = pair(p + 13, false);
	if (civil.hour < 0 || civil.minute < 0 || civil.second < 0 || civil.day < 0 ||
		!civil_is_possible(&civil))
		return 0;
	*stamp = (struct stamp){ STAMP_YEARLESS, civil, 0 };
	return 15;
}

/* "2026-11-24T09:14:02.123456+09:00 ", as rsyslog writes them. */
static size_t
read_rfc3339(struct span s, struct stamp *stamp)
{
	const char *p = s.p;
	int micro[3];
	int hours, minutes;
	struct civil civil;

	if (s.n < 34 || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' ||
		p[16] != ':' || p[19] != '.' || (p[26] != '+' && p[26] != '-') || p[29] != ':' ||
		p[32] != ' ' || p[0] != '2' || p[1] != '0')
		return 0;
	civil.year = 2000 + pair(p + 2, false);
	civil.month = pair(p + 5, false);
	civil.day = pair(p + 8, false);
	civil.hour = pair(p + 11, false);
	civil.minute = pair(p + 14, false);
	civil.second = pair(p + 17, false);
	for (size_t i = 0; i < 3; i++)
		micro[i] = pair(p + 20 + 2 * i, false);
	civil.micro = micro[0] * 10000 + micro[1] * 100 + micro[2];
	hours = pair(p + 27, false);
	minutes = pair(p + 30, false);
	if (civil.year < 2000 || civil.hour < 0 || civil.minute < 0 || civil.second < 0 ||
		micro[0] < 0 || micro[1] < 0 || micro[2] < 0 || hours < 0 || hours > 18 ||
		minutes < 0 || minutes > 59 || !civil_is_possible(&civil))
		return 0;
	*stamp = (struct stamp){ STAMP_ZONED, civil,
		(p[26] == '-' ? -60 : 60) * (hours * 60 + minutes) };
	return 32;
}

size_t
stamp_read_common(struct span s, struct stamp *stamp)
{
	size_t n = read_rfc3164(s, stamp);

	return n > 0 ? n : read_rfc3339(s, stamp);
}

#define RFC3164_LENGTH 15
#define RFC3339_LENGTH 32

static bool
set_second(struct stamp *stamp, int second, int micro)
{
	if (second < 0 || second > 60 || micro < 0)
		return false;
	stamp->civil.second = second;
	stamp->civil.micro = micro;
	return true;
}

bool
stamp_read_again(struct span s, struct span known, struct stamp *stamp)
{
	const char *p = s.p;
	int a, b, c;

	if (known.n == RFC3164_LENGTH)
		return s.n >= RFC3164_LENGTH + 2 && memcmp(p, known.p, 13) == 0 && p[15] == ' ' &&
		       p[16] != '2' && set_second(stamp, pair(p + 13, false), 0);
	if (known.n != RFC3339_LENGTH || s.n < RFC3339_LENGTH + 2 || memcmp(p, known.p, 17) != 0 ||
		p[19] != '.' || memcmp(p + 26, known.p + 26, 6) != 0 || p[32] != ' ')
		return false;
	a = pair(p + 20, false);
	b = pair(p + 22, false);
	c = pair(p + 24, false);
	return a >= 0 && b >= 0 && c >= 0 &&
	       set_second(stamp, pair(p + 17, false), a * 10000 + b * 100 + c);
}
