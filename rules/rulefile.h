/*
 * rulefile.h - rule text read: blocks of "key value" lines.
 *
 * The grammar is described in dkimwhy-rules.5. Every mistake is told as
 * "FILE:LINE: what is wrong, and what was expected".
 */
#ifndef RULES_RULEFILE_H
#define RULES_RULEFILE_H

#include "base/arena.h"
#include "base/error.h"
#include "rules/rule.h"

#define RULEFILE_SIZE_MAX ((size_t)4 << 20)
#define RULEFILE_VALUE_MAX 4096 /* bytes of one value, its continuations included */

/* Where the blocks of a file go. */
struct rulefile_sink {
	/* Takes a copy of the block; -1 and err when it cannot be taken (a double ID). */
	int (*rule)(void *ctx, const struct rule *rule, struct error *err);
	int (*about)(void *ctx, const struct about *about, struct error *err);
	void *ctx;
	bool builtin; /* they are ours: patterns are right (pattern_later()), and texts UTF-8 */
};

/*
 * Read the lines that next() gives (false: no more). Texts are copied into arena, which must
 * outlive the rules; name is kept as it is. Patterns belong to who takes the rule.
 */
int rulefile_read(const char *name, bool (*next)(void *lines, struct span *line), void *lines,
	struct arena *arena, const struct rulefile_sink *sink, struct error *err);

#endif
