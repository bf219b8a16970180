/*
 * dimension.h - by what messages can be counted: the words of --by.
 */
#ifndef CLI_DIMENSION_H
#define CLI_DIMENSION_H

#include "cli/words.h"
#include "rules/message.h"

struct dimension {
	const char *name;
	enum word heading;
	enum word none; /* stands for an empty key */
	bool by_time;   /* keys follow each other in time */
	/* What the message counts under; lies in the message, in a table or in room. */
	struct span (*key)(const struct message *message, bool utc, struct buf *room);
};

/* NULL when there is none of that name. */
const struct dimension *dimension_of(struct span name);

/* All, by their place; NULL behind the last one. */
const struct dimension *dimension_get(size_t i);

/* Keys that reports use besides. */
struct span dimension_domain(const struct message *message); /* the author's, else the sender's */
struct span dimension_client(const struct message *message, struct buf *room);

#endif
