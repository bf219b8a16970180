/*
 * Every message that any release of OpenDKIM, libmilter or systemd writes about
 * it (tests/data/opendkim-messages.tsv) is matched by a rule that gives its cause.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/frame.h"
#include "rules/ruleset.h"

/*
 * What cannot be told by its text: free text of a site's own script, and lines whose
 * missing queue ID, not their text, is the fault.
 */
static bool
is_free_text(struct span id)
{
	return span_eq(id, SPAN("lua-log")) || span_eq(id, SPAN("unknown-jobid"));
}

static bool
find(const struct ruleset *ruleset, struct span example, struct finding *finding)
{
	static const struct span tags[] = { { "systemd[", 8 }, { "kernel: ", 8 },
		{ "audit: ", 7 } };
	struct buf text = BUF_INIT;
	struct frame frame;
	struct line line = { .number = 1 };
	struct event event;
	bool tagged = false, found;

	for (size_t i = 0; i < 3; i++)
		tagged |= span_starts(example, tags[i]);
	buf_addf(&text, "Nov 24 09:14:02 mx1 %s", tagged ? "" : "opendkim[811]: ");
	buf_add(&text, example);
	frame_read(buf_span(&text), &frame);
	line.tag = frame.tag;
	line.text = frame.text;
	found = event_read(&line, &event) && ruleset_find(ruleset, &event, finding);
	buf_clear(&text);
	return found;
}

static bool
agrees(const struct rule *rule, struct span causes)
{
	struct span id;

	if (span_eq(causes, SPAN("signed")))
		return rule->effect == EFFECT_SIGNED;
	if (span_eq(causes, SPAN("informational")) || span_eq(causes, SPAN("verify-info")))
		return true;
	while (span_cut(&causes, '|', &id))
		for (size_t i = 0; i < rule->ncauses; i++)
			if (rule->causes[i] == cause_of(id))
				return true;
	return false;
}

static void
test_every_message_has_a_rule_with_its_cause(void **state)
{
	struct error err = ERROR_INIT;
	struct ruleset *ruleset = ruleset_new(NULL, 0, &err);
	struct buf text = BUF_INIT;
	struct span rest, line;
	unsigned rows = 0, wrong = 0;
	int fd = open("tests/data/opendkim-messages.tsv", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_non_null(ruleset);
	assert_true(fd >= 0);
	assert_int_equal(buf_read_all(&text, fd, 1 << 20, &err), 0);
	close(fd);
	rest = buf_span(&text);
	(void)span_cut(&rest, '\n', &line);
	while (span_cut(&rest, '\n', &line)) {
		struct span id, example, causes;
		struct finding finding;

		if (!span_cut(&line, '\t', &id) || !span_cut(&line, '\t', &example) ||
			!span_cut(&line, '\t', &causes) || is_free_text(id))
			continue;
		rows++;
		if (!find(ruleset, example, &finding)) {
			print_error("%.*s: no rule for '%.*s'\n", SPAN_ARGS(id),
				SPAN_ARGS(example));
			wrong++;
		} else if (!agrees(finding.rule, causes)) {
			print_error("%.*s: rule %.*s does not say %.*s\n", SPAN_ARGS(id),
				SPAN_ARGS(finding.rule->id), SPAN_ARGS(causes));
			wrong++;
		}
	}
	ruleset_free(ruleset);
	buf_clear(&text);
	assert_true(rows > 400);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_message_has_a_rule_with_its_cause),
	};

	return cmocka_run_group_tests_name("messages", tests, NULL, NULL);
}
