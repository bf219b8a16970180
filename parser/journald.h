/*
 * journald.h - lines out of the systemd journal itself, by libsystemd's sd-journal.
 *
 * The journal is the host's own, or files copied from a host. Given are, in
 * the order of time, the entries that can tell of signing: what comes by
 * syslog's facility mail, from the programs and services of OpenDKIM and
 * Postfix, systemd's lines about opendkim.service, those of the kernel and of
 * audit that name OpenDKIM, and those of log daemons, which tell of lost lines.
 * A line is composed as parser/journal does of journalctl's records.
 *
 * An entry that stands in several files of one journal is given once. Files
 * that cannot be read, and entries that are damaged, are passed over and told
 * by journald_problem(). A build without libsystemd has parser/journald_none.c
 * in place of parser/journald.c: journald_new() fails, and says so.
 */
#ifndef PARSER_JOURNALD_H
#define PARSER_JOURNALD_H

#include <stdbool.h>

#include "base/error.h"
#include "parser/line.h"

struct journald;

/* Was it built with libsystemd? */
bool journald_is_built(void);

/*
 * Open a journal: a file, or a folder with files or with folders of them (as
 * /var/log/journal is), or with NULL the host's own. NULL and err: ERROR_SYSTEM, or ERROR_INPUT when
 * nothing there can be read, or this build cannot.
 */
struct journald *journald_new(const char *path, struct error *err);
void journald_free(struct journald *journald);

/*
 * Go behind the entry that cursor names, or with NULL before the first. 1: done. 0: that entry is
 * gone; the first there is will be the next. -1: failed, see err.
 */
int journald_seek(struct journald *journald, const char *cursor, struct error *err);

/* Go before the first entry that was not written before `when`. */
int journald_seek_time(struct journald *journald, int64_t when, struct error *err);

/*
 * The next entry as a line: when, own_stamp, host, tag, pid, text and raw are set, borrowed until
 * the next call. *cut: its text was longer than LOG_LINE_MAX. 1, 0 at the end, -1.
 */
int journald_next(struct journald *journald, struct line *line, bool *cut, struct error *err);

/* The cursor of the entry given last; NULL before the first. Borrowed until the next call. */
const char *journald_cursor(const struct journald *journald);

/* What could not be read so far; NULL: nothing. Borrowed until the next call. */
const char *journald_problem(const struct journald *journald);

/* When the entry was written that cursor names, which need not be there; else INSTANT_NONE. */
int64_t journald_time_of(const char *cursor);

#endif
