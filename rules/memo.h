/*
 * memo.h - texts that were held against the rules before, and what came of it.
 *
 * A daemon says few things, and most of them again and again: what a text of no more than
 * MEMO_TEXT_MAX bytes came to is kept under its bytes, until other texts take its
 * place. Only a text that is the same, byte for byte, is given the same answer.
 */
#ifndef RULES_MEMO_H
#define RULES_MEMO_H

#include <stdbool.h>

#include "rules/ruleset.h"

#define MEMO_TEXT_MAX 88
#define MEMO_ENTRIES 512 /* a power of two */

struct memo;

struct memo *memo_new(void);
void memo_free(struct memo *memo);

/*
 * Is the answer known? Then finding is filled in as it was for that text, its captures in this one;
 * finding->rule is NULL where no rule fits.
 */
bool memo_get(struct memo *memo, enum daemon daemon, struct span text, struct finding *finding);

/* What the text came to; finding->rule NULL: no rule fits. Longer texts are passed over. */
void memo_put(struct memo *memo, enum daemon daemon, struct span text,
	const struct finding *finding);

#endif
