/* The texts of the commands: each is there in each language and names the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/words.h"

/* Bits of the values that a text names; false when something in braces is none. */
static bool
values_of(const char *text, unsigned *values)
{
	struct span rest = span_of(text), before, inside;

	*values = 0;
	while (span_cut(&rest, '{', &before)) {
		if (rest.p == NULL)
			return true;
		if (!span_cut(&rest, '}', &inside) || rest.p == NULL || inside.n == 0 ||
			inside.p[0] < '1' || inside.p[0] > '6')
			return false;
		if (inside.n > 1 && (inside.p[1] != '?' || !span_has(inside, SPAN("|"))))
			return false;
		*values |= 1U << (inside.p[0] - '0');
	}
	return true;
}

static void
test_every_word_is_there_in_every_language(void **state)
{
	(void)state;
	for (int i = 0; i < WORD_COUNT; i++) {
		unsigned values[LANG_COUNT];

		for (int lang = 0; lang < LANG_COUNT; lang++) {
			const char *text = word((enum lang)lang, (enum word)i);

			if (text == NULL || *text == '\0')
				fail_msg("word %d has no text in language %d", i, lang);
			if (!values_of(text, &values[lang]))
				fail_msg("word %d: %s", i, text);
		}
		if (values[LANG_EN] != values[LANG_JA])
			fail_msg("word %d: the languages name different values: %s", i,
				word(LANG_JA, (enum word)i));
	}
}

static void
test_words_are_filled_in(void **state)
{
	static const struct {
		enum lang lang;
		enum word word;
		struct span values[3];
		const char *text;
	} rows[] = {
		{ LANG_EN, WORD_CAUSE_HEAD, { { "1", 1 }, { "a", 1 }, { "b", 1 } },
			"1 message, a to b" },
		{ LANG_EN, WORD_CAUSE_HEAD, { { "2", 1 }, { "a", 1 }, { "b", 1 } },
			"2 messages, a to b" },
		{ LANG_EN, WORD_CAUSE_HEAD, { { "11", 2 }, { "a", 1 }, { "b", 1 } },
			"11 messages, a to b" },
		{ LANG_JA, WORD_CAUSE_HEAD, { { "1", 1 }, { "a", 1 }, { "b", 1 } },
			"1 通、a ～ b" },
		{ LANG_EN, WORD_FIX, { { NULL, 0 } }, "Fix" },
		{ LANG_EN, WORD_NOT_IN_LOGS, { { "{1}", 3 } }, "'{1}' is not in these logs." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		word_fill(&out, rows[i].lang, rows[i].word, rows[i].values);
		if (!span_eq(buf_span(&out), span_of(rows[i].text)))
			fail_msg("'%s', expected '%s'", buf_str(&out), rows[i].text);
		buf_clear(&out);
	}
}

static void
test_numbers_are_grouped(void **state)
{
	static const struct {
		uint64_t number;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 999, "999" },
		{ 1000, "1,000" },
		{ 3402118, "3,402,118" },
		{ UINT64_MAX, "18,446,744,073,709,551,615" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char digits[WORD_DIGITS_MAX];
		struct span text = word_number(digits, rows[i].number);

		if (!span_eq(text, span_of(rows[i].text)))
			fail_msg("'%.*s', expected '%s'", SPAN_ARGS(text), rows[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_word_is_there_in_every_language),
		cmocka_unit_test(test_words_are_filled_in),
		cmocka_unit_test(test_numbers_are_grouped),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
