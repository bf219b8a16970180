#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "cli/command.h"
#include "cli/session.h"
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
tell(struct buf *out, const struct ingest_report *report)
{
	number(out, report->lines, "line", "lines");
	buf_addf(out, " read, %" PRIu64 " new;  in the store: ", report->new_lines);
	number(out, report->messages, "message", "messages");
	buf_add(out, SPAN(" with "));
	number(out, report->kept_lines, "line", "lines");
	if (report->summed > 0)
		buf_addf(out, ", %" PRIu64 " more signed or inbound ones as sums", report->summed);
	buf_add_char(out, '\n');
}

/* The host's journal goes on where it ended; copied files may be others by now. */
static size_t
list_journals(const struct settings *settings, struct ingest_journal *journals)
{
	size_t n = 0;

	if (settings->journal)
		journals[n++] = (struct ingest_journal){ NULL, true };
	for (size_t i = 0; i < settings->journal_dirs.n; i++)
		journals[n++] = (struct ingest_journal){ settings->journal_dirs.items[i], false };
	return n;
}

/* The named logs, or --log, or journals. */
static int
ingest(const struct settings *settings, struct error *err)
{
	const struct texts *paths =
		settings->arguments.n > 0 ? &settings->arguments : &settings->logs;
	struct cli_session session;
	struct ingest_report report;
	struct ingest_options options = { .paths = paths->items, .npaths = paths->n };
	struct ingest_journal *journals = xcalloc(settings->journal_dirs.n + 1, sizeof *journals);
	struct store *store = NULL;
	int rc = session_start(&session, settings, err);

	options.journals = journals;
	options.njournals = list_journals(settings, journals);
	if (rc == 0) {
		options.reading = &session.options;
		store = session_open_store(settings, DB_WRITE, err);
		rc = store == NULL ? -1
		                   : ingest_run(store, &options, session.ruleset, &report, remark,
					     &session, err);
	}
	if (rc == 0) {
		tell(&session.out, &report);
		rc = session_flush(&session, err);
	}
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
add_gap(void *ctx, const struct store_gap *gap)
{
	struct cli_session *session = ctx;
	struct buf *out = &session->out;

	buf_addf(out, "gap: %.*s, ", SPAN_ARGS(gap->why));
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

static int
run(const struct settings *settings, struct error *err)
{
	if (settings->status)
		return status(settings, err);
	if (!session_names_logs(settings))
		return error_set(err, ERROR_SYNTAX,
			"name the logs to take in: ingest FILE..., or ingest --journal");
	return ingest(settings, err);
}

/* clang-format off */
static const struct option rows[] = {
	{ "status", '\0', OPTION_FLAG, NULL, "which logs the store knows, and how far", offsetof(struct settings, status) },
};
/* clang-format on */

static const struct option_group own = { "Ingest", rows, 1 };
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
