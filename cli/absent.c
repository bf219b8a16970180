#include "cli/absent.h"

#include <stdio.h>
#include <unistd.h>

#include "base/instant.h"

#define LASTS INSTANT_SECOND

void
absent_begin(struct absent *absent, const char *path, const char *why, int64_t now)
{
	absent->path = path;
	absent->said = false;
	absent->since = now;
	(void)snprintf(absent->why, sizeof absent->why, "%s", why);
}

void
absent_end(struct absent *absent)
{
	if (absent->path != NULL && absent->said)
		(void)fprintf(stderr, "dkimwhy: '%s' is there again\n", absent->path);
	*absent = (struct absent){ .was_there = true };
}

int64_t
absent_say(struct absent *absents, size_t n, int64_t now)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < n; i++) {
		struct absent *absent = &absents[i];
		int64_t lasts = absent->since + (absent->was_there ? LASTS : 0);

		/* A new one may be empty yet. */
		if (absent->path == NULL || absent->said || access(absent->path, R_OK) == 0)
			continue;
		absent->said = now >= lasts || now < absent->since;
		if (absent->said)
			(void)fprintf(stderr, "dkimwhy: waiting for '%s': %s\n", absent->path,
				absent->why);
		else if (lasts < next)
			next = lasts;
	}
	return next;
}
