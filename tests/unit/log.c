#include <archive.h>
#include <archive_entry.h>
#include <time.h>

#include "base/alloc.h"
#include "parser/log.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* 2026-11-24 12:00:00 UTC, the time of all these tests. */
#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

static void
put_text(const char *name, const char *text)
{
	scratch_put_at(name, span_of(text), NOW);
}

/* text packed by one of libarchive's filters ("gzip", "xz", ...). */
static struct buf
pack(const char *filter, struct span text)
{
	struct buf packed = BUF_INIT;
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t used = 0;
	size_t size = text.n + 4096;
	char *p = buf_room(&packed, size);

	assert_int_equal(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
	/* Blocks of 64 KiB, as lz4(1) writes at its fastest: the default of 4 MiB could not be cut. */
	archive_write_set_filter_option(archive, "lz4", "block-size", "4");
	assert_int_equal(archive_write_set_format_raw(archive), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_in_last_block(archive, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(archive, p, size, &used), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(archive, entry);
	archive_write_data(archive, text.p, text.n);
	archive_write_close(archive);
	archive_entry_free(entry);
	archive_write_free(archive);
	packed.n = used;
	return packed;
}

/* Many lines that do not repeat, so that a cut in the middle of their packed form is one in them. */
static struct buf
many_lines(size_t n)
{
	struct buf text = BUF_INIT;
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		buf_addf(&text,
			"Nov 24 %02zu:%02zu:%02zu mx1 postfix/qmgr[77]: %08X%02zu: removed\n",
			i / 3600 % 24, i / 60 % 60, i % 60, x, i % 100);
	}
	return text;
}

static struct log *
open_log(const struct log_options *options, const char *const *names, size_t n)
{
	struct log *log = log_new(options);
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < n && names[i]; i++)
		assert_int_equal(log_add(log, names[i], &err), 0);
	return log;
}

/* Read all: "HH:MM:SS text" of every line, joined by newlines. */
static void
read_all(struct log *log, struct buf *out)
{
	struct line line;
	enum log_answer answer;

	buf_reset(out);
	while ((answer = log_next(log, &line)) != LOG_END) {
		struct civil civil = { 0, 0, 0, 0, 0, 0, 0 };

		if (answer == LOG_RESTART) {
			buf_reset(out);
			continue;
		}
		if (line.when != INSTANT_NONE)
			instant_civil(line.when, true, &civil, NULL);
		buf_addf(out, "%d-%02d-%02d %02d:%02d:%02d %.*s\n", civil.year, civil.month,
			civil.day, civil.hour, civil.minute, civil.second, SPAN_ARGS(line.text));
	}
}

static void
expect_reading(const struct log_options *options, const char *const *names, size_t n,
	const char *want)
{
	struct log *log = open_log(options, names, n);
	struct buf got = BUF_INIT;

	read_all(log, &got);
	buf_add_char(&got, '\0');
	assert_string_equal(buf_str(&got), want);
	buf_clear(&got);
	log_free(log);
}

static const struct log_options now_utc = { .year = 0, .utc = true, .now = NOW };

static void
test_log_orders_files_whatever_their_order(void **state)
{
	static const char *const names[][3] = { { "mail.log.2", "mail.log.1", "mail.log" },
		{ "mail.log", "mail.log.1", "mail.log.2" },
		{ "mail.log.1", "mail.log", "mail.log.2" } };

	(void)state;
	put_text("mail.log.2", "Nov 22 10:00:00 mx1 a[1]: one\nNov 23 10:00:00 mx1 a[1]: two\n");
	put_text("mail.log.1", "Nov 23 10:00:00 mx1 a[1]: three\nNov 23 11:00:00 mx1 a[1]: four");
	put_text("mail.log",
		"Nov 24 10:00:00 mx1 a[1]: five\r\n\r\nNov 24 10:00:01 mx1 a[1]: six\r\n");
	for (size_t i = 0; i < COUNT(names); i++)
		expect_reading(&now_utc, names[i], 3,
			"2026-11-22 10:00:00 one\n2026-11-23 10:00:00 two\n2026-11-23 10:00:00 three\n"
			"2026-11-23 11:00:00 four\n2026-11-24 10:00:00 five\n2026-11-24 10:00:01 six\n");
}

/* A busy second may hold the beginning of several files. */
static void
test_log_orders_a_second_by_rotation(void **state)
{
	static const char *const names[][3] = { { "mail.log.2.gz", "mail.log.1", "mail.log" },
		{ "mail.log", "mail.log.1", "mail.log.2.gz" },
		{ "mail.log.1", "mail.log", "mail.log.2.gz" } };

	(void)state;
	put_text("mail.log.2.gz", "Nov 24 10:00:00 mx1 a[1]: one\nNov 24 10:00:00 mx1 a[1]: two\n");
	put_text("mail.log.1", "Nov 24 10:00:00 mx1 a[1]: three\nNov 24 10:00:00 mx1 a[1]: four\n");
	put_text("mail.log", "Nov 24 10:00:00 mx1 a[1]: five\nNov 24 10:00:00 mx1 a[1]: six\n");
	for (size_t i = 0; i < COUNT(names); i++)
		expect_reading(&now_utc, names[i], 3,
			"2026-11-24 10:00:00 one\n2026-11-24 10:00:00 two\n"
			"2026-11-24 10:00:00 three\n2026-11-24 10:00:00 four\n"
			"2026-11-24 10:00:00 five\n2026-11-24 10:00:00 six\n");
}

static void
test_log_merges_files_of_the_same_time(void **state)
{
	static const char *const names[] = { "mx1.log", "mx2.log" };

	(void)state;
	put_text("mx1.log",
		"Nov 24 10:00:00 mx1 a[1]: 1\nNov 24 10:00:04 mx1 a[1]: 4\n"
		"Nov 24 10:00:03 mx1 a[1]: 3, late\nno stamp\nNov 24 10:00:06 mx1 a[1]: 6\n");
	put_text("mx2.log",
		"2026-11-24T10:00:02.5+00:00 mx2 a[1]: 2\n2026-11-24T10:00:05Z mx2 a[1]: 5\n");
	expect_reading(&now_utc, names, 2,
		"2026-11-24 10:00:00 1\n2026-11-24 10:00:02 2\n2026-11-24 10:00:04 4\n"
		"2026-11-24 10:00:03 3, late\n2026-11-24 10:00:03 no stamp\n2026-11-24 10:00:05 5\n"
		"2026-11-24 10:00:06 6\n");
}

static void
test_log_gives_lines_of_several_files_once(void **state)
{
	static const char *const names[][3] = { { "mail.log", "syslog", "copy" },
		{ "copy", "syslog", "mail.log" } };
	struct buf got = BUF_INIT;
	uint64_t doubles = 0;

	(void)state;
	put_text("mail.log",
		"Nov 24 10:00:00 mx1 a[1]: x\nNov 24 10:00:00 mx1 a[1]: x\nNov 24 10:00:00 mx1 a[1]: y\n");
	put_text("syslog",
		"Nov 24 10:00:00 mx1 cron[1]: c\nNov 24 10:00:00 mx1 a[1]: x\n"
		"Nov 24 10:00:00 mx1 a[1]: x\nNov 24 10:00:00 mx1 a[1]: y\nNov 24 10:00:09 mx1 a[1]: z\n");
	put_text("copy", "Nov 24 10:00:00 mx1 a[1]: y\nNov 24 10:00:09 mx1 a[1]: z\n");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct log *log = open_log(&now_utc, names[i], 3);

		read_all(log, &got);
		assert_int_equal(got.n, 4 * 22 + 22); /* x x y c z */
		doubles = 0;
		for (size_t k = 0; k < log_files(log); k++)
			doubles += log_file(log, k)->double_lines;
		assert_int_equal(doubles, 5);
		log_free(log);
	}
	buf_clear(&got);
}

/* Numbers that are the same in every run. */
static unsigned
draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

#define PIECES 4

/* Cut text into rotated files that overlap at random, plain or packed, and name them in any order. */
static void
put_pieces(struct span text, unsigned *seed, char names[PIECES][32])
{
	const char *line_ends[PIECES + 1] = { text.p };
	unsigned lines = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	for (size_t i = 1; i <= PIECES; i++) {
		const char *p = line_ends[i - 1];

		for (unsigned n = 1 + draw(seed, lines / PIECES); n > 0 && p < text.p + text.n; n--)
			p = (const char *)memchr(p, '\n', (size_t)(text.p + text.n - p)) + 1;
		line_ends[i] = i == PIECES ? text.p + text.n : p;
	}
	for (size_t i = 0; i < PIECES; i++) {
		const char *begin = line_ends[i > 0 && draw(seed, 2) ? i - 1 : i];
		struct span piece = { begin, (size_t)(line_ends[i + 1] - begin) };
		size_t place = draw(seed, (unsigned)i + 1);

		snprintf(names[i], 32, "%s", names[place]);
		snprintf(names[place], 32, "mail.log.%zu", PIECES - i);
		if (draw(seed, 2)) {
			struct buf packed = pack("gzip", piece);

			scratch_put_at(names[place], buf_span(&packed), NOW);
			buf_clear(&packed);
		} else {
			scratch_put_at(names[place], piece, NOW);
		}
	}
}

static void
read_files(const char *const *names, size_t n, struct buf *out)
{
	struct log *log = open_log(&now_utc, names, n);

	read_all(log, out);
	log_free(log);
}

/* Rotated, copied, packed and named in any order: the lines of the whole, each once. */
static void
test_log_gives_any_split_as_the_whole(void **state)
{
	static const char *const whole_name = "whole";
	struct buf text = BUF_INIT;
	struct buf whole = BUF_INIT;
	struct buf got = BUF_INIT;
	unsigned seed = 1;

	(void)state;
	/*
	 * Four different lines a second. Of two that are the same, a cut between them would leave
	 * one: no verdict may rest on how often a line stands there.
	 */
	for (unsigned i = 0; i < 400; i++)
		buf_addf(&text, "Nov 24 10:%02u:%02u mx1 a[1]: %u\n", i / 240, i / 4 % 60, i);
	scratch_put_at("whole", buf_span(&text), NOW);
	read_files(&whole_name, 1, &whole);
	for (int round = 0; round < 50; round++) {
		char names[PIECES][32];
		const char *pointers[PIECES];
		unsigned before = seed;

		put_pieces(buf_span(&text), &seed, names);
		for (size_t i = 0; i < PIECES; i++)
			pointers[i] = names[i];
		read_files(pointers, PIECES, &got);
		if (!span_eq(buf_span(&got), buf_span(&whole))) {
			print_error("seed %u: %zu bytes, not %zu\n", before, got.n, whole.n);
			fail();
		}
	}
	buf_clear(&text);
	buf_clear(&whole);
	buf_clear(&got);
}

static void
test_log_passes_over_a_file_added_twice(void **state)
{
	static const char *const names[][2] = { { "mail.log", "linked.log" },
		{ "linked.log", "mail.log" } };

	(void)state;
	put_text("mail.log", "Nov 24 10:00:00 mx1 a[1]: x\n");
	assert_int_equal(symlink("mail.log", "linked.log"), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct log *log = open_log(&now_utc, names[i], 2);

		assert_int_equal(log_files(log), 1);
		/* What is shown must not depend on the order either. */
		assert_string_equal(log_file(log, 0)->path, "linked.log");
		log_free(log);
	}
}

static void
test_log_refuses_what_is_no_file(void **state)
{
	struct log *log = log_new(&now_utc);
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(log_add(log, "missing", &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_string_equal(err.text, "cannot open 'missing': No such file or directory");
	assert_int_equal(log_add(log, "/", &err), -1);
	assert_int_equal(err.kind, ERROR_INPUT);
	log_free(log);
}

static void
test_log_reads_every_compression(void **state)
{
	static const char *const rows[][2] = { { "gzip", "gz" }, { "bzip2", "bz2" }, { "xz", "xz" },
		{ "zstd", "zst" }, { "lz4", "lz4" } };
	struct buf text = many_lines(20000);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const names[] = { rows[i][1] };
		struct buf packed = pack(rows[i][0], buf_span(&text));
		struct buf again = pack(rows[i][0], SPAN("Nov 24 23:59:59 mx1 a[1]: appended\n"));
		struct buf got = BUF_INIT;
		struct log *log;

		/* logrotate appends: a stream of two members. */
		buf_add(&packed, buf_span(&again));
		scratch_put_at(names[0], buf_span(&packed), NOW);
		log = open_log(&now_utc, names, 1);
		read_all(log, &got);
		assert_string_equal(log_file(log, 0)->format, rows[i][1]);
		assert_string_equal(log_file(log, 0)->problem, "");
		assert_int_equal(log_file(log, 0)->lines, 20001);
		assert_true(span_ends(buf_span(&got), SPAN("23:59:59 appended\n")));
		log_free(log);
		buf_clear(&got);
		buf_clear(&again);
		buf_clear(&packed);
	}
	buf_clear(&text);
}

static void
test_log_keeps_what_came_before_a_cut(void **state)
{
	static const char *const rows[][2] = { { "gzip", "cut.gz" }, { "bzip2", "cut.bz2" },
		{ "xz", "cut.xz" }, { "zstd", "cut.zst" }, { "lz4", "cut.lz4" } };
	struct buf text = many_lines(60000);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const names[] = { rows[i][1] };
		struct buf packed = pack(rows[i][0], buf_span(&text));
		struct buf got = BUF_INIT;
		char want[64];
		struct log *log;

		scratch_put_at(names[0], span_first(buf_span(&packed), packed.n / 2), NOW);
		log = open_log(&now_utc, names, 1);
		read_all(log, &got);
		snprintf(want, sizeof(want), "'%s' breaks off: ", names[0]);
		assert_true(span_starts(span_of(log_file(log, 0)->problem), span_of(want)));
		assert_true(log_file(log, 0)->damaged);
		/* bzip2 has blocks of 900 KB, of which only whole ones can be kept. */
		assert_in_range(log_file(log, 0)->lines, 10000, 50000);
		assert_int_equal(log_file(log, 0)->understood, log_file(log, 0)->lines);
		log_free(log);
		buf_clear(&got);
		buf_clear(&packed);
	}
	buf_clear(&text);
}

static void
test_log_keeps_every_whole_line_of_a_short_gz(void **state)
{
	static const char *const names[] = { "short.gz" };
	struct buf text = many_lines(100);
	struct buf packed = pack("gzip", buf_span(&text));
	struct buf got = BUF_INIT;
	struct log *log;

	(void)state;
	scratch_put_at(names[0], span_first(buf_span(&packed), packed.n * 3 / 4), NOW);
	log = open_log(&now_utc, names, 1);
	read_all(log, &got);
	assert_in_range(log_file(log, 0)->lines, 60, 99);
	log_free(log);
	buf_clear(&got);
	buf_clear(&packed);
	buf_clear(&text);
}

static void
test_log_cuts_and_counts_long_lines(void **state)
{
	static const char *const names[] = { "long.log" };
	struct buf text = BUF_INIT;
	struct buf got = BUF_INIT;
	struct log *log;

	(void)state;
	buf_add(&text, SPAN("Nov 24 10:00:00 mx1 a[1]: "));
	buf_add_repeat(&text, 'x', 2000000);
	buf_add(&text, SPAN("\nNov 24 10:00:01 mx1 a[1]: after\nNov 24 10:00:02 mx1 a[1]: "));
	buf_add_repeat(&text, 'y', LOG_LINE_MAX - 26);
	scratch_put_at(names[0], buf_span(&text), NOW);
	log = open_log(&now_utc, names, 1);
	read_all(log, &got);
	assert_int_equal(log_file(log, 0)->cut, 1);
	assert_int_equal(log_file(log, 0)->lines, 3);
	assert_true(span_has(buf_span(&got), SPAN("10:00:01 after\n")));
	assert_int_equal(got.n, LOG_LINE_MAX - 26 + 21 + 26 + LOG_LINE_MAX - 26 + 21);
	log_free(log);
	buf_clear(&got);
	buf_clear(&text);
}

static void
test_log_reads_empty_and_foreign_files(void **state)
{
	static const char *const names[] = { "empty", "foreign" };
	struct log *log;
	struct line line;

	(void)state;
	put_text("empty", "");
	scratch_put_at("foreign", (struct span){ "\0\xff\xfe binary \x01\n\n\0\0\n", 18 }, NOW);
	log = open_log(&now_utc, names, 2);
	assert_int_equal(log_next(log, &line), LOG_LINE);
	assert_int_equal(line.when, INSTANT_NONE);
	assert_false(line.own_stamp);
	assert_int_equal(log_next(log, &line), LOG_END);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(log_file(log, i)->understood, 0);
		assert_true(log_file(log, i)->first == INSTANT_NONE);
	}
	assert_string_equal(log_file(log, 1)->sample, "\\x00\\xFF\\xFE binary \\x01");
	log_free(log);
}

static void
test_log_finds_years(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		int64_t written;
		int year;
		const char *want;
	} rows[] = {
		{ "mail.log", "Dec 31 23:59:59 m a[1]: x\nJan  1 00:00:01 m a[1]: y\n", NOW, 0,
			"2025-12-31 23:59:59 x\n2026-01-01 00:00:01 y\n" },
		{ "maillog-20211226", "Dec 20 10:00:00 m a[1]: x\n", NOW, 0,
			"2021-12-20 10:00:00 x\n" },
		{ "leap", "Feb 29 10:00:00 m a[1]: x\n", NOW, 0, "2024-02-29 10:00:00 x\n" },
		{ "given", "Dec 31 23:59:59 m a[1]: x\nJan  1 00:00:01 m a[1]: y\n", NOW, 2020,
			"2019-12-31 23:59:59 x\n2020-01-01 00:00:01 y\n" },
		{ "mixed",
			"Nov 20 10:00:00 m a[1]: x\n2023-11-20T11:00:00Z m a[1]: y\nNov 21 10:00:00 m a[1]: z\n",
			NOW, 0,
			"2023-11-20 10:00:00 x\n2023-11-20 11:00:00 y\n2023-11-21 10:00:00 z\n" },
		{ "unpacked", "Nov 20 10:00:00 m a[1]: x\n", 0, 0, "2026-11-20 10:00:00 x\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct log_options options = now_utc;
		const char *const names[] = { rows[i].name };

		options.year = rows[i].year;
		scratch_put_at(rows[i].name, span_of(rows[i].text), rows[i].written);
		expect_reading(&options, names, 1, rows[i].want);
	}
}

/* The head that is looked at first does not reach the New Year: the whole must be read again. */
static void
test_log_restarts_with_a_better_year(void **state)
{
	static const char *const names[] = { "year.log", "other.log" };
	struct buf text = BUF_INIT;
	struct buf got = BUF_INIT;
	struct line line;
	struct log *log;
	enum log_answer answer;
	int restarts = 0;
	uint64_t lines = 0;

	(void)state;
	for (int month = 0; month < 16; month++) {
		for (int i = 0; i < 1000; i++)
			buf_addf(&text, "%.3s 15 10:00:00 mx1 a[1]: %0200d\n",
				&"JanFebMarAprMayJunJulAugSepOctNovDec"[month % 12 * 3], i);
	}
	scratch_put_at(names[0], buf_span(&text), NOW - 200 * INSTANT_DAY);
	put_text(names[1], "2025-01-16T10:00:00Z mx1 a[1]: other\n");
	log = open_log(&now_utc, names, 2);
	while ((answer = log_next(log, &line)) != LOG_END) {
		restarts += answer == LOG_RESTART;
		lines = answer == LOG_RESTART ? 0 : lines + 1;
	}
	assert_int_equal(restarts, 1);
	assert_int_equal(lines, 16001);
	instant_rfc3339(&got, log_file(log, 0)->first, true);
	buf_add_char(&got, ' ');
	instant_rfc3339(&got, log_file(log, 0)->last, true);
	assert_string_equal(buf_str(&got), "2025-01-15T10:00:00Z 2026-04-15T10:00:00Z");
	assert_int_equal(log_file(log, 0)->lines, 16000);
	assert_false(log_file(log, 0)->year_doubtful);
	log_free(log);
	buf_clear(&got);
	buf_clear(&text);
}

/* Summer and winter by turns, over more years than anyone keeps: a doubt, not an endless search. */
static void
test_log_doubts_years_that_cannot_be(void **state)
{
	static const char *const names[] = { "turns.log" };
	struct buf text = BUF_INIT;
	struct buf got = BUF_INIT;
	struct log *log;

	(void)state;
	for (int i = 0; i < 400; i++)
		buf_addf(&text, "%s 15 10:00:00 mx1 a[1]: %d\n", i % 2 ? "Jan" : "Jul", i);
	scratch_put_at(names[0], buf_span(&text), NOW);
	log = open_log(&now_utc, names, 1);
	read_all(log, &got);
	assert_int_equal(log_file(log, 0)->lines, 400);
	assert_true(log_file(log, 0)->year_doubtful);
	log_free(log);
	buf_clear(&text);
	buf_clear(&got);
}

/* Standard input can be read once only. */
static void
test_log_reads_a_pipe(void **state)
{
	static const char *const names[] = { "-" };
	int ends[2];
	int saved = dup(STDIN_FILENO);
	struct log *log;
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "Nov 20 10:00:00 m a[1]: x\n", 26), 26);
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	log = open_log(&now_utc, names, 1);
	read_all(log, &got);
	assert_string_equal(buf_str(&got), "2026-11-20 10:00:00 x\n");
	assert_string_equal(log_file(log, 0)->path, "standard input");
	assert_true(log_file(log, 0)->year_doubtful);
	log_free(log);
	buf_clear(&got);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(ends[0]);
}

static void
test_log_decides_a_doubled_hour_by_order(void **state)
{
	static const char *const names[] = { "dst.log" };
	struct log_options options = now_utc;

	(void)state;
	options.utc = false;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	put_text(names[0], "Oct 25 02:30:00 m a[1]: summer\nOct 25 02:59:59 m a[1]: summer\n"
			   "Oct 25 02:00:01 m a[1]: winter\nOct 25 03:00:00 m a[1]: winter\n");
	expect_reading(&options, names, 1,
		"2026-10-25 00:30:00 summer\n2026-10-25 00:59:59 summer\n"
		"2026-10-25 01:00:01 winter\n2026-10-25 02:00:00 winter\n");
	setenv("TZ", "UTC", 1);
	tzset();
}

static void
test_log_reads_journals_between_other_lines(void **state)
{
	static const char *const names[] = { "journal" };
	static const char binary[] = "MESSAGE\n\x07\0\0\0\0\0\0\0bi\nnary\n";
	struct buf text = BUF_INIT;

	(void)state;
	buf_add(&text,
		SPAN("__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795487352902786\n_HOSTNAME=mail\n"
		     "SYSLOG_IDENTIFIER=a\nMESSAGE=export\n\n"
		     "__CURSOR=s=2\n__REALTIME_TIMESTAMP=1795487353902786\nSYSLOG_IDENTIFIER=a\n"));
	buf_add(&text, (struct span){ binary, sizeof(binary) - 1 });
	buf_add(&text,
		SPAN("\n{\"__REALTIME_TIMESTAMP\":\"1795487354902786\",\"MESSAGE\":\"json\"}\n"
		     "{\"log\":\"opendkim[1]: container\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-24T02:29:15Z\"}\n"
		     "Nov 24 02:29:16 mail a[1]: plain\n"
		     "__CURSOR=s=3\n__REALTIME_TIMESTAMP=1795487357902786\nMESSAGE=last"));
	scratch_put_at(names[0], buf_span(&text), NOW);
	expect_reading(&now_utc, names, 1,
		"2026-11-24 02:29:12 export\n2026-11-24 02:29:13 bi\nnary\n2026-11-24 02:29:14 json\n"
		"2026-11-24 02:29:15 container\n2026-11-24 02:29:16 plain\n2026-11-24 02:29:17 last\n");
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_log_orders_files_whatever_their_order),
		SCRATCH_TEST(test_log_orders_a_second_by_rotation),
		SCRATCH_TEST(test_log_merges_files_of_the_same_time),
		SCRATCH_TEST(test_log_gives_lines_of_several_files_once),
		SCRATCH_TEST(test_log_gives_any_split_as_the_whole),
		SCRATCH_TEST(test_log_passes_over_a_file_added_twice),
		SCRATCH_TEST(test_log_refuses_what_is_no_file),
		SCRATCH_TEST(test_log_reads_every_compression),
		SCRATCH_TEST(test_log_keeps_what_came_before_a_cut),
		SCRATCH_TEST(test_log_keeps_every_whole_line_of_a_short_gz),
		SCRATCH_TEST(test_log_cuts_and_counts_long_lines),
		SCRATCH_TEST(test_log_reads_empty_and_foreign_files),
		SCRATCH_TEST(test_log_finds_years),
		SCRATCH_TEST(test_log_restarts_with_a_better_year),
		SCRATCH_TEST(test_log_doubts_years_that_cannot_be),
		SCRATCH_TEST(test_log_reads_a_pipe),
		SCRATCH_TEST(test_log_decides_a_doubled_hour_by_order),
		SCRATCH_TEST(test_log_reads_journals_between_other_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
