/*
 * outages.h - the part of a report that tells what befell the service.
 *
 * Each incident is a row; what no message's cause tells already is explained
 * once for all incidents of its kind.
 */
#ifndef CLI_OUTAGES_H
#define CLI_OUTAGES_H

#include "cli/digest.h"

/* "24 Nov 02:36:25 - 02:37:01", or to the minute; the day stands once when it is the same. */
void outages_add_times(struct buf *out, const struct cli_session *session,
	const struct incident *incident, bool to_the_minute);

/* number is how many things to mend the report has told of before. */
void outages_render(struct cli_session *session, const struct digest *digest, size_t number);

#endif
