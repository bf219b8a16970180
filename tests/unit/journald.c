#include "parser/journald.h"

#include "base/buf.h"
#include "parser/log.h"
#include "tests/unit/entries.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
/* An entry with these fields. */
static void
add_entry(struct buf *out, int seconds, const char *fields)
{
	begin_entry(out, seconds);
	buf_addf(out, "%s\n\n", fields);
}

/* As the binary field of an export: a 64-bit little-endian length, the bytes, a newline. */
static void
add_binary(struct buf *out, const char *name, struct span value)
{
	buf_addf(out, "%s\n", name);
	for (int i = 0; i < 8; i++)
		buf_add_char(out, (char)(unsigned char)(value.n >> (8 * i) & 0xff));
	buf_add(out, value);
	buf_add_char(out, '\n');
}

static struct journald *
open_journal(const char *path)
{
	struct error err = ERROR_INIT;
	struct journald *journald = journald_new(path, &err);

	assert_string_equal(err.text, "");
	assert_non_null(journald);
	return journald;
}

static void
expect_next(struct journald *journald, const char *raw)
{
	struct error err = ERROR_INIT;
	struct line line = { .when = 0 };
	bool cut;
	int rc = journald_next(journald, &line, &cut, &err);

	if (rc != (raw != NULL) || (raw != NULL && !span_eq(line.raw, span_of(raw)))) {
		print_error("%d '%.*s' %s\n", rc, SPAN_ARGS(line.raw), err.text);
		fail();
	}
}

static void
test_journald_gives_what_can_matter(void **state)
{
	static const char *const rows[] = {
		"SYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=postfix/smtpd\nSYSLOG_PID=7\n_PID=8\nMESSAGE=connect",
		"SYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=cron\nMESSAGE=opendkim is no concern of cron",
		"_COMM=opendkim\n_PID=5\nMESSAGE=by its process name",
		"SYSLOG_IDENTIFIER=sh\n_SYSTEMD_UNIT=postfix@-.service\nMESSAGE=by its unit",
		"UNIT=opendkim.service\nSYSLOG_IDENTIFIER=systemd\n_PID=1\nMESSAGE=opendkim.service: Failed",
		"UNIT=ssh.service\nSYSLOG_IDENTIFIER=systemd\n_PID=1\nMESSAGE=ssh.service: Failed",
		"_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=opendkim[5]: segfault at 0",
		"_TRANSPORT=kernel\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=eth0: link is up",
		"SYSLOG_IDENTIFIER=systemd-journald\nMESSAGE=Suppressed 5 messages from opendkim.service",
		"SYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=opendkim\nPRIORITY=6",
		"_COMM=opendkim\nSYSLOG_IDENTIFIER=opendkim\nMESSAGE= last ",
	};
	static const char *const want[] = {
		"2026-11-24T02:29:12Z mail postfix/smtpd[7]: connect",
		"2026-11-24T02:29:14Z mail opendkim[5]: by its process name",
		"2026-11-24T02:29:15Z mail sh: by its unit",
		"2026-11-24T02:29:16Z mail systemd[1]: opendkim.service: Failed",
		"2026-11-24T02:29:18Z mail kernel: opendkim[5]: segfault at 0",
		"2026-11-24T02:29:20Z mail systemd-journald: Suppressed 5 messages from opendkim.service",
		"2026-11-24T02:29:22Z mail opendkim: last",
		NULL,
	};
	struct buf export = BUF_INIT;
	struct journald *journald;

	(void)state;
	need_remote();
	for (size_t i = 0; i < COUNT(rows); i++)
		add_entry(&export, (int)i, rows[i]);
	make_journal("a.journal", &export);
	journald = open_journal("a.journal");
	for (size_t i = 0; i < COUNT(want); i++)
		expect_next(journald, want[i]);
	assert_null(journald_problem(journald));
	journald_free(journald);
	buf_clear(&export);
}

static void
test_journald_bounds_hostile_fields(void **state)
{
	struct buf export = BUF_INIT, big = BUF_INIT;
	struct error err = ERROR_INIT;
	struct journald *journald;
	struct line line;
	bool cut;

	(void)state;
	need_remote();
	buf_add_repeat(&big, 'x', 100000);
	begin_entry(&export, 0);
	buf_add(&export, SPAN("SYSLOG_FACILITY=2\n"));
	add_binary(&export, "MESSAGE", SPAN("a\0b\n\xff\x1b[2J"));
	buf_addf(&export, "SYSLOG_IDENTIFIER=%.5000s\n_PID=99999999999999\n\n", buf_str(&big));
	begin_entry(&export, 1);
	buf_add(&export, SPAN("SYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=opendkim\n"));
	buf_addf(&export, "MESSAGE=%s\n\n", buf_str(&big));
	begin_entry(&export, 2);
	buf_add(&export,
		SPAN("SYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=a\nMESSAGE=with many fields\n"));
	for (int i = 0; i < 400; i++)
		buf_addf(&export, "F%d=x\n", i);
	buf_add_char(&export, '\n');
	make_journal("a.journal", &export);
	journald = open_journal(".");
	assert_int_equal(journald_next(journald, &line, &cut, &err), 1);
	assert_true(span_eq(line.text, SPAN("a\0b\n\xff\x1b[2J")));
	assert_int_equal(line.tag.n, 1024);
	assert_int_equal(line.pid, 0);
	assert_false(cut);
	assert_int_equal(journald_next(journald, &line, &cut, &err), 1);
	assert_int_equal(line.text.n, LOG_LINE_MAX);
	assert_true(cut);
	expect_next(journald, "2026-11-24T02:29:14Z mail a: with many fields");
	expect_next(journald, NULL);
	journald_free(journald);
	buf_clear(&export);
	buf_clear(&big);
}

static void
test_journald_reads_rotated_files_once_and_in_order(void **state)
{
	struct buf export = BUF_INIT;
	struct journald *journald;

	(void)state;
	need_remote();
	assert_int_equal(mkdir("j", 0700), 0);
	assert_int_equal(mkdir("j/a2c5f6c8e1a84c1d9a5e0b2c3d4e5f60", 0700), 0);
	add_mail(&export, 2, "third");
	add_mail(&export, 3, "fourth");
	make_journal("j/a2c5f6c8e1a84c1d9a5e0b2c3d4e5f60/b.journal", &export);
	add_mail(&export, 0, "first");
	add_mail(&export, 1, "second");
	add_mail(&export, 4, "fifth");
	make_journal("j/a.journal", &export);
	assert_int_equal(system("cp j/a.journal j/copy.journal; cp j/a.journal j/again.journal~"),
		0);
	scratch_put("j/a.txt", "no journal");
	journald = open_journal("j/");
	expect_next(journald, "2026-11-24T02:29:12Z mail opendkim[111]: first");
	expect_next(journald, "2026-11-24T02:29:13Z mail opendkim[111]: second");
	expect_next(journald, "2026-11-24T02:29:14Z mail opendkim[111]: third");
	expect_next(journald, "2026-11-24T02:29:15Z mail opendkim[111]: fourth");
	expect_next(journald, "2026-11-24T02:29:16Z mail opendkim[111]: fifth");
	expect_next(journald, NULL);
	journald_free(journald);
	buf_clear(&export);
}

static void
test_journald_goes_on_behind_a_cursor(void **state)
{
	struct error err = ERROR_INIT;
	struct buf export = BUF_INIT, cursor = BUF_INIT;
	struct journald *journald;

	(void)state;
	need_remote();
	assert_int_equal(mkdir("j", 0700), 0);
	add_mail(&export, 0, "first");
	add_mail(&export, 1, "second");
	make_journal("j/a.journal", &export);
	journald = open_journal("j");
	assert_null(journald_cursor(journald));
	expect_next(journald, "2026-11-24T02:29:12Z mail opendkim[111]: first");
	expect_next(journald, "2026-11-24T02:29:13Z mail opendkim[111]: second");
	expect_next(journald, NULL);
	buf_add(&cursor, span_of(journald_cursor(journald)));
	assert_true(journald_time_of(buf_str(&cursor)) == T + INSTANT_SECOND);
	journald_free(journald);

	add_mail(&export, 2, "third");
	make_journal("j/b.journal", &export);
	journald = open_journal("j");
	assert_int_equal(journald_seek(journald, buf_str(&cursor), &err), 1);
	expect_next(journald, "2026-11-24T02:29:14Z mail opendkim[111]: third");
	expect_next(journald, NULL);
	assert_int_equal(journald_seek(journald, NULL, &err), 1);
	expect_next(journald, "2026-11-24T02:29:12Z mail opendkim[111]: first");
	assert_int_equal(journald_seek(journald, "no cursor", &err), 0);
	expect_next(journald, "2026-11-24T02:29:12Z mail opendkim[111]: first");
	journald_free(journald);

	assert_int_equal(unlink("j/a.journal"), 0);
	journald = open_journal("j");
	assert_int_equal(journald_seek(journald, buf_str(&cursor), &err), 0);
	expect_next(journald, "2026-11-24T02:29:14Z mail opendkim[111]: third");
	journald_free(journald);
	assert_true(journald_time_of("s=1;t=xyz") == INSTANT_NONE);
	assert_true(journald_time_of("") == INSTANT_NONE);
	buf_clear(&export);
	buf_clear(&cursor);
}

static void
test_journald_says_what_it_cannot_read(void **state)
{
	static const char *const rows[][2] = {
		{ "missing", "cannot open 'missing': No such file or directory" },
		{ "empty", "no file of a journal is in 'empty'" },
		{ "cut.journal", "cannot read 'cut.journal': it is cut off" },
		{ "text.journal", "cannot read 'text.journal': it is damaged" },
	};
	struct buf export = BUF_INIT;
	struct journald *journald;

	(void)state;
	need_remote();
	add_mail(&export, 0, "first");
	make_journal("a.journal", &export);
	assert_int_equal(mkdir("empty", 0700), 0);
	assert_int_equal(system("head -c 100000 a.journal >cut.journal;"
				"head -c 100000 /dev/zero >text.journal"),
		0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;

		assert_null(journald_new(rows[i][0], &err));
		assert_string_equal(err.text, rows[i][1]);
	}
	/* One that can be read beside others is read, and the others are named. */
	journald = open_journal(".");
	expect_next(journald, "2026-11-24T02:29:12Z mail opendkim[111]: first");
	expect_next(journald, NULL);
	assert_string_equal(journald_problem(journald),
		"cannot read './cut.journal': it is cut off");
	journald_free(journald);
	buf_clear(&export);
}

static struct log *
new_log(void)
{
	return log_new(&(struct log_options){ .utc = true, .now = T + INSTANT_DAY });
}

/* What a log gives, line by line, as "NUMBER TEXT". */
static void
read_log(struct log *log, struct buf *out)
{
	struct line line;

	buf_reset(out);
	while (log_next(log, &line) == LOG_LINE)
		buf_addf(out, "%llu %.*s\n", (unsigned long long)line.number, SPAN_ARGS(line.text));
}

static void
test_log_merges_a_journal_with_files(void **state)
{
	struct error err = ERROR_INIT;
	struct buf export = BUF_INIT, got = BUF_INIT;
	struct log *log = new_log();
	uint64_t doubles = 0;

	(void)state;
	need_remote();
	add_mail(&export, 0, "both");
	add_mail(&export, 1, "both");
	add_mail(&export, 3, "thrice");
	add_mail(&export, 3, "thrice");
	add_mail(&export, 5, "journal");
	make_journal("a.journal", &export);
	scratch_put_at("mail.log",
		SPAN("2026-11-24T02:29:12.9+00:00 mail opendkim[111]: both\n"
		     "Nov 24 02:29:13 mail.example opendkim[111]: both\n"
		     "Nov 24 02:29:14 mail opendkim[111]: file\n"
		     "Nov 24 02:29:15 mail opendkim[111]: thrice\n"
		     "Nov 24 02:29:15 mail opendkim[111]: thrice\n"
		     "Nov 24 02:29:15 mail opendkim[111]: thrice\n"
		     "Nov 24 02:29:20 mail opendkim[111]: journal\n"),
		T + INSTANT_HOUR);
	/* A file of a journal is one, by whatever way it is named. */
	assert_int_equal(log_add(log, "a.journal", &err), 0);
	assert_int_equal(log_add_journal(log, "./a.journal", NULL, &err), 0);
	assert_int_equal(log_add(log, "mail.log", &err), 0);
	assert_int_equal(log_files(log), 2);
	read_log(log, &got);
	for (size_t i = 0; i < log_files(log); i++)
		doubles += log_file(log, i)->double_lines;
	assert_int_equal(doubles, 4);
	assert_string_equal(buf_str(&got), "1 both\n2 both\n3 file\n3 thrice\n4 thrice\n6 thrice\n"
					   "5 journal\n7 journal\n");
	log_free(log);
	buf_clear(&export);
	buf_clear(&got);
}

static void
test_log_goes_on_in_a_journal_and_tells_gaps(void **state)
{
	struct error err = ERROR_INIT;
	struct buf export = BUF_INIT, got = BUF_INIT;
	struct log_place place;
	struct log *log = new_log();
	const struct log_file *file;

	(void)state;
	need_remote();
	assert_int_equal(mkdir("j", 0700), 0);
	add_mail(&export, 0, "first");
	make_journal("j/a.journal", &export);
	assert_int_equal(log_add_journal(log, "j", NULL, &err), 0);
	read_log(log, &got);
	file = log_file(log, 0);
	assert_string_equal(buf_str(&got), "1 first\n");
	assert_string_equal(file->problem, "");
	assert_true(log_file_is_journal(file));
	place = file->place;
	assert_int_equal(place.number, 1);
	log_free(log);

	add_mail(&export, 60, "second");
	make_journal("j/b.journal", &export);
	log = new_log();
	assert_int_equal(log_add_journal(log, "j", &place, &err), 0);
	read_log(log, &got);
	assert_string_equal(buf_str(&got), "2 second\n");
	assert_false(log_file(log, 0)->has_gap);
	log_free(log);

	assert_int_equal(unlink("j/a.journal"), 0);
	log = new_log();
	assert_int_equal(log_add_journal(log, "j", &place, &err), 0);
	read_log(log, &got);
	file = log_file(log, 0);
	assert_string_equal(buf_str(&got), "2 second\n");
	assert_true(file->has_gap);
	assert_true(file->gap_from == T && file->gap_to == T + INSTANT_MINUTE);
	assert_true(span_has(span_of(file->problem), SPAN("no longer in it")));
	log_free(log);
	buf_clear(&export);
	buf_clear(&got);
}

static void
test_journald_of_a_build_without_says_so(void **state)
{
	struct error err = ERROR_INIT;
	struct journald *journald;

	(void)state;
	if (journald_is_built())
		return;
	journald = journald_new(NULL, &err);
	assert_null(journald);
	assert_true(span_has(span_of(err.text), SPAN("made without libsystemd")));
	assert_true(span_has(span_of(err.text), SPAN("journalctl -o json | dkimwhy report -")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_journald_gives_what_can_matter),
		SCRATCH_TEST(test_journald_bounds_hostile_fields),
		SCRATCH_TEST(test_journald_reads_rotated_files_once_and_in_order),
		SCRATCH_TEST(test_journald_goes_on_behind_a_cursor),
		SCRATCH_TEST(test_journald_says_what_it_cannot_read),
		SCRATCH_TEST(test_log_merges_a_journal_with_files),
		SCRATCH_TEST(test_log_goes_on_in_a_journal_and_tells_gaps),
		cmocka_unit_test(test_journald_of_a_build_without_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
