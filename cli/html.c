#include "cli/html.h"

#include "base/utf8.h"

void
html_text(struct buf *out, struct span text)
{
	struct buf clean = BUF_INIT;

	utf8_printable(&clean, text, SIZE_MAX);
	for (size_t i = 0; i < clean.n; i++) {
		switch (clean.p[i]) {
		case '&':
			buf_add(out, SPAN("&amp;"));
			break;
		case '<':
			buf_add(out, SPAN("&lt;"));
			break;
		case '>':
			buf_add(out, SPAN("&gt;"));
			break;
		case '"':
			buf_add(out, SPAN("&quot;"));
			break;
		case '\'':
			buf_add(out, SPAN("&#39;"));
			break;
		default:
			buf_add_char(out, clean.p[i]);
		}
	}
	buf_clear(&clean);
}

void
html_shown(struct buf *out, struct cli_session *session, struct span text)
{
	struct buf room = BUF_INIT;

	html_text(out, session_shown(session, text, &room));
	buf_clear(&room);
}

void
html_word(struct buf *out, const struct cli_session *session, enum word which)
{
	html_text(out, span_of(word(session->lang, which)));
}

void
html_number_word(struct buf *out, const struct cli_session *session, enum word word,
	uint64_t number)
{
	struct buf text = BUF_INIT;

	word_fill_number(&text, session->lang, word, number);
	html_text(out, buf_span(&text));
	buf_clear(&text);
}

void
html_number(struct buf *out, uint64_t number)
{
	char digits[WORD_DIGITS_MAX];

	buf_add(out, word_number(digits, number));
}

void
html_number_cell(struct buf *out, uint64_t number)
{
	buf_addf(out, "<td class=\"n\" data-v=\"%llu\">", (unsigned long long)number);
	html_number(out, number);
	buf_add(out, SPAN("</td>"));
}

/* Commands and rows that follow each other stand in one block. */
void
html_prose(struct buf *out, struct cli_session *session, struct span prose)
{
	struct span line;
	bool in_block = false;

	while (span_cut(&prose, '\n', &line)) {
		bool command = span_starts(line, SPAN("$ "));
		bool whole = command || span_starts(line, SPAN(" "));

		if (whole && !in_block)
			buf_add(out, SPAN("<pre>"));
		else if (whole)
			buf_add_char(out, '\n');
		else if (in_block)
			buf_add(out, SPAN("</pre>\n"));
		in_block = whole;
		if (!whole)
			buf_add(out, SPAN("<p>"));
		html_shown(out, session, command ? span_from(line, 2) : span_trim(line));
		if (!whole)
			buf_add(out, SPAN("</p>\n"));
	}
	if (in_block)
		buf_add(out, SPAN("</pre>\n"));
}
