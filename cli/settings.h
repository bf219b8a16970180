/*
 * settings.h - what the command line asked for, as one plain record.
 *
 * The option tables (options.c and the commands) name its fields as their
 * destinations. Texts are borrowed from argv.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct texts {
	const char **items;
	size_t n;
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER }; /* --color, in its order */
enum zone_choice { ZONE_LOCAL, ZONE_UTC };                   /* --log-tz, likewise */
enum period_choice { PERIOD_LAST, PERIOD_DAY, PERIOD_WEEK }; /* --period */

struct settings {
	struct texts arguments;

	/* what is read */
	struct texts logs, journal_dirs;
	bool journal;
	struct texts rules;
	const char *store;
	const char *opendkim_conf;
	const char *postfix_dir;
	size_t year;
	size_t threads; /* 0: as many as there are processors, at most 2 */
	size_t log_tz;
	const char *since, *until;
	struct texts domains, causes, verdicts;

	/* how it is shown */
	size_t format; /* of report and export, in the order of their lists */
	const char *output;
	const char *lang;
	size_t color;
	size_t width;
	bool ascii, anonymize, no_pager, utc, exit_zero, quiet, verbose;

	/* single commands */
	const char *by;
	size_t top, last;
	bool list, status, follow, plain, from_start, mouse, demo_report;
	bool evidence, compare;
	bool dry_run, check, rejudge;
	const char *mail, *sendmail, *subject;
	size_t period; /* of summary */
	bool if_findings, if_changed, with_addresses, nagios;
	const char *warning, *critical;
	const char *older_than, *max_size, *addresses;
	const char *keep_signed;

	bool help, version;
	bool unconfined; /* not an option: what is read was written by the program itself */
};

#endif
