#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parser/journal.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define T INT64_C(1795487352902786)
#define HEAD "\"__REALTIME_TIMESTAMP\":\"1795487352902786\",\"_HOSTNAME\":\"mail\","

struct row {
	const char *record;
	const char *tag; /* NULL: no record */
	uint32_t pid;
	const char *text;
	const char *raw;
};

static void
expect_line(const struct row *row, const struct line *line)
{
	if (line->when == T && span_eq(line->host, SPAN("mail")) &&
		span_eq(line->tag, span_of(row->tag)) && line->pid == row->pid &&
		span_eq(line->text, span_of(row->text)) && span_eq(line->raw, span_of(row->raw)))
		return;
	print_error("%s: '%.*s' %u '%.*s' in '%.*s'\n", row->record, SPAN_ARGS(line->tag),
		line->pid, SPAN_ARGS(line->text), SPAN_ARGS(line->raw));
	fail();
}

static void
test_journal_reads_json_records(void **state)
{
	static const struct row rows[] = {
		{ "{" HEAD
		  "\"SYSLOG_IDENTIFIER\":\"opendkim\",\"SYSLOG_PID\":\"111\",\"_PID\":\"5\",\"MESSAGE\":\"it starts\"}",
			"opendkim", 111, "it starts",
			"2026-11-24T02:29:12.902786Z mail opendkim[111]: it starts" },
		{ "{" HEAD "\"_COMM\":\"opendkim\",\"_PID\":\"5\",\"MESSAGE\":\" x\\n\"}",
			"opendkim", 5, "x", "2026-11-24T02:29:12.902786Z mail opendkim[5]: x" },
		{ "{" HEAD "\"SYSLOG_IDENTIFIER\":\"kernel\",\"MESSAGE\":[97,255,98]}", "kernel", 0,
			"a\xff"
			"b",
			"2026-11-24T02:29:12.902786Z mail kernel: a\xff"
			"b" },
		{ "\x1e{" HEAD "\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":[\"one\",\"two\"]}", "a", 0,
			"one", "2026-11-24T02:29:12.902786Z mail a: one" },
		{ "data: {" HEAD "\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":\"sse\"}\r", "a", 0,
			"sse", "2026-11-24T02:29:12.902786Z mail a: sse" },
		{ "{" HEAD "\"SYSLOG_IDENTIFIER\":\"a\"}", NULL, 0, NULL, NULL },
		{ "{" HEAD "\"SYSLOG_IDENTIFIER\":\"a\",\"MESSAGE\":null}", NULL, 0, NULL, NULL },
		{ "{" HEAD "\"MESSAGE\":\"cut o", NULL, 0, NULL, NULL },
		{ "{\"__REALTIME_TIMESTAMP\":\"x\",\"MESSAGE\":\"a\"}", NULL, 0, NULL, NULL },
		{ "{}", NULL, 0, NULL, NULL },
	};
	struct buf store = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct line line = { .when = 7 };
		bool read = journal_read_json(span_of(rows[i].record), &store, &line);

		assert_int_equal(read, rows[i].tag != NULL);
		if (read)
			expect_line(&rows[i], &line);
		else
			assert_int_equal(line.when, 7);
	}
	buf_clear(&store);
}

static void
test_journal_tells_its_streams(void **state)
{
	(void)state;
	assert_true(journal_is_json(
		SPAN("{ \"__CURSOR\" : \"s\", \"__REALTIME_TIMESTAMP\" : \"1\" }")));
	assert_false(journal_is_json(SPAN("{\"a\":1}")));
	assert_false(journal_is_json(SPAN("")));
	assert_true(journal_is_json(SPAN("{\"_SOURCE_REALTIME_TIMESTAMP\":\"1\"}")));
	assert_true(journal_is_export(SPAN("__CURSOR=s=1")));
	assert_true(journal_is_export(SPAN("__REALTIME_TIMESTAMP=1795487352902786")));
	assert_false(journal_is_export(SPAN("MESSAGE=x")));
}

static void
test_journal_unwraps_container_records(void **state)
{
	struct buf store = BUF_INIT;

	(void)state;
	assert_true(journal_unwrap_container(
		SPAN("{\"log\":\"opendkim[1]: x\\n\",\"stream\":\"stdout\",\"time\":\"2024-05-01T10:00:00.1Z\"}"),
		&store));
	assert_string_equal(buf_str(&store), "2024-05-01T10:00:00.1Z opendkim[1]: x");
	assert_false(journal_unwrap_container(SPAN("{\"log\":1}"), &store));
	buf_clear(&store);
}

static void
test_journal_reads_export_records(void **state)
{
	static const struct row row = { "export", "opendkim", 12, "two\nlines",
		"2026-11-24T02:29:12.902786Z mail opendkim[12]: two\nlines" };
	static const char *const lines[] = { "__CURSOR=s=1",
		"__REALTIME_TIMESTAMP=1795487352902786", "_HOSTNAME=mail",
		"SYSLOG_IDENTIFIER=opendkim", "SYSLOG_PID=12", "_CMDLINE=a=b" };
	struct journal_export *export = journal_export_new();
	struct line line;

	(void)state;
	assert_false(journal_export_open(export));
	for (size_t i = 0; i < COUNT(lines); i++)
		assert_int_equal(journal_export_feed(export, span_of(lines[i]), &line),
			JOURNAL_MORE);
	assert_true(journal_export_open(export));
	assert_int_equal(journal_export_feed(export, SPAN("MESSAGE"), &line), JOURNAL_BINARY);
	journal_export_binary(export, SPAN("two\nlines"));
	assert_int_equal(journal_export_feed(export, SPAN(""), &line), JOURNAL_RECORD);
	expect_line(&row, &line);
	/* The next record starts without the fields of this one. */
	assert_int_equal(journal_export_feed(export, SPAN("MESSAGE=x"), &line), JOURNAL_MORE);
	assert_int_equal(journal_export_feed(export, SPAN(""), &line), JOURNAL_MORE);
	journal_export_free(export);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_journal_reads_json_records),
		cmocka_unit_test(test_journal_tells_its_streams),
		cmocka_unit_test(test_journal_unwraps_container_records),
		cmocka_unit_test(test_journal_reads_export_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
