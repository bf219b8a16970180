/*
 * metrics.h - figures for monitors: Prometheus, Nagios.
 */
#ifndef CLI_METRICS_H
#define CLI_METRICS_H

#include "cli/figures.h"

/*
 * Append Prometheus' text format (0.0.4) to session.out. Labels are bounded: verdicts, causes, windows,
 * and METRICS_HOSTS hosts, the others together as "other". 0 or -1.
 */
#define METRICS_HOSTS 50
int metrics_render(struct figures *figures, struct error *err);

/*
 * Append one line with performance data; gives the plug-in's status: 0 OK, 1 WARNING (held back,
 * refused: beyond --warning), 2 CRITICAL (left unsigned: beyond --critical; or a fault that lasts), 3 UNKNOWN. -1: see err.
 */
int metrics_nagios(struct figures *figures, struct error *err);

/* Nothing could be read: the same line for that. */
void metrics_nagios_failed(struct buf *out, const struct error *err);

#endif
