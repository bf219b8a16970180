#include "cli/service.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/notify.h"
#include "base/watch.h"
#include "cli/command.h"
#include "store/follow.h"
#include "store/ingest.h"
#include "store/tail.h"

#define BUSY_MS 250    /* between two ingests where there is no tail */
#define GATHER_MS 25   /* what is written within it is read at once */
#define IDLE_MS 5000   /* a look at the files where nothing is heard of */
#define AGAIN_MS 10000 /* after what passes by itself */

/* Of the time at most so small a part is spent on ingests, and on judging anew. */
#define SAVE_SHARE 200
#define SAVE_AFTER INSTANT_MINUTE
#define QUIET_SHARE 20
#define QUIET_AFTER INSTANT_SECOND
#define REJUDGE_SHARE 500
#define REJUDGE_AFTER INSTANT_MINUTE

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
	struct follow *follow;
	struct watch *watch;
	const struct service_view *view;
	const struct texts *paths;
	struct tail_place *places; /* one a path */
	struct tail *tail;         /* NULL: none at the moment */
	bool unsaved;              /* the tail has read on */
	int64_t read_at;           /* when it did last */
	int64_t looked_at, saved_at,
		saving;     /* the last look at all files, the last ingest, how long it took */
	int64_t rejudge_at; /* not before */
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

	for (size_t i = 0; i < service->paths->n; i++)
		if (strcmp(service->paths->items[i], file->path) == 0)
			service->places[i] = (struct tail_place){ service->paths->items[i],
				file->dev, file->ino, file->end };
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

static void
drop_tail(struct service *service)
{
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
		.nplaces = service->paths->n };

	if (service->view != NULL) {
		options.kept = service->view->kept;
		options.kept_ctx = service->view->ctx;
	}
	service->tail = tail_new(service->store, &options, err);
	return service->tail == NULL && err->kind != ERROR_NONE ? -1 : 0;
}

/* Older messages, by what is known now; not too often. */
static int
rejudge(struct service *service, struct error *err)
{
	struct ingest_options options = { .reading = &service->session.options };
	struct ingest_report report;
	int64_t begun = instant_now(), taken;
	bool stale = false;

	if (begun < service->rejudge_at || ingest_is_stale(service->store, &stale, err) < 0)
		return begun < service->rejudge_at ? 0 : -1;
	if (stale && ingest_rejudge(service->store, &options, service->session.ruleset, &report,
			     err) < 0)
		return -1;
	taken = (instant_now() - begun) * REJUDGE_SHARE;
	service->rejudge_at = instant_now() + (taken > REJUDGE_AFTER ? taken : REJUDGE_AFTER);
	return 0;
}

static int
ingest(struct service *service, const char *const *files, size_t n, struct error *err)
{
	struct ingest_options options = {
		.reading = &service->session.options, .paths = files, .npaths = n
	};
	struct ingest_report report;

	if (service->view != NULL) {
		options.kept = service->view->kept;
		options.kept_ctx = service->view->ctx;
	}
	if (ingest_run(service->store, &options, service->session.ruleset, &report, remark, service,
		    err) < 0)
		return -1;
	say_status(&report);
	return rejudge(service, err);
}

/* What changed, into the store. 1: something did. 0: nothing. -1: see err. */
static int
save(struct service *service, struct error *err)
{
	const char *const *files;
	int64_t begun = instant_now();
	ssize_t n;

	service->session.options.log.now = service->looked_at = begun;
	service->session.options.log.whole_lines = true;
	n = follow_changed(service->follow, service->store, &files, say_missing, NULL, err);
	if (n < 0 || (n == 0 && service->tail != NULL && !service->unsaved))
		return (int)n;
	drop_tail(service);
	if (n > 0 && ingest(service, files, (size_t)n, err) < 0) {
		follow_forget(service->follow);
		return -1;
	}
	service->unsaved = false;
	service->saved_at = instant_now();
	service->saving = service->saved_at - begun;
	return begin_tail(service, err) < 0 ? -1 : n > 0;
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
	save_at = later(service->saved_at, SAVE_SHARE, service->saving, SAVE_AFTER);
	return quiet < save_at ? quiet : save_at;
}

/* Is there a file that the tail does not know? */
static bool
has_come(const struct service *service)
{
	for (size_t i = 0; i < service->paths->n; i++)
		if (service->places[i].end.offset < 0 &&
			access(service->paths->items[i], F_OK) == 0)
			return true;
	return false;
}

/* As save(). */
static int
take_in(struct service *service, struct error *err)
{
	int64_t now = instant_now();
	int state = service->tail == NULL ? TAIL_LOST : (int)tail_look(service->tail);

	if (now >= due(service) || now < service->looked_at ||
		(now - service->looked_at > BUSY_MS * INT64_C(1000) && has_come(service)))
		state = TAIL_LOST;
	if (state == TAIL_GREW) {
		service->read_at = now;
		state = tail_read(service->tail, err);
		service->unsaved |= state != TAIL_SAME;
	}
	if (state < 0) {
		drop_tail(service);
		return -1;
	}
	return state == TAIL_LOST ? save(service, err) : state == TAIL_GREW;
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
	drop_tail(service);
	session_close(&service->session);
	service->session = fresh;
	service->unsaved = true;
	return 0;
}

/* Until something is written or is due; not more often than can be told apart. A signal ends the wait. */
static void
wait_for_news(struct service *service, int64_t begun)
{
	int64_t until = service->tail == NULL ? begun + IDLE_MS * INT64_C(1000) : due(service);
	int64_t pause_ms = service->tail == NULL ? BUSY_MS : GATHER_MS;
	int64_t now = instant_now();
	int64_t wait_ms = until > now ? (until - now) / 1000 + 1 : 0;

	notify_manager("WATCHDOG=1");
	if (!watch_wait(service->watch, (int)(wait_ms < IDLE_MS ? wait_ms : IDLE_MS)))
		return;
	pause_ms -= (instant_now() - begun) / 1000;
	if (pause_ms > 0)
		(void)poll(NULL, 0, (int)(pause_ms < BUSY_MS ? pause_ms : BUSY_MS));
}

static int
serve(struct service *service, struct error *failure)
{
	while (!must_stop) {
		struct error err = ERROR_INIT;
		int64_t begun = instant_now();
		int rc = must_reload ? reload(service, &err) : 0;

		if (rc == 0)
			rc = take_in(service, &err);
		if (rc < 0) {
			say_trouble(service, &err);
			(void)poll(NULL, 0, AGAIN_MS);
		} else {
			service->trouble[0] = '\0';
			if (rc > 0 && service->view != NULL &&
				service->view->done(service->view->ctx, failure) < 0)
				return -1;
			if (!must_stop && !must_reload)
				wait_for_news(service, begun);
		}
	}
	notify_manager("STOPPING=1");
	return service->unsaved && save(service, failure) < 0 ? -1 : EXIT_CLEAN;
}

static void
watch_folders(struct service *service, const struct texts *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *slash = strrchr(paths->items[i], '/');
		struct buf folder = BUF_INIT;

		if (slash == NULL)
			buf_add(&folder, SPAN("."));
		else
			buf_add(&folder, (struct span){ paths->items[i],
						 (size_t)(slash - paths->items[i]) + 1 });
		watch_add(service->watch, buf_str(&folder));
		buf_clear(&folder);
	}
}

int
service_run(const struct settings *settings, struct store *store, const struct texts *paths,
	const struct service_view *view, struct error *err)
{
	struct service service = {
		.settings = settings, .store = store, .view = view, .paths = paths
	};
	int rc = session_start(&service.session, settings, err);

	if (rc == 0) {
		service.follow = follow_new(service.store, paths->items, paths->n, err);
		rc = service.follow == NULL ? -1 : 0;
	}
	if (rc == 0) {
		service.places = xcalloc(paths->n + 1, sizeof *service.places);
		for (size_t i = 0; i < paths->n; i++)
			service.places[i].end.offset = -1;
		service.watch = watch_new();
		watch_folders(&service, paths);
		take_signals();
		notify_manager("READY=1");
		rc = serve(&service, err);
	}
	drop_tail(&service);
	free(service.places);
	follow_free(service.follow);
	watch_free(service.watch);
	store_close(service.store);
	session_close(&service.session);
	return rc;
}
