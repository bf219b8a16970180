/*
 * dkimwhy - why mail left without a DKIM signature.
 *
 * The map of the house: parser/ reads logs into events, rules/ gathers them into
 * messages and judges those, store/ joins both, cli/ (here) asks and prints.
 * Includes point downwards only; base/ knows nothing of mail.
 */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/confine.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "parser/postfix.h"

#define VERSION "0.1"

const struct command *const commands[] = { &command_report, &command_summary, &command_explain,
	&command_export, &command_ingest, &command_watch, &command_prune, &command_rules,
	&command_demo, NULL };

static void
print(FILE *to, struct buf *text)
{
	(void)fwrite(text->p, 1, text->n, to);
	buf_clear(text);
}

static void
usage(FILE *to)
{
	struct buf text = BUF_INIT;
	static const struct option_group *const common[] = { &options_common, NULL };

	buf_add(&text, SPAN("usage: dkimwhy COMMAND [OPTION]... [ARGUMENT]...\n"
			    "Explains why mail left without a DKIM signature.\n\n"));
	for (size_t i = 0; commands[i] != NULL; i++)
		buf_addf(&text, "  %-8s  %s\n", commands[i]->name, commands[i]->gist);
	buf_add(&text, SPAN("\n'dkimwhy COMMAND --help' tells more.\n\n"));
	if (to == stdout)
		options_help(&text, common);
	print(to, &text);
}

static void
help(const struct command *command)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "usage: dkimwhy %s [OPTION]... %s\n\n", command->name, command->arguments);
	options_help_paragraph(&text, command->about);
	options_help(&text, command->groups);
	print(stdout, &text);
}

static void
version(bool verbose)
{
	struct buf confinement = BUF_INIT;

	(void)printf("dkimwhy %s\n", VERSION);
	if (verbose) {
		confine_describe(&confinement);
		(void)printf("while logs are read, files and programs are kept away by: %s\n",
			buf_str(&confinement));
	}
	buf_clear(&confinement);
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int
no_command(const char *name)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	(void)fprintf(stderr, "dkimwhy: no command '%s'", name);
	for (size_t i = 0; commands[i] != NULL; i++)
		nearest_try(span_of(name), commands[i]->name, &best, &distance);
	if (queue_id_is_postfix(span_of(name)) || queue_id_is_sendmail(span_of(name)))
		(void)fprintf(stderr, "; did you mean 'dkimwhy explain %s'?", name);
	else if (best != NULL)
		(void)fprintf(stderr, "; did you mean '%s'?", best);
	(void)fputc('\n', stderr);
	return EXIT_NOT_DONE;
}

static int
run(const struct command *command, struct settings *settings, int argc, char **argv, int at)
{
	struct error err = ERROR_INIT;
	int rc = options_parse(command->groups, argc, argv, &at, false, settings, &err);

	if (rc == 0 && settings->help) {
		help(command);
		return EXIT_CLEAN;
	}
	if (rc == 0)
		rc = command->run(settings, &err);
	if (rc >= 0)
		return rc;
	(void)fprintf(stderr, "dkimwhy: %s\n", err.text);
	return EXIT_NOT_DONE;
}

/*
 * Texts are UTF-8 in any locale, and so must the widths be: where ja_JP.UTF-8 was never made on
 * this host, or the locale is C, every wide character would count as one column.
 */
static void
use_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char **argv)
{
	static const struct option_group *const common[] = { &options_common, NULL };
	struct settings settings = { .width = 0 };
	struct error err = ERROR_INIT;
	int at = 1, rc = EXIT_NOT_DONE;
	const struct command *command;

	use_utf8();
	(void)signal(SIGPIPE, SIG_DFL);
	if (options_parse(common, argc, argv, &at, true, &settings, &err) < 0) {
		(void)fprintf(stderr, "dkimwhy: %s\n", err.text);
	} else if (settings.version) {
		version(settings.verbose);
		rc = EXIT_CLEAN;
	} else if (settings.help) {
		usage(stdout);
		rc = EXIT_CLEAN;
	} else if (at >= argc) {
		usage(stderr);
	} else {
		command = find(argv[at]);
		rc = command == NULL ? no_command(argv[at])
		                     : run(command, &settings, argc, argv, at + 1);
	}
	settings_clear(&settings);
	return rc;
}
