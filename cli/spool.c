#include "cli/spool.h"

#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"

struct spool_place {
	int64_t t;
	long at;
	size_t n;
};

void
spool_clear(struct spool *spool)
{
	if (spool->file != NULL)
		(void)fclose(spool->file);
	free(spool->places);
	*spool = (struct spool)SPOOL_INIT;
}

void
spool_reset(struct spool *spool)
{
	if (spool->file != NULL && fseek(spool->file, 0, SEEK_SET) != 0)
		spool->failed = true;
	spool->n = spool->at = 0;
	spool->end = 0;
	spool->read_end = -1;
	spool->sorted = false;
}

void
spool_add(struct spool *spool, int64_t t, struct span text)
{
	if (spool->file == NULL && !spool->failed)
		spool->file = tmpfile();
	if (spool->file == NULL) {
		spool->failed = true;
		return;
	}
	if (text.n > (size_t)(LONG_MAX - spool->end) ||
		fwrite(text.p, 1, text.n, spool->file) != text.n)
		spool->failed = true;
	if (spool->n == spool->room) {
		spool->room = spool->room == 0 ? 1024 : 2 * spool->room;
		spool->places = xreallocarray(spool->places, spool->room, sizeof *spool->places);
	}
	spool->places[spool->n++] = (struct spool_place){ t, spool->end, text.n };
	if (!spool->failed)
		spool->end += (long)text.n;
	spool->read_end = -1;
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

int
spool_next(struct spool *spool, struct buf *out, struct error *err)
{
	const struct spool_place *place;

	if (spool->failed)
		return error_system(err, "cannot write to a temporary file");
	if (!spool->sorted && spool->n > 1)
		qsort(spool->places, spool->n, sizeof *spool->places, by_time);
	spool->sorted = true;
	if (spool->at == spool->n)
		return 0;
	place = &spool->places[spool->at++];
	/* A seek throws away what was read ahead, and most texts stand in the order of time. */
	if ((place->at != spool->read_end && fseek(spool->file, place->at, SEEK_SET) != 0) ||
		fread(buf_room(out, place->n), 1, place->n, spool->file) != place->n)
		return error_system(err, "cannot read a temporary file back");
	out->n += place->n;
	spool->read_end = place->at + (long)place->n;
	return 1;
}
