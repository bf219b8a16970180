#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
expect(struct span row, const struct buf *got, const char *want)
{
	if (!span_eq(buf_span(got), span_of(want)))
		print_error("'%.*s': got '%s', not '%s'\n", SPAN_ARGS(row), buf_str(got), want);
	assert_true(span_eq(buf_span(got), span_of(want)));
}

static void
test_utf8_next_takes_only_well_formed_sequences(void **state)
{
	static const struct {
		struct span bytes;
		uint32_t code;
		size_t len;
		bool valid;
	} rows[] = {
		{ { "a", 1 }, 'a', 1, true },
		{ { "\0", 1 }, 0, 1, true },
		{ { "\xc3\xa4", 2 }, 0xe4, 2, true },
		{ { "\xe6\x97\xa5", 3 }, 0x65e5, 3, true },
		{ { "\xf0\x9f\x93\xa7", 4 }, 0x1f4e7, 4, true },
		{ { "\xf4\x8f\xbf\xbf", 4 }, 0x10ffff, 4, true },
		{ { "\xef\xbf\xbd", 3 }, 0xfffd, 3, true },
		{ { "\x80", 1 }, 0xfffd, 1, false },         /* nothing before it */
		{ { "\xc0\x80", 2 }, 0xfffd, 1, false },     /* overlong NUL */
		{ { "\xe0\x80\xaf", 3 }, 0xfffd, 1, false }, /* overlong slash */
		{ { "\xf0\x80\x80\xaf", 4 }, 0xfffd, 1, false },
		{ { "\xed\xa0\x80", 3 }, 0xfffd, 1, false },     /* surrogate */
		{ { "\xf4\x90\x80\x80", 4 }, 0xfffd, 1, false }, /* beyond the last one */
		{ { "\xf8\x88\x80\x80\x80", 5 }, 0xfffd, 1, false },
		{ { "\xff", 1 }, 0xfffd, 1, false },
		{ { "\xe6\x97", 2 }, 0xfffd, 1, false }, /* cut off */
		{ { "\xc3(", 2 }, 0xfffd, 1, false },
		{ { "", 0 }, 0xfffd, 0, false },
		{ { NULL, 0 }, 0xfffd, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t len;
		bool valid;

		assert_int_equal(utf8_next(rows[i].bytes, &len, &valid), rows[i].code);
		assert_int_equal(len, rows[i].len);
		assert_int_equal(valid, rows[i].valid);
		assert_int_equal(utf8_next(rows[i].bytes, &len, NULL), rows[i].code);
	}
}

static void
test_utf8_add_writes_what_utf8_next_reads(void **state)
{
	static const uint32_t codes[] = { 0, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff,
		0x10000, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		struct buf buf = BUF_INIT;
		size_t len;
		bool valid;

		utf8_add(&buf, codes[i]);
		assert_int_equal(utf8_next(buf_span(&buf), &len, &valid), codes[i]);
		assert_true(valid);
		assert_int_equal(len, buf.n);
		buf_clear(&buf);
	}
}

static void
test_utf8_printable_disarms_hostile_bytes(void **state)
{
	static const struct {
		struct span text;
		const char *want;
		size_t columns;
	} rows[] = {
		{ { "plain text", 10 }, "plain text", 10 }, { { NULL, 0 }, "", 0 },
		{ { "\x1b[2J\x07", 5 }, "\\x1B[2J\\x07", 11 }, { { "a\0b", 3 }, "a\\x00b", 6 },
		{ { "a\tb\r\n", 5 }, "a b\\x0D\\x0A", 11 }, { { "\x7f", 1 }, "\\x7F", 4 },
		{ { "\xc2\x9b"
		    "2J",
			  4 },
			"\\xC2\\x9B2J", 10 }, /* CSI as one C1 control */
		{ { "\xff\xfe", 2 }, "\\xFF\\xFE", 8 },
		{ { "gr\xc3\xbc\xc3\x9f", 6 }, "gr\xc3\xbc\xc3\x9f", 4 },
		{ { "\xe6\x97\xa5", 3 }, "\xe6\x97\xa5", 2 },
		{ { "a\xcc\x81", 3 }, "a\xcc\x81", 1 }, /* combining acute */
		{ { "\xe2\x80\xae"
		    "gpj",
			  6 },
			"\\u{202E}gpj", 11 }, /* right-to-left override */
		{ { "\xe2\x81\xa6", 3 }, "\\u{2066}", 8 },
		{ { "\xe2\x80\x8b", 3 }, "\\u{200B}", 8 },
		{ { "\xe2\x80\xa8", 3 }, "\\u{2028}", 8 },
		{ { "\xef\xbb\xbf", 3 }, "\\u{FEFF}", 8 }, { { "\xd8\x9c", 2 }, "\\u{061C}", 8 },
		{ { "\xe1\xa0\x8e", 3 }, "\\u{180E}", 8 },
		{ { "\xf3\xa0\x81\x81", 4 }, "\\u{E0041}", 9 }, /* a tag character */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT;

		utf8_printable(&out, rows[i].text, SIZE_MAX);
		expect(rows[i].text, &out, rows[i].want);
		assert_int_equal(utf8_columns(rows[i].text), rows[i].columns);
		buf_clear(&out);
	}
}

static void
test_utf8_printable_ends_in_an_ellipsis_where_it_is_cut(void **state)
{
	static const struct {
		const char *text;
		size_t max_cols;
		const char *want;
	} rows[] = {
		{ "abcdef", 6, "abcdef" },
		{ "abcdef", 5, "abcd\xe2\x80\xa6" },
		{ "abcdef", 1, "\xe2\x80\xa6" },
		{ "abcdef", 0, "" },
		{ "", 0, "" },
		{ "\xcc\x81"
		  "a",
			0, "" },
		/* A wide character never stands half. */
		{ "\xe6\x97\xa5\xe6\x9c\xac", 4, "\xe6\x97\xa5\xe6\x9c\xac" },
		{ "\xe6\x97\xa5\xe6\x9c\xac", 3, "\xe6\x97\xa5\xe2\x80\xa6" },
		{ "\xe6\x97\xa5\xe6\x9c\xac", 2, "\xe2\x80\xa6" },
		/* Nor does an escape. */
		{ "ab\x1b", 6, "ab\\x1B" },
		{ "ab\x1b", 5, "ab\xe2\x80\xa6" },
		/* What combines stays with its letter. */
		{ "ba\xcc\x81", 2, "ba\xcc\x81" },
		{ "a\xcc\x81"
		  "bcd",
			2, "a\xcc\x81\xe2\x80\xa6" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT;

		buf_add(&out, SPAN(">"));
		utf8_printable(&out, span_of(rows[i].text), rows[i].max_cols);
		assert_true(buf_str(&out)[0] == '>');
		memmove(out.p, out.p + 1, out.n);
		out.n--;
		expect(span_of(rows[i].text), &out, rows[i].want);
		assert_true(utf8_columns(buf_span(&out)) <= rows[i].max_cols);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_next_takes_only_well_formed_sequences),
		cmocka_unit_test(test_utf8_add_writes_what_utf8_next_reads),
		cmocka_unit_test(test_utf8_printable_disarms_hostile_bytes),
		cmocka_unit_test(test_utf8_printable_ends_in_an_ellipsis_where_it_is_cut),
	};

	/* Widths are the C library's; C.UTF-8 is everywhere on Debian, en_US on the others. */
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		(void)setlocale(LC_CTYPE, "en_US.UTF-8");
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
