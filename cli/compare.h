/*
 * compare.h - two messages side by side.
 */
#ifndef CLI_COMPARE_H
#define CLI_COMPARE_H

#include "cli/session.h"

struct compared {
	struct span queue_id, verdict, cause, author, client, login, way;
};

/* What is compared of a message; copies in arena. */
struct compared compared_of(const struct message *message, enum lang lang, struct arena *arena);

/* A row for each fact; what differs bears a star. */
void compare_render(struct cli_session *session, const struct compared *a,
	const struct compared *b);

#endif
