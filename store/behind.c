#include "store/behind.h"

#include <sys/stat.h>

#include "base/instant.h"

#define FILES_MAX 100

/* false: it is not that file any more, or nothing can be seen of it. */
static bool
look(struct db_statement *row, struct behind *behind)
{
	struct buf path = BUF_INIT;
	int64_t size = db_int(row, 3), heard = db_int(row, 4), written;
	struct stat st;
	bool is;

	buf_add(&path, db_text(row, 0));
	is = stat(buf_str(&path), &st) == 0 && S_ISREG(st.st_mode) &&
	     (int64_t)st.st_dev == db_int(row, 1) && (int64_t)st.st_ino == db_int(row, 2);
	buf_clear(&path);
	if (!is)
		return false;
	written = (int64_t)st.st_mtim.tv_sec * INSTANT_SECOND + st.st_mtim.tv_nsec / 1000;
	*behind = (struct behind){ .path = db_text(row, 0) };
	/* Reading goes on where an unfinished message begins; what was there is known all the same. */
	if (st.st_size > size) {
		behind->bytes = (uint64_t)(st.st_size - size);
		behind->late = written > heard ? written - heard : 0;
	}
	return true;
}

int
behind_each(struct store *store, void (*visit)(void *ctx, const struct behind *behind), void *ctx,
	struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		/* Messages come before the lines they are made of, which are put in by and by. */
		"SELECT path, dev, ino, size,"
		" max(read_at, ifnull((SELECT max(last) FROM message), 0)) FROM source"
		" WHERE size IS NOT NULL AND place IS NOT NULL AND format = 'plain'"
		" ORDER BY read_at DESC, id LIMIT ?1",
		err);
	int rc;

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, FILES_MAX);
	while ((rc = db_step(row, err)) > 0) {
		struct behind behind;

		if (look(row, &behind))
			visit(ctx, &behind);
	}
	return rc;
}
