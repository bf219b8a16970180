#include "cli/story.h"

#include "cli/render.h"

#define LABEL_COLUMNS 9

struct span
story_way(const struct message *message, enum lang lang)
{
	switch (message->origin) {
	case ORIGIN_SMTP:
		return explain_service(message);
	case ORIGIN_PICKUP:
		return span_of(word(lang, WORD_WAY_PICKUP));
	case ORIGIN_REQUEUED:
		return span_of(word(lang, WORD_WAY_REQUEUED));
	case ORIGIN_INTERNAL:
		return span_of(word(lang, WORD_WAY_INTERNAL));
	case ORIGIN_FORWARD:
		return span_of(word(lang, WORD_WAY_FORWARD));
	case ORIGIN_UNKNOWN:
		break;
	}
	return span_of(word(lang, WORD_WAY_UNKNOWN));
}

static void
render_fact(struct cli_session *session, enum word label, struct span value)
{
	if (value.n == 0)
		return;
	buf_add(&session->out, SPAN("  "));
	render_word_cell(session, label, LABEL_COLUMNS);
	render_text(session, value, session->width - LABEL_COLUMNS - 2);
	buf_add_char(&session->out, '\n');
}

/* Which words tell of it; where recipients fared differently, nothing is said of the first one alone. */
static enum word
word_of_deliveries(const struct deliveries *deliveries)
{
	if ((deliveries->sent > 0) + (deliveries->deferred > 0) + (deliveries->bounced > 0) > 1)
		return WORD_SENT_IN_PART;
	if (deliveries->sent > 0)
		return WORD_SENT;
	return deliveries->bounced > 0 ? WORD_BOUNCED : WORD_WAITS;
}

/* "24 Nov 02:36:25  sent to bob@remote.test by mx.sink.test[127.0.0.25]:25" */
static void
render_delivery(struct cli_session *session, const struct message *message)
{
	const struct deliveries *deliveries = &message->deliveries;
	struct buf time = BUF_INIT;
	char sent[WORD_DIGITS_MAX], deferred[WORD_DIGITS_MAX], bounced[WORD_DIGITS_MAX];
	const struct span values[] = { message->recipient, message->relay,
		word_number(sent, deliveries->sent), word_number(deferred, deliveries->deferred),
		word_number(bounced, deliveries->bounced) };

	buf_add(&session->out, SPAN("  "));
	buf_add(&session->out, render_time(session, message->first, &time));
	buf_clear(&time);
	if (deliveries->remote > 0 && message->recipient.n > 0 && message->relay.n > 0) {
		enum word word = word_of_deliveries(deliveries);

		buf_add(&session->out, SPAN("  "));
		render_say(session, word, values, 5);
		if (message->recipients > 1 && word != WORD_SENT_IN_PART) {
			struct span more = word_number(sent, message->recipients - 1);

			render_say(session, WORD_MORE_RECIPIENTS, &more, 1);
		}
	}
	buf_add_char(&session->out, '\n');
}

static void
render_head(struct cli_session *session, const struct message *message)
{
	const struct verdict *verdict = &message->verdict;

	render_color(session, ROLE_STRONG);
	render_text(session, message->queue_id, SIZE_MAX);
	render_color(session, ROLE_PLAIN);
	buf_add(&session->out, SPAN("  "));
	render_color(session, render_role(verdict->kind));
	render_word(session, word_of_verdict(verdict->kind));
	if (session->lang != LANG_EN)
		buf_addf(&session->out, " %s", verdict_id(verdict->kind));
	render_color(session, ROLE_PLAIN);
	if (verdict->cause != CAUSE_NONE)
		buf_addf(&session->out, "  %s", cause_id(verdict->cause));
	buf_add_char(&session->out, '\n');
	render_delivery(session, message);
}

static void
render_client(struct cli_session *session, const struct message *message)
{
	struct buf client = BUF_INIT;

	buf_add(&client, message->client_name);
	if (message->client_ip.n > 0)
		buf_addf(&client, "%s[%.*s]", client.n > 0 ? " " : "",
			SPAN_ARGS(message->client_ip));
	render_fact(session, WORD_CLIENT, buf_span(&client));
	buf_clear(&client);
}

static enum word
link_word(const struct message *before, const struct message *after)
{
	for (size_t i = 0; i < before->nlinks; i++)
		if (before->links[i].other == after)
			return (enum word)(WORD_LINK_REINJECTED + (int)before->links[i].kind);
	return WORD_LINK_OTHER;
}

/* One queue ID a line, in the order of time. */
static void
render_route(struct cli_session *session, const struct message *message)
{
	const struct message *route[MESSAGE_ROUTE_MAX];
	size_t n = message_route(message, route, MESSAGE_ROUTE_MAX);
	struct buf *out = &session->out;

	render_fact(session, WORD_ROUTE, story_way(message, session->lang));
	for (size_t i = 0; n > 1 && i < n; i++) {
		buf_add_repeat(out, ' ', LABEL_COLUMNS + 2);
		if (i > 0)
			buf_addf(out, "%s ",
				word(session->lang, link_word(route[i - 1], route[i])));
		render_text(session, route[i]->queue_id, SIZE_MAX);
		buf_add(out, SPAN(" ("));
		render_text(session, story_way(route[i], session->lang), SIZE_MAX);
		buf_add_char(out, ')');
		if (route[i] == message)
			buf_addf(out, "  %s", word(session->lang, WORD_THIS_ONE));
		if (route[i] == message->verdict.decided)
			buf_addf(out, "  %s", word(session->lang, WORD_DECIDED_HERE));
		buf_add_char(out, '\n');
	}
}

static void
render_heading(struct cli_session *session, enum word word)
{
	buf_add(&session->out, SPAN("\n  "));
	render_color(session, ROLE_STRONG);
	render_word(session, word);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
}

/* The lines that a rule knows; all of them where no line gave the verdict, or with --evidence. */
static void
render_evidence(struct cli_session *session, const struct message *decided, bool all)
{
	if (decided->nevidence == 0)
		return;
	render_heading(session, WORD_PROOF);
	for (size_t i = 0; i < decided->nevidence; i++)
		if (all || decided->evidence[i].rule != NULL)
			render_proof(session, &decided->evidence[i], 4);
	if (decided->unkept > 0) {
		char digits[WORD_DIGITS_MAX];
		struct span more = word_number(digits, decided->unkept);

		render_line(session, WORD_LINES_UNKEPT, &more, 1, 4);
	}
}

static void
render_part(struct cli_session *session, enum word heading, const struct message *message,
	void (*part)(struct buf *, const struct ruleset *, const struct message *, enum lang))
{
	struct buf prose = BUF_INIT;

	part(&prose, session->ruleset, message, session->lang);
	if (prose.n > 0) {
		render_heading(session, heading);
		render_prose(session, buf_span(&prose), 4);
	}
	buf_clear(&prose);
}

static void
render_contributing(struct cli_session *session, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->ncontributing; i++) {
		struct buf line = BUF_INIT;
		cause_t cause = verdict->contributing[i];

		if (cause == explain_sharper(verdict))
			continue; /* told at length */
		buf_addf(&line, "%s: %s (%.*s)", word(session->lang, WORD_ALSO), cause_id(cause),
			SPAN_ARGS(explain_gist(session->ruleset, cause, session->lang)));
		render_wrapped(session, buf_span(&line), 4, 6);
		buf_clear(&line);
	}
}

void
story_render(struct cli_session *session, const struct message *message)
{
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;

	render_head(session, message);
	render_fact(session, WORD_AUTHOR,
		decided->author.n > 0 ? decided->author : decided->author_domain);
	if (message->has_sender)
		render_fact(session, WORD_SENDER,
			message->sender.n > 0 ? message->sender : SPAN("<>"));
	render_client(session, message);
	render_fact(session, WORD_LOGIN, message->sasl_username);
	render_route(session, message);
	render_part(session, WORD_WHY, message, explain_message_why);
	render_contributing(session, verdict);
	render_evidence(session, decided, session->settings->evidence || verdict->rule == NULL);
	render_part(session, WORD_FIX, message, explain_message_fix);
}
