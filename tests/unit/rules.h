/*
 * rules.h - the built-in rules, for a program of tests that asks them.
 *
 * rules_make() and rules_remove() stand as the group's setup and teardown.
 */
#ifndef TESTS_UNIT_RULES_H
#define TESTS_UNIT_RULES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rules/ruleset.h"

static struct ruleset *ruleset;

static inline int
rules_make(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	ruleset = ruleset_new(NULL, 0, &err);
	if (ruleset == NULL)
		print_error("%s\n", err.text);
	return ruleset == NULL ? -1 : 0;
}

static inline int
rules_remove(void **state)
{
	(void)state;
	ruleset_free(ruleset);
	return 0;
}

#endif
