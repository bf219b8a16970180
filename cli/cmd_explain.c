#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/render.h"
#include "parser/eml.h"

#define STORIES_MAX 50

/* What is asked for: queue IDs or Message-IDs. */
struct question {
	struct span ids[EML_IDS_MAX + 1];
	size_t n;
};

struct story {
	struct buf text; /* rendered when the message was judged */
	int64_t first;
	enum verdict_kind kind;
	cause_t cause;
	struct span queue_id; /* copy in arena */
	struct facts_of_story {
		struct span client, login, service, author, answers;
	} facts;
};

struct explain {
	struct cli_session session;
	struct question question;
	struct arena arena;
	struct story stories[STORIES_MAX];
	size_t n;
	struct buf prose;
	uint64_t same_cause[256]; /* messages of each cause in all that was read */
};

static bool
is_asked(const struct explain *explain, const struct message *message)
{
	for (size_t i = 0; i < explain->question.n; i++)
		if (span_eq(explain->question.ids[i], message->queue_id) ||
			(message->message_id.n > 0 &&
				span_eq(explain->question.ids[i], message->message_id)))
			return true;
	return false;
}

static void
fact(struct cli_session *session, enum word label, struct span value, struct span more)
{
	struct buf *out = &session->out;

	if (value.n == 0 && more.n == 0)
		return;
	buf_addf(out, "  %-8s ", word(session->lang, label));
	render_text(session, value, 60);
	if (more.n > 0) {
		buf_add(out, SPAN(" ["));
		render_text(session, more, 45);
		buf_add_char(out, ']');
	}
	buf_add_char(out, '\n');
}

static struct span
way_in(const struct message *message)
{
	switch (message->origin) {
	case ORIGIN_SMTP:
		return message->service.n > 0 ? message->service : SPAN("smtpd");
	case ORIGIN_PICKUP:
		return SPAN("pickup (sendmail command)");
	case ORIGIN_REQUEUED:
		return SPAN("requeued with postsuper -r");
	case ORIGIN_INTERNAL:
		return SPAN("made by Postfix itself (bounce or notice)");
	case ORIGIN_FORWARD:
		return SPAN("forwarded by local(8)");
	case ORIGIN_UNKNOWN:
		break;
	}
	return SPAN("not in the log");
}

static void
render_head(struct cli_session *session, const struct message *message)
{
	struct buf *out = &session->out;
	const struct verdict *verdict = &message->verdict;

	render_color(session, ROLE_STRONG);
	render_text(session, message->queue_id, 40);
	render_color(session, ROLE_PLAIN);
	buf_add(out, SPAN("  "));
	render_color(session, render_role(verdict->kind));
	buf_addf(out, "%s", verdict_id(verdict->kind));
	render_color(session, ROLE_PLAIN);
	if (verdict->cause != CAUSE_NONE)
		buf_addf(out, "  %s", cause_id(verdict->cause));
	buf_add(out, SPAN("\n  "));
	render_time(session, message->first);
	if (message->deliveries.remote > 0) {
		buf_addf(out, "  %s ", word(session->lang, WORD_LEFT));
		render_text(session, message->recipient, 40);
		buf_add(out, SPAN(" -> "));
		render_text(session, message->relay, 40);
	}
	buf_add_char(out, '\n');
}

static const char *
link_words(const struct message *before, const struct message *after)
{
	static const char *const words[] = { "came back as", "went on to the next host as",
		"was forwarded as", "caused the notice", "was tried again as", "was requeued as" };

	for (size_t i = 0; i < before->nlinks; i++)
		if (before->links[i].other == after)
			return words[before->links[i].kind];
	return "goes with";
}

static void
render_route(struct cli_session *session, const struct message *message)
{
	const struct message *route[MESSAGE_ROUTE_MAX];
	size_t n = message_route(message, route, MESSAGE_ROUTE_MAX);
	struct buf *out = &session->out;

	fact(session, WORD_ROUTE, way_in(message), SPAN_NONE);
	for (size_t i = 0; n > 1 && i < n; i++) {
		buf_add_repeat(out, ' ', 11);
		if (i > 0)
			buf_addf(out, "%s ", link_words(route[i - 1], route[i]));
		render_text(session, route[i]->queue_id, 40);
		buf_addf(out, " (%.*s)%s%s\n", SPAN_ARGS(way_in(route[i])),
			route[i] == message ? "  <- this one" : "",
			route[i] == message->verdict.decided ? "  decided here" : "");
	}
}

static void
render_evidence(struct cli_session *session, const struct message *message)
{
	const struct message *decided =
		message->verdict.decided == NULL ? message : message->verdict.decided;
	bool all = session->settings->evidence || message->verdict.rule == NULL;

	buf_addf(&session->out, "\n  %s\n", word(session->lang, WORD_PROOF));
	for (size_t i = 0; i < decided->nevidence; i++)
		if (all || decided->evidence[i].rule != NULL)
			render_proof(session, &decided->evidence[i], 4);
}

static void
render_part(struct explain *explain, enum word label, const struct message *message,
	void (*part)(struct buf *, const struct ruleset *, const struct message *, enum lang))
{
	struct cli_session *session = &explain->session;

	buf_reset(&explain->prose);
	part(&explain->prose, session->ruleset, message, session->lang);
	if (explain->prose.n == 0)
		return;
	buf_addf(&session->out, "\n  %s\n", word(session->lang, label));
	render_prose(session, buf_span(&explain->prose), 4);
}

static void
render_message(struct explain *explain, const struct message *message)
{
	struct cli_session *session = &explain->session;
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided == NULL ? message : verdict->decided;

	render_head(session, message);
	fact(session, WORD_AUTHOR, decided->author.n > 0 ? decided->author : decided->author_domain,
		SPAN_NONE);
	if (message->has_sender)
		fact(session, WORD_SENDER, message->sender.n > 0 ? message->sender : SPAN("<>"),
			SPAN_NONE);
	fact(session, WORD_CLIENT, message->client_name, message->client_ip);
	fact(session, WORD_LOGIN, message->sasl_username, SPAN_NONE);
	render_route(session, message);
	render_part(explain, WORD_WHY, message, explain_message_why);
	for (size_t i = 0; i < verdict->ncontributing; i++) {
		buf_addf(&session->out, "    %s: %s (", word(session->lang, WORD_ALSO),
			cause_id(verdict->contributing[i]));
		buf_add(&session->out, explain_gist(session->ruleset, verdict->contributing[i],
					       session->lang));
		buf_add(&session->out, SPAN(")\n"));
	}
	render_evidence(session, message);
	render_part(explain, WORD_FIX, message, explain_message_fix);
}

static void
take(void *ctx, const struct message *message)
{
	struct explain *explain = ctx;
	struct story *story;
	struct buf saved = explain->session.out;

	explain->same_cause[message->verdict.cause]++;
	if (!is_asked(explain, message) || explain->n == STORIES_MAX)
		return;
	story = &explain->stories[explain->n++];
	explain->session.out = (struct buf)BUF_INIT;
	render_message(explain, message);
	story->text = explain->session.out;
	explain->session.out = saved;
	story->first = message->first;
	story->kind = message->verdict.kind;
	story->cause = message->verdict.cause;
	story->queue_id = arena_copy(&explain->arena, message->queue_id);
	story->facts.client = arena_copy(&explain->arena,
		message->client_ip.n > 0 ? message->client_ip : message->client_name);
	story->facts.login = arena_copy(&explain->arena, message->sasl_username);
	story->facts.service = arena_copy(&explain->arena, way_in(message));
	story->facts.author = arena_copy(&explain->arena,
		message->author.n > 0 ? message->author : message->sender);
}

static void
forget(struct explain *explain)
{
	for (size_t i = 0; i < explain->n; i++)
		buf_clear(&explain->stories[i].text);
	explain->n = 0;
	arena_clear(&explain->arena);
	memset(explain->same_cause, 0, sizeof explain->same_cause);
}

static void
start_again(void *ctx)
{
	forget(ctx);
}

static int
by_time(const void *a, const void *b)
{
	const struct story *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int
not_found(struct explain *explain, struct error *err)
{
	const struct reading_totals *totals = reading_totals(explain->session.reading);
	struct buf *out = &explain->session.out;

	buf_add(out, SPAN("'"));
	render_text(&explain->session, explain->question.ids[0], 80);
	buf_add(out, SPAN("' is not in these logs. They reach from "));
	render_time(&explain->session, totals->first);
	buf_add(out, SPAN(" to "));
	render_time(&explain->session, totals->last);
	buf_add(out, SPAN("; queue IDs are told apart by capital and small letters.\n"));
	return session_flush(&explain->session, err) < 0 ? -1 : EXIT_CANNOT_TELL;
}

static void
compare_row(struct cli_session *session, const char *label, struct span a, struct span b)
{
	size_t half = (session->width - 14) / 2;
	size_t before = session->out.n;

	buf_addf(&session->out, "%c %-10s", span_eq(a, b) ? ' ' : '*', label);
	before = session->out.n;
	render_text(session, a.n > 0 ? a : SPAN("-"), half);
	before = session->out.n - before;
	buf_add_repeat(&session->out, ' ', before < half + 1 ? half + 1 - before : 1);
	render_text(session, b.n > 0 ? b : SPAN("-"), half);
	buf_add_char(&session->out, '\n');
}

/* Two messages side by side; rows that differ bear a star. */
static void
compare(struct explain *explain, const struct story *a, const struct story *b)
{
	struct cli_session *session = &explain->session;

	compare_row(session, "queue ID", a->queue_id, b->queue_id);
	compare_row(session, "verdict", span_of(verdict_id(a->kind)), span_of(verdict_id(b->kind)));
	compare_row(session, "cause", span_of(a->cause == CAUSE_NONE ? "-" : cause_id(a->cause)),
		span_of(b->cause == CAUSE_NONE ? "-" : cause_id(b->cause)));
	compare_row(session, "author", a->facts.author, b->facts.author);
	compare_row(session, "client", a->facts.client, b->facts.client);
	compare_row(session, "login", a->facts.login, b->facts.login);
	compare_row(session, "taken in", a->facts.service, b->facts.service);
	buf_add_char(&session->out, '\n');
}

static const struct story *
last_of(const struct explain *explain, const char *id)
{
	for (size_t i = explain->n; i-- > 0;)
		if (span_eq(explain->stories[i].queue_id, span_of(id)))
			return &explain->stories[i];
	return NULL;
}

static void
show_saved(struct cli_session *session, const struct eml *eml)
{
	buf_add(&session->out, SPAN("Saved message\n"));
	for (size_t i = 0; i < eml->nsignatures; i++) {
		buf_add(&session->out, SPAN("  DKIM-Signature          "));
		render_text(session, eml->signatures[i], 100);
		buf_add_char(&session->out, '\n');
	}
	if (eml->nsignatures == 0)
		buf_add(&session->out, SPAN("  DKIM-Signature          none\n"));
	if (eml->results.n > 0) {
		buf_add(&session->out, SPAN("  Authentication-Results\n"));
		render_prose(session, eml->results, 4);
	}
	buf_add_char(&session->out, '\n');
}

static int
answer(struct explain *explain, const struct eml *eml, struct error *err)
{
	struct cli_session *session = &explain->session;
	const struct texts *asked = &session->settings->arguments;
	uint64_t counts[VERDICT_COUNT] = { 0 };
	const struct story *last;

	if (explain->n == 0)
		return not_found(explain, err);
	qsort(explain->stories, explain->n, sizeof *explain->stories, by_time);
	last = &explain->stories[explain->n - 1];
	if (eml != NULL)
		show_saved(session, eml);
	if (session->settings->compare && asked->n == 2) {
		const struct story *a = last_of(explain, asked->items[0]);
		const struct story *b = last_of(explain, asked->items[1]);

		if (a != NULL && b != NULL)
			compare(explain, a, b);
	}
	for (size_t i = 0; i < explain->n; i++) {
		if (i > 0)
			buf_add_char(&session->out, '\n');
		buf_add(&session->out, buf_span(&explain->stories[i].text));
		counts[explain->stories[i].kind]++;
	}
	if (explain->same_cause[last->cause] > 1 && last->cause != CAUSE_NONE)
		buf_addf(&session->out, "\n  %llu messages of these logs have the cause %s.\n",
			(unsigned long long)explain->same_cause[last->cause], cause_id(last->cause));
	if (eml != NULL && (last->kind == VERDICT_SIGNED) != (eml->nsignatures > 0))
		buf_add(&session->out,
			SPAN("\n  The log and the saved message disagree about the signature: it was "
			     "added or taken off elsewhere, or this is another message.\n"));
	if (session_flush(session, err) < 0)
		return -1;
	return session_status(session, counts);
}

/* FILE.eml or "-": the queue IDs of its Received: fields are asked for. */
static int
ask_file(struct explain *explain, struct eml *eml, const char *path, struct error *err)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return error_system(err, "cannot open '%s'", path);
	rc = eml_read(eml, fd, err);
	if (fd != STDIN_FILENO)
		close(fd);
	if (rc < 0)
		return error_within(err, "'%s'", path);
	for (size_t i = 0; i < eml->nqueue_ids; i++)
		explain->question.ids[explain->question.n++] = eml->queue_ids[i];
	if (explain->question.n == 0)
		explain->question.ids[explain->question.n++] = eml->message_id;
	return 0;
}

static bool
names_a_file(const char *argument)
{
	return strcmp(argument, "-") == 0 || strchr(argument, '/') != NULL ||
		span_ends(span_of(argument), SPAN(".eml")) || access(argument, F_OK) == 0;
}

static int
run(const struct settings *settings, struct error *err)
{
	struct explain *explain = xcalloc(1, sizeof *explain);
	struct eml eml = { .nqueue_ids = 0 };
	bool saved = false;
	int rc = 0;

	if (settings->arguments.n == 0)
		rc = error_set(err, ERROR_SYNTAX,
			"name a queue ID, a '<message-id>' or a saved message");
	for (size_t i = 0; rc == 0 && i < settings->arguments.n && i < EML_IDS_MAX; i++) {
		const char *argument = settings->arguments.items[i];

		if (settings->arguments.n == 1 && argument[0] != '<' && names_a_file(argument)) {
			rc = ask_file(explain, &eml, argument, err);
			saved = rc == 0;
		} else {
			explain->question.ids[explain->question.n++] = span_of(argument);
		}
	}
	if (rc == 0) {
		rc = -1;
		if (session_open(&explain->session, settings, NULL, err) == 0 &&
			reading_run(explain->session.reading, take, start_again, explain, err) == 0) {
			session_remarks(&explain->session);
			rc = answer(explain, saved ? &eml : NULL, err);
		}
		session_close(&explain->session);
	}
	forget(explain);
	eml_clear(&eml);
	buf_clear(&explain->prose);
	free(explain);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "compare",  '\0', OPTION_FLAG, NULL, "two queue IDs side by side first; what differs bears a star", offsetof(struct settings, compare) },
	{ "evidence", 'e',  OPTION_FLAG, NULL, "all lines of the message, not only those that prove", offsetof(struct settings, evidence) },
};
/* clang-format on */

static const struct option_group own = { "Explain", rows, 2 };
static const struct option_group *const groups[] = { &own, &options_input, &options_common, NULL };

const struct command command_explain = {
	"explain",
	"QUEUEID...|'<message-id>'|FILE.eml|- --log FILE...",
	"why one message went as it went: cause, proof, fix, route",
	"Tells the verdict on a message, why, the lines that prove it and what to do. A saved message "
	"leads to its queue IDs by its Received: fields. Without --log it reads the host's own mail "
	"logs.",
	groups,
	run,
};
