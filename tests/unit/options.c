/* The command line: read, refused and explained from one table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/command.h"

static const struct option_group *const groups[] = { &options_input, &options_filter,
	&options_common, NULL };

#define WORDS_MAX 8

/* Reads the words of a line; "_" stands for an empty word. */
static int
parse(const char *line, struct settings *settings, struct error *err)
{
	static char words[WORDS_MAX][64];
	char *argv[WORDS_MAX];
	struct span rest = span_of(line), word;
	int argc = 0, at = 0;

	while (argc < WORDS_MAX && span_word(&rest, &word)) {
		if (span_eq(word, SPAN("_")))
			word.n = 0;
		memcpy(words[argc], word.p, word.n);
		words[argc][word.n] = '\0';
		argv[argc] = words[argc];
		argc++;
	}
	return options_parse(groups, argc, argv, &at, false, settings, err);
}

static void
test_options_are_read_in_every_form(void **state)
{
	static const struct {
		const char *line;
		const char *log; /* the last of --log */
		size_t arguments;
		bool quiet, verbose;
	} rows[] = {
		{ "", NULL, 0, false, false },
		{ "--log=a", "a", 0, false, false },
		{ "--log a", "a", 0, false, false },
		{ "-la", "a", 0, false, false },
		{ "-l a", "a", 0, false, false },
		{ "-qvl a", "a", 0, true, true },
		{ "-qla", "a", 0, true, false },
		{ "x --log a y", "a", 2, false, false },
		{ "--log a --log b", "b", 0, false, false },
		{ "--log --quiet", "--quiet", 0, false, false },
		{ "--log=", "", 0, false, false },
		{ "--log _", "", 0, false, false },
		{ "-- --log", NULL, 1, false, false },
		{ "-", NULL, 1, false, false },
		{ "-l -", "-", 0, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings settings = { .width = 0 };
		struct error err = ERROR_INIT;
		const char *log;

		if (parse(rows[i].line, &settings, &err) < 0)
			fail_msg("'%s': %s", rows[i].line, err.text);
		log = settings.logs.n == 0 ? NULL : settings.logs.items[settings.logs.n - 1];
		if ((log == NULL) != (rows[i].log == NULL) ||
			(log != NULL && strcmp(log, rows[i].log) != 0) ||
			settings.arguments.n != rows[i].arguments ||
			settings.quiet != rows[i].quiet || settings.verbose != rows[i].verbose)
			fail_msg("'%s': log %s, %zu arguments, quiet %d, verbose %d", rows[i].line,
				log == NULL ? "none" : log, settings.arguments.n, settings.quiet,
				settings.verbose);
		settings_clear(&settings);
	}
}

static void
test_options_say_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "--sinse x", "no option '--sinse'; did you mean '--since'?" },
		{ "--zzzzzzzz", "no option '--zzzzzzzz'" },
		{ "--sinc", "no option '--sinc'; did you mean '--since'?" },
		{ "-z", "no option '-z'" },
		{ "-qz", "no option '-z'" },
		{ "--log", "option '--log' needs its FILE" },
		{ "-l", "option '--log' needs its FILE" },
		{ "--quiet=yes", "option '--quiet' takes no value" },
		{ "--width many", "option '--width' takes a number up to 1000000, not 'many'" },
		{ "--width -1", "option '--width' takes a number up to 1000000, not '-1'" },
		{ "--width 1000001",
			"option '--width' takes a number up to 1000000, not '1000001'" },
		{ "--color red", "option '--color' takes auto|always|never, not 'red'" },
		{ "--color _", "option '--color' takes auto|always|never, not ''" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct settings settings = { .width = 0 };
		struct error err = ERROR_INIT;

		if (parse(rows[i].line, &settings, &err) == 0)
			fail_msg("'%s' was taken", rows[i].line);
		if (strcmp(err.text, rows[i].text) != 0)
			fail_msg("'%s': %s, expected %s", rows[i].line, err.text, rows[i].text);
		settings_clear(&settings);
	}
}

/* Of one command: names and letters unique, texts there. */
static void
check_command(const struct command *command)
{
	const struct option *all[64];
	size_t n = 0;

	for (size_t g = 0; command->groups[g] != NULL; g++)
		for (size_t i = 0; i < command->groups[g]->n; i++)
			all[n++] = &command->groups[g]->options[i];
	for (size_t i = 0; i < n; i++) {
		if (*all[i]->help == '\0' ||
			(all[i]->kind == OPTION_FLAG) != (all[i]->argument == NULL))
			fail_msg("%s --%s: no help, or a wrong argument", command->name,
				all[i]->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(all[i]->name, all[k]->name) == 0 ||
				(all[i]->letter != '\0' && all[i]->letter == all[k]->letter))
				fail_msg("%s --%s and --%s", command->name, all[i]->name,
					all[k]->name);
	}
}

static void
test_options_of_a_command_are_told_apart(void **state)
{
	static const struct command *const all[] = { &command_report, &command_explain,
		&command_export, &command_ingest, &command_prune, &command_rules };

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check_command(all[i]);
}

static void
test_help_fits_80_columns(void **state)
{
	struct buf help = BUF_INIT;
	struct span rest, line;

	(void)state;
	options_help(&help, groups);
	options_help_paragraph(&help, command_report.about);
	rest = buf_span(&help);
	while (span_cut(&rest, '\n', &line))
		if (line.n > 80)
			fail_msg("%.*s", SPAN_ARGS(line));
	buf_clear(&help);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_are_read_in_every_form),
		cmocka_unit_test(test_options_say_what_is_wrong),
		cmocka_unit_test(test_options_of_a_command_are_told_apart),
		cmocka_unit_test(test_help_fits_80_columns),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
