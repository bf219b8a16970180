/*
 * unpack.h - the bytes inside a compressed file.
 *
 * The one room of libarchive, zlib and ISA-L. gz, bz2, xz, zst and lz4 are told by
 * their first bytes; streams of several members are read through. Only
 * decoders built into the libraries are used, never a program.
 */
#ifndef PARSER_UNPACK_H
#define PARSER_UNPACK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/span.h"

#define UNPACK_HEAD_MAX 65536

struct unpack;

/* "gz", "bz2", "xz", "zst", "lz4", or NULL when head, the first bytes of a file, is none of them. */
const char *unpack_format(struct span head);

/*
 * Read what fd holds behind head, which was read from it already (at most
 * UNPACK_HEAD_MAX bytes) and is copied. Borrows fd. NULL and ERROR_INPUT when
 * it cannot be begun.
 */
struct unpack *unpack_new(int fd, struct span head, struct error *err);
/* The same, and gz by zlib alone, whose bytes and words are those to be given: for tests. */
struct unpack *unpack_new_plain(int fd, struct span head, struct error *err);
void unpack_free(struct unpack *unpack);

/*
 * Up to n bytes to p: how many, 0 at the end, -1 where the stream breaks off,
 * after everything that came before was given (but for gz: in whole blocks).
 */
ssize_t unpack_read(struct unpack *unpack, char *p, size_t n, struct error *err);

/* When the file that was compressed had last been written, as a gz header says; else INSTANT_NONE. */
int64_t unpack_mtime(const struct unpack *unpack);

#endif
