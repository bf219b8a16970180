#include "cli/json.h"

#include "base/utf8.h"

/* How many bytes at the front stand for themselves. */
static size_t
plain(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= 0x20 && s.p[n] < 0x7F && s.p[n] != '"' && s.p[n] != '\\')
		n++;
	return n;
}

/* "\u009b": the same to who reads JSON, and harmless on a terminal. Beyond 16 bits as two halves. */
static void
add_escape(struct buf *out, uint32_t code)
{
	if (code > 0xFFFF) {
		buf_addf(out, "\\u%04x", (unsigned)(0xD800 + ((code - 0x10000) >> 10)));
		code = 0xDC00 + (code & 0x3FF);
	}
	buf_addf(out, "\\u%04x", (unsigned)code);
}

void
json_string(struct buf *out, struct span s)
{
	buf_add_char(out, '"');
	while (s.n > 0) {
		size_t len = plain(s);
		uint32_t code;

		buf_add(out, span_first(s, len));
		s = span_from(s, len);
		if (s.n == 0)
			break;
		code = utf8_next(s, &len, NULL);

		if (code == '"' || code == '\\')
			buf_addf(out, "\\%c", (char)code);
		else if (code == '\n')
			buf_add(out, SPAN("\\n"));
		else if (utf8_is_unseen(code))
			add_escape(out, code);
		else
			utf8_add(out, code);
		s = span_from(s, len);
	}
	buf_add_char(out, '"');
}

void
json_string_or_null(struct buf *out, struct span s)
{
	if (s.n == 0)
		buf_add(out, SPAN("null"));
	else
		json_string(out, s);
}

void
json_key(struct buf *out, const char *name)
{
	buf_addf(out, ",\"%s\":", name);
}

void
json_time(struct buf *out, const char *name, int64_t t, bool utc)
{
	json_key(out, name);
	if (t == INSTANT_NONE) {
		buf_add(out, SPAN("null"));
		return;
	}
	buf_add_char(out, '"');
	instant_rfc3339(out, t, utc);
	buf_add_char(out, '"');
}

void
json_number(struct buf *out, const char *name, uint64_t number)
{
	json_key(out, name);
	buf_addf(out, "%llu", (unsigned long long)number);
}
