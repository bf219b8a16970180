/*
 * head.h - what stands before a line's host and program: its stamp, and what
 * containers, pagers, editors and grep put in front of that.
 */
#ifndef PARSER_HEAD_H
#define PARSER_HEAD_H

#include <stdbool.h>

#include "base/span.h"
#include "parser/stamp.h"

struct head {
	struct stamp stamp; /* STAMP_NONE when the line has none */
	struct span rest;   /* behind stamp and prefixes */
	bool prefixed;      /* something of a container, editor or pager stood there */
	bool version;       /* RFC 5424's "1" stood before the stamp */
};

void head_read(struct span line, struct head *head);

/* Behind a stamp that was read already: a container runtime's stream, <PRI>, a second stamp. */
void head_read_inner(struct head *head);

/* Without leading blanks, holes of NUL bytes, a byte-order mark, quoting and colours. */
struct span head_skip_noise(struct span s);

#endif
