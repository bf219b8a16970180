#include "parser/entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "parser/journald.h"
#include "parser/record.h"

struct input *
input_new_journal(const char *path, const struct log_place *place,
	const struct log_options *options, struct error *err)
{
	struct journald *journald = journald_new(path, err);
	struct stat st = { .st_mode = S_IFREG }; /* of the host's own: no file has inode 0 */
	struct input *input;

	if (!journald)
		return NULL;
	if (path && stat(path, &st) < 0)
		st = (struct stat){ .st_mode = S_IFREG };
	input = xcalloc(1, sizeof(*input));
	input->options = options;
	input->path = xstrdup(path ? path : LOG_JOURNAL);
	for (size_t n = strlen(input->path); n > 1 && input->path[n - 1] == '/';)
		input->path[--n] = '\0';
	input->file.path = input->path;
	input->file.format = LOG_JOURNAL;
	input->file.first = input->file.last = INSTANT_NONE;
	input->file.dev = st.st_dev;
	input->file.ino = st.st_ino;
	input->fd = -1;
	input->seekable = true;
	input->journald = journald;
	input->taken = INSTANT_NONE;
	input->place.offset = -1;
	input->place.key = INSTANT_NONE;
	if (place) {
		input->place.number = place->number;
		input->place.late = place->late;
		memcpy(input->place.cursor, place->cursor, sizeof(place->cursor));
		input->taken = journald_time_of(place->cursor);
	}
	return input;
}

static void
set_problem(struct input *input, const char *what)
{
	struct log_file *file = &input->file;

	file->damaged = true;
	(void)snprintf(file->problem, sizeof(file->problem), "'%.80s': %.160s", file->path, what);
}

/* The minute from which on entries are read again. A host whose clock is ahead moves it for no other. */
static int64_t
begin_of_late(const struct input *input)
{
	int64_t now = input->options->now;
	int64_t from = input->taken < now ? input->taken : now;

	from = from > input->place.late ? from - input->place.late : 0;
	return from - from % INSTANT_MINUTE;
}

/* false: it cannot be read. *gone: the entry is not there behind which reading was to begin. */
static bool
seek(struct input *input, bool *gone)
{
	struct error err = ERROR_INIT;
	const char *cursor = input->place.cursor[0] == '\0' ? NULL : input->place.cursor;
	int rc = journald_seek(input->journald, cursor, &err);

	*gone = rc == 0;
	if (rc > 0 && cursor && input->place.late > 0)
		rc = journald_seek_time(input->journald, begin_of_late(input), &err);
	if (rc < 0)
		set_problem(input, err.text);
	return rc >= 0;
}

/* The journal was vacuumed, or another one stands in its place. */
static void
note_gone(struct input *input)
{
	struct log_file *file = &input->file;

	file->gap_from = input->taken;
	file->gap_to = input->begin;
	file->has_gap = file->gap_from != INSTANT_NONE && file->gap_to > file->gap_from;
	if (!file->has_gap && input->place.late > 0)
		return; /* it was to be read again anyway */
	set_problem(input,
		file->has_gap
			? "the entry read last is no longer in it, nor what followed it up to "
			  "the first that is: those lines are missing"
			: "the entry read last is no longer in it; it was read anew from its "
			  "beginning");
}

void
entries_look(struct input *input)
{
	struct error err = ERROR_INIT;
	struct line line;
	bool gone, cut;

	input->begin = INSTANT_NONE;
	if (!seek(input, &gone))
		return;
	if (journald_next(input->journald, &line, &cut, &err) > 0)
		input->begin = line.when;
}

bool
entries_start(struct input *input)
{
	bool gone;

	if (!seek(input, &gone))
		return false;
	input->file.resumed = input->place.cursor[0] != '\0' && !gone;
	if (gone)
		note_gone(input);
	return true;
}

enum input_answer
entries_next(struct input *input)
{
	struct log_file *file = &input->file;
	struct error err = ERROR_INIT;
	bool cut;
	int rc = journald_next(input->journald, &input->head, &cut, &err);
	const char *problem = rc < 0 ? err.text : journald_problem(input->journald);

	if (rc <= 0) {
		if (problem && file->problem[0] == '\0')
			set_problem(input, problem);
		return INPUT_END;
	}
	file->place.number = ++input->number;
	(void)snprintf(file->place.cursor, sizeof(file->place.cursor), "%s",
		journald_cursor(input->journald));
	file->lines++;
	file->again += input->taken != INSTANT_NONE && input->head.when <= input->taken;
	file->cut += cut;
	return record_answer(input, &input->head);
}
