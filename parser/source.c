#include "parser/source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "parser/ahead.h"
#include "parser/unpack.h"

struct source {
	int fd;
	char *own;    /* NULL once there is ahead */
	char *buffer; /* own, or within the block of ahead */
	size_t capacity;
	size_t start, end; /* the unread bytes of buffer */
	uint64_t base;     /* bytes that were before those of buffer */
	uint64_t line_at;  /* of the line given last */
	bool unfinished;   /* it has no newline */
	bool begun;        /* the first bytes were read and the format is known */
	bool packed;       /* it is not plain */
	bool ended;        /* no more bytes are to come */
	bool broken;       /* ... since reading failed, as err says */
	bool follows;      /* source_follow() */
	bool skipping;     /* the rest of a line that was cut is passed over */
	uint64_t skipped;  /* of the line that is skipped */
	const char *format;
	struct unpack *unpack;
	struct ahead *ahead;
	size_t *spare; /* NULL: source_go_ahead() was not called */
	struct error err;
};

struct source *
source_new(int fd, size_t buffer)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->fd = fd;
	source->capacity = buffer;
	source->buffer = source->own = xmalloc(buffer);
	source->format = "plain";
	return source;
}

void
source_free(struct source *source)
{
	if (!source)
		return;
	if (source->ahead)
		++*source->spare;
	ahead_free(source->ahead);
	unpack_free(source->unpack);
	free(source->own);
	free(source);
}

static ssize_t
read_fd(struct source *source, char *p, size_t n)
{
	ssize_t got;

	do
		got = read(source->fd, p, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		error_system(&source->err, "cannot read on");
	return got;
}

/* The first bytes decide how all are read. */
static void
begin(struct source *source)
{
	ssize_t got;

	source->begun = true;
	while (source->end < 6) {
		got = read_fd(source, source->buffer + source->end, UNPACK_HEAD_MAX - source->end);
		if (got <= 0) {
			source->ended = true;
			source->broken = got < 0;
			break;
		}
		source->end += (size_t)got;
	}
	if (!unpack_format((struct span){ source->buffer, source->end }))
		return;
	source->packed = true;
	source->format = unpack_format((struct span){ source->buffer, source->end });
	source->unpack =
		unpack_new(source->fd, (struct span){ source->buffer, source->end }, &source->err);
	source->end = 0;
	source->ended = source->broken = !source->unpack;
}

/*
 * Is it unpacked by a thread? Not before the buffer was filled once: a short file, and a look at the head
 * of a long one, need none.
 */
static bool
is_ahead(struct source *source)
{
	if (!source->ahead && source->unpack && source->spare && *source->spare > 0 &&
		source->base + source->end >= source->capacity) {
		source->ahead = ahead_new(source->unpack, SOURCE_LINE_MAX);
		*source->spare -= source->ahead != NULL;
	}
	return source->ahead != NULL;
}

/* The next block, the n bytes that are there moved to the room before it. */
static ssize_t
take_block(struct source *source, size_t n)
{
	char *block;
	ssize_t got = ahead_next(source->ahead, &block, &source->err);

	assert(n <= SOURCE_LINE_MAX);
	if (got <= 0)
		return got;
	memcpy(block - n, source->buffer + source->start, n);
	source->base += source->start;
	source->buffer = block - n;
	source->start = 0;
	source->end = n;
	free(source->own);
	source->own = NULL;
	return got;
}

/* Read more behind what is there, which is moved to the front of the buffer. */
static void
fill(struct source *source)
{
	size_t n = source->end - source->start;
	ssize_t got;

	if (!source->begun) {
		begin(source);
		if (!source->unpack)
			return;
	}
	if (source->ended)
		return;
	if (!is_ahead(source) && source->start > 0) {
		source->base += source->start;
		memmove(source->buffer, source->buffer + source->start, n);
		source->start = 0;
		source->end = n;
	}
	if (source->ahead)
		got = take_block(source, n);
	else if (source->unpack)
		got = unpack_read(source->unpack, source->buffer + n, source->capacity - n,
			&source->err);
	else
		got = read_fd(source, source->buffer + n, source->capacity - n);
	/* A file that grows had no more than that, for now. */
	source->ended = got <= 0 || (source->follows && (size_t)got < source->capacity - n);
	if (got > 0)
		source->end += (size_t)got;
	source->broken = got < 0;
}

static void
give(struct source *source, size_t n, bool newline, struct span *line, bool *cut)
{
	*cut = n > SOURCE_LINE_MAX;
	*line = (struct span){ source->buffer + source->start,
		n < SOURCE_LINE_MAX ? n : SOURCE_LINE_MAX };
	source->line_at = source->base + source->start;
	source->start += n + newline;
}

static int
give_last(struct source *source, struct span *line, bool *cut, struct error *err)
{
	size_t n = source->end - source->start;

	if (source->broken) {
		source->start = source->end;
		source->broken = false;
		*err = source->err;
		return -1;
	}
	if (source->follows)
		source->ended = false;
	if (n == 0 || source->skipping || source->follows)
		return 0;
	give(source, n, false, line, cut);
	source->unfinished = true;
	return 1;
}

void
source_go_ahead(struct source *source, size_t *spare)
{
	source->spare = spare;
}

void
source_follow(struct source *source)
{
	source->follows = true;
}

uint64_t
source_next_at(const struct source *source)
{
	return source->base + source->start;
}

uint64_t
source_line_at(const struct source *source)
{
	return source->line_at;
}

bool
source_unfinished(const struct source *source)
{
	return source->unfinished;
}

struct span
source_rest(const struct source *source)
{
	if (source->skipping)
		return SPAN_NONE;
	return (struct span){ source->buffer + source->start, source->end - source->start };
}

void
source_take(struct source *source, size_t n)
{
	source->line_at = source->base + source->start;
	source->start += n;
}

int
source_line(struct source *source, struct span *line, bool *cut, struct error *err)
{
	size_t looked = 0;

	for (;;) {
		size_t n = source->end - source->start;
		const char *from = source->buffer + source->start;
		const char *newline = n > looked ? memchr(from + looked, '\n', n - looked) : NULL;

		if (newline && source->skipping) {
			source->start += (size_t)(newline - from) + 1;
			source->skipping = false;
			looked = 0;
			continue;
		}
		if (newline) {
			give(source, (size_t)(newline - from), true, line, cut);
			return 1;
		}
		if (source->skipping) {
			source->start = source->end;
			source->skipped += n;
			n = 0;
			if (source->skipped > SOURCE_SKIP_MAX) {
				source->ended = source->broken = true;
				error_set(&source->err, ERROR_INPUT,
					"a line is longer than 256 MiB");
			}
		} else if (n > SOURCE_LINE_MAX) {
			give(source, SOURCE_LINE_MAX, false, line, cut);
			source->skipping = *cut = true;
			source->skipped = 0;
			return 1;
		}
		if (source->ended)
			return give_last(source, line, cut, err);
		looked = n;
		fill(source);
	}
}

bool
source_bytes(struct source *source, char *p, size_t n, struct error *err)
{
	while (n > 0) {
		size_t here = source->end - source->start;

		if (here == 0) {
			if (source->ended) {
				*err = source->err;
				return false;
			}
			fill(source);
			continue;
		}
		here = here < n ? here : n;
		if (p) {
			memcpy(p, source->buffer + source->start, here);
			p += here;
		}
		source->start += here;
		n -= here;
	}
	return true;
}

bool
source_peek(struct source *source, size_t *at, struct span *line)
{
	const char *from;
	const char *newline;

	if (!source->begun)
		fill(source);
	for (;;) {
		from = source->buffer + *at;
		newline = *at < source->end ? memchr(from, '\n', source->end - *at) : NULL;
		if (newline || source->ended || *at > 0 || source->end > SOURCE_LINE_MAX)
			break;
		fill(source);
	}
	if (!newline && (!source->ended || source->broken || *at >= source->end))
		return false;
	line->p = from;
	line->n = newline ? (size_t)(newline - from) : source->end - *at;
	*at += line->n + 1;
	if (line->n > SOURCE_LINE_MAX)
		line->n = SOURCE_LINE_MAX;
	return true;
}

bool
source_is_plain(const struct source *source)
{
	return !source->packed;
}

const char *
source_format(const struct source *source)
{
	return source->format;
}

int64_t
source_mtime(const struct source *source)
{
	return source->unpack ? unpack_mtime(source->unpack) : INSTANT_NONE;
}
