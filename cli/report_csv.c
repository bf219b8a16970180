#include "cli/csv.h"
#include "cli/record.h"
#include "cli/render.h"
#include "cli/report.h"

/* One table a file: of --list the messages, else of --by its rows, else the causes. */

static void
add_cell(struct buf *out, struct cli_session *session, struct span value)
{
	struct buf room = BUF_INIT;

	csv_text(out, session_shown(session, value, &room));
	buf_clear(&room);
}

static void
add_verdicts(struct buf *out, const uint64_t counts[VERDICT_COUNT])
{
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		csv_number(out, counts[kind]);
}

/* Names before those of the verdicts, and names behind them. */
static void
add_head(struct buf *out, const char *const *before, size_t nbefore, const char *const *behind,
	size_t nbehind)
{
	const char *names[32];
	size_t n = 0;

	for (size_t i = 0; i < nbefore; i++)
		names[n++] = before[i];
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		names[n++] = verdict_id((enum verdict_kind)kind);
	for (size_t i = 0; i < nbehind; i++)
		names[n++] = behind[i];
	csv_head(out, names, n);
}

static void
add_causes(struct figures *figures, struct buf *out)
{
	static const char *const before[] = { "cause", "messages" };
	static const char *const behind[] = { "first_time", "last_time", "domain", "client",
		"example", "why", "brief", "fix" };
	struct cli_session *session = &figures->session;
	const struct digest *digest = &figures->digest;
	size_t top = session->settings->top;

	add_head(out, before, 2, behind, sizeof behind / sizeof *behind);
	for (size_t i = 0; i < digest->nstories && (top == 0 || i < top); i++) {
		const struct cause_story *story = digest->stories[i];

		csv_text(out,
			story->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(story->cause)));
		csv_number(out, story->count);
		add_verdicts(out, story->verdicts);
		csv_time(out, story->first, session->settings->utc);
		csv_time(out, story->last, session->settings->utc);
		add_cell(out, session,
			story->domains.n > 0 ? story->domains.rows[0]->key : SPAN_NONE);
		add_cell(out, session,
			story->clients.n > 0 ? story->clients.rows[0]->key : SPAN_NONE);
		add_cell(out, session, buf_span(&story->example));
		add_cell(out, session, buf_span(&story->why));
		add_cell(out, session, buf_span(&story->brief));
		add_cell(out, session, buf_span(&story->fix));
		csv_end(out);
	}
}

static void
add_counts(struct figures *figures, struct buf *out)
{
	static const char *const before[] = { "by", "key", "messages" };

	add_head(out, before, 3, NULL, 0);
	for (size_t i = 0; i < figures->digest.ntables; i++) {
		const struct tally *tally = &figures->digest.tables[i];
		size_t k, end;

		digest_rows(&figures->digest, i, figures->session.settings->top, &k, &end);
		for (; k < end; k++) {
			csv_text(out, span_of(figures->digest.dimensions[i]->name));
			add_cell(out, &figures->session, tally->rows[k]->key);
			csv_number(out, tally->rows[k]->count);
			add_verdicts(out, tally->rows[k]->verdicts);
			csv_end(out);
		}
	}
}

static void
add_line(struct figures *figures, const struct message *message)
{
	struct record record = { .session = &figures->session };

	record_message_csv(&record, message);
	buf_add(&figures->session.out, buf_span(&record.line));
	record_clear(&record);
}

static int
render(struct figures *figures, struct error *err)
{
	struct buf *out = &figures->session.out;
	int rc = 0;

	if (figures->line != NULL) {
		record_message_head_csv(out);
		do
			rc = spool_next(&figures->list, out, err);
		while (rc > 0);
	} else if (figures->digest.ntables > 0) {
		add_counts(figures, out);
	} else {
		add_causes(figures, out);
	}
	return rc;
}

const struct report_format report_csv = { add_line, render };
