/* Whatever goes in: what comes out is fit for a terminal, and as wide as was said. */
#include <stdlib.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"

static void
check_printable(struct span s)
{
	while (s.n > 0) {
		size_t len;
		bool valid;
		uint32_t code = utf8_next(s, &len, &valid);

		if (!valid || code < 0x20 || (code >= 0x7F && code < 0xA0) ||
			(code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E))
			abort();
		s = span_from(s, len);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = { (const char *)data, size };
	struct buf out = BUF_INIT;

	utf8_printable(&out, s, SIZE_MAX);
	check_printable(buf_span(&out));
	if (utf8_columns(buf_span(&out)) != utf8_columns(s))
		abort();
	for (size_t max_cols = 0; max_cols < 20; max_cols++) {
		buf_reset(&out);
		utf8_printable(&out, s, max_cols);
		check_printable(buf_span(&out));
		if (utf8_columns(buf_span(&out)) > max_cols)
			abort();
	}
	buf_clear(&out);
	return 0;
}
