/* A stamp is a possible time, ends inside the line, and is the same to both of its readers. */
#include <stdlib.h>

#include "parser/stamp.h"
#include "tests/fuzz/fuzz.h"

static void
check(const struct stamp *stamp)
{
	const struct civil *civil = &stamp->civil;

	if (stamp->kind == STAMP_NONE || civil->month < 1 || civil->month > 12 || civil->day < 1 ||
		civil->day > civil_days(civil->year == 0 ? 2024 : civil->year, civil->month) ||
		civil->hour < 0 || civil->hour > 23 || civil->minute < 0 || civil->minute > 59 ||
		civil->second < 0 || civil->second > 60 || civil->micro < 0 ||
		civil->micro > 999999 || civil->year < 0 || civil->year > 9999 ||
		(civil->year == 0) != (stamp->kind == STAMP_YEARLESS))
		abort();
	if (stamp->kind == STAMP_ZONED && (stamp->offset_s < -86400 || stamp->offset_s > 86400))
		abort();
}

static bool
is_same(const struct stamp *a, const struct stamp *b)
{
	const struct civil *x = &a->civil, *y = &b->civil;

	return a->kind == b->kind && x->year == y->year && x->month == y->month &&
	       x->day == y->day && x->hour == y->hour && x->minute == y->minute &&
	       x->second == y->second && x->micro == y->micro &&
	       (a->kind != STAMP_ZONED || a->offset_s == b->offset_s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, line;

	while (rest.n > 0 && span_cut(&rest, '\n', &line)) {
		struct stamp stamp, common;
		size_t n = stamp_read(line, &stamp), m = stamp_read_common(line, &common);

		if (n > line.n || m > line.n)
			abort();
		if (n > 0)
			check(&stamp);
		/* A year behind the time is not looked for by the quick one. */
		if (m > 0 && n > m && common.kind == STAMP_YEARLESS)
			stamp.kind = common.kind, stamp.civil.year = 0;
		if (m > 0 && (n == 0 || !is_same(&stamp, &common)))
			abort();
	}
	return 0;
}
