#include "store/gap.h"

#include "base/instant.h"

/* The nearest one that it belongs to; 0: none. */
static int
find(struct db *db, const struct gap *gap, int64_t *id, struct error *err)
{
	struct db_statement *get = db_prepare(db,
		"SELECT id FROM gap WHERE host = ?1 AND why = ?2 AND first <= ?4 + ?5 AND last >= ?3 - ?5"
		" ORDER BY abs(first - ?3) LIMIT 1",
		err);
	int rc;

	*id = 0;
	if (get == NULL)
		return -1;
	db_bind_text(get, 1, gap->host.n > 0 ? gap->host : SPAN(""));
	db_bind_word(get, 2, gap->why);
	db_bind_int(get, 3, gap->first);
	db_bind_int(get, 4, gap->last);
	db_bind_int(get, 5, GAP_BETWEEN);
	rc = db_step(get, err);
	if (rc > 0)
		*id = db_int(get, 0);
	db_reset(get);
	return rc < 0 ? -1 : 0;
}

int
gap_add(struct db *db, const struct gap *gap, struct error *err)
{
	struct db_statement *put;
	int64_t id;

	if (find(db, gap, &id, err) < 0)
		return -1;
	put = db_prepare(db,
		"INSERT INTO gap(id, host, first, last, why, lines) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
		" ON CONFLICT(id) DO UPDATE SET first = min(first, excluded.first),"
		" last = max(last, excluded.last), lines = lines + excluded.lines",
		err);
	if (put == NULL)
		return -1;
	if (id != 0)
		db_bind_int(put, 1, id);
	db_bind_text(put, 2, gap->host.n > 0 ? gap->host : SPAN(""));
	db_bind_int(put, 3, gap->first);
	db_bind_int(put, 4, gap->last);
	db_bind_word(put, 5, gap->why);
	db_bind_int(put, 6, (int64_t)gap->lines);
	return db_step(put, err);
}
