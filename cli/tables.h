/*
 * tables.h - the part of a report that counts messages by what --by names.
 */
#ifndef CLI_TABLES_H
#define CLI_TABLES_H

#include "cli/digest.h"

/* At most `top` rows of each; 0: as many as are fit to read. */
void tables_render(struct cli_session *session, const struct digest *digest, size_t top);

#endif
