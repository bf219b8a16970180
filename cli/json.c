#include "cli/json.h"

#include "base/utf8.h"

void
json_string(struct buf *out, struct span s)
{
	buf_add_char(out, '"');
	while (s.n > 0) {
		size_t len;
		uint32_t code = utf8_next(s, &len, NULL);

		if (code == '"' || code == '\\')
			buf_addf(out, "\\%c", (char)code);
		else if (code == '\n')
			buf_add(out, SPAN("\\n"));
		else if (code < 0x20 || code == 0x7F || code == 0x2028 || code == 0x2029)
			buf_addf(out, "\\u%04x", (unsigned)code);
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
