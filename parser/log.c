#include "parser/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "parser/doubles.h"
#include "parser/input.h"
#include "parser/rotated.h"
#include "parser/source.h"

#define KEPT_OPEN_MAX 256                /* files whose descriptor is kept from log_add() on */
#define FULL_BUFFERS_MAX 8               /* sources read at the same time with a full buffer */
#define OVERLAP_END (2 * INSTANT_SECOND) /* lines of the file that remains are compared so long */

struct log {
	struct log_options options;
	struct input **inputs;
	size_t ninputs;
	size_t waiting;      /* inputs from here on are not open yet */
	struct input **heap; /* the open ones, by key and then index */
	size_t nheap;
	struct input **resting; /* at their end for now */
	size_t nresting;
	bool begun;
	bool given;          /* heap[0]'s head was given to the caller */
	struct input *alone; /* the line given last was its, and nothing is to be merged; or NULL */
	bool disproved;      /* log_next_alike() found its years so */
	int64_t overlap;     /* lines up to this time are compared with those of other files */
	struct doubles doubles;
	size_t njournals;
	struct doubles twins; /* lines of journals and of files, when there are both */
};

struct log *
log_new(const struct log_options *options)
{
	struct log *log = xcalloc(1, sizeof(*log));

	log->options = *options;
	log->overlap = INSTANT_NONE;
	return log;
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
	free(log->resting);
	doubles_clear(&log->doubles);
	doubles_clear(&log->twins);
	free(log);
}

/* Of two names of one file the same one is kept in whatever order they come. */
static void
choose_path(struct input *input, struct input *again)
{
	char *path = input->path;

	if (input->file.path != input->path || again->file.path != again->path ||
		strcmp(again->path, path) >= 0)
		return;
	input->file.path = input->path = again->path;
	again->file.path = again->path = path;
}

/* Takes ownership of input, unless it is there already. NULL and err are passed on. */
static int
add(struct log *log, struct input *input)
{
	if (!input)
		return -1;
	for (size_t i = 0; i < log->ninputs; i++) {
		if (input_is_same(input, log->inputs[i])) {
			choose_path(log->inputs[i], input);
			input_free(input);
			return 0;
		}
	}
	log->inputs = xreallocarray(log->inputs, log->ninputs + 1, sizeof(struct input *));
	log->inputs[log->ninputs++] = input;
	log->alone = NULL;
	log->njournals += log_file_is_journal(&input->file);
	return 0;
}

static int
check_room(const struct log *log, struct error *err)
{
	return log->ninputs < LOG_FILES_MAX
	               ? 0
	               : error_set(err, ERROR_LIMIT, "more than %d files", LOG_FILES_MAX);
}

int
log_add(struct log *log, const char *path, struct error *err)
{
	return log_add_from(log, path, NULL, err);
}

int
log_add_from(struct log *log, const char *path, const struct log_place *place, struct error *err)
{
	struct input *input;

	if (check_room(log, err) < 0)
		return -1;
	input = input_new(path, &log->options, log->ninputs < KEPT_OPEN_MAX, err);
	if (input && input_is_journal_file(input)) {
		input_free(input);
		return log_add_journal(log, path, NULL, err);
	}
	if (input && place)
		input_go_on(input, place);
	return add(log, input);
}

int
log_add_journal(struct log *log, const char *path, const struct log_place *place, struct error *err)
{
	if (check_room(log, err) < 0)
		return -1;
	return add(log, input_new_journal(path, place, &log->options, err));
}

/* Putting the files in order. */

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
		qsort(log->inputs, log->ninputs, sizeof(struct input *), by_begin);
	for (size_t i = 0; i < log->ninputs; i++)
		log->inputs[i]->index = i;
}

static void
begin(struct log *log)
{
	for (size_t i = 0; i < log->ninputs; i++)
		input_look(log->inputs[i]);
	put_in_order(log);
	log->heap = xcalloc(log->ninputs + 1, sizeof(struct input *));
	log->resting = xcalloc(log->ninputs + 1, sizeof(struct input *));
	log->begun = true;
}

int64_t
log_begin(struct log *log)
{
	int64_t first = INSTANT_NONE;

	if (!log->begun)
		begin(log);
	/* They are in the order of their first stamps, those without one before the others. */
	for (size_t i = 0; i < log->ninputs && first == INSTANT_NONE; i++)
		first = log->inputs[i]->begin;
	return first;
}

/* Merging. */

static bool
is_before(const struct input *a, const struct input *b)
{
	return a->key != b->key ? a->key < b->key : a->index < b->index;
}

static void
swap(struct input **heap, size_t i, size_t k)
{
	struct input *moved = heap[i];

	heap[i] = heap[k];
	heap[k] = moved;
}

static void
sift_down(struct log *log)
{
	struct input **heap = log->heap;
	size_t i = 0;

	for (;;) {
		size_t least = i;

		if (2 * i + 1 < log->nheap && is_before(heap[2 * i + 1], heap[least]))
			least = 2 * i + 1;
		if (2 * i + 2 < log->nheap && is_before(heap[2 * i + 2], heap[least]))
			least = 2 * i + 2;
		if (least == i)
			return;
		swap(heap, i, least);
		i = least;
	}
}

static void
sift_up(struct log *log)
{
	struct input **heap = log->heap;

	for (size_t i = log->nheap - 1; i > 0 && is_before(heap[i], heap[(i - 1) / 2]);
		i = (i - 1) / 2)
		swap(heap, i, (i - 1) / 2);
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

/* The next line of the input. Years that cannot be put right any more are kept. */
static enum input_answer
next_line(const struct log *log, struct input *input)
{
	enum input_answer answer = input_next(input);

	if (answer == INPUT_DISPROVED && !can_restart(log))
		return input_insist(input);
	return answer;
}

/* Begin anew, with better years for the one that disproved them. */
static void
restart(struct log *log, struct input *disproved)
{
	input_survey(disproved);
	for (size_t i = 0; i < log->ninputs; i++) {
		if (log->inputs[i]->seekable)
			input_forget(log->inputs[i]);
	}
	doubles_clear(&log->doubles);
	doubles_clear(&log->twins);
	log->waiting = log->nheap = log->nresting = 0;
	log->given = false;
	log->overlap = INSTANT_NONE;
	put_in_order(log);
}

/* The input whose line is the next of all. */
static struct input *
first(const struct log *log)
{
	assert(log->nheap > 0 && log->heap[0]);
	return log->heap[0];
}

/* Nothing more is read of it, or for now. */
static void
rest(struct log *log, struct input *input)
{
	if (log->options.follow && input->source)
		log->resting[log->nresting++] = input;
	else
		input_end(input);
}

static void
push(struct log *log, struct input *input)
{
	log->heap[log->nheap++] = input;
	sift_up(log);
}

/* Has something been written to those at their end? NULL, or the one that asks for a restart. */
static struct input *
wake(struct log *log)
{
	size_t n = 0;

	for (size_t i = 0; i < log->nresting; i++) {
		struct input *input = log->resting[i];

		switch (next_line(log, input)) {
		case INPUT_LINE:
			push(log, input);
			break;
		case INPUT_DISPROVED:
			return input;
		case INPUT_NOTHING:
		case INPUT_END:
			log->resting[n++] = input;
			break;
		}
	}
	log->nresting = n;
	return NULL;
}

/* Open the inputs whose time has come. NULL, or the one that asks for a restart. */
static struct input *
open_due(struct log *log)
{
	while (log->waiting < log->ninputs) {
		struct input *input = log->inputs[log->waiting];

		if (log->nheap > 0 && input->begin > first(log)->key)
			break;
		log->waiting++;
		if (!input_start(input,
			    log->nheap < FULL_BUFFERS_MAX ? SOURCE_BUFFER : SOURCE_BUFFER_SMALL))
			continue;
		switch (next_line(log, input)) {
		case INPUT_LINE:
			push(log, input);
			break;
		case INPUT_DISPROVED:
			return input;
		case INPUT_NOTHING:
		case INPUT_END:
			rest(log, input);
			break;
		}
	}
	return NULL;
}

/* What the input answered becomes of it. NULL, or the input that asks for a restart. */
static struct input *
place(struct log *log, struct input *input, enum input_answer answer)
{
	switch (answer) {
	case INPUT_LINE:
		break;
	case INPUT_DISPROVED:
		return input;
	case INPUT_NOTHING:
	case INPUT_END:
		rest(log, input);
		log->heap[0] = log->heap[--log->nheap];
		break;
	}
	if (log->nheap > 1)
		sift_down(log);
	return NULL;
}

/* Go on behind the line that was given last. NULL, or the input that asks for a restart. */
static struct input *
advance(struct log *log)
{
	log->given = false;
	return place(log, first(log), next_line(log, first(log)));
}

/* Did another file give its bytes already? Asked only where files cover the same time. */
static bool
is_same_line(struct log *log, const struct input *input)
{
	if (log->nheap > 1)
		log->overlap =
			input->key == INSTANT_NONE ? input->key + 1 : input->key + OVERLAP_END;
	else if (log->overlap == INSTANT_NONE || input->key > log->overlap)
		return false;
	return doubles_seen(&log->doubles, input->head.raw, input->index, input->key);
}

/*
 * Did the other side, file or journal, give it already? Asked always where there are both, since a
 * file's first line may be later by a moment than the journal has it.
 */
static bool
is_twin(struct log *log, const struct input *input)
{
	return log->njournals > 0 && log->njournals < log->ninputs &&
	       doubles_twin(&log->twins, &input->head, log_file_is_journal(&input->file),
		       input->key);
}

/* Was the line that is next given already? */
static bool
is_double(struct log *log)
{
	struct input *input = first(log);

	if (!is_same_line(log, input) && !is_twin(log, input))
		return false;
	input->file.double_lines++;
	return true;
}

/* Behind the last line of the only file there is: nothing to merge, and none of its lines is a double. */
static bool
is_alone(const struct log *log)
{
	return log->given && log->nheap == 1 && log->waiting == log->ninputs &&
	       log->nresting == 0 && log->overlap == INSTANT_NONE && log->njournals == 0;
}

static enum log_answer
give(struct log *log, struct line *line)
{
	const struct input *input = first(log);

	log->given = true;
	log->alone = is_alone(log) ? log->heap[0] : NULL;
	*line = input->head;
	line->key = input->key;
	return LOG_LINE;
}

const struct line *
log_next_alike(struct log *log)
{
	struct input *input = log->alone;
	enum input_answer answer;

	if (!input)
		return NULL;
	answer = input_next_alike(input);
	if (answer != INPUT_LINE) {
		log->disproved = answer == INPUT_DISPROVED;
		log->alone = NULL;
		return NULL;
	}
	input->head.key = input->key;
	return &input->head;
}

enum log_answer
log_next(struct log *log, struct line *line)
{
	struct input *disproved = NULL;
	bool again = log->nheap == 0 && log->nresting > 0;

	if (is_alone(log)) {
		struct input *input = first(log);
		enum input_answer answer = log->disproved ? INPUT_DISPROVED : input_next(input);

		log->disproved = false;
		if (answer == INPUT_LINE)
			return give(log, line);
		log->given = false;
		if (answer == INPUT_DISPROVED && !can_restart(log))
			answer = input_insist(input);
		disproved = place(log, input, answer);
	}
	if (!log->begun)
		begin(log);
	do {
		if (!disproved && log->given)
			disproved = advance(log);
		if (!disproved)
			disproved = open_due(log);
		if (!disproved && again)
			disproved = wake(log);
		again = false;
		if (disproved) {
			restart(log, disproved);
			return LOG_RESTART;
		}
		if (log->nheap == 0) {
			log->given = false;
			return LOG_END;
		}
		log->given = true;
	} while (is_double(log));
	return give(log, line);
}

bool
log_file_is_journal(const struct log_file *file)
{
	return strcmp(file->format, LOG_JOURNAL) == 0;
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
