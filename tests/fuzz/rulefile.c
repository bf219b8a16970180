/* The bytes as a rule file: it is taken, or the mistake is told with its line. */
#include <stdlib.h>

#include "rules/rulefile.h"
#include "tests/fuzz/fuzz.h"

static bool
next_line(void *lines, struct span *line)
{
	struct span *rest = lines;

	return rest->p && span_cut(rest, '\n', line);
}

static int
take_rule(void *ctx, const struct rule *rule, struct error *err)
{
	(void)ctx;
	(void)err;
	if (rule->id.n == 0 || rule->pattern == NULL)
		abort();
	pattern_free(rule->pattern);
	return 0;
}

static int
take_about(void *ctx, const struct about *about, struct error *err)
{
	(void)ctx;
	(void)about;
	(void)err;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rulefile_sink sink = { take_rule, take_about, NULL, false };
	struct span rest = { (const char *)data, size };
	struct arena arena = ARENA_INIT;
	struct error err = ERROR_INIT;

	if (rulefile_read("fuzz.rules", next_line, &rest, &arena, &sink, &err) < 0 &&
		!span_starts(span_of(err.text), SPAN("fuzz.rules:")))
		abort();
	arena_clear(&arena);
	return 0;
}
