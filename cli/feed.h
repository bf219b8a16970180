/*
 * feed.h - the dashboard over logs: a process of its own takes them in, this one shows the store.
 *
 * So a large log that is read for the first time holds up no key, and what the dashboard shows is
 * what it would show of any store. The other process ends with this one, whatever becomes of it.
 */
#ifndef CLI_FEED_H
#define CLI_FEED_H

#include "cli/session.h"

/*
 * Follow paths (with the journals of the settings) into the store, which is made where there is none.
 * It stands in the folder scratch, which the caller removes, and this process's end if that was no
 * ordinary one; NULL: it stays. what and where as dashboard.h has them. An exit status, or -1.
 */
int feed_watch(struct cli_session *session, const struct texts *paths, const char *store,
	const struct buf *scratch, const char *what, const char *where, struct error *err);

#endif
