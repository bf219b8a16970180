#include "base/alloc.h"
#include "base/map.h"
#include "cli/command.h"
#include "cli/dashboard.h"
#include "cli/dimension.h"
#include "cli/feed.h"
#include "cli/render.h"
#include "cli/scratch.h"
#include "cli/service.h"
#include "rules/explain.h"
#include "store/pipes.h"

/* Keys of findings: that many, and as many that were told before them. */
#define TOLD_MAX 8192
struct told {
	struct arena arena;
	struct map map;
};

/*
 * What is watched goes into a store of its own, which is removed at the end, unless one is named:
 * so a watch sees rotations, and judges, as the service does.
 */
struct watching {
	struct cli_session session; /* how it is shown */
	const struct texts *paths;
	struct told told, told_before;
	struct buf key;
	bool caught_up; /* the log's past was read */
};

/* How `explain` finds the message, when it can: what came through a pipe is gone. */
static void
add_command(const struct watching *watching, const struct message *message, struct buf *out)
{
	const struct settings *settings = watching->session.settings;
	const char *option = " --journal", *where = NULL;

	if (settings->store != NULL) {
		option = " --store ";
		where = settings->store;
	} else if (watching->paths->n > 0) {
		option = " --log ";
		where = watching->paths->items[0];
		if (pipes_is_pipe(where))
			return;
	} else if (settings->journal_dirs.n > 0) {
		option = " --journal-dir ";
		where = settings->journal_dirs.items[0];
	}
	buf_addf(out, "; dkimwhy explain %.*s%s", SPAN_ARGS(message->queue_id), option);
	if (where != NULL)
		explain_shell_word(out, span_of(where));
}

static void
tell(struct watching *watching, const struct message *message)
{
	struct cli_session *session = &watching->session;
	cause_t cause = message->verdict.cause;
	const struct about *about =
		cause == CAUSE_NONE ? ruleset_about_verdict(session->ruleset, message->verdict.kind)
				    : ruleset_about(session->ruleset, cause);
	struct buf time = BUF_INIT, client = BUF_INIT, shell = BUF_INIT;
	struct span author = message->author.n > 0 ? message->author : message->sender;

	render_text(session, render_time(session, message->first, &time), SIZE_MAX);
	buf_add(&session->out, SPAN("  "));
	render_text(session, message->queue_id, SIZE_MAX);
	buf_add(&session->out, SPAN("  "));
	render_color(session, render_role(message->verdict.kind));
	buf_addf(&session->out, "%s", verdict_id(message->verdict.kind));
	render_color(session, ROLE_PLAIN);
	buf_addf(&session->out, "  %s  ", cause == CAUSE_NONE ? "-" : cause_id(cause));
	render_text(session, author.n > 0 ? author : SPAN("-"), SIZE_MAX);
	buf_add(&session->out, SPAN("  "));
	render_text(session, dimension_client(message, &client), SIZE_MAX);
	if (about != NULL && about->gist[session->lang].n > 0) {
		buf_add(&session->out, SPAN(": "));
		buf_add(&session->out, about->gist[session->lang]);
	}
	add_command(watching, message, &shell);
	render_text(session, buf_span(&shell), SIZE_MAX);
	buf_add_char(&session->out, '\n');
	buf_clear(&time);
	buf_clear(&client);
	buf_clear(&shell);
}

static void
forget(struct told *told)
{
	map_clear(&told->map);
	arena_clear(&told->arena);
}

/* Was it told already? It counts as told from now on. */
static bool
was_told(struct watching *watching, struct span key)
{
	if (map_get(&watching->told.map, key) != NULL ||
		map_get(&watching->told_before.map, key) != NULL)
		return true;
	if (watching->told.map.count == TOLD_MAX) {
		forget(&watching->told_before);
		watching->told_before = watching->told;
		watching->told = (struct told){ .map = MAP_INIT };
	}
	map_put(&watching->told.map, arena_copy(&watching->told.arena, key), watching);
	return false;
}

static void
kept(void *ctx, const struct message *message)
{
	struct watching *watching = ctx;
	enum verdict_kind kind = message->verdict.kind;

	if (!verdict_is_finding(kind) || !message_is_decided(message))
		return;
	buf_reset(&watching->key);
	buf_addf(&watching->key, "%.*s\n%.*s\n%lld\n%d\n%d", SPAN_ARGS(message->host),
		SPAN_ARGS(message->queue_id), (long long)message->first, (int)kind,
		(int)message->verdict.cause);
	if (was_told(watching, buf_span(&watching->key)))
		return;
	if ((watching->caught_up || watching->session.settings->from_start) &&
		session_wants(&watching->session, message))
		tell(watching, message);
}

static int
done(void *ctx, struct error *err)
{
	struct watching *watching = ctx;
	int rc = session_flush(&watching->session, err);

	buf_reset(&watching->session.out);
	watching->caught_up = true;
	return rc;
}

static int
watch(struct watching *watching, const char *path, struct error *err)
{
	const struct service_view view = { kept, done, watching, false };
	struct store *store = store_open(path, DB_WRITE, err);

	return store == NULL ? -1
	                     : service_run(watching->session.settings, store, watching->paths,
				       &view, err);
}

/* How `explain` and `report` read the same; of what came through a pipe nothing is left. */
static void
add_where(const struct settings *settings, const struct texts *paths, struct buf *out)
{
	if (settings->store != NULL) {
		buf_add(out, SPAN(" --store "));
		explain_shell_word(out, span_of(settings->store));
		return;
	}
	for (size_t i = 0; i < paths->n; i++) {
		if (pipes_is_pipe(paths->items[i]))
			continue;
		buf_add(out, SPAN(" --log "));
		explain_shell_word(out, span_of(paths->items[i]));
	}
	if (settings->journal)
		buf_add(out, SPAN(" --journal"));
	for (size_t i = 0; i < settings->journal_dirs.n; i++) {
		buf_add(out, SPAN(" --journal-dir "));
		explain_shell_word(out, span_of(settings->journal_dirs.items[i]));
	}
}

/* What is watched, in a few words. */
static void
add_what(const struct settings *settings, const struct texts *paths, struct buf *out)
{
	size_t n = paths->n + settings->journal + settings->journal_dirs.n;

	buf_add(out, paths->n > 0        ? span_of(paths->items[0])
		     : settings->journal ? SPAN("systemd journal")
					 : span_of(settings->journal_dirs.items[0]));
	if (n > 1)
		buf_addf(out, " +%zu", n - 1);
}

static int
show(struct watching *watching, const char *path, const struct buf *apart, struct error *err)
{
	const struct settings *settings = watching->session.settings;
	struct buf what = BUF_INIT, where = BUF_INIT;
	int rc;

	add_where(settings, watching->paths, &where);
	add_what(settings, watching->paths, &what);
	rc = feed_watch(&watching->session, watching->paths, path, apart, buf_str(&what),
		where.n > 0 ? buf_str(&where) : "", err);
	buf_clear(&what);
	buf_clear(&where);
	return rc;
}

static int
watch_logs(struct watching *watching, const char *path, const struct buf *apart, struct error *err)
{
	return dashboard_is_wanted(watching->session.settings) ? show(watching, path, apart, err)
	                                                       : watch(watching, path, err);
}

static int
watch_apart(struct watching *watching, struct error *err)
{
	struct buf folder = BUF_INIT, path = BUF_INIT;
	int rc = scratch_make(&folder, err);

	if (rc == 0) {
		buf_addf(&path, "%s/watch.db", buf_str(&folder));
		rc = watch_logs(watching, buf_str(&path), &folder, err);
		scratch_remove(&folder);
	}
	buf_clear(&folder);
	buf_clear(&path);
	return rc;
}

/* Without logs: a store that another process fills. */
static int
watch_store(struct watching *watching, struct error *err)
{
	const struct settings *settings = watching->session.settings;
	const char *path = settings->store != NULL ? settings->store : STORE_DEFAULT;
	struct buf where = BUF_INIT;
	struct dashboard dashboard = { path, path, "", -1 };
	int rc;

	if (!dashboard_is_wanted(settings))
		return error_set(err, ERROR_SYNTAX,
			"name the logs to watch: watch FILE..., or watch --journal");
	if (settings->store != NULL) {
		add_where(settings, watching->paths, &where);
		dashboard.where = buf_str(&where);
	}
	rc = dashboard_run(&watching->session, &dashboard, err);
	buf_clear(&where);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	struct watching watching = { .paths = settings->arguments.n > 0 ? &settings->arguments
		                                                        : &settings->logs };
	int rc = session_start(&watching.session, settings, err);

	if (rc == 0 && !session_names_logs(settings))
		rc = watch_store(&watching, err);
	else if (rc == 0)
		rc = settings->store != NULL ? watch_logs(&watching, settings->store, NULL, err)
		                             : watch_apart(&watching, err);
	session_close(&watching.session);
	forget(&watching.told);
	forget(&watching.told_before);
	buf_clear(&watching.key);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "plain",      '\0', OPTION_FLAG, NULL, "one line a finding, for pipes and screen readers; so it is without a terminal", offsetof(struct settings, plain) },
	{ "from-start", '\0', OPTION_FLAG, NULL, "of lines, tell of what is in the logs already, too", offsetof(struct settings, from_start) },
	{ "mouse",      '\0', OPTION_FLAG, NULL, "let the mouse choose rows of the dashboard (M turns it on and off)", offsetof(struct settings, mouse) },
};
/* clang-format on */

static const struct option_group own = { "Watch", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_input, &options_filter,
	&options_common, NULL };

const struct command command_watch = {
	"watch",
	"[FILE]...",
	"the state of signing in a dashboard, as the logs are written",
	"Follows the logs over their rotations and shows on a terminal whether mail is signed, why not, "
	"and the fix; ? tells the keys. Without a terminal or with --plain it prints a line for each "
	"message that goes unsigned, is held back, refused or cannot be judged, once that is decided. "
	"With --store it is what ingest --follow keeps; else nothing remains of it. Without FILE it "
	"shows the store that another process fills.",
	groups,
	run,
};
