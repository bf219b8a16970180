#include <inttypes.h>
#include <limits.h>

#include "base/ascii.h"
#include "base/instant.h"
#include "cli/command.h"
#include "cli/session.h"
#include "store/prune.h"

/* "400d" is that long ago; else as --since. On or before the present. */
static int
parse_age(const char *option, const char *text, const struct cli_session *session, int64_t *t,
	struct error *err)
{
	int64_t now = session->options.log.now;
	struct span age = span_trim(span_of(text));
	struct buf ago = BUF_INIT;
	bool is_age = age.n > 1 && ascii_is_digit(age.p[0]);
	int rc;

	*t = INSTANT_NONE;
	for (size_t i = 0; i + 1 < age.n; i++)
		is_age &= ascii_is_digit(age.p[i]);
	is_age &= age.n > 1 && !ascii_is_digit(age.p[age.n - 1]);
	buf_addf(&ago, "%s%.*s", is_age ? "-" : "", SPAN_ARGS(age));
	rc = instant_parse(buf_span(&ago), now, session->settings->utc, t, err);
	buf_clear(&ago);
	if (rc < 0)
		return error_within(err, "--%s (400d, 12w, 36h or a date)", option);
	if (*t > now)
		return error_set(err, ERROR_SYNTAX, "--%s: '%s' is in the future", option, text);
	return 0;
}

/* "500M", "1G", "200k", or bytes. */
static int
parse_size(const char *text, uint64_t *bytes, struct error *err)
{
	static const char units[] = "kMGT";
	struct span size = span_trim(span_of(text));
	unsigned shift = 0;

	for (size_t i = 0; size.n > 1 && units[i] != '\0'; i++)
		if (ascii_lower(size.p[size.n - 1]) == ascii_lower(units[i]))
			shift = 10 * (unsigned)(i + 1);
	if (shift > 0)
		size.n--;
	if (!span_to_u64(size, bytes) || *bytes == 0 || *bytes > (uint64_t)INT64_MAX >> shift)
		return error_set(err, ERROR_SYNTAX,
			"option '--max-size' takes a size like 500M or 1G, not '%s'", text);
	*bytes <<= shift;
	return 0;
}

static int
read_options(const struct settings *settings, const struct cli_session *session,
	struct prune_options *options, struct error *err)
{
	*options = (struct prune_options){ .older_than = INSTANT_NONE,
		.addresses = INSTANT_NONE,
		.dry_run = settings->dry_run,
		.reading = &session->options };
	if (settings->arguments.n > 0)
		return error_set(err, ERROR_SYNTAX, "prune takes no argument, not '%s'",
			settings->arguments.items[0]);
	if (settings->older_than == NULL && settings->max_size == NULL &&
		settings->addresses == NULL)
		return error_set(err, ERROR_SYNTAX,
			"say what is to go: prune --older-than AGE, --max-size SIZE or --addresses "
			"AGE");
	if (settings->older_than != NULL && parse_age("older-than", settings->older_than, session,
						    &options->older_than, err) < 0)
		return -1;
	if (settings->addresses != NULL &&
		parse_age("addresses", settings->addresses, session, &options->addresses, err) < 0)
		return -1;
	return settings->max_size == NULL
	               ? 0
	               : parse_size(settings->max_size, &options->max_bytes, err);
}

static void
number(struct buf *out, uint64_t n, const char *one, const char *many)
{
	buf_addf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static uint64_t
fewer(uint64_t before, uint64_t after)
{
	return before > after ? before - after : 0;
}

static void
tell_time(struct cli_session *session, const char *what, int64_t when)
{
	if (when == INSTANT_NONE)
		return;
	buf_addf(&session->out, "%s before ", what);
	instant_rfc3339(&session->out, when, session->settings->utc);
	buf_add_char(&session->out, '\n');
}

static void
tell(struct cli_session *session, const struct prune_report *report)
{
	const struct prune_counts *before = &report->before, *after = &report->after;
	const char *would = session->settings->dry_run ? "would go" : "gone";
	struct buf *out = &session->out;

	tell_time(session, "all", report->older_than);
	tell_time(session, "addresses", report->addresses);
	buf_addf(out, "%s: ", would);
	number(out, fewer(before->messages, after->messages), "message", "messages");
	buf_add(out, SPAN(" with "));
	number(out, fewer(before->lines, after->lines), "line", "lines");
	if (report->summed > 0)
		buf_addf(out, " (%" PRIu64 " stay in the sums)", report->summed);
	buf_add(out, SPAN(", "));
	number(out, fewer(before->incidents, after->incidents), "incident", "incidents");
	buf_add(out, SPAN(", the sums of "));
	number(out, fewer(before->hours, after->hours), "hour", "hours");
	buf_add(out, SPAN(", "));
	number(out, fewer(before->sources, after->sources), "log", "logs");
	buf_addf(out, ";  %s: ", session->settings->dry_run ? "would stay" : "in the store");
	number(out, after->messages, "message", "messages");
	buf_add(out, SPAN(" with "));
	number(out, after->lines, "line", "lines");
	buf_addf(out, ", %" PRIu64 " bytes\n", after->bytes);
}

static int
run(const struct settings *settings, struct error *err)
{
	struct cli_session session;
	struct prune_options options;
	struct prune_report report;
	struct store *store = NULL;
	int rc = session_start(&session, settings, err);

	if (rc == 0)
		rc = read_options(settings, &session, &options, err);
	/* It must be there: a writer would make it. */
	if (rc == 0) {
		store = session_open_store(settings, DB_READ, err);
		rc = store == NULL ? -1 : 0;
		store_close(store);
		store = NULL;
	}
	if (rc == 0) {
		store = session_open_store(settings, DB_WRITE, err);
		rc = store == NULL ? -1 : prune_run(store, &options, session.ruleset, &report, err);
	}
	if (rc == 0) {
		tell(&session, &report);
		rc = session_flush(&session, err);
	}
	store_close(store);
	session_close(&session);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "older-than", '\0', OPTION_TEXT, "AGE",
	  "forget what ended so long ago or before that time: 400d, 12w, 36h, 2026-01-01", offsetof(struct settings, older_than) },
	{ "max-size",   '\0', OPTION_TEXT, "SIZE",
	  "forget the oldest days until the store is that small: 500M, 1G", offsetof(struct settings, max_size) },
	{ "addresses",  '\0', OPTION_TEXT, "AGE",
	  "of messages that old keep verdict, cause, domain and hour only", offsetof(struct settings, addresses) },
	{ "dry-run",    '\0', OPTION_FLAG, NULL,
	  "say what would go, change nothing", offsetof(struct settings, dry_run) },
	{ "store",      '\0', OPTION_TEXT, "FILE",
	  "the store (default: " STORE_DEFAULT ")", offsetof(struct settings, store) },
	{ "rules",      '\0', OPTION_LIST, "DIR",
	  "try the *.rules files of this directory first (repeatable)", offsetof(struct settings, rules) },
};
/* clang-format on */

static const struct option_group own = { "Prune", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_common, NULL };

const struct command command_prune = {
	"prune",
	"",
	"the store made smaller: what is old forgotten",
	"Forgets what is old in the store; what stays is judged as before. Lines that old are passed "
	"over by ingest from then on, so that nothing comes back and nothing counts twice.",
	groups,
	run,
};
