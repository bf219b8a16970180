/* Questions and answers go whole between two processes, and what is cut off is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "cli/aside.h"

static const struct aside_question questions[] = {
	{ .message = { .host = { "mx1", 3 }, .queue_id = { "4X", 2 }, .first = -7 }, .width = 120 },
	{ .of_incident = true,
		.incident = { .host = { "mx1", 3 },
			.subject = { "a\0b", 3 },
			.rule = { "", 0 },
			.cause = CAUSE_KEY_PERMISSION,
			.first = 1,
			.last = 2,
			.ended = INSTANT_NONE,
			.lines = 3,
			.messages = 4 },
		.width = 40 },
};

static void
test_a_question_arrives_as_it_was_put(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		const struct aside_question *put = &questions[i];
		struct aside_question got;
		struct buf bytes = BUF_INIT;

		aside_put_question(&bytes, put);
		assert_true(aside_get_question(buf_span(&bytes), &got));
		assert_int_equal(got.of_incident, put->of_incident);
		assert_int_equal(got.width, put->width);
		assert_true(span_eq(got.message.host, put->message.host));
		assert_true(span_eq(got.message.queue_id, put->message.queue_id));
		assert_true(got.message.first == put->message.first);
		assert_true(span_eq(got.incident.host, put->incident.host));
		assert_true(span_eq(got.incident.subject, put->incident.subject));
		assert_int_equal(got.incident.cause, put->incident.cause);
		assert_true(got.incident.ended == put->incident.ended);
		assert_int_equal(got.incident.messages, put->incident.messages);
		for (size_t n = 0; n < bytes.n; n++)
			assert_false(aside_get_question(span_first(buf_span(&bytes), n), &got));
		buf_clear(&bytes);
	}
}

static void
test_an_answer_arrives_with_what_went_wrong(void **state)
{
	struct tui_told put = { .gone = true }, got;
	struct error err = ERROR_INIT, said;
	struct buf bytes = BUF_INIT;

	(void)state;
	buf_add(&put.why, SPAN("no row"));
	buf_add(&put.command, SPAN("dkimwhy explain 4X"));
	(void)error_set(&err, ERROR_LIMIT, "too long");
	aside_put_answer(&bytes, &put, &err);
	got = (struct tui_told){ .gone = false };
	assert_true(aside_get_answer(buf_span(&bytes), &got, &said));
	assert_true(got.gone);
	assert_string_equal(buf_str(&got.why), "no row");
	assert_int_equal(got.fix.n, 0);
	assert_string_equal(buf_str(&got.command), "dkimwhy explain 4X");
	assert_int_equal(said.kind, ERROR_LIMIT);
	assert_string_equal(said.text, "too long");
	tui_told_clear(&got);
	for (size_t n = 0; n < bytes.n; n++) {
		got = (struct tui_told){ .gone = false };
		assert_false(aside_get_answer(span_first(buf_span(&bytes), n), &got, &said));
		tui_told_clear(&got);
	}
	tui_told_clear(&put);
	buf_clear(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_question_arrives_as_it_was_put),
		cmocka_unit_test(test_an_answer_arrives_with_what_went_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
