#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/pattern.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct pattern *
compile(const char *text)
{
	struct error err = ERROR_INIT;
	struct pattern *pattern = pattern_new(span_of(text), &err);

	if (pattern == NULL)
		print_error("'%s': %s\n", text, err.text);
	assert_non_null(pattern);
	return pattern;
}

static void
expect(const char *row, struct span got, struct span want)
{
	if (!span_eq(got, want))
		print_error("'%s': got '%.*s', not '%.*s'\n", row, SPAN_ARGS(got), SPAN_ARGS(want));
	assert_true(span_eq(got, want));
}

static void
test_pattern_literal_is_what_every_match_begins_with(void **state)
{
	static const struct {
		const char *text, *literal;
		bool whole;
	} rows[] = {
		{ "^no signature data$", "no signature data", true },
		{ "^no signature data", "no signature data", false },
		{ "^can't load key from (?<file>[^:]+): ", "can't load key from ", false },
		{ "no anchor", "", false },
		{ "", "", false },
		{ "^", "", false },
		{ "^$", "", true },
		{ "^abc?d", "ab", false },
		{ "^abc*", "ab", false },
		{ "^abc+$", "ab", false },
		{ "^abc{2}", "ab", false },
		{ "^a\\.b\\?\\[x\\]", "a.b?[x]", false },
		{ "^a\\.+b", "a", false },
		{ "^a\\d", "a", false },
		{ "^key\\b", "key", false },
		{ "^a.c", "a", false },
		{ "^ab|cd", "", false },
		{ "^a(?:b|c)d", "a", false },
		{ "^a[|]d", "a", false },
		{ "^a[]|]d", "a", false },
		{ "^a[^]|]d", "a", false },
		{ "^a[](]|d", "", false },
		{ "^c\\E?", "", false },
		{ "^a[[:alpha:](]|d", "", false },
		{ "^a[[(]|d", "", false },
		{ "^a[x[:]|d", "", false },
		{ "^a[[:^alpha:]|]d", "a", false },
		{ "^a\\|d", "a|d", false },
		{ "^a\\(|d", "", false },
		{ "^a[\\]|]d", "a", false },
		{ "^a(?#(|)x|d", "", false },
		{ "^a\\Q(\\E|d", "", false },
		{ "^a(?x)b #(\n|d", "", false },
		{ "^a$b", "a", false },
		{ "^'=:-/\\'\\=", "'=:-/'=", false },
		{ "(?i)^abc", "", false },
		{ "^(?i)abc", "", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pattern *pattern = compile(rows[i].text);
		bool whole;

		expect(rows[i].text, pattern_literal(pattern, &whole), span_of(rows[i].literal));
		if (whole != rows[i].whole)
			print_error("'%s': whole\n", rows[i].text);
		assert_int_equal(whole, rows[i].whole);
		pattern_free(pattern);
	}
}

static void
test_pattern_match_gives_named_groups(void **state)
{
	struct pattern *pattern = compile("^(?<key>\\w+): (?:(?<file>/\\S+)|(x))(?<rest>.*)$");
	struct span groups[PATTERN_GROUPS_MAX];
	bool limited = true;

	(void)state;
	assert_int_equal(pattern_groups(pattern), 4);
	expect("0", pattern_group_name(pattern, 0), SPAN("key"));
	expect("1", pattern_group_name(pattern, 1), SPAN("file"));
	expect("2", pattern_group_name(pattern, 2), SPAN(""));
	expect("3", pattern_group_name(pattern, 3), SPAN("rest"));
	assert_true(pattern_match(pattern, SPAN("mail: /etc/k denied"), groups, &limited));
	assert_false(limited);
	expect("key", groups[0], SPAN("mail"));
	expect("file", groups[1], SPAN("/etc/k"));
	assert_null(groups[2].p);
	expect("rest", groups[3], SPAN(" denied"));
	assert_true(pattern_match(pattern, SPAN("k: x"), groups, NULL));
	assert_null(groups[1].p);
	expect("x", groups[2], SPAN("x"));
	assert_int_equal(groups[3].n, 0);
	assert_true(pattern_match(pattern, SPAN("k: x"), NULL, NULL));
	assert_false(pattern_match(pattern, SPAN("k; x"), groups, NULL));
	pattern_free(pattern);
}

/* The group that took no part is the last one: PCRE2 does not even count it then. */
static void
test_pattern_match_clears_groups_behind_the_last_one(void **state)
{
	struct pattern *pattern = compile("^a(b)?(c)?");
	struct span groups[PATTERN_GROUPS_MAX] = { SPAN("old"), SPAN("old") };

	(void)state;
	assert_true(pattern_match(pattern, SPAN("a"), groups, NULL));
	assert_null(groups[0].p);
	assert_null(groups[1].p);
	pattern_free(pattern);
}

static void
test_pattern_takes_bytes_of_every_kind(void **state)
{
	struct pattern *pattern = compile("^from=<([^>]*)>$");
	struct span group;

	(void)state;
	assert_true(pattern_match(pattern, SPAN("from=<\xff\xc3\0\x1b[2J>"), &group, NULL));
	expect("bytes", group, SPAN("\xff\xc3\0\x1b[2J"));
	/* $ is the very end, so that whole literals may be compared instead. */
	assert_false(pattern_match(pattern, SPAN("from=<>\n"), NULL, NULL));
	assert_false(pattern_match(pattern, SPAN_NONE, NULL, NULL));
	pattern_free(pattern);
	pattern = compile("^()$");
	assert_true(pattern_match(pattern, SPAN_NONE, &group, NULL));
	assert_non_null(group.p);
	pattern_free(pattern);
}

/* Compiled and interpreted: going over the limit is "no match", soon. */
static void
test_pattern_match_stops_at_its_limit(void **state)
{
	static const char *const rows[] = { "^(a+)+$", "(*NO_JIT)^(a+)+$", "^(?:a|aa)+$",
		"(*NO_JIT)^(?:a|aa)+$" };
	struct buf subject = BUF_INIT;

	(void)state;
	buf_add_repeat(&subject, 'a', 5000);
	buf_add_char(&subject, 'b');
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pattern *pattern = compile(rows[i]);
		bool limited = false;

		assert_false(pattern_match(pattern, buf_span(&subject), NULL, &limited));
		assert_true(limited);
		assert_true(pattern_match(pattern, SPAN("aaa"), NULL, &limited));
		assert_false(limited);
		pattern_free(pattern);
	}
	buf_clear(&subject);
}

static void
test_pattern_works_without_compiled_code(void **state)
{
	struct pattern *pattern = compile("(*NO_JIT)^key '(?<key>[^']*)'");
	struct span group;

	(void)state;
	assert_true(pattern_match(pattern, SPAN("key 'mail' gone"), &group, NULL));
	expect("key", group, SPAN("mail"));
	assert_false(pattern_match(pattern, SPAN("key"), &group, NULL));
	pattern_free(pattern);
}

static void
test_pattern_mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *text, *place;
	} rows[] = {
		{ "^a(b", "character 5" },
		{ "^[a", "character 4" },
		{ "a**", "character 3" },
		{ "(?<n>a)(?<n>b)", "character 13" },
		{ "(*UTF)a", "character 7" },
		{ "()()()()()()()()()()()()()", "13 groups" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;

		assert_null(pattern_new(span_of(rows[i].text), &err));
		if (!span_has(span_of(err.text), span_of(rows[i].place)))
			print_error("'%s': %s\n", rows[i].text, err.text);
		assert_true(span_has(span_of(err.text), span_of(rows[i].place)));
	}
	pattern_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pattern_literal_is_what_every_match_begins_with),
		cmocka_unit_test(test_pattern_match_gives_named_groups),
		cmocka_unit_test(test_pattern_match_clears_groups_behind_the_last_one),
		cmocka_unit_test(test_pattern_takes_bytes_of_every_kind),
		cmocka_unit_test(test_pattern_match_stops_at_its_limit),
		cmocka_unit_test(test_pattern_works_without_compiled_code),
		cmocka_unit_test(test_pattern_mistakes_are_told_with_their_place),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
