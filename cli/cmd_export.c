#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/metrics.h"
#include "cli/record.h"
#include "cli/spool.h"

/* How messages and incidents are written. */
struct format {
	void (*message)(struct record *record, const struct message *message);
	void (*incident)(struct record *record,
		const struct incident *incident);                          /* NULL: not at all */
	void (*begin)(struct buf *out, const struct cli_session *session); /* likewise */
	const char *between, *behind; /* records, and the last one of a kind */
	const char *incidents, *end;  /* before the incidents, and behind all */
};

struct export
{
	struct cli_session session;
	const struct format *format;
	struct record record;
	struct spool spool;
	uint64_t counts[VERDICT_COUNT];
};

static void
begin_json(struct buf *out, const struct cli_session *session)
{
	buf_add(out, SPAN("{\"schema\":1"));
	json_time(out, "generated", session->options.log.now, session->settings->utc);
	buf_add(out, SPAN(",\"messages\":[\n"));
}

static void
begin_csv(struct buf *out, const struct cli_session *session)
{
	(void)session;
	record_message_head_csv(out);
}

/* In the order of --format, which ends in one that is none of messages. */
static const struct format formats[] = {
	{ record_message_json, record_incident_json, NULL, "\n", "\n", "", "" },
	{ record_message_json, record_incident_json, begin_json, ",\n", "\n", "],\"incidents\":[\n",
		"]}\n" },
	{ record_message_csv, NULL, begin_csv, "", "", "", "" },
};
#define FORMAT_PROMETHEUS (sizeof formats / sizeof *formats)

static void
add(struct export *export, const struct message *message)
{
	session_meet(&export->session, message);
	export->format->message(&export->record, message);
	spool_add(&export->spool, message->first, buf_span(&export->record.line));
}

static void
take(void *ctx, const struct message *message)
{
	struct export *export = ctx;

	if (!session_wants(&export->session, message))
		return;
	export->counts[message->verdict.kind]++;
	if (session_shows(&export->session, message))
		add(export, message);
}

static void
take_settled(void *ctx, const struct message *message)
{
	struct export *export = ctx;

	if (!session_wants(&export->session, message))
		return;
	export->counts[message->verdict.kind]++;
	add(export, message);
}

static void
start_again(void *ctx)
{
	struct export *export = ctx;

	spool_reset(&export->spool);
	memset(export->counts, 0, sizeof export->counts);
}

#define FLUSH_AT ((size_t)1 << 20)

static int
flush_when_much(struct cli_session *session, struct error *err)
{
	if (session->settings->output != NULL || session->out.n < FLUSH_AT)
		return 0;
	if (session_flush(session, err) < 0)
		return -1;
	buf_reset(&session->out);
	return 0;
}

static int
add_messages(struct export *export, struct error *err)
{
	struct cli_session *session = &export->session;
	struct buf *out = &session->out;
	bool first = true;
	int rc;

	for (;;) {
		size_t begin = out->n;

		if (!first)
			buf_add(out, span_of(export->format->between));
		rc = spool_next(&export->spool, out, err);
		if (rc <= 0) {
			out->n = begin;
			break;
		}
		first = false;
		if (flush_when_much(session, err) < 0)
			return -1;
	}
	if (!first)
		buf_add(out, span_of(export->format->behind));
	return rc;
}

static void
add_incidents(struct export *export)
{
	struct cli_session *session = &export->session;
	const struct format *format = export->format;
	bool first = true;

	buf_add(&session->out, span_of(format->incidents));
	for (size_t i = 0; format->incident != NULL && i < reading_incidents(session->reading);
		i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (!session_wants_incident(session, incident))
			continue;
		if (!first)
			buf_add(&session->out, span_of(format->between));
		format->incident(&export->record, incident);
		buf_add(&session->out, buf_span(&export->record.line));
		first = false;
	}
	if (!first)
		buf_add(&session->out, span_of(format->behind));
	buf_add(&session->out, span_of(format->end));
}

static int
write_out(struct export *export, struct error *err)
{
	struct cli_session *session = &export->session;

	if (export->format->begin != NULL)
		export->format->begin(&session->out, session);
	if (add_messages(export, err) < 0)
		return -1;
	add_incidents(export);
	return session_flush(session, err);
}

static int
read_all(struct export *export, struct error *err)
{
	spool_prepare(&export->spool);
	session_confine(&export->session);
	if (reading_run(export->session.reading, take, start_again, export, err) < 0)
		return -1;
	return session_each_settled(&export->session, SPAN_NONE, take_settled, export, err);
}

static int
run_records(const struct settings *settings, struct error *err)
{
	struct export export = { .spool = SPOOL_INIT, .format = &formats[settings->format] };
	int rc;

	export.record.session = &export.session;
	rc = session_open(&export.session, settings, &settings->arguments, err);
	if (rc == 0)
		rc = read_all(&export, err);
	if (rc == 0) {
		session_remarks(&export.session);
		rc = write_out(&export, err);
	}
	if (rc == 0)
		rc = session_status(&export.session, export.counts);
	session_close(&export.session);
	spool_clear(&export.spool);
	record_clear(&export.record);
	return rc;
}

/* Monitors want numbers, whatever they are: findings are no failure. */
static int
run_metrics(const struct settings *settings, struct error *err)
{
	struct figures *figures = xcalloc(1, sizeof *figures);
	int rc = figures_open(figures, settings, NULL, err);

	if (rc == 0)
		figures_confine(figures);
	if (rc == 0)
		rc = figures_read(figures, err);
	if (rc == 0)
		rc = metrics_render(figures, err);
	if (rc == 0)
		rc = session_flush(&figures->session, err);
	if (rc == 0)
		rc = session_unread(&figures->session) > 0 ? EXIT_NOT_DONE : EXIT_CLEAN;
	figures_clear(figures);
	free(figures);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	return settings->format == FORMAT_PROMETHEUS ? run_metrics(settings, err)
	                                             : run_records(settings, err);
}

/* clang-format off */
static const struct option rows[] = {
	{ "format", 'f', OPTION_CHOICE, "jsonl|json|csv|prometheus",
	  "one JSON object a line; one document; messages for a spreadsheet; numbers for node_exporter's textfile collector", offsetof(struct settings, format) },
};
/* clang-format on */

static const struct option_group own = { "Export", rows, 1 };
static const struct option_group *const groups[] = { &own, &options_input, &options_speed,
	&options_filter, &options_common, NULL };

const struct command command_export = {
	"export",
	"[FILE]...",
	"messages and incidents for other programs: JSON, CSV, metrics",
	"Prints every message of the logs with its verdict, cause, proof and fix as one JSON object "
	"a line, in the order of time, then the incidents; or as CSV; or how many there are, for "
	"Prometheus. Without FILE it reads the host's own mail logs.",
	groups,
	run,
};
