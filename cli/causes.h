/*
 * causes.h - the part of a report that tells why mail went unsigned.
 *
 * A table of the causes, then of each what it means, whom it hit and one fix.
 */
#ifndef CLI_CAUSES_H
#define CLI_CAUSES_H

#include "cli/digest.h"

/* Of the first `top` causes; 0: of all. Gives how many were told. */
size_t causes_render(struct cli_session *session, const struct digest *digest, size_t top);

/* Why, fix and an example of messages that nobody knows the cause of. */
void causes_render_unknown(struct cli_session *session, const struct digest *digest);

#endif
