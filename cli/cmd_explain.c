#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/compare.h"
#include "cli/render.h"
#include "cli/story.h"
#include "parser/eml.h"
#include "parser/postfix.h"

#define STORIES_MAX 50

/* What is asked for: queue IDs or Message-IDs. */
struct question {
	struct span ids[EML_IDS_MAX];
	bool answered[EML_IDS_MAX];
	size_t n;
	struct eml eml;    /* a saved message that was asked about */
	const char *saved; /* its path; NULL: queue IDs were named */
	int fd;
};

struct story {
	struct buf text; /* rendered when the message was judged */
	int64_t first;
	enum verdict_kind kind;
	cause_t cause;
	struct compared facts;
};

struct explain {
	struct cli_session session;
	struct question question;
	struct arena arena;
	struct story stories[STORIES_MAX];
	size_t n;
	struct store_same same[256]; /* messages of each cause, in all that was read */
	bool alone;                  /* of the store only what belongs to one message was read */
	struct span
		other_case; /* a queue ID that differs from one asked for only in its letters' case */
};

static bool
is_asked(struct explain *explain, const struct message *message)
{
	struct question *question = &explain->question;
	bool asked = false;

	for (size_t i = 0; i < question->n; i++) {
		struct span id = question->ids[i];

		if (span_eq(id, message->queue_id) ||
			(message->message_id.n > 0 && span_eq(id, message->message_id)))
			asked = question->answered[i] = true;
		else if (explain->other_case.n == 0 && span_eq_nocase(id, message->queue_id))
			explain->other_case = arena_copy(&explain->arena, message->queue_id);
	}
	return asked;
}

static void
count_cause(struct store_same *same, int64_t when)
{
	if (same->messages++ == 0 || when < same->first)
		same->first = when;
	if (same->messages == 1 || when > same->last)
		same->last = when;
}

/* Where the next story goes; NULL when there is no room for one of that time. */
static struct story *
slot_for(struct explain *explain, int64_t first)
{
	size_t last = explain->session.settings->last, earliest = 0;

	if (explain->n < (last > 0 ? last : STORIES_MAX))
		return &explain->stories[explain->n++];
	for (size_t i = 1; i < explain->n; i++)
		if (explain->stories[i].first < explain->stories[earliest].first)
			earliest = i;
	/* Of the last ones the earliest goes; of those asked for, none. */
	if (last == 0 || first < explain->stories[earliest].first)
		return NULL;
	buf_clear(&explain->stories[earliest].text);
	return &explain->stories[earliest];
}

/* With --last what went wrong is asked for, whatever its queue ID. */
static bool
is_wanted(struct explain *explain, const struct message *message)
{
	if (!session_wants(&explain->session, message))
		return false;
	if (explain->session.settings->last > 0)
		return verdict_is_finding(message->verdict.kind);
	return is_asked(explain, message);
}

static void
take(void *ctx, const struct message *message)
{
	struct explain *explain = ctx;
	struct cli_session *session = &explain->session;
	struct story *story;

	count_cause(&explain->same[message->verdict.cause], message->first);
	if (!is_wanted(explain, message))
		return;
	story = slot_for(explain, message->first);
	if (story == NULL)
		return;
	session_meet(session, message);
	story_render(session, message);
	story->text = session->out; /* nothing else is written before all is read */
	session->out = (struct buf)BUF_INIT;
	story->first = message->first;
	story->kind = message->verdict.kind;
	story->cause = message->verdict.cause;
	if (session->settings->compare)
		story->facts = compared_of(message, session->lang, &explain->arena);
}

static void
forget(void *ctx)
{
	struct explain *explain = ctx;

	for (size_t i = 0; i < explain->n; i++)
		buf_clear(&explain->stories[i].text);
	explain->n = 0;
	explain->other_case = SPAN_NONE;
	arena_clear(&explain->arena);
	memset(explain->same, 0, sizeof explain->same);
	memset(explain->question.answered, 0, sizeof explain->question.answered);
}

static int
by_time(const void *a, const void *b)
{
	const struct story *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static void
render_not_found(struct explain *explain, struct span id)
{
	struct cli_session *session = &explain->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	struct buf first = BUF_INIT, last = BUF_INIT;
	const struct span period[] = { render_time(session, totals->first, &first),
		render_time(session, totals->last, &last) };

	render_line(session, WORD_NOT_IN_LOGS, &id, 1, 0);
	render_line(session, WORD_LOGS_REACH, period, 2, 0);
	if (span_eq_nocase(id, explain->other_case))
		render_line(session, WORD_OTHER_CASE, &explain->other_case, 1, 0);
	buf_clear(&first);
	buf_clear(&last);
}

static void
render_saved(struct cli_session *session, const struct eml *eml)
{
	render_word(session, WORD_SAVED_MESSAGE);
	buf_add_char(&session->out, '\n');
	for (size_t i = 0; i < eml->nsignatures; i++) {
		buf_add(&session->out, SPAN("  DKIM-Signature          "));
		render_text(session, eml->signatures[i], 100);
		buf_add_char(&session->out, '\n');
	}
	if (eml->nsignatures == 0)
		buf_addf(&session->out, "  DKIM-Signature          %s\n",
			word(session->lang, WORD_NONE));
	if (eml->results.n > 0) {
		buf_add(&session->out, SPAN("  Authentication-Results\n"));
		render_prose(session, eml->results, 4);
	}
	buf_add_char(&session->out, '\n');
}

/* How many others there are, below the last story. */
static void
render_same_cause(struct explain *explain, cause_t cause)
{
	struct cli_session *session = &explain->session;
	const struct store_same *same = &explain->same[cause];
	struct buf first = BUF_INIT, last = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	const struct span values[] = { word_number(digits, same->messages),
		span_of(cause_id(cause)), render_time(session, same->first, &first),
		render_time(session, same->last, &last) };

	if (cause != CAUSE_NONE && same->messages > 1) {
		buf_add_char(&session->out, '\n');
		render_line(session, WORD_SAME_CAUSE, values, 4, 2);
	}
	buf_clear(&first);
	buf_clear(&last);
}

static const struct story *
last_of(const struct explain *explain, struct span id)
{
	for (size_t i = explain->n; i-- > 0;)
		if (span_eq(explain->stories[i].facts.queue_id, id))
			return &explain->stories[i];
	return NULL;
}

static void
compare(struct explain *explain)
{
	const struct story *a = last_of(explain, explain->question.ids[0]);
	const struct story *b = last_of(explain, explain->question.ids[1]);

	if (a != NULL && b != NULL)
		compare_render(&explain->session, &a->facts, &b->facts);
}

static void
render_stories(struct explain *explain)
{
	struct cli_session *session = &explain->session;
	const struct question *question = &explain->question;
	const struct story *last = &explain->stories[explain->n - 1];

	if (question->saved != NULL)
		render_saved(session, &question->eml);
	if (session->settings->compare)
		compare(explain);
	for (size_t i = 0; i < explain->n; i++) {
		if (i > 0)
			buf_add_char(&session->out, '\n');
		buf_add(&session->out, buf_span(&explain->stories[i].text));
	}
	render_same_cause(explain, last->cause);
	if (question->saved != NULL &&
		(last->kind == VERDICT_SIGNED) != (question->eml.nsignatures > 0)) {
		buf_add_char(&session->out, '\n');
		render_line(session, WORD_DISAGREE, NULL, 0, 2);
	}
}

/* A saved message is found when one of its queue IDs is; of others each must be. */
static bool
render_missing(struct explain *explain)
{
	const struct question *question = &explain->question;
	size_t n = question->saved != NULL ? (explain->n == 0 ? 1 : 0) : question->n;
	bool missing = false;

	for (size_t i = 0; i < n; i++) {
		if (question->answered[i])
			continue;
		if (!missing && explain->n > 0)
			buf_add_char(&explain->session.out, '\n');
		render_not_found(explain, question->ids[i]);
		missing = true;
	}
	return missing;
}

static int
answer(struct explain *explain, struct error *err)
{
	struct cli_session *session = &explain->session;
	uint64_t counts[VERDICT_COUNT] = { 0 };

	for (size_t i = 0; explain->alone && i < explain->n; i++) {
		cause_t cause = explain->stories[i].cause;

		if (cause != CAUSE_NONE &&
			store_same_cause(session->store, cause, &explain->same[cause], err) < 0)
			return -1;
	}
	if (session->settings->last > 0 && explain->n == 0)
		render_line(session, WORD_NOTHING_WRONG, NULL, 0, 0);
	if (explain->n > 0) {
		qsort(explain->stories, explain->n, sizeof *explain->stories, by_time);
		render_stories(explain);
	}
	for (size_t i = 0; i < explain->n; i++)
		counts[explain->stories[i].kind]++;
	counts[VERDICT_UNKNOWN] += render_missing(explain);
	if (session_show(session, err) < 0)
		return -1;
	return session_status(session, counts);
}

/* FILE.eml or "-". */
static int
open_saved(struct question *question, const char *path, struct error *err)
{
	question->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (question->fd < 0)
		return error_system(err, "cannot open '%s'", path);
	question->saved = path;
	return 0;
}

/* The queue IDs of its Received: fields are asked for. */
static int
read_saved(struct question *question, struct error *err)
{
	struct eml *eml = &question->eml;
	int rc = eml_read(eml, question->fd, err);

	if (question->fd != STDIN_FILENO)
		close(question->fd);
	if (rc < 0)
		return error_within(err, "'%s'", question->saved);
	for (size_t i = 0; i < eml->nqueue_ids; i++)
		question->ids[question->n++] = eml->queue_ids[i];
	if (question->n == 0)
		question->ids[question->n++] = eml->message_id;
	return 0;
}

static bool
names_a_file(const char *argument)
{
	struct span name = span_of(argument);

	if (argument[0] == '<' || queue_id_is_postfix(name) || queue_id_is_sendmail(name))
		return false;
	return strcmp(argument, "-") == 0 || strchr(argument, '/') != NULL ||
	       span_ends(name, SPAN(".eml")) || access(argument, F_OK) == 0;
}

static int
ask(struct question *question, const struct settings *settings, struct error *err)
{
	const struct texts *asked = &settings->arguments;

	if (settings->last > STORIES_MAX)
		return error_set(err, ERROR_SYNTAX, "option '--last' takes a number up to %d",
			STORIES_MAX);
	if (settings->last > 0 && asked->n > 0)
		return error_set(err, ERROR_SYNTAX,
			"option '--last' stands for the queue IDs; name none");
	if (settings->last > 0)
		return 0;
	if (asked->n == 0)
		return error_set(err, ERROR_SYNTAX,
			"name a queue ID, a '<message-id>' or a saved message");
	if (asked->n > EML_IDS_MAX)
		return error_set(err, ERROR_SYNTAX, "at most %d queue IDs at once", EML_IDS_MAX);
	if (settings->compare && asked->n != 2)
		return error_set(err, ERROR_SYNTAX, "option '--compare' needs two queue IDs");
	if (asked->n == 1 && names_a_file(asked->items[0]))
		return open_saved(question, asked->items[0], err);
	while (question->n < asked->n) {
		question->ids[question->n] = span_of(asked->items[question->n]);
		question->n++;
	}
	return 0;
}

/* One queue ID that the store knows needs no more of it. */
static int
choose(struct explain *explain, struct error *err)
{
	struct cli_session *session = &explain->session;
	const struct question *question = &explain->question;
	int rc = 0;

	if (session->store != NULL && question->n == 1 && question->saved == NULL)
		rc = store_choose_message(session->store, question->ids[0], session->ruleset, err);
	explain->alone = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* What the store keeps without its lines. */
static int
take_settled(struct explain *explain, struct error *err)
{
	for (size_t i = 0; i < explain->question.n; i++)
		if (session_each_settled(&explain->session, explain->question.ids[i], take, explain,
			    err) < 0)
			return -1;
	return 0;
}

/* Behind the last thing that is opened: a saved message is as little to be trusted as a log. */
static int
read_all(struct explain *explain, struct error *err)
{
	struct cli_session *session = &explain->session;

	session_confine(session);
	if (explain->question.saved != NULL && read_saved(&explain->question, err) < 0)
		return -1;
	if (choose(explain, err) < 0 ||
		reading_run(session->reading, take, forget, explain, err) < 0)
		return -1;
	return take_settled(explain, err);
}

static int
run(const struct settings *settings, struct error *err)
{
	struct explain *explain = xcalloc(1, sizeof *explain);
	int rc = ask(&explain->question, settings, err);

	if (rc == 0) {
		rc = session_open(&explain->session, settings, NULL, err);
		if (rc == 0)
			rc = read_all(explain, err);
		if (rc == 0) {
			session_remarks(&explain->session);
			rc = answer(explain, err);
		}
		session_close(&explain->session);
	}
	forget(explain);
	eml_clear(&explain->question.eml);
	free(explain);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "compare",  '\0', OPTION_FLAG, NULL, "two queue IDs side by side first; what differs bears a star", offsetof(struct settings, compare) },
	{ "last",     '\0', OPTION_NUMBER, "N", "the last N messages that went unsigned, were put off or refused, or are unknown", offsetof(struct settings, last) },
	{ "evidence", 'e',  OPTION_FLAG, NULL, "all lines of the message, not only those that prove", offsetof(struct settings, evidence) },
};
/* clang-format on */

static const struct option_group own = { "Explain", rows, 3 };
static const struct option_group *const groups[] = { &own, &options_input, &options_speed,
	&options_filter, &options_common, NULL };

const struct command command_explain = {
	"explain",
	"QUEUEID...|'<message-id>'|FILE.eml|- [--log FILE]...",
	"why one message went as it went: cause, proof, fix, route",
	"Tells the verdict on a message, why, the lines that prove it and what to do. A saved "
	"message leads to its queue IDs by its Received: fields. Without --log it reads the host's "
	"own mail logs.",
	groups,
	run,
};
