#include "cli/render.h"

#include "base/utf8.h"

#define SHAPE_COLUMNS 7

void
render_color(struct cli_session *session, enum role role)
{
	static const char *const codes[] = { "\033[0m", "\033[32m", "\033[1;31m", "\033[33m",
		"\033[1m" };

	if (session->color)
		buf_addf(&session->out, "%s", codes[role]);
}

enum role
render_role(enum verdict_kind verdict)
{
	switch (verdict) {
	case VERDICT_SIGNED:
		return ROLE_GOOD;
	case VERDICT_UNSIGNED:
	case VERDICT_REJECTED:
		return ROLE_BAD;
	case VERDICT_DEFERRED:
	case VERDICT_UNKNOWN:
		return ROLE_DOUBT;
	case VERDICT_INBOUND:
	case VERDICT_COUNT:
		break;
	}
	return ROLE_PLAIN;
}

/* Printable text with every character that is not ASCII spelled out. */
static void
add_ascii(struct buf *out, struct span text, size_t max)
{
	struct buf clean = BUF_INIT;
	size_t begin = out->n, len;

	utf8_printable(&clean, text, SIZE_MAX);
	for (struct span rest = buf_span(&clean); rest.n > 0; rest = span_from(rest, len)) {
		uint32_t code = utf8_next(rest, &len, NULL);

		if (code < 0x80)
			buf_add_char(out, (char)code);
		else
			buf_addf(out, "\\u{%04X}", (unsigned)code);
	}
	buf_clear(&clean);
	if (out->n - begin > max) {
		out->n = begin + (max > 3 ? max - 3 : 0);
		buf_add(out, max > 3 ? SPAN("...") : SPAN(""));
	}
}

static void
add_fit(struct cli_session *session, struct buf *out, struct span text, size_t max)
{
	struct buf room = BUF_INIT;
	struct span shown = session_shown(session, text, &room);

	if (session->settings->ascii)
		add_ascii(out, shown, max);
	else
		utf8_printable(out, shown, max);
	buf_clear(&room);
}

void
render_text(struct cli_session *session, struct span text, size_t max)
{
	add_fit(session, &session->out, text, max);
}

static void
cell(struct cli_session *session, struct span text, size_t columns, bool right)
{
	struct buf fit = BUF_INIT;
	size_t used;

	add_fit(session, &fit, text, columns);
	used = utf8_columns(buf_span(&fit));
	if (right && used < columns)
		buf_add_repeat(&session->out, ' ', columns - used);
	buf_add(&session->out, buf_span(&fit));
	if (!right && used < columns)
		buf_add_repeat(&session->out, ' ', columns - used);
	buf_clear(&fit);
}

void
render_cell(struct cli_session *session, struct span text, size_t columns)
{
	cell(session, text, columns, false);
}

void
render_cell_right(struct cli_session *session, struct span text, size_t columns)
{
	cell(session, text, columns, true);
}

void
render_count(struct cli_session *session, uint64_t number, size_t columns)
{
	char digits[WORD_DIGITS_MAX];

	render_cell_right(session, word_number(digits, number), columns);
}

void
render_word(struct cli_session *session, enum word word)
{
	word_fill(&session->out, session->lang, word, NULL);
}

void
render_say_to(struct cli_session *session, struct buf *out, enum word word,
	const struct span *values, size_t n)
{
	struct buf fit[RENDER_VALUES_MAX] = { BUF_INIT };
	struct span spans[RENDER_VALUES_MAX] = { SPAN_NONE };

	for (size_t i = 0; i < n; i++) {
		add_fit(session, &fit[i], values[i], SIZE_MAX);
		spans[i] = buf_span(&fit[i]);
	}
	word_fill(out, session->lang, word, spans);
	for (size_t i = 0; i < n; i++)
		buf_clear(&fit[i]);
}

void
render_say(struct cli_session *session, enum word word, const struct span *values, size_t n)
{
	render_say_to(session, &session->out, word, values, n);
}

void
render_word_cell(struct cli_session *session, enum word which, size_t columns)
{
	render_cell(session, span_of(word(session->lang, which)), columns);
}

/* "11/24 09:14:02", or "2025/11/24 09:14:02" when the year is not this one. */
static void
add_japanese_time(struct buf *out, int64_t t, int64_t now, bool utc)
{
	struct civil civil, today;

	instant_civil(t, utc, &civil, NULL);
	instant_civil(now, utc, &today, NULL);
	if (civil.year != today.year)
		buf_addf(out, "%d/", civil.year);
	buf_addf(out, "%d/%d %02d:%02d:%02d", civil.month, civil.day, civil.hour, civil.minute,
		civil.second);
}

struct span
render_time(const struct cli_session *session, int64_t t, struct buf *room)
{
	int64_t now = session->options.log.now;
	bool utc = session->settings->utc;

	buf_reset(room);
	if (t == INSTANT_NONE)
		buf_add(room, span_of(word(session->lang, WORD_NO_TIME)));
	else if (session->lang == LANG_JA)
		add_japanese_time(room, t, now, utc);
	else
		instant_words(room, t, now, utc);
	return buf_span(room);
}

struct span
render_minute(const struct cli_session *session, int64_t t, struct buf *room)
{
	struct span whole = render_time(session, t, room);

	return t == INSTANT_NONE ? whole : span_first(whole, whole.n - strlen(":00"));
}

void
render_minute_cell(struct cli_session *session, int64_t t, size_t columns)
{
	struct buf room = BUF_INIT;

	render_cell(session, render_minute(session, t, &room), columns);
	buf_clear(&room);
}

/* All times of what was read are at most as wide as its first or its last one, but for the day. */
size_t
render_minute_columns(const struct cli_session *session)
{
	const struct reading_totals *totals = reading_totals(session->reading);
	struct buf room = BUF_INIT;
	size_t least = strlen("24 Nov 02:35"), with_year = strlen("24 Nov 2025 02:35");
	size_t n = render_time(session, totals->first, &room).n;

	buf_clear(&room);
	return n > strlen("24 Nov 02:35:13") ? with_year : least;
}

void
render_period(const struct cli_session *session, struct buf *out)
{
	const struct reading_totals *totals = reading_totals(session->reading);
	struct buf first = BUF_INIT, last = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	const struct span values[] = { render_time(session, totals->first, &first),
		render_time(session, totals->last, &last),
		session->settings->utc ? SPAN(" UTC") : SPAN_NONE,
		word_number(digits, session_lines(session)) };

	word_fill(out, session->lang, totals->first == INSTANT_NONE ? WORD_NO_PERIOD : WORD_PERIOD,
		values);
	buf_clear(&first);
	buf_clear(&last);
}

void
render_wrapped(struct cli_session *session, struct span text, size_t first, size_t rest)
{
	size_t indent = first;

	do {
		size_t room = session->width > indent + 20 ? session->width - indent : 20;
		size_t n = utf8_break(text, room);

		buf_add_repeat(&session->out, ' ', indent);
		buf_add(&session->out, span_trim(span_first(text, n)));
		buf_add_char(&session->out, '\n');
		text = span_trim(span_from(text, n));
		indent = rest;
	} while (text.n > 0);
}

void
render_line(struct cli_session *session, enum word word, const struct span *values, size_t n,
	size_t indent)
{
	struct buf text = BUF_INIT;

	render_say_to(session, &text, word, values, n);
	render_wrapped(session, buf_span(&text), indent, indent + 2);
	buf_clear(&text);
}

void
render_number_line(struct cli_session *session, enum word word, uint64_t number)
{
	char digits[WORD_DIGITS_MAX];
	struct span value = word_number(digits, number);

	if (number > 0)
		render_line(session, word, &value, 1, 0);
}

static void
paragraph(struct cli_session *session, struct span line, size_t indent)
{
	struct buf room = BUF_INIT, clean = BUF_INIT;

	/* Our own text in the reader's language, with values of the log in it: not spelled out. */
	utf8_printable(&clean, session_shown(session, line, &room), SIZE_MAX);
	render_wrapped(session, buf_span(&clean), indent, indent);
	buf_clear(&room);
	buf_clear(&clean);
}

void
render_prose(struct cli_session *session, struct span prose, size_t indent)
{
	struct span line;

	while (span_cut(&prose, '\n', &line)) {
		bool command = span_starts(line, SPAN("$ "));

		if (command || span_starts(line, SPAN(" "))) {
			buf_add_repeat(&session->out, ' ', indent + 4);
			render_text(session, command ? span_from(line, 2) : span_trim(line),
				SIZE_MAX);
			buf_add_char(&session->out, '\n');
		} else {
			paragraph(session, line, indent);
		}
	}
}

struct span
render_file_name(const char *path)
{
	ptrdiff_t slash = span_find_last(span_of(path), '/');

	return slash < 0 ? span_of(path) : span_from(span_of(path), (size_t)slash + 1);
}

/* As journalctl --since takes it: "2026-11-24 02:36:25". */
static void
add_journal_time(struct buf *out, int64_t when, bool utc)
{
	struct civil civil;

	instant_civil(when, utc, &civil, NULL);
	buf_addf(out, "%04d-%02d-%02d %02d:%02d:%02d%s", civil.year, civil.month, civil.day,
		civil.hour, civil.minute, civil.second, utc ? " UTC" : "");
}

void
render_place(struct buf *out, const struct cli_session *session, const struct evidence *line)
{
	const struct log_file *file = reading_file(session->reading, line->file);

	if (log_file_is_journal(file) && !span_eq(span_of(file->path), SPAN(LOG_JOURNAL)))
		buf_add(out, SPAN("journal "));
	buf_add(out, render_file_name(file->path));
	if (log_file_is_journal(file)) {
		buf_add_char(out, ' ');
		add_journal_time(out, line->when, session->settings->utc);
	} else {
		buf_addf(out, ":%llu", (unsigned long long)line->number);
	}
}

void
render_proof(struct cli_session *session, const struct evidence *line, size_t indent)
{
	struct buf text = BUF_INIT, place = BUF_INIT;

	render_place(&place, session, line);
	add_fit(session, &text, buf_span(&place), SIZE_MAX);
	buf_add(&text, SPAN("  "));
	add_fit(session, &text, line->raw, SIZE_MAX);
	if (session->on_terminal) {
		render_wrapped(session, buf_span(&text), indent, indent + 4);
	} else {
		buf_add_repeat(&session->out, ' ', indent);
		buf_add(&session->out, buf_span(&text));
		buf_add_char(&session->out, '\n');
	}
	buf_clear(&text);
	buf_clear(&place);
}

void
render_shapes(struct cli_session *session, size_t max)
{
	for (size_t i = 0; i < max && i < reading_shapes(session->reading); i++) {
		const struct shape *shape = reading_shape(session->reading, i);

		render_count(session, shape->count, SHAPE_COLUMNS);
		buf_add(&session->out, SPAN("  "));
		render_text(session, shape->sample, session->width - SHAPE_COLUMNS - 2);
		buf_add_char(&session->out, '\n');
	}
}
