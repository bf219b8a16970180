#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/memo.h"
#include "tests/unit/rules.h"

static void
find(const char *text, struct finding *finding)
{
	struct event event = { .daemon = DAEMON_OPENDKIM, .text = span_of(text) };

	(void)ruleset_find(ruleset, &event, finding);
}

/* Each text is asked of the rules, put, and asked of the memo in another copy of its bytes. */
static void
test_memo_gives_what_the_rules_gave(void **state)
{
	static const char *const texts[] = {
		"DKIM-Signature field added (s=mail, d=shop.example)",
		"DKIM-Signature field added",
		"mail.example [192.0.2.7] not internal",
		"no signature data",
		"no signing table match for 'bob@shop.example'",
		"what no rule knows",
	};
	struct memo *memo = memo_new();

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char copy[200];
		struct span again = { copy, strlen(texts[i]) };
		struct finding want, got;

		memcpy(copy, texts[i], again.n);
		find(texts[i], &want);
		assert_false(memo_get(memo, DAEMON_OPENDKIM, again, &got));
		memo_put(memo, DAEMON_OPENDKIM, span_of(texts[i]), &want);
		assert_true(memo_get(memo, DAEMON_OPENDKIM, again, &got));
		assert_false(memo_get(memo, DAEMON_POSTFIX, again, &got));
		assert_ptr_equal(got.rule, want.rule);
		for (size_t k = 0; want.rule != NULL && k < pattern_groups(want.rule->pattern);
			k++) {
			assert_true(span_eq(got.captures[k], want.captures[k]));
			assert_int_equal(got.captures[k].p == NULL, want.captures[k].p == NULL);
			if (got.captures[k].p != NULL)
				assert_in_range(got.captures[k].p - copy, 0, again.n);
		}
	}
	memo_free(memo);
}

static void
test_memo_keeps_no_long_texts(void **state)
{
	struct memo *memo = memo_new();
	struct finding finding = { .rule = NULL };
	char text[MEMO_TEXT_MAX + 1];

	(void)state;
	memset(text, 'x', sizeof text);
	memo_put(memo, DAEMON_OPENDKIM, (struct span){ text, sizeof text }, &finding);
	assert_false(memo_get(memo, DAEMON_OPENDKIM, (struct span){ text, sizeof text }, &finding));
	memo_put(memo, DAEMON_OPENDKIM, (struct span){ text, MEMO_TEXT_MAX }, &finding);
	assert_true(memo_get(memo, DAEMON_OPENDKIM, (struct span){ text, MEMO_TEXT_MAX },
		&finding));
	assert_false(memo_get(memo, DAEMON_OPENDKIM, SPAN_NONE, &finding));
	memo_free(memo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memo_gives_what_the_rules_gave),
		cmocka_unit_test(test_memo_keeps_no_long_texts),
	};

	return cmocka_run_group_tests_name("memo", tests, rules_make, rules_remove);
}
