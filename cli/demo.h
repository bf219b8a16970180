/*
 * demo.h - logs to look at where there is no mail host: the founding cases of samples/logs, and a month
 * of invented traffic of a host whose postmaster made the usual mistakes, and mended most of them.
 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "base/arena.h"
#include "base/error.h"
#include "cli/settings.h"

struct demo;

/* Of a month that ends at now; the same now gives the same bytes. */
struct demo *demo_new(int64_t now);
void demo_free(struct demo *demo);

/*
 * Write them into folder. Their paths go into paths, whose items the caller frees, the texts lying in
 * arena; the first is that of the host.
 */
int demo_write(struct demo *demo, const char *folder, struct arena *arena, struct texts *paths,
	struct error *err);

/* Append what came to the host's log, at path, until now. */
int demo_go_on(struct demo *demo, const char *path, int64_t now, struct error *err);

#endif
