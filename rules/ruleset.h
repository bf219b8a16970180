/*
 * ruleset.h - built-in rules and a site's own together; from an event to a finding.
 *
 * Site rules are tried before the built-in ones. Within a file the first
 * rule that matches counts. Patterns run only on the event's text (behind the
 * queue ID) and only where their literal beginning fits.
 */
#ifndef RULES_RULESET_H
#define RULES_RULESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "parser/event.h"
#include "rules/rule.h"

#define RULESET_SITE_DIR "/etc/dkimwhy/rules.d"

struct ruleset;

struct finding {
	const struct rule *rule;
	struct span captures[PATTERN_GROUPS_MAX]; /* into the event's text */
};

/*
 * The built-in rules, and before them those of every *.rules file in the
 * directories (in the order of their names). ERROR_SYNTAX as "file:line: ...".
 * A directory that does not exist is an error unless it is RULESET_SITE_DIR.
 */
struct ruleset *ruleset_new(const char *const *dirs, size_t ndirs, struct error *err);
void ruleset_free(struct ruleset *ruleset);

/* The first rule that fits; false when none does. */
bool ruleset_find(const struct ruleset *ruleset, const struct event *event,
	struct finding *finding);

/* Read captures again out of a text that was kept (evidence); false when it does not match. */
bool rule_capture(const struct rule *rule, struct span text, struct span *captures);

/* The capture of that name, or SPAN_NONE. */
struct span finding_get(const struct finding *finding, const char *name);

size_t ruleset_count(const struct ruleset *ruleset);
const struct rule *ruleset_rule(const struct ruleset *ruleset, size_t i);
const struct rule *ruleset_by_id(const struct ruleset *ruleset, struct span id);
const struct about *ruleset_about(const struct ruleset *ruleset, cause_t cause);
const struct about *ruleset_about_verdict(const struct ruleset *ruleset, enum verdict_kind verdict);

/* The prose in force: the rule's (NULL allowed), else the cause's; English where a translation is missing. */
struct prose ruleset_prose(const struct ruleset *ruleset, const struct rule *rule, cause_t cause,
	enum lang lang);

/*
 * Hold every rule against its own samples. Each fault is given to tell() as
 * text ("file:line: rule ID: ..."); returns how many there were: no sample, a
 * sample it does not match, an earlier rule that takes its sample, a group
 * that the prose names and the pattern lacks, a missing why.
 */
size_t ruleset_test(const struct ruleset *ruleset, void (*tell)(void *ctx, const char *text),
	void *ctx);

#endif
