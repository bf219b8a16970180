#include "cli/outages.h"

#include "cli/render.h"

#define INCIDENTS_SHOWN 30
#define COUNT_COLUMNS 9
#define LINES_COLUMNS 7

/* The incidents to be shown; of too many only those that hit messages. */
struct choice {
	const struct incident *incidents[INCIDENTS_SHOWN];
	size_t n, beyond;
};

static struct choice
choose(const struct cli_session *session)
{
	struct choice choice = { .n = 0 };
	size_t all = reading_incidents(session->reading), wanted = 0;

	for (size_t i = 0; i < all; i++)
		wanted += session_wants_incident(session, reading_incident(session->reading, i));
	for (size_t i = 0; i < all; i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (!session_wants_incident(session, incident))
			continue;
		if (choice.n < INCIDENTS_SHOWN &&
			(wanted <= INCIDENTS_SHOWN || incident->messages > 0))
			choice.incidents[choice.n++] = incident;
		else
			choice.beyond++;
	}
	return choice;
}

void
outages_add_times(struct buf *out, const struct cli_session *session,
	const struct incident *incident, bool to_the_minute)
{
	struct span (*shown)(const struct cli_session *, int64_t, struct buf *) =
		to_the_minute ? render_minute : render_time;
	struct buf first = BUF_INIT, last = BUF_INIT;
	struct span from = shown(session, incident->first, &first), to;
	ptrdiff_t day;

	to = shown(session, incident->ended != INSTANT_NONE ? incident->ended : incident->last,
		&last);
	day = span_find_last(from, ' ');
	if (incident->first == INSTANT_NONE) {
		buf_add(out, from);
		goto out;
	}
	if (day >= 0 && span_starts(to, span_first(from, (size_t)day + 1)))
		to = span_from(to, (size_t)day + 1);
	buf_addf(out, "%.*s - %.*s", SPAN_ARGS(from), SPAN_ARGS(to));
out:
	buf_clear(&first);
	buf_clear(&last);
}

static void
render_head(struct cli_session *session, size_t time_columns, size_t cause_columns)
{
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word_cell(session, WORD_INCIDENTS, time_columns + 2);
	render_word_cell(session, WORD_CAUSE, cause_columns);
	render_cell_right(session, span_of(word(session->lang, WORD_LINES)), LINES_COLUMNS);
	render_cell_right(session, span_of(word(session->lang, WORD_MESSAGES)), COUNT_COLUMNS + 1);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
}

static void
render_row(struct cli_session *session, const struct incident *incident, size_t time_columns,
	size_t cause_columns)
{
	struct buf times = BUF_INIT;

	outages_add_times(&times, session, incident, false);
	render_cell(session, buf_span(&times), time_columns + 2);
	render_cell(session, span_of(cause_id(incident->cause)), cause_columns);
	render_count(session, incident->lines, LINES_COLUMNS);
	render_count(session, incident->messages, COUNT_COLUMNS + 1);
	buf_add_char(&session->out, '\n');
	if (incident->subject.n > 0 || incident->ended == INSTANT_NONE) {
		buf_add(&session->out, SPAN("  "));
		render_text(session, incident->subject, session->width - 24);
		if (incident->ended == INSTANT_NONE)
			buf_addf(&session->out, "%s(%s)", incident->subject.n > 0 ? "  " : "",
				word(session->lang, WORD_NOT_ENDED));
		buf_add_char(&session->out, '\n');
	}
	buf_clear(&times);
}

static size_t
widest_times(const struct cli_session *session, const struct choice *choice)
{
	size_t widest = strlen("24 Nov 02:36:25 - 02:37:01");

	for (size_t i = 0; i < choice->n; i++) {
		struct buf times = BUF_INIT;

		outages_add_times(&times, session, choice->incidents[i], false);
		if (times.n > widest)
			widest = times.n;
		buf_clear(&times);
	}
	return widest;
}

/* Was something of its kind explained before? */
static bool
is_told(const struct digest *digest, const struct choice *choice, size_t at)
{
	const struct incident *incident = choice->incidents[at];

	if (digest_tells(digest, incident->cause))
		return true;
	for (size_t i = 0; i < at; i++)
		if (choice->incidents[i]->cause == incident->cause &&
			choice->incidents[i]->rule == incident->rule)
			return true;
	return false;
}

static void
render_explanation(struct cli_session *session, const struct incident *incident, size_t number)
{
	struct buf prose = BUF_INIT;

	buf_addf(&session->out, "\n%zu  ", number);
	render_color(session, ROLE_STRONG);
	buf_addf(&session->out, "%s\n", cause_id(incident->cause));
	render_color(session, ROLE_PLAIN);
	explain_incident_why(&prose, session->ruleset, incident, session->lang);
	render_prose(session, buf_span(&prose), 3);
	buf_reset(&prose);
	explain_incident_fix(&prose, session->ruleset, incident, session->lang);
	if (prose.n > 0) {
		buf_addf(&session->out, "   %s\n", word(session->lang, WORD_FIX));
		render_prose(session, buf_span(&prose), 5);
	}
	buf_clear(&prose);
}

void
outages_render(struct cli_session *session, const struct digest *digest, size_t number)
{
	struct choice choice = choose(session);
	size_t time_columns, cause_columns = strlen("daemon-stopped");

	if (choice.n + choice.beyond == 0)
		return;
	time_columns = widest_times(session, &choice);
	for (size_t i = 0; i < choice.n; i++)
		if (strlen(cause_id(choice.incidents[i]->cause)) > cause_columns)
			cause_columns = strlen(cause_id(choice.incidents[i]->cause));
	render_head(session, time_columns, cause_columns);
	for (size_t i = 0; i < choice.n; i++)
		render_row(session, choice.incidents[i], time_columns, cause_columns);
	render_number_line(session, WORD_MORE_INCIDENTS, choice.beyond);
	for (size_t i = 0; i < choice.n; i++)
		if (!is_told(digest, &choice, i))
			render_explanation(session, choice.incidents[i], ++number);
}
