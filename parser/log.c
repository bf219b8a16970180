#include "parser/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "parser/doubles.h"
#include "parser/frame.h"
#include "parser/journal.h"
#include "parser/rotated.h"
#include "parser/source.h"
#include "parser/years.h"

#define KEPT_OPEN_MAX 256  /* files whose descriptor is kept from log_add() on */
#define FULL_BUFFERS_MAX 8 /* sources read at the same time with a full buffer */
#define MTIME_PLAUSIBLE                                                                            \
	(INT64_C(631152000) * INSTANT_SECOND) /* 1990; unpackers write 1970 or 1980 */
#define OVERLAP_END (2 * INSTANT_SECOND) /* lines of the file that remains are compared so long */
#define DISORDER (5 * INSTANT_MINUTE)    /* in which a doubled hour is not taken to have begun */

/* One file: what is known of it, and, while the merge is at it, where it is read. */
struct input {
	struct log_file file;
	char *path;    /* owned; file.path is this or "standard input" */
	int fd;        /* -1: open it by its path when it is read */
	bool kept;     /* ... and is not closed before log_free() */
	bool seekable; /* it can be read again from its beginning */
	dev_t dev;
	ino_t ino;
	off_t offset; /* where it begins: standard input may stand further on */
	int64_t mtime;
	bool clock_only; /* nothing but the clock bounds its years */
	int64_t begin; /* its first stamp, INSTANT_NONE when it has none: its place in the merge */
	size_t index;  /* its number for line.file */
	struct source *source;
	struct years years;
	struct frame_cache cache;
	struct journal_export *export;
	struct buf store;    /* bytes of the record that head points to */
	int64_t when;        /* of the last stamp */
	int64_t key;         /* never goes back: the merge's order */
	struct frame minute; /* the last stamp that began a new minute, and when that began */
	int64_t minute_at;
	uint64_t number;  /* lines read, counting from 1 */
	struct line head; /* the line that is its next */
};

struct log {
	struct log_options options;
	struct input **inputs;
	size_t ninputs;
	size_t waiting;      /* inputs from here on are not open yet */
	struct input **heap; /* the open ones, by key and then index */
	size_t nheap;
	bool begun;
	bool given;      /* heap[0]'s head was given to the caller */
	int64_t overlap; /* lines up to this time are compared with those of other files */
	struct doubles doubles;
};

struct log *
log_new(const struct log_options *options)
{
	struct log *log = xcalloc(1, sizeof(*log));

	log->options = *options;
	log->overlap = INSTANT_NONE;
	return log;
}

static void
input_close(struct input *input)
{
	source_free(input->source);
	input->source = NULL;
	journal_export_free(input->export);
	input->export = NULL;
	buf_clear(&input->store);
}

/* Nothing more is read of it, unless everything is read again. */
static void
input_end(struct input *input)
{
	input_close(input);
	if (!input->kept && input->fd >= 0) {
		close(input->fd);
		input->fd = -1;
	}
}

static void
input_free(struct input *input)
{
	input_close(input);
	if (input->fd >= 0)
		close(input->fd);
	free(input->path);
	free(input);
}

void
log_free(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->ninputs; i++)
		input_free(log->inputs[i]);
	free(log->inputs);
	free(log->heap);
	doubles_clear(&log->doubles);
	free(log);
}

/* Adding. */

static struct input *
find_known(const struct log *log, const struct stat *st)
{
	for (size_t i = 0; i < log->ninputs; i++) {
		if (log->inputs[i]->dev == st->st_dev && log->inputs[i]->ino == st->st_ino)
			return log->inputs[i];
	}
	return NULL;
}

/* Of two names of one file the same one is kept in whatever order they come. */
static void
choose_path(struct input *input, const char *path)
{
	if (input->file.path != input->path || strcmp(path, input->path) >= 0)
		return;
	free(input->path);
	input->path = xstrdup(path);
	input->file.path = input->path;
}

static int
open_path(const char *path, bool standard_input, struct error *err)
{
	int fd = standard_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
	                        : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		return fd;
	if (standard_input)
		return error_system(err, "cannot read standard input");
	return error_system(err, "cannot open '%s'", path);
}

static void
add_input(struct log *log, const char *path, bool standard_input, int fd, const struct stat *st)
{
	struct input *input = xcalloc(1, sizeof(*input));
	bool plausible;

	input->path = xstrdup(path);
	input->file.path = standard_input ? "standard input" : input->path;
	input->file.format = "plain";
	input->file.first = input->file.last = INSTANT_NONE;
	input->dev = st->st_dev;
	input->ino = st->st_ino;
	input->fd = fd;
	input->offset = standard_input ? lseek(fd, 0, SEEK_CUR) : 0;
	input->seekable = S_ISREG(st->st_mode) && input->offset >= 0;
	input->mtime = (int64_t)st->st_mtime * INSTANT_SECOND;
	plausible = input->seekable && input->mtime >= MTIME_PLAUSIBLE;
	input->clock_only = !plausible;
	if (!plausible || input->mtime > log->options.now)
		input->mtime = log->options.now;
	input->kept = !input->seekable || standard_input || log->ninputs < KEPT_OPEN_MAX;
	input_end(input);
	log->inputs = xreallocarray(log->inputs, log->ninputs + 1, sizeof(*log->inputs));
	log->inputs[log->ninputs++] = input;
}

int
log_add(struct log *log, const char *path, struct error *err)
{
	bool standard_input = strcmp(path, "-") == 0;
	struct input *known;
	struct stat st;
	int fd;

	if (log->ninputs >= LOG_FILES_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d files", LOG_FILES_MAX);
	fd = open_path(path, standard_input, err);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0) {
		error_system(err, "cannot stat '%s'", path);
	} else if (S_ISDIR(st.st_mode)) {
		error_set(err, ERROR_INPUT, "'%s' is a directory", path);
	} else if ((known = find_known(log, &st)) != NULL) {
		close(fd);
		if (!standard_input)
			choose_path(known, path);
		return 0;
	} else {
		add_input(log, path, standard_input, fd, &st);
		return 0;
	}
	close(fd);
	return -1;
}

/* Reading one input. */

static void
set_problem(struct input *input, const struct error *err)
{
	struct log_file *file = &input->file;

	file->damaged = true;
	if (strcmp(file->format, "plain") == 0)
		snprintf(file->problem, sizeof(file->problem),
			"'%.100s': %.80s; %llu lines before that were read", file->path, err->text,
			(unsigned long long)file->lines);
	else
		snprintf(file->problem, sizeof(file->problem),
			"'%.100s' breaks off: %.80s; %llu lines before that were read", file->path,
			err->text, (unsigned long long)file->lines);
}

/* Open by path again; another file may stand there by now. */
static int
reopen(struct input *input, struct error *err)
{
	struct stat st;
	int fd = open_path(input->path, false, err);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_dev == input->dev && st.st_ino == input->ino)
		return fd;
	close(fd);
	return error_set(err, ERROR_INPUT, "'%s' was replaced while the logs were read",
		input->path);
}

/* A source at the input's beginning, or NULL: the input's problem says why. */
static struct source *
source_at_start(struct input *input, size_t buffer)
{
	struct error err = ERROR_INIT;

	if (input->fd < 0)
		input->fd = reopen(input, &err);
	else if (input->seekable && lseek(input->fd, input->offset, SEEK_SET) < 0)
		error_system(&err, "cannot read '%s' from its beginning", input->path);
	if (err.kind == ERROR_NONE)
		return source_new(input->fd, buffer);
	input->file.damaged = true;
	snprintf(input->file.problem, sizeof(input->file.problem), "%.255s", err.text);
	return NULL;
}

static void
rewind_state(struct input *input)
{
	years_rewind(&input->years);
	input->cache = (struct frame_cache){ .n = 0 };
	input->when = INSTANT_NONE;
	input->key = input->begin;
	input->minute_at = INSTANT_NONE;
	input->number = 0;
}

static bool
is_same_minute(const struct frame *a, const struct frame *b)
{
	return a->civil.minute == b->civil.minute && a->civil.hour == b->civil.hour &&
	       a->civil.day == b->civil.day && a->civil.month == b->civil.month &&
	       a->civil.year == b->civil.year && a->offset_s == b->offset_s && a->stamp == b->stamp;
}

/* When the minute of a stamp began. false: the year supposed for the file is disproved. */
static bool
resolve_minute(const struct log *log, struct input *input, const struct frame *frame)
{
	struct civil civil = frame->civil;

	if (!years_next(&input->years, &civil))
		return false;
	civil.second = civil.micro = 0;
	if (frame->stamp == STAMP_ZONED || log->options.utc)
		input->minute_at = instant_of_utc(&civil, frame->offset_s);
	else if (input->when == INSTANT_NONE)
		input->minute_at = instant_of_local(&civil, INSTANT_NONE);
	else
		input->minute_at = instant_of_local(&civil, input->when - DISORDER);
	input->minute = *frame;
	return true;
}

/*
 * When the stamp was. Years and local time are dear: the seconds of one minute
 * are counted from its beginning, which no change of the zone divides. false
 * as above.
 */
static bool
resolve(const struct log *log, struct input *input, const struct frame *frame)
{
	if (frame->stamp == STAMP_NONE || (input->cache.same_stamp && input->when != INSTANT_NONE))
		return true;
	if ((input->minute_at == INSTANT_NONE || !is_same_minute(frame, &input->minute)) &&
		!resolve_minute(log, input, frame))
		return false;
	input->when = input->minute_at + frame->civil.second * INSTANT_SECOND + frame->civil.micro;
	return true;
}

static void
line_of_frame(const struct input *input, const struct frame *frame, struct span raw,
	struct line *line)
{
	line->when = input->when;
	line->own_stamp = frame->stamp != STAMP_NONE;
	line->host = frame->host;
	line->tag = frame->tag;
	line->pid = frame->pid;
	line->text = frame->text;
	line->times = frame->times;
	line->raw = raw;
}

enum answer {
	ANSWER_LINE,
	ANSWER_NOTHING, /* a blank line, part of a record */
	ANSWER_END,
	ANSWER_DISPROVED, /* the file must be read again with another year */
};

static enum answer
answer_record(struct input *input, struct line *line)
{
	line->times = 1;
	frame_unfold(&line->text, &line->times);
	input->when = line->when;
	input->cache.n = 0;
	return ANSWER_LINE;
}

/* The value of an export field that is not text: length, bytes, newline. */
static void
read_binary(struct input *input)
{
	struct error err = ERROR_INIT;
	unsigned char raw[8];
	uint64_t n = 0;
	size_t kept;

	if (!source_bytes(input->source, (char *)raw, sizeof(raw), &err))
		return;
	for (int i = 7; i >= 0; i--)
		n = n << 8 | raw[i];
	kept = n < LOG_LINE_MAX ? (size_t)n : LOG_LINE_MAX;
	buf_reset(&input->store);
	if (!source_bytes(input->source, buf_room(&input->store, kept), kept, &err) ||
		!source_bytes(input->source, NULL, (size_t)(n - kept) + 1, &err))
		return;
	input->store.n = kept;
	journal_export_binary(input->export, buf_span(&input->store));
}

static enum answer
read_export(struct input *input, struct span raw, struct line *line)
{
	if (!input->export)
		input->export = journal_export_new();
	switch (journal_export_feed(input->export, raw, line)) {
	case JOURNAL_MORE:
		break;
	case JOURNAL_BINARY:
		read_binary(input);
		break;
	case JOURNAL_RECORD:
		return answer_record(input, line);
	}
	return ANSWER_NOTHING;
}

static struct span
trim_line(struct span raw)
{
	while (raw.n > 0 && (raw.p[raw.n - 1] == '\r' || raw.p[raw.n - 1] == '\0'))
		raw.n--;
	return raw;
}

/* What one line of the file is, in whatever kind it is written. */
static enum answer
read_line(const struct log *log, struct input *input, struct span raw, struct line *line)
{
	struct frame frame;

	if (journal_is_export(raw) || (input->export && journal_export_open(input->export)))
		return read_export(input, raw, line);
	raw = trim_line(raw);
	if (span_trim(raw).n == 0)
		return ANSWER_NOTHING;
	if (*raw.p == '{' || *raw.p == '\x1e' || *raw.p == 'd') {
		if (journal_is_json(raw) && journal_read_json(raw, &input->store, line))
			return answer_record(input, line);
		if (*raw.p == '{' && journal_unwrap_container(raw, &input->store))
			raw = buf_span(&input->store);
	}
	frame_read_next(raw, &input->cache, &frame);
	if (!resolve(log, input, &frame))
		return ANSWER_DISPROVED;
	line_of_frame(input, &frame, raw, line);
	return ANSWER_LINE;
}

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
		snprintf(file->sample, sizeof(file->sample), "%s", buf_str(&text));
		buf_clear(&text);
	}
}

/* Can everything be read once more? Not when a pipe has given lines already. */
static bool
can_restart(const struct log *log)
{
	for (size_t i = 0; i < log->ninputs; i++) {
		if (!log->inputs[i]->seekable && log->inputs[i]->number > 0)
			return false;
	}
	return true;
}

/* Keep the years supposed for a file, right or wrong, and say so. */
static void
settle(struct input *input)
{
	input->years.settled = true;
	input->file.year_doubtful = true;
	input->cache.n = 0; /* its stamp is not resolved yet */
}

/* Behind the last line. */
static enum answer
input_last(const struct log *log, struct input *input)
{
	if (!years_end(&input->years)) {
		if (can_restart(log))
			return ANSWER_DISPROVED;
		settle(input);
	}
	if (input->clock_only && input->years.yearless && !input->years.anchored)
		input->file.year_doubtful = true;
	/* An export stream may end without its last empty line. */
	if (input->export && journal_export_open(input->export))
		return read_export(input, SPAN_NONE, &input->head);
	return ANSWER_END;
}

/* The next line of the input into its head. */
static enum answer
input_next(const struct log *log, struct input *input)
{
	enum answer answer = ANSWER_NOTHING;
	struct error err = ERROR_INIT;
	struct span raw;
	bool cut;
	int rc;

	while (answer == ANSWER_NOTHING) {
		rc = source_line(input->source, &raw, &cut, &err);
		if (rc < 0)
			set_problem(input, &err);
		if (rc <= 0) {
			answer = input_last(log, input);
			if (answer == ANSWER_NOTHING)
				answer = ANSWER_END;
			break;
		}
		input->number++;
		input->file.lines++;
		input->file.cut += cut;
		answer = read_line(log, input, raw, &input->head);
		if (answer == ANSWER_DISPROVED && !can_restart(log)) {
			settle(input);
			answer = read_line(log, input, raw, &input->head);
		}
	}
	if (answer != ANSWER_LINE)
		return answer;
	input->head.file = (uint32_t)input->index;
	input->head.number = input->number;
	if (input->head.when > input->key)
		input->key = input->head.when;
	count(input, &input->head);
	return ANSWER_LINE;
}

/* Looking at the heads of all inputs, and putting them in order. */

/* The first stamp of the lines that were looked at; false as read_line() when its year is disproved. */
static bool
look_through(const struct log *log, struct input *input)
{
	struct line line = { .when = INSTANT_NONE };
	struct span raw;
	size_t at = 0;
	bool export = false;

	rewind_state(input);
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
		switch (read_line(log, input, raw, &line)) {
		case ANSWER_DISPROVED:
			return false;
		case ANSWER_LINE:
			if (input->begin == INSTANT_NONE && line.own_stamp)
				input->begin = line.when;
			break;
		case ANSWER_NOTHING:
		case ANSWER_END:
			break;
		}
	}
	return true;
}

static void
init_years(const struct log *log, struct input *input)
{
	int64_t bound = input->mtime;
	int64_t inner = source_mtime(input->source);
	int64_t name = rotated_written(span_of(input->path), log->options.utc);

	if (inner >= MTIME_PLAUSIBLE && inner < bound)
		bound = inner;
	if (name != INSTANT_NONE && name < bound)
		bound = name;
	if (bound != log->options.now || log->options.year != 0)
		input->clock_only = false;
	years_init(&input->years, bound, log->options.year, log->options.utc);
}

static void
look(const struct log *log, struct input *input)
{
	struct span first;
	size_t at = 0;

	input->begin = INSTANT_NONE;
	input->source =
		source_at_start(input, input->seekable ? SOURCE_BUFFER_SMALL : SOURCE_BUFFER);
	if (!input->source)
		return;
	if (source_peek(input->source, &at, &first) && journal_is_json(first))
		input->file.format = "journal-json";
	init_years(log, input);
	while (!look_through(log, input))
		continue;
	if (strcmp(source_format(input->source), "plain") != 0)
		input->file.format = source_format(input->source);
	/* A pipe cannot be read again: its source stays, with what it holds. */
	if (input->seekable)
		input_end(input);
}

/*
 * Sorted by first stamp. Which file was named first must not matter, so names
 * decide where a busy second, or a short one, holds the beginning of several:
 * mail.log.2 was written before mail.log.1, and that before mail.log.
 */
static int
by_begin(const void *a, const void *b)
{
	const struct input *x = *(struct input *const *)a;
	const struct input *y = *(struct input *const *)b;
	unsigned age_x = rotated_age(span_of(x->path));
	unsigned age_y = rotated_age(span_of(y->path));

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	if (age_x != age_y)
		return age_x > age_y ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void
put_in_order(struct log *log)
{
	if (log->ninputs > 1)
		qsort(log->inputs, log->ninputs, sizeof(*log->inputs), by_begin);
	for (size_t i = 0; i < log->ninputs; i++)
		log->inputs[i]->index = i;
}

static void
begin(struct log *log)
{
	for (size_t i = 0; i < log->ninputs; i++)
		look(log, log->inputs[i]);
	put_in_order(log);
	log->heap = xcalloc(log->ninputs + 1, sizeof(struct input *));
	log->begun = true;
}

/* Merging. */

static bool
is_before(const struct input *a, const struct input *b)
{
	return a->key != b->key ? a->key < b->key : a->index < b->index;
}

static void
sift_down(struct log *log)
{
	struct input **heap = log->heap;
	size_t i = 0;

	for (;;) {
		size_t least = i;
		struct input *moved;

		if (2 * i + 1 < log->nheap && is_before(heap[2 * i + 1], heap[least]))
			least = 2 * i + 1;
		if (2 * i + 2 < log->nheap && is_before(heap[2 * i + 2], heap[least]))
			least = 2 * i + 2;
		if (least == i)
			return;
		moved = heap[i];
		heap[i] = heap[least];
		heap[least] = moved;
		i = least;
	}
}

static void
sift_up(struct log *log)
{
	struct input **heap = log->heap;

	for (size_t i = log->nheap - 1; i > 0 && is_before(heap[i], heap[(i - 1) / 2]);
		i = (i - 1) / 2) {
		struct input *moved = heap[i];

		heap[i] = heap[(i - 1) / 2];
		heap[(i - 1) / 2] = moved;
	}
}

/* One pass for survey(). false: what was supposed is disproved. */
static bool
survey_once(const struct log *log, struct input *input)
{
	struct line line;
	struct error err;
	struct span raw;
	bool cut;

	input_close(input);
	rewind_state(input);
	input->source = source_at_start(input, SOURCE_BUFFER_SMALL);
	while (input->source && source_line(input->source, &raw, &cut, &err) > 0) {
		if (read_line(log, input, raw, &line) == ANSWER_DISPROVED)
			return false;
		if (input->years.anchored && log->options.year == 0)
			return true;
	}
	return years_end(&input->years);
}

/* Read the whole file for its stamps alone, until a first year is found that nothing disproves. */
static void
survey(const struct log *log, struct input *input)
{
	while (!survey_once(log, input))
		continue;
	input->years.settled = true;
	input_close(input);
}

static void
forget_counts(struct input *input)
{
	struct log_file *file = &input->file;

	file->lines = file->cut = file->understood = file->double_lines = 0;
	file->first = file->last = INSTANT_NONE;
	file->damaged = file->year_doubtful = false;
	file->problem[0] = file->sample[0] = '\0';
}

static void
restart(struct log *log, struct input *disproved)
{
	survey(log, disproved);
	for (size_t i = 0; i < log->ninputs; i++) {
		if (log->inputs[i]->seekable) {
			input_close(log->inputs[i]);
			forget_counts(log->inputs[i]);
		}
	}
	disproved->source = source_at_start(disproved, SOURCE_BUFFER_SMALL);
	if (disproved->source)
		look_through(log, disproved);
	input_close(disproved);
	doubles_clear(&log->doubles);
	log->waiting = log->nheap = 0;
	log->given = false;
	log->overlap = INSTANT_NONE;
	put_in_order(log);
}

/* Open the inputs whose time has come. NULL, or the one that asks for a restart. */
static struct input *
open_due(struct log *log)
{
	while (log->waiting < log->ninputs) {
		struct input *input = log->inputs[log->waiting];

		if (log->nheap > 0 && input->begin > log->heap[0]->key)
			break;
		log->waiting++;
		rewind_state(input);
		if (!input->source)
			input->source = source_at_start(input, log->nheap < FULL_BUFFERS_MAX
								       ? SOURCE_BUFFER
								       : SOURCE_BUFFER_SMALL);
		if (!input->source)
			continue;
		switch (input_next(log, input)) {
		case ANSWER_LINE:
			log->heap[log->nheap++] = input;
			sift_up(log);
			break;
		case ANSWER_DISPROVED:
			return input;
		case ANSWER_NOTHING:
		case ANSWER_END:
			input_end(input);
			break;
		}
	}
	return NULL;
}

/* Go on behind the line that was given last. NULL, or the input that asks for a restart. */
static struct input *
advance(struct log *log)
{
	struct input *input = log->heap[0];

	log->given = false;
	switch (input_next(log, input)) {
	case ANSWER_LINE:
		break;
	case ANSWER_DISPROVED:
		return input;
	case ANSWER_NOTHING:
	case ANSWER_END:
		input_end(input);
		log->heap[0] = log->heap[--log->nheap];
		break;
	}
	if (log->nheap > 1)
		sift_down(log);
	return NULL;
}

/* Did another file give the line that is next? Asked only where files cover the same time. */
static bool
is_double(struct log *log)
{
	struct input *input = log->heap[0];

	if (log->nheap > 1)
		log->overlap =
			input->key == INSTANT_NONE ? input->key + 1 : input->key + OVERLAP_END;
	else if (log->overlap == INSTANT_NONE || input->key > log->overlap)
		return false;
	if (!doubles_seen(&log->doubles, input->head.raw, input->index, input->key))
		return false;
	input->file.double_lines++;
	return true;
}

enum log_answer
log_next(struct log *log, struct line *line)
{
	struct input *disproved;

	if (!log->begun)
		begin(log);
	do {
		disproved = log->given ? advance(log) : NULL;
		if (!disproved)
			disproved = open_due(log);
		if (disproved) {
			restart(log, disproved);
			return LOG_RESTART;
		}
		if (log->nheap == 0)
			return LOG_END;
		log->given = true;
	} while (is_double(log));
	*line = log->heap[0]->head;
	return LOG_LINE;
}

size_t
log_files(const struct log *log)
{
	return log->ninputs;
}

const struct log_file *
log_file(const struct log *log, size_t i)
{
	return &log->inputs[i]->file;
}
