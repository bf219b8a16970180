#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/instant.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void
expect(const char *row, int64_t got, const char *want)
{
	struct buf text = BUF_INIT;

	instant_rfc3339(&text, got, true);
	if (!span_eq(buf_span(&text), span_of(want)))
		print_error("'%s': got %s, not %s\n", row, buf_str(&text), want);
	assert_string_equal(buf_str(&text), want);
	buf_clear(&text);
}

static void
test_civil_days_follow_the_calendar(void **state)
{
	static const struct {
		int year, month, days;
	} rows[] = {
		{ 2026, 1, 31 },
		{ 2026, 2, 28 },
		{ 2024, 2, 29 },
		{ 2000, 2, 29 },
		{ 1900, 2, 28 },
		{ 2026, 4, 30 },
		{ 2026, 12, 31 },
		{ 2026, 0, 0 },
		{ 2026, 13, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(civil_days(rows[i].year, rows[i].month), rows[i].days);
}

static void
test_civil_day_before_crosses_months_and_years(void **state)
{
	static const struct civil rows[][2] = {
		{ { .year = 2026, .month = 11, .day = 24 },
			{ .year = 2026, .month = 11, .day = 23 } },
		{ { .year = 2026, .month = 3, .day = 1 }, { .year = 2026, .month = 2, .day = 28 } },
		{ { .year = 2028, .month = 3, .day = 1 }, { .year = 2028, .month = 2, .day = 29 } },
		{ { .year = 2026, .month = 1, .day = 1 },
			{ .year = 2025, .month = 12, .day = 31 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct civil day = rows[i][0];

		civil_day_before(&day);
		if (day.year != rows[i][1].year || day.month != rows[i][1].month ||
			day.day != rows[i][1].day)
			fail_msg("row %zu: %d-%d-%d", i, day.year, day.month, day.day);
	}
}

static void
test_instant_of_utc_and_back_keep_every_day(void **state)
{
	int64_t t = 0;

	(void)state;
	for (int year = 1; year <= 9999; year++) {
		for (int month = 1; month <= 12; month++) {
			struct civil civil = { year, month, civil_days(year, month), 23, 59, 58,
				999999 };
			struct civil back;

			t = instant_of_utc(&civil, 0);
			instant_civil(t, true, &back, NULL);
			assert_memory_equal(&back, &civil, sizeof(civil));
		}
	}
	expect("last", t, "9999-12-31T23:59:58.999999Z");
	expect("epoch", 0, "1970-01-01T00:00:00Z");
	expect("before", -1, "1969-12-31T23:59:59.999999Z");
	assert_true(instant_of_utc(&(struct civil){ 2026, 11, 24, 9, 14, 2, 0 }, 9 * 3600) ==
		    INT64_C(1795479242) * INSTANT_SECOND);
}

/* In each zone, what a civil time means when read without and with a stamp before it. */
static void
test_instant_of_local_follows_the_zone(void **state)
{
	static const struct {
		const char *zone;
		struct civil civil;
		const char *not_before; /* NULL: none */
		const char *want;
	} rows[] = {
		{ "UTC", { 2026, 11, 24, 9, 14, 2, 5 }, NULL, "2026-11-24T09:14:02.000005Z" },
		{ "Asia/Tokyo", { 2026, 11, 24, 9, 14, 2, 0 }, NULL, "2026-11-24T00:14:02Z" },
		{ "Europe/Berlin", { 2026, 7, 1, 12, 0, 0, 0 }, NULL, "2026-07-01T10:00:00Z" },
		{ "Europe/Berlin", { 2026, 12, 1, 12, 0, 0, 0 }, NULL, "2026-12-01T11:00:00Z" },
		{ "Europe/Berlin", { 2026, 10, 25, 1, 59, 59, 0 }, NULL, "2026-10-24T23:59:59Z" },
		{ "Europe/Berlin", { 2026, 10, 25, 2, 30, 0, 0 }, NULL, "2026-10-25T00:30:00Z" },
		{ "Europe/Berlin", { 2026, 10, 25, 2, 30, 0, 0 }, "2026-10-25T00:30:00Z",
			"2026-10-25T00:30:00Z" },
		{ "Europe/Berlin", { 2026, 10, 25, 2, 30, 0, 0 }, "2026-10-25T00:59:59Z",
			"2026-10-25T01:30:00Z" },
		/* A line a little out of order in the second pass stays in the second pass. */
		{ "Europe/Berlin", { 2026, 10, 25, 2, 30, 0, 0 }, "2026-10-25T01:30:01Z",
			"2026-10-25T01:30:00Z" },
		{ "Europe/Berlin", { 2026, 10, 25, 3, 0, 0, 0 }, NULL, "2026-10-25T02:00:00Z" },
		/* 02:30 does not exist in this night. */
		{ "Europe/Berlin", { 2026, 3, 29, 2, 30, 0, 0 }, NULL, "2026-03-29T01:30:00Z" },
		{ "Europe/Berlin", { 2026, 3, 29, 3, 0, 0, 0 }, NULL, "2026-03-29T01:00:00Z" },
		{ "America/New_York", { 2026, 11, 1, 1, 15, 0, 0 }, NULL, "2026-11-01T05:15:00Z" },
		{ "America/New_York", { 2026, 11, 1, 1, 15, 0, 0 }, "2026-11-01T05:30:00Z",
			"2026-11-01T06:15:00Z" },
		/* Half an hour is repeated here. */
		{ "Australia/Lord_Howe", { 2026, 4, 5, 1, 15, 0, 0 }, NULL,
			"2026-04-04T14:15:00Z" },
		{ "Australia/Lord_Howe", { 2026, 4, 5, 1, 45, 0, 0 }, NULL,
			"2026-04-04T14:45:00Z" },
		{ "Australia/Lord_Howe", { 2026, 4, 5, 1, 45, 0, 0 }, "2026-04-04T14:50:00Z",
			"2026-04-04T15:15:00Z" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t not_before = INSTANT_NONE;
		struct error err = ERROR_INIT;

		set_zone(rows[i].zone);
		if (rows[i].not_before != NULL)
			assert_int_equal(instant_parse(span_of(rows[i].not_before), 0, true,
						 &not_before, &err),
				0);
		expect(rows[i].zone, instant_of_local(&rows[i].civil, not_before), rows[i].want);
	}
}

static void
test_instant_is_written_in_the_local_zone(void **state)
{
	struct buf out = BUF_INIT;
	int64_t t = INT64_C(1795479242) * INSTANT_SECOND;
	struct civil civil;
	int offset_s;

	(void)state;
	set_zone("Asia/Tokyo");
	instant_rfc3339(&out, t, false);
	assert_string_equal(buf_str(&out), "2026-11-24T09:14:02+09:00");
	buf_reset(&out);
	set_zone("America/St_Johns");
	instant_rfc3339(&out, t, false);
	assert_string_equal(buf_str(&out), "2026-11-23T20:44:02-03:30");
	instant_civil(t, false, &civil, &offset_s);
	assert_int_equal(offset_s, -12600);
	buf_reset(&out);
	instant_words(&out, t, t, true);
	assert_string_equal(buf_str(&out), "24 Nov 00:14:02");
	buf_reset(&out);
	instant_words(&out, t, t + 366 * INSTANT_DAY, true);
	assert_string_equal(buf_str(&out), "24 Nov 2026 00:14:02");
	buf_clear(&out);
}

static void
test_instant_parse_takes_what_people_write(void **state)
{
	/* Now is Tuesday, 2026-11-24T09:14:02 in Tokyo. */
	int64_t now = INT64_C(1795479242) * INSTANT_SECOND;
	static const struct {
		const char *text, *want;
		bool utc;
	} rows[] = {
		{ "now", "2026-11-24T00:14:02Z", false },
		{ "today", "2026-11-23T15:00:00Z", false },
		{ "today", "2026-11-24T00:00:00Z", true },
		{ "yesterday", "2026-11-22T15:00:00Z", false },
		{ "2026-11-24", "2026-11-23T15:00:00Z", false },
		{ "2026-11-24", "2026-11-24T00:00:00Z", true },
		{ " 2026-11-24 09:00 ", "2026-11-24T00:00:00Z", false },
		{ "2026-11-24 09:00:30", "2026-11-24T00:00:30Z", false },
		{ "2026-11-24T09:00:30+01:00", "2026-11-24T08:00:30Z", false },
		{ "2026-11-24T09:00:30-0530", "2026-11-24T14:30:30Z", false },
		{ "2026-11-24T09:00:30Z", "2026-11-24T09:00:30Z", false },
		{ "2026-11-24T09:00:30.25Z", "2026-11-24T09:00:30.250000Z", false },
		{ "2026-11-24T09:00:30.1234567Z", "2026-11-24T09:00:30.123456Z", false },
		{ "-90s", "2026-11-24T00:12:32Z", false },
		{ "-2h", "2026-11-23T22:14:02Z", false },
		{ "-30m", "2026-11-23T23:44:02Z", false },
		{ "-1d", "2026-11-23T00:14:02Z", false },
		{ "-1w", "2026-11-17T00:14:02Z", false },
		{ "2 hours ago", "2026-11-23T22:14:02Z", false },
		{ "1 day ago", "2026-11-23T00:14:02Z", false },
		{ "@1795479242", "2026-11-24T00:14:02Z", false },
		{ "@0", "1970-01-01T00:00:00Z", false },
	};

	(void)state;
	set_zone("Asia/Tokyo");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		int64_t t = 0;

		if (instant_parse(span_of(rows[i].text), now, rows[i].utc, &t, &err) < 0)
			print_error("%s\n", err.text);
		expect(rows[i].text, t, rows[i].want);
	}
}

static void
test_instant_parse_refuses_the_rest(void **state)
{
	static const char *const rows[] = { "", " ", "tomorrowish", "2026", "2026-13-01",
		"2026-02-29", "2026-11-00", "0000-01-01", "2026-11-24 24:00", "2026-11-24 09:60",
		"2026-11-24 09", "2026-11-24 09:00:61", "2026-11-24T09:00:00+24:00",
		"2026-11-24T09:00:00Zx", "2026-11-24T09:00:00.Z", "2026-11-24x", "-2", "-2y", "2h",
		"-h", "hours ago", "-2h ago", "-99999999999999999999s", "@", "@-1", "@1x" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		int64_t t = 7;

		if (instant_parse(span_of(rows[i]), 0, true, &t, &err) == 0)
			print_error("'%s' was taken\n", rows[i]);
		assert_int_equal(err.kind, ERROR_SYNTAX);
		assert_true(t == 7);
	}
}

static void
test_instant_now_can_be_set_by_the_environment(void **state)
{
	(void)state;
	assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1795479242", 1), 0);
	assert_true(instant_now() == INT64_C(1795479242) * INSTANT_SECOND);
	assert_int_equal(setenv("SOURCE_DATE_EPOCH", "x", 1), 0);
	assert_true(instant_now() > INT64_C(1600000000) * INSTANT_SECOND);
	assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
	assert_true(instant_now() > INT64_C(1600000000) * INSTANT_SECOND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_civil_days_follow_the_calendar),
		cmocka_unit_test(test_civil_day_before_crosses_months_and_years),
		cmocka_unit_test(test_instant_of_utc_and_back_keep_every_day),
		cmocka_unit_test(test_instant_of_local_follows_the_zone),
		cmocka_unit_test(test_instant_is_written_in_the_local_zone),
		cmocka_unit_test(test_instant_parse_takes_what_people_write),
		cmocka_unit_test(test_instant_parse_refuses_the_rest),
		cmocka_unit_test(test_instant_now_can_be_set_by_the_environment),
	};

	return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
