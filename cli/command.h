/*
 * command.h - what a command of the program is.
 *
 * A command is a file cmd_NAME.c that ends in its struct command; main.c lists
 * them. Its options are groups of rows (options.h), from which the command
 * line is read and --help is made.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/error.h"
#include "cli/options.h"
#include "cli/settings.h"

/* A promise; see EXIT STATUS in dkimwhy.1. */
enum exit_status {
	EXIT_CLEAN = 0,       /* every message that was due a signature got one */
	EXIT_FINDINGS = 1,    /* unsigned, deferred or rejected mail, faulty rules, unknown lines */
	EXIT_NOT_DONE = 2,    /* usage, unreadable input, nothing understood, nothing written */
	EXIT_CANNOT_TELL = 3, /* only unknown, or the message is not in the log */
};

struct command {
	const char *name;
	const char *arguments;                    /* as the usage line shows them */
	const char *gist;                         /* half a line, for the list of commands */
	const char *about;                        /* a paragraph, for --help */
	const struct option_group *const *groups; /* ends with NULL */
	int (*run)(const struct settings *settings, struct error *err); /* an exit_status, or -1 */
};

extern const struct command command_demo;
extern const struct command command_report;
extern const struct command command_explain;
extern const struct command command_export;
extern const struct command command_ingest;
extern const struct command command_prune;
extern const struct command command_rules;
extern const struct command command_summary;
extern const struct command command_watch;

/* All of them, in the order of --help; ends with NULL. */
extern const struct command *const commands[];

#endif
