#include "cli/service.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/notify.h"
#include "base/watch.h"
#include "cli/command.h"
#include "store/follow.h"
#include "store/ingest.h"
#include "store/listen.h"
#include "store/pipes.h"
#include "store/vanished.h"

#define BUSY_MS 250    /* between two ingests of a log that is being written */
#define IDLE_MS 5000   /* a look at the files where nothing is heard of */
#define AGAIN_MS 10000 /* after what passes by itself */

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

static void
take_signals(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	(void)sigemptyset(&action.sa_mask);
	must_stop = must_reload = 0;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		(void)sigaction(signals[i], &action, NULL);
}

struct service {
	const struct settings *settings;
	struct cli_session session;
	struct store *store;
	struct pipes *pipes;
	struct pollfd *polls; /* room for those of pipes */
	struct follow *follow;
	struct vanished *vanished;
	struct ingest_journal *journals;
	size_t njournals;
	struct listen *listen;
	struct watch *watch;
	const struct service_view *view;
	char trouble[sizeof((struct error *)0)->text]; /* said already */
};

static void
say_missing(void *ctx, const char *path, const char *why)
{
	(void)ctx;
	(void)fprintf(stderr, "dkimwhy: waiting for '%s': %s\n", path, why);
}

static void
remark(void *ctx, const struct log_file *file)
{
	const struct service *service = ctx;

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

/* What is to be taken in now: files and journals of options. 1: something is. 0: nothing. -1: see err. */
static int
find_news(struct service *service, struct ingest_options *options, struct error *err)
{
	ssize_t n = follow_changed(service->follow, service->store, &options->paths, say_missing,
		NULL, err);
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

/* What changed, into the store. 1: something did. 0: nothing. -1: see err. */
static int
take_in(struct service *service, struct error *err)
{
	struct ingest_options options = { .reading = &service->session.options };
	struct ingest_report report;
	int rc;

	service->session.options.log.now = instant_now();
	service->session.options.log.whole_lines = true;
	rc = find_news(service, &options, err);
	if (rc <= 0) {
		notify_manager("WATCHDOG=1");
		return rc;
	}
	if (service->view != NULL) {
		options.kept = service->view->kept;
		options.kept_ctx = service->view->ctx;
	}
	if (ingest_run(service->store, &options, service->session.ruleset, &report, remark, service,
		    err) < 0) {
		follow_forget(service->follow);
		listen_forget(service->listen);
		return -1;
	}
	if (options.njournals > 0)
		read_less(service);
	say_status(&report);
	return 1;
}

/* Trouble that may pass is said once, not every ten seconds. */
static void
say_trouble(struct service *service, const struct error *err)
{
	if (strcmp(service->trouble, err->text) == 0)
		return;
	(void)fprintf(stderr, "dkimwhy: %s; trying again\n", err->text);
	(void)snprintf(service->trouble, sizeof service->trouble, "%s", err->text);
}

static int
reload(struct service *service, struct error *err)
{
	struct cli_session fresh;

	must_reload = 0;
	if (session_start(&fresh, service->settings, err) < 0) {
		session_close(&fresh);
		return -1;
	}
	session_close(&service->session);
	service->session = fresh;
	return 0;
}

/* Until something is written; not more often than every BUSY_MS. A signal ends the wait. */
static void
wait_for_news(struct service *service, int64_t begun)
{
	size_t n = pipes_poll(service->pipes, service->polls);
	int64_t busy_ms;

	if (!watch_wait(service->watch, service->polls, n, IDLE_MS))
		return;
	busy_ms = BUSY_MS - (instant_now() - begun) / 1000;
	if (busy_ms > 0 && busy_ms <= BUSY_MS)
		(void)poll(NULL, 0, (int)busy_ms);
}

/* One round: as take_in(). */
static int
go_round(struct service *service, struct error *err)
{
	int rc = must_reload ? reload(service, err) : 0;

	if (rc == 0)
		rc = pipes_take(service->pipes, BUSY_MS, err);
	if (rc == 0)
		rc = take_in(service, err);
	if (rc >= 0 && (vanished_check(service->vanished, service->store, err) < 0 ||
			       pipes_cut(service->pipes, service->store, PIPE_LONGEST, err) < 0))
		rc = -1;
	return rc;
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
			say_trouble(service, &err);
			(void)poll(NULL, 0, AGAIN_MS);
			continue;
		}
		service->trouble[0] = '\0';
		if (rc > 0 && service->view != NULL &&
			service->view->done(service->view->ctx, failure) < 0)
			return -1;
		if (!must_stop && !must_reload && !ended)
			wait_for_news(service, begun);
	}
	if (ended)
		pipes_remove(service->pipes);
	notify_manager("STOPPING=1");
	return EXIT_CLEAN;
}

static void
watch_folder(void *ctx, const char *folder)
{
	const struct service *service = ctx;

	watch_add(service->watch, folder);
}

static void
watch_folders(struct service *service, const struct texts *paths)
{
	listen_each_folder(service->listen, watch_folder, service);
	for (size_t i = 0; i < paths->n; i++) {
		const char *slash = strrchr(paths->items[i], '/');
		struct buf folder = BUF_INIT;

		if (strcmp(paths->items[i], "-") == 0)
			continue;
		if (slash == NULL)
			buf_add(&folder, SPAN("."));
		else
			buf_add(&folder, (struct span){ paths->items[i],
						 (size_t)(slash - paths->items[i]) + 1 });
		watch_add(service->watch, buf_str(&folder));
		buf_clear(&folder);
	}
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
	service->polls = xcalloc(paths->n + 1, sizeof *service->polls);
	service->follow = follow_new(service->store, pipes_paths(service->pipes), paths->n, err);
	if (service->follow == NULL)
		return -1;
	service->vanished = vanished_new(service->store, paths->items, paths->n, err);
	if (service->vanished == NULL)
		return -1;
	service->journals = session_journals(service->settings, &service->njournals);
	service->listen = listen_new(service->journals, service->njournals);
	service->watch = watch_new();
	watch_folders(service, paths);
	return 0;
}

int
service_run(const struct settings *settings, struct store *store, const struct texts *paths,
	const struct service_view *view, struct error *err)
{
	struct service service = { .settings = settings, .store = store, .view = view };
	int rc = session_start(&service.session, settings, err);

	if (rc == 0)
		rc = begin(&service, paths, err);
	if (rc == 0) {
		take_signals();
		notify_manager("READY=1");
		rc = show_past(&service, err);
	}
	if (rc == 0)
		rc = serve(&service, err);
	pipes_free(service.pipes);
	free(service.polls);
	follow_free(service.follow);
	vanished_free(service.vanished);
	listen_free(service.listen);
	free(service.journals);
	watch_free(service.watch);
	store_close(service.store);
	session_close(&service.session);
	return rc;
}
