#include "cli/range.h"

#include <math.h>

/* "12", "0.5": no sign, no exponent, no locale. */
static bool
take_number(struct span *rest, double *number)
{
	double scale = 0;
	size_t digits = 0;

	*number = 0;
	for (; rest->n > 0; *rest = span_from(*rest, 1)) {
		char c = rest->p[0];

		if (c == '.' && scale == 0 && digits > 0) {
			scale = 1;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		*number = *number * 10 + (c - '0');
		scale *= 10;
		digits++;
	}
	if (scale > 0)
		*number /= scale;
	return digits > 0 && digits < 16 && scale != 1;
}

static bool
take_range(struct range *range, struct span rest)
{
	ptrdiff_t colon;
	double number;

	*range = (struct range){ .from = 0, .to = INFINITY };
	if (span_starts(rest, SPAN("@"))) {
		range->inside = true;
		rest = span_from(rest, 1);
	}
	if (span_ends(rest, SPAN("%"))) {
		range->share = true;
		rest.n--;
	}
	colon = span_find_char(rest, ':');
	if (colon >= 0) {
		struct span from = span_first(rest, (size_t)colon);

		if (span_eq(from, SPAN("~")))
			range->from = -INFINITY;
		else if (!take_number(&from, &range->from) || from.n > 0)
			return false;
		rest = span_from(rest, (size_t)colon + 1);
		if (rest.n == 0)
			return true;
	}
	if (!take_number(&rest, &number) || rest.n > 0 || number < range->from)
		return false;
	range->to = number;
	return true;
}

int
range_parse(struct range *range, struct span text, struct error *err)
{
	struct range taken;

	if (!take_range(&taken, text))
		return error_set(err, ERROR_SYNTAX,
			"'%.*s' is no range; 10 alarms above 10, 10: below it, 5:10 outside, @5:10 "
			"inside, 2%% above that share",
			SPAN_ARGS(text));
	*range = taken;
	return 0;
}

bool
range_alarms(const struct range *range, double value)
{
	bool inside = value >= range->from && value <= range->to;

	return inside == range->inside;
}
