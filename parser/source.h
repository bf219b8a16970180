/*
 * source.h - lines out of one open input, plain or compressed.
 *
 * Reads with read(2) into one buffer; a line is borrowed from it until the
 * next call. Compression is told by content.
 */
#ifndef PARSER_SOURCE_H
#define PARSER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

#define SOURCE_SKIP_MAX ((uint64_t)256 << 20) /* of one line; what goes on longer is given up */
#define SOURCE_LINE_MAX 65536                 /* a longer line is cut here */
#define SOURCE_BUFFER ((size_t)256 * 1024)
#define SOURCE_BUFFER_SMALL ((size_t)128 * 1024) /* for a file's head, or many files at once */

struct source;

/* Borrows fd, which is read from where it stands. buffer is one of the two sizes above. */
struct source *source_new(int fd, size_t buffer);
void source_free(struct source *source);

/*
 * What is compressed may be unpacked by threads beside the caller's (parser/ahead), one for a source, as long as
 * *spare, which counts those that may still be begun, is not 0; the answers are the same. Borrows
 * spare until source_free(). Of a file, not of a pipe.
 */
void source_go_ahead(struct source *source, size_t *spare);

/*
 * The next line, without its newline. 1: *line is filled in, *cut tells whether
 * it was longer than SOURCE_LINE_MAX. 0: the end; a last line without newline
 * was given. -1: the input breaks off here, see err; an unfinished line is not given.
 */
int source_line(struct source *source, struct span *line, bool *cut, struct error *err);

/*
 * The bytes read and not given yet, lines of any length; and, n being what a whole line of them takes with its
 * newline, that it is given: it stays valid as one of source_line().
 */
struct span source_rest(const struct source *source);
void source_take(struct source *source, size_t n);

/*
 * The input grows: source_line() gives whole lines only, and after 0 may be asked again. Of plain input,
 * from the beginning on.
 */
void source_follow(struct source *source);

/* Take n bytes as they stand, newlines and all, to p (NULL: pass over them). False at the end. */
bool source_bytes(struct source *source, char *p, size_t n, struct error *err);

/*
 * Look at the lines of the first buffer before any is taken: *at starts at 0
 * and is moved on. False when there are no more whole lines in it.
 */
bool source_peek(struct source *source, size_t *at, struct span *line);

/*
 * Of plain input: where the line given last begins, counted in bytes from where reading
 * began; and whether the input ended before its newline.
 */
uint64_t source_line_at(const struct source *source);
uint64_t source_next_at(const struct source *source); /* where the next one does */
bool source_unfinished(const struct source *source);

/* "plain", or what unpack_format() says. Known after the first line or look. */
const char *source_format(const struct source *source);
bool source_is_plain(const struct source *source);

/* unpack_mtime() of a compressed input, else INSTANT_NONE. */
int64_t source_mtime(const struct source *source);

#endif
