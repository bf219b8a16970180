#include "cli/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parent.h"
#include "cli/command.h"
#include "cli/dashboard.h"
#include "cli/scratch.h"
#include "cli/service.h"

#define SAY_MS 250 /* how far it has read is said as often */

struct teller {
	int64_t said_at;
};

/* "\001" and the time of a message: so far it was read. */
static void
kept(void *ctx, const struct message *message)
{
	struct teller *teller = ctx;
	int64_t now = instant_now();

	if (now - teller->said_at < SAY_MS * INT64_C(1000) || message->first == INSTANT_NONE ||
		message->first < 0)
		return;
	teller->said_at = now;
	(void)fprintf(stderr, "\001%lld\n", (long long)message->first);
}

static int
done(void *ctx, struct error *err)
{
	(void)ctx;
	(void)err;
	/* All that was there is read. */
	(void)fputs("\0010\n", stderr);
	return 0;
}

/* The other process: what it says goes into the pipe. */
static _Noreturn void
serve(const struct settings *settings, const struct texts *paths, const char *path,
	const struct buf *scratch, int to, pid_t parent)
{
	struct teller teller = { 0 };
	const struct service_view view = { kept, done, &teller, true };
	struct error err = ERROR_INIT;
	struct store *store;
	int rc = -1, nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	parent_end_with(parent, SIGTERM);
	/* Whatever it writes to the terminal would stand in the midst of the dashboard. */
	if (dup2(to, STDERR_FILENO) < 0 || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0) {
		(void)dprintf(to, "dkimwhy: cannot leave the terminal: %s\n", strerror(errno));
		_exit(EXIT_NOT_DONE);
	}
	store = store_open(path, DB_WRITE, &err);
	if (store != NULL)
		rc = service_run(settings, store, paths, &view, &err);
	if (rc < 0)
		(void)fprintf(stderr, "dkimwhy: %s\n", err.text);
	(void)fflush(NULL);
	/* Who would have removed it is gone. */
	if (scratch != NULL && getppid() != parent)
		scratch_remove(scratch);
	_exit(rc < 0 ? EXIT_NOT_DONE : rc);
}

static int
make_store(const char *path, struct error *err)
{
	struct store *store = store_open(path, DB_WRITE, err);

	store_close(store);
	return store == NULL ? -1 : 0;
}

/* A store that stays gets what was read; of one that goes nothing is waited for. */
static void
end(pid_t child, const struct buf *scratch)
{
	(void)kill(child, scratch != NULL ? SIGKILL : SIGTERM);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
}

int
feed_watch(struct cli_session *session, const struct texts *paths, const char *store,
	const struct buf *scratch, const char *what, const char *where, struct error *err)
{
	struct dashboard dashboard = { store, what, where, -1 };
	pid_t self = getpid(), child;
	int ends[2], rc;

	if (make_store(store, err) < 0)
		return -1;
	if (pipe(ends) < 0)
		return error_system(err, "cannot make a pipe");
	child = fork();
	if (child == 0) {
		(void)close(ends[0]);
		serve(session->settings, paths, store, scratch, ends[1], self);
	}
	(void)close(ends[1]);
	if (child < 0) {
		(void)close(ends[0]);
		return error_system(err, "cannot start a process that reads");
	}
	dashboard.feed = ends[0];
	/* It is read between two keys: it may never be waited for. */
	rc = fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0 || fcntl(ends[0], F_SETFD, FD_CLOEXEC) < 0
	             ? error_system(err, "cannot set up a pipe")
	             : dashboard_run(session, &dashboard, err);
	end(child, scratch);
	(void)close(ends[0]);
	return rc;
}
