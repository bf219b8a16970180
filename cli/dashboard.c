#include "cli/dashboard.h"

#include <stdlib.h>

#include "cli/aside.h"
#include "cli/teller.h"
#include "cli/writers.h"
#include "parser/event.h"

bool
dashboard_is_wanted(const struct settings *settings)
{
	return !settings->plain && settings->output == NULL && tui_is_possible();
}

/* What happened to a daemon, as a letter. */
static char
mark(void *ctx, const struct browse_line *line)
{
	struct cli_session *session = ctx;
	const struct line read = teller_line(line);
	struct event event;
	struct finding finding;

	if (!event_read(&read, &event))
		return '\0';
	if (event.kind == POSTFIX_START)
		return span_has(event.text, SPAN("reload")) ? 'r' : 's';
	if (!ruleset_find(session->ruleset, &event, &finding))
		return '\0';
	switch (finding.rule->effect) {
	case EFFECT_START:
		return 's';
	case EFFECT_RELOAD:
		return 'r';
	case EFFECT_STOP:
		return 'x';
	case EFFECT_NO_START:
	case EFFECT_CRASH:
	case EFFECT_NO_RELOAD:
	case EFFECT_STALL:
		return '!';
	case EFFECT_NOTE:
	case EFFECT_VERIFY:
	case EFFECT_SIGNED:
	case EFFECT_REASON:
	case EFFECT_DEFERS:
	case EFFECT_REJECTS:
	case EFFECT_POLICY:
	case EFFECT_KEY:
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
	case EFFECT_FAULT:
	case EFFECT_GAP:
	case EFFECT_COUNT:
		break;
	}
	return '\0';
}

static bool
unknown(void *ctx, const struct browse_line *line, struct buf *shape)
{
	const struct cli_session *session = ctx;
	const struct line read = teller_line(line);
	struct event event;
	struct finding finding;

	if (!event_read(&read, &event) || event.daemon != DAEMON_OPENDKIM || event.guessed ||
		ruleset_find(session->ruleset, &event, &finding))
		return false;
	reading_make_shape(shape, event.text);
	return true;
}

static struct span
gist(void *ctx, enum verdict_kind verdict, cause_t cause)
{
	struct cli_session *session = ctx;
	const struct about *about = cause == CAUSE_NONE
	                                    ? ruleset_about_verdict(session->ruleset, verdict)
	                                    : ruleset_about(session->ruleset, cause);

	return about == NULL ? SPAN_NONE : about->gist[session->lang];
}

static struct span
shown(void *ctx, struct span text, struct buf *room)
{
	struct cli_session *session = ctx;

	return session_shown(session, text, room);
}

static void
add_list(struct buf *out, const char *name, const struct texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		buf_addf(out, "%s%s=%s", out->n > 0 ? " " : "", name, texts->items[i]);
}

static void
add_time(const struct cli_session *session, struct buf *out, const char *name, int64_t when)
{
	if (when == INSTANT_NONE)
		return;
	buf_addf(out, "%s%s=", out->n > 0 ? " " : "", name);
	instant_rfc3339(out, when / INSTANT_SECOND * INSTANT_SECOND, session->settings->utc);
}

/* --cause and the like, as the words that `f` takes. */
static void
filter_words(const struct cli_session *session, struct buf *out)
{
	add_list(out, "cause", &session->settings->causes);
	add_list(out, "verdict", &session->settings->verdicts);
	add_list(out, "domain", &session->settings->domains);
	add_time(session, out, "since", session->since);
	add_time(session, out, "until", session->until);
}

int
dashboard_run(struct cli_session *session, const struct dashboard *dashboard, struct error *err)
{
	struct aside *aside = aside_start(session, dashboard, err);
	struct buf words = BUF_INIT, report = BUF_INIT;
	struct tui_options options = { .store = dashboard->store,
		.what = dashboard->what,
		.lang = session->lang,
		.utc = session->settings->utc,
		.ascii = session->settings->ascii,
		.color = session->color,
		.mouse = session->settings->mouse,
		.feed = { dashboard->feed },
		.writers = writers,
		.mark = mark,
		.unknown = unknown,
		.gist = gist,
		.shown = shown,
		.ctx = session };
	int rc;

	if (aside == NULL)
		return -1;
	filter_words(session, &words);
	buf_addf(&report, "dkimwhy report%s", dashboard->where);
	options.filter = words.n > 0 ? buf_str(&words) : NULL;
	options.report = buf_str(&report);
	options.teller = aside_teller(aside);
	rc = tui_run(&options, err);
	aside_end(aside);
	buf_clear(&words);
	buf_clear(&report);
	return rc;
}
