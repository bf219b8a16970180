#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parent.h"
#include "cli/command.h"
#include "cli/dashboard.h"
#include "cli/demo.h"
#include "cli/feed.h"
#include "cli/scratch.h"

#define LIVE_MS 1000

/* The logs are read as a report reads them. */
static int
report(const struct settings *settings, const struct texts *paths, struct error *err)
{
	struct settings of_report = *settings;

	of_report.arguments = *paths;
	of_report.exit_zero = true;  /* it is no mail of anyone's */
	of_report.unconfined = true; /* the logs are still to be removed */
	return command_report.run(&of_report, err);
}

/*
 * The host lives on: a process writes its log, as a mail host would, until this one ends. -1: there is
 * none, and it stands still.
 */
static pid_t
live(struct demo *demo, const char *path)
{
	pid_t self = getpid(), child = fork();
	struct error err = ERROR_INIT;

	if (child != 0)
		return child;
	parent_end_with(self, SIGTERM);
	while (demo_go_on(demo, path, instant_now(), &err) == 0)
		(void)poll(NULL, 0, LIVE_MS);
	_exit(EXIT_NOT_DONE);
}

static void
end(pid_t child)
{
	if (child <= 0)
		return;
	(void)kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
}

static int
show(const struct settings *settings, const struct texts *paths, const struct buf *folder,
	struct error *err)
{
	struct cli_session session;
	struct buf store = BUF_INIT, where = BUF_INIT;
	int rc = session_start(&session, settings, err);

	buf_addf(&store, "%s/demo.db", folder->p);
	buf_addf(&where, " --store %s", buf_str(&store));
	if (rc == 0)
		rc = feed_watch(&session, paths, buf_str(&store), folder, "demo", buf_str(&where),
			err);
	session_close(&session);
	buf_clear(&store);
	buf_clear(&where);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	struct settings of_demo = *settings;
	struct demo *demo;
	pid_t child = -1;
	struct buf folder = BUF_INIT;
	struct arena arena = ARENA_INIT;
	struct texts paths = { NULL, 0 };
	int rc = -1;

	if (settings->arguments.n > 0)
		return error_set(err, ERROR_SYNTAX, "demo brings its own logs; name none");
	/* This host has nothing to do with it. */
	if (of_demo.opendkim_conf == NULL)
		of_demo.opendkim_conf = "none";
	demo = demo_new(instant_now());
	if (scratch_make(&folder, err) == 0)
		rc = demo_write(demo, folder.p, &arena, &paths, err);
	if (rc == 0 && (settings->demo_report || !dashboard_is_wanted(settings))) {
		rc = report(&of_demo, &paths, err);
	} else if (rc == 0) {
		child = live(demo, paths.items[0]);
		rc = show(&of_demo, &paths, &folder, err);
	}
	end(child);
	demo_free(demo);
	scratch_remove(&folder);
	buf_clear(&folder);
	arena_clear(&arena);
	free(paths.items);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "report", '\0', OPTION_FLAG, NULL, "a report instead of the dashboard; so it is without a terminal", offsetof(struct settings, demo_report) },
	{ "mouse",  '\0', OPTION_FLAG, NULL, "let the mouse choose rows of the dashboard", offsetof(struct settings, mouse) },
};
/* clang-format on */

static const struct option_group own = { "Demo", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_common, NULL };

const struct command command_demo = {
	"demo",
	"",
	"the dashboard over invented logs: no mail host is needed",
	"Opens the dashboard over the founding cases and a month of invented traffic, in a temporary "
	"store that is removed at the end.",
	groups,
	run,
};
