/*
 * demo.h - logs to look at where there is no mail host: the founding cases of samples/logs, and a month
 * of invented traffic of a host whose postmaster made the usual mistakes, and mended most of them.
 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/settings.h"

/*
 * Write them into folder, ending at now; the same now gives the same bytes. Their paths go into
 * paths, whose items the caller frees, the texts lying in arena.
 */
int demo_write(const char *folder, int64_t now, struct arena *arena, struct texts *paths,
	struct error *err);

#endif
