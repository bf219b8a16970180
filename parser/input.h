/*
 * input.h - one file (or journal) of a pile of logs: its lines, each with the instant it speaks of.
 *
 * parser/log opens inputs, asks each for one line after the other and merges
 * them. An input that is seekable can be closed and read again from its
 * beginning, which happens when the years supposed for it are disproved.
 */
#ifndef PARSER_INPUT_H
#define PARSER_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"
#include "parser/calendar.h"
#include "parser/frame.h"
#include "parser/line.h"
#include "parser/log.h"

struct journal_export;
struct journald;
struct source;

/* parser/log reads the first part; the second is the input's own. */
struct input {
	struct log_file file;
	char *path;    /* owned; file.path is this or "standard input" */
	bool seekable; /* it can be read again from its beginning */
	int64_t begin; /* its first stamp, INSTANT_NONE when it has none: its place in the merge */
	int64_t key;   /* never goes back: the merge's order */
	size_t index;  /* its number for line.file */
	uint64_t number;  /* lines read, counting from 1 */
	struct line head; /* the line that is its next */

	const struct log_options *options; /* borrowed */
	int fd;                            /* -1: open it by its path when it is read */
	bool kept;                         /* ... and is not closed before input_free() */
	struct log_place place; /* where its reading begins: standard input may stand further on */
	int64_t minute;         /* in which the line at file.place stands: its beginning */
	int64_t mtime;
	bool clock_only; /* nothing but the clock bounds its years */
	struct source *source;
	struct span raw;  /* the line read last */
	bool ended;       /* there is none behind it */
	uint64_t strange; /* bytes read while no line was understood */
	struct calendar calendar;
	struct frame_cache cache;
	struct journal_export *export;
	struct buf store;          /* bytes of the record that head points to */
	struct journald *journald; /* NULL: it is a file */
	int64_t taken;             /* when the entry before place was written */
};

/*
 * Open path ("-" is standard input). keep: its descriptor stays open until
 * input_free(), as one that is not seekable does anyway. Borrows options.
 * ERROR_SYSTEM when it cannot be opened, ERROR_INPUT for a directory or a device.
 */
struct input *input_new(const char *path, const struct log_options *options, bool keep,
	struct error *err);
void input_free(struct input *input);

/* A journal: log_add_journal(). */
struct input *input_new_journal(const char *path, const struct log_place *place,
	const struct log_options *options, struct error *err);

/* Is it a file in which journald keeps entries? */
bool input_is_journal_file(const struct input *input);

/* Read it from there on, whenever it is started. */
void input_go_on(struct input *input, const struct log_place *place);

/* Are both the same file, under whatever names? */
bool input_is_same(const struct input *a, const struct input *b);

/* Look at its first lines: sets begin and what is supposed of its years. */
void input_look(struct input *input);

/* Begin at the first line. buffer as for source_new(). false, and file.problem says why, when that fails. */
bool input_start(struct input *input, size_t buffer);

enum input_answer {
	INPUT_LINE,
	INPUT_NOTHING, /* a blank line, part of a record; not given by the functions below */
	INPUT_END,
	INPUT_DISPROVED, /* the years supposed are wrong: input_survey(), or input_insist() */
};

/* The next line into head. */
enum input_answer input_next(struct input *input);

/* The same where it is as nearly all lines are (parser/alike.h); else INPUT_NOTHING, and input_next() is to be asked. */
enum input_answer input_next_alike(struct input *input);

/* Keep the years supposed, right or wrong, and give the line that disproved them. */
enum input_answer input_insist(struct input *input);

/* Read the whole file for its stamps alone, until a first year is found that nothing disproves. */
void input_survey(struct input *input);

/* Nothing more is read of it, unless it is started again. */
void input_end(struct input *input);

/* As if no line had been read of it. */
void input_forget(struct input *input);

#endif
