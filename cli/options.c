#include "cli/options.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "cli/nearest.h"
#include "store/store.h"

#define HELP_COLUMN 26
#define HELP_WIDTH 80

#define AT(field) offsetof(struct settings, field)

/* clang-format off */
static const struct option input_rows[] = {
	{ "log",           'l',  OPTION_LIST,   "FILE",
	  "read this log (repeatable; '-' is standard input; compressed files too)", AT(logs) },
	{ "journal",       'j',  OPTION_FLAG,   NULL,
	  "read this host's systemd journal", AT(journal) },
	{ "journal-dir",   '\0', OPTION_LIST,   "DIR",
	  "read the files of a journal that were copied there (repeatable)", AT(journal_dirs) },
	{ "store",         '\0', OPTION_TEXT,   "FILE|none",
	  "the store, read where no log is named (default: " STORE_DEFAULT " when it can be read)", AT(store) },
	{ "rules",         '\0', OPTION_LIST,   "DIR",
	  "try the *.rules files of this directory first (repeatable)", AT(rules) },
	{ "opendkim-conf", '\0', OPTION_TEXT,   "FILE|none",
	  "the host's opendkim.conf (default: /etc/opendkim.conf when it can be read)", AT(opendkim_conf) },
	{ "postfix-dir",   '\0', OPTION_TEXT,   "DIR",
	  "the folder of main.cf and master.cf, or of postconf-n.txt and postconf-M.txt", AT(postfix_dir) },
	{ "year",          '\0', OPTION_NUMBER, "YEAR",
	  "the year of the last stamp without one (default: derived)", AT(year) },
	{ "log-tz",        '\0', OPTION_CHOICE, "local|UTC",
	  "the zone of stamps without one", AT(log_tz) },
};

static const struct option filter_rows[] = {
	{ "since",         's',  OPTION_TEXT,   "WHEN",
	  "only messages from then on: 2026-11-24 09:00, yesterday, -2h, '2 hours ago', @epoch", AT(since) },
	{ "until",         'u',  OPTION_TEXT,   "WHEN",
	  "only messages before then", AT(until) },
	{ "domain",        'd',  OPTION_LIST,   "LIST",
	  "only authors and senders of these domains, which count as ours; ! before a name leaves it out", AT(domains) },
	{ "cause",         'c',  OPTION_LIST,   "LIST",
	  "only these causes, or without those after a !", AT(causes) },
	{ "verdict",       '\0', OPTION_LIST,   "LIST",
	  "only these verdicts, likewise: signed, unsigned, inbound, deferred, rejected, unknown", AT(verdicts) },
};

static const struct option speed_rows[] = {
	{ "threads",       '\0', OPTION_NUMBER, "N",
	  "with 2, compressed logs are unpacked beside the reading; the answer is the same (default: the processors there are, at most 2)", AT(threads) },
};

static const struct option common_rows[] = {
	{ "output",        'o',  OPTION_TEXT,   "FILE",
	  "write there: beside it first, then renamed", AT(output) },
	{ "utc",           '\0', OPTION_FLAG,   NULL,
	  "show times in UTC, and read --since and --until so", AT(utc) },
	{ "lang",          '\0', OPTION_TEXT,   "en|ja",
	  "language of explanations (default: the locale's)", AT(lang) },
	{ "color",         '\0', OPTION_CHOICE, "auto|always|never",
	  "colours beside the words (auto: on a terminal)", AT(color) },
	{ "ascii",         '\0', OPTION_FLAG,   NULL,
	  "no character of a log but ASCII; others are spelled out", AT(ascii) },
	{ "anonymize",     '\0', OPTION_FLAG,   NULL,
	  "user parts of addresses, clients and logins replaced by words, the same for the same", AT(anonymize) },
	{ "no-pager",      '\0', OPTION_FLAG,   NULL,
	  "no pager, also on a terminal", AT(no_pager) },
	{ "width",         '\0', OPTION_NUMBER, "COLUMNS",
	  "columns of texts (default: the terminal's, else 80)", AT(width) },
	{ "exit-zero",     '\0', OPTION_FLAG,   NULL,
	  "exit 0 also with findings, for cron lines that must not fail", AT(exit_zero) },
	{ "quiet",         'q',  OPTION_FLAG,   NULL,
	  "no remarks on standard error", AT(quiet) },
	{ "verbose",       'v',  OPTION_FLAG,   NULL,
	  "more remarks: what was read of each file, and how", AT(verbose) },
	{ "help",          'h',  OPTION_FLAG,   NULL,
	  "print this", AT(help) },
	{ "version",       'V',  OPTION_FLAG,   NULL,
	  "print the version", AT(version) },
};
/* clang-format on */

#define ROWS(rows) (rows), sizeof(rows) / sizeof *(rows)

const struct option_group options_input = { "What is read", ROWS(input_rows) };
const struct option_group options_filter = { "What counts", ROWS(filter_rows) };
const struct option_group options_speed = { "How fast", ROWS(speed_rows) };
const struct option_group options_common = { "How it is shown", ROWS(common_rows) };

static const struct option *
find_name(const struct option_group *const *groups, struct span name)
{
	for (; *groups != NULL; groups++)
		for (size_t i = 0; i < (*groups)->n; i++)
			if (span_eq(span_of((*groups)->options[i].name), name))
				return &(*groups)->options[i];
	return NULL;
}

static const struct option *
find_letter(const struct option_group *const *groups, char letter)
{
	for (; *groups != NULL; groups++)
		for (size_t i = 0; i < (*groups)->n; i++)
			if ((*groups)->options[i].letter == letter)
				return &(*groups)->options[i];
	return NULL;
}

static int
unknown_name(const struct option_group *const *groups, struct span name, struct error *err)
{
	const char *best = NULL;
	size_t distance = SIZE_MAX;

	for (; *groups != NULL; groups++)
		for (size_t i = 0; i < (*groups)->n; i++)
			nearest_try(name, (*groups)->options[i].name, &best, &distance);
	if (best == NULL)
		return error_set(err, ERROR_SYNTAX, "no option '--%.*s'", SPAN_ARGS(name));
	return error_set(err, ERROR_SYNTAX, "no option '--%.*s'; did you mean '--%s'?",
		SPAN_ARGS(name), best);
}

static void
add_text(struct texts *texts, const char *text)
{
	texts->items = xreallocarray(texts->items, texts->n + 1, sizeof *texts->items);
	texts->items[texts->n++] = text;
}

static int
store_number(const struct option *option, const char *value, size_t *to, struct error *err)
{
	uint64_t number;

	if (!span_to_u64(span_of(value), &number) || number > OPTION_NUMBER_MAX)
		return error_set(err, ERROR_SYNTAX,
			"option '--%s' takes a number up to %d, not '%s'", option->name,
			OPTION_NUMBER_MAX, value);
	*to = (size_t)number;
	return 0;
}

static int
store_choice(const struct option *option, const char *value, size_t *to, struct error *err)
{
	struct span rest = span_of(option->argument), word;

	for (size_t i = 0; span_cut(&rest, '|', &word); i++) {
		if (span_eq(word, span_of(value))) {
			*to = i;
			return 0;
		}
	}
	return error_set(err, ERROR_SYNTAX, "option '--%s' takes %s, not '%s'", option->name,
		option->argument, value);
}

static int
store(const struct option *option, const char *value, struct settings *settings, struct error *err)
{
	void *to = (char *)settings + option->at;

	switch (option->kind) {
	case OPTION_FLAG:
		*(bool *)to = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)to = value;
		return 0;
	case OPTION_LIST:
		add_text(to, value);
		return 0;
	case OPTION_NUMBER:
		return store_number(option, value, to, err);
	case OPTION_CHOICE:
		return store_choice(option, value, to, err);
	}
	return 0;
}

/* The words of a command line, and how far they are read. */
struct words_left {
	int argc;
	char **argv;
	int at;
};

/* The value behind an option: given with it, or the next word. */
static int
take_value(const struct option *option, const char *given, struct words_left *left,
	struct settings *settings, struct error *err)
{
	if (given == NULL && left->at < left->argc)
		given = left->argv[left->at++];
	if (given == NULL)
		return error_set(err, ERROR_SYNTAX, "option '--%s' needs its %s", option->name,
			option->argument);
	return store(option, given, settings, err);
}

static int
read_long(const struct option_group *const *groups, const char *word, struct words_left *left,
	struct settings *settings, struct error *err)
{
	const char *equals = strchr(word, '=');
	struct span name = { word, equals == NULL ? strlen(word) : (size_t)(equals - word) };
	const struct option *option = find_name(groups, name);

	if (option == NULL)
		return unknown_name(groups, name, err);
	if (option->kind != OPTION_FLAG)
		return take_value(option, equals == NULL ? NULL : equals + 1, left, settings, err);
	if (equals != NULL)
		return error_set(err, ERROR_SYNTAX, "option '--%s' takes no value", option->name);
	return store(option, NULL, settings, err);
}

/* "-v", "-qv", "-l FILE", "-lFILE", "-qlFILE" */
static int
read_letters(const struct option_group *const *groups, const char *letters, struct words_left *left,
	struct settings *settings, struct error *err)
{
	for (; *letters != '\0'; letters++) {
		const struct option *option = find_letter(groups, *letters);

		if (option == NULL)
			return error_set(err, ERROR_SYNTAX, "no option '-%c'", *letters);
		if (option->kind != OPTION_FLAG)
			return take_value(option, letters[1] == '\0' ? NULL : letters + 1, left,
				settings, err);
		if (store(option, NULL, settings, err) < 0)
			return -1;
	}
	return 0;
}

int
options_parse(const struct option_group *const *groups, int argc, char **argv, int *at,
	bool stop_at_argument, struct settings *settings, struct error *err)
{
	struct words_left left = { argc, argv, *at };
	bool ended = false;
	int rc = 0;

	while (left.at < argc && rc == 0) {
		const char *word = argv[left.at];
		bool dashed = !ended && word[0] == '-' && word[1] != '\0';

		if (!dashed && stop_at_argument)
			break;
		left.at++;
		if (!dashed)
			add_text(&settings->arguments, word);
		else if (strcmp(word, "--") == 0)
			ended = true;
		else if (word[1] == '-')
			rc = read_long(groups, word + 2, &left, settings, err);
		else
			rc = read_letters(groups, word + 1, &left, settings, err);
	}
	*at = left.at;
	return rc;
}

void
settings_clear(struct settings *settings)
{
	struct texts *lists[] = { &settings->arguments, &settings->logs, &settings->journal_dirs,
		&settings->rules, &settings->domains, &settings->causes, &settings->verdicts };

	for (size_t i = 0; i < sizeof lists / sizeof(struct texts *); i++) {
		free(lists[i]->items);
		*lists[i] = (struct texts){ NULL, 0 };
	}
}

/* The words of text, wrapped; the line is at `indent`, where the following ones begin. */
static void
add_words(struct buf *out, const char *text, size_t indent)
{
	struct span rest = span_of(text), word;
	size_t column = indent;

	while (span_word(&rest, &word)) {
		if (column > indent && column + 1 + word.n > HELP_WIDTH) {
			buf_add_char(out, '\n');
			buf_add_repeat(out, ' ', indent);
			column = indent;
		} else if (column > indent) {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add(out, word);
		column += word.n;
	}
	buf_add_char(out, '\n');
}

static void
add_help_row(struct buf *out, const struct option *option)
{
	size_t begin = out->n;

	if (option->letter != '\0')
		buf_addf(out, "  -%c, --%s", option->letter, option->name);
	else
		buf_addf(out, "      --%s", option->name);
	if (option->argument != NULL)
		buf_addf(out, " %s", option->argument);
	if (out->n - begin + 2 > HELP_COLUMN) {
		buf_add_char(out, '\n');
		begin = out->n;
	}
	buf_add_repeat(out, ' ', HELP_COLUMN - (out->n - begin));
	add_words(out, option->help, HELP_COLUMN);
}

void
options_help_paragraph(struct buf *out, const char *text)
{
	add_words(out, text, 0);
}

void
options_help(struct buf *out, const struct option_group *const *groups)
{
	for (; *groups != NULL; groups++) {
		buf_addf(out, "\n%s:\n", (*groups)->heading);
		for (size_t i = 0; i < (*groups)->n; i++)
			add_help_row(out, &(*groups)->options[i]);
	}
}
