#include "store/cursor.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/gap.h"

static void
add_name(struct buf *out, const char *path)
{
	char *full = strcmp(path, LOG_JOURNAL) == 0 ? NULL : realpath(path, NULL);

	buf_addf(out, "journal %s", full == NULL ? path : full);
	free(full);
}

int
cursor_find(struct db *db, const char *path, struct log_place *place, struct error *err)
{
	struct db_statement *get = db_prepare(db, "SELECT value FROM meta WHERE key = ?1", err);
	struct buf name = BUF_INIT;
	struct span value, word;
	int rc;

	*place = (struct log_place){ .offset = -1 };
	if (get == NULL)
		return -1;
	add_name(&name, path == NULL ? LOG_JOURNAL : path);
	db_bind_word(get, 1, buf_span(&name));
	rc = db_step(get, err);
	if (rc > 0) {
		value = db_text(get, 0);
		if (span_word(&value, &word) && span_to_u64(word, &place->number)) {
			value = span_first(span_trim(value), sizeof place->cursor - 1);
			if (value.n > 0)
				memcpy(place->cursor, value.p, value.n);
		}
		db_reset(get);
	}
	buf_clear(&name);
	return rc < 0 ? -1 : 0;
}

int
cursor_add(struct db *db, const struct ingest_journal *journal, struct reading *reading,
	struct error *err)
{
	struct log_place place;

	if (cursor_find(db, journal->path, &place, err) < 0)
		return -1;
	place.late = journal->late;
	return reading_add_journal(reading, journal->path, &place, err);
}

static int
write_place(struct db *db, const struct log_file *file, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE"
		" SET value = excluded.value",
		err);
	struct buf name = BUF_INIT, value = BUF_INIT;
	int rc;

	if (put == NULL)
		return -1;
	add_name(&name, file->path);
	buf_addf(&value, "%llu %s", (unsigned long long)file->place.number, file->place.cursor);
	db_bind_word(put, 1, buf_span(&name));
	db_bind_text(put, 2, buf_span(&value));
	rc = db_step(put, err);
	buf_clear(&name);
	buf_clear(&value);
	return rc;
}

static int
write_gap(struct db *db, const struct log_file *file, struct error *err)
{
	const struct gap gap = { SPAN_NONE, file->gap_from, file->gap_to,
		SPAN("no longer in the journal when it was read"), 0 };

	return gap_add(db, &gap, err);
}

int
cursor_set(struct db *db, const struct log_file *file, struct error *err)
{
	if (file->place.cursor[0] == '\0')
		return 0;
	if (write_place(db, file, err) < 0)
		return -1;
	return file->has_gap ? write_gap(db, file, err) : 0;
}

int64_t
cursor_head(const struct log_file *file, const struct line *line, uint64_t key)
{
	struct buf name = BUF_INIT;
	struct span head = line->raw;
	uint64_t digest;

	if (log_file_is_journal(file)) {
		add_name(&name, file->path);
		head = buf_span(&name);
	}
	digest = span_digest(head, key);
	buf_clear(&name);
	return (int64_t)digest;
}

/* Also what journalctl wrote: its lines are the same. */
static bool
is_of_journal(const struct log_file *file)
{
	return span_starts(span_of(file->format), SPAN(LOG_JOURNAL));
}

int
cursor_check_kinds(const struct reading *reading, const struct reading_extra *extra,
	struct error *err)
{
	size_t n = reading_files(reading) - extra->nfiles;
	size_t journals = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		journals += is_of_journal(reading_file(reading, i));
	for (size_t i = 0; i < extra->nfiles; i++)
		kept += is_of_journal(&extra->files[i]);
	if (journals != 0 && journals != n)
		return error_set(err, ERROR_INPUT,
			"lines that the journal and a log file hold would count twice; take in "
			"either");
	if (n == 0 || kept == (journals > 0 ? extra->nfiles : 0))
		return 0;
	return error_set(err, ERROR_INPUT,
		"the store holds lines of %s, and those that stand in %s, too, would count twice; "
		"name another store with --store",
		journals > 0 ? "log files" : "the journal",
		journals > 0 ? "the journal" : "log files");
}
