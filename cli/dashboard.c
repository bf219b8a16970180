#include "cli/dashboard.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "cli/command.h"
#include "cli/render.h"
#include "cli/story.h"
#include "cli/writers.h"
#include "parser/event.h"
#include "rules/explain.h"
#include "tui/tui.h"

#define PROOF_LINES 6
#define INCIDENT_LINES 400 /* looked at for what proves an incident */

struct teller {
	struct cli_session *session;
	const struct dashboard *dashboard;
	struct store *store; /* of its own: a reading holds it for as long as it lasts */
};

bool
dashboard_is_wanted(const struct settings *settings)
{
	return !settings->plain && settings->output == NULL && tui_is_possible();
}

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
	buf_addf(&prose, "dkimwhy explain %.*s%s", SPAN_ARGS(message->queue_id),
		teller->dashboard->where);
	utf8_printable(&told->command, buf_span(&prose), SIZE_MAX);
	buf_clear(&prose);
}

/* A reading of what the store holds of that message. */
static int
tell(void *ctx, const struct browse_row *row, size_t width, struct tui_told *told,
	struct error *err)
{
	struct teller *teller = ctx;
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
	return asked.distance == INT64_MAX ? 1 : 0;
}

/* A kept line as a reading has it. */
static struct line
line_of(const struct browse_line *line)
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
	const struct line read = line_of(line);
	struct event event;
	struct evidence *evidence;
	struct buf room = BUF_INIT;

	if (proof->n == PROOF_LINES || !span_eq(line->host, incident->host) ||
		!event_read(&read, &event) || !rule_capture(proof->rule, event.text, captures))
		return;
	evidence = &incident->evidence[incident->nevidence++];
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

static int
tell_incident(void *ctx, const struct browse_incident *row, size_t width, struct tui_told *told,
	struct error *err)
{
	struct teller *teller = ctx;
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
		rc = browse_lines(teller->store, row->first, row->last, false, INCIDENT_LINES,
			take_line, &proof, err);
	explain_incident_why(&prose, session->ruleset, &incident, session->lang);
	add_shown(teller, &told->why, buf_span(&prose));
	buf_reset(&prose);
	explain_incident_fix(&prose, session->ruleset, &incident, session->lang);
	add_shown(teller, &told->fix, buf_span(&prose));
	buf_reset(&prose);
	buf_addf(&prose, "dkimwhy report%s", teller->dashboard->where);
	utf8_printable(&told->command, buf_span(&prose), SIZE_MAX);
	incident_story(teller, &incident, width, told);
	buf_clear(&prose);
	arena_clear(&incident.arena);
	return rc;
}

/* What happened to a daemon, as a letter. */
static char
mark(void *ctx, const struct browse_line *line)
{
	const struct teller *teller = ctx;
	const struct line read = line_of(line);
	struct event event;
	struct finding finding;

	if (!event_read(&read, &event))
		return '\0';
	if (event.kind == POSTFIX_START)
		return span_has(event.text, SPAN("reload")) ? 'r' : 's';
	if (!ruleset_find(teller->session->ruleset, &event, &finding))
		return '\0';
	switch (finding.rule->effect) {
	case EFFECT_START:
		return 's';
	case EFFECT_RELOAD:
		return 'r';
	case EFFECT_STOP:
		return 'x';
	case EFFECT_NO_START:
	case EFFECT_CRASH:
	case EFFECT_NO_RELOAD:
	case EFFECT_STALL:
		return '!';
	case EFFECT_NOTE:
	case EFFECT_VERIFY:
	case EFFECT_SIGNED:
	case EFFECT_REASON:
	case EFFECT_DEFERS:
	case EFFECT_REJECTS:
	case EFFECT_POLICY:
	case EFFECT_KEY:
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
	case EFFECT_FAULT:
	case EFFECT_GAP:
	case EFFECT_COUNT:
		break;
	}
	return '\0';
}

static struct span
gist(void *ctx, enum verdict_kind verdict, cause_t cause)
{
	const struct teller *teller = ctx;
	const struct about *about =
		cause == CAUSE_NONE ? ruleset_about_verdict(teller->session->ruleset, verdict)
				    : ruleset_about(teller->session->ruleset, cause);

	return about == NULL ? SPAN_NONE : about->gist[teller->session->lang];
}

static struct span
shown(void *ctx, struct span text, struct buf *room)
{
	const struct teller *teller = ctx;

	return session_shown(teller->session, text, room);
}

static void
add_list(struct buf *out, const char *name, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		buf_addf(out, "%s%s=%s", out->n > 0 ? " " : "", name, texts->items[i]);
}

static void
add_time(const struct cli_session *session, struct buf *out, const char *name, int64_t when)
{
	if (when == INSTANT_NONE)
		return;
	buf_addf(out, "%s%s=", out->n > 0 ? " " : "", name);
	instant_rfc3339(out, when / INSTANT_SECOND * INSTANT_SECOND, session->settings->utc);
}

/* --cause and the like, as the words that `f` takes. */
static void
filter_words(const struct cli_session *session, struct buf *out)
{
	add_list(out, "cause", &session->settings->causes);
	add_list(out, "verdict", &session->settings->verdicts);
	add_list(out, "domain", &session->settings->domains);
	add_time(session, out, "since", session->since);
	add_time(session, out, "until", session->until);
}

int
dashboard_run(struct cli_session *session, const struct dashboard *dashboard, struct error *err)
{
	struct teller teller = { .session = session, .dashboard = dashboard };
	struct buf words = BUF_INIT, report = BUF_INIT;
	struct tui_options options = { .store = dashboard->store,
		.what = dashboard->what,
		.lang = session->lang,
		.utc = session->settings->utc,
		.ascii = session->settings->ascii,
		.color = session->color,
		.mouse = session->settings->mouse,
		.feed = { dashboard->feed },
		.writers = writers,
		.tell = tell,
		.tell_incident = tell_incident,
		.mark = mark,
		.gist = gist,
		.shown = shown,
		.ctx = &teller };
	int rc;

	teller.store = store_open(dashboard->store, DB_READ, err);
	if (teller.store == NULL)
		return -1;
	filter_words(session, &words);
	buf_addf(&report, "dkimwhy report%s", dashboard->where);
	options.filter = words.n > 0 ? buf_str(&words) : NULL;
	options.report = buf_str(&report);
	rc = tui_run(&options, err);
	store_close(teller.store);
	buf_clear(&words);
	buf_clear(&report);
	return rc;
}
