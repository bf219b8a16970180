#include "parser/unpack.h"

#include "base/buf.h"
#include "base/instant.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define TEXT "Nov 24 10:00:00 mx1 a[1]: x\n"

/* TEXT, packed by the program of each format; the gz with the name and time of a file. */
/* clang-format off */
static const struct {
	const char *format;
	struct span bytes;
} packed[] = {
	{ "gz",
		{ "\x1f\x8b\x08\x08\x2a\x9f\x05\x6b\x02\x03\x6f\x6e\x65\x00\xf3\xcb\x2f\x53\x30\x32"
		  "\x51\x30\x34\xb0\x32\x00\x21\x85\xdc\x0a\x43\x85\xc4\x68\xc3\x58\x2b\x85\x0a\x2e"
		  "\x00\xc3\x64\xd0\x59\x1c\x00\x00\x00", 49 } },
	{ "bz2",
		{ "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xec\x0a\x2a\xf3\x00\x00\x09\xdf\x80\x00"
		  "\x10\x40\x00\x74\x10\x00\x01\x00\x0a\x20\x02\x81\x40\x20\x00\x31\x4c\x00\x01\x13"
		  "\xd2\x36\xa6\x9a\x69\xea\x22\x89\x90\x18\x3c\x6e\x87\x3a\x5a\xae\x4b\x5a\x75\xf1"
		  "\x77\x24\x53\x85\x09\x0e\xc0\xa2\xaf\x30", 70 } },
	{ "xz",
		{ "\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00"
		  "\x74\x2f\xe5\xa3\x01\x00\x1b\x4e\x6f\x76\x20\x32\x34\x20\x31\x30\x3a\x30\x30\x3a"
		  "\x30\x30\x20\x6d\x78\x31\x20\x61\x5b\x31\x5d\x3a\x20\x78\x0a\x00\x03\xe1\xbe\xa9"
		  "\x16\xd0\xfb\x4e\x00\x01\x34\x1c\x93\x1a\xad\x8f\x1f\xb6\xf3\x7d\x01\x00\x00\x00"
		  "\x00\x04\x59\x5a", 84 } },
	{ "zst",
		{ "\x28\xb5\x2f\xfd\x24\x1c\xe1\x00\x00\x4e\x6f\x76\x20\x32\x34\x20\x31\x30\x3a\x30"
		  "\x30\x3a\x30\x30\x20\x6d\x78\x31\x20\x61\x5b\x31\x5d\x3a\x20\x78\x0a\x6e\x08\xc6"
		  "\xb6", 41 } },
	{ "lz4",
		{ "\x04\x22\x4d\x18\x64\x40\xa7\x1c\x00\x00\x80\x4e\x6f\x76\x20\x32\x34\x20\x31\x30"
		  "\x3a\x30\x30\x3a\x30\x30\x20\x6d\x78\x31\x20\x61\x5b\x31\x5d\x3a\x20\x78\x0a\x00"
		  "\x00\x00\x00\x74\x93\xc1\x35", 47 } },
};
/* clang-format on */

static void
test_unpack_tells_formats_by_their_first_bytes(void **state)
{
	static const struct {
		struct span head;
		const char *format; /* NULL: none */
	} rows[] = {
		{ { "\x1f\x8b\x08\x00", 4 }, "gz" },
		{ { "\x1f\x8b", 2 }, "gz" },
		{ { "\x1f", 1 }, NULL },
		{ { "BZh91AY", 7 }, "bz2" },
		{ { "BZh9\x17\x72\x45", 7 }, "bz2" }, /* an empty one */
		{ { "BZh01AY", 7 }, NULL },
		{ { "BZhello", 7 }, NULL },
		{ { "BZh9", 4 }, NULL },
		{ { "\xfd"
		    "7zXZ\0",
			  6 },
			"xz" },
		{ { "\xfd"
		    "7zXZ",
			  5 },
			NULL },
		{ { "\x28\xb5\x2f\xfd", 4 }, "zst" },
		{ { "\x04\x22\x4d\x18", 4 }, "lz4" },
		{ { "Nov 24 10:00:00 mx1", 19 }, NULL },
		{ { "PK\x03\x04", 4 }, NULL },
		{ { "", 0 }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *got = unpack_format(rows[i].head);

		if ((got == NULL) != (rows[i].format == NULL) ||
			(got && strcmp(got, rows[i].format) != 0)) {
			print_error("row %zu: %s\n", i, got ? got : "none");
			fail();
		}
	}
}

typedef struct unpack *opener(int fd, struct span head, struct error *err);

/* Everything in bytes, of which the first `head` were read already. */
static int
unpack_by(opener *open_packed, struct span bytes, size_t head, size_t step, struct buf *out,
	struct error *err)
{
	struct unpack *unpack;
	ssize_t n;
	int fd;

	scratch_put_at("packed", bytes, instant_now());
	fd = open("packed", O_RDONLY | O_CLOEXEC);
	assert_true(lseek(fd, (off_t)head, SEEK_SET) == (off_t)head);
	buf_reset(out);
	unpack = open_packed(fd, span_first(bytes, head), err);
	if (!unpack) {
		close(fd);
		return -1;
	}
	do {
		n = unpack_read(unpack, buf_room(out, step), step, err);
		out->n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	unpack_free(unpack);
	close(fd);
	return (int)n;
}

/* The same, and by zlib alone where it is a gz: in bytes and words both are one. */
static int
unpack_all(struct span bytes, size_t head, size_t step, struct buf *out, struct error *err)
{
	struct buf plain = BUF_INIT;
	struct error plain_err = ERROR_INIT;
	int plain_rc = unpack_by(unpack_new_plain, bytes, head, step, &plain, &plain_err);
	int rc;

	*err = (struct error)ERROR_INIT;
	rc = unpack_by(unpack_new, bytes, head, step, out, err);
	if (rc != plain_rc || !span_eq(buf_span(out), buf_span(&plain)) ||
		strcmp(err->text, plain_err.text) != 0) {
		print_error("%zu bytes, %d '%s'; by zlib %zu, %d '%s'\n", out->n, rc, err->text,
			plain.n, plain_rc, plain_err.text);
		fail();
	}
	buf_clear(&plain);
	return rc;
}

static void
test_unpack_takes_the_head_and_steps_of_any_size(void **state)
{
	struct buf got = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(packed); i++) {
		for (size_t head = 6; head <= packed[i].bytes.n; head++) {
			for (size_t step = 1; step <= 64; step *= 8) {
				int rc = unpack_all(packed[i].bytes, head, step, &got, &err);

				if (rc != 0 || !span_eq(buf_span(&got), SPAN(TEXT))) {
					print_error("%s, %zu, %zu: '%s'\n", packed[i].format, head,
						step, err.text);
					fail();
				}
			}
		}
	}
	buf_clear(&got);
}

/* Cut anywhere: what came before, and of gz an error, too. */
static void
test_unpack_gives_what_came_before_a_cut(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(packed); i++) {
		for (size_t n = 6; n < packed[i].bytes.n; n++) {
			struct error err = ERROR_INIT;
			int rc = unpack_all(span_first(packed[i].bytes, n), 6, 64, &got, &err);

			if (!span_starts(SPAN(TEXT), buf_span(&got)) ||
				(rc == 0 && !span_eq(buf_span(&got), SPAN(TEXT))) ||
				(i == 0 && strcmp(err.text, "truncated gzip input") != 0)) {
				print_error("%s cut to %zu: %d '%s'\n", packed[i].format, n, rc,
					err.text);
				fail();
			}
		}
	}
	buf_clear(&got);
}

/* With any byte changed: an end or an error, and not much more than was in it. */
static void
test_unpack_survives_damage(void **state)
{
	struct buf got = BUF_INIT;
	struct buf bad = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(packed); i++) {
		for (size_t n = 0; n < packed[i].bytes.n; n++) {
			struct error err = ERROR_INIT;

			buf_reset(&bad);
			buf_add(&bad, packed[i].bytes);
			bad.p[n] = (char)(bad.p[n] ^ 0x55);
			(void)unpack_all(buf_span(&bad), 6, 64, &got, &err);
			assert_in_range(got.n, 0, 100000);
		}
	}
	buf_clear(&got);
	buf_clear(&bad);
}

static void
test_unpack_reads_members_and_padding(void **state)
{
	static const struct {
		struct span behind;
		size_t lines;
		int rc;
	} rows[] = { { { "\0\0\0\0", 4 }, 1, 0 }, { { "garbage", 7 }, 1, 0 },
		/* The beginning of a member that is not all there. */
		{ { "\x1f\x8b\x08", 3 }, 1, -1 } };
	struct buf text = BUF_INIT;
	struct buf got = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	buf_add(&text, packed[0].bytes);
	buf_add(&text, packed[0].bytes);
	assert_int_equal(unpack_all(buf_span(&text), 6, 64, &got, &err), 0);
	assert_int_equal(got.n, 2 * 28);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&text);
		buf_add(&text, packed[0].bytes);
		buf_add(&text, rows[i].behind);
		if (unpack_all(buf_span(&text), 6, 64, &got, &err) != rows[i].rc ||
			got.n != rows[i].lines * 28) {
			print_error("row %zu: %zu bytes, '%s'\n", i, got.n, err.text);
			fail();
		}
	}
	buf_clear(&text);
	buf_clear(&got);
}

/* RFC 1952: the time of what was packed; 0 says nothing. */
static void
test_unpack_knows_when_a_gz_was_written(void **state)
{
	struct error err = ERROR_INIT;
	struct span bytes = packed[0].bytes;
	struct buf timeless = BUF_INIT;
	struct unpack *unpack;

	(void)state;
	unpack = unpack_new(-1, bytes, &err);
	assert_true(unpack_mtime(unpack) == INT64_C(0x6b059f2a) * INSTANT_SECOND);
	unpack_free(unpack);
	buf_add(&timeless, bytes);
	memset(timeless.p + 4, 0, 4);
	unpack = unpack_new(-1, buf_span(&timeless), &err);
	assert_true(unpack_mtime(unpack) == INSTANT_NONE);
	unpack_free(unpack);
	buf_clear(&timeless);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unpack_tells_formats_by_their_first_bytes),
		SCRATCH_TEST(test_unpack_takes_the_head_and_steps_of_any_size),
		SCRATCH_TEST(test_unpack_gives_what_came_before_a_cut),
		SCRATCH_TEST(test_unpack_survives_damage),
		SCRATCH_TEST(test_unpack_reads_members_and_padding),
		cmocka_unit_test(test_unpack_knows_when_a_gz_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
