#include "store/mark.h"

/* Names are ours; before them stands what keeps them apart from what else is in meta. */
#define KEY "'mark ' || ?1"

int
mark_get(struct store *store, struct span name, struct buf *value, struct error *err)
{
	struct db_statement *get =
		db_prepare(store_db(store), "SELECT value FROM meta WHERE key = " KEY, err);
	int rc;

	if (get == NULL)
		return -1;
	db_bind_word(get, 1, name);
	rc = db_step(get, err);
	if (rc > 0)
		buf_add(value, db_text(get, 0));
	db_reset(get);
	return rc;
}

int
mark_set(struct store *store, struct span name, struct span value, struct error *err)
{
	struct db_statement *put = db_prepare(store_db(store),
		"INSERT INTO meta(key, value) VALUES(" KEY ", ?2)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
		err);

	if (put == NULL)
		return -1;
	db_bind_word(put, 1, name);
	db_bind_text(put, 2, value);
	return db_step(put, err) < 0 ? -1 : 0;
}
