#include "parser/input.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "parser/alike.h"
#include "parser/entries.h"
#include "parser/journal.h"
#include "parser/journald.h"
#include "parser/record.h"
#include "parser/rotated.h"
#include "parser/source.h"

#define LINE_COST 64 /* what an empty line counts for, of LOG_STRANGE_MAX */
#define MTIME_PLAUSIBLE                                                                            \
	(INT64_C(631152000) * INSTANT_SECOND) /* 1990; unpackers write 1970 or 1980 */

/* Opening and closing. */

static void
close_source(struct input *input)
{
	source_free(input->source);
	input->source = NULL;
	journal_export_free(input->export);
	input->export = NULL;
	buf_clear(&input->store);
}

void
input_end(struct input *input)
{
	close_source(input);
	if (!input->kept && input->fd >= 0) {
		close(input->fd);
		input->fd = -1;
	}
}

void
input_free(struct input *input)
{
	if (!input)
		return;
	close_source(input);
	if (input->fd >= 0)
		close(input->fd);
	journald_free(input->journald);
	free(input->path);
	free(input);
}

static int
open_path(const char *path, struct error *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	int fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
	                        : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		return fd;
	if (standard_input)
		return error_system(err, "cannot read standard input");
	return error_system(err, "cannot open '%s'", path);
}

/* When it was last written, as far as that can be believed. */
static void
take_mtime(struct input *input, const struct stat *st)
{
	bool plausible;

	input->mtime = (int64_t)st->st_mtime * INSTANT_SECOND;
	plausible = input->seekable && input->mtime >= MTIME_PLAUSIBLE;
	input->clock_only = !plausible;
	if (!plausible || input->mtime > input->options->now)
		input->mtime = input->options->now;
}

static struct input *
input_of(const char *path, int fd, const struct stat *st, const struct log_options *options,
	bool keep)
{
	bool standard_input = strcmp(path, "-") == 0;
	struct input *input = xcalloc(1, sizeof(*input));

	input->options = options;
	input->path = xstrdup(path);
	input->file.path = standard_input ? "standard input" : input->path;
	input->file.format = "plain";
	input->file.first = input->file.last = input->place.key = INSTANT_NONE;
	input->file.dev = st->st_dev;
	input->file.ino = st->st_ino;
	input->fd = fd;
	input->place.offset = standard_input ? lseek(fd, 0, SEEK_CUR) : 0;
	input->seekable = S_ISREG(st->st_mode) && input->place.offset >= 0;
	input->kept = !input->seekable || standard_input || keep;
	take_mtime(input, st);
	input_end(input);
	return input;
}

/* One that may never end: a terminal ends with ^D, /dev/null at once. */
static bool
is_device(int fd, const struct stat *st)
{
	struct stat null;

	if (S_ISBLK(st->st_mode))
		return true;
	return S_ISCHR(st->st_mode) && !isatty(fd) &&
	       (stat("/dev/null", &null) < 0 || st->st_rdev != null.st_rdev);
}

struct input *
input_new(const char *path, const struct log_options *options, bool keep, struct error *err)
{
	struct stat st;
	int fd = open_path(path, err);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) < 0)
		error_system(err, "cannot stat '%s'", path);
	else if (S_ISDIR(st.st_mode))
		error_set(err, ERROR_INPUT,
			"'%s' is a directory; --journal-dir reads one of journal files", path);
	else if (is_device(fd, &st))
		error_set(err, ERROR_INPUT, "'%s' is a device, and no log",
			strcmp(path, "-") == 0 ? "standard input" : path);
	else
		return input_of(path, fd, &st, options, keep);
	close(fd);
	return NULL;
}

/* systemd: journal-def.h, HEADER_SIGNATURE. */
bool
input_is_journal_file(const struct input *input)
{
	char head[8];

	return input->fd >= 0 && input->seekable && pread(input->fd, head, 8, 0) == 8 &&
	       memcmp(head, "LPKSHHRH", 8) == 0;
}

void
input_go_on(struct input *input, const struct log_place *place)
{
	if (input->seekable && place->offset >= 0)
		input->place = *place;
}

bool
input_is_same(const struct input *a, const struct input *b)
{
	return a->file.dev == b->file.dev && a->file.ino == b->file.ino;
}

static void
set_problem(struct input *input, const struct error *err)
{
	struct log_file *file = &input->file;

	file->damaged = true;
	if (strcmp(file->format, "plain") == 0)
		(void)snprintf(file->problem, sizeof(file->problem),
			"'%.100s': %.80s; %llu lines before that were read", file->path, err->text,
			(unsigned long long)file->lines);
	else
		(void)snprintf(file->problem, sizeof(file->problem),
			"'%.100s' breaks off: %.80s; %llu lines before that were read", file->path,
			err->text, (unsigned long long)file->lines);
}

/* Open by path again; another file may stand there by now. */
static int
reopen(struct input *input, struct error *err)
{
	struct stat st;
	int fd = open_path(input->path, err);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_dev == input->file.dev && st.st_ino == input->file.ino)
		return fd;
	close(fd);
	return error_set(err, ERROR_INPUT, "'%s' was replaced while the logs were read",
		input->path);
}

/* Put a source at the input's beginning. */
static bool
open_source(struct input *input, size_t buffer)
{
	struct error err = ERROR_INIT;

	if (input->fd < 0)
		input->fd = reopen(input, &err);
	else if (input->seekable && lseek(input->fd, input->place.offset, SEEK_SET) < 0)
		error_system(&err, "cannot read '%s' from its beginning", input->path);
	if (err.kind == ERROR_NONE) {
		input->source = source_new(input->fd, buffer);
		if (input->options->follow)
			source_follow(input->source);
		else if (input->seekable && input->options->spare_threads)
			source_go_ahead(input->source, input->options->spare_threads);
		return true;
	}
	input->file.damaged = true;
	(void)snprintf(input->file.problem, sizeof(input->file.problem), "%.255s", err.text);
	return false;
}

static void
rewind_to_begin(struct input *input)
{
	calendar_rewind(&input->calendar);
	input->cache = (struct frame_cache){ .n = 0 };
	input->key = input->begin > input->place.key ? input->begin : input->place.key;
	input->number = input->place.number;
	input->ended = false;
	input->strange = 0;
	input->minute = INSTANT_NONE;
	input->file.place = input->place;
	if (!input->seekable)
		input->file.place.offset = -1;
}

/* Reading. */

static void
count(struct input *input, const struct line *line)
{
	struct log_file *file = &input->file;
	struct buf text = BUF_INIT;

	if (line->own_stamp) {
		if (file->first == INSTANT_NONE || line->when < file->first)
			file->first = line->when;
		if (line->when > file->last)
			file->last = line->when;
	}
	if (line->tag.n > 0) {
		file->understood++;
	} else if (file->sample[0] == '\0') {
		utf8_printable(&text, span_first(line->raw, sizeof(file->sample) * 2),
			sizeof(file->sample) / 4);
		(void)snprintf(file->sample, sizeof(file->sample), "%s", buf_str(&text));
		buf_clear(&text);
	}
}

/* Can it be gone on with at an offset? */
static bool
has_places(const struct input *input)
{
	return input->seekable && !input->export && source_is_plain(input->source);
}

/* waits: the line that was read last is not given. */
static void
mark_end(struct input *input, bool waits)
{
	uint64_t at = waits ? source_line_at(input->source) : source_next_at(input->source);

	input->file.end = (struct log_place){
		.offset = has_places(input) ? input->place.offset + (int64_t)at : -1,
		.number = input->number,
		.key = input->key,
	};
}

/* Behind the last line. */
static enum input_answer
read_end(struct input *input, bool waits)
{
	enum input_answer answer;

	mark_end(input, waits);
	if (input->options->follow)
		return INPUT_END;
	input->ended = true;
	if (!years_end(&input->calendar.years))
		return INPUT_DISPROVED;
	if (input->calendar.years.given_up ||
		(input->clock_only && input->calendar.years.yearless &&
			!input->calendar.years.anchored))
		input->file.year_doubtful = true;
	answer = record_read_last(input, &input->head);
	return answer == INPUT_NOTHING ? INPUT_END : answer;
}

/* The line in head begins a minute, as a rule: from there on the file can be read again. */
static void
mark_place(struct input *input)
{
	struct log_place *place = &input->file.place;
	int64_t when = input->head.when;

	if (input->journald)
		return;
	if (!has_places(input))
		place->offset = -1;
	if (place->offset < 0 || !input->head.own_stamp ||
		(input->minute != INSTANT_NONE && when >= input->minute &&
			when - input->minute < INSTANT_MINUTE))
		return;
	input->minute = when - when % INSTANT_MINUTE;
	place->offset = input->place.offset + (int64_t)source_line_at(input->source);
	place->number = input->number - 1;
	place->key = input->key;
}

/* What stands in head is the next line. */
static enum input_answer
take_head(struct input *input, enum input_answer answer)
{
	if (answer != INPUT_LINE)
		return answer;
	input->head.file = (uint32_t)input->index;
	input->head.number = input->number;
	mark_place(input);
	if (input->head.when > input->key)
		input->key = input->head.when;
	count(input, &input->head);
	return INPUT_LINE;
}

/* Looking at the first lines, and at all of them. */

/* The first stamp of the lines that were looked at; false as read_line() when its year is disproved. */
static bool
look_through(struct input *input)
{
	struct line line = { .when = INSTANT_NONE };
	struct span raw;
	size_t at = 0;
	bool export = false;

	rewind_to_begin(input);
	input->begin = INSTANT_NONE;
	while (source_peek(input->source, &at, &raw)) {
		/* A binary field cannot be looked over; the first record's stamp comes before. */
		if (export || journal_is_export(raw)) {
			uint64_t t;

			export = true;
			input->file.format = "journal-export";
			if (!span_starts(raw, SPAN("__REALTIME_TIMESTAMP=")))
				continue;
			if (span_to_u64(span_from(raw, SPAN("__REALTIME_TIMESTAMP=").n), &t) &&
				t < INT64_MAX)
				input->begin = (int64_t)t;
			return true;
		}
		switch (record_read(input, raw, &line)) {
		case INPUT_DISPROVED:
			return false;
		case INPUT_LINE:
			if (input->begin == INSTANT_NONE && line.own_stamp)
				input->begin = line.when;
			break;
		case INPUT_NOTHING:
		case INPUT_END:
			break;
		}
	}
	return true;
}

static void
init_calendar(struct input *input)
{
	int64_t bound = input->mtime;
	int64_t inner = source_mtime(input->source);
	int64_t name = rotated_written(span_of(input->path), input->options->utc);

	if (inner >= MTIME_PLAUSIBLE && inner < bound)
		bound = inner;
	if (name != INSTANT_NONE && name < bound)
		bound = name;
	if (bound != input->options->now || input->options->year != 0)
		input->clock_only = false;
	calendar_init(&input->calendar, bound, input->options->year, input->options->utc);
}

void
input_look(struct input *input)
{
	struct span first;
	size_t at = 0;

	if (input->journald) {
		entries_look(input);
		return;
	}
	input->begin = INSTANT_NONE;
	if (!open_source(input, input->seekable ? SOURCE_BUFFER_SMALL : SOURCE_BUFFER))
		return;
	if (source_peek(input->source, &at, &first) && journal_is_json(first))
		input->file.format = "journal-json";
	init_calendar(input);
	while (!look_through(input))
		continue;
	if (strcmp(source_format(input->source), "plain") != 0)
		input->file.format = source_format(input->source);
	/* A pipe cannot be read again: its source stays, with what it holds. */
	if (input->seekable)
		input_end(input);
}

bool
input_start(struct input *input, size_t buffer)
{
	rewind_to_begin(input);
	if (input->journald)
		return entries_start(input);
	return input->source || open_source(input, buffer);
}

/* Is the line still being written? */
static bool
must_wait(const struct input *input)
{
	return input->options->whole_lines && input->seekable && source_unfinished(input->source) &&
	       source_is_plain(input->source) && input->options->now - input->mtime < LOG_WAIT;
}

/*
 * A plain line of the same host as the one before it, which head still tells of. If it is of the same second, too,
 * of all that is counted and kept of a line only its number is new. INPUT_NOTHING: it is none.
 */
enum input_answer
input_next_alike(struct input *input)
{
	struct line *line = &input->head;
	bool moved;

	if (input->export || !input->source ||
		!alike_read(source_rest(input->source), &input->cache, line, &moved))
		return INPUT_NOTHING;
	source_take(input->source, line->raw.n + 1);
	input->file.lines++;
	line->number = ++input->number;
	if (!moved) {
		input->file.understood++;
		return INPUT_LINE;
	}
	input->raw = line->raw;
	if (!calendar_take(&input->calendar, &input->cache.stamp))
		return INPUT_DISPROVED;
	line->when = input->calendar.when;
	line->own_stamp = true;
	return take_head(input, INPUT_LINE);
}

/* What unpacks to no end, or is a pipe that never ends, and no log. Logs are understood by then. */
static bool
is_strange(struct input *input)
{
	if (input->file.understood > 0)
		return false;
	input->strange += input->raw.n + LINE_COST;
	return input->strange > LOG_STRANGE_MAX;
}

enum input_answer
input_next(struct input *input)
{
	enum input_answer answer;
	struct error err;
	bool cut, waits;
	int rc;

	if (input->journald)
		return take_head(input, entries_next(input));
	answer = input_next_alike(input);
	if (answer != INPUT_NOTHING)
		return answer;
	while (answer == INPUT_NOTHING) {
		rc = source_line(input->source, &input->raw, &cut, &err);
		if (rc < 0)
			set_problem(input, &err);
		if (rc > 0 && is_strange(input)) {
			error_set(&err, ERROR_INPUT, "no line is understood, and it goes on");
			set_problem(input, &err);
			rc = -1;
		}
		waits = rc > 0 && must_wait(input);
		if (rc > 0 && !waits) {
			input->number++;
			input->file.lines++;
			input->file.cut += cut;
			answer = record_read(input, input->raw, &input->head);
		} else {
			answer = read_end(input, waits);
		}
	}
	return take_head(input, answer);
}

enum input_answer
input_insist(struct input *input)
{
	input->calendar.years.settled = true;
	input->file.year_doubtful = true;
	input->cache.n = input->cache.front_n = 0; /* its stamp is not resolved yet */
	if (input->ended)
		return take_head(input, read_end(input, false));
	return take_head(input, record_read(input, input->raw, &input->head));
}

/* One pass for input_survey(). false: what was supposed is disproved. */
static bool
survey_once(struct input *input)
{
	struct line line;
	struct error err;
	struct span raw;
	bool cut;

	close_source(input);
	rewind_to_begin(input);
	if (!open_source(input, SOURCE_BUFFER_SMALL))
		return true;
	while (source_line(input->source, &raw, &cut, &err) > 0) {
		if (record_read(input, raw, &line) == INPUT_DISPROVED)
			return false;
		if (input->calendar.years.anchored && input->options->year == 0)
			return true;
	}
	return years_end(&input->calendar.years);
}

void
input_survey(struct input *input)
{
	while (!survey_once(input))
		continue;
	input->calendar.years.settled = true;
	close_source(input);
	if (open_source(input, SOURCE_BUFFER_SMALL))
		look_through(input);
	close_source(input);
}

void
input_forget(struct input *input)
{
	struct log_file *file = &input->file;

	close_source(input);
	file->lines = file->cut = file->understood = file->double_lines = file->again = 0;
	file->first = file->last = INSTANT_NONE;
	file->damaged = file->year_doubtful = false;
	file->problem[0] = file->sample[0] = '\0';
	file->has_gap = false;
}
