#include "store/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/cursor.h"
#include "store/held.h"
#include "store/row.h"

/* What was found for the path of a log; NULL: it has none. Logs have an order of their own. */
static struct bookmark *
found_for(const struct intake *intake, const struct log_file *file)
{
	for (size_t i = 0; i < intake->npaths; i++)
		if (strcmp(intake->paths[i], file->path) == 0)
			return &intake->bookmarks[i];
	return NULL;
}

/* The bookmark with which it is gone on; NULL: it is read whole. */
static const struct bookmark *
bookmark_of(const struct intake *intake, const struct log_file *file)
{
	const struct bookmark *found = found_for(intake, file);

	return found == NULL || found->source == 0 ? NULL : found;
}

/* Sources. */

static int
find_source(struct db *db, int64_t head, int64_t *id, struct error *err)
{
	struct db_statement *get = db_prepare(db, "SELECT id FROM source WHERE head = ?1", err);
	int rc;

	if (get == NULL)
		return -1;
	db_bind_int(get, 1, head);
	rc = db_step(get, err);
	*id = rc > 0 ? db_int(get, 0) : 0;
	db_reset(get);
	return rc < 0 ? -1 : 0;
}

static int
make_source(struct db *db, int64_t head, const struct log_file *file, int64_t *id,
	struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO source(head, path, format, first, last, lines, new_lines, cut, read_at)"
		" VALUES(?1, ?2, ?3, ?4, ?4, 0, 0, 0, 0)",
		err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, head);
	db_bind_text(put, 2, span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	row_bind_instant(put, 4, file->first);
	if (db_step(put, err) < 0)
		return -1;
	*id = db_last_id(db);
	return 0;
}

int64_t
intake_source(const struct intake *intake, uint32_t file)
{
	return file < intake->nlogs ? intake->sources[file]
	                            : store_source(intake->store, file - intake->nlogs);
}

uint32_t
intake_log(const struct intake *intake, uint32_t file)
{
	int64_t source = intake_source(intake, file);

	for (uint32_t i = 0; i < intake->nlogs; i++)
		if (intake->sources[i] == source)
			return i;
	return file;
}

static int
write_source(const struct intake *intake, size_t i, int64_t now, struct error *err)
{
	const struct log_file *file = reading_file(intake->reading, i);
	const struct bookmark *bookmark = bookmark_of(intake, file);
	struct db_statement *put = db_prepare(intake->db,
		"UPDATE source SET path = ifnull(?2, path), format = ?3, last = max(ifnull(last, ?4), ifnull(?4, last)),"
		" lines = CASE ?10 WHEN 0 THEN max(lines, ?5) ELSE lines + ?5 END,"
		" new_lines = new_lines + ?6, cut = max(cut, ?7), problem = ?8,"
		" read_at = ?9 WHERE id = ?1",
		err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, intake->sources[i]);
	/* One that was removed keeps the name it had. */
	row_bind_text(put, 2, held_is_path(file->path) ? SPAN_NONE : span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	row_bind_instant(put, 4, file->last);
	db_bind_int(put, 5,
		(int64_t)(file->lines - file->again +
			  (bookmark == NULL ? 0 : bookmark->place.number)));
	db_bind_int(put, 6, (int64_t)intake->new_lines[i]);
	db_bind_int(put, 7, (int64_t)file->cut);
	row_bind_text(put, 8, span_of(file->problem));
	db_bind_int(put, 9, now);
	db_bind_int(put, 10, file->resumed);
	return db_step(put, err);
}

static int
set_bookmark(const struct intake *intake, size_t i, struct error *err)
{
	const struct log_file *file = reading_file(intake->reading, i);
	const struct bookmark *found = found_for(intake, file);

	return bookmark_set(intake->db, store_key(intake->store), intake->sources[i], file,
		found != NULL && bookmark_is_of(found, file) ? found->size : -1, err);
}

int
intake_write(struct intake *intake, int64_t now, struct error *err)
{
	for (size_t i = 0; i < intake->nlogs; i++) {
		const struct log_file *file = reading_file(intake->reading, i);

		if (intake->sources[i] != 0 &&
			(write_source(intake, i, now, err) < 0 || set_bookmark(intake, i, err) < 0))
			return -1;
		if (log_file_is_journal(file) && cursor_set(intake->db, file, err) < 0)
			return -1;
		intake->new_lines[i] = 0;
	}
	return known_flush(intake->known, err);
}

/* Lines. */

/* What log it is that has no bookmark: its first event, met now, says so. 0: none that is known. */
static int
look_up_source(struct intake *intake, const struct line *line, int64_t *source, struct error *err)
{
	const struct log_file *file = reading_file(intake->reading, line->file);
	int64_t *head = &intake->heads[line->file];

	if (*head != 0)
		return 0;
	*head = cursor_head(file, line, store_key(intake->store));
	return find_source(intake->db, *head, source, err);
}

/* A log has a source from its first line on that is not passed over, or that it had before. */
int
intake_is_new(struct intake *intake, const struct line *line, struct error *err)
{
	int64_t *source = &intake->sources[line->file];
	int rc;

	if (*source == 0 && look_up_source(intake, line, source, err) < 0)
		return -1;
	if (line->when != INSTANT_NONE && line->when < intake->horizon) {
		intake->passed++;
		return 0;
	}
	if (*source == 0 && make_source(intake->db, intake->heads[line->file],
				    reading_file(intake->reading, line->file), source, err) < 0)
		return -1;
	rc = known_add(intake->known, line->raw, line->when, err);
	intake->new_lines[line->file] += rc > 0;
	return rc;
}

int64_t
intake_first(const struct intake *intake, uint32_t i)
{
	const struct log_file *file = reading_file(intake->reading, i);
	size_t known = i < intake->nlogs ? store_file(intake->store, intake->sources[i])
	                                 : intake->extra.nfiles;
	int64_t before =
		known < intake->extra.nfiles ? intake->extra.files[known].first : INSTANT_NONE;

	return before != INSTANT_NONE && before < file->first ? before : file->first;
}

void
intake_measure(struct intake *intake, const char *path, int64_t size)
{
	for (size_t i = 0; i < intake->npaths; i++)
		if (strcmp(intake->paths[i], path) == 0)
			intake->bookmarks[i].size = size;
}

bool
intake_is_empty(const struct intake *intake)
{
	for (size_t i = 0; i < intake->npaths; i++)
		if (intake->bookmarks[i].size != 0)
			return false;
	return intake->npaths == intake->nlogs;
}

/* The whole. */

void
intake_begin(struct intake *intake)
{
	for (size_t i = 0; i < intake->nlogs; i++) {
		const struct bookmark *bookmark =
			bookmark_of(intake, reading_file(intake->reading, i));

		intake->sources[i] = bookmark == NULL ? 0 : bookmark->source;
		intake->heads[i] = 0;
		intake->new_lines[i] = 0;
	}
	intake->passed = 0;
	known_free(intake->known);
	intake->known = known_new(intake->db, store_key(intake->store));
}

static int
add_log(struct intake *intake, size_t i, struct error *err)
{
	struct bookmark *bookmark = &intake->bookmarks[i];

	if (bookmark_find(intake->db, store_key(intake->store), intake->paths[i], bookmark, err) <
		0)
		return -1;
	return reading_add_from(intake->reading, intake->paths[i], &bookmark->place, err);
}

/* A log that is rotated between the look for its bookmark and its opening is another file. */
static int
check_bookmarks(const struct intake *intake, struct error *err)
{
	for (size_t i = 0; i < intake->nlogs; i++) {
		const struct log_file *file = reading_file(intake->reading, i);
		const struct bookmark *bookmark = bookmark_of(intake, file);

		if (bookmark != NULL && !bookmark_is_of(bookmark, file))
			return error_set(err, ERROR_SYSTEM,
				"'%s' was replaced when it was opened; nothing was taken in",
				file->path);
	}
	return 0;
}

int
intake_open(struct intake *intake, struct store *store, struct reading *reading,
	const struct ingest_options *options, const struct reading_extra *extra, struct error *err)
{
	struct reading_extra all = *extra;

	*intake = (struct intake){ .store = store,
		.db = store_db(store),
		.reading = reading,
		.paths = options->paths,
		.npaths = options->npaths };
	if (store_horizon(store, &intake->horizon, err) < 0 ||
		store_extra(store, &intake->extra, err) < 0)
		return -1;
	all.files = intake->extra.files;
	all.nfiles = intake->extra.nfiles;
	reading_extend(reading, &all);
	intake->bookmarks = xcalloc(options->npaths + 1, sizeof *intake->bookmarks);
	for (size_t i = 0; i < options->njournals; i++)
		if (cursor_add(intake->db, &options->journals[i], reading, err) < 0)
			return -1;
	for (size_t i = 0; i < options->npaths; i++)
		if (add_log(intake, i, err) < 0)
			return -1;
	intake->nlogs = reading_files(reading) - all.nfiles;
	intake->sources = xcalloc(intake->nlogs + 1, sizeof *intake->sources);
	intake->heads = xcalloc(intake->nlogs + 1, sizeof *intake->heads);
	intake->new_lines = xcalloc(intake->nlogs + 1, sizeof *intake->new_lines);
	return check_bookmarks(intake, err) < 0 ||
	                       cursor_check_kinds(reading, &intake->extra, err) < 0
	               ? -1
	               : 0;
}

void
intake_clear(struct intake *intake)
{
	known_free(intake->known);
	free(intake->bookmarks);
	free(intake->sources);
	free(intake->heads);
	free(intake->new_lines);
	*intake = (struct intake){ .nlogs = 0 };
}
