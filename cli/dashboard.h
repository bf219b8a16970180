/*
 * dashboard.h - the dashboard of tui/ over a store, with what this floor tells of messages.
 */
#ifndef CLI_DASHBOARD_H
#define CLI_DASHBOARD_H

#include "cli/session.h"

struct dashboard {
	const char *store; /* its path */
	const char *what;  /* what is read, for people */
	const char *where; /* options of `explain` and `report` that read the same; "" for none */
	int feed;          /* who fills the store says here how far he is; -1: nobody does */
};

/* Is it wanted, and can it be shown? */
bool dashboard_is_wanted(const struct settings *settings);

/* Until the user leaves; an exit status, or -1. session is session_start()ed. */
int dashboard_run(struct cli_session *session, const struct dashboard *dashboard,
	struct error *err);

#endif
