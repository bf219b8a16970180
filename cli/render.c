#include "cli/render.h"

#include "base/utf8.h"

static const char *const words[LANG_COUNT][WORD_COUNT] = {
	{ "Why", "Proof", "Fix", "author", "sender", "client", "login", "route", "taken in", "left",
		"Also" },
	{ "理由", "証拠", "対処", "差出人", "送信元", "クライアント", "ログイン", "経路", "受付", "送信",
		"関連" },
};

const char *
word(enum lang lang, enum word which)
{
	return words[lang][which];
}

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

void
render_text(struct cli_session *session, struct span text, size_t max)
{
	utf8_printable(&session->out, text, max);
}

void
render_time(struct cli_session *session, int64_t t)
{
	if (t == INSTANT_NONE)
		buf_add_char(&session->out, '-');
	else
		instant_words(&session->out, t, session->options.log.now, session->settings->utc);
}

/* Where to break a line of at most `room` columns: behind a blank, or between wide characters. */
static size_t
break_at(struct span text, size_t room)
{
	size_t at = 0, used = 0, best = 0, len;

	while (at < text.n) {
		uint32_t code = utf8_next(span_from(text, at), &len, NULL);

		used += (size_t)utf8_width(code);
		if (used > room)
			return best > 0 ? best : at;
		at += len;
		if (code == ' ' || utf8_width(code) == 2)
			best = at;
	}
	return text.n;
}

static void
wrap(struct cli_session *session, struct span line, size_t indent)
{
	struct buf clean = BUF_INIT;
	struct span rest;
	size_t room = session->width > indent + 20 ? session->width - indent : 20;

	utf8_printable(&clean, line, SIZE_MAX);
	rest = buf_span(&clean);
	while (rest.n > 0) {
		size_t n = break_at(rest, room);

		buf_add_repeat(&session->out, ' ', indent);
		buf_add(&session->out, span_trim(span_first(rest, n)));
		buf_add_char(&session->out, '\n');
		rest = span_trim(span_from(rest, n));
	}
	buf_clear(&clean);
}

void
render_prose(struct cli_session *session, struct span prose, size_t indent)
{
	struct span line;

	while (span_cut(&prose, '\n', &line)) {
		if (span_starts(line, SPAN("$ ")) || span_starts(line, SPAN(" "))) {
			buf_add_repeat(&session->out, ' ', indent + 4);
			render_text(session,
				span_starts(line, SPAN("$ ")) ? span_from(line, 2) : span_trim(line),
				SIZE_MAX);
			buf_add_char(&session->out, '\n');
		} else {
			wrap(session, line, indent);
		}
	}
}

void
render_proof(struct cli_session *session, const struct evidence *line, size_t indent)
{
	const struct log_file *file = reading_file(session->reading, line->file);
	struct span path = span_of(file->path);
	ptrdiff_t slash = span_find_last(path, '/');

	buf_add_repeat(&session->out, ' ', indent);
	render_text(session, slash < 0 ? path : span_from(path, (size_t)slash + 1), 40);
	buf_addf(&session->out, ":%llu  ", (unsigned long long)line->number);
	render_text(session, line->raw, 2 * session->width);
	buf_add_char(&session->out, '\n');
}
