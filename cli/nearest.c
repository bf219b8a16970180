#include "cli/nearest.h"

#include <stdint.h>

static size_t
smallest(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, three rows of the matrix at a time. */
size_t
nearest_distance(struct span a, struct span b)
{
	size_t rows[3][NEAREST_LENGTH_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (a.n > NEAREST_LENGTH_MAX || b.n > NEAREST_LENGTH_MAX)
		return NEAREST_LENGTH_MAX + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *free_row = before;

		before = last;
		last = row;
		row = free_row;
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t cost = a.p[i - 1] != b.p[j - 1];

			row[j] = smallest(smallest(last[j], row[j - 1]) + 1, last[j - 1] + cost);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				row[j] = smallest(row[j], before[j - 2] + 1);
		}
	}
	return row[b.n];
}

void
nearest_try(struct span word, const char *candidate, const char **best, size_t *distance)
{
	size_t now = nearest_distance(word, span_of(candidate));

	/* A third of its letters may be wrong: more is another word. */
	if (now < *distance && now <= (word.n + 2) / 3) {
		*distance = now;
		*best = candidate;
	}
}
