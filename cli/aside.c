#include "cli/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/parent.h"
#include "cli/teller.h"

#define FRAME_MAX ((uint64_t)64 << 20)

struct aside {
	struct teller teller;
	const char *store; /* its path */
	bool here;         /* it is told in this process */
	pid_t child;
	int to, from;        /* from -1: it has ended, or there is none */
	bool busy;           /* a question is being answered */
	struct buf question; /* the next one; empty: there is none */
	struct buf answer;   /* as far as it has come */
};

/* Frames: their length, then numbers, and texts behind their lengths. */

static void
put_number(struct buf *out, uint64_t number)
{
	buf_add(out, (struct span){ (const char *)&number, sizeof number });
}

static void
put_text(struct buf *out, struct span text)
{
	put_number(out, text.n);
	buf_add(out, text);
}

static bool
get_number(struct span *rest, uint64_t *number)
{
	if (rest->n < sizeof *number)
		return false;
	memcpy(number, rest->p, sizeof *number);
	*rest = span_from(*rest, sizeof *number);
	return true;
}

static bool
get_instant(struct span *rest, int64_t *when)
{
	uint64_t number;

	if (!get_number(rest, &number))
		return false;
	*when = (int64_t)number;
	return true;
}

static bool
get_text(struct span *rest, struct span *text)
{
	uint64_t n;

	if (!get_number(rest, &n) || n > rest->n)
		return false;
	*text = span_first(*rest, (size_t)n);
	*rest = span_from(*rest, (size_t)n);
	return true;
}

void
aside_put_question(struct buf *out, const struct aside_question *question)
{
	const struct browse_row *message = &question->message;
	const struct browse_incident *incident = &question->incident;

	put_number(out, question->of_incident);
	put_number(out, question->width);
	if (!question->of_incident) {
		put_text(out, message->host);
		put_text(out, message->queue_id);
		put_number(out, (uint64_t)message->first);
		return;
	}
	put_text(out, incident->host);
	put_text(out, incident->subject);
	put_text(out, incident->rule);
	put_text(out, span_of(cause_id(incident->cause)));
	put_number(out, (uint64_t)incident->first);
	put_number(out, (uint64_t)incident->last);
	put_number(out, (uint64_t)incident->ended);
	put_number(out, incident->lines);
	put_number(out, incident->messages);
}

bool
aside_get_question(struct span bytes, struct aside_question *question)
{
	struct browse_row *message = &question->message;
	struct browse_incident *incident = &question->incident;
	uint64_t of_incident, width;
	struct span cause;

	*question = (struct aside_question){ .of_incident = false };
	if (!get_number(&bytes, &of_incident) || !get_number(&bytes, &width))
		return false;
	question->of_incident = of_incident != 0;
	question->width = (size_t)width;
	if (!question->of_incident)
		return get_text(&bytes, &message->host) && get_text(&bytes, &message->queue_id) &&
		       get_instant(&bytes, &message->first);
	if (!get_text(&bytes, &incident->host) || !get_text(&bytes, &incident->subject) ||
		!get_text(&bytes, &incident->rule) || !get_text(&bytes, &cause))
		return false;
	incident->cause = cause_of(cause);
	return get_instant(&bytes, &incident->first) && get_instant(&bytes, &incident->last) &&
	       get_instant(&bytes, &incident->ended) && get_number(&bytes, &incident->lines) &&
	       get_number(&bytes, &incident->messages);
}

void
aside_put_answer(struct buf *out, const struct tui_told *told, const struct error *err)
{
	const struct buf *const texts[] = { &told->story, &told->why, &told->fix, &told->proof,
		&told->command };

	put_number(out, (uint64_t)err->kind);
	put_text(out, span_of(err->text));
	put_number(out, told->gone);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		put_text(out, buf_span(texts[i]));
}

bool
aside_get_answer(struct span bytes, struct tui_told *told, struct error *err)
{
	struct buf *const texts[] = { &told->story, &told->why, &told->fix, &told->proof,
		&told->command };
	uint64_t kind, gone;
	struct span text;

	*err = (struct error)ERROR_INIT;
	if (!get_number(&bytes, &kind) || !get_text(&bytes, &text))
		return false;
	if (kind != ERROR_NONE)
		(void)error_set(err, (enum error_kind)kind, "%.*s", SPAN_ARGS(text));
	if (!get_number(&bytes, &gone))
		return false;
	told->gone = gone != 0;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (!get_text(&bytes, &text))
			return false;
		buf_add(texts[i], text);
	}
	return true;
}

static int
tell(struct teller *teller, const struct aside_question *question, struct tui_told *told,
	struct error *err)
{
	return question->of_incident
	               ? teller_incident(teller, &question->incident, question->width, told, err)
	               : teller_message(teller, &question->message, question->width, told, err);
}

/* The other process. */

static bool
write_frame(int fd, struct span body)
{
	struct buf frame = BUF_INIT;
	size_t written = 0;
	bool failed = false;

	put_text(&frame, body);
	while (written < frame.n && !failed) {
		ssize_t n = write(fd, frame.p + written, frame.n - written);

		failed = n < 0 && errno != EINTR;
		written += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&frame);
	return !failed;
}

/* The body of the first frame in bytes, when all of it is there. */
static bool
first_frame(struct span bytes, struct span *body)
{
	return get_text(&bytes, body);
}

/* More of what fd has. false: there is nothing more to come. */
static bool
read_more(int fd, struct buf *bytes)
{
	char *room = buf_room(bytes, 65536);
	ssize_t n = read(fd, room, 65536);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	bytes->n += (size_t)n;
	return n > 0 && bytes->n < FRAME_MAX;
}

static void
answer_one(struct teller *teller, struct span body, int to)
{
	struct aside_question question;
	struct tui_told told = { .story = BUF_INIT };
	struct error err = ERROR_INIT;
	struct buf answer = BUF_INIT;

	if (!aside_get_question(body, &question))
		_exit(1);
	(void)tell(teller, &question, &told, &err);
	aside_put_answer(&answer, &told, &err);
	if (!write_frame(to, buf_span(&answer)))
		_exit(1);
	buf_clear(&answer);
	tui_told_clear(&told);
}

static _Noreturn void
serve(struct aside *aside, int from, int to, pid_t parent)
{
	struct error err = ERROR_INIT;
	struct buf bytes = BUF_INIT;
	struct span body;

	parent_end_with(parent, SIGTERM);
	aside->teller.store = store_open(aside->store, DB_READ, &err);
	if (aside->teller.store == NULL)
		_exit(1);
	while (read_more(from, &bytes))
		if (first_frame(buf_span(&bytes), &body)) {
			answer_one(&aside->teller, body, to);
			/* There is no second one before the first is answered. */
			buf_reset(&bytes);
		}
	_exit(0);
}

/* This one. */

static void
send(struct aside *aside)
{
	aside->busy = write_frame(aside->to, buf_span(&aside->question));
	buf_reset(&aside->question);
}

static void
ask(void *ctx, const struct browse_row *message, const struct browse_incident *incident,
	size_t width)
{
	struct aside *aside = ctx;
	struct aside_question question = { .of_incident = message == NULL, .width = width };

	if (message != NULL)
		question.message = *message;
	else
		question.incident = *incident;
	buf_reset(&aside->question);
	aside_put_question(&aside->question, &question);
	if (!aside->here && !aside->busy && aside->from >= 0)
		send(aside);
}

static int
ended(struct aside *aside, struct error *err)
{
	if (aside->from >= 0) {
		(void)close(aside->from);
		aside->from = -1;
	}
	aside->busy = false;
	buf_reset(&aside->question);
	return error_set(err, ERROR_SYSTEM, "the process that explains has ended");
}

static int
tell_here(struct aside *aside, struct tui_told *told, struct error *err)
{
	struct aside_question question;
	int rc;

	if (aside->question.n == 0)
		return 0;
	rc = aside_get_question(buf_span(&aside->question), &question)
	             ? tell(&aside->teller, &question, told, err)
	             : -1;
	buf_reset(&aside->question);
	return rc < 0 ? -1 : 1;
}

static int
fd_of(void *ctx)
{
	const struct aside *aside = ctx;

	return aside->from;
}

static int
answer(void *ctx, struct tui_told *told, struct error *err)
{
	struct aside *aside = ctx;
	struct span body;
	bool wanted = aside->question.n == 0, whole;

	if (aside->here)
		return tell_here(aside, told, err);
	if (aside->from < 0 || !read_more(aside->from, &aside->answer))
		return ended(aside, err);
	if (!first_frame(buf_span(&aside->answer), &body))
		return 0;
	/* What was asked meanwhile is what is wanted by now. */
	whole = !wanted || aside_get_answer(body, told, err);
	buf_reset(&aside->answer);
	aside->busy = false;
	if (!wanted) {
		send(aside);
		return 0;
	}
	return !whole || err->kind != ERROR_NONE ? -1 : 1;
}

struct tui_teller
aside_teller(struct aside *aside)
{
	return (struct tui_teller){ fd_of, ask, answer, aside };
}

static void
close_both(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static int
start(struct aside *aside, const struct dashboard *dashboard, struct error *err)
{
	int asked[2], answered[2];
	pid_t self = getpid();

	if (pipe(asked) < 0)
		return error_system(err, "cannot make a pipe");
	if (pipe(answered) < 0) {
		close_both(asked);
		return error_system(err, "cannot make a pipe");
	}
	aside->child = fork();
	if (aside->child == 0) {
		(void)close(asked[1]);
		(void)close(answered[0]);
		if (dashboard->feed >= 0)
			(void)close(dashboard->feed);
		serve(aside, asked[0], answered[1], self);
	}
	(void)close(asked[0]);
	(void)close(answered[1]);
	aside->to = asked[1];
	aside->from = answered[0];
	if (aside->child < 0)
		return error_system(err, "cannot start a process that explains");
	if (fcntl(aside->from, F_SETFL, O_NONBLOCK) < 0)
		return error_system(err, "cannot set up a pipe");
	return 0;
}

struct aside *
aside_start(struct cli_session *session, const struct dashboard *dashboard, struct error *err)
{
	struct aside *aside = xcalloc(1, sizeof *aside);
	int rc = 0;

	*aside = (struct aside){ .teller = { session, dashboard->where, NULL },
		.store = dashboard->store,
		.here = session->mask.kind != MASK_NOBODY,
		.child = -1,
		.to = -1,
		.from = -1 };
	session_take_host(session);
	if (!aside->here) {
		rc = start(aside, dashboard, err);
	} else {
		aside->teller.store = store_open(dashboard->store, DB_READ, err);
		rc = aside->teller.store == NULL ? -1 : 0;
	}
	if (rc < 0) {
		aside_end(aside);
		return NULL;
	}
	return aside;
}

void
aside_end(struct aside *aside)
{
	if (aside == NULL)
		return;
	if (aside->to >= 0)
		(void)close(aside->to);
	if (aside->from >= 0)
		(void)close(aside->from);
	/* It may be in the midst of an answer that nobody waits for. */
	if (aside->child > 0) {
		(void)kill(aside->child, SIGKILL);
		while (waitpid(aside->child, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	store_close(aside->teller.store);
	buf_clear(&aside->question);
	buf_clear(&aside->answer);
	free(aside);
}
