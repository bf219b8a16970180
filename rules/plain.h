/*
 * plain.h - lines of which nothing out of the ordinary is said, taken the short way.
 *
 * Of a message that is folded (rules/fold.h), or that such a line begins, and of clients that come and go. What each
 * changes is what transport.c and signer.c would change, and decided before anything is: all or nothing.
 */
#ifndef RULES_PLAIN_H
#define RULES_PLAIN_H

#include "rules/scene.h"

/*
 * Take a line the short way: true. false, and nothing has changed, where it is to go the long
 * one. The scene's host and clock are those of the line. *found: a rule knows it.
 */
bool plain_take(struct scene *scene, const struct ruleset *ruleset, const struct line *line,
	bool *found);

#endif
