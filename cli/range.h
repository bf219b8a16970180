/*
 * range.h - thresholds of a monitor, as its plug-ins take them.
 *
 * "10": alarm above 10. "10:": below 10. "5:10": outside. "@5:10": inside. "~:10": above 10, and
 * never below. With "%" behind it, of a share.
 */
#ifndef CLI_RANGE_H
#define CLI_RANGE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"

struct range {
	double from, to;
	bool inside, share;
};

/* ERROR_SYNTAX says what would be understood. */
int range_parse(struct range *range, struct span text, struct error *err);

/* Is that an alarm? */
bool range_alarms(const struct range *range, double value);

#endif
