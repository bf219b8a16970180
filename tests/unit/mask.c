/* Persons taken out of what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/mask.h"

static void
test_mask_takes_persons_out(void **state)
{
	static const struct {
		const char *text, *masked;
	} rows[] = {
		{ "", "" },
		{ "no person", "no person" },
		{ "from=<bob@shop.example>, size=1", "from=<user1@shop.example>, size=1" },
		{ "match for 'bob@shop.example'", "match for 'user1@shop.example'" },
		{ "to bob@shop.example.", "to user1@shop.example." },
		{ "BOB@shop.example and bob@shop.example",
			"user1@shop.example and user2@shop.example" },
		{ "client=pc1.shop.example[192.0.2.7]", "client=host1[ip1]" },
		{ "inet:192.0.2.7:8891", "inet:ip1:8891" },
		{ "Socket inet:8891@localhost", "Socket inet:8891@localhost" },
		{ "inet:8891@192.0.2.7", "inet:8891@ip1" },
		{ "inet:bob@shop.example", "inet:user1@shop.example" },
		{ "[2001:db8::7] not internal", "[ip1] not internal" },
		{ "2001:db8:0:0:0:0:0:7", "ip1" },
		{ "127.0.0.1 and ::1", "127.0.0.1 and ::1" },
		{ "Nov 24 09:14:02 mx1", "Nov 24 09:14:02 mx1" },
		{ "OpenDKIM 2.11.0", "OpenDKIM 2.11.0" },
		{ "sasl_username=carol", "sasl_username=login1" },
		{ "*@shop.example   KEYNAME", "*@shop.example   KEYNAME" },
		{ "me@DOMAIN", "me@DOMAIN" },
		{ "@shop.example", "@shop.example" },
		{ "status=sent (250 Ok):", "status=sent (250 Ok):" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mask mask = { .kind = MASK_ALL };
		struct buf out = BUF_INIT;

		mask_learn(&mask, SPAN("pc1.shop.example"), SPAN("carol"));
		mask_text(&mask, &out, span_of(rows[i].text));
		if (!span_eq(buf_span(&out), span_of(rows[i].masked)))
			fail_msg("'%s': '%s', expected '%s'", rows[i].text, buf_str(&out),
				rows[i].masked);
		buf_clear(&out);
		mask_clear(&mask);
	}
}

static void
test_mask_gives_the_same_word_for_the_same_value(void **state)
{
	struct mask mask = { .kind = MASK_ALL };
	struct buf out = BUF_INIT;

	(void)state;
	mask_text(&mask, &out, SPAN("a@x.example b@x.example"));
	mask_text(&mask, &out, SPAN(" b@x.example a@x.example"));
	assert_string_equal(buf_str(&out),
		"user1@x.example user2@x.example user2@x.example user1@x.example");
	buf_clear(&out);
	mask_clear(&mask);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mask_takes_persons_out),
		cmocka_unit_test(test_mask_gives_the_same_word_for_the_same_value),
	};

	return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}
