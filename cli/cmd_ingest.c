#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/instant.h"
#include "cli/command.h"
#include "cli/render.h"
#include "cli/service.h"
#include "cli/session.h"
#include "store/check.h"
#include "store/ingest.h"

static void
remark(void *ctx, const struct log_file *file)
{
	const struct cli_session *session = ctx;

	session_remark(session->settings, file);
}

static void
number(struct buf *out, uint64_t n, const char *one, const char *many)
{
	buf_addf(out, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

static void
tell_read(struct buf *out, const struct ingest_report *report)
{
	number(out, report->lines, "line", "lines");
	buf_addf(out, " read, %" PRIu64 " new", report->new_lines);
	if (report->passed > 0)
		buf_addf(out, ", %" PRIu64 " older than what was pruned passed over",
			report->passed);
	buf_add(out, SPAN(";  "));
}

static int
tell_counts(struct buf *out, struct store *store, struct error *err)
{
	struct store_counts counts;

	if (store_count(store, &counts, err) < 0)
		return -1;
	buf_add(out, SPAN("in the store: "));
	number(out, counts.messages, "message", "messages");
	buf_add(out, SPAN(" with "));
	number(out, counts.lines, "line", "lines");
	if (counts.settled > 0)
		buf_addf(out, ", %" PRIu64 " more without", counts.settled);
	if (counts.summed > counts.settled)
		buf_addf(out, ", %" PRIu64 " more as sums", counts.summed - counts.settled);
	buf_add_char(out, '\n');
	return 0;
}

/* The named logs, or --log; and older messages anew when something was learned about them. */
static int
take_in(struct cli_session *session, struct store *store, struct ingest_options *options,
	struct error *err)
{
	struct ingest_report report;
	bool again = session->settings->rejudge;

	if (options->npaths + options->njournals > 0) {
		if (ingest_run(store, options, session->ruleset, &report, remark, session, err) < 0)
			return -1;
		tell_read(&session->out, &report);
	}
	if (!again && ingest_is_stale(store, &again, err) < 0)
		return -1;
	if (again && ingest_rejudge(store, options, session->ruleset, &report, err) < 0)
		return -1;
	return tell_counts(&session->out, store, err);
}

/* The store to write to, as --keep-signed has it from now on. */
static struct store *
open_store(const struct settings *settings, struct error *err)
{
	enum settled_keep keep = SETTLED_SUMS;
	struct store *store;

	if (settings->keep_signed != NULL &&
		!settled_keep_of(span_of(settings->keep_signed), &keep)) {
		error_set(err, ERROR_SYNTAX,
			"option '--keep-signed' takes none, sums or rows, not '%s'",
			settings->keep_signed);
		return NULL;
	}
	store = session_open_store(settings, DB_WRITE, err);
	if (store == NULL || settings->keep_signed == NULL ||
		settled_set_keep(store_db(store), keep, err) == 0)
		return store;
	store_close(store);
	return NULL;
}

static int
ingest(const struct settings *settings, struct error *err)
{
	const struct texts *paths =
		settings->arguments.n > 0 ? &settings->arguments : &settings->logs;
	struct cli_session session;
	struct ingest_options options = { .paths = paths->items, .npaths = paths->n };
	struct ingest_journal *journals = session_journals(settings, &options.njournals);
	struct store *store = NULL;
	int rc = session_start(&session, settings, err);

	options.journals = journals;
	if (rc == 0) {
		session.options.log.whole_lines = true;
		options.reading = &session.options;
		store = open_store(settings, err);
		rc = store == NULL ? -1 : take_in(&session, store, &options, err);
	}
	if (rc == 0)
		rc = session_flush(&session, err);
	store_close(store);
	session_close(&session);
	free(journals);
	return rc;
}

static void
add_source(void *ctx, const struct store_status *source)
{
	struct cli_session *session = ctx;
	struct buf *out = &session->out;

	buf_addf(out, "%.*s  %.*s, ", SPAN_ARGS(source->path), SPAN_ARGS(source->format));
	number(out, source->lines, "line", "lines");
	if (source->first != INSTANT_NONE) {
		buf_add(out, SPAN(", "));
		instant_rfc3339(out, source->first, session->settings->utc);
		buf_add(out, SPAN(" to "));
		instant_rfc3339(out, source->last, session->settings->utc);
	}
	buf_add(out, SPAN(", read "));
	instant_rfc3339(out, source->read_at, session->settings->utc);
	buf_add_char(out, '\n');
	if (source->problem.n > 0)
		buf_addf(out, "    %.*s\n", SPAN_ARGS(source->problem));
}

static void
add_gap(void *ctx, const struct gap *gap)
{
	struct cli_session *session = ctx;
	struct buf *out = &session->out;

	buf_add(out, SPAN("gap: "));
	if (gap->host.n > 0) {
		render_text(session, gap->host, SIZE_MAX);
		buf_add(out, SPAN(": "));
	}
	render_text(session, gap->why, SIZE_MAX);
	buf_add(out, SPAN(", "));
	if (gap->lines > 0) {
		number(out, gap->lines, "line tells it", "lines tell it");
		buf_add(out, SPAN(", "));
	}
	instant_rfc3339(out, gap->first, session->settings->utc);
	buf_add(out, SPAN(" to "));
	instant_rfc3339(out, gap->last, session->settings->utc);
	buf_add_char(out, '\n');
}

static int
status(const struct settings *settings, struct error *err)
{
	struct cli_session session;
	struct store *store = NULL;
	int rc = session_start(&session, settings, err);

	if (rc == 0) {
		store = session_open_store(settings, DB_READ, err);
		rc = store == NULL ? -1 : store_each_source(store, add_source, &session, err);
	}
	if (rc == 0)
		rc = store_each_gap(store, add_gap, &session, err);
	if (rc == 0)
		rc = session_flush(&session, err);
	store_close(store);
	session_close(&session);
	return rc;
}

/* Where to go on: the logs that the store knows and that are still there. */
static void
add_remaining(void *ctx, const struct store_status *source)
{
	struct buf *out = ctx;
	struct buf path = BUF_INIT;

	buf_add(&path, source->path);
	if (source->path.n > 0 && access(buf_str(&path), R_OK) == 0) {
		buf_add_char(out, ' ');
		explain_shell_word(out, source->path);
	}
	buf_clear(&path);
}

static void
tell_way_out(struct cli_session *session, struct store *store)
{
	const char *path = session->settings->store;
	struct buf logs = BUF_INIT, quoted = BUF_INIT;
	struct error err = ERROR_INIT;

	explain_shell_word(&quoted, span_of(path == NULL ? STORE_DEFAULT : path));
	/* Of a damaged store they may not all be told. */
	(void)store_each_source(store, add_remaining, &logs, &err);
	buf_addf(&session->out,
		"move it away, with what stands beside it, and take in the logs that remain:\n"
		"    for e in '' -wal -shm; do mv %.*s$e %.*s.damaged$e; done\n"
		"    dkimwhy ingest --store %.*s",
		SPAN_ARGS(buf_span(&quoted)), SPAN_ARGS(buf_span(&quoted)),
		SPAN_ARGS(buf_span(&quoted)));
	if (logs.n > 0)
		render_text(session, buf_span(&logs), SIZE_MAX);
	else
		buf_add(&session->out, SPAN(" FILE..."));
	buf_add_char(&session->out, '\n');
	buf_clear(&logs);
	buf_clear(&quoted);
}

static void
add_fault(void *ctx, const char *what)
{
	struct cli_session *session = ctx;

	buf_add(&session->out, SPAN("damaged: "));
	render_text(session, span_of(what), SIZE_MAX);
	buf_add_char(&session->out, '\n');
}

static int
check(const struct settings *settings, struct error *err)
{
	struct cli_session session;
	struct store *store = NULL;
	uint64_t faults = 0;
	int rc = session_start(&session, settings, err);

	if (rc == 0) {
		store = session_open_store(settings, DB_READ, err);
		rc = store == NULL ? -1
		                   : check_run(store, &session.options, session.ruleset, add_fault,
					     &session, &faults, err);
	}
	if (rc == 0) {
		if (faults == 0)
			buf_add(&session.out, SPAN("the store is sound\n"));
		else
			tell_way_out(&session, store);
		rc = session_flush(&session, err);
	}
	store_close(store);
	session_close(&session);
	return rc < 0 ? -1 : faults > 0 ? EXIT_FINDINGS : EXIT_CLEAN;
}

static int
follow(const struct settings *settings, struct error *err)
{
	struct store *store = open_store(settings, err);

	if (store == NULL)
		return -1;
	return service_run(settings, store,
		settings->arguments.n > 0 ? &settings->arguments : &settings->logs, NULL, err);
}

static int
run(const struct settings *settings, struct error *err)
{
	if (settings->check)
		return check(settings, err);
	if (settings->status)
		return status(settings, err);
	if (!session_names_logs(settings) && !settings->rejudge)
		return error_set(err, ERROR_SYNTAX,
			"name the logs to take in: ingest FILE..., or ingest --journal");
	if (settings->follow)
		return follow(settings, err);
	return ingest(settings, err);
}

/* clang-format off */
static const struct option rows[] = {
	{ "follow", '\0', OPTION_FLAG, NULL, "stay, and take the logs in as they are written, over their rotations", offsetof(struct settings, follow) },
	{ "keep-signed", '\0', OPTION_TEXT, "none|sums|rows", "of signed and inbound mail nothing, sums by the hour (as at first), or rows, too, from now on", offsetof(struct settings, keep_signed) },
	{ "rejudge", '\0', OPTION_FLAG, NULL, "judge all that the store holds anew, after the rules have changed", offsetof(struct settings, rejudge) },
	{ "status", '\0', OPTION_FLAG, NULL, "which logs the store knows, and how far", offsetof(struct settings, status) },
	{ "check",  '\0', OPTION_FLAG, NULL, "is the store sound; if not, how to make it anew", offsetof(struct settings, check) },
};
/* clang-format on */

static const struct option_group own = { "Ingest", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_input, &options_common, NULL };

const struct command command_ingest = {
	"ingest",
	"[FILE]...",
	"logs into the store, each line once",
	"Takes logs into the store, which report, explain and export read where no log is named. A "
	"line counts once, in whatever order, split or compression it comes, and however often. "
	"What is plainly signed or inbound is kept as sums by the hour; all else with its lines.",
	groups,
	run,
};
