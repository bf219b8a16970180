/*
 * log.h - any pile of log files as one stream of lines in the order of time.
 *
 * Files may be plain or compressed (gz, bz2, xz, zst, lz4: told by content)
 * and hold journalctl's JSON or export records beside other lines; "-" is
 * standard input. The order in which they are added does not matter. Files
 * that cover the same time are merged by their stamps, and a line that stands
 * in two of them (the same file twice, an overlapping copy, syslog beside
 * mail.log) is given once. Within one file the order of the lines is kept.
 *
 * The systemd journal is an input like a file (parser/journald). A line that a
 * journal and a file hold has other bytes in each: here one stands for the
 * other when host, program, PID and text are the same and their seconds are the
 * same or adjacent.
 *
 * Stamps without a year: a file's years are taken so that no line is later
 * than its last write (or than the date in a rotated file's name, or than the
 * next stamp of the file that has a year), and follow the order of its lines
 * (parser/years). Where reading on disproves the choice, log_next() answers
 * LOG_RESTART: everything read so far is to be forgotten, and the stream
 * begins anew with better years.
 */
#ifndef PARSER_LOG_H
#define PARSER_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "parser/line.h"

#define LOG_LINE_MAX 65536 /* longer lines are cut here, and counted */
#define LOG_STRANGE_MAX                                                                            \
	((uint64_t)256 << 20) /* bytes without one line that is understood: given up */
#define LOG_FILES_MAX 10000
#define LOG_WAIT INSTANT_MINUTE

struct log;

#define LOG_CURSOR_MAX 256

/* Where to go on later. */
struct log_place {
	int64_t offset;              /* in bytes; -1: it must be read from its beginning */
	uint64_t number;             /* lines before it */
	int64_t key;                 /* line.key of the last of these */
	char cursor[LOG_CURSOR_MAX]; /* of a journal: the entry before it; "": its beginning */
	int64_t late;                /* of a journal: how much before that entry is read again */
};

struct log_options {
	int year;         /* --year: the year of each file's last year-less stamp; 0: derive it */
	bool utc;         /* --log-tz UTC: stamps without a zone are UTC, else the zone of TZ */
	int64_t now;      /* nothing is later than a day after this */
	bool follow;      /* plain files grow: log_next() goes on after LOG_END */
	bool whole_lines; /* a last line without newline waits, in a file written within LOG_WAIT */
	/* Threads that may still be begun beside the caller's, NULL: none. They give the same lines. */
	size_t *spare_threads;
};

/* One input as reports name it. Counters are complete once the stream has ended. */
struct log_file {
	const char *path;   /* as given; "standard input" for "-", "journal" for the host's own */
	const char *format; /* "plain", "gz", "journal-json", ... LOG_JOURNAL for a journal */
	dev_t dev;
	ino_t ino;
	uint64_t lines;
	uint64_t cut;          /* lines longer than LOG_LINE_MAX */
	uint64_t understood;   /* lines whose frame named a program */
	uint64_t double_lines; /* lines left out since another file gave them */
	int64_t first, last;   /* INSTANT_NONE: no stamp at all */
	/* Once it was read, of a plain file the beginning of its last minute, and of a journal. */
	struct log_place place;
	struct log_place end; /* of a plain file: behind the last line that was given */
	bool year_doubtful;   /* the year rests on nothing but the clock */
	bool damaged;         /* the compressed stream broke off; what came before was kept */
	char problem[256];    /* why it is damaged or could not be read; "" when all is well */
	char sample[160];     /* the first line that was not understood; "": none */
	int64_t gap_from;     /* of a journal, with has_gap: its entries from then on are gone, */
	int64_t gap_to;       /* ... up to the first it still has */
	bool has_gap;
	uint64_t again; /* of its lines: those of a journal up to the place that was given */
	bool resumed;   /* ... which is there still */
};

struct log *log_new(const struct log_options *options);
void log_free(struct log *log);

/*
 * Add an input. ERROR_SYSTEM when it cannot be opened, ERROR_INPUT for a
 * directory. A file that was added already (same device and inode) is passed
 * over. Reading begins with the first log_next().
 */
int log_add(struct log *log, const char *path, struct error *err);

#define LOG_JOURNAL "journal"

/* Is its `number` that of an entry of a journal, which says nothing to people, and no line's? */
bool log_file_is_journal(const struct log_file *file);

/*
 * The same for a plain file that was read before, from there on. Its beginning is not looked
 * at: the caller knows that it is that file still.
 */
int log_add_from(struct log *log, const char *path, const struct log_place *place,
	struct error *err);

/* The first stamp of all that was added, by its first lines; INSTANT_NONE: there is none. */
int64_t log_begin(struct log *log);
/*
 * Add a journal: files copied from a host (a folder or one file), or with NULL the host's own. log_add()
 * does it for a file that is part of a journal. Reading goes on behind place (NULL: there is
 * none), or at the minute that is place->late before it, since entries of several hosts may come late. Where
 * its entry is gone, all of the journal is read, and the file says so. Errors as of journald_new().
 */
int log_add_journal(struct log *log, const char *path, const struct log_place *place,
	struct error *err);

enum log_answer {
	LOG_LINE,
	LOG_END, /* for now, with log_options.follow: asked again, it looks for what was written since */
	LOG_RESTART, /* forget what was read; the next call gives the first line again */
};

/* The next line. Its spans are borrowed until the next call. Never fails: what is wrong with a
 * file stands in its struct log_file. */
enum log_answer log_next(struct log *log, struct line *line);

/*
 * The next line where that is plain and nothing is to be merged: the same that log_next() would give, without a
 * copy of it. NULL: log_next() is to be asked.
 */
const struct line *log_next_alike(struct log *log);

/* The inputs, in the order in which they were read. */
size_t log_files(const struct log *log);
const struct log_file *log_file(const struct log *log, size_t i);

#endif
