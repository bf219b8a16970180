/*
 * cursor.h - where a journal is gone on with; store/bookmark.h is that of files.
 *
 * A journal is known by its full name, and by nothing of what stands in it: it may be read
 * from any entry on. Its place is kept in `meta`, as "NUMBER CURSOR".
 */
#ifndef STORE_CURSOR_H
#define STORE_CURSOR_H

#include "store/ingest.h"

/*
 * Where the last ingest of it ended: place->cursor is empty when there was none. path as of
 * struct ingest_journal.
 */
int cursor_find(struct db *db, const char *path, struct log_place *place, struct error *err);

/* Add the journal to a reading, from its place on. Errors as of reading_add_journal(). */
int cursor_add(struct db *db, const struct ingest_journal *journal, struct reading *reading,
	struct error *err);

/* After the reading: keep the place, and the time of which entries are gone. */
int cursor_set(struct db *db, const struct log_file *file, struct error *err);

/*
 * What tells a source from others, as a digest under the store's key: of a file its first
 * event's line, of a journal its name.
 */
int64_t cursor_head(const struct log_file *file, const struct line *line, uint64_t key);

/*
 * A line of the journal has other bytes than the same line in a log file, so neither would be
 * known for the other, and mail that is kept as sums would count twice. ERROR_INPUT when both
 * would come together, by the reading or with what the store has (extra).
 */
int cursor_check_kinds(const struct reading *reading, const struct reading_extra *extra,
	struct error *err);

#endif
