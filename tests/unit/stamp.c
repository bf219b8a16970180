#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parser/stamp.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
words(const struct stamp *stamp, char *out, size_t size)
{
	static const char *const kinds[] = { [STAMP_NONE] = "-",
		[STAMP_YEARLESS] = "yearless",
		[STAMP_LOCAL] = "local",
		[STAMP_ZONED] = "zoned" };
	const struct civil *c = &stamp->civil;

	snprintf(out, size, "%s %d-%d-%d %d:%d:%d.%d %d", kinds[stamp->kind], c->year, c->month,
		c->day, c->hour, c->minute, c->second, c->micro, stamp->offset_s / 60);
}

static void
test_stamp_reads_every_way_of_writing_one(void **state)
{
	static const struct {
		const char *text; /* " rest" follows in every case */
		const char *want;
	} rows[] = {
		{ "Nov 24 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ "Nov  4 09:14:02", "yearless 0-11-4 9:14:2.0 0" },
		{ "Nov 4 9:14:02", "yearless 0-11-4 9:14:2.0 0" },
		{ "Nov 24 09:14:02.5", "yearless 0-11-24 9:14:2.500000 0" },
		{ "Nov 24 09:14:02.123456789", "yearless 0-11-24 9:14:2.123456 0" },
		{ "Feb 29 09:14:02", "yearless 0-2-29 9:14:2.0 0" },
		{ "Dec 31 23:59:60", "yearless 0-12-31 23:59:60.0 0" },
		{ "24 Nov 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ "Nov 24 2026 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "Nov 24 09:14:02 2026", "local 2026-11-24 9:14:2.0 0" },
		{ "Nov 24 09:14:02 UTC 2026", "zoned 2026-11-24 9:14:2.0 0" },
		{ "Tue Nov 24 09:14:02 CET 2026", "local 2026-11-24 9:14:2.0 0" },
		{ "2026 Nov 24 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "24.11.2026 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "24/Nov/2026:09:14:02 +0900", "zoned 2026-11-24 9:14:2.0 540" },
		{ "2026-11-24T09:14:02Z", "zoned 2026-11-24 9:14:2.0 0" },
		{ "2026-11-24t09:14:02z", "zoned 2026-11-24 9:14:2.0 0" },
		{ "2026-11-24T09:14:02.123456+09:00", "zoned 2026-11-24 9:14:2.123456 540" },
		{ "2026-11-24T09:14:02,5-0330", "zoned 2026-11-24 9:14:2.500000 -210" },
		{ "2026-11-24T09:14:02+09", "zoned 2026-11-24 9:14:2.0 540" },
		{ "2026-11-24 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "2026/11/24 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "Tue 2026-11-24 09:14:02 UTC", "zoned 2026-11-24 9:14:2.0 0" },
		{ "Di 2026-11-24 09:14:02 CET", "local 2026-11-24 9:14:2.0 0" },
		{ "1795511642.902786", "zoned 2026-11-24 9:14:2.902786 0" },
		{ "11月 24 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ " 1月 24 09:14:02", "-" }, /* blanks are the caller's */
		{ "2026年11月24日 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "févr. 24 09:14:02", "yearless 0-2-24 9:14:2.0 0" },
		{ "11월 24일 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ "24-Nov-2026 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "24/Nov 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ "24.11.2026, 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "2026-Nov-24 09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "2026.11.24_09:14:02", "local 2026-11-24 9:14:2.0 0" },
		{ "2026-11-24 09:14:02 +0900", "zoned 2026-11-24 9:14:2.0 540" },
		{ "2026-11-24 09:14:02 GMT", "zoned 2026-11-24 9:14:2.0 0" },
		{ "Tue, 24 Nov 2026 09:14:02 -0330", "zoned 2026-11-24 9:14:2.0 -210" },
		{ "Di. Nov 24 09:14:02", "yearless 0-11-24 9:14:2.0 0" },
		{ "795511642.902786", "zoned 1995-3-18 7:27:22.902786 0" },
		/* None at all. */
		{ "Foo 24 09:14:02", "-" },
		{ "Nov 31 09:14:02", "-" },
		{ "Feb 30 09:14:02", "-" },
		{ "Nov 24 24:14:02", "-" },
		{ "Nov 24 09:60:02", "-" },
		{ "Nov 24 09:14:61", "-" },
		{ "Nov 24 09:14", "-" },
		{ "2025-02-29T09:14:02Z", "-" },
		{ "2026-13-24T09:14:02Z", "-" },
		{ "2026-11-24T09:14:02+99:00", "-" },
		{ "0000-11-24T09:14:02Z", "-" },
		{ "192.0.2.1:25 a", "-" },
		{ "30F9F308846A: removed", "-" },
		{ "Nov 24 09:14:02x", "-" },
		{ "Nov24, 2026", "-" },
		{ "24Nov2026 09:14:02", "-" },
		{ "24.11 09:14:02", "-" },
		{ "2026Nov24 09:14:02", "-" },
		{ "2026-11-2409:14:02", "-" },
		{ "2026+11+24 09:14:02", "-" },
		{ "2026-11-24T09:14:02+09:3", "-" },
		{ "2026-11-24T09:14:02+09:60", "-" },
		{ "1795511642.90", "-" },
		{ "Donaudampfschiffs Nov 24 09:14:02", "-" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stamp stamp = { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 };
		char line[128];
		char got[128];
		size_t n;

		snprintf(line, sizeof(line), "%s rest", rows[i].text);
		n = stamp_read(span_of(line), &stamp);
		words(&stamp, got, sizeof(got));
		if (n != (rows[i].want[0] == '-' ? 0 : strlen(rows[i].text)) ||
			strncmp(got, rows[i].want, strlen(rows[i].want)) != 0) {
			print_error("'%s': %zu %s\n", line, n, got);
			fail();
		}
	}
}

/* The short cut gives what the long way gives, or nothing. */
static void
test_stamp_read_common_agrees(void **state)
{
	static const struct {
		const char *line;
		size_t n;
	} rows[] = {
		{ "Nov 24 09:14:02 mx1 x", 15 },
		{ "Nov  4 09:14:02 mx1 x", 15 },
		{ "Nov 24 09:14:02 2026 mx1", 0 },
		{ "nov 24 09:14:02 mx1 x", 0 },
		{ "Feb 30 09:14:02 mx1 x", 0 },
		{ "Nov 24 0a:14:02 mx1 x", 0 },
		{ "2026-11-24T09:14:02.123456+09:00 mx1 x", 32 },
		{ "2026-11-24T09:14:02.123456-03:30 mx1 x", 32 },
		{ "2026-11-24T09:14:02.12345x+09:00 mx1 x", 0 },
		{ "2026-11-31T09:14:02.123456+09:00 mx1 x", 0 },
		{ "2026-11-24T09:14:02+09:00 mx1 x and more", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stamp fast = { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 };
		struct stamp slow = fast;
		char a[128];
		char b[128];
		size_t n = stamp_read_common(span_of(rows[i].line), &fast);

		if (n > 0)
			(void)stamp_read(span_of(rows[i].line), &slow);
		words(&fast, a, sizeof(a));
		words(&slow, b, sizeof(b));
		if (n != rows[i].n || strcmp(a, b) != 0) {
			print_error("'%s': %zu %s, not %s\n", rows[i].line, n, a, b);
			fail();
		}
	}
}

/*
 * A line that breaks off in its stamp has none, or one of the same second; bytes behind its end are
 * not looked at.
 */
static void
test_a_stamp_that_is_cut_off_is_no_other_one(void **state)
{
	static const char *const lines[] = { "Nov 24 09:14:02.123456 mx1",
		"Nov 24 09:14:02 CET 2026 mx1", "Nov 24 2026 09:14:02 mx1",
		"24 Nov 2026 09:14:02 mx1", "24/Nov/2026:09:14:02 +0900 mx1",
		"24.11.2026 09:14:02 mx1", "2026-11-24T09:14:02.123456+09:00 mx1",
		"Tue 2026-11-24 09:14:02 UTC mx1", "2026 Nov 24 09:14:02 mx1",
		"2026年11月24日 09:14:02 mx1", "11월 24일 09:14:02 mx1",
		"2026-11-24 09:14:02 +0900 mx1" };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		for (size_t n = 0; n <= strlen(lines[i]); n++) {
			struct stamp stamp = { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 };
			const struct civil *c = &stamp.civil;
			char *cut = malloc(n + 1);
			size_t read;

			assert_non_null(cut);
			memcpy(cut, lines[i], n);
			read = stamp_read((struct span){ cut, n }, &stamp);
			free(cut);
			if (read > n ||
				(read > 0 && (c->month != 11 || c->day != 24 || c->hour != 9 ||
						     c->minute != 14 || c->second != 2)))
				fail_msg("'%.*s': %zu", (int)n, lines[i], read);
		}
	}
}

/* One byte of a line is another: a short cut reads what the long way reads, or leaves it to that. */
static void
test_short_cuts_read_no_more_than_the_long_way(void **state)
{
	static const char *const lines[] = { "Nov 24 09:14:02 mx1 opendkim[1]: x and more",
		"2026-11-24T09:14:02.123456+09:00 mx1 opendkim[1]: x",
		"2026-11-24T09:14:02.123456-03:30 mx1 opendkim[1]: x" };
	static const char others[] = " 0129:-.+TZxN/";

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		size_t length = strlen(lines[i]);

		for (size_t k = 0; k < 36 * (sizeof(others) - 1); k++) {
			struct stamp slow = { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 }, fast = slow,
				     again = slow;
			char line[64], a[128], b[128], c[128];
			struct span changed = { line, length };
			size_t n, known;

			memcpy(line, lines[i], length + 1);
			line[k % 36] = others[k / 36];
			n = stamp_read(changed, &slow);
			known = stamp_read_common(span_of(lines[i]), &again);
			words(&slow, a, sizeof(a));
			if (stamp_read_common(changed, &fast) > 0 &&
				(words(&fast, b, sizeof(b)), strcmp(a, b) != 0))
				fail_msg("'%s': %s, not %s", line, b, a);
			if (stamp_read_again(changed, span_first(span_of(lines[i]), known),
				    &again) &&
				(words(&again, c, sizeof(c)), n != known || strcmp(a, c) != 0))
				fail_msg("'%s': again %s, not %s", line, c, a);
			/* And what is too short for it. */
			n = k % length;
			if (stamp_read_common(span_first(changed, n), &fast) > n ||
				(n < known &&
					stamp_read_again(span_first(changed, n),
						span_first(span_of(lines[i]), known), &again)))
				fail_msg("'%.*s' is taken for whole", (int)n, line);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamp_reads_every_way_of_writing_one),
		cmocka_unit_test(test_stamp_read_common_agrees),
		cmocka_unit_test(test_a_stamp_that_is_cut_off_is_no_other_one),
		cmocka_unit_test(test_short_cuts_read_no_more_than_the_long_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
