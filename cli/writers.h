/*
 * writers.h - a list of the dashboard as a file: csv, json, html or text, by the name's ending.
 */
#ifndef CLI_WRITERS_H
#define CLI_WRITERS_H

#include "tui/tui.h"

/* Ends with one without a suffix. */
extern const struct tui_writer writers[];

#endif
