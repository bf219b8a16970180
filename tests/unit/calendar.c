#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/calendar.h"
#include "parser/frame.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 2026-11-24 12:00:00 UTC */
#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

static void
set_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static int
to_utc(void **state)
{
	(void)state;
	set_zone("UTC");
	return 0;
}

/* Stamps, in the order of a file's lines, and when they were. */
static void
test_calendar_follows_the_order_of_the_lines(void **state)
{
	static const struct {
		const char *zone;
		const char *stamps[5];
		const char *want[5];
	} rows[] = {
		{ "UTC", { "Nov 24 09:14:02", "Nov 24 09:14:59", "Nov 24 09:15:00" },
			{ "2026-11-24T09:14:02Z", "2026-11-24T09:14:59Z",
				"2026-11-24T09:15:00Z" } },
		/* A line without a stamp has the time of the one before. */
		{ "UTC", { "nothing", "Nov 24 09:14:02", "nothing" },
			{ "none", "2026-11-24T09:14:02Z", "2026-11-24T09:14:02Z" } },
		{ "UTC",
			{ "2026-11-24T09:14:02.5+09:00", "2026-11-24 09:14:02", "Nov 24 09:14:01" },
			{ "2026-11-24T00:14:02.500000Z", "2026-11-24T09:14:02Z",
				"2026-11-24T09:14:01Z" } },
		/* The hour that is left out: 01:59:59 is followed by 03:00:00. */
		{ "Europe/Berlin", { "Mar 29 01:59:59", "Mar 29 03:00:00", "Mar 29 02:30:00" },
			{ "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z",
				"2026-03-29T01:30:00Z" } },
		/* The hour that is repeated begins where stamps go back. */
		{ "Europe/Berlin",
			{ "Oct 25 01:59:59", "Oct 25 02:30:00", "Oct 25 02:00:01",
				"Oct 25 02:57:00", "Oct 25 03:00:00" },
			{ "2026-10-24T23:59:59Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:01Z",
				"2026-10-25T01:57:00Z", "2026-10-25T02:00:00Z" } },
		/* A little disorder does not begin it. */
		{ "Europe/Berlin", { "Oct 25 02:10:01", "Oct 25 02:09:59", "Oct 25 02:10:02" },
			{ "2026-10-25T00:10:01Z", "2026-10-25T00:09:59Z",
				"2026-10-25T00:10:02Z" } },
		/* Written offsets need no order. */
		{ "Europe/Berlin", { "2026-10-25T02:10:01+01:00", "2026-10-25T02:10:01+02:00" },
			{ "2026-10-25T01:10:01Z", "2026-10-25T00:10:01Z" } },
		{ "Asia/Tokyo", { "Nov 24 00:00:00" }, { "2026-11-23T15:00:00Z" } },
		{ "America/New_York", { "Dec 31 23:59:59", "Jan  1 00:00:00" },
			{ "2026-01-01T04:59:59Z", "2026-01-01T05:00:00Z" } },
	};
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct calendar calendar;

		set_zone(rows[i].zone);
		calendar_init(&calendar, NOW, 0, false);
		for (size_t k = 0; k < COUNT(rows[i].stamps) && rows[i].stamps[k]; k++) {
			struct buf line = BUF_INIT;
			struct frame frame;

			buf_addf(&line, "%s mx1 a[1]: x", rows[i].stamps[k]);
			frame_read(buf_span(&line), &frame);
			assert_true(calendar_take(&calendar,
				&(struct stamp){ frame.stamp, frame.civil, frame.offset_s }));
			buf_reset(&got);
			if (calendar.when == INSTANT_NONE)
				buf_add(&got, SPAN("none"));
			else
				instant_rfc3339(&got, calendar.when, true);
			if (strcmp(buf_str(&got), rows[i].want[k]) != 0) {
				print_error("%s, '%s': %s\n", rows[i].zone, rows[i].stamps[k],
					buf_str(&got));
				fail();
			}
			buf_clear(&line);
		}
	}
	buf_clear(&got);
}

static void
test_calendar_takes_utc_where_it_is_told(void **state)
{
	struct calendar calendar;
	struct frame frame;

	(void)state;
	set_zone("Asia/Tokyo");
	calendar_init(&calendar, NOW, 0, true);
	frame_read(SPAN("Nov 24 12:00:00 mx1 a[1]: x"), &frame);
	assert_true(calendar_take(&calendar,
		&(struct stamp){ frame.stamp, frame.civil, frame.offset_s }));
	assert_true(calendar.when == NOW);
	calendar_rewind(&calendar);
	assert_true(calendar.when == INSTANT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_calendar_follows_the_order_of_the_lines, to_utc),
		cmocka_unit_test_teardown(test_calendar_takes_utc_where_it_is_told, to_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
