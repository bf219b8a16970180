#include "base/phrase.h"

/* "2?one|many" behind the {: the part that fits the value. */
static struct span
plural(struct span inside, struct span value)
{
	struct span rest = span_from(inside, 2), one = SPAN_NONE;

	(void)span_cut(&rest, '|', &one);
	return span_eq(value, SPAN("1")) ? one : rest;
}

void
phrase_fill(struct buf *out, struct span text, const struct span *values)
{
	struct span rest = text, before, inside;

	while (span_cut(&rest, '{', &before)) {
		buf_add(out, before);
		if (!span_cut(&rest, '}', &inside))
			break;
		buf_add(out, inside.n == 1 ? values[inside.p[0] - '1']
					   : plural(inside, values[inside.p[0] - '1']));
	}
}

struct span
phrase_number(char digits[PHRASE_DIGITS_MAX], uint64_t number)
{
	char *at = digits + PHRASE_DIGITS_MAX;
	size_t n = 0;

	do {
		if (n > 0 && n % 3 == 0)
			*--at = ',';
		*--at = (char)('0' + number % 10);
		number /= 10;
		n++;
	} while (number > 0);
	return (struct span){ at, (size_t)(digits + PHRASE_DIGITS_MAX - at) };
}
