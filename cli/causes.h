/*
 * causes.h - the part of a report that tells why mail went unsigned.
 *
 * A table of the causes, then of each what it means, whom it hit and one fix.
 */
#ifndef CLI_CAUSES_H
#define CLI_CAUSES_H

#include "cli/curve.h"
#include "cli/digest.h"

/* The cause's identifier, or words where there is none. */
struct span causes_name(const struct cause_story *story, enum lang lang);

/* Its cells: of a cause, or of a verdict without one; ctx: const struct cause_story *. */
curve_choice causes_cell_of;

/* Nobody knows its cause: told below, not among the causes. */
bool causes_is_unknown(const struct cause_story *story);

/* Whom it hit, as is best told of its cause: clients or domains. */
const struct tally *causes_hits(const struct cause_story *story);

/* "shop.example (91), mx1.shop.example (3)", and how many more there are than fit. */
void causes_render_hits(struct cli_session *session, const struct tally *tally, size_t columns);

/* How many causes are told (--top), and how wide the widest name of all is. */
size_t causes_count(const struct digest *digest, const struct cli_session *session,
	size_t *columns);

/* The table, and the stories of the causes told. Gives how many that were. */
size_t causes_render(struct cli_session *session, const struct digest *digest);

/* Of the first `top` causes what they mean, whom they hit, and a fix. */
void causes_render_stories(struct cli_session *session, const struct digest *digest, size_t top);

/* Why, fix and an example of messages that nobody knows the cause of. */
void causes_render_unknown(struct cli_session *session, const struct digest *digest);

#endif
