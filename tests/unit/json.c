/* Values written as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/json.h"

static void
test_json_strings_are_escaped(void **state)
{
	static const struct {
		struct span value;
		const char *json;
	} rows[] = {
		{ { "", 0 }, "\"\"" },
		{ { "a b", 3 }, "\"a b\"" },
		{ { "\"\\", 2 }, "\"\\\"\\\\\"" },
		{ { "a\nb", 3 }, "\"a\\nb\"" },
		{ { "\0\x1b\x7f", 3 }, "\"\\u0000\\u001b\\u007f\"" },
		{ { "\xe2\x80\xa8", 3 }, "\"\\u2028\"" },
		{ { "\xe7\xbd\xb2\xe5\x90\x8d", 6 }, "\"\xe7\xbd\xb2\xe5\x90\x8d\"" },
		{ { "\xff", 1 }, "\"\xef\xbf\xbd\"" },
		{ { "\xe7\xbd", 2 }, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		json_string(&out, rows[i].value);
		if (!span_eq(buf_span(&out), span_of(rows[i].json)))
			fail_msg("row %zu: %s, expected %s", i, buf_str(&out), rows[i].json);
		buf_clear(&out);
	}
}

static void
test_json_knows_null(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	json_string_or_null(&out, SPAN_NONE);
	json_string_or_null(&out, SPAN("null"));
	assert_string_equal(buf_str(&out), "null\"null\"");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_strings_are_escaped),
		cmocka_unit_test(test_json_knows_null),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
