/*
 * rotated.h - what the name of a rotated log says of its age.
 */
#ifndef PARSER_ROTATED_H
#define PARSER_ROTATED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * When it was last written at the latest, by the date in its name
 * ("maillog-20211226", "mail.log-20220102.gz"): the end of a week behind that
 * day; INSTANT_NONE when it holds no date.
 */
int64_t rotated_written(struct span path, bool utc);

/*
 * How often it was rotated: 2 for "mail.log.2.gz", 1 for a name with a date, 0
 * for a log that is still written to. Of two files the one of the higher age
 * was written first.
 */
unsigned rotated_age(struct span path);

#endif
