#include "cli/teller.h"

#include "base/utf8.h"
#include "cli/render.h"
#include "cli/story.h"
#include "parser/event.h"
#include "rules/explain.h"

#define PROOF_LINES 6
#define INCIDENT_LINES 400 /* looked at for what proves an incident */

/* Text of ours with values of a log in it, made fit to be shown, line by line. */
static void
add_shown(struct teller *teller, struct buf *out, struct span text)
{
	struct buf room = BUF_INIT;
	struct span rest = session_shown(teller->session, text, &room), line;

	while (span_cut(&rest, '\n', &line)) {
		utf8_printable(out, line, SIZE_MAX);
		buf_add_char(out, '\n');
	}
	buf_clear(&room);
}

/* What render writes goes there. */
static void
begin_text(struct teller *teller, size_t width, bool color)
{
	struct cli_session *session = teller->session;

	buf_reset(&session->out);
	session->width = width;
	session->color = color;
	session->on_terminal = color;
}

static void
take_text(struct teller *teller, struct buf *to)
{
	*to = teller->session->out;
	teller->session->out = (struct buf)BUF_INIT;
}

static void
tell_proof(struct teller *teller, const struct message *message, struct tui_told *told)
{
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;
	size_t n = 0;

	begin_text(teller, SIZE_MAX, false);
	for (size_t i = 0; i < decided->nevidence && n < PROOF_LINES; i++)
		if (verdict->rule == NULL || decided->evidence[i].rule != NULL) {
			render_proof(teller->session, &decided->evidence[i], 0);
			n++;
		}
	take_text(teller, &told->proof);
}

struct asked {
	struct teller *teller;
	const struct browse_row *row;
	size_t width;
	struct tui_told *told;
	int64_t distance; /* in time; of several messages of one queue ID the nearest is meant */
};

static void
tell_message(void *ctx, const struct message *message)
{
	struct asked *asked = ctx;
	struct teller *teller = asked->teller;
	const struct ruleset *ruleset = teller->session->ruleset;
	enum lang lang = teller->session->lang;
	struct tui_told *told = asked->told;
	int64_t distance = message->first - asked->row->first;
	struct buf prose = BUF_INIT;

	if (!span_eq(message->queue_id, asked->row->queue_id) ||
		!span_eq(message->host, asked->row->host))
		return;
	distance = distance < 0 ? -distance : distance;
	if (distance >= asked->distance)
		return;
	asked->distance = distance;
	tui_told_clear(told);
	session_meet(teller->session, message);
	begin_text(teller, asked->width, true);
	story_render(teller->session, message);
	take_text(teller, &told->story);
	explain_message_why(&prose, ruleset, message, lang);
	add_shown(teller, &told->why, buf_span(&prose));
	buf_reset(&prose);
	explain_message_fix(&prose, ruleset, message, lang);
	add_shown(teller, &told->fix, buf_span(&prose));
	tell_proof(teller, message, told);
	buf_reset(&prose);
	buf_addf(&prose, "dkimwhy explain %.*s%s", SPAN_ARGS(message->queue_id), teller->where);
	utf8_printable(&told->command, buf_span(&prose), SIZE_MAX);
	buf_clear(&prose);
}

int
teller_message(struct teller *teller, const struct browse_row *row, size_t width,
	struct tui_told *told, struct error *err)
{
	struct cli_session *session = teller->session;
	struct asked asked = { teller, row, width, told, INT64_MAX };
	struct reading_extra extra;
	int rc = -1;

	session->reading = reading_new(&session->options, session->ruleset, err);
	if (session->reading != NULL && store_extra(teller->store, &extra, err) == 0) {
		reading_extend(session->reading, &extra);
		rc = store_choose_message(teller->store, row->queue_id, session->ruleset, err);
	}
	if (rc > 0)
		rc = reading_run(session->reading, tell_message, NULL, &asked, err) < 0 ? -1 : 1;
	reading_free(session->reading);
	session->reading = NULL;
	if (rc < 0)
		return -1;
	told->gone = asked.distance == INT64_MAX;
	return 0;
}

struct line
teller_line(const struct browse_line *line)
{
	return (struct line){ .when = line->when,
		.host = line->host,
		.tag = line->tag,
		.text = line->text,
		.raw = line->raw,
		.times = 1 };
}

struct proof {
	const struct rule *rule;
	struct incident *incident;
	struct buf *lines;
	size_t n;
	struct cli_session *session;
};

/* A line that the incident's rule fits is one of those that it was made of. */
static void
take_line(void *ctx, const struct browse_line *line)
{
	struct proof *proof = ctx;
	struct incident *incident = proof->incident;
	struct span captures[PATTERN_GROUPS_MAX];
	const struct line read = teller_line(line);
	struct event event;
	struct evidence *evidence;
	struct buf room = BUF_INIT;

	if (proof->n == PROOF_LINES || !span_eq(line->host, incident->host) ||
		!event_read(&read, &event) || !rule_capture(proof->rule, event.text, captures))
		return;
	evidence = incident_add_evidence(incident);
	if (evidence == NULL)
		return;
	*evidence = (struct evidence){ .when = line->when, .rule = proof->rule };
	evidence->raw = arena_copy(&incident->arena, line->raw);
	evidence->text = arena_copy(&incident->arena, event.text);
	proof->n++;
	utf8_printable(proof->lines, session_shown(proof->session, line->path, &room), SIZE_MAX);
	buf_addf(proof->lines, ":%llu  ", (unsigned long long)line->number);
	utf8_printable(proof->lines, session_shown(proof->session, line->raw, &room), SIZE_MAX);
	buf_add_char(proof->lines, '\n');
	buf_clear(&room);
}

static void
incident_story(struct teller *teller, const struct incident *incident, size_t width,
	struct tui_told *told)
{
	struct cli_session *session = teller->session;
	struct buf first = BUF_INIT, last = BUF_INIT;
	struct span rest, line;

	begin_text(teller, width, true);
	render_color(session, ROLE_STRONG);
	buf_addf(&session->out, "%s", cause_id(incident->cause));
	render_color(session, ROLE_PLAIN);
	buf_add(&session->out, SPAN("  "));
	render_text(session, incident->subject, width / 2);
	buf_add(&session->out, SPAN("\n  "));
	buf_add(&session->out, render_time(session, incident->first, &first));
	buf_add(&session->out, SPAN(" - "));
	if (incident->ended == INSTANT_NONE)
		buf_addf(&session->out, "%s", word(session->lang, WORD_NOT_ENDED));
	else
		buf_add(&session->out, render_time(session, incident->ended, &last));
	buf_addf(&session->out, "  %llu %s\n\n  ", (unsigned long long)incident->lines,
		word(session->lang, WORD_LINES));
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_WHY);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	render_prose(session, buf_span(&told->why), 4);
	if (told->proof.n > 0) {
		buf_add(&session->out, SPAN("\n  "));
		render_color(session, ROLE_STRONG);
		render_word(session, WORD_PROOF);
		render_color(session, ROLE_PLAIN);
		buf_add_char(&session->out, '\n');
		for (rest = buf_span(&told->proof); span_cut(&rest, '\n', &line);)
			if (line.n > 0)
				render_wrapped(session, line, 4, 8);
	}
	buf_add(&session->out, SPAN("\n  "));
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_FIX);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	render_prose(session, buf_span(&told->fix), 4);
	take_text(teller, &told->story);
	buf_clear(&first);
	buf_clear(&last);
}

int
teller_incident(struct teller *teller, const struct browse_incident *row, size_t width,
	struct tui_told *told, struct error *err)
{
	struct cli_session *session = teller->session;
	struct incident incident = { .host = row->host,
		.cause = row->cause,
		.rule = ruleset_by_id(session->ruleset, row->rule),
		.subject = row->subject,
		.first = row->first,
		.last = row->last,
		.ended = row->ended,
		.lines = row->lines,
		.messages = row->messages,
		.counted_to = INSTANT_NONE };
	struct proof proof = { incident.rule, &incident, &told->proof, 0, session };
	struct buf prose = BUF_INIT;
	int rc = 0;

	if (incident.rule != NULL && row->first != INSTANT_NONE)
		rc = browse_lines(teller->store, BROWSE_SERVICE, row->first, row->last,
			INCIDENT_LINES, take_line, &proof, err);
	explain_incident_why(&prose, session->ruleset, &incident, session->lang);
	add_shown(teller, &told->why, buf_span(&prose));
	buf_reset(&prose);
	explain_incident_fix(&prose, session->ruleset, &incident, session->lang);
	add_shown(teller, &told->fix, buf_span(&prose));
	buf_reset(&prose);
	buf_addf(&prose, "dkimwhy report%s", teller->where);
	utf8_printable(&told->command, buf_span(&prose), SIZE_MAX);
	incident_story(teller, &incident, width, told);
	buf_clear(&prose);
	arena_clear(&incident.arena);
	return rc;
}
