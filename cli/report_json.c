#include "cli/causes.h"
#include "cli/json.h"
#include "cli/record.h"
#include "cli/render.h"
#include "cli/report.h"

#define HITS_MAX 100 /* of each kind and cause */

/* One document, or one object a line: what stands around the objects of one kind. */
struct form {
	const char *begin, *between, *end;
};

static void
add_text(struct buf *out, struct cli_session *session, const char *name, struct span value)
{
	struct buf room = BUF_INIT;

	json_key(out, name);
	json_string_or_null(out, session_shown(session, value, &room));
	buf_clear(&room);
}

/* ,"verdicts":{"signed":1,...} */
static void
add_verdicts(struct buf *out, const uint64_t counts[VERDICT_COUNT])
{
	json_key(out, "verdicts");
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		buf_addf(out, "%s\"%s\":%llu", kind == 0 ? "{" : ",",
			verdict_id((enum verdict_kind)kind), (unsigned long long)counts[kind]);
	buf_add_char(out, '}');
}

static void
add_tally(struct buf *out, struct cli_session *session, const char *name, const struct tally *tally)
{
	struct buf room = BUF_INIT;

	json_key(out, name);
	buf_add_char(out, '[');
	for (size_t i = 0; i < tally->n && i < HITS_MAX; i++) {
		const struct tally_row *row = tally->rows[i];

		buf_add(out, i > 0 ? SPAN(",{\"name\":") : SPAN("{\"name\":"));
		json_string_or_null(out, session_shown(session, row->key, &room));
		json_number(out, "messages", row->count);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
	json_number(out, "others", tally->n > HITS_MAX ? tally->n - HITS_MAX : 0);
	buf_clear(&room);
}

static void
add_sources(struct buf *out, struct cli_session *session)
{
	json_key(out, "sources");
	buf_add_char(out, '[');
	for (size_t i = 0; i < reading_files(session->reading); i++) {
		const struct log_file *file = reading_file(session->reading, i);

		buf_add(out, i > 0 ? SPAN(",{\"path\":") : SPAN("{\"path\":"));
		json_string(out, span_of(file->path));
		json_number(out, "lines", file->lines);
		buf_add_char(out, '}');
	}
	buf_add_char(out, ']');
}

/* What there is once. */
static void
add_head(struct figures *figures, struct buf *out)
{
	struct cli_session *session = &figures->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	bool utc = session->settings->utc;

	buf_add(out, SPAN("\"schema\":1"));
	json_time(out, "generated", session->options.log.now, utc);
	json_time(out, "since", session->since, utc);
	json_time(out, "until", session->until, utc);
	json_time(out, "first_time", totals->first, utc);
	json_time(out, "last_time", totals->last, utc);
	json_number(out, "lines", session_lines(session));
	add_verdicts(out, figures->digest.counts);
	json_number(out, "signed_twice", figures->digest.signed_twice);
	json_number(out, "gaps", figures->gaps);
	json_number(out, "gap_lines", totals->gap_lines);
	json_number(out, "unknown_lines", totals->unknown_lines);
	json_number(out, "judged_early", totals->early);
	add_sources(out, session);
}

static void
add_proof(struct buf *out, struct cli_session *session, struct span proof)
{
	struct buf room = BUF_INIT;
	struct span place, line;
	bool first = true;

	json_key(out, "proof");
	buf_add_char(out, '[');
	while (span_cut(&proof, '\n', &place) && span_cut(&proof, '\n', &line)) {
		buf_add(out, first ? SPAN("{\"place\":") : SPAN(",{\"place\":"));
		json_string(out, session_shown(session, place, &room));
		json_key(out, "text");
		json_string(out, session_shown(session, line, &room));
		buf_add_char(out, '}');
		first = false;
	}
	buf_add_char(out, ']');
	buf_clear(&room);
}

static void
add_cause(struct figures *figures, struct buf *out, const struct cause_story *story)
{
	struct cli_session *session = &figures->session;

	buf_add(out, SPAN("{\"type\":\"cause\""));
	add_text(out, session, "cause",
		story->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(story->cause)));
	json_number(out, "messages", story->count);
	add_verdicts(out, story->verdicts);
	json_time(out, "first_time", story->first, session->settings->utc);
	json_time(out, "last_time", story->last, session->settings->utc);
	add_tally(out, session, "domains", &story->domains);
	add_tally(out, session, "senders", &story->senders);
	add_tally(out, session, "clients", &story->clients);
	add_text(out, session, "why", buf_span(&story->why));
	add_text(out, session, "brief", buf_span(&story->brief));
	add_text(out, session, "fix", buf_span(&story->fix));
	add_text(out, session, "example", buf_span(&story->example));
	add_proof(out, session, buf_span(&story->proof));
	buf_add_char(out, '}');
}

static void
add_causes(struct figures *figures, struct buf *out, const struct form *form)
{
	const struct digest *digest = &figures->digest;
	size_t top = figures->session.settings->top;

	for (size_t i = 0; i < digest->nstories && (top == 0 || i < top); i++) {
		if (i > 0)
			buf_add(out, span_of(form->between));
		add_cause(figures, out, digest->stories[i]);
	}
}

static void
add_incidents(struct figures *figures, struct buf *out, const struct form *form)
{
	struct cli_session *session = &figures->session;
	struct record record = { .session = session };
	bool first = true;

	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (!session_wants_incident(session, incident))
			continue;
		if (!first)
			buf_add(out, span_of(form->between));
		record_incident_json(&record, incident);
		buf_add(out, buf_span(&record.line));
		first = false;
	}
	record_clear(&record);
}

/* Of --by: an object a row. */
static void
add_counts(struct figures *figures, struct buf *out, const struct form *form)
{
	struct cli_session *session = &figures->session;
	bool first = true;

	for (size_t i = 0; i < figures->digest.ntables; i++) {
		const struct tally *tally = &figures->digest.tables[i];
		size_t k, end;

		digest_rows(&figures->digest, i, session->settings->top, &k, &end);
		for (; k < end; k++) {
			if (!first)
				buf_add(out, span_of(form->between));
			first = false;
			buf_addf(out, "{\"type\":\"count\",\"by\":\"%s\"",
				figures->digest.dimensions[i]->name);
			add_text(out, session, "key", tally->rows[k]->key);
			json_number(out, "messages", tally->rows[k]->count);
			add_verdicts(out, tally->rows[k]->verdicts);
			buf_add_char(out, '}');
		}
	}
}

static void
add_line(struct figures *figures, const struct message *message)
{
	struct record record = { .session = &figures->session };

	record_message_json(&record, message);
	buf_add(&figures->session.out, buf_span(&record.line));
	record_clear(&record);
}

static int
add_list(struct figures *figures, struct buf *out, const struct form *form, struct error *err)
{
	size_t begin;
	int rc;

	for (bool first = true;; first = false) {
		begin = out->n;
		if (!first)
			buf_add(out, span_of(form->between));
		rc = spool_next(&figures->list, out, err);
		if (rc <= 0)
			break;
	}
	out->n = begin;
	return rc;
}

static const struct {
	const char *name;
	void (*add)(struct figures *figures, struct buf *out, const struct form *form);
} kinds[] = { { "causes", add_causes }, { "incidents", add_incidents }, { "counts", add_counts } };

static int
render_json(struct figures *figures, struct error *err)
{
	static const struct form form = { "[\n", ",\n", "\n]" };
	struct buf *out = &figures->session.out;
	int rc = 0;

	buf_add_char(out, '{');
	add_head(figures, out);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		json_key(out, kinds[i].name);
		buf_add(out, span_of(form.begin));
		kinds[i].add(figures, out, &form);
		buf_add(out, span_of(form.end));
	}
	if (figures->line != NULL) {
		json_key(out, "messages");
		buf_add(out, span_of(form.begin));
		rc = add_list(figures, out, &form, err);
		buf_add(out, span_of(form.end));
	}
	buf_add(out, SPAN("}\n"));
	return rc;
}

static int
render_jsonl(struct figures *figures, struct error *err)
{
	static const struct form form = { "", "\n", "\n" };
	struct buf *out = &figures->session.out;
	size_t begin;
	int rc = 0;

	buf_add(out, SPAN("{\"type\":\"report\","));
	add_head(figures, out);
	buf_add(out, SPAN("}\n"));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		begin = out->n;
		kinds[i].add(figures, out, &form);
		if (out->n > begin)
			buf_add(out, span_of(form.end));
	}
	begin = out->n;
	if (figures->line != NULL)
		rc = add_list(figures, out, &form, err);
	if (out->n > begin)
		buf_add(out, span_of(form.end));
	return rc;
}

const struct report_format report_json = { add_line, render_json };
const struct report_format report_jsonl = { add_line, render_jsonl };
