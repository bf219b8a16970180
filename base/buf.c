#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define BUF_FIRST 64
#define BUF_READ ((size_t)64 << 10)

/* Room for n more bytes and the NUL behind them. */
static void
grow(struct buf *buf, size_t n)
{
	size_t capacity = buf->capacity > 0 ? buf->capacity : BUF_FIRST;

	if (n < buf->capacity - buf->n)
		return;
	while (capacity - buf->n <= n)
		capacity = capacity <= SIZE_MAX / 2 ? capacity * 2 : SIZE_MAX;
	buf->p = xreallocarray(buf->p, capacity, 1);
	buf->capacity = capacity;
}

void
buf_clear(struct buf *buf)
{
	free(buf->p);
	*buf = (struct buf)BUF_INIT;
}

void
buf_reset(struct buf *buf)
{
	buf->n = 0;
	if (buf->p != NULL)
		buf->p[0] = '\0';
}

void
buf_add(struct buf *buf, struct span s)
{
	grow(buf, s.n);
	if (s.n > 0)
		memcpy(buf->p + buf->n, s.p, s.n);
	buf->n += s.n;
	buf->p[buf->n] = '\0';
}

void
buf_add_char(struct buf *buf, char c)
{
	grow(buf, 1);
	buf->p[buf->n++] = c;
	buf->p[buf->n] = '\0';
}

void
buf_add_repeat(struct buf *buf, char c, size_t times)
{
	grow(buf, times);
	memset(buf->p + buf->n, c, times);
	buf->n += times;
	buf->p[buf->n] = '\0';
}

void
buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int n;

	grow(buf, 0);
	va_start(args, format);
	n = vsnprintf(buf->p + buf->n, buf->capacity - buf->n, format, args);
	va_end(args);
	if (n > 0 && (size_t)n >= buf->capacity - buf->n) {
		grow(buf, (size_t)n);
		va_start(args, format);
		n = vsnprintf(buf->p + buf->n, buf->capacity - buf->n, format, args);
		va_end(args);
	}
	if (n > 0)
		buf->n += (size_t)n;
	buf->p[buf->n] = '\0';
}

char *
buf_room(struct buf *buf, size_t n)
{
	grow(buf, n);
	buf->p[buf->n + n] = '\0';
	return buf->p + buf->n;
}

struct span
buf_span(const struct buf *buf)
{
	return (struct span){ buf->p, buf->n };
}

const char *
buf_str(const struct buf *buf)
{
	return buf->p != NULL ? buf->p : "";
}

int
buf_read_all(struct buf *buf, int fd, size_t max, struct error *err)
{
	size_t begin = buf->n;

	for (;;) {
		/* One byte more than allowed tells a full file from one that is too long. */
		size_t left = max - (buf->n - begin);
		size_t want = left < BUF_READ ? left + 1 : BUF_READ;
		char *to = buf_room(buf, want);
		ssize_t got = read(fd, to, want);

		if (got < 0 && errno == EINTR)
			continue;
		to[got > 0 ? got : 0] = '\0';
		if (got < 0)
			return error_system(err, "cannot read");
		if (got == 0)
			return 0;
		if ((size_t)got > left) {
			to[left] = '\0';
			buf->n += left;
			return error_set(err, ERROR_LIMIT, "longer than %zu bytes", max);
		}
		buf->n += (size_t)got;
	}
}

int
buf_write_all(struct span bytes, int fd, struct error *err)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_system(err, "cannot write");
		bytes = span_from(bytes, (size_t)n);
	}
	return 0;
}
