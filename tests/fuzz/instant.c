/* A time as someone types it: it is taken or refused, and what is taken can be written. */
#include <stdlib.h>

#include "base/instant.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT;
	int64_t t;

	for (int utc = 0; utc < 2; utc++) {
		if (instant_parse(text, INT64_C(1795479242) * INSTANT_SECOND, utc, &t, &err) < 0)
			continue;
		instant_rfc3339(&out, t, utc);
		instant_words(&out, t, 0, utc);
	}
	buf_clear(&out);
	return 0;
}
