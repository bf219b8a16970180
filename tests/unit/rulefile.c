/* A site's own rules: what is taken, what is refused and where the mistake is said to stand. */
#include <string.h>

#include "parser/frame.h"
#include "rules/rulefile.h"
#include "rules/ruleset.h"
#include "tests/unit/scratch.h"

#define SAMPLE "Nov 24 09:14:02 mx1 opendkim[8]: 4XyZ1k2LmPz9: key server is away"
#define DAEMON "daemon opendkim\n"
#define MATCH "match ^key server is away$\n"
#define EFFECT "effect fault\n"
#define SOURCE "source a patch of ours\n"
#define REST "cause key-missing\nwhy The key server is away.\nfix Start it.\nsample " SAMPLE "\n"
#define RULE "rule away\n" DAEMON MATCH EFFECT SOURCE REST

static struct ruleset *
read_site(const char *text, struct error *err)
{
	static const char *const dirs[] = { "." };

	scratch_put("site.rules", text);
	return ruleset_new(dirs, 1, err);
}

static void
test_a_mistake_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "# nothing above\nwhy x\n",
			":2: expected 'rule ID' or 'about CAUSE' before 'why'" },
		{ "rule\n", ":1: a block needs a name behind its first word ''" },
		{ "about\n", ":1: a block needs a name" },
		{ "about the-weather\n", ":1: no cause or verdict of that name: 'the-weather'" },
		{ "about not-internal\nmatch ^x\n", ":2: unknown key 'match'" },
		{ "about not-internal\nsource x\n", ":2: unknown key 'source'" },
		{ "about not-internal\ngist a\ngist b\n", ":3: given twice in one block: 'gist'" },
		{ "rule a\ngist x\n", ":2: unknown key 'gist'" },
		{ "rule a\ncolour blue\n", ":2: unknown key 'colour'" },
		{ "rule a\nwhy\n", ":2: no value behind 'why'" },
		{ "rule a\nwhy \xff\n", ":2: not UTF-8: 'why'" },
		{ "rule a\nwhy x\nwhy y\n", ":3: given twice in one block: 'why'" },
		{ "rule a\ndaemon exim\n", ":2: no daemon of that name" },
		{ "rule a\neffect wonder\n", ":2: no effect of that name: 'wonder'" },
		{ "rule a\ncause bad-luck\n", ":2: no cause of that name: 'bad-luck'" },
		{ "rule a\ncause not-internal|bad-luck\n", ":2: no cause of that name" },
		{ "rule a\ncause not-internal|not-internal|not-internal|not-internal|not-internal|"
		  "not-internal|not-internal|not-internal|not-internal\n",
			":2: too many causes" },
		{ "rule a\n" DAEMON "match ^(\n", ":3: pattern, at character" },
		{ "rule a\n" MATCH MATCH, ":3: a second match in one rule" },
		{ "rule a\n" MATCH "daemon exim\n", ":3: no daemon of that name" },
		{ "rule a\n", ":1: rule 'a' has no line 'daemon ...'" },
		{ "\nrule a\n" DAEMON, ":2: rule 'a' has no line 'match ...'" },
		{ "rule a\n" DAEMON MATCH, ":1: rule 'a' has no line 'effect ...'" },
		{ "rule a\n" DAEMON MATCH EFFECT "rule b\n",
			":1: rule 'a' has no line 'source ...'" },
		{ "rule a\n" DAEMON MATCH EFFECT SOURCE, ":1: rule 'a' has no line 'sample ...'" },
		{ RULE RULE, ":10: rule 'away' stands at ./site.rules:1 already" },
		{ "rule no-signing-table-match\n" DAEMON MATCH EFFECT SOURCE REST,
			"rule 'no-signing-table-match' stands at ./site.rules:1 already" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = ERROR_INIT;
		struct ruleset *ruleset = read_site(rows[i].text, &err);

		if (ruleset != NULL || strstr(err.text, rows[i].told) == NULL)
			fail_msg("%s: '%s'", rows[i].text, err.text);
	}
}

/* What is longer or more than anyone writes by hand is refused, and not read on. */
static void
test_a_rule_file_has_its_bounds(void **state)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	(void)state;
	buf_add(&text, SPAN("rule a\nwhy x\n"));
	for (size_t i = 0; i <= RULEFILE_VALUE_MAX; i += 39)
		buf_add(&text, SPAN("\tand on, and on, and on, and on, and on\n"));
	assert_null(read_site(buf_str(&text), &err));
	assert_non_null(strstr(err.text, "site.rules:2: value too long: 'why'"));

	buf_reset(&text);
	buf_add(&text, SPAN(RULE));
	for (size_t i = 1; i < RULE_SAMPLES_MAX; i++)
		buf_add(&text, SPAN("sample " SAMPLE "\n"));
	ruleset_free(read_site(buf_str(&text), &err));
	buf_add(&text, SPAN("sample " SAMPLE "\n"));
	assert_null(read_site(buf_str(&text), &err));
	assert_non_null(strstr(err.text, "too many samples; this one is not taken"));

	while (text.n <= RULEFILE_SIZE_MAX)
		buf_add(&text, SPAN("# and on, and on, and on, and on, and on, and on, and on\n"));
	assert_null(read_site(buf_str(&text), &err));
	assert_non_null(strstr(err.text, "rules './site.rules'"));
	buf_clear(&text);
}

/* The folder that --rules names must be there; of what lies in it only *.rules is read, in order. */
static void
test_a_folder_of_rules_is_read_in_order(void **state)
{
	static const char *const dirs[] = { "." }, *const none[] = { "missing" },
				 *const usual[] = { RULESET_SITE_DIR };
	struct error err = ERROR_INIT;
	struct ruleset *ruleset;

	(void)state;
	assert_null(ruleset_new(none, 1, &err));
	assert_non_null(strstr(err.text, "cannot read rules directory 'missing'"));
	if (access(RULESET_SITE_DIR, F_OK) < 0)
		ruleset_free(ruleset_new(usual, 1, &err));

	scratch_put("20.rules", "rule second\n" DAEMON MATCH EFFECT SOURCE REST);
	scratch_put("10.rules", "rule first\r\n" DAEMON MATCH EFFECT SOURCE REST);
	scratch_put(".hidden.rules", "no rules");
	scratch_put("10.rules~", "no rules");
	ruleset = ruleset_new(dirs, 1, &err);
	assert_non_null(ruleset);
	assert_true(span_eq(ruleset_rule(ruleset, 0)->id, SPAN("first")));
	assert_true(span_eq(ruleset_rule(ruleset, 1)->id, SPAN("second")));
	assert_null(ruleset_by_id(ruleset, SPAN("third")));
	ruleset_free(ruleset);

	assert_int_equal(symlink("nowhere", "30.rules"), 0);
	assert_null(ruleset_new(dirs, 1, &err));
	assert_non_null(strstr(err.text, "cannot open rules './30.rules'"));
}

static const struct rule *
rule_for(const struct ruleset *ruleset, const char *text)
{
	struct finding finding;
	struct event event;
	struct frame frame;
	struct line line = { .raw = span_of(text) };

	frame_read(line.raw, &frame);
	line.tag = frame.tag;
	line.text = frame.text;
	return event_read(&line, &event) && ruleset_find(ruleset, &event, &finding) ? finding.rule
	                                                                            : NULL;
}

/* A site knows its host better: its rules and its words stand before ours, and ours fill the gaps. */
static void
test_what_a_site_says_stands_before_ours(void **state)
{
	struct error err = ERROR_INIT;
	struct ruleset *ruleset = read_site(
		"rule ours\n" DAEMON "match ^no signing table match for 'list@\n"
		"effect reason\ncause not-internal\n" SOURCE
		"sample Nov 24 09:14:02 mx1 opendkim[8]: 4XyZ1k2LmPz9: no signing table match for 'list@x.example'\n"
		"about not-internal\ngist our own word\nwhy Ask the postmaster.\n"
		"about external-host\nfix Ask Bob.\n"
		"about inbound\ngist mail from outside\n",
		&err);
	const struct about *about;
	const struct rule *rule;
	struct prose prose;

	(void)state;
	assert_non_null(ruleset);
	rule = rule_for(ruleset, "Nov 24 09:14:02 mx1 opendkim[8]: 4XyZ1k2LmPz9: "
				 "no signing table match for 'list@x.example'");
	assert_non_null(rule);
	assert_true(span_eq(rule->id, SPAN("ours")));
	rule = rule_for(ruleset, "Nov 24 09:14:02 mx1 opendkim[8]: 4XyZ1k2LmPz9: "
				 "no signing table match for 'bob@x.example'");
	assert_non_null(rule);
	assert_true(span_eq(rule->id, SPAN("no-signing-table-match")));
	assert_true(span_eq(ruleset_about(ruleset, CAUSE_NOT_INTERNAL)->gist[LANG_EN],
		SPAN("our own word")));
	assert_true(span_eq(ruleset_about_verdict(ruleset, VERDICT_INBOUND)->gist[LANG_EN],
		SPAN("mail from outside")));
	/* Without a Japanese word of theirs, the English one; of the fix they say nothing. */
	prose = ruleset_prose(ruleset, ruleset_by_id(ruleset, SPAN("ours")), CAUSE_NOT_INTERNAL,
		LANG_JA);
	assert_true(span_eq(prose.why, SPAN("Ask the postmaster.")));
	assert_true(span_has(prose.fix, SPAN("InternalHosts")));
	about = ruleset_about(ruleset, CAUSE_EXTERNAL_HOST);
	assert_true(span_eq(about->prose[LANG_EN].fix, SPAN("Ask Bob.")));
	assert_int_equal(about->prose[LANG_JA].fix.n, 0);
	assert_true(about->gist[LANG_JA].n > 0 && about->prose[LANG_EN].why.n > 0);
	ruleset_free(ruleset);
}

struct told {
	struct buf text;
};

static void
tell(void *ctx, const char *text)
{
	struct told *told = ctx;

	buf_addf(&told->text, "%s\n", text);
}

/* `rules test` says what would let a rule never count, or leave a reader without words. */
static void
test_a_rule_that_does_not_hold_is_told(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = {
		{ "rule a\n" DAEMON MATCH EFFECT SOURCE
		  "why x\nsample Nov 24 09:14:02 mx1 sshd[8]: x\n",
			"./site.rules:1: rule a: its sample is no line of a mail log: 'Nov 24" },
		{ "rule a\ndaemon postfix\n" MATCH EFFECT SOURCE "why x\nsample " SAMPLE "\n",
			"rule a: its sample is another daemon's line: 'Nov 24" },
		{ "rule a\n" DAEMON "match ^something else$\n" EFFECT SOURCE "why x\nsample " SAMPLE
		  "\n",
			"rule a: it does not match its sample: 'Nov 24" },
		{ "rule a\n" DAEMON MATCH EFFECT SOURCE REST "rule b\n" DAEMON
		  "match ^key server\n" EFFECT SOURCE REST,
			"rule b: rule a (./site.rules:1), which stands before it, takes its sample: 'Nov" },
		{ "rule a\n" DAEMON MATCH EFFECT SOURCE "why {nobody} did it\nfix x\nsample " SAMPLE
		  "\n",
			"rule a: its prose names what its pattern does not capture: 'nobody'" },
		{ "rule a\n" DAEMON MATCH EFFECT SOURCE "sample " SAMPLE "\n",
			"rule a: it has no why" },
		{ "rule a\n" DAEMON "match ^key (?<what>server) is away$\n" EFFECT SOURCE
		  "why {what|it} at {milter} is {away}\nsample " SAMPLE "\n",
			"rule a: its prose names what its pattern does not capture: 'away'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = ERROR_INIT;
		struct told told = { BUF_INIT };
		struct ruleset *ruleset = read_site(rows[i].text, &err);

		if (ruleset == NULL)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_in_range(ruleset_test(ruleset, tell, &told), 1, 2);
		if (strstr(buf_str(&told.text), rows[i].told) == NULL)
			fail_msg("%s: '%s'", rows[i].text, buf_str(&told.text));
		buf_clear(&told.text);
		ruleset_free(ruleset);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_a_mistake_is_told_with_its_line),
		SCRATCH_TEST(test_a_rule_file_has_its_bounds),
		SCRATCH_TEST(test_a_folder_of_rules_is_read_in_order),
		SCRATCH_TEST(test_what_a_site_says_stands_before_ours),
		SCRATCH_TEST(test_a_rule_that_does_not_hold_is_told),
	};

	return cmocka_run_group_tests_name("rulefile", tests, NULL, NULL);
}
