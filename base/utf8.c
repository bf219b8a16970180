#include "base/utf8.h"

#include <stdbool.h>
#include <wchar.h>

#define REPLACEMENT 0xFFFD
#define ELLIPSIS 0x2026

uint32_t
utf8_next(struct span s, size_t *len, bool *valid)
{
	unsigned char first = s.n > 0 ? (unsigned char)s.p[0] : 0;
	size_t n = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code = first;
	bool good = s.n > 0;

	*len = s.n > 0;
	if (n > 1) {
		good = first >= 0xC2 && first <= 0xF4 && s.n >= n;
		code = first & (0xFFu >> (n + 1));
		for (size_t i = 1; i < n && good; i++) {
			good = ((unsigned char)s.p[i] & 0xC0) == 0x80;
			code = code << 6 | ((unsigned char)s.p[i] & 0x3F);
		}
		good = good && code >= least[n] && code <= 0x10FFFF &&
		       (code < 0xD800 || code > 0xDFFF);
		if (good)
			*len = n;
	}
	if (valid != NULL)
		*valid = good;
	return good ? code : REPLACEMENT;
}

bool
utf8_is_valid(struct span s)
{
	for (size_t i = 0, len; i < s.n; i += len) {
		bool good = true;

		len = 1;
		if ((unsigned char)s.p[i] >= 0x80)
			(void)utf8_next(span_from(s, i), &len, &good);
		if (!good)
			return false;
	}
	return true;
}

void
utf8_add(struct buf *out, uint32_t code)
{
	if (code < 0x80) {
		buf_add_char(out, (char)code);
	} else if (code < 0x800) {
		buf_add_char(out, (char)(0xC0 | code >> 6));
		buf_add_char(out, (char)(0x80 | (code & 0x3F)));
	} else if (code < 0x10000) {
		buf_add_char(out, (char)(0xE0 | code >> 12));
		buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (code & 0x3F)));
	} else {
		buf_add_char(out, (char)(0xF0 | code >> 18));
		buf_add_char(out, (char)(0x80 | (code >> 12 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (code >> 6 & 0x3F)));
		buf_add_char(out, (char)(0x80 | (code & 0x3F)));
	}
}

int
utf8_width(uint32_t code)
{
	int width = wcwidth((wchar_t)code);

	return width < 0 ? 1 : width;
}

/* Format characters that reorder, join or hide what stands around them. */
static bool
is_hidden(uint32_t code)
{
	return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
	       (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0x061C ||
	       code == 0x180E || code == 0x00AD || (code >= 0xE0000 && code <= 0xE007F) ||
	       (code >= 0xFFF9 && code <= 0xFFFB) || code == 0x034F || code == 0x115F ||
	       code == 0x1160 || code == 0x3164 || code == 0xFFA0 ||
	       (code >= 0x1D173 && code <= 0x1D17A);
}

static bool
is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

bool
utf8_is_unseen(uint32_t code)
{
	return is_control(code) || is_hidden(code);
}

/* What stands in the output for the code point at the front of s; gives its columns. */
static size_t
printable(struct buf *out, struct span s, size_t *len)
{
	bool valid;
	uint32_t code = utf8_next(s, len, &valid);

	if (code == '\t') {
		buf_add_char(out, ' ');
		return 1;
	}
	if (!valid || is_control(code)) {
		size_t before = out->n;

		for (size_t i = 0; i < *len; i++)
			buf_addf(out, "\\x%02X", (unsigned)(unsigned char)s.p[i]);
		return out->n - before;
	}
	if (is_hidden(code)) {
		size_t before = out->n;

		buf_addf(out, "\\u{%04X}", (unsigned)code);
		return out->n - before;
	}
	utf8_add(out, code);
	return (size_t)utf8_width(code);
}

/* How many bytes at the front are letters, digits, punctuation and blanks of ASCII. */
static size_t
ascii_run(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7F)
		n++;
	return n;
}

size_t
utf8_columns(struct span s)
{
	struct buf piece = BUF_INIT;
	size_t columns = ascii_run(s), len;

	s = span_from(s, columns);
	while (s.n > 0) {
		buf_reset(&piece);
		columns += printable(&piece, s, &len);
		s = span_from(s, len);
	}
	buf_clear(&piece);
	return columns;
}

void
utf8_printable(struct buf *out, struct span s, size_t max_cols)
{
	struct buf piece = BUF_INIT;
	size_t used = 0, len, fits = out->n;

	if (max_cols == 0)
		return;
	if (s.n <= max_cols && ascii_run(s) == s.n) { /* nearly always */
		buf_add(out, s);
		return;
	}
	while (s.n > 0) {
		size_t columns;

		buf_reset(&piece);
		columns = printable(&piece, s, &len);
		if (max_cols != SIZE_MAX && used + columns > max_cols)
			break;
		buf_add(out, buf_span(&piece));
		used += columns;
		if (max_cols != SIZE_MAX && used < max_cols)
			fits = out->n; /* the ellipsis would still fit behind this */
		s = span_from(s, len);
	}
	if (s.n > 0) {
		/* What fitted beside it goes, to make room for the ellipsis. */
		out->n = fits;
		utf8_add(out, ELLIPSIS);
	}
	buf_clear(&piece);
}

/* Characters that Japanese never begins a line with, and those that it never ends one with. */
static bool
is_closing(uint32_t code)
{
	return code == 0x3001 || code == 0x3002 || code == 0x300D || code == 0x300F ||
	       code == 0x30FC || code == 0xFF09 || code == 0xFF1A;
}

static bool
is_opening(uint32_t code)
{
	return code == 0x300C || code == 0x300E || code == 0xFF08;
}

size_t
utf8_break(struct span text, size_t room)
{
	size_t at = 0, used = 0, best = 0, len;
	uint32_t before = 0;

	while (at < text.n) {
		uint32_t code = utf8_next(span_from(text, at), &len, NULL);

		if (utf8_width(before) == 2 && !is_opening(before) && !is_closing(code))
			best = at;
		used += (size_t)utf8_width(code);
		if (used > room && code != ' ')
			return best > 0 ? best : at > 0 ? at : len;
		at += len;
		if (code == ' ')
			best = at;
		before = code;
	}
	return text.n;
}
