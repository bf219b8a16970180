#include "cli/figures.h"

#include <string.h>

#include "cli/command.h"
#include "cli/filter.h"

/* Does it count? */
static bool
counts(const struct figures *figures, const struct message *message)
{
	const struct cli_session *session = &figures->session;

	if (!figures->period)
		return session_in_window(session, message->first, message->last);
	return message->first != INSTANT_NONE &&
	       session_in_window(session, message->first, message->first);
}

/* The first full hour from then on. */
static int64_t
hour_behind(int64_t when)
{
	int64_t into = when % INSTANT_HOUR;

	return into == 0 ? when : when + INSTANT_HOUR - into;
}

/* Messages that came in at some time from first to last. */
static void
count_recent(struct figures *figures, int64_t first, int64_t last, enum verdict_kind kind,
	uint64_t messages)
{
	static const int64_t lengths[FIGURES_WINDOWS] = { INSTANT_HOUR, INSTANT_DAY };
	int64_t now = figures->session.options.log.now;

	for (size_t i = 0; first != INSTANT_NONE && i < FIGURES_WINDOWS; i++)
		if (last > now - lengths[i] && first <= now)
			figures->recent[i][kind] += messages;
}

static void
list(struct figures *figures, const struct message *message)
{
	struct buf *out = &figures->session.out;

	/* Nothing else is written before all is read. */
	buf_reset(out);
	figures->line(figures, message);
	spool_add(&figures->list, message->first, buf_span(out));
	buf_reset(out);
}

static void
take(void *ctx, const struct message *message)
{
	struct figures *figures = ctx;

	if (!filter_wants(figures->session.settings, message))
		return;
	if (!figures->chosen)
		curve_add(&figures->curve, message->first, message->verdict.kind,
			message->verdict.cause, 1);
	count_recent(figures, message->first, message->first, message->verdict.kind, 1);
	if (!counts(figures, message))
		return;
	if (figures->period && message->first < hour_behind(figures->session.since))
		figures->one_by_one[message->verdict.kind]++;
	session_meet(&figures->session, message);
	tally_add(&figures->hosts, message->host, message->verdict.kind, 1);
	digest_add(&figures->digest, message);
	if (figures->line != NULL && session_shows(&figures->session, message))
		list(figures, message);
}

/* A row of the store without its lines: it counts with the sums. */
static void
take_settled(void *ctx, const struct message *message)
{
	struct figures *figures = ctx;

	if (!session_wants(&figures->session, message))
		return;
	session_meet(&figures->session, message);
	list(figures, message);
}

static void
start_again(void *ctx)
{
	struct figures *figures = ctx;

	digest_reset(&figures->digest);
	spool_reset(&figures->list);
	curve_clear(&figures->curve);
	tally_clear(&figures->hosts);
	memset(figures->recent, 0, sizeof figures->recent);
	memset(figures->one_by_one, 0, sizeof figures->one_by_one);
}

static void
take_sum(void *ctx, const struct store_sum *sum)
{
	struct figures *figures = ctx;
	const struct cli_session *session = &figures->session;

	if (!figures->chosen)
		curve_add(&figures->curve, sum->hour, sum->verdict, sum->cause, sum->messages);
	count_recent(figures, sum->hour, sum->hour + INSTANT_HOUR - 1, sum->verdict, sum->messages);
	if (!session_in_window(session, sum->hour, sum->hour + INSTANT_HOUR - 1) ||
		(figures->period && sum->hour < session->since))
		return;
	tally_add(&figures->hosts, sum->host, sum->verdict, sum->messages);
	digest_add_sum(&figures->digest, sum);
}

/* The hours in which the period begins, unless that is a full hour, and ends. */
static void
take_edges(struct figures *figures)
{
	static const enum verdict_kind settled[] = { VERDICT_SIGNED, VERDICT_INBOUND };
	const struct cli_session *session = &figures->session;
	int64_t begin = hour_behind(session->since), end = hour_behind(session->until);

	for (int i = 0; i < VERDICT_COUNT; i++) {
		enum verdict_kind kind = (enum verdict_kind)i;

		figures->reached[i] = curve_sum(&figures->curve, end - INSTANT_HOUR, end,
			curve_of_verdict, &kind);
	}
	for (size_t i = 0; begin > session->since && i < sizeof settled / sizeof *settled; i++) {
		enum verdict_kind kind = settled[i];
		uint64_t known = figures->told[kind] + figures->one_by_one[kind];
		struct store_sum sum = { .hour = begin - INSTANT_HOUR, .verdict = kind };

		sum.messages = curve_sum(&figures->curve, sum.hour, begin, curve_of_verdict, &kind);
		if (sum.messages <= known)
			continue;
		sum.messages -= known;
		digest_add_sum(&figures->digest, &sum);
	}
}

static void
take_trend(void *ctx, const struct store_sum *sum)
{
	struct figures *figures = ctx;

	curve_add(&figures->curve, sum->hour, sum->verdict, sum->cause, sum->messages);
}

int
figures_open(struct figures *figures, const struct settings *settings, figures_line *line,
	struct error *err)
{
	struct cli_session *session = &figures->session;

	*figures = (struct figures){ .line = line,
		.list = SPOOL_INIT,
		.hosts = { .apart = true },
		.begins = INSTANT_NONE,
		.ends = INSTANT_NONE };
	if (digest_init(&figures->digest, session, settings->by, err) < 0)
		return -1;
	return session_open(session, settings, &settings->arguments, err);
}

/*
 * Of a store no more is read than the answer needs: the hour in which the window begins, for the charts,
 * incidents that reach into it from their first line on, and the last day.
 */
static int
choose(struct figures *figures, struct error *err)
{
	const struct cli_session *session = &figures->session;
	int64_t from = session->since, incident;

	if (session->store == NULL || from == INSTANT_NONE || figures->chosen)
		return 0;
	if (!figures->terse) {
		if (store_incidents_begin(session->store, from, &incident, err) < 0)
			return -1;
		if (incident != INSTANT_NONE && incident < from)
			from = incident;
		if (session->options.log.now - INSTANT_DAY < from)
			from = session->options.log.now - INSTANT_DAY;
		from = hour_behind(from - INSTANT_HOUR);
	}
	return store_choose(session->store, from, session->ruleset, err);
}

/* Is nothing asked of a signed or inbound message but when it came, and where? */
static bool
wants_sums(const struct figures *figures)
{
	const struct settings *settings = figures->session.settings;

	return figures->line == NULL && figures->digest.ntables == 0 && settings->causes.n == 0 &&
	       settings->verdicts.n == 0 && settings->domains.n == 0 &&
	       figures->session.mask.kind == MASK_NOBODY;
}

void
figures_confine(struct figures *figures)
{
	if (figures->line != NULL)
		spool_prepare(&figures->list);
	session_confine(&figures->session);
}

int
figures_read(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;

	if (wants_sums(figures))
		reading_want_sums(session->reading);
	if (choose(figures, err) < 0 ||
		reading_run(session->reading, take, start_again, figures, err) < 0 ||
		(figures->line != NULL &&
			session_each_settled(session, SPAN_NONE, take_settled, figures, err) < 0) ||
		session_each_sum(session, take_sum, figures, err) < 0 ||
		(figures->chosen && session_each_trend(session, figures->curve_from, take_trend,
					    figures, err) < 0) ||
		session_count_gaps(session, &figures->gaps, err) < 0)
		return -1;
	if (figures->chosen)
		take_edges(figures);
	digest_sort(&figures->digest);
	tally_sort(&figures->hosts, false);
	session_remarks(session);
	return 0;
}

void
figures_clear(struct figures *figures)
{
	digest_clear(&figures->digest);
	curve_clear(&figures->curve);
	tally_clear(&figures->hosts);
	spool_clear(&figures->list);
	session_close(&figures->session);
}

const struct incident *
figures_fault(const struct figures *figures)
{
	const struct cli_session *session = &figures->session;

	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (incident->ended == INSTANT_NONE && session_wants_incident(session, incident))
			return incident;
	}
	return NULL;
}

void
figures_remarks(const struct figures *figures, struct figures_remark remarks[FIGURES_REMARKS])
{
	const struct reading_totals *totals = reading_totals(figures->session.reading);

	/* What the store knows of is told by the same lines, and by others. */
	remarks[0] = figures->gaps > 0 ? (struct figures_remark){ WORD_GAP_TIMES, figures->gaps }
	                               : (struct figures_remark){ WORD_GAPS, totals->gap_lines };
	remarks[1] =
		(struct figures_remark){ WORD_NOT_KEPT, figures->session.keep == SETTLED_NONE };
	remarks[2] = (struct figures_remark){ WORD_EARLY, totals->early };
	remarks[3] = (struct figures_remark){ WORD_UNREAD, session_unread(&figures->session) };
	remarks[4] = (struct figures_remark){ WORD_UNKNOWN_LINES, totals->unknown_lines };
}

bool
figures_lack(const struct figures *figures)
{
	struct figures_remark remarks[FIGURES_REMARKS];
	uint64_t n = figures->digest.counts[VERDICT_UNKNOWN];

	figures_remarks(figures, remarks);
	for (size_t i = 0; i < FIGURES_REMARKS; i++)
		n += remarks[i].number;
	return n > 0 || figures->begins != INSTANT_NONE || figures->ends != INSTANT_NONE;
}

int
figures_found(const struct figures *figures)
{
	const uint64_t *counts = figures->digest.counts;

	if (verdict_wrongs(counts) > 0 || figures_fault(figures) != NULL)
		return EXIT_FINDINGS;
	return counts[VERDICT_UNKNOWN] > 0 ? EXIT_CANNOT_TELL : EXIT_CLEAN;
}

int
figures_status(const struct figures *figures)
{
	if (session_unread(&figures->session) > 0)
		return EXIT_NOT_DONE;
	return figures->session.settings->exit_zero ? EXIT_CLEAN : figures_found(figures);
}
