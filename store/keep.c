#include "store/keep.h"

#include "store/row.h"

/* clang-format off */
static const char *const make_keep[] = {
	"CREATE TEMP TABLE IF NOT EXISTS keep("
	"source INTEGER, number INTEGER, key INTEGER, time INTEGER, host BLOB,"
	" tag BLOB, pid INTEGER, times INTEGER, raw BLOB, text_at INTEGER,"
	" text_n INTEGER, text BLOB, role INTEGER, message INTEGER,"
	" PRIMARY KEY(source, number)) WITHOUT ROWID",
	"CREATE TEMP TABLE IF NOT EXISTS link(message INTEGER, source INTEGER, number INTEGER)",
	"DELETE FROM temp.keep",
	"DELETE FROM temp.link",
	NULL,
};
/* clang-format on */

int
keep_begin(struct db *db, struct error *err)
{
	return db_run_each(db, make_keep, err);
}

static int
put_line(struct db *db, const struct evidence *line, const struct keep_place *place,
	struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO temp.keep VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
		" ?14) ON CONFLICT DO UPDATE"
		" SET role = max(role, excluded.role, message <> excluded.message)",
		err);
	bool within = line->body.n > 0 && line->body.p >= line->raw.p &&
	              line->body.p + line->body.n <= line->raw.p + line->raw.n;

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, place->source);
	db_bind_int(put, 2, (int64_t)line->number);
	db_bind_int(put, 3, line->key);
	row_bind_instant(put, 4, line->when);
	db_bind_text(put, 5, line->host.n > 0 ? line->host : SPAN(""));
	db_bind_text(put, 6, line->tag.n > 0 ? line->tag : SPAN(""));
	db_bind_int(put, 7, line->pid);
	db_bind_int(put, 8, line->times);
	db_bind_text(put, 9, line->raw.n > 0 ? line->raw : SPAN(""));
	db_bind_int(put, 10, within ? line->body.p - line->raw.p : 0);
	db_bind_int(put, 11, within ? (int64_t)line->body.n : 0);
	row_bind_text(put, 12, within ? SPAN_NONE : line->body);
	db_bind_int(put, 13, place->role);
	db_bind_int(put, 14, place->message);
	return db_step(put, err);
}

int
keep_line(struct db *db, const struct evidence *line, const struct keep_place *place,
	struct error *err)
{
	struct db_statement *link;

	if (put_line(db, line, place, err) < 0)
		return -1;
	if (place->message == 0)
		return 0;
	link = db_prepare(db, "INSERT INTO temp.link VALUES(?1, ?2, ?3)", err);
	if (link == NULL)
		return -1;
	db_bind_int(link, 1, place->message);
	db_bind_int(link, 2, place->source);
	db_bind_int(link, 3, (int64_t)line->number);
	return db_step(link, err);
}

/* clang-format off */
static const char *const delete_lines[] = {
	"DELETE FROM line",
	NULL,
};

/* Of lines that others may need it is not known here whether they still do. */
static const char *const delete_chosen_lines[] = {
	"DELETE FROM line WHERE role = 0 AND id IN (SELECT id FROM temp.chosen_line)",
	NULL,
};

static const char *const insert_lines[] = {
	"INSERT INTO line(source, number, key, time, host, tag, pid, times, raw, text_at,"
	" text_n, text, role) SELECT source, number, key, time, host, tag, pid, times, raw, text_at,"
	" text_n, text, role FROM temp.keep WHERE true ORDER BY key, source, number"
	" ON CONFLICT DO UPDATE SET role = max(role, excluded.role)",
	"INSERT OR IGNORE INTO evidence SELECT link.message, line.id FROM temp.link"
	" JOIN line ON line.source = link.source AND line.number = link.number",
	"DELETE FROM temp.keep",
	"DELETE FROM temp.link",
	NULL,
};
/* clang-format on */

int
keep_forget(struct db *db, bool all, struct error *err)
{
	return db_run_each(db, all ? delete_lines : delete_chosen_lines, err);
}

int
keep_write(struct db *db, struct error *err)
{
	return db_run_each(db, insert_lines, err);
}
