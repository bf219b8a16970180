/*
 * month.h - the names of months as syslog daemons and journalctl write them.
 */
#ifndef PARSER_MONTH_H
#define PARSER_MONTH_H

#include "base/span.h"

/* 1 to 12 for a name in one of the languages known, in any case, or 0. UTF-8 and Latin-1. */
int month_of(struct span word);

/* The same for the three bytes at p, quickly, in English and as RFC 3164 writes them ("Nov"). */
int month_of_key(const char *p);

#endif
