#include "cli/service.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/notify.h"
#include "base/watch.h"
#include "cli/absent.h"
#include "cli/command.h"
#include "store/follow.h"
#include "store/ingest.h"
#include "store/listen.h"
#include "store/pipes.h"
#include "store/tail.h"
#include "store/vanished.h"

#define BUSY_MS 250   /* between two ingests where there is no tail, or more: see BUSY_SHARE */
#define GATHER_MS 25  /* what is written within it is read at once */
#define SCREEN_MS 200 /* the same where it goes to a screen, which is not drawn more often */
#define IDLE_MS 5000  /* a look at the files where nothing is heard of */
#define ALIVE_AFTER INSTANT_SECOND
#define AGAIN_MS 250 /* after what passes by itself, twice as long each time */
#define AGAIN_MAX_MS 10000

/* Of the time at most so small a part is spent on ingests, and on judging anew. */
#define BUSY_SHARE 20
#define BUSY_MAX_MS 3000
#define SAVE_SHARE 200
#define SAVE_AFTER INSTANT_MINUTE
#define PROMPT_SHARE 1000 /* the same, where the store is watched */
#define PROMPT_AFTER (5 * INSTANT_SECOND)
#define QUIET_SHARE 20
#define QUIET_AFTER INSTANT_SECOND
#define REJUDGE_SHARE 500
#define REJUDGE_AFTER INSTANT_MINUTE

/* So late an entry of another host may come into a journal that is followed; later ones wait for a restart. */
#define JOURNAL_LATE (10 * INSTANT_MINUTE)

#define PIPE_LONGEST                                                                               \
	((off_t)16 << 20) /* of what came through a pipe so much is left beside the store */

static volatile sig_atomic_t must_stop, must_reload;

static void
on_signal(int signal)
{
	if (signal == SIGHUP)
		must_reload = 1;
	else
		must_stop = 1;
}

/* They come in waits only, which are to block mask. */
static void
take_signals(sigset_t *mask)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t ours;

	(void)sigemptyset(&ours);
	(void)sigemptyset(&action.sa_mask);
	must_stop = must_reload = 0;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		(void)sigaddset(&ours, signals[i]);
		(void)sigaction(signals[i], &action, NULL);
	}
	(void)sigprocmask(SIG_BLOCK, &ours, mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		(void)sigdelset(mask, signals[i]);
}

struct service {
	const struct settings *settings;
	struct cli_session session;
	struct store *store;
	struct pipes *pipes;
	int *fds; /* room for those of pipes */
	struct follow *follow;
	struct vanished *vanished;
	struct ingest_journal *journals;
	size_t njournals;
	struct listen *listen;
	struct watch *watch;
	const struct service_view *view;
	const char *const *paths; /* that are followed, with files in place of pipes */
	size_t npaths;
	struct tail_place *places; /* one a path */
	struct absent *absents;    /* likewise */
	struct tail *tail;         /* NULL: none at the moment */
	bool unsaved;              /* the tail has read on */
	bool grew;                 /* and did so without having been told */
	int64_t read_at;           /* when it did last */
	int64_t looked_at, saved_at,
		saving;     /* the last look at all files, the last ingest, how long it took */
	int64_t rejudge_at; /* not before */
	sigset_t mask;      /* of waits */
	int again_ms;       /* how long was waited for trouble to pass; 0: there is none */
	int64_t alive_at;   /* when the service manager was told so last */
	char trouble[sizeof((struct error *)0)->text], /* said already */
		stranger[sizeof((struct error *)0)->text];
};

static void
say_missing(void *ctx, const char *path, const char *why)
{
	struct service *service = ctx;

	/* The tail goes on without it. */
	for (size_t i = 0; i < service->npaths; i++) {
		if (strcmp(service->paths[i], path) != 0)
			continue;
		service->places[i].end.offset = -1;
		absent_begin(&service->absents[i], service->paths[i], why, instant_now());
	}
}

static void
remark(void *ctx, const struct log_file *file)
{
	const struct service *service = ctx;

	for (size_t i = 0; i < service->npaths; i++) {
		if (strcmp(service->paths[i], file->path) != 0)
			continue;
		service->places[i] =
			(struct tail_place){ service->paths[i], file->dev, file->ino, file->end };
		absent_end(&service->absents[i]);
	}
	/* A year by the clock is right for a log that is being written. */
	if (file->problem[0] != '\0' || service->settings->verbose)
		session_remark(service->settings, file);
}

static void
say_status(const struct ingest_report *report)
{
	char status[160];

	(void)snprintf(status, sizeof status,
		"STATUS=%" PRIu64 " messages kept, %" PRIu64 " new lines last\nWATCHDOG=1",
		report->messages, report->new_lines);
	notify_manager(status);
}

/* What it has not saved is found again by whoever looks at the files. */
static void
drop_tail(struct service *service)
{
	if (service->tail != NULL && service->unsaved)
		follow_forget(service->follow);
	tail_free(service->tail);
	service->tail = NULL;
}

/* From where the ingest ended on. */
static int
begin_tail(struct service *service, struct error *err)
{
	struct tail_options options = { .reading = &service->session.options,
		.ruleset = service->session.ruleset,
		.places = service->places,
		.nplaces = service->npaths };

	if (service->view != NULL) {
		options.kept = service->view->kept;
		options.kept_ctx = service->view->ctx;
	}
	service->tail = tail_new(service->store, &options, err);
	return service->tail == NULL && err->kind != ERROR_NONE ? -1 : 0;
}

/* Older messages, by what is known now; not too often. A tail does not outlive it. */
static int
rejudge(struct service *service, struct error *err)
{
	struct ingest_options options = { .reading = &service->session.options };
	struct ingest_report report;
	int64_t begun = instant_now(), taken;
	bool stale = false;

	if (begun < service->rejudge_at || ingest_is_stale(service->store, &stale, err) < 0)
		return begun < service->rejudge_at ? 0 : -1;
	if (stale)
		drop_tail(service);
	if (stale && ingest_rejudge(service->store, &options, service->session.ruleset, &report,
			     err) < 0)
		return -1;
	taken = (instant_now() - begun) * REJUDGE_SHARE;
	service->rejudge_at = instant_now() + (taken > REJUDGE_AFTER ? taken : REJUDGE_AFTER);
	return 0;
}

/* What is to be taken in now: files and journals of options. 1: something is. 0: nothing. -1: see err. */
static int
find_news(struct service *service, struct ingest_options *options, struct error *err)
{
	ssize_t n = follow_changed(service->follow, service->store, &options->paths, say_missing,
		service, err);
	int heard = n < 0 ? -1 : listen_heard(service->listen, service->store, err);

	if (heard < 0)
		return -1;
	options->npaths = (size_t)n;
	options->journals = service->journals;
	options->njournals = heard > 0 ? service->njournals : 0;
	return n > 0 || heard > 0;
}

/* Of a journal everything was read once. */
static void
read_less(struct service *service)
{
	for (size_t i = 0; i < service->njournals; i++)
		if (service->journals[i].late > JOURNAL_LATE)
			service->journals[i].late = JOURNAL_LATE;
}

static int
ingest(struct service *service, struct ingest_options *options, struct error *err)
{
	struct ingest_report report;

	options->reading = &service->session.options;
	if (service->view != NULL) {
		options->kept = service->view->kept;
		options->kept_ctx = service->view->ctx;
	}
	if (ingest_run(service->store, options, service->session.ruleset, &report, remark, service,
		    err) < 0)
		return -1;
	if (options->njournals > 0)
		read_less(service);
	say_status(&report);
	return rejudge(service, err);
}

/* A file of which nothing is understood is said, once, and does not keep the others waiting. */
static int
ingest_understood(struct service *service, struct ingest_options *options, struct error *err)
{
	int rc = ingest(service, options, err);

	if (rc == 0 || err->kind != ERROR_INPUT)
		return rc;
	for (size_t i = 0; i < options->npaths; i++) {
		struct ingest_options one = { .paths = &options->paths[i], .npaths = 1 };
		struct error why = ERROR_INIT;

		if (ingest(service, &one, &why) == 0)
			continue;
		if (why.kind != ERROR_INPUT) {
			*err = why;
			return -1;
		}
		if (strcmp(service->stranger, why.text) != 0)
			(void)fprintf(stderr, "dkimwhy: %s\n", why.text);
		(void)snprintf(service->stranger, sizeof service->stranger, "%s", why.text);
	}
	*err = (struct error)ERROR_INIT;
	return 0;
}

/* What changed, into the store. 1: something did. 0: nothing. -1: see err. */
static int
save(struct service *service, struct error *err)
{
	struct ingest_options options = { .npaths = 0 };
	int64_t begun = instant_now();
	int rc;

	service->session.options.log.now = service->looked_at = begun;
	service->session.options.log.whole_lines = true;
	rc = find_news(service, &options, err);
	if (rc < 0 || (rc == 0 && service->tail != NULL && !service->unsaved))
		return rc;
	drop_tail(service);
	if (rc > 0 && ingest_understood(service, &options, err) < 0) {
		follow_forget(service->follow);
		listen_forget(service->listen);
		return -1;
	}
	service->unsaved = false;
	service->saved_at = instant_now();
	service->saving = service->saved_at - begun;
	return rc;
}

/* As save(), and go on in memory from there on. */
static int
save_and_tail(struct service *service, struct error *err)
{
	int rc = save(service, err);

	return rc < 0 || (service->tail == NULL && begin_tail(service, err) < 0) ? -1 : rc;
}

static bool
is_tailed(const struct service *service, const char *path)
{
	for (size_t i = 0; i < service->npaths; i++)
		if (strcmp(service->paths[i], path) == 0)
			return service->places[i].end.offset >= 0;
	return false;
}

/* Was another file written to than those of the tail: a log that was renamed, and not closed? */
static int
has_others(struct service *service, bool *others, struct error *err)
{
	struct ingest_options options = { .npaths = 0 };

	*others = false;
	if (find_news(service, &options, err) < 0)
		return -1;
	for (size_t i = 0; i < options.npaths; i++)
		*others |= !is_tailed(service, options.paths[i]);
	return 0;
}

/* What the tail has. 1: it is saved, and more is not there. 0: an ingest is to go on. -1: see err. */
static int
save_tail(struct service *service, struct error *err)
{
	struct ingest_report report;
	int64_t begun = instant_now();
	bool others;
	int rc = tail_save(service->tail, &report, err);

	if (rc != 0) {
		drop_tail(service);
		return rc < 0 ? -1 : 0;
	}
	service->unsaved = false;
	if (has_others(service, &others, err) < 0)
		return -1;
	if (others) {
		follow_forget(service->follow);
		drop_tail(service);
		return 0;
	}
	say_status(&report);
	if (tail_is_stale(service->tail))
		drop_tail(service);
	if (rejudge(service, err) < 0)
		return -1;
	service->session.options.log.now = service->looked_at = begun;
	if (service->tail == NULL && begin_tail(service, err) < 0)
		return -1;
	service->saved_at = instant_now();
	service->saving = service->saved_at - begun;
	return 1;
}

static bool
is_for_screen(const struct service *service)
{
	return service->view != NULL && service->view->prompt;
}

static int64_t
later(int64_t from, int64_t share, int64_t taken, int64_t least)
{
	return from + (taken * share > least ? taken * share : least);
}

/* When the next ingest is due, or the next look at files beside those of the tail. */
static int64_t
due(const struct service *service)
{
	int64_t quiet, save_at;

	if (!service->unsaved)
		return service->looked_at + IDLE_MS * INT64_C(1000);
	quiet = later(service->read_at, QUIET_SHARE, service->saving, QUIET_AFTER);
	save_at = is_for_screen(service)
	                  ? later(service->saved_at, PROMPT_SHARE, service->saving, PROMPT_AFTER)
	                  : later(service->saved_at, SAVE_SHARE, service->saving, SAVE_AFTER);
	return quiet < save_at ? quiet : save_at;
}

/* Is there a file that the tail does not know? */
static bool
has_come(const struct service *service)
{
	for (size_t i = 0; i < service->npaths; i++)
		if (service->places[i].end.offset < 0 && access(service->paths[i], R_OK) == 0)
			return true;
	return false;
}

/* Read on, if there is something. What tail_read() says, and TAIL_SAME. */
static int
read_tail(struct service *service, int state, struct error *err)
{
	if (state != TAIL_GREW)
		return state;
	service->read_at = instant_now();
	state = tail_read(service->tail, err);
	service->unsaved |= state != TAIL_SAME;
	if (state < 0)
		drop_tail(service);
	return state;
}

/* As save(). */
static int
take_in(struct service *service, struct error *err)
{
	int64_t now = instant_now();
	int state = service->tail == NULL || service->njournals > 0 ? TAIL_LOST
	                                                            : (int)tail_look(service->tail);
	bool is_due = now >= due(service) || now < service->looked_at;
	int rc;

	if ((is_due && !service->unsaved) ||
		(now - service->looked_at > BUSY_MS * INT64_C(1000) && has_come(service)))
		state = TAIL_LOST;
	state = read_tail(service, state, err);
	if (state < 0)
		return -1;
	if (state != TAIL_LOST && is_due) {
		rc = save_tail(service, err);
		if (rc != 0)
			return rc;
		state = TAIL_LOST;
	}
	return state == TAIL_LOST ? save_and_tail(service, err) : state == TAIL_GREW;
}

/*
 * What may pass by itself is said once, and not when it has within the first wait: a log that is
 * renamed under our eyes is no trouble. A store that is held by another was waited for already.
 */
static void
wait_for_better(struct service *service, int64_t begun, const struct error *err)
{
	bool lasts = service->again_ms > 0 || instant_now() - begun > AGAIN_MS * INT64_C(1000);

	if (lasts && strcmp(service->trouble, err->text) != 0) {
		(void)fprintf(stderr, "dkimwhy: %s; trying again\n", err->text);
		(void)snprintf(service->trouble, sizeof service->trouble, "%s", err->text);
	}
	service->again_ms = service->again_ms == 0 ? AGAIN_MS : service->again_ms * 2;
	if (service->again_ms > AGAIN_MAX_MS)
		service->again_ms = AGAIN_MAX_MS;
	notify_manager("WATCHDOG=1");
	watch_sleep(service->again_ms, &service->mask);
}

static int
reload(struct service *service, struct error *err)
{
	struct cli_session fresh;
	int rc;

	must_reload = 0;
	notify_manager("RELOADING=1");
	rc = session_start(&fresh, service->settings, err);
	notify_manager("READY=1");
	if (rc < 0) {
		session_close(&fresh);
		return -1;
	}
	drop_tail(service);
	session_close(&service->session);
	service->session = fresh;
	service->unsaved = true;
	service->alive_at = 0; /* it is told when all is read by them */
	return 0;
}

static void
say_alive(struct service *service, int64_t now)
{
	if (service->alive_at != 0 && now >= service->alive_at &&
		now - service->alive_at < ALIVE_AFTER)
		return;
	service->alive_at = now;
	notify_manager("WATCHDOG=1");
}

/* The pause between two looks. */
static int64_t
pause_of(const struct service *service)
{
	int64_t busy_ms = service->saving * BUSY_SHARE / 1000;

	if (service->tail != NULL)
		return is_for_screen(service) ? SCREEN_MS : GATHER_MS;
	if (busy_ms > BUSY_MAX_MS)
		return BUSY_MAX_MS;
	return busy_ms > BUSY_MS ? busy_ms : BUSY_MS;
}

/*
 * Until something is written or is due; not more often than can be told apart. A signal ends the wait. A
 * log that grows is looked at again in any case.
 */
static void
wait_for_news(struct service *service, int64_t begun, bool grows)
{
	size_t n = pipes_fds(service->pipes, service->fds);
	int64_t pause_ms = pause_of(service), now = instant_now(), until = due(service);
	int64_t say_at = absent_say(service->absents, service->npaths, now);
	int64_t wait_ms;
	bool heard, looks_again;

	until = until < say_at ? until : say_at;
	wait_ms = until > now ? (until - now) / 1000 + 1 : 0;
	say_alive(service, now);
	grows = grows && n == 0 && service->tail != NULL;
	/* What is heard first was seen already, but for what was written just now: look once more. */
	if (!grows && service->grew)
		wait_ms = 0;
	heard = grows || watch_wait(service->watch, service->fds, n,
				 (int)(wait_ms < IDLE_MS ? wait_ms : IDLE_MS), &service->mask);
	looks_again = service->grew && !grows;
	service->grew = grows;
	/* What comes after a pause is read at once. */
	pause_ms -= (instant_now() - (service->tail == NULL ? begun : service->read_at)) / 1000;
	if (heard && !looks_again && pause_ms > 0)
		watch_sleep((int)(pause_ms < BUSY_MAX_MS ? pause_ms : BUSY_MAX_MS), &service->mask);
}

/* One round: as take_in(). */
static int
go_round(struct service *service, struct error *err)
{
	int rc = must_reload ? reload(service, err) : 0;

	if (rc == 0)
		rc = pipes_take(service->pipes, GATHER_MS, err);
	if (rc == 0)
		rc = take_in(service, err);
	if (rc >= 0 && !service->unsaved &&
		(vanished_check(service->vanished, service->store, err) < 0 ||
			pipes_cut(service->pipes, service->store, PIPE_LONGEST, err) < 0))
		rc = -1;
	return rc;
}

/* At the end. A log that was renamed or forbidden under our eyes is no trouble: it is looked at anew. */
static int
save_last(struct service *service, struct error *failure)
{
	struct error err = ERROR_INIT;
	struct ingest_report report;
	int state = service->tail == NULL ? TAIL_LOST : (int)tail_look(service->tail);

	state = read_tail(service, state, &err);
	if (!service->unsaved)
		return 0;
	if ((state == TAIL_SAME || state == TAIL_GREW) &&
		tail_save(service->tail, &report, &err) == 0)
		return 0;
	drop_tail(service);
	return save(service, &err) >= 0 || save(service, failure) >= 0 ? 0 : -1;
}

/* Until a signal, or the end of all that is followed. */
static int
serve(struct service *service, struct error *failure)
{
	bool ended = false;

	while (!must_stop && !ended) {
		struct error err = ERROR_INIT;
		int64_t begun = instant_now();
		int rc = go_round(service, &err);

		ended = service->njournals == 0 && pipes_ended(service->pipes);
		if (rc < 0 && ended) {
			*failure = err;
			return -1;
		}
		if (rc < 0) {
			wait_for_better(service, begun, &err);
			continue;
		}
		service->trouble[0] = '\0';
		service->again_ms = 0;
		if (rc > 0 && service->view != NULL &&
			service->view->done(service->view->ctx, failure) < 0)
			return -1;
		if (!must_stop && !must_reload && !ended)
			wait_for_news(service, begun, rc > 0);
	}
	notify_manager("STOPPING=1");
	if (save_last(service, failure) < 0)
		return -1;
	if (ended)
		pipes_remove(service->pipes);
	return EXIT_CLEAN;
}

static void
watch_journals(void *ctx, const char *folder)
{
	const struct service *service = ctx;

	watch_folder(service->watch, folder);
}

static void
watch_all(struct service *service, const struct texts *paths)
{
	listen_each_folder(service->listen, watch_journals, service);
	for (size_t i = 0; i < paths->n; i++)
		if (strcmp(paths->items[i], "-") != 0)
			watch_file(service->watch, paths->items[i]);
}

/* Of what comes through pipes all is news, but not what the store had before. */
static int
show_past(struct service *service, struct error *err)
{
	struct ingest_options options = { .reading = &service->session.options };
	struct ingest_report report;

	if (service->view == NULL || !pipes_only(service->pipes))
		return 0;
	options.kept = service->view->kept;
	options.kept_ctx = service->view->ctx;
	if (ingest_run(service->store, &options, service->session.ruleset, &report, NULL, NULL,
		    err) < 0)
		return -1;
	return service->view->done(service->view->ctx, err);
}

static int
begin(struct service *service, const struct texts *paths, struct error *err)
{
	struct buf folder = BUF_INIT;

	buf_addf(&folder, "%s.pipes", store_path(service->store));
	service->pipes = pipes_new(buf_str(&folder), paths->items, paths->n, err);
	buf_clear(&folder);
	if (service->pipes == NULL)
		return -1;
	service->paths = pipes_paths(service->pipes);
	service->npaths = paths->n;
	service->fds = xcalloc(paths->n + 1, sizeof *service->fds);
	service->places = xcalloc(paths->n + 1, sizeof *service->places);
	service->absents = xcalloc(paths->n + 1, sizeof *service->absents);
	for (size_t i = 0; i < paths->n; i++) {
		service->places[i].end.offset = -1;
		service->absents[i].was_there = access(service->paths[i], R_OK) == 0;
	}
	service->follow = follow_new(service->store, pipes_paths(service->pipes), paths->n, err);
	if (service->follow == NULL)
		return -1;
	service->vanished = vanished_new(service->store, paths->items, paths->n, err);
	if (service->vanished == NULL)
		return -1;
	service->journals = session_journals(service->settings, &service->njournals);
	service->listen = listen_new(service->journals, service->njournals);
	service->watch = watch_new();
	watch_all(service, paths);
	return 0;
}

int
service_run(const struct settings *settings, struct store *store, const struct texts *paths,
	const struct service_view *view, struct error *err)
{
	struct service service = { .settings = settings, .store = store, .view = view };
	int rc;

	alloc_give_back();
	rc = session_start(&service.session, settings, err);
	if (rc == 0)
		rc = db_hold_less(store_db(store), err);
	if (rc == 0)
		rc = begin(&service, paths, err);
	if (rc == 0) {
		take_signals(&service.mask);
		notify_manager("READY=1");
		rc = show_past(&service, err);
	}
	if (rc == 0)
		rc = serve(&service, err);
	drop_tail(&service);
	free(service.places);
	free(service.absents);
	pipes_free(service.pipes);
	free(service.fds);
	follow_free(service.follow);
	vanished_free(service.vanished);
	listen_free(service.listen);
	free(service.journals);
	watch_free(service.watch);
	store_close(service.store);
	session_close(&service.session);
	return rc;
}
