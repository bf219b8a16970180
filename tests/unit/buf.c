#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

static void
test_buf_grows_and_stays_terminated(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	assert_string_equal(buf_str(&buf), "");
	buf_add(&buf, SPAN_NONE);
	assert_string_equal(buf_str(&buf), "");
	buf_add(&buf, SPAN("ab"));
	buf_add_char(&buf, 'c');
	buf_add_repeat(&buf, '-', 3);
	buf_add_repeat(&buf, '-', 0);
	buf_addf(&buf, "%d %s", 12, "x");
	assert_string_equal(buf_str(&buf), "abc---12 x");
	for (int i = 0; i < 1000; i++) {
		buf_addf(&buf, "%s", "0123456789");
		assert_int_equal(strlen(buf_str(&buf)), buf.n);
	}
	assert_int_equal(buf.n, 10010);
	buf_reset(&buf);
	assert_string_equal(buf_str(&buf), "");
	buf_clear(&buf);
	assert_null(buf.p);
}

/* One longer than what is free, as long, one shorter: each ends with its NUL. */
static void
test_buf_addf_fits_at_every_length(void **state)
{
	char text[200];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (int n = 0; n < (int)sizeof(text); n++) {
		struct buf buf = BUF_INIT;

		buf_addf(&buf, "%.*s", n, text);
		assert_int_equal(buf.n, n);
		assert_true(buf.p[n] == '\0');
		assert_true(buf.n < buf.capacity);
		buf_clear(&buf);
	}
}

static void
test_buf_holds_nul_bytes(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add(&buf, SPAN("a\0b"));
	assert_true(span_eq(buf_span(&buf), SPAN("a\0b")));
	buf_clear(&buf);
}

static void
test_buf_room_is_written_by_the_caller(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add(&buf, SPAN("a"));
	memset(buf_room(&buf, 500), 'b', 500);
	buf.n += 500;
	assert_int_equal(strlen(buf_str(&buf)), 501);
	buf_clear(&buf);
}

/* A file of `size` bytes that is read from its beginning. */
static int
file_of(size_t size)
{
	char name[] = "/tmp/dkimwhy-buf-XXXXXX";
	int fd = mkstemp(name);
	struct buf bytes = BUF_INIT;

	assert_true(fd >= 0);
	unlink(name);
	buf_add_repeat(&bytes, 'x', size);
	assert_int_equal(write(fd, bytes.p, size), size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	buf_clear(&bytes);
	return fd;
}

static void
test_buf_read_all_stops_at_its_limit(void **state)
{
	static const struct {
		size_t size, max;
		int rc;
	} rows[] = {
		{ 0, 0, 0 },
		{ 0, 10, 0 },
		{ 10, 10, 0 },
		{ 11, 10, -1 },
		{ 1, 0, -1 },
		{ 200000, 200000, 0 },
		{ 200000, 199999, -1 },
		{ 65536, SIZE_MAX, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf buf = BUF_INIT;
		struct error err = ERROR_INIT;
		int fd = file_of(rows[i].size);
		size_t kept = rows[i].rc == 0 ? rows[i].size : rows[i].max;

		buf_add(&buf, SPAN("kept "));
		if (buf_read_all(&buf, fd, rows[i].max, &err) != rows[i].rc || buf.n != 5 + kept) {
			print_error("%zu bytes, at most %zu\n", rows[i].size, rows[i].max);
			fail();
		}
		assert_int_equal(err.kind, rows[i].rc == 0 ? ERROR_NONE : ERROR_LIMIT);
		assert_int_equal(strlen(buf_str(&buf)), buf.n);
		close(fd);
		buf_clear(&buf);
	}
}

static void
test_buf_read_all_tells_why_it_failed(void **state)
{
	struct buf buf = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(buf_read_all(&buf, -1, 10, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	error_within(&err, "key '%s'", "mail.private");
	assert_true(span_starts(span_of(err.text), SPAN("key 'mail.private': cannot read: ")));
	assert_true(span_ends(span_of(err.text), span_of(strerror(EBADF))));
	buf_clear(&buf);
}

static void
test_buf_write_all_writes_all_or_tells_why(void **state)
{
	struct buf buf = BUF_INIT, back = BUF_INIT;
	struct error err = ERROR_INIT;
	int fd = file_of(0);

	(void)state;
	buf_add_repeat(&buf, 'x', 200000);
	assert_int_equal(buf_write_all(buf_span(&buf), fd, &err), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(buf_read_all(&back, fd, SIZE_MAX, &err), 0);
	assert_true(span_eq(buf_span(&back), buf_span(&buf)));
	close(fd);
	assert_int_equal(buf_write_all(buf_span(&buf), -1, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_int_equal(buf_write_all(SPAN_NONE, -1, &err), 0);
	buf_clear(&buf);
	buf_clear(&back);
}

/* A context longer than the message's room cuts the message and stays in bounds. */
static void
test_error_texts_are_cut_not_overrun(void **state)
{
	struct buf name = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_repeat(&name, 'n', 600);
	assert_int_equal(error_set(&err, ERROR_INPUT, "bad '%s'", buf_str(&name)), -1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(error_within(&err, "in '%s'", "a"), -1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_int_equal(err.kind, ERROR_INPUT);
	errno = ENOENT;
	assert_int_equal(error_system(&err, "cannot open '%s'", buf_str(&name)), -1);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	buf_clear(&name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_grows_and_stays_terminated),
		cmocka_unit_test(test_buf_addf_fits_at_every_length),
		cmocka_unit_test(test_buf_holds_nul_bytes),
		cmocka_unit_test(test_buf_room_is_written_by_the_caller),
		cmocka_unit_test(test_buf_read_all_stops_at_its_limit),
		cmocka_unit_test(test_buf_read_all_tells_why_it_failed),
		cmocka_unit_test(test_buf_write_all_writes_all_or_tells_why),
		cmocka_unit_test(test_error_texts_are_cut_not_overrun),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
