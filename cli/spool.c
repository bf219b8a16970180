#include "cli/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

struct spool_place {
	int64_t t;
	off_t at;
	size_t n;
};

void
spool_clear(struct spool *spool)
{
	if (spool->file != NULL)
		(void)fclose(spool->file);
	free(spool->places);
	buf_clear(&spool->window);
	*spool = (struct spool)SPOOL_INIT;
}

void
spool_reset(struct spool *spool)
{
	if (spool->file != NULL && fseek(spool->file, 0, SEEK_SET) != 0)
		spool->failed = true;
	spool->n = spool->at = 0;
	spool->end = 0;
	buf_reset(&spool->window);
	spool->sorted = false;
}

void
spool_prepare(struct spool *spool)
{
	if (spool->file == NULL && !spool->failed)
		spool->file = tmpfile();
	spool->failed |= spool->file == NULL;
}

void
spool_add(struct spool *spool, int64_t t, struct span text)
{
	spool_prepare(spool);
	if (spool->file == NULL)
		return;
	if (fwrite(text.p, 1, text.n, spool->file) != text.n)
		spool->failed = true;
	spool->places = xgrow(spool->places, spool->n, &spool->room, sizeof *spool->places);
	spool->places[spool->n++] = (struct spool_place){ t, spool->end, text.n };
	spool->end += (off_t)text.n;
	spool->sorted = false;
}

static int
by_time(const void *a, const void *b)
{
	const struct spool_place *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/*
 * Texts come in almost the order in which they are asked for: so much is read at once, some of it from
 * before what was asked for.
 */
#define WINDOW ((size_t)256 << 10)
#define BEFORE ((off_t)64 << 10)

static int
read_at(int fd, struct buf *out, off_t at, size_t n)
{
	while (n > 0) {
		ssize_t got = pread(fd, buf_room(out, n), n, at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		out->n += (size_t)got;
		at += got;
		n -= (size_t)got;
	}
	return 0;
}

/* Have the window lie over that place. */
static int
move_window(struct spool *spool, const struct spool_place *place)
{
	off_t from = place->at > BEFORE ? place->at - BEFORE : 0;
	size_t n = (size_t)(place->at - from) + place->n;

	if (n < WINDOW)
		n = spool->end - from < (off_t)WINDOW ? (size_t)(spool->end - from) : WINDOW;
	buf_reset(&spool->window);
	spool->window_at = from;
	return read_at(fileno(spool->file), &spool->window, from, n);
}

static bool
is_in_window(const struct spool *spool, const struct spool_place *place)
{
	return place->at >= spool->window_at &&
	       place->at + (off_t)place->n <= spool->window_at + (off_t)spool->window.n;
}

int
spool_next(struct spool *spool, struct buf *out, struct error *err)
{
	const struct spool_place *place;

	if (spool->failed || (!spool->sorted && spool->file != NULL && fflush(spool->file) != 0))
		return error_system(err, "cannot write to a temporary file");
	if (!spool->sorted && spool->n > 1)
		qsort(spool->places, spool->n, sizeof *spool->places, by_time);
	spool->sorted = true;
	if (spool->at == spool->n)
		return 0;
	place = &spool->places[spool->at++];
	if (!is_in_window(spool, place) && move_window(spool, place) < 0)
		return error_system(err, "cannot read a temporary file back");
	buf_add(out, span_first(span_from(buf_span(&spool->window),
					(size_t)(place->at - spool->window_at)),
			     place->n));
	return 1;
}
