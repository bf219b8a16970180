/* What every command that reads logs has in common. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/session.h"

static const char *
text_or(const char *cause, const char *otherwise)
{
	return cause == NULL ? otherwise : cause;
}

static void
test_session_wants_what_the_filters_say(void **state)
{
	/* The message: unsigned, not-internal, author at shop.example, from 09:00 to 09:01. */
	static const struct {
		const char *domain, *cause, *verdict, *since, *until;
		bool wanted;
	} rows[] = {
		{ NULL, NULL, NULL, NULL, NULL, true },
		{ "shop.example", NULL, NULL, NULL, NULL, true },
		{ "SHOP.example", NULL, NULL, NULL, NULL, true },
		{ "bounce.example", NULL, NULL, NULL, NULL, true },
		{ "other.example", NULL, NULL, NULL, NULL, false },
		{ "other.example,shop.example", NULL, NULL, NULL, NULL, true },
		{ "!shop.example", NULL, NULL, NULL, NULL, false },
		{ NULL, "not-internal", NULL, NULL, NULL, true },
		{ NULL, "key-missing", NULL, NULL, NULL, false },
		{ NULL, "!key-missing", NULL, NULL, NULL, true },
		{ NULL, NULL, "unsigned,deferred", NULL, NULL, true },
		{ NULL, NULL, "!unsigned", NULL, NULL, false },
		{ "shop.example", "key-missing", NULL, NULL, NULL, false },
		{ NULL, NULL, NULL, "2026-11-24 09:00:30", NULL, true },
		{ NULL, NULL, NULL, "2026-11-24 09:02", NULL, false },
		{ NULL, NULL, NULL, NULL, "2026-11-24 09:00:30", true },
		{ NULL, NULL, NULL, NULL, "2026-11-24 09:00", false },
		{ NULL, NULL, NULL, "2026-11-24", "2026-11-25", true },
	};
	const struct civil begin = { 2026, 11, 24, 9, 0, 0, 0 };
	int64_t first = instant_of_utc(&begin, 0);
	struct message *message = message_new(SPAN("mx1"), SPAN("4XyZ1k2LmPz9"), first);

	(void)state;
	message->last = first + INSTANT_MINUTE;
	message_set(message, &message->author_domain, SPAN("shop.example"));
	message_set(message, &message->sender, SPAN("x@bounce.example"));
	message->verdict.kind = VERDICT_UNSIGNED;
	message->verdict.cause = CAUSE_NOT_INTERNAL;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *lists[] = { rows[i].domain, rows[i].cause, rows[i].verdict };
		struct settings settings = { .utc = true,
			.since = rows[i].since,
			.until = rows[i].until,
			.domains = { &lists[0], rows[i].domain != NULL },
			.causes = { &lists[1], rows[i].cause != NULL },
			.verdicts = { &lists[2], rows[i].verdict != NULL } };
		struct cli_session session;
		struct error err = ERROR_INIT;

		if (session_start(&session, &settings, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		if (session_wants(&session, message) != rows[i].wanted)
			fail_msg("row %zu: %s %s %s %s %s", i, text_or(rows[i].domain, "-"),
				text_or(rows[i].cause, "-"), text_or(rows[i].verdict, "-"),
				text_or(rows[i].since, "-"), text_or(rows[i].until, "-"));
		session_close(&session);
	}
	message_free(message);
}

static void
test_session_refuses_what_it_cannot_do(void **state)
{
	static const struct {
		const char *lang, *cause, *since, *until, *text;
	} rows[] = {
		{ "fr", NULL, NULL, NULL, "option '--lang' takes en or ja, not 'fr'" },
		{ NULL, "not-internl", NULL, NULL,
			"--cause: there is no cause 'not-internl'; did you mean 'not-internal'?" },
		{ NULL, "zzzzzz", NULL, NULL, "--cause: there is no cause 'zzzzzz'" },
		{ NULL, NULL, "2026-11-24", "2026-11-24", "--since is not before --until" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *cause = rows[i].cause;
		struct settings settings = { .utc = true,
			.lang = rows[i].lang,
			.since = rows[i].since,
			.until = rows[i].until,
			.causes = { &cause, cause != NULL } };
		struct cli_session session;
		struct error err = ERROR_INIT;

		assert_int_equal(session_start(&session, &settings, &err), -1);
		if (strcmp(err.text, rows[i].text) != 0)
			fail_msg("row %zu: %s, expected %s", i, err.text, rows[i].text);
		session_close(&session);
	}
}

static void
test_session_takes_the_language_of_the_locale(void **state)
{
	static const struct {
		const char *all, *messages, *lang, *option;
		enum lang wanted;
	} rows[] = {
		{ "", "", "", NULL, LANG_EN },
		{ "", "", "ja_JP.UTF-8", NULL, LANG_JA },
		{ "C.UTF-8", "", "ja_JP.UTF-8", NULL, LANG_EN },
		{ "", "ja", "de_DE.UTF-8", NULL, LANG_JA },
		{ "", "", "ja_JP.UTF-8", "en", LANG_EN },
		{ "C", "", "", "ja", LANG_JA },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings settings = { .lang = rows[i].option };
		struct cli_session session;
		struct error err = ERROR_INIT;

		(void)setenv("LC_ALL", rows[i].all, 1);
		(void)setenv("LC_MESSAGES", rows[i].messages, 1);
		(void)setenv("LANG", rows[i].lang, 1);
		assert_int_equal(session_start(&session, &settings, &err), 0);
		if (session.lang != rows[i].wanted)
			fail_msg("row %zu", i);
		session_close(&session);
	}
}

static void
test_the_status_tells_what_was_found(void **state)
{
	static const struct {
		uint64_t counts[VERDICT_COUNT];
		bool exit_zero;
		int status;
	} rows[] = {
		{ { 0 }, false, EXIT_CLEAN },
		{ { [VERDICT_SIGNED] = 1, [VERDICT_INBOUND] = 1 }, false, EXIT_CLEAN },
		{ { [VERDICT_UNSIGNED] = 1 }, false, EXIT_FINDINGS },
		{ { [VERDICT_DEFERRED] = 1 }, false, EXIT_FINDINGS },
		{ { [VERDICT_REJECTED] = 1 }, false, EXIT_FINDINGS },
		{ { [VERDICT_UNKNOWN] = 1, [VERDICT_SIGNED] = 1 }, false, EXIT_CANNOT_TELL },
		{ { [VERDICT_UNKNOWN] = 1, [VERDICT_UNSIGNED] = 1 }, false, EXIT_FINDINGS },
		{ { [VERDICT_UNSIGNED] = 1 }, true, EXIT_CLEAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings settings = { .exit_zero = rows[i].exit_zero };
		struct cli_session session = { .settings = &settings };

		if (session_status(&session, rows[i].counts) != rows[i].status)
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session_wants_what_the_filters_say),
		cmocka_unit_test(test_session_refuses_what_it_cannot_do),
		cmocka_unit_test(test_session_takes_the_language_of_the_locale),
		cmocka_unit_test(test_the_status_tells_what_was_found),
	};

	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
