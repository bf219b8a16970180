/*
 * rule.h - a rule: a pattern over one line, and what the line proves.
 *
 * Rules are text (see dkimwhy-rules.5 and *.rules): blocks of "key value"
 * lines, a block beginning with "rule ID" or "about CAUSE".
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include <stddef.h>
#include <stdint.h>

#include "base/pattern.h"
#include "parser/event.h"
#include "rules/cause.h"

#define RULE_CAUSES_MAX 6
#define RULE_SAMPLES_MAX 16

struct prose {
	struct span why;   /* one paragraph; {name} and {name|default} are filled in */
	struct span brief; /* the fix as half a line, without a full stop */
	struct span fix;   /* steps, one a line; a line beginning with "$ " is a command */
};

struct rule {
	struct span id;
	enum daemon daemon;
	struct span match; /* the pattern as written */
	struct pattern *pattern;
	enum effect effect;
	cause_t causes[RULE_CAUSES_MAX]; /* the first is taken unless neighbours tell otherwise */
	size_t ncauses;                  /* 0: informational */
	struct span source;              /* where OpenDKIM, libmilter or Postfix writes it */
	struct prose prose[LANG_COUNT];  /* empty parts are taken from the cause */
	struct span samples[RULE_SAMPLES_MAX];
	size_t nsamples;
	const char *file; /* for messages: "built-in opendkim.rules" or a path */
	unsigned line;
};

/*
 * What is said of a cause whatever line showed it; every cause has one. The verdicts that
 * need no cause have theirs, too: "about signed".
 */
struct about {
	cause_t cause; /* CAUSE_NONE: it is about a verdict */
	enum verdict_kind verdict;
	struct span gist
		[LANG_COUNT]; /* half a line, without a full stop: "the client is not in InternalHosts" */
	struct prose prose[LANG_COUNT];
};

static inline cause_t
rule_cause(const struct rule *rule)
{
	return rule->ncauses > 0 ? rule->causes[0] : CAUSE_NONE;
}

#endif
