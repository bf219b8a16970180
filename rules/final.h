/*
 * final.h - verdicts that need not wait for the end of the log.
 *
 * Whose mail a message is may be learned from any later line, so a message without a signature waits for the end,
 * with all its lines. But most of what goes wrong is told by the lines of the message alone: its own client, its
 * own reason. Of such messages there may be as many as the log is long.
 */
#ifndef RULES_FINAL_H
#define RULES_FINAL_H

#include "rules/message.h"

/*
 * Is the verdict of a closed message, just judged, one that no fact learned later changes? It may still become part
 * of a route: of one that was refused and tried again, which no verdict rests on.
 */
bool final_is(const struct message *message);

/* Can it be so, seen from what a rule says in one of its lines? */
bool final_may_be(const struct rule *rule);

#endif
