/*
 * absent.h - followed logs that are not there: said when it lasts.
 *
 * A log that is renamed is missing for the moment until its daemon, or logrotate, makes the next one.
 */
#ifndef CLI_ABSENT_H
#define CLI_ABSENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct absent {
	const char *path; /* borrowed; NULL: it is there */
	bool was_there;   /* and so may be again in a moment */
	bool said;
	int64_t since;
	char why[128];
};

/* It is missing, or cannot be read. */
void absent_begin(struct absent *absent, const char *path, const char *why, int64_t now);

/* It was read. */
void absent_end(struct absent *absent);

/* Say of n which are missing for long enough. When that is to be asked again; INT64_MAX: it need not be. */
int64_t absent_say(struct absent *absents, size_t n, int64_t now);

#endif
