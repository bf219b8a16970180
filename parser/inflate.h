/*
 * inflate.h - the bytes inside a compressed file.
 *
 * The one room of libarchive. gz, bz2, xz, zst and lz4 are told by their first
 * bytes; streams of several members are read through. Only decoders built
 * into libarchive are used, never a program.
 */
#ifndef PARSER_INFLATE_H
#define PARSER_INFLATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/span.h"

struct inflate;

/* "gz", "bz2", "xz", "zst", "lz4", or NULL when head, the first bytes of a file, is none of them. */
const char *inflate_format(struct span head);

/*
 * Read what fd holds behind head, which was read from it already and is
 * copied. Borrows fd. NULL and ERROR_INPUT when it cannot be begun.
 */
struct inflate *inflate_new(int fd, struct span head, struct error *err);
void inflate_free(struct inflate *inflate);

/* Up to n bytes to p: how many, 0 at the end, -1 (ERROR_INPUT) where the stream breaks off. */
ssize_t inflate_read(struct inflate *inflate, char *p, size_t n, struct error *err);

/* When the file that was compressed had last been written, as a gz header says; else INSTANT_NONE. */
int64_t inflate_mtime(const struct inflate *inflate);

#endif
