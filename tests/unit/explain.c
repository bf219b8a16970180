/* From a verdict to sentences; what a log holds cannot become a command of its own in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/explain.h"
#include "tests/unit/rules.h"
#include "tests/unit/scratch.h"

/* The fix of an incident that one line showed. */
static void
fix_of(struct buf *fix, const char *rule, struct span text)
{
	struct incidents *incidents = incidents_new();
	struct evidence line = { .raw = text, .text = text, .when = 1 };

	line.rule = ruleset_by_id(ruleset, span_of(rule));
	assert_non_null(line.rule);
	explain_incident_fix(fix, ruleset,
		incidents_note(incidents, SPAN("mx1"), rule_cause(line.rule), SPAN_NONE, &line),
		LANG_EN);
	incidents_free(incidents);
}

static void
test_values_are_quoted_in_commands(void **state)
{
	static const struct {
		const char *rule, *text, *wanted, *unwanted;
	} rows[] = {
		{ "key-world-accessible",
			"k: key data is not secure: /y/x'; reboot; ' can be read or written by other users",
			"$ chmod o-rwx '/y/x'\\''; reboot; '\\'''\n", "$ chmod o-rwx /y/x'" },
		{ "key-world-accessible",
			"k: key data is not secure: /tmp can be read or written by other users",
			"$ chmod o-rwx /etc/opendkim/keys/DOMAIN/SELECTOR.private\n",
			"$ chmod o-rwx /tmp" },
		{ "key-shared-group",
			"k: key data is not secure: --reference=/etc/shadow is in group x which has multiple users",
			"$ chown opendkim:opendkim ./--reference=/etc/shadow\n",
			"opendkim --reference" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf fix = BUF_INIT;

		fix_of(&fix, rows[i].rule, span_of(rows[i].text));
		if (!span_has(buf_span(&fix), span_of(rows[i].wanted)) ||
			span_has(buf_span(&fix), span_of(rows[i].unwanted)))
			fail_msg("%s:\n%s", rows[i].text, buf_str(&fix));
		buf_clear(&fix);
	}
}

static void
test_a_shell_word_is_one_word(void **state)
{
	static const struct {
		const char *value, *word;
	} rows[] = {
		{ "/etc/opendkim.conf", "/etc/opendkim.conf" },
		{ "a b", "'a b'" },
		{ "$(reboot)", "'$(reboot)'" },
		{ "it's", "'it'\\''s'" },
		{ "-rf", "./-rf" },
		{ "-a;b", "./'-a;b'" },
		{ "a\n$ reboot", "'a$ reboot'" },
		{ "", "''" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf word = BUF_INIT;

		explain_shell_word(&word, span_of(rows[i].value));
		if (!span_eq(buf_span(&word), span_of(rows[i].word)))
			fail_msg("'%s': %s", rows[i].value, buf_str(&word));
		buf_clear(&word);
	}
}

/* The why and fix of a message that came in some way and has some causes. */
static void
texts_of(struct buf *text, enum origin origin, const char *cause, const char *contributing,
	const char *author)
{
	struct message *message = message_new(SPAN("mx1"), SPAN("4XyZ1k2LmPz9"), 1);

	message->origin = origin;
	message_set(message, &message->author, span_of(author));
	message->verdict.kind = VERDICT_UNSIGNED;
	message->verdict.cause = cause_of(span_of(cause));
	message->verdict.decided = message;
	if (contributing != NULL)
		message->verdict.contributing[message->verdict.ncontributing++] =
			cause_of(span_of(contributing));
	explain_message_why(text, ruleset, message, LANG_EN);
	buf_add_char(text, '\n');
	explain_message_fix(text, ruleset, message, LANG_EN);
	message_free(message);
}

static void
test_the_fix_is_for_this_message(void **state)
{
	static const struct {
		enum origin origin;
		const char *cause, *contributing, *author, *wanted, *unwanted;
	} rows[] = {
		{ ORIGIN_SMTP, "milter-not-consulted", NULL, "", "smtpd_milters", "postconf -e" },
		{ ORIGIN_PICKUP, "milter-not-consulted", NULL, "",
			"$ postconf -e 'non_smtpd_milters=$smtpd_milters'", "master.cf" },
		{ ORIGIN_UNKNOWN, "milter-not-consulted", NULL, "", "master.cf", "[smtpd]" },
		{ ORIGIN_INTERNAL, "milter-not-consulted", "internal-origin-unfiltered", "",
			"Usually nothing needs to be done", "master.cf" },
		{ ORIGIN_SMTP, "not-internal", "auth-macro-missing", "",
			"$ postconf -X milter_mail_macros", "Add exactly this one client" },
		{ ORIGIN_SMTP, "not-internal", "config-error", "", "Add exactly this one client",
			"opendkim -n" },
		{ ORIGIN_SMTP, "no-signing-table-match", NULL, "a\n$ reboot",
			"covers a $ reboot. What", "\n$ reboot" },
		{ ORIGIN_SMTP, "key-permission", NULL, "", "may not read the private key:", "{" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = BUF_INIT;

		texts_of(&text, rows[i].origin, rows[i].cause, rows[i].contributing,
			rows[i].author);
		if (!span_has(buf_span(&text), span_of(rows[i].wanted)) ||
			span_has(buf_span(&text), span_of(rows[i].unwanted)))
			fail_msg("row %zu, %s:\n%s", i, rows[i].cause, buf_str(&text));
		buf_clear(&text);
	}
}

/* Quotes around a name would be closed by those that the value is put in. */
static bool
names_in_quotes(struct span line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\'' || line.p[i] == '"')
			quoted = !quoted;
		if (line.p[i] == '{' && quoted)
			return true;
	}
	return false;
}

/* What every text promises, whatever it speaks of. */
static const char *
flaw_of(struct span line)
{
	static const char *const never[] = { "RequireSafeKeys no", "0.0.0.0/0", "kill -HUP",
		"dkimwhy probe", "dkimwhy check", "dkimwhy watch", "dkimwhy summary",
		"dkimwhy ingest" };

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (span_has(line, span_of(never[i])))
			return never[i];
	if (span_starts(line, SPAN("$ ")) && names_in_quotes(line))
		return "a name within quotes";
	return NULL;
}

static void
check_text(struct span text, struct span of)
{
	struct span line;

	while (span_cut(&text, '\n', &line)) {
		const char *flaw = flaw_of(line);

		if (flaw != NULL)
			fail_msg("%.*s: %s: %.*s", SPAN_ARGS(of), flaw, SPAN_ARGS(line));
	}
}

static void
test_no_text_weakens_or_invents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ruleset_count(ruleset); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			check_text(ruleset_rule(ruleset, i)->prose[lang].fix,
				ruleset_rule(ruleset, i)->id);
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++)
		for (int lang = 0; lang < LANG_COUNT; lang++)
			check_text(ruleset_about(ruleset, (cause_t)cause)->prose[lang].fix,
				span_of(cause_id((cause_t)cause)));
}

/* A command or a row of a file is the same in every language. */
static void
test_languages_give_the_same_commands(void **state)
{
	(void)state;
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++) {
		size_t commands[LANG_COUNT] = { 0 };

		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct span text = ruleset_about(ruleset, (cause_t)cause)->prose[lang].fix;
			struct span line;

			while (span_cut(&text, '\n', &line))
				commands[lang] +=
					span_has(line, SPAN("$ ")) || span_starts(line, SPAN(" "));
		}
		if (commands[LANG_EN] != commands[LANG_JA])
			fail_msg("%s: %zu commands and rows in English, %zu in Japanese",
				cause_id((cause_t)cause), commands[LANG_EN], commands[LANG_JA]);
	}
}

/* A site's own words may name what no line holds: the sentence says so, a command shows the gap. */
static void
test_what_the_log_lacks_is_said_to_be_lacking(void **state)
{
	static const char *const dirs[] = { "." };
	struct error err = ERROR_INIT;
	struct ruleset *own, *before = ruleset;
	struct buf fix = BUF_INIT;

	(void)state;
	scratch_put("site.rules",
		"rule away\ndaemon opendkim\nmatch ^key server (?<file>[^ ]+) is away$\n"
		"effect fault\ncause key-missing\nsource ours\nwhy x\n"
		"fix Ask {login} about {file} on {host} {and\n"
		"\t[nobody] Call {a_name_that_is_longer_than_any_name_of_a_group_may_be}.\n"
		"\t$ ping {login} {file}\n"
		"sample Nov 24 09:14:02 mx1 opendkim[8]: 4XyZ1k2LmPz9: key server k is away\n");
	own = ruleset_new(dirs, 1, &err);
	assert_non_null(own);
	ruleset = own;
	fix_of(&fix, "away", SPAN("key server key's/1 is away"));
	ruleset = before;
	assert_string_equal(buf_str(&fix), "Ask (not in the log) about key's/1 on mx1 {and\n"
					   "[nobody] Call (not in the log).\n"
					   "$ ping LOGIN 'key'\\''s/1'");
	buf_clear(&fix);
	ruleset_free(own);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_are_quoted_in_commands),
		cmocka_unit_test(test_a_shell_word_is_one_word),
		cmocka_unit_test(test_the_fix_is_for_this_message),
		cmocka_unit_test(test_no_text_weakens_or_invents),
		cmocka_unit_test(test_languages_give_the_same_commands),
		SCRATCH_TEST(test_what_the_log_lacks_is_said_to_be_lacking),
	};

	return cmocka_run_group_tests_name("explain", tests, rules_make, rules_remove);
}
