#include "parser/record.h"

#include "base/ascii.h"
#include "parser/journal.h"
#include "parser/source.h"

static void
line_of_frame(const struct input *input, const struct frame *frame, struct span raw,
	struct line *line)
{
	line->when = input->calendar.when;
	line->own_stamp = frame->stamp != STAMP_NONE;
	line->host = frame->host;
	line->tag = frame->tag;
	line->pid = frame->pid;
	line->text = frame->text;
	line->times = frame->times;
	line->raw = raw;
	line->plain = false;
}

enum input_answer
record_answer(struct input *input, struct line *line)
{
	line->times = 1;
	line->plain = false;
	frame_unfold(&line->text, &line->times);
	input->calendar.when = line->when;
	input->cache.n = input->cache.front_n = 0;
	return INPUT_LINE;
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

static enum input_answer
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
		return record_answer(input, line);
	}
	return INPUT_NOTHING;
}

static struct span
trim_line(struct span raw)
{
	while (raw.n > 0 && (raw.p[raw.n - 1] == '\r' || raw.p[raw.n - 1] == '\0'))
		raw.n--;
	return raw;
}

/* Neither blank nor part of a record, and nothing to trim: nearly all lines. */
static bool
is_plainly_text(struct span raw)
{
	return raw.n > 0 && (ascii_is_alnum(*raw.p) || *raw.p == '<') && raw.p[raw.n - 1] > ' ';
}

/* What one line of the file is, in whatever kind it is written. */
enum input_answer
record_read(struct input *input, struct span raw, struct line *line)
{
	struct frame frame;
	struct stamp stamp;

	if (input->export || !is_plainly_text(raw)) {
		if (journal_is_export(raw) || (input->export && journal_export_open(input->export)))
			return read_export(input, raw, line);
		raw = trim_line(raw);
		if (span_trim(raw).n == 0)
			return INPUT_NOTHING;
	}
	if (*raw.p == '{' || *raw.p == '\x1e' || *raw.p == 'd') {
		if (journal_is_json(raw) && journal_read_json(raw, &input->store, line))
			return record_answer(input, line);
		if (*raw.p == '{' && journal_unwrap_container(raw, &input->store))
			raw = buf_span(&input->store);
	}
	frame_read_next(raw, &input->cache, &frame);
	stamp = (struct stamp){ frame.stamp, frame.civil, frame.offset_s };
	if (!(input->cache.same_stamp && input->calendar.when != INSTANT_NONE) &&
		!calendar_take(&input->calendar, &stamp))
		return INPUT_DISPROVED;
	line_of_frame(input, &frame, raw, line);
	return INPUT_LINE;
}

enum input_answer
record_read_last(struct input *input, struct line *line)
{
	return input->export && journal_export_open(input->export)
	               ? read_export(input, SPAN_NONE, line)
	               : INPUT_NOTHING;
}
