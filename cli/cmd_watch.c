#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/map.h"
#include "cli/command.h"
#include "cli/dimension.h"
#include "cli/render.h"
#include "cli/service.h"
#include "rules/explain.h"
#include "store/pipes.h"

/*
 * What is watched goes into a store of its own, which is removed at the end, unless one is named:
 * so a watch sees rotations, and judges, as the service does.
 */
struct watching {
	struct cli_session session; /* how it is shown */
	const struct texts *paths;
	struct arena arena; /* keys of what was told */
	struct map told;
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
kept(void *ctx, const struct message *message)
{
	struct watching *watching = ctx;
	enum verdict_kind kind = message->verdict.kind;

	if (kind == VERDICT_SIGNED || kind == VERDICT_INBOUND || !message_is_decided(message))
		return;
	buf_reset(&watching->key);
	buf_addf(&watching->key, "%.*s\n%.*s\n%lld\n%d\n%d", SPAN_ARGS(message->host),
		SPAN_ARGS(message->queue_id), (long long)message->first, (int)kind,
		(int)message->verdict.cause);
	if (map_get(&watching->told, buf_span(&watching->key)) != NULL)
		return;
	map_put(&watching->told, arena_copy(&watching->arena, buf_span(&watching->key)), watching);
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
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	(void)remove(path);
	return 0;
}

static int
watch(struct watching *watching, const char *path, struct error *err)
{
	const struct service_view view = { kept, done, watching };
	struct store *store = store_open(path, DB_WRITE, err);

	return store == NULL ? -1
	                     : service_run(watching->session.settings, store, watching->paths,
				       &view, err);
}

static int
watch_apart(struct watching *watching, struct error *err)
{
	const char *temporary = getenv("TMPDIR");
	struct buf folder = BUF_INIT, path = BUF_INIT;
	int rc = -1;

	buf_addf(&folder, "%s/dkimwhy-XXXXXX", temporary != NULL ? temporary : "/tmp");
	if (mkdtemp(folder.p) == NULL) {
		error_system(err, "cannot make a folder '%s'", buf_str(&folder));
	} else {
		buf_addf(&path, "%s/watch.db", buf_str(&folder));
		rc = watch(watching, buf_str(&path), err);
		(void)nftw(buf_str(&folder), remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
	buf_clear(&folder);
	buf_clear(&path);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	struct watching watching = { .paths = settings->arguments.n > 0 ? &settings->arguments
		                                                        : &settings->logs };
	int rc;

	if (!session_names_logs(settings))
		return error_set(err, ERROR_SYNTAX,
			"name the logs to watch: watch FILE..., or watch --journal");
	rc = session_start(&watching.session, settings, err);
	if (rc == 0)
		rc = settings->store != NULL ? watch(&watching, settings->store, err)
		                             : watch_apart(&watching, err);
	session_close(&watching.session);
	map_clear(&watching.told);
	arena_clear(&watching.arena);
	buf_clear(&watching.key);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "plain",      '\0', OPTION_FLAG, NULL, "one line a finding; there is nothing else yet", offsetof(struct settings, plain) },
	{ "from-start", '\0', OPTION_FLAG, NULL, "tell of what is in the logs already, too", offsetof(struct settings, from_start) },
};
/* clang-format on */

static const struct option_group own = { "Watch", rows, 2 };
static const struct option_group *const groups[] = { &own, &options_input, &options_filter,
	&options_common, NULL };

const struct command command_watch = {
	"watch",
	"[FILE]...",
	"the logs as they are written, a line a finding",
	"Follows the logs over their rotations and prints a line for each message that goes unsigned, "
	"is held back, refused or cannot be judged, once that is decided. With --store it is what "
	"ingest --follow keeps; else nothing remains of it.",
	groups,
	run,
};
