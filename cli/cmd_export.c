#include <string.h>

#include "cli/command.h"
#include "cli/json.h"
#include "cli/session.h"
#include "cli/spool.h"

struct export
{
	struct cli_session session;
	struct spool spool;
	struct buf line, prose, room;
	uint64_t counts[VERDICT_COUNT];
};

static void
key(struct buf *out, const char *name)
{
	buf_addf(out, ",\"%s\":", name);
}

static void
add_text(struct export *export, const char *name, struct span value)
{
	key(&export->line, name);
	json_string_or_null(&export->line, session_shown(&export->session, value, &export->room));
}

static void
add_time(struct buf *out, const char *name, int64_t t, bool utc)
{
	key(out, name);
	if (t == INSTANT_NONE) {
		buf_add(out, SPAN("null"));
		return;
	}
	buf_add_char(out, '"');
	instant_rfc3339(out, t, utc);
	buf_add_char(out, '"');
}

/* Of a file the line. An entry of a journal has no number that others know, but its time. */
static void
add_place(struct export *export, const struct evidence *evidence)
{
	struct buf *out = &export->line;

	if (!log_file_is_journal(reading_file(export->session.reading, evidence->file))) {
		buf_addf(out, ",\"line\":%llu", (unsigned long long)evidence->number);
		return;
	}
	buf_add(out, SPAN(",\"line\":null"));
	add_time(out, "time", evidence->when, export->session.settings->utc);
}

static void
add_evidence(struct export *export, const struct evidence *evidence, size_t n)
{
	struct buf *out = &export->line;

	key(out, "evidence");
	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		buf_add(out, i > 0 ? SPAN(",{\"file\":") : SPAN("{\"file\":"));
		json_string(out,
			span_of(reading_file(export->session.reading, evidence[i].file)->path));
		add_place(export, &evidence[i]);
		key(out, "text");
		json_string(out, session_shown(&export->session, evidence[i].raw, &export->room));
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static void
add_route(struct buf *out, const struct message *message)
{
	const struct message *route[MESSAGE_ROUTE_MAX];
	size_t n = message_route(message, route, MESSAGE_ROUTE_MAX), written = 0;

	key(out, "route");
	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (route[i] == message)
			continue;
		if (written++ > 0)
			buf_add_char(out, ',');
		json_string(out, route[i]->queue_id);
	}
	buf_add_char(out, ']');
}

static void
add_signatures(struct buf *out, const struct message *message)
{
	const struct message *decided = message->verdict.decided;

	key(out, "signatures");
	buf_add_char(out, '[');
	for (size_t i = 0; decided != NULL && i < decided->nsignatures; i++) {
		buf_add(out, i > 0 ? SPAN(",{\"selector\":") : SPAN("{\"selector\":"));
		json_string_or_null(out, decided->signatures[i].selector);
		buf_add(out, SPAN(",\"domain\":"));
		json_string_or_null(out, decided->signatures[i].domain);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static void
add_prose(struct export *export, const char *name,
	void (*explain)(struct buf *, const struct ruleset *, const struct message *, enum lang),
	const struct message *message)
{
	buf_reset(&export->prose);
	explain(&export->prose, export->session.ruleset, message, export->session.lang);
	add_text(export, name, buf_span(&export->prose));
}

static void
make_line(struct export *export, const struct message *message)
{
	struct buf *out = &export->line;
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;
	bool utc = export->session.settings->utc;

	buf_reset(out);
	buf_add(out, SPAN("{\"type\":\"message\""));
	add_text(export, "host", message->host);
	add_text(export, "queue_id", message->queue_id);
	add_time(out, "first_time", message->first, utc);
	add_time(out, "last_time", message->last, utc);
	add_text(export, "verdict", span_of(verdict_id(verdict->kind)));
	add_text(export, "cause",
		verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)));
	key(out, "contributing");
	buf_add_char(out, '[');
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(out, "%s\"%s\"", i > 0 ? "," : "", cause_id(verdict->contributing[i]));
	buf_add_char(out, ']');
	add_text(export, "rule", verdict->rule == NULL ? SPAN_NONE : verdict->rule->id);
	add_text(export, "author", message->author.n > 0 ? message->author : decided->author);
	key(out, "sender"); /* "" is the empty sender, null an unknown one */
	if (message->has_sender)
		json_string(out, session_shown(&export->session, message->sender, &export->room));
	else
		buf_add(out, SPAN("null"));
	buf_addf(out, ",\"recipients\":%lu", (unsigned long)message->recipients);
	add_text(export, "client_name", message->client_name);
	add_text(export, "client_ip", message->client_ip);
	add_text(export, "sasl_username", message->sasl_username);
	add_text(export, "service", explain_service(message));
	add_text(export, "message_id", message->message_id);
	add_signatures(out, message);
	add_route(out, message);
	add_text(export, "decided_at", decided->queue_id);
	add_prose(export, "why", explain_message_why, message);
	add_prose(export, "fix", explain_message_fix, message);
	add_evidence(export, message->evidence, message->nevidence);
	buf_add(out, SPAN("}\n"));
}

static void
add(struct export *export, const struct message *message)
{
	session_meet(&export->session, message);
	make_line(export, message);
	spool_add(&export->spool, message->first, buf_span(&export->line));
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

static void
add_incident(struct export *export, const struct incident *incident)
{
	struct buf *out = &export->line;
	bool utc = export->session.settings->utc;

	buf_reset(out);
	buf_add(out, SPAN("{\"type\":\"incident\""));
	add_text(export, "host", incident->host);
	add_text(export, "cause", span_of(cause_id(incident->cause)));
	add_text(export, "subject", incident->subject);
	add_time(out, "first_time", incident->first, utc);
	add_time(out, "last_time", incident->last, utc);
	add_time(out, "ended", incident->ended, utc);
	buf_addf(out, ",\"lines\":%llu,\"messages\":%llu", (unsigned long long)incident->lines,
		(unsigned long long)incident->messages);
	buf_reset(&export->prose);
	explain_incident_why(&export->prose, export->session.ruleset, incident,
		export->session.lang);
	add_text(export, "why", buf_span(&export->prose));
	buf_reset(&export->prose);
	explain_incident_fix(&export->prose, export->session.ruleset, incident,
		export->session.lang);
	add_text(export, "fix", buf_span(&export->prose));
	add_evidence(export, incident->evidence, incident->nevidence);
	buf_add(out, SPAN("}\n"));
	buf_add(&export->session.out, buf_span(out));
}

#define FLUSH_AT ((size_t)1 << 20)

static int
write_out(struct export *export, struct error *err)
{
	struct cli_session *session = &export->session;
	int rc;

	while ((rc = spool_next(&export->spool, &session->out, err)) == 1) {
		if (session->settings->output != NULL || session->out.n < FLUSH_AT)
			continue;
		if (session_flush(session, err) < 0)
			return -1;
		buf_reset(&session->out);
	}
	if (rc < 0)
		return -1;
	for (size_t i = 0; i < reading_incidents(session->reading); i++)
		if (session_wants_incident(session, reading_incident(session->reading, i)))
			add_incident(export, reading_incident(session->reading, i));
	return session_flush(session, err);
}

static int
run(const struct settings *settings, struct error *err)
{
	struct export export = { .spool = SPOOL_INIT };
	int rc = -1;

	if (session_open(&export.session, settings, &settings->arguments, err) == 0 &&
		reading_run(export.session.reading, take, start_again, &export, err) == 0 &&
		session_each_settled(&export.session, SPAN_NONE, take_settled, &export, err) == 0) {
		session_remarks(&export.session);
		rc = write_out(&export, err);
	}
	if (rc == 0)
		rc = session_status(&export.session, export.counts);
	session_close(&export.session);
	spool_clear(&export.spool);
	buf_clear(&export.line);
	buf_clear(&export.prose);
	buf_clear(&export.room);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "format", 'f', OPTION_CHOICE, "jsonl", "one JSON object a line", offsetof(struct settings, format) },
};
/* clang-format on */

static const struct option_group own = { "Export", rows, 1 };
static const struct option_group *const groups[] = { &own, &options_input, &options_filter,
	&options_common, NULL };

const struct command command_export = {
	"export",
	"[FILE]...",
	"messages and incidents as JSON lines",
	"Prints every message of the logs with its verdict, cause, proof and fix as one JSON object "
	"a line, in the order of time, then the incidents. Without FILE it reads the host's own "
	"mail logs.",
	groups,
	run,
};
