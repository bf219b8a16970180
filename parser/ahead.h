/*
 * ahead.h - a thread that unpacks a compressed file ahead of who reads it.
 *
 * It fills a ring of blocks, which are handed over in their order: bytes, end and error are those that
 * parser/unpack would give without it. The blocks are all that the two share, so what is read with it is
 * read without it, too.
 */
#ifndef PARSER_AHEAD_H
#define PARSER_AHEAD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "parser/unpack.h"

struct ahead;

/*
 * Begin. Borrows unpack, of which nobody else may read before ahead_free(), and which must not wait for others
 * as a pipe does. Each block has room bytes before it. NULL when no thread can be begun.
 */
struct ahead *ahead_new(struct unpack *unpack, size_t room);

/* Waits until no more is read of unpack. */
void ahead_free(struct ahead *ahead);

/*
 * The next block: how many bytes stand at *block, 0 at the end, -1 where the stream breaks off. Borrowed, and may be written to
 * with the room before it, until the call after the next.
 */
ssize_t ahead_next(struct ahead *ahead, char **block, struct error *err);

#endif
