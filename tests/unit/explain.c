/* What a log holds cannot become a command of its own in a fix that is pasted into a shell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/explain.h"
#include "rules/incident.h"

static void
test_values_are_quoted_in_commands(void **state)
{
	struct error err = ERROR_INIT;
	struct ruleset *ruleset = ruleset_new(NULL, 0, &err);
	struct incidents *incidents = incidents_new();
	struct span text = SPAN(
		"k: key data is not secure: /x'; reboot; ' can be read or written by other users");
	struct evidence line = { .raw = text, .text = text, .when = 1 };
	struct incident *incident;
	struct buf fix = BUF_INIT;

	(void)state;
	assert_non_null(ruleset);
	line.rule = ruleset_by_id(ruleset, SPAN("key-world-accessible"));
	assert_non_null(line.rule);
	incident = incidents_note(incidents, SPAN("mx1"), rule_cause(line.rule), SPAN_NONE, &line);
	explain_incident_fix(&fix, ruleset, incident, LANG_EN);
	assert_true(span_has(buf_span(&fix), SPAN("$ chmod o-rwx '/x'\\''; reboot; '\\'''")));
	buf_clear(&fix);
	incidents_free(incidents);
	ruleset_free(ruleset);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_values_are_quoted_in_commands) };

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
