/*
 * doubles.h - lines that stand in several files of one pile.
 *
 * Of a line that stands a times in one file and b times in another, the larger
 * number is meant. Lines are remembered by a digest for as long as the merge
 * may meet them again: half a minute or more, by the time of the lines.
 */
#ifndef PARSER_DOUBLES_H
#define PARSER_DOUBLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/line.h"

struct doubles_entry {
	uint64_t key; /* 0: unused */
	uint32_t count;
};

/* Two generations; the older one is dropped when the newer is half a minute long. */
struct doubles_table {
	struct doubles_entry *entries;
	size_t capacity, used;
};

struct doubles {
	struct doubles_table now, before;
	int64_t since; /* time of the first line of `now` */
};

/* The caller begins with an all-zero struct. */
void doubles_clear(struct doubles *doubles);

/* The next line of a file, at a time that never goes back: did another file give it already? */
bool doubles_seen(struct doubles *doubles, struct span raw, size_t file, int64_t when);

/*
 * A line of a journal (or else of a file): did the other side give the same, within the same or an
 * adjacent second? Each line is the twin of one only. Of hosts the first label counts, since syslog
 * leaves the domain off. For a struct doubles of its own.
 */
bool doubles_twin(struct doubles *doubles, const struct line *line, bool journal, int64_t when);

#endif
