/*
 * service.h - `ingest --follow`: logs are taken in as they are written, over every kind of rotation.
 */
#ifndef CLI_SERVICE_H
#define CLI_SERVICE_H

#include "cli/session.h"

/* Who watches the service: is told after each ingest, and of each message that the store keeps as a row. */
struct service_view {
	void (*kept)(void *ctx, const struct message *message);
	int (*done)(void *ctx, struct error *err); /* -1 ends the service */
	void *ctx;
	bool prompt; /* what is read shall soon be in the store: it is watched from there */
};

/*
 * Until SIGTERM or SIGINT, which let the transaction at hand end, or the end of standard input when
 * nothing else is followed; SIGHUP has the rules read again, and
 * what was written so far is then in the store before the next WATCHDOG=1 to the service manager.
 * What passes (a full disk, a store that is held by another) is said once and
 * waited for. Takes store, which is closed at the end. view may be NULL. An exit_status, or -1.
 */
int service_run(const struct settings *settings, struct store *store, const struct texts *paths,
	const struct service_view *view, struct error *err);

#endif
