/*
 * journal.h - lines out of the journal's records: journalctl -o json and -o export.
 *
 * JSON is read by jansson. Fields used: __REALTIME_TIMESTAMP, else
 * _SOURCE_REALTIME_TIMESTAMP; _HOSTNAME; SYSLOG_IDENTIFIER, else _COMM;
 * SYSLOG_PID, else _PID; MESSAGE (a string, or an array of bytes as
 * journald writes unprintable text). parser/journald reads the same fields out
 * of the journal itself.
 *
 * A record's `raw` is not the record but the line that journalctl -o
 * short-iso-precise would show for it, in UTC: that is what people can read,
 * and the text lies in it as in every other line.
 */
#ifndef PARSER_JOURNAL_H
#define PARSER_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "parser/line.h"

enum journal_field {
	JOURNAL_REALTIME,
	JOURNAL_SOURCE_REALTIME,
	JOURNAL_HOST,
	JOURNAL_IDENTIFIER,
	JOURNAL_COMM,
	JOURNAL_SYSLOG_PID,
	JOURNAL_PID,
	JOURNAL_MESSAGE,
	JOURNAL_FIELDS,
};

const char *journal_field_name(enum journal_field field);

/*
 * A record's fields as a line: when, host, tag, pid, text and raw of *line. store holds
 * the bytes they point to and is reset by each call. A field it lacks is SPAN_NONE. false when it
 * has no message or no time (line untouched).
 */
bool journal_compose(const struct span values[JOURNAL_FIELDS], struct buf *store,
	struct line *line);

/* Does this look like the first line of such a stream, or of a later record of it? */
bool journal_is_json(struct span line);
bool journal_is_export(struct span line);

/* Read one record as journal_compose() does. false when it is no record with a message. */
bool journal_read_json(struct span record, struct buf *store, struct line *line);

/*
 * A container runtime's own JSON, {"log":"...","stream":"...","time":"..."}:
 * store becomes its stamp, a blank and its text, as `docker logs -t` prints
 * them. false when it is none.
 */
bool journal_unwrap_container(struct span record, struct buf *store);

/* -o export: fields line by line, records ended by an empty line. */
struct journal_export;

enum journal_step {
	JOURNAL_MORE,   /* hand over the next line */
	JOURNAL_BINARY, /* a 64-bit little-endian length and as many bytes follow, then a newline */
	JOURNAL_RECORD, /* the record is complete, and *out is filled in as by journal_read_json() */
};

struct journal_export *journal_export_new(void);
void journal_export_free(struct journal_export *export);

/* Is a record begun and not ended? */
bool journal_export_open(const struct journal_export *export);

/* Take the next line of a record. What *out points to is borrowed until the next call. */
enum journal_step journal_export_feed(struct journal_export *export, struct span line,
	struct line *out);

/* After JOURNAL_BINARY: the value of the field that was named, or as much of it as is wanted. */
void journal_export_binary(struct journal_export *export, struct span value);

#endif
