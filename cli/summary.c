#include "cli/summary.h"

#include <inttypes.h>

#include "cli/causes.h"
#include "cli/command.h"
#include "cli/filter.h"
#include "store/mark.h"

#define PERIODS_SHOWN 8
#define LATE INSTANT_HOUR /* a log that ends so long before the period does is told of */

/* A period's store: what its bookmark is called; of each selection there is one. */
static void
add_mark_name(struct buf *out, const struct settings *settings)
{
	buf_add(out, SPAN("summary"));
	filter_add_words(out, settings);
}

bool
summary_has_mark(const struct settings *settings)
{
	return settings->since == NULL && settings->until == NULL &&
	       !session_names_logs(settings) && session_has_store(settings);
}

/* "1795500000000000 0 812 0 310 0 0": the end, and what was told of its hour by then. */
static int
read_mark(struct summary *summary, struct store *marks, int64_t *end, struct error *err)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	uint64_t numbers[1 + VERDICT_COUNT] = { 0 };
	struct span rest, number;
	int rc;

	*end = INSTANT_NONE;
	add_mark_name(&name, summary->figures.session.settings);
	rc = mark_get(marks, buf_span(&name), &value, err);
	rest = buf_span(&value);
	for (size_t i = 0; rc > 0 && i < 1 + VERDICT_COUNT; i++)
		if (!span_word(&rest, &number) || !span_to_u64(number, &numbers[i]))
			rc = db_damaged(store_db(marks), "the bookmark of summary", err);
	if (rc > 0) {
		*end = (int64_t)numbers[0];
		memcpy(summary->figures.told, numbers + 1, sizeof summary->figures.told);
	}
	buf_clear(&name);
	buf_clear(&value);
	return rc < 0 ? -1 : 0;
}

int
summary_keep_mark(const struct summary *summary, struct store *marks, struct error *err)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	int rc = 0;

	add_mark_name(&name, summary->figures.session.settings);
	buf_addf(&value, "%" PRId64, summary->to);
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		buf_addf(&value, " %" PRIu64, summary->figures.reached[i]);
	if (summary->to != INSTANT_NONE && !summary->idle)
		rc = mark_set(marks, buf_span(&name), buf_span(&value), err);
	buf_clear(&name);
	buf_clear(&value);
	return rc;
}

/*
 * A store's period ends with its last line: what is taken in later belongs to the next one. It
 * begins where the one before ended.
 */
static int
set_period_of_store(struct summary *summary, struct store *marks, struct error *err)
{
	struct cli_session *session = &summary->figures.session;
	int64_t last, mark = INSTANT_NONE;

	if (session_last_line(session, &last, err) < 0)
		return -1;
	if (session->until == INSTANT_NONE && last != INSTANT_NONE &&
		last < session->options.log.now)
		session->until = last + 1;
	else if (session->until == INSTANT_NONE)
		session->until = session->options.log.now;
	if (session->since == INSTANT_NONE && marks != NULL &&
		read_mark(summary, marks, &mark, err) < 0)
		return -1;
	if (session->since == INSTANT_NONE)
		session->since = mark != INSTANT_NONE ? mark : session->until - INSTANT_DAY;
	if (last == INSTANT_NONE || session->since >= session->until) {
		summary->idle = true;
		session->until = session->options.log.now;
		if (session->until <= session->since)
			session->until = session->since + 1;
	}
	return 0;
}

/* When the logs do not reach from end to end of the period. */
static void
note_ends(struct summary *summary)
{
	struct figures *figures = &summary->figures;
	const struct cli_session *session = &figures->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	int64_t now = session->options.log.now;
	int64_t to = summary->to < now ? summary->to : now;

	if (session->store != NULL) {
		if (!summary->idle && session->settings->until == NULL && now - summary->to > LATE)
			figures->ends = summary->to;
		return;
	}
	if (totals->last != INSTANT_NONE && to - totals->last > LATE)
		figures->ends = totals->last;
	if (totals->first != INSTANT_NONE && totals->first - summary->from > LATE)
		figures->begins = totals->first;
}

static struct curve_scale
steps_of_two(int64_t before, int64_t length)
{
	int64_t hours = (length + INSTANT_HOUR / 2) / INSTANT_HOUR;
	size_t n = hours % 168 == 0 ? 7 : 6; /* a week has seven days */

	return (struct curve_scale){ before, length / (int64_t)n, 2 * n };
}

/* Once all is read: is there a period before, and which steps are to be drawn? */
static void
compare_with_before(struct summary *summary)
{
	const struct figures *figures = &summary->figures;
	int64_t first = reading_totals(figures->session.reading)->first;
	int64_t begin = curve_begin(&figures->curve);
	int64_t length = summary->to - summary->from;

	summary->before = INSTANT_NONE;
	if (begin == INSTANT_NONE || (first != INSTANT_NONE && first < begin))
		begin = first;
	if (begin == INSTANT_NONE || length <= 0)
		return;
	/* A period that was read for less than nine tenths would mislead. */
	if (length >= INSTANT_HOUR && begin <= summary->from - length + length / 10)
		summary->before = summary->from - length;
	if (summary->before == INSTANT_NONE) {
		summary->scale = curve_scale_of(summary->from, summary->to, PERIODS_SHOWN);
		return;
	}
	if ((summary->to - begin) / length + 1 >= PERIODS_SHOWN - 2)
		summary->scale = (struct curve_scale){ summary->to - PERIODS_SHOWN * length, length,
			PERIODS_SHOWN };
	else /* a few periods are no trend: this one and the one before in steps */
		summary->scale = steps_of_two(summary->before, length);
}

/* What lies before the period is asked for as sums. */
static int
choose(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;

	figures->chosen = true;
	figures->curve_from = session->since - PERIODS_SHOWN * (session->until - session->since);
	if (figures->curve_from > session->since - INSTANT_HOUR)
		figures->curve_from = session->since - INSTANT_HOUR;
	return store_choose(session->store, session->since, session->ruleset, err);
}

int
summary_gather(struct summary *summary, const struct settings *settings, struct store *marks,
	struct error *err)
{
	struct figures *figures = &summary->figures;
	struct cli_session *session = &figures->session;
	const struct reading_totals *totals;

	if (figures_open(figures, settings, NULL, err) < 0)
		return -1;
	if (!settings->anonymize && !settings->with_addresses)
		session->mask.kind = MASK_ADDRESSES;
	if (session->store != NULL && set_period_of_store(summary, marks, err) < 0)
		return -1;
	if (session->since != INSTANT_NONE && session->until == INSTANT_NONE)
		session->until = session->options.log.now;
	if (session->store != NULL && choose(figures, err) < 0)
		return -1;
	figures->period = session->since != INSTANT_NONE;
	if (figures_read(figures, err) < 0)
		return -1;
	totals = reading_totals(session->reading);
	summary->from = session->since != INSTANT_NONE ? session->since : totals->first;
	summary->to = session->until != INSTANT_NONE ? session->until
	              : totals->last == INSTANT_NONE ? INSTANT_NONE
	                                             : totals->last + 1;
	if (session->since != INSTANT_NONE)
		note_ends(summary);
	compare_with_before(summary);
	return 0;
}

void
summary_clear(struct summary *summary)
{
	figures_clear(&summary->figures);
}

int
summary_status(const struct summary *summary)
{
	if (summary->idle && !summary->figures.session.settings->exit_zero)
		return EXIT_CANNOT_TELL;
	return figures_status(&summary->figures);
}

bool
summary_has_findings(const struct summary *summary)
{
	return summary->idle || figures_found(&summary->figures) != EXIT_CLEAN ||
	       summary->figures.gaps > 0;
}

static bool
is_of_cause(const void *ctx, const struct curve_cell *cell)
{
	return cell->cause == *(const cause_t *)ctx && verdict_is_finding(cell->kind);
}

uint64_t
summary_before(const struct summary *summary, const struct cause_story *story)
{
	return curve_sum(&summary->figures.curve, summary->before, summary->from, causes_cell_of,
		story);
}

uint64_t
summary_gone(const struct summary *summary, cause_t cause)
{
	if (summary->before == INSTANT_NONE || digest_tells(&summary->figures.digest, cause))
		return 0;
	return curve_sum(&summary->figures.curve, summary->before, summary->from, is_of_cause,
		&cause);
}

static bool
has_new_incident(const struct summary *summary)
{
	const struct cli_session *session = &summary->figures.session;

	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);
		bool began = incident->first >= summary->from;
		bool ended = incident->ended != INSTANT_NONE && incident->ended >= summary->from;

		if (session_wants_incident(session, incident) && (began || ended))
			return true;
	}
	return false;
}

/* A cause or an incident that came or went, or a cause that has at least doubled. */
bool
summary_has_changed(const struct summary *summary)
{
	const struct digest *digest = &summary->figures.digest;

	if (summary->before == INSTANT_NONE || summary->idle)
		return summary_has_findings(summary);
	for (size_t i = 0; i < digest->nstories; i++)
		if (digest->stories[i]->count >= 2 * summary_before(summary, digest->stories[i]))
			return true;
	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++)
		if (summary_gone(summary, (cause_t)cause) > 0)
			return true;
	return has_new_incident(summary);
}
