#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/span.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Spans in tables are C strings: they hold no NUL. */
static void
expect(const char *row, struct span got, const char *want)
{
	if (span_eq(got, span_of(want)))
		return;
	print_error("'%s': got '%.*s', not '%s'\n", row, SPAN_ARGS(got), want);
	fail();
}

static void
test_span_cut_walks_separated_fields(void **state)
{
	static const struct {
		const char *text;
		const char *fields[5];
	} rows[] = {
		{ "a::b", { "a", "", "b", NULL } },
		{ "a", { "a", NULL } },
		{ "", { "", NULL } },
		{ ":", { "", "", NULL } },
		{ "a:b:", { "a", "b", "", NULL } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span rest = span_of(rows[i].text);
		struct span part;
		size_t n = 0;

		while (span_cut(&rest, ':', &part)) {
			assert_non_null(rows[i].fields[n]);
			expect(rows[i].text, part, rows[i].fields[n++]);
		}
		assert_null(rows[i].fields[n]);
		assert_null(rest.p);
	}
}

static void
test_span_word_walks_words_between_blanks(void **state)
{
	static const struct {
		const char *text;
		const char *words[4];
	} rows[] = {
		{ "one two", { "one", "two", NULL } },
		{ "  one\t\r\n two  ", { "one", "two", NULL } },
		{ "", { NULL } },
		{ " \t ", { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span rest = span_of(rows[i].text);
		struct span word;
		size_t n = 0;

		while (span_word(&rest, &word)) {
			assert_non_null(rows[i].words[n]);
			expect(rows[i].text, word, rows[i].words[n++]);
		}
		assert_null(rows[i].words[n]);
	}
}

static void
test_span_find_gives_the_first_place_or_none(void **state)
{
	static const struct {
		const char *text, *needle;
		ptrdiff_t at;
	} rows[] = {
		{ "abcabc", "abc", 0 },
		{ "abcabc", "bca", 1 },
		{ "aaab", "aab", 1 },
		{ "abc", "c", 2 },
		{ "abc", "d", -1 },
		{ "abc", "", 0 },
		{ "", "a", -1 },
		{ "", "", 0 },
		{ "ab", "abc", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		ptrdiff_t at = span_find(span_of(rows[i].text), span_of(rows[i].needle));

		if (at != rows[i].at)
			print_error("'%s' in '%s'\n", rows[i].needle, rows[i].text);
		assert_int_equal(at, rows[i].at);
		assert_int_equal(span_has(span_of(rows[i].text), span_of(rows[i].needle)),
			rows[i].at >= 0);
	}
	assert_int_equal(span_find_char(SPAN("abab"), 'b'), 1);
	assert_int_equal(span_find_char(SPAN("abab"), 'c'), -1);
	assert_int_equal(span_find_char(SPAN_NONE, 'c'), -1);
	assert_int_equal(span_find_last(SPAN("abab"), 'a'), 2);
	assert_int_equal(span_find_last(SPAN_NONE, 'a'), -1);
}

static void
test_span_to_u64_takes_whole_decimal_numbers_only(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "0042", true, 42 },
		{ "18446744073709551615", true, UINT64_MAX },
		{ "18446744073709551616", false, 0 },
		{ "99999999999999999999", false, 0 },
		{ "", false, 0 },
		{ "+1", false, 0 },
		{ "-1", false, 0 },
		{ "1 ", false, 0 },
		{ "1a", false, 0 },
		{ "\xb1", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t value = 7;

		if (span_to_u64(span_of(rows[i].text), &value) != rows[i].good ||
			value != (rows[i].good ? rows[i].value : 7)) {
			print_error("'%s'\n", rows[i].text);
			fail();
		}
	}
}

static void
test_span_trim_takes_blanks_off_both_ends(void **state)
{
	(void)state;
	expect("both", span_trim(SPAN(" \t a b\r\n\v\f")), "a b");
	expect("only blanks", span_trim(SPAN(" \t ")), "");
	expect("none", span_trim(SPAN_NONE), "");
	expect("no blanks", span_trim(SPAN("ab")), "ab");
}

static void
test_span_compares_by_bytes_then_length(void **state)
{
	(void)state;
	assert_true(span_compare(SPAN("a"), SPAN("b")) < 0);
	assert_true(span_compare(SPAN("b"), SPAN("ab")) > 0);
	assert_true(span_compare(SPAN("a"), SPAN("ab")) < 0);
	assert_true(span_compare(SPAN("a\xff"), SPAN("ab")) > 0);
	assert_true(span_compare(SPAN_NONE, SPAN("")) == 0);
	assert_true(span_compare(SPAN_NONE, SPAN("a")) < 0);
	assert_true(span_eq(SPAN_NONE, SPAN("")));
	assert_false(span_eq(SPAN("a\0b"), SPAN("a\0c")));
	assert_true(span_eq_nocase(SPAN("MX1.Example"), SPAN("mx1.exAMPLE")));
	assert_false(span_eq_nocase(SPAN("@"), SPAN("`")));
	assert_false(span_eq_nocase(SPAN("\xc4"), SPAN("\xe4")));
	assert_false(span_eq_nocase(SPAN("a"), SPAN("ab")));
}

static void
test_span_parts_stay_inside(void **state)
{
	(void)state;
	expect("from 1", span_from(SPAN("abc"), 1), "bc");
	expect("from its end", span_from(SPAN("abc"), 3), "");
	expect("from behind", span_from(SPAN("abc"), 9), "");
	expect("first 2", span_first(SPAN("abc"), 2), "ab");
	expect("first 9", span_first(SPAN("abc"), 9), "abc");
	assert_true(span_starts(SPAN("abc"), SPAN("ab")));
	assert_true(span_starts(SPAN_NONE, SPAN_NONE));
	assert_false(span_starts(SPAN("a"), SPAN("ab")));
	assert_true(span_ends(SPAN("abc"), SPAN("bc")));
	assert_true(span_ends(SPAN_NONE, SPAN_NONE));
	assert_false(span_ends(SPAN("c"), SPAN("bc")));
}

/* Not one byte of a key may be left out of its hash, whatever the key's length. */
static void
test_span_hash_depends_on_every_byte(void **state)
{
	char key[40];
	struct span s = { key, 0 };

	(void)state;
	memset(key, 'x', sizeof(key));
	for (s.n = 1; s.n <= sizeof(key); s.n++) {
		uint64_t hash = span_hash(s);

		assert_true(span_hash(s) == hash);
		assert_true(span_hash(span_first(s, s.n - 1)) != hash);
		for (size_t i = 0; i < s.n; i++) {
			key[i] = 'y';
			if (span_hash(s) == hash)
				print_error("byte %zu of %zu\n", i, s.n);
			assert_true(span_hash(s) != hash);
			key[i] = 'x';
		}
	}
}

/* Digests stand in stores: neither a new version nor another machine may give others. */
static void
test_span_digest_is_the_same_for_ever(void **state)
{
	static const struct {
		const char *text;
		uint64_t key, digest;
	} rows[] = {
		{ "", 0, UINT64_C(0x42bc986dc5eec4d3) },
		{ "abc", 1, UINT64_C(0x7e764baa21322f60) },
		{ "4XyZ1k2", 7, UINT64_C(0x5c4d8dd019a8e473) },
		{ "4XyZ1k2LmPz9", UINT64_C(0x0123456789abcdef), UINT64_C(0x0115f45f84a3b7c9) },
		{ "Nov 24 09:14:02 mx1 opendkim[812]: 4XyZ1k2LmPz9: not internal",
			UINT64_C(0xfedcba9876543210), UINT64_C(0xc2d20ae7a373cf8b) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint64_t digest = span_digest(span_of(rows[i].text), rows[i].key);

		if (digest != rows[i].digest)
			print_error("'%s': 0x%016llx\n", rows[i].text, (unsigned long long)digest);
		assert_true(digest == rows[i].digest);
		assert_true(span_digest(span_of(rows[i].text), rows[i].key + 1) != digest);
	}
}

/* Keys as a log has them: the low bits, which a map uses, must spread. */
static void
test_span_hash_spreads_queue_ids(void **state)
{
	static unsigned slots[1024];
	unsigned fullest = 0;
	char key[] = "4XyZ1k2L0000z9";

	(void)state;
	for (unsigned i = 0; i < 8 * 1024; i++) {
		for (unsigned digit = 0, n = i; digit < 4; digit++, n /= 10)
			key[11 - digit] = (char)('0' + n % 10);
		slots[span_hash(span_of(key)) % COUNT(slots)]++;
	}
	for (size_t i = 0; i < COUNT(slots); i++)
		if (slots[i] > fullest)
			fullest = slots[i];
	assert_in_range(fullest, 9, 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_span_cut_walks_separated_fields),
		cmocka_unit_test(test_span_word_walks_words_between_blanks),
		cmocka_unit_test(test_span_find_gives_the_first_place_or_none),
		cmocka_unit_test(test_span_to_u64_takes_whole_decimal_numbers_only),
		cmocka_unit_test(test_span_trim_takes_blanks_off_both_ends),
		cmocka_unit_test(test_span_compares_by_bytes_then_length),
		cmocka_unit_test(test_span_parts_stay_inside),
		cmocka_unit_test(test_span_hash_depends_on_every_byte),
		cmocka_unit_test(test_span_digest_is_the_same_for_ever),
		cmocka_unit_test(test_span_hash_spreads_queue_ids),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
