#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "parser/rotated.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
test_rotated_written_reads_the_date_of_a_name(void **state)
{
	static const struct {
		const char *path;
		struct civil date; /* year 0: none */
	} rows[] = {
		{ "maillog-20211226", { .year = 2021, .month = 12, .day = 26 } },
		{ "/var/log/mail.log-20220102.gz", { .year = 2022, .month = 1, .day = 2 } },
		{ "mail.log.2022-01-02", { .year = 2022, .month = 1, .day = 2 } },
		{ "mail-2022-01-02.log.xz", { .year = 2022, .month = 1, .day = 2 } },
		{ "mail.log-20220102-1641081600.gz", { .year = 2022, .month = 1, .day = 2 } },
		{ "maillog-20221345", { .year = 0 } },
		{ "mail.log.1", { .year = 0 } },
		{ "20220102/mail.log", { .year = 0 } },
		{ "case-1234567890", { .year = 0 } },
		{ "", { .year = 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = rotated_written(span_of(rows[i].path), true);
		int64_t want = INSTANT_NONE;

		if (rows[i].date.year != 0)
			want = instant_of_utc(&rows[i].date, 0) + 8 * INSTANT_DAY;
		if (got != want) {
			print_error("'%s'\n", rows[i].path);
			fail();
		}
	}
}

static void
test_rotated_age_counts_rotations(void **state)
{
	static const struct {
		const char *path;
		unsigned age;
	} rows[] = {
		{ "/var/log/mail.log", 0 },
		{ "/var/log/mail.log.1", 1 },
		{ "/var/log/mail.log.12.gz", 12 },
		{ "mail.log.3.xz", 3 },
		{ "maillog-20211226", 1 },
		{ "maillog-20211226.bz2", 1 },
		{ "mail.log.20211226", 1 },
		{ "mail.log.1640476800", 0 },
		{ "mail.log.0", 0 },
		{ "7", 0 },
		{ ".gz", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned got = rotated_age(span_of(rows[i].path));

		if (got != rows[i].age) {
			print_error("'%s': %u\n", rows[i].path, got);
			fail();
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rotated_written_reads_the_date_of_a_name),
		cmocka_unit_test(test_rotated_age_counts_rotations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
