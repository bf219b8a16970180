/*
 * buf.h - one owned, growing run of bytes.
 *
 * A buf is always NUL-terminated behind its n bytes (once anything was put in
 * it), so that buf_str() can be handed to the system; it may hold NUL bytes.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include "base/error.h"
#include "base/span.h"

struct buf {
	char *p;
	size_t n;
	size_t capacity;
};

/* clang-format off */
#define BUF_INIT { NULL, 0, 0 }
/* clang-format on */

void buf_clear(struct buf *buf);

/* Forget the bytes, keep the memory. */
void buf_reset(struct buf *buf);

void buf_add(struct buf *buf, struct span s);
void buf_add_char(struct buf *buf, char c);
void buf_add_repeat(struct buf *buf, char c, size_t times);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Room for n more bytes; returns where to write them (count them with buf->n += ...).
 * A NUL follows the n bytes; who writes fewer puts one there, if buf_str() is wanted.
 */
char *buf_room(struct buf *buf, size_t n);

/* Borrowed until the next change. */
struct span buf_span(const struct buf *buf);
const char *buf_str(const struct buf *buf);

/*
 * Append what fd holds up to its end. ERROR_LIMIT when that is more than max
 * bytes, ERROR_SYSTEM when reading fails. The buf keeps what was read.
 */
int buf_read_all(struct buf *buf, int fd, size_t max, struct error *err);

/* Write all of it to fd. ERROR_SYSTEM when that fails. */
int buf_write_all(struct span bytes, int fd, struct error *err);

#endif
