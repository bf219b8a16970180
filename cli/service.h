/*
 * service.h - `ingest --follow`: logs are taken in as they are written, over every kind of rotation.
 */
#ifndef CLI_SERVICE_H
#define CLI_SERVICE_H

#include "cli/session.h"

/*
 * Until SIGTERM or SIGINT, which let the transaction at hand end; SIGHUP has the rules read again.
 * What passes (a full disk, a store that is held by another) is said once and
 * waited for. An exit_status, or -1.
 */
int service_run(const struct settings *settings, const struct texts *paths, struct error *err);

#endif
