#include "parser/rotated.h"

#include <stddef.h>

#include "base/ascii.h"
#include "base/instant.h"

#define NAME_DAYS 8      /* logrotate names the day of rotation; others the first day of a week */
#define AGE_DIGITS_MAX 4 /* of a number that counts rotations; longer ones are dates or hours */

/* n digits at p as a number, or -1. */
static int
digits(struct span s, size_t at, size_t n)
{
	int value = 0;

	if (at + n > s.n)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return -1;
		value = value * 10 + (s.p[i] - '0');
	}
	return value;
}

/* "20211226" or "2021-12-26" at a place of the name. */
static bool
read_date(struct span name, size_t at, struct civil *civil)
{
	size_t gap = at + 4 < name.n && !ascii_is_digit(name.p[at + 4]);

	if (gap && (name.p[at + 4] != '-' || at + 7 >= name.n || name.p[at + 7] != '-'))
		return false;
	*civil = (struct civil){ .year = digits(name, at, 4),
		.month = digits(name, at + 4 + gap, 2),
		.day = digits(name, at + 6 + 2 * gap, 2) };
	return civil->year >= 1990 && civil->year < 2200 && civil->month >= 1 &&
	       civil->month <= 12 && civil->day >= 1 &&
	       civil->day <= civil_days(civil->year, civil->month);
}

int64_t
rotated_written(struct span path, bool utc)
{
	struct span name = span_from(path, (size_t)(span_find_last(path, '/') + 1));
	struct civil civil;
	int64_t t;

	for (size_t i = 0; i + 8 <= name.n; i++) {
		if ((i > 0 && ascii_is_digit(name.p[i - 1])) || !read_date(name, i, &civil))
			continue;
		t = utc ? instant_of_utc(&civil, 0) : instant_of_local(&civil, INSTANT_NONE);
		return t + NAME_DAYS * INSTANT_DAY;
	}
	return INSTANT_NONE;
}

/* "mail.log.2" of "mail.log.2.gz". */
static struct span
without_packing(struct span name)
{
	static const struct span endings[] = { { ".gz", 3 }, { ".bz2", 4 }, { ".xz", 3 },
		{ ".zst", 4 }, { ".lz4", 4 } };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (span_ends(name, endings[i]))
			return span_first(name, name.n - endings[i].n);
	}
	return name;
}

unsigned
rotated_age(struct span path)
{
	struct span name = without_packing(path);
	struct span number = span_from(name, (size_t)(span_find_last(name, '.') + 1));
	uint64_t age;

	if (rotated_written(path, true) != INSTANT_NONE)
		return 1;
	if (number.n < name.n && number.n <= AGE_DIGITS_MAX && span_to_u64(number, &age))
		return (unsigned)age;
	return 0;
}
