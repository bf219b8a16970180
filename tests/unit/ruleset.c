/* The rules hold: each matches its samples and takes no other's; every cause is explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "rules/builtin.h"
#include "rules/ruleset.h"
#include "tests/unit/rules.h"

static void
tell(void *ctx, const char *text)
{
	(void)ctx;
	print_error("%s\n", text);
}

static void
test_rules_match_their_samples(void **state)
{
	(void)state;
	assert_int_equal(ruleset_test(ruleset, tell, NULL), 0);
}

/* They are believed when they are read. */
static void
test_built_in_rules_are_right(void **state)
{
	const char *const *lines;
	const char *name;
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; (lines = builtin_lines(i, &name)) != NULL; i++)
		for (; *lines != NULL; lines++, n++)
			if (!utf8_is_valid(span_of(*lines)))
				fail_msg("%s: not UTF-8: %s", name, *lines);
	assert_true(n > 1000);
	for (size_t i = 0; i < ruleset_count(ruleset); i++) {
		struct error err = ERROR_INIT;
		struct pattern *pattern = pattern_new(ruleset_rule(ruleset, i)->match, &err);

		if (pattern == NULL)
			fail_msg("%.*s: %s", SPAN_ARGS(ruleset_rule(ruleset, i)->id), err.text);
		pattern_free(pattern);
	}
}

static void
test_every_cause_is_explained_in_every_language(void **state)
{
	(void)state;
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++) {
		const struct about *about = ruleset_about(ruleset, (cause_t)cause);

		for (int lang = 0; lang < LANG_COUNT; lang++) {
			if (about->gist[lang].n == 0 || about->prose[lang].why.n == 0 ||
				about->prose[lang].fix.n == 0 || about->prose[lang].brief.n == 0)
				fail_msg("about %s lacks words", cause_id((cause_t)cause));
		}
	}
}

static void
test_no_fix_weakens_the_host(void **state)
{
	static const char *const weak[] = { "RequireSafeKeys no", "RequireSafeKeys  no",
		"0.0.0.0/0", "chmod 777", "chmod 644", "chmod a+r", "chmod o+r", "kill -HUP",
		"kill -1 " };

	(void)state;
	for (size_t i = 0; i < ruleset_count(ruleset); i++)
		for (size_t w = 0; w < sizeof weak / sizeof *weak; w++)
			if (span_has(ruleset_rule(ruleset, i)->prose[LANG_EN].fix,
				    span_of(weak[w])))
				fail_msg("rule %.*s advises '%s'",
					SPAN_ARGS(ruleset_rule(ruleset, i)->id), weak[w]);
}

static void
test_identifiers_lead_back_to_their_causes(void **state)
{
	(void)state;
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++)
		assert_int_equal(cause_of(span_of(cause_id((cause_t)cause))), cause);
	assert_int_equal(cause_of(SPAN("no-such-cause")), CAUSE_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_match_their_samples),
		cmocka_unit_test(test_built_in_rules_are_right),
		cmocka_unit_test(test_every_cause_is_explained_in_every_language),
		cmocka_unit_test(test_no_fix_weakens_the_host),
		cmocka_unit_test(test_identifiers_lead_back_to_their_causes),
	};

	return cmocka_run_group_tests_name("ruleset", tests, rules_make, rules_remove);
}
