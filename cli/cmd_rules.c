#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/render.h"

static void
list(struct cli_session *session)
{
	for (size_t i = 0; i < ruleset_count(session->ruleset); i++) {
		const struct rule *rule = ruleset_rule(session->ruleset, i);

		buf_addf(&session->out, "%-32.*s %-11s %s\n", SPAN_ARGS(rule->id),
			effect_id(rule->effect),
			rule->ncauses > 0 ? cause_id(rule_cause(rule)) : "-");
	}
}

static int
show(struct cli_session *session, const char *id, struct error *err)
{
	const struct rule *rule = ruleset_by_id(session->ruleset, span_of(id));
	struct buf *out = &session->out;
	struct prose prose;

	if (rule == NULL)
		return error_set(err, ERROR_SYNTAX,
			"there is no rule '%s'; 'dkimwhy rules list' names them", id);
	prose = ruleset_prose(session->ruleset, rule, rule_cause(rule), session->lang);
	buf_addf(out, "rule    %.*s\nfrom    %s, line %u\nmatch   %.*s\neffect  %s\ncause   ",
		SPAN_ARGS(rule->id), rule->file, rule->line, SPAN_ARGS(rule->match),
		effect_id(rule->effect));
	for (size_t i = 0; i < rule->ncauses; i++)
		buf_addf(out, "%s%s", i > 0 ? "|" : "", cause_id(rule->causes[i]));
	buf_addf(out, "%s\nsource  %.*s\n", rule->ncauses == 0 ? "-" : "", SPAN_ARGS(rule->source));
	buf_add(out, SPAN("why\n"));
	render_prose(session, prose.why, 8);
	if (prose.fix.n > 0) {
		buf_add(out, SPAN("fix\n"));
		render_prose(session, prose.fix, 8);
	}
	for (size_t i = 0; i < rule->nsamples; i++) {
		buf_add(out, SPAN("sample  "));
		render_text(session, rule->samples[i], SIZE_MAX);
		buf_add_char(out, '\n');
	}
	return EXIT_CLEAN;
}

static void
tell(void *ctx, const char *text)
{
	struct cli_session *session = ctx;

	render_text(session, span_of(text), SIZE_MAX);
	buf_add_char(&session->out, '\n');
}

static int
test(struct cli_session *session)
{
	size_t faults = ruleset_test(session->ruleset, tell, session);

	buf_addf(&session->out, "%zu rules, %zu faults\n", ruleset_count(session->ruleset), faults);
	return faults > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

static void
ignore(void *ctx, const struct message *message)
{
	(void)ctx;
	(void)message;
}

/* The rules held against logs: which OpenDKIM lines does no rule know? */
static int
test_logs(const struct settings *settings, struct error *err)
{
	struct texts files = { settings->arguments.items + 1, settings->arguments.n - 1 };
	struct cli_session session;
	int rc = session_open(&session, settings, &files, err);

	if (rc == 0) {
		session_confine(&session);
		rc = reading_run(session.reading, ignore, NULL, NULL, err);
	}
	if (rc == 0) {
		const struct reading_totals *totals = reading_totals(session.reading);

		session_remarks(&session);
		buf_addf(&session.out,
			"%llu lines, %llu of them matched by a rule, "
			"%llu of OpenDKIM unknown\n",
			(unsigned long long)totals->lines, (unsigned long long)totals->findings,
			(unsigned long long)totals->unknown_lines);
		render_shapes(&session, SIZE_MAX);
		rc = session_show(&session, err);
		if (rc == 0 && totals->unknown_lines > 0)
			rc = EXIT_FINDINGS;
		if (rc >= 0 && session_unread(&session) > 0)
			rc = EXIT_NOT_DONE;
	}
	session_close(&session);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	struct cli_session session;
	const struct texts *words = &settings->arguments;
	int rc;

	if (words->n >= 2 && strcmp(words->items[0], "test") == 0)
		return test_logs(settings, err);
	if (session_start(&session, settings, err) < 0) {
		session_close(&session);
		return -1;
	}
	if (words->n == 1 && strcmp(words->items[0], "list") == 0) {
		list(&session);
		rc = EXIT_CLEAN;
	} else if (words->n == 2 && strcmp(words->items[0], "show") == 0) {
		rc = show(&session, words->items[1], err);
	} else if (words->n == 1 && strcmp(words->items[0], "test") == 0) {
		rc = test(&session);
	} else {
		rc = error_set(err, ERROR_SYNTAX,
			"say 'rules list', 'rules show ID' or "
			"'rules test [FILE]...'");
	}
	if (rc >= 0 && session_show(&session, err) < 0)
		rc = -1;
	session_close(&session);
	return rc;
}

static const struct option_group *const groups[] = { &options_input, &options_speed,
	&options_common, NULL };

const struct command command_rules = {
	"rules",
	"list|show ID|test [FILE]...",
	"the rules, and their trial on their samples or on a log",
	"'list' names all rules with their effect and cause, 'show' prints one in full, 'test' holds "
	"every rule against its samples, or shows which OpenDKIM lines of the FILEs no rule knows.",
	groups,
	run,
};
