/*
 * The first line is a pattern, the rest what it is held against. What
 * pattern_literal() promises must be so, since rules are found by it.
 */
#include <stdlib.h>

#include "base/pattern.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size };
	struct span groups[PATTERN_GROUPS_MAX];
	struct error err = ERROR_INIT;
	struct span text, literal;
	struct pattern *pattern;
	bool whole, limited, matched;

	if (!span_cut(&rest, '\n', &text) || (pattern = pattern_new(text, &err)) == NULL)
		return 0;
	literal = pattern_literal(pattern, &whole);
	matched = pattern_match(pattern, rest, groups, &limited);
	if (matched && !span_starts(rest, literal))
		abort();
	if (whole && !limited && matched != span_eq(rest, literal))
		abort();
	for (size_t i = 0; matched && rest.n > 0 && i < pattern_groups(pattern); i++)
		if (groups[i].p != NULL &&
			(groups[i].p < rest.p || groups[i].p + groups[i].n > rest.p + rest.n))
			abort();
	pattern_free(pattern);
	return 0;
}
