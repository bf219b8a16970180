/*
 * options.h - options as data: read, explained and checked from one table.
 *
 * A row says everything of an option: its names, its argument, its line of
 * help and the field of struct settings it fills in. "--opt=value",
 * "--opt value", "-o value" and "-ovalue" are the same; flags may be bundled;
 * options and arguments may be mixed; "--" ends the options and "-" is an
 * argument. Abbreviations are not taken: they would break when options are
 * added.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "cli/settings.h"

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_TEXT,   /* const char *; the last one counts */
	OPTION_LIST,   /* struct texts; may be repeated */
	OPTION_NUMBER, /* size_t, at most OPTION_NUMBER_MAX */
	OPTION_CHOICE, /* size_t: the place of the word among those of `argument` ("auto|always|never") */
};

#define OPTION_NUMBER_MAX 1000000

struct option {
	const char *name; /* without its dashes */
	char letter;      /* '\0': none */
	enum option_kind kind;
	const char *argument; /* what --help calls it; NULL for a flag */
	const char *help;
	size_t at; /* offsetof(struct settings, ...) */
};

struct option_group {
	const char *heading;
	const struct option *options;
	size_t n;
};

/* Rows that several commands share. */
extern const struct option_group options_input;  /* which logs, how to read them */
extern const struct option_group options_filter; /* which messages count */
extern const struct option_group options_speed;  /* of who reads once, and ends */
extern const struct option_group options_common; /* every command */

/*
 * Read arguments from argv[*at] on into settings and count *at up. With
 * stop_at_argument, end before the first one that is no option. ERROR_SYNTAX
 * names the option at fault and the nearest one there is.
 */
int options_parse(const struct option_group *const *groups, int argc, char **argv, int *at,
	bool stop_at_argument, struct settings *settings, struct error *err);

/* Release the lists; what they point to is argv's. */
void settings_clear(struct settings *settings);

/* Append a paragraph, wrapped at 80 columns. */
void options_help_paragraph(struct buf *out, const char *text);

/* Append the help of all groups, wrapped at 80 columns. */
void options_help(struct buf *out, const struct option_group *const *groups);

#endif
