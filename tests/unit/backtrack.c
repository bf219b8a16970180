/*
 * Each rule against texts that are made to have it try again and again: parts of its own samples, repeated,
 * with an end that does not fit. Up to the longest line that log daemons write none goes over the match
 * limit, with JIT and without, and both say the same; of the longest that is read, going over it is allowed:
 * then it is no match, after as many steps as the limit has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/pattern.h"
#include "parser/event.h"
#include "parser/frame.h"
#include "parser/log.h"
#include "tests/unit/rules.h"

#define DAEMON_LINE_MAX 8192 /* rsyslog: $MaxMessageSize */
#define SAMPLE_MAX 1024      /* what may stand before and behind what is repeated */

struct trial {
	const struct rule *rule;
	struct pattern *fast, *plain; /* with JIT, without */
	size_t tried, matched, over;
};

static void
begin(struct trial *trial, const struct rule *rule)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;

	*trial = (struct trial){ .rule = rule };
	trial->fast = pattern_new(rule->match, &err);
	buf_addf(&text, "(*NO_JIT)%.*s", SPAN_ARGS(rule->match));
	trial->plain = pattern_new(buf_span(&text), &err);
	if (trial->fast == NULL || trial->plain == NULL)
		fail_msg("%.*s: %s", SPAN_ARGS(rule->id), err.text);
	buf_clear(&text);
}

static void
try(struct trial *trial, struct span text)
{
	struct span fast[PATTERN_GROUPS_MAX], plain[PATTERN_GROUPS_MAX];
	struct span shown = span_first(text, text.n < 200 ? text.n : 200);
	bool over_fast, over_plain;
	bool matches = pattern_match(trial->fast, text, fast, &over_fast);
	bool also = pattern_match(trial->plain, text, plain, &over_plain);

	trial->tried++;
	trial->matched += matches;
	if (over_fast || over_plain) {
		trial->over++;
		if (text.n <= DAEMON_LINE_MAX + SAMPLE_MAX || (over_fast && matches) ||
			(over_plain && also))
			fail_msg("%.*s (%s) is over the match limit for '%.*s'... (%zu bytes)",
				SPAN_ARGS(trial->rule->id), over_fast ? "JIT" : "no JIT",
				SPAN_ARGS(shown), text.n);
		return;
	}
	if (matches != also)
		fail_msg("%.*s: JIT says otherwise of '%.*s'...", SPAN_ARGS(trial->rule->id),
			SPAN_ARGS(shown));
	for (size_t i = 0; matches && i < pattern_groups(trial->fast); i++)
		if (fast[i].p != plain[i].p || fast[i].n != plain[i].n)
			fail_msg("%.*s: JIT says otherwise of group %zu",
				SPAN_ARGS(trial->rule->id), i);
}

/* text up to `to`, then what stands from `from` to there again and again, then the rest, and one byte. */
static void
try_repeated(struct trial *trial, struct span text, size_t from, size_t to, size_t length)
{
	struct span part = span_first(span_from(text, from), to - from);
	struct buf made = BUF_INIT;

	buf_add(&made, span_first(text, to));
	while (made.n + part.n < length)
		buf_add(&made, part);
	try(trial, buf_span(&made));
	buf_add(&made, span_from(text, to));
	try(trial, buf_span(&made));
	buf_add_char(&made, '\1');
	try(trial, buf_span(&made));
	buf_clear(&made);
}

/* Every part between two borders of words, and each border alone. */
static void
try_sample(struct trial *trial, struct span text)
{
	size_t before = 0, border = 0;

	try(trial, text);
	for (size_t at = 1; at <= text.n; at++) {
		bool is_border = at == text.n || strchr(" :'\"/=,()<>[]@._-", text.p[at]) != NULL;

		if (!is_border)
			continue;
		try_repeated(trial, text, at - 1, at, DAEMON_LINE_MAX);
		try_repeated(trial, text, border, at, DAEMON_LINE_MAX);
		try_repeated(trial, text, before, at, DAEMON_LINE_MAX);
		if (at < text.n) {
			try_repeated(trial, text, at, at + 1, DAEMON_LINE_MAX);
			try_repeated(trial, text, at, at + 1, LOG_LINE_MAX - SAMPLE_MAX);
		}
		before = border;
		border = at;
	}
	try_repeated(trial, text, 0, text.n, DAEMON_LINE_MAX);
}

static void
test_rules_stay_under_the_match_limit(void **state)
{
	size_t tried = 0, matched = 0, over = 0;

	(void)state;
	for (size_t i = 0; i < ruleset_count(ruleset); i++) {
		const struct rule *rule = ruleset_rule(ruleset, i);
		struct trial trial;

		begin(&trial, rule);
		for (size_t k = 0; k < rule->nsamples; k++) {
			struct frame frame;
			struct event event;
			struct line line = { .times = 1 };

			frame_read(rule->samples[k], &frame);
			line.raw = rule->samples[k];
			line.host = frame.host;
			line.tag = frame.tag;
			line.pid = frame.pid;
			line.text = frame.text;
			if (event_read(&line, &event))
				try_sample(&trial, event.text);
		}
		tried += trial.tried;
		matched += trial.matched > 0;
		over += trial.over;
		pattern_free(trial.fast);
		pattern_free(trial.plain);
	}
	print_message("# %zu rules, %zu texts, %zu over the limit\n", ruleset_count(ruleset), tried,
		over);
	/* The samples themselves were among them. */
	assert_int_equal(matched, ruleset_count(ruleset));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_stay_under_the_match_limit),
	};

	return cmocka_run_group_tests_name("backtrack", tests, rules_make, rules_remove);
}
