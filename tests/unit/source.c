#include "parser/source.h"

#include "base/buf.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int
open_text(struct span text)
{
	int fd;

	scratch_put_at("input", text, instant_now());
	fd = open("input", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void
test_source_gives_lines(void **state)
{
	static const struct {
		struct span text;
		const char *want; /* each line behind a | */
	} rows[] = {
		{ { "", 0 }, "" },
		{ { "a", 1 }, "|a" },
		{ { "a\n", 2 }, "|a" },
		{ { "a\n\n", 3 }, "|a|" },
		{ { "\n\nb", 3 }, "|||b" },
		{ { "a\r\nb\r\n", 6 }, "|a\r|b\r" },
		{ { "short", 5 }, "|short" },
		/* What begins as a compressed file does, and is too short to be one, is text. */
		{ { "BZh", 3 }, "|BZh" },
		{ { "BZh9 is no bzip2\n", 17 }, "|BZh9 is no bzip2" },
	};
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int fd = open_text(rows[i].text);
		struct source *source = source_new(fd, SOURCE_BUFFER_SMALL);
		struct error err = ERROR_INIT;
		struct span line;
		bool cut;

		buf_reset(&got);
		buf_add(&got, SPAN(""));
		while (source_line(source, &line, &cut, &err) > 0)
			buf_addf(&got, "|%.*s", SPAN_ARGS(line));
		buf_add_char(&got, '\0');
		if (strcmp(buf_str(&got), rows[i].want) != 0 || err.kind != ERROR_NONE) {
			print_error("row %zu: '%s'\n", i, buf_str(&got));
			fail();
		}
		assert_string_equal(source_format(source), "plain");
		assert_true(source_mtime(source) == INSTANT_NONE);
		source_free(source);
		close(fd);
	}
	buf_clear(&got);
}

/* Around the longest line there is, and around the buffer's end. */
static void
test_source_cuts_long_lines(void **state)
{
	static const struct {
		size_t n;
		bool cut;
	} rows[] = { { SOURCE_LINE_MAX - 1, false }, { SOURCE_LINE_MAX, false },
		{ SOURCE_LINE_MAX + 1, true }, { SOURCE_LINE_MAX + 2, true },
		{ SOURCE_BUFFER_SMALL - 1, true }, { SOURCE_BUFFER_SMALL, true },
		{ SOURCE_BUFFER_SMALL + 1, true }, { 10 * SOURCE_BUFFER_SMALL + 7, true } };

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		size_t n = rows[i / 2].n;
		bool newline = i % 2;
		struct buf text = BUF_INIT;
		struct error err = ERROR_INIT;
		struct source *source;
		struct span line;
		bool cut;
		int fd;

		buf_add(&text, SPAN("before\n"));
		buf_add_repeat(&text, 'x', n);
		if (newline)
			buf_add(&text, SPAN("\nafter"));
		fd = open_text(buf_span(&text));
		source = source_new(fd, SOURCE_BUFFER_SMALL);
		assert_int_equal(source_line(source, &line, &cut, &err), 1);
		assert_int_equal(source_line(source, &line, &cut, &err), 1);
		if (cut != rows[i / 2].cut || line.n != (cut ? SOURCE_LINE_MAX : n)) {
			print_error("%zu bytes: %d %zu\n", n, cut, line.n);
			fail();
		}
		assert_int_equal(source_line(source, &line, &cut, &err), newline);
		if (newline)
			assert_true(span_eq(line, SPAN("after")) && !cut);
		assert_int_equal(source_line(source, &line, &cut, &err), 0);
		source_free(source);
		close(fd);
		buf_clear(&text);
	}
}

/* A writer that hands over byte after byte. */
static void
test_source_reads_a_pipe_byte_by_byte(void **state)
{
	static const char text[] = "one\ntwo\nthree";
	struct error err = ERROR_INIT;
	struct source *source;
	struct span line;
	size_t at = 0;
	bool cut;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	if (fork() == 0) {
		for (size_t i = 0; i < sizeof(text) - 1; i++)
			(void)!write(ends[1], text + i, 1);
		_exit(0);
	}
	close(ends[1]);
	source = source_new(ends[0], SOURCE_BUFFER_SMALL);
	/* Looking takes nothing. */
	assert_true(source_peek(source, &at, &line));
	assert_true(span_eq(line, SPAN("one")));
	assert_int_equal(source_line(source, &line, &cut, &err), 1);
	assert_true(span_eq(line, SPAN("one")));
	assert_int_equal(source_line(source, &line, &cut, &err), 1);
	assert_true(span_eq(line, SPAN("two")));
	assert_int_equal(source_line(source, &line, &cut, &err), 1);
	assert_true(span_eq(line, SPAN("three")));
	assert_int_equal(source_line(source, &line, &cut, &err), 0);
	source_free(source);
	close(ends[0]);
}

static void
test_source_takes_bytes_between_lines(void **state)
{
	struct error err = ERROR_INIT;
	int fd = open_text(SPAN("MESSAGE\nab\ncd\nnext\n"));
	struct source *source = source_new(fd, SOURCE_BUFFER_SMALL);
	struct span line;
	char bytes[5];
	bool cut;

	(void)state;
	assert_int_equal(source_line(source, &line, &cut, &err), 1);
	assert_true(source_bytes(source, bytes, sizeof(bytes), &err));
	assert_memory_equal(bytes, "ab\ncd", 5);
	assert_true(source_bytes(source, NULL, 1, &err));
	assert_int_equal(source_line(source, &line, &cut, &err), 1);
	assert_true(span_eq(line, SPAN("next")));
	assert_false(source_bytes(source, NULL, (size_t)-1, &err));
	source_free(source);
	close(fd);
}

static void
test_source_says_that_it_cannot_read(void **state)
{
	struct error err = ERROR_INIT;
	int fd = open(".", O_RDONLY | O_CLOEXEC);
	struct source *source = source_new(fd, SOURCE_BUFFER_SMALL);
	struct span line;
	size_t at = 0;
	bool cut;

	(void)state;
	assert_false(source_peek(source, &at, &line));
	assert_int_equal(source_line(source, &line, &cut, &err), -1);
	assert_string_equal(err.text, "cannot read on: Is a directory");
	assert_int_equal(source_line(source, &line, &cut, &err), 0);
	source_free(source);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_source_gives_lines),
		SCRATCH_TEST(test_source_cuts_long_lines),
		cmocka_unit_test(test_source_reads_a_pipe_byte_by_byte),
		SCRATCH_TEST(test_source_takes_bytes_between_lines),
		cmocka_unit_test(test_source_says_that_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
