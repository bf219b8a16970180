#include "cli/record.h"

#include "cli/csv.h"
#include "cli/json.h"
#include "cli/render.h"

void
record_clear(struct record *record)
{
	buf_clear(&record->line);
	buf_clear(&record->prose);
	buf_clear(&record->room);
}

static void
add_text(struct record *record, const char *name, struct span value)
{
	json_key(&record->line, name);
	json_string_or_null(&record->line, session_shown(record->session, value, &record->room));
}

/* Of a file the line. An entry of a journal has no number that others know, but its time. */
static void
add_place(struct record *record, const struct evidence *evidence)
{
	struct buf *out = &record->line;

	if (!log_file_is_journal(reading_file(record->session->reading, evidence->file))) {
		buf_addf(out, ",\"line\":%llu", (unsigned long long)evidence->number);
		return;
	}
	buf_add(out, SPAN(",\"line\":null"));
	json_time(out, "time", evidence->when, record->session->settings->utc);
}

static void
add_evidence(struct record *record, const struct evidence *evidence, size_t n)
{
	struct buf *out = &record->line;

	json_key(out, "evidence");
	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		buf_add(out, i > 0 ? SPAN(",{\"file\":") : SPAN("{\"file\":"));
		json_string(out,
			span_of(reading_file(record->session->reading, evidence[i].file)->path));
		add_place(record, &evidence[i]);
		json_key(out, "text");
		json_string(out, session_shown(record->session, evidence[i].raw, &record->room));
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

static void
add_route(struct buf *out, const struct message *message)
{
	const struct message *route[MESSAGE_ROUTE_MAX];
	size_t n = message_route(message, route, MESSAGE_ROUTE_MAX), written = 0;

	json_key(out, "route");
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

	json_key(out, "signatures");
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
add_prose(struct record *record, const char *name,
	void (*explain)(struct buf *, const struct ruleset *, const struct message *, enum lang),
	const struct message *message)
{
	buf_reset(&record->prose);
	explain(&record->prose, record->session->ruleset, message, record->session->lang);
	add_text(record, name, buf_span(&record->prose));
}

void
record_message_json(struct record *record, const struct message *message)
{
	struct buf *out = &record->line;
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;
	bool utc = record->session->settings->utc;

	buf_reset(out);
	buf_add(out, SPAN("{\"type\":\"message\""));
	add_text(record, "host", message->host);
	add_text(record, "queue_id", message->queue_id);
	json_time(out, "first_time", message->first, utc);
	json_time(out, "last_time", message->last, utc);
	add_text(record, "verdict", span_of(verdict_id(verdict->kind)));
	add_text(record, "cause",
		verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)));
	json_key(out, "contributing");
	buf_add_char(out, '[');
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(out, "%s\"%s\"", i > 0 ? "," : "", cause_id(verdict->contributing[i]));
	buf_add_char(out, ']');
	add_text(record, "rule", verdict->rule == NULL ? SPAN_NONE : verdict->rule->id);
	add_text(record, "author", message->author.n > 0 ? message->author : decided->author);
	json_key(out, "sender"); /* "" is the empty sender, null an unknown one */
	if (message->has_sender)
		json_string(out, session_shown(record->session, message->sender, &record->room));
	else
		buf_add(out, SPAN("null"));
	buf_addf(out, ",\"recipients\":%lu", (unsigned long)message->recipients);
	add_text(record, "client_name", message->client_name);
	add_text(record, "client_ip", message->client_ip);
	add_text(record, "sasl_username", message->sasl_username);
	add_text(record, "service", explain_service(message));
	add_text(record, "message_id", message->message_id);
	add_signatures(out, message);
	add_route(out, message);
	add_text(record, "decided_at", decided->queue_id);
	add_prose(record, "why", explain_message_why, message);
	add_prose(record, "fix", explain_message_fix, message);
	add_evidence(record, message->evidence, message->nevidence);
	buf_add_char(out, '}');
}

void
record_incident_json(struct record *record, const struct incident *incident)
{
	struct buf *out = &record->line;
	bool utc = record->session->settings->utc;

	buf_reset(out);
	buf_add(out, SPAN("{\"type\":\"incident\""));
	add_text(record, "host", incident->host);
	add_text(record, "cause", span_of(cause_id(incident->cause)));
	add_text(record, "subject", incident->subject);
	json_time(out, "first_time", incident->first, utc);
	json_time(out, "last_time", incident->last, utc);
	json_time(out, "ended", incident->ended, utc);
	buf_addf(out, ",\"lines\":%llu,\"messages\":%llu", (unsigned long long)incident->lines,
		(unsigned long long)incident->messages);
	buf_reset(&record->prose);
	explain_incident_why(&record->prose, record->session->ruleset, incident,
		record->session->lang);
	add_text(record, "why", buf_span(&record->prose));
	buf_reset(&record->prose);
	explain_incident_fix(&record->prose, record->session->ruleset, incident,
		record->session->lang);
	add_text(record, "fix", buf_span(&record->prose));
	add_evidence(record, incident->evidence, incident->nevidence);
	buf_add_char(out, '}');
}

/* The columns of a message in CSV: the keys of JSON, as far as they hold one value. */
/* clang-format off */
static const char *const columns[] = { "host", "queue_id", "first_time", "last_time", "verdict", "cause",
	"contributing", "rule", "author", "sender", "recipients", "client_name", "client_ip",
	"sasl_username", "service", "message_id", "selector", "signing_domain", "decided_at", "why", "fix",
	"evidence" };
/* clang-format on */

void
record_message_head_csv(struct buf *out)
{
	csv_head(out, columns, sizeof columns / sizeof *columns);
}

static void
add_cell(struct record *record, struct span value)
{
	csv_text(&record->line, session_shown(record->session, value, &record->room));
}

static void
add_causes_cell(struct record *record, const struct verdict *verdict)
{
	buf_reset(&record->prose);
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(&record->prose, "%s%s", i > 0 ? " " : "",
			cause_id(verdict->contributing[i]));
	add_cell(record, buf_span(&record->prose));
}

static void
add_evidence_cell(struct record *record, const struct message *message)
{
	buf_reset(&record->prose);
	for (size_t i = 0; i < message->nevidence; i++) {
		if (i > 0)
			buf_add_char(&record->prose, '\n');
		render_place(&record->prose, record->session, &message->evidence[i]);
		buf_add(&record->prose, SPAN("  "));
		buf_add(&record->prose, message->evidence[i].raw);
	}
	add_cell(record, buf_span(&record->prose));
}

static void
add_prose_cell(struct record *record,
	void (*explain)(struct buf *, const struct ruleset *, const struct message *, enum lang),
	const struct message *message)
{
	buf_reset(&record->prose);
	explain(&record->prose, record->session->ruleset, message, record->session->lang);
	add_cell(record, buf_span(&record->prose));
}

void
record_message_csv(struct record *record, const struct message *message)
{
	struct buf *out = &record->line;
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;
	bool utc = record->session->settings->utc, is_signed = decided->nsignatures > 0;

	buf_reset(out);
	add_cell(record, message->host);
	add_cell(record, message->queue_id);
	csv_time(out, message->first, utc);
	csv_time(out, message->last, utc);
	csv_text(out, span_of(verdict_id(verdict->kind)));
	csv_text(out, verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)));
	add_causes_cell(record, verdict);
	csv_text(out, verdict->rule == NULL ? SPAN_NONE : verdict->rule->id);
	add_cell(record, message->author.n > 0 ? message->author : decided->author);
	add_cell(record, message->sender);
	csv_number(out, message->recipients);
	add_cell(record, message->client_name);
	add_cell(record, message->client_ip);
	add_cell(record, message->sasl_username);
	add_cell(record, explain_service(message));
	add_cell(record, message->message_id);
	add_cell(record, is_signed ? decided->signatures[0].selector : SPAN_NONE);
	add_cell(record, is_signed ? decided->signatures[0].domain : SPAN_NONE);
	add_cell(record, decided->queue_id);
	add_prose_cell(record, explain_message_why, message);
	add_prose_cell(record, explain_message_fix, message);
	add_evidence_cell(record, message);
	csv_end(out);
}
