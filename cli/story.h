/*
 * story.h - all that is told of one message: verdict, facts, route, why, proof, fix.
 */
#ifndef CLI_STORY_H
#define CLI_STORY_H

#include "cli/session.h"

/* Append the story to session->out. */
void story_render(struct cli_session *session, const struct message *message);

/* How the message came in, in words. */
struct span story_way(const struct message *message, enum lang lang);

#endif
