#include "cli/metrics.h"

#include <string.h>

#include "base/utf8.h"
#include "cli/finding.h"
#include "cli/range.h"
#include "cli/render.h"

/* A log that ends so long before the window does tells nothing of it. */
#define SILENCE (6 * INSTANT_HOUR)

/* A label's value: valid UTF-8 without controls, and nothing that would end it. */
static void
add_label(struct buf *out, struct span value)
{
	struct buf clean = BUF_INIT;

	utf8_printable(&clean, value, SIZE_MAX);
	for (size_t i = 0; i < clean.n; i++) {
		if (clean.p[i] == '\\' || clean.p[i] == '"')
			buf_add_char(out, '\\');
		buf_add_char(out, clean.p[i]);
	}
	buf_clear(&clean);
}

static void
begin_metric(struct buf *out, const char *name, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
add_number(struct buf *out, const char *name, const char *help, uint64_t number)
{
	begin_metric(out, name, help);
	buf_addf(out, "%s %llu\n", name, (unsigned long long)number);
}

static void
add_instant(struct buf *out, const char *name, const char *help, int64_t t)
{
	if (t == INSTANT_NONE)
		return;
	begin_metric(out, name, help);
	buf_addf(out, "%s %lld\n", name, (long long)(t / INSTANT_SECOND));
}

static void
add_verdicts(struct buf *out, const char *name, struct cli_session *session, struct span host,
	const uint64_t counts[VERDICT_COUNT])
{
	struct buf room = BUF_INIT;

	for (int kind = 0; kind < VERDICT_COUNT; kind++) {
		buf_addf(out, "%s{host=\"", name);
		add_label(out, session_shown(session, host, &room));
		buf_addf(out, "\",verdict=\"%s\"} %llu\n", verdict_id((enum verdict_kind)kind),
			(unsigned long long)counts[kind]);
	}
	buf_clear(&room);
}

static void
add_hosts(struct figures *figures)
{
	static const char name[] = "dkimwhy_messages";
	struct buf *out = &figures->session.out;
	const struct tally *hosts = &figures->hosts;
	uint64_t others[VERDICT_COUNT] = { 0 };
	bool beyond = false;

	begin_metric(out, name, "Messages in what was read (--since), by verdict.");
	for (size_t i = 0; i < hosts->n; i++) {
		const struct tally_row *row = hosts->rows[i];

		if (i < METRICS_HOSTS && row->key.n > 0) {
			add_verdicts(out, name, &figures->session, row->key, row->verdicts);
			continue;
		}
		beyond = true;
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			others[kind] += row->verdicts[kind];
	}
	if (beyond || hosts->n == 0)
		add_verdicts(out, name, &figures->session, SPAN("other"), others);
}

static void
add_causes(struct figures *figures)
{
	static const char name[] = "dkimwhy_messages_by_cause";
	struct buf *out = &figures->session.out;

	begin_metric(out, name, "Messages that went wrong in what was read, by verdict and cause.");
	for (size_t i = 0; i < figures->digest.nstories; i++) {
		const struct cause_story *story = figures->digest.stories[i];

		if (story->cause == CAUSE_NONE)
			continue;
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			if (story->verdicts[kind] > 0)
				buf_addf(out, "%s{verdict=\"%s\",cause=\"%s\"} %llu\n", name,
					verdict_id((enum verdict_kind)kind), cause_id(story->cause),
					(unsigned long long)story->verdicts[kind]);
	}
}

/* Gauges of the last hour and day: what is pruned or rotated away does not look like a reset. */
static void
add_windows(struct figures *figures)
{
	static const char name[] = "dkimwhy_messages_recent";
	static const char *const words[FIGURES_WINDOWS] = { "1h", "24h" };
	struct buf *out = &figures->session.out;

	begin_metric(out, name, "Messages that came in within the last hour and day, by verdict.");
	for (size_t i = 0; i < FIGURES_WINDOWS; i++)
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			buf_addf(out, "%s{window=\"%s\",verdict=\"%s\"} %llu\n", name, words[i],
				verdict_id((enum verdict_kind)kind),
				(unsigned long long)figures->recent[i][kind]);
}

static uint64_t
count_open(const struct cli_session *session, cause_t cause)
{
	uint64_t n = 0;

	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		n += incident->cause == cause && incident->ended == INSTANT_NONE &&
		     session_wants_incident(session, incident);
	}
	return n;
}

static void
add_faults(struct figures *figures)
{
	static const char name[] = "dkimwhy_incidents_open";
	struct buf *out = &figures->session.out;

	begin_metric(out, name, "Faults of the signing service that were not seen to end.");
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++)
		if (cause_is((cause_t)cause, CAUSE_OF_SERVICE))
			buf_addf(out, "%s{cause=\"%s\"} %llu\n", name, cause_id((cause_t)cause),
				(unsigned long long)count_open(&figures->session, (cause_t)cause));
}

int
metrics_render(struct figures *figures, struct error *err)
{
	const struct reading_totals *totals = reading_totals(figures->session.reading);
	struct buf *out = &figures->session.out;
	int64_t last;

	if (session_last_line(&figures->session, &last, err) < 0)
		return -1;
	add_hosts(figures);
	add_causes(figures);
	add_windows(figures);
	add_faults(figures);
	add_number(out, "dkimwhy_gaps", "Times of which log lines are known to be missing.",
		figures->gaps);
	add_number(out, "dkimwhy_unknown_lines", "Lines of OpenDKIM that no rule knows.",
		totals->unknown_lines);
	add_instant(out, "dkimwhy_last_line_timestamp_seconds", "Time of the last line read.",
		last);
	add_instant(out, "dkimwhy_generated_timestamp_seconds", "When this was written.",
		figures->session.options.log.now);
	return 0;
}

enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

/* --warning, of all that went wrong, and --critical, of what left unsigned: none at all may. */
struct limits {
	struct range warning, critical;
};

static const char *
limit_text(const char *given)
{
	return given == NULL ? "0" : given;
}

static int
read_limits(struct limits *limits, const struct settings *settings, struct error *err)
{
	if (range_parse(&limits->warning, span_of(limit_text(settings->warning)), err) < 0)
		return error_within(err, "--warning");
	if (range_parse(&limits->critical, span_of(limit_text(settings->critical)), err) < 0)
		return error_within(err, "--critical");
	return 0;
}

static double
share(const struct figures *figures, uint64_t messages)
{
	uint64_t own = digest_own(&figures->digest);

	return own == 0 ? 0 : 100 * (double)messages / (double)own;
}

static bool
alarms(const struct figures *figures, const struct range *range, uint64_t messages)
{
	return range_alarms(range, range->share ? share(figures, messages) : (double)messages);
}

static enum state
state_of(const struct figures *figures, const struct limits *limits, bool silent,
	const struct incident *open)
{
	const uint64_t *counts = figures->digest.counts;

	if (alarms(figures, &limits->critical, counts[VERDICT_UNSIGNED]) || open != NULL)
		return STATE_CRITICAL;
	if (alarms(figures, &limits->warning, verdict_wrongs(counts)))
		return STATE_WARNING;
	return silent || session_unread(&figures->session) > 0 || counts[VERDICT_UNKNOWN] > 0
	               ? STATE_UNKNOWN
	               : STATE_OK;
}

/* What stands before the bar; a bar in it would end it. */
static void
add_plain(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		buf_add_char(out, (char)(text.p[i] == '|' ? '/' : text.p[i]));
}

static void
add_status(struct buf *out, enum state state)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

	buf_addf(out, "DKIM %s - ", words[state]);
}

/* "unsigned=2;0;0;0"; a threshold of a share stands with the share. */
static void
add_data(struct figures *figures, const struct limits *limits)
{
	static const enum verdict_kind kinds[] = { VERDICT_UNSIGNED, VERDICT_DEFERRED,
		VERDICT_REJECTED, VERDICT_UNKNOWN, VERDICT_SIGNED };
	const struct settings *settings = figures->session.settings;
	const char *warning = limit_text(settings->warning),
		   *critical = limit_text(settings->critical);
	bool warns = !limits->warning.share, cries = !limits->critical.share;
	struct buf *out = &figures->session.out;

	buf_add(out, SPAN(" |"));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		bool wrong = kinds[i] != VERDICT_UNKNOWN && kinds[i] != VERDICT_SIGNED;

		buf_addf(out, " %s=%llu;%s;%s;0", verdict_id(kinds[i]),
			(unsigned long long)figures->digest.counts[kinds[i]],
			wrong && warns ? warning : "",
			kinds[i] == VERDICT_UNSIGNED && cries ? critical : "");
	}
	if (!warns)
		buf_addf(out, " wrong_share=%.2f%%;%.*s;;0;100",
			share(figures, verdict_wrongs(figures->digest.counts)),
			(int)strlen(warning) - 1, warning);
	if (!cries)
		buf_addf(out, " unsigned_share=%.2f%%;;%.*s;0;100",
			share(figures, figures->digest.counts[VERDICT_UNSIGNED]),
			(int)strlen(critical) - 1, critical);
	buf_add_char(out, '\n');
}

static void
add_sentence(struct figures *figures, struct buf *text, const struct incident *open, bool silent,
	int64_t last)
{
	struct cli_session *session = &figures->session;
	struct buf room = BUF_INIT;
	struct span value;

	if (finding_add_wrongs(figures, text)) {
		finding_add_causes(figures, text);
	} else if (open != NULL) {
		finding_add_fault(figures, text, open);
	} else if (silent) {
		value = render_minute(session, last, &room);
		word_fill(text, session->lang, WORD_NO_LINES, &value);
	} else if (session_unread(session) > 0) {
		word_fill_number(text, session->lang, WORD_UNREAD, session_unread(session));
	} else {
		finding_add(figures, text);
	}
	buf_clear(&room);
}

int
metrics_nagios(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;
	const struct incident *open = figures_fault(figures);
	int64_t last, until = session->options.log.now;
	struct buf text = BUF_INIT;
	struct limits limits;
	enum state state;
	bool silent;

	if (read_limits(&limits, session->settings, err) < 0 ||
		session_last_line(session, &last, err) < 0)
		return -1;
	if (session->until != INSTANT_NONE && session->until < until)
		until = session->until;
	silent = last == INSTANT_NONE || until - last > SILENCE;
	state = state_of(figures, &limits, silent, open);
	add_status(&session->out, state);
	add_sentence(figures, &text, open, silent, last);
	add_plain(&session->out, buf_span(&text));
	add_data(figures, &limits);
	buf_clear(&text);
	return (int)state;
}

void
metrics_nagios_failed(struct buf *out, const struct error *err)
{
	struct buf clean = BUF_INIT;

	add_status(out, STATE_UNKNOWN);
	utf8_printable(&clean, span_of(err->text), SIZE_MAX);
	add_plain(out, buf_span(&clean));
	buf_add_char(out, '\n');
	buf_clear(&clean);
}
