#include "parser/journald.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "parser/event.h"
#include "parser/journal.h"
#include "parser/libsystemd.h"
#include "parser/log.h"

#define FILES_MAX 8192       /* of one journal */
#define ENTRY_FIELDS_MAX 512 /* of one entry; journald itself writes some 30 */
#define FIELD_MAX 1024       /* bytes of a field that is no message */

struct journald {
	struct libsystemd lib;
	sd_journal *journal;
	const char **files; /* those that can be opened, and NULL */
	size_t nfiles;
	struct arena arena; /* of their names */
	char *cursor;
	struct buf values[JOURNAL_FIELDS];
	struct buf store; /* bytes of the line given last */
	struct buf unread;
	uint64_t nunread;
};

/*
 * What can matter: any of these. Few, since each costs at every entry. Lines of the kernel and of
 * audit are of many kinds; which of them speak of OpenDKIM is seen by their text.
 */
static const char *const matches[] = {
	"SYSLOG_FACILITY=2",
	"SYSLOG_IDENTIFIER=opendkim",
	"SYSLOG_IDENTIFIER=rsyslogd",
	"SYSLOG_IDENTIFIER=systemd-journald",
	"_COMM=opendkim",
	"_SYSTEMD_UNIT=opendkim.service",
	"_SYSTEMD_UNIT=postfix.service",
	"_SYSTEMD_UNIT=postfix@-.service",
	"UNIT=opendkim.service",
	"COREDUMP_COMM=opendkim",
	"_TRANSPORT=kernel",
	"_TRANSPORT=audit",
};

bool
journald_is_built(void)
{
	return true;
}

/* What sd-journal's errors mean here. */
static const char *
reason(int error)
{
	switch (error) {
	case -ENODATA:
		return "it is cut off";
	case -EBADMSG:
	case -EIO:
		return "it is damaged";
	case -EPROTONOSUPPORT:
		return "a newer systemd wrote it";
	default:
		return strerror(-error);
	}
}

static int
fail(int error, const char *what, struct error *err)
{
	return error_set(err, ERROR_SYSTEM, "cannot %s the journal: %s", what, reason(error));
}

/* Opening. */

static void
note_unread(struct journald *journald, const char *path, int error)
{
	if (journald->nunread++ > 0)
		return;
	buf_reset(&journald->unread);
	buf_addf(&journald->unread, "cannot read '%.160s': %s", path, reason(error));
}

/* sd-journal leaves out what it cannot open without a word; so each file is tried first. */
static void
try_file(struct journald *journald, const char *path)
{
	const char *paths[] = { path, NULL };
	sd_journal *journal = NULL;
	int rc = -EMFILE;

	if (journald->nfiles < FILES_MAX)
		rc = journald->lib.open_files(&journal, paths, 0);
	journald->lib.close(journal);
	if (rc < 0) {
		note_unread(journald, path, rc);
		return;
	}
	journald->files = xreallocarray(journald->files, journald->nfiles + 2, sizeof(char *));
	journald->files[journald->nfiles++] = arena_copy(&journald->arena, span_of(path)).p;
	journald->files[journald->nfiles] = NULL;
}

static bool
is_journal_name(struct span name)
{
	return span_ends(name, SPAN(".journal")) || span_ends(name, SPAN(".journal~"));
}

/* Files of a folder; with `deep` also those of the folders in it, one for each host. */
static void
try_folder(struct journald *journald, const char *path, bool deep)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		note_unread(journald, path, -errno);
	for (int i = 0; i < n; i++) {
		struct buf inner = BUF_INIT;
		struct stat st;

		buf_addf(&inner, "%s/%s", path, entries[i]->d_name);
		if (is_journal_name(span_of(entries[i]->d_name)))
			try_file(journald, buf_str(&inner));
		else if (deep && entries[i]->d_name[0] != '.' && stat(buf_str(&inner), &st) == 0 &&
			 S_ISDIR(st.st_mode))
			try_folder(journald, buf_str(&inner), false);
		buf_clear(&inner);
		free(entries[i]);
	}
	free(entries);
}

static int
open_path(struct journald *journald, const char *path, struct error *err)
{
	struct stat st;
	int rc;

	if (stat(path, &st) < 0)
		return error_system(err, "cannot open '%s'", path);
	if (S_ISDIR(st.st_mode))
		try_folder(journald, path, true);
	else
		try_file(journald, path);
	if (journald->nfiles == 0 && journald->nunread > 0)
		return error_set(err, ERROR_INPUT, "%s", buf_str(&journald->unread));
	if (journald->nfiles == 0)
		return error_set(err, ERROR_INPUT, "no file of a journal is in '%s'", path);
	rc = journald->lib.open_files(&journald->journal, journald->files, 0);
	return rc < 0 ? fail(rc, "open", err) : 0;
}

/* Who is no member of the right group may read a journal, but only of what he did himself. */
static bool
has_system_journal(const struct libsystemd *lib)
{
	sd_journal *journal = NULL;
	bool has = lib->open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM) >= 0 &&
	           (lib->has_persistent_files(journal) > 0 || lib->has_runtime_files(journal) > 0);

	lib->close(journal);
	return has;
}

static int
open_host(struct journald *journald, struct error *err)
{
	int rc;

	if (!has_system_journal(&journald->lib))
		return error_set(err, ERROR_INPUT, "%s",
			geteuid() == 0 ? "this host has no journal"
				       : "no journal of this host can be read; root and members of "
					 "the groups systemd-journal and adm may");
	rc = journald->lib.open(&journald->journal, SD_JOURNAL_LOCAL_ONLY);
	return rc < 0 ? fail(rc, "open", err) : 0;
}

static int
add_matches(struct journald *journald, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof matches / sizeof *matches && rc >= 0; i++) {
		rc = journald->lib.add_match(journald->journal, matches[i], 0);
		if (rc >= 0)
			rc = journald->lib.add_disjunction(journald->journal);
	}
	if (rc >= 0)
		rc = journald->lib.set_data_threshold(journald->journal, LOG_LINE_MAX + 64);
	return rc < 0 ? fail(rc, "search", err) : 0;
}

struct journald *
journald_new(const char *path, struct error *err)
{
	struct journald *journald = xcalloc(1, sizeof *journald);
	int rc = libsystemd_load(&journald->lib, err);

	if (rc == 0)
		rc = path == NULL ? open_host(journald, err) : open_path(journald, path, err);
	if (rc < 0 || add_matches(journald, err) < 0 || journald_seek(journald, NULL, err) < 0) {
		journald_free(journald);
		return NULL;
	}
	return journald;
}

void
journald_free(struct journald *journald)
{
	if (journald == NULL)
		return;
	if (journald->journal != NULL)
		journald->lib.close(journald->journal);
	free(journald->files);
	arena_clear(&journald->arena);
	free(journald->cursor);
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		buf_clear(&journald->values[i]);
	buf_clear(&journald->store);
	buf_clear(&journald->unread);
	free(journald);
}

int
journald_seek(struct journald *journald, const char *cursor, struct error *err)
{
	int rc;

	free(journald->cursor);
	journald->cursor = NULL;
	if (cursor != NULL && journald->lib.seek_cursor(journald->journal, cursor) >= 0 &&
		journald->lib.next(journald->journal) > 0 &&
		journald->lib.test_cursor(journald->journal, cursor) > 0) {
		journald->cursor = xstrdup(cursor);
		return 1;
	}
	rc = journald->lib.seek_head(journald->journal);
	if (rc < 0)
		return fail(rc, "read", err);
	return cursor == NULL;
}

int
journald_seek_time(struct journald *journald, int64_t when, struct error *err)
{
	int rc = journald->lib.seek_realtime_usec(journald->journal, when < 0 ? 0 : (uint64_t)when);

	return rc < 0 ? fail(rc, "search", err) : 1;
}

/* Reading. */

static struct span
value(const struct journald *journald, enum journal_field field)
{
	struct span value = buf_span(&journald->values[field]);

	return value.n > 0 ? value : SPAN_NONE;
}

/* Of a field that was given several times the first counts. */
static void
take_field(struct journald *journald, struct span name, struct span value, bool *cut)
{
	for (enum journal_field i = 0; i < JOURNAL_FIELDS; i++) {
		size_t most = i == JOURNAL_MESSAGE ? LOG_LINE_MAX : FIELD_MAX;

		if (!span_eq(name, span_of(journal_field_name(i))) || journald->values[i].n > 0)
			continue;
		if (i == JOURNAL_MESSAGE && value.n > most)
			*cut = true;
		buf_add(&journald->values[i], span_first(value, most));
		return;
	}
}

/* The fields of the entry at hand. False when it is damaged. *noise: of a transport of many kinds. */
static bool
take_fields(struct journald *journald, bool *noise, bool *cut)
{
	const void *data;
	size_t n;
	uint64_t realtime;
	int rc = 0;

	*noise = *cut = false;
	for (size_t i = 0; i < JOURNAL_FIELDS; i++)
		buf_reset(&journald->values[i]);
	journald->lib.restart_data(journald->journal);
	for (size_t i = 0; i < ENTRY_FIELDS_MAX; i++) {
		struct span field;
		ptrdiff_t at;

		rc = journald->lib.enumerate_data(journald->journal, &data, &n);
		if (rc <= 0)
			break;
		field = (struct span){ data, n };
		at = span_find_char(field, '=');
		if (at < 0)
			continue;
		if (span_eq(field, SPAN("_TRANSPORT=kernel")) ||
			span_eq(field, SPAN("_TRANSPORT=audit")))
			*noise = true;
		take_field(journald, span_first(field, (size_t)at),
			span_from(field, (size_t)at + 1), cut);
	}
	/* It is no field of the entry, but stands in its head. */
	buf_reset(&journald->values[JOURNAL_REALTIME]);
	if (journald->lib.get_realtime_usec(journald->journal, &realtime) >= 0)
		buf_addf(&journald->values[JOURNAL_REALTIME], "%llu", (unsigned long long)realtime);
	return rc >= 0;
}

static int
step(struct journald *journald, struct error *err)
{
	int rc = journald->lib.next(journald->journal);

	return rc < 0 ? fail(rc, "read", err) : rc;
}

/* Where the entry at hand stands. */
static int
keep_cursor(struct journald *journald, struct error *err)
{
	char *cursor = NULL;
	int rc = journald->lib.get_cursor(journald->journal, &cursor);

	if (rc < 0)
		return fail(rc, "keep the place in", err);
	free(journald->cursor);
	journald->cursor = cursor;
	return 1;
}

int
journald_next(struct journald *journald, struct line *line, bool *cut, struct error *err)
{
	struct span values[JOURNAL_FIELDS];
	bool noise;
	int rc;

	while ((rc = step(journald, err)) > 0) {
		if (!take_fields(journald, &noise, cut))
			note_unread(journald, "an entry", -EBADMSG);
		for (enum journal_field i = 0; i < JOURNAL_FIELDS; i++)
			values[i] = value(journald, i);
		if (noise && !event_speaks_of_opendkim(values[JOURNAL_MESSAGE]))
			continue;
		if (journal_compose(values, &journald->store, line))
			return keep_cursor(journald, err);
	}
	return rc;
}

const char *
journald_cursor(const struct journald *journald)
{
	return journald->cursor;
}

const char *
journald_problem(const struct journald *journald)
{
	return journald->nunread > 0 ? buf_str(&journald->unread) : NULL;
}

int64_t
journald_time_of(const char *cursor)
{
	struct span rest = span_of(cursor), part;

	while (span_cut(&rest, ';', &part)) {
		char digits[24], *end;
		unsigned long long t;

		if (!span_starts(part, SPAN("t=")) || part.n < 3 || part.n > sizeof digits)
			continue;
		memcpy(digits, part.p + 2, part.n - 2);
		digits[part.n - 2] = '\0';
		t = strtoull(digits, &end, 16);
		return *end == '\0' && t < INT64_MAX ? (int64_t)t : INSTANT_NONE;
	}
	return INSTANT_NONE;
}
