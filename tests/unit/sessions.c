/* Which daemon process took which mail: found again by host and process ID, and bounded in number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/session.h"

static struct evidence
line_of(const char *text)
{
	return (struct evidence){ .raw = span_of(text) };
}

static void
test_a_process_is_found_by_host_and_number(void **state)
{
	struct sessions *sessions = sessions_new();
	struct session *one = sessions_get(sessions, SPAN("mx1"), 7);
	/* 1031 is 7 + 1024: where the last one of each number is remembered, they share a place. */
	struct session *two = sessions_get(sessions, SPAN("mx2"), 7),
		       *three = sessions_get(sessions, SPAN("mx1"), 1031);

	(void)state;
	assert_true(one != two && one != three && two != three);
	assert_ptr_equal(sessions_get(sessions, SPAN("mx2"), 7), two);
	assert_ptr_equal(sessions_newest(sessions), two);
	assert_ptr_equal(sessions_get(sessions, SPAN("mx1"), 7), one);
	assert_ptr_equal(sessions_get(sessions, SPAN("mx1"), 1031), three);
	assert_ptr_equal(sessions_newest(sessions), three);
	sessions_free(sessions);
	sessions_free(NULL);
}

/* Of more processes than any host runs, those heard of least lately are forgotten. */
static void
test_the_oldest_process_is_forgotten(void **state)
{
	struct sessions *sessions = sessions_new();
	const struct evidence line = line_of("x");

	(void)state;
	for (uint32_t pid = 1; pid <= SESSIONS_MAX; pid++)
		session_add_line(sessions_get(sessions, SPAN("mx1"), pid), &line);
	/* Number 1 says something, so that number 2 is the one that goes. */
	assert_int_equal(sessions_get(sessions, SPAN("mx1"), 1)->nlines, 1);
	(void)sessions_get(sessions, SPAN("mx1"), SESSIONS_MAX + 1);
	assert_int_equal(sessions_get(sessions, SPAN("mx1"), 1)->nlines, 1);
	assert_int_equal(sessions_get(sessions, SPAN("mx1"), 2)->nlines, 0);
	assert_int_equal(sessions_get(sessions, SPAN("mx1"), SESSIONS_MAX)->nlines, 1);
	for (uint32_t pid = 1; pid <= SESSIONS_MAX; pid++)
		(void)sessions_get(sessions, SPAN("mx2"), pid);
	assert_int_equal(sessions_get(sessions, SPAN("mx1"), 1)->nlines, 0);
	sessions_free(sessions);
}

/* One host writes its name short in one file and in full in another. */
static void
test_a_host_is_known_by_its_short_name(void **state)
{
	static const struct {
		const char *host;
		bool alike;
	} rows[] = {
		{ "mx1.example.com", true },
		{ "mx1.", true },
		{ "mx10", false },
		{ "mx", false },
		{ "", false },
		{ "mx2.example.com", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct sessions *sessions = sessions_new();
		struct session *other = sessions_get(sessions, span_of(rows[i].host), 7),
			       *session = sessions_get(sessions, SPAN("mx1"), 7);
		const struct evidence line = line_of("x");

		/* Who said nothing is no one. */
		assert_null(sessions_alike(sessions, session));
		session_add_line(other, &line);
		(void)sessions_get(sessions, SPAN("mx1"), 8);
		if ((sessions_alike(sessions, session) == other) != rows[i].alike)
			fail_msg("'%s'", rows[i].host);
		session_drop_line(other, 0);
		session_add_line(session, &line);
		if ((sessions_alike(sessions, other) == session) != rows[i].alike)
			fail_msg("'%s', the other way", rows[i].host);
		sessions_free(sessions);
	}
}

static void
test_of_many_lines_the_last_ones_are_kept(void **state)
{
	struct sessions *sessions = sessions_new();
	struct session *session = sessions_get(sessions, SPAN("mx1"), 7);
	char text[32];

	(void)state;
	for (int i = 0; i < SESSION_LINES_MAX + 2; i++) {
		struct evidence line;

		(void)snprintf(text, sizeof text, "line %d", i);
		line = line_of(text);
		session_add_line(session, &line);
	}
	assert_int_equal(session->nlines, SESSION_LINES_MAX);
	assert_true(span_eq(session->lines[0].raw, SPAN("line 2")));
	session_drop_line(session, 0);
	assert_true(span_eq(session->lines[0].raw, SPAN("line 3")));
	sessions_free(sessions);
}

/* A process ID is used again: what another program said under it is not this one's. */
static void
test_another_program_begins_anew(void **state)
{
	struct sessions *sessions = sessions_new();
	struct session *session = sessions_get(sessions, SPAN("mx1"), 7);
	const struct evidence line = line_of("x");

	(void)state;
	session_name(session, SPAN("smtpd"));
	session_set_connect(session, &line);
	session_add_line(session, &line);
	session_set_current(session, SPAN("4XyZ1k2LmPz9"));
	session_name(session, SPAN_NONE);
	session_name(session, SPAN("smtpd"));
	assert_true(session->nlines == 1 && session->connect != NULL && session->current_n > 0);
	session_name(session, SPAN("cleanup"));
	assert_true(session->nlines == 0 && session->connect == NULL && session->current_n == 0);
	sessions_free(sessions);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_process_is_found_by_host_and_number),
		cmocka_unit_test(test_the_oldest_process_is_forgotten),
		cmocka_unit_test(test_a_host_is_known_by_its_short_name),
		cmocka_unit_test(test_of_many_lines_the_last_ones_are_kept),
		cmocka_unit_test(test_another_program_begins_anew),
	};

	return cmocka_run_group_tests_name("sessions", tests, NULL, NULL);
}
