#include "cli/summary_say.h"

#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/causes.h"
#include "cli/finding.h"
#include "cli/outages.h"
#include "cli/render.h"

#define CAUSES_NAMED_GONE 5

void
summary_say(struct summary *summary, struct buf *out, enum word word, const struct span *values)
{
	word_fill(out, summary->figures.session.lang, word, values);
}

/* Our own text in the reader's language, with values of the log in it. */
static void
add_prose(struct summary *summary, struct buf *out, struct span prose)
{
	struct buf room = BUF_INIT;

	utf8_printable(out, session_shown(&summary->figures.session, prose, &room), SIZE_MAX);
	buf_clear(&room);
}

/* "mx1", "mx1 +2" */
static void
add_hosts(struct summary *summary, struct buf *out)
{
	const struct tally *hosts = &summary->figures.hosts;
	char digits[WORD_DIGITS_MAX], name[256] = "localhost";
	struct span values[2];

	if (hosts->n == 0 || hosts->rows[0]->key.n == 0) {
		(void)gethostname(name, sizeof name - 1);
		values[0] = span_of(name);
	} else {
		values[0] = hosts->rows[0]->key;
	}
	values[1] = word_number(digits, hosts->n > 0 ? hosts->n - 1 : 0);
	render_say_to(&summary->figures.session, out, hosts->n > 1 ? WORD_HOSTS_MORE : WORD_THIS,
		values, 2);
}

void
summary_add_finding(struct summary *summary, struct buf *out, bool with_causes)
{
	struct figures *figures = &summary->figures;
	const struct incident *outage = summary_outage(summary, 0);
	struct buf room = BUF_INIT;
	struct span since = render_time(&figures->session, summary->from, &room);

	if (summary->idle) {
		summary_say(summary, out, WORD_NO_LINES, &since);
	} else if (finding_add_wrongs(figures, out)) {
		if (with_causes)
			finding_add_causes(figures, out);
	} else if (outage != NULL && outage->ended == INSTANT_NONE) {
		finding_add_fault(figures, out, outage);
	} else {
		finding_add(figures, out);
	}
	buf_clear(&room);
}

void
summary_add_subject(struct summary *summary, struct buf *out)
{
	struct buf hosts = BUF_INIT, finding = BUF_INIT;
	struct span values[2];

	add_hosts(summary, &hosts);
	summary_add_finding(summary, &finding, true);
	values[0] = buf_span(&hosts);
	values[1] = buf_span(&finding);
	word_fill(out, summary->figures.session.lang, WORD_SUBJECT, values);
	buf_clear(&hosts);
	buf_clear(&finding);
}

static bool
is_own(const void *ctx, const struct curve_cell *cell)
{
	(void)ctx;
	return cell->kind != VERDICT_INBOUND;
}

/* "98.5"; never more than there is, so that 100.0 means all. */
static struct span
percent(char digits[WORD_DIGITS_MAX], uint64_t part, uint64_t whole)
{
	uint64_t mills = whole == 0 ? 0 : (uint64_t)((long double)part / (long double)whole * 1000);
	int n;

	if (part < whole && mills > 999)
		mills = 999;
	n = snprintf(digits, WORD_DIGITS_MAX, "%u.%u", (unsigned)(mills / 10),
		(unsigned)(mills % 10));
	return (struct span){ digits, (size_t)n };
}

void
summary_add_ratio(struct summary *summary, struct buf *out)
{
	const struct digest *digest = &summary->figures.digest;
	const struct curve *curve = &summary->figures.curve;
	char of_signed[WORD_DIGITS_MAX], of_own[WORD_DIGITS_MAX], of_all[WORD_DIGITS_MAX],
		of_before[WORD_DIGITS_MAX], of_inbound[WORD_DIGITS_MAX];
	uint64_t own = digest_own(digest), own_before = 0;
	struct buf before = BUF_INIT;
	struct span values[5], ratio;

	if (summary->before != INSTANT_NONE)
		own_before = curve_sum(curve, summary->before, summary->from, is_own, NULL);
	if (own_before > 0) {
		enum verdict_kind kind = VERDICT_SIGNED;

		ratio = percent(of_before,
			curve_sum(curve, summary->before, summary->from, curve_of_verdict, &kind),
			own_before);
		summary_say(summary, &before, WORD_RATIO_BEFORE, &ratio);
	}
	values[0] = word_number(of_signed, digest->counts[VERDICT_SIGNED]);
	values[1] = word_number(of_own, own);
	values[2] = percent(of_all, digest->counts[VERDICT_SIGNED], own);
	values[3] = buf_span(&before);
	values[4] = word_number(of_inbound, digest->counts[VERDICT_INBOUND]);
	if (own > 0)
		summary_say(summary, out, WORD_RATIO, values);
	else
		summary_say(summary, out, WORD_NO_OWN_MAIL, &values[4]);
	buf_clear(&before);
}

void
summary_add_period(struct summary *summary, struct buf *out)
{
	const struct cli_session *session = &summary->figures.session;
	struct buf first = BUF_INIT, last = BUF_INIT;
	const struct span values[] = { render_time(session, summary->from, &first),
		render_time(session, summary->to, &last) };

	if (summary->from != INSTANT_NONE)
		summary_say(summary, out, WORD_SPAN, values);
	buf_clear(&first);
	buf_clear(&last);
}

/*
 * Does it come before the other? Of those that hit as many messages the one that the causes name, and
 * then the later one.
 */
static bool
goes_before(const struct digest *digest, const struct incident *a, const struct incident *b)
{
	bool a_told = digest_tells(digest, a->cause), b_told;

	if (b == NULL || a->messages != b->messages)
		return b == NULL || a->messages > b->messages;
	b_told = digest_tells(digest, b->cause);
	return a_told != b_told ? a_told : a->first > b->first;
}

/* The one that goes first; behind it only those count that are open. */
const struct incident *
summary_outage(const struct summary *summary, size_t i)
{
	const struct cli_session *session = &summary->figures.session;
	const struct digest *digest = &summary->figures.digest;
	const struct incident *found = NULL;
	const struct incident *before = i > 0 ? summary_outage(summary, i - 1) : NULL;

	if (i == SUMMARY_OUTAGES || (i > 0 && before == NULL))
		return NULL;
	for (size_t k = 0; k < reading_incidents(session->reading); k++) {
		const struct incident *incident = reading_incident(session->reading, k);
		bool open = incident->ended == INSTANT_NONE;

		if (!session_wants_incident(session, incident) || incident == before ||
			(!open && (incident->messages == 0 || i > 0)))
			continue;
		if (before != NULL && !goes_before(digest, before, incident))
			continue;
		if (goes_before(digest, incident, found))
			found = incident;
	}
	return found;
}

void
summary_add_outage(struct summary *summary, const struct incident *incident, struct buf *out)
{
	struct cli_session *session = &summary->figures.session;
	bool open = incident->ended == INSTANT_NONE;
	struct buf times = BUF_INIT, hit = BUF_INIT;
	struct span values[4];

	if (open) {
		values[1] = render_minute(session, incident->first, &times);
	} else {
		outages_add_times(&times, session, incident, true);
		values[1] = buf_span(&times);
	}
	values[0] = span_of(cause_id(incident->cause));
	values[2] = explain_gist(session->ruleset, incident->cause, session->lang);
	if (incident->messages > 0)
		word_fill_number(&hit, session->lang, WORD_OUTAGE_MESSAGES, incident->messages);
	values[3] = buf_span(&hit);
	summary_say(summary, out, open ? WORD_OUTAGE_OPEN : WORD_OUTAGE_ENDED, values);
	buf_clear(&times);
	buf_clear(&hit);
}

void
summary_add_outage_fix(struct summary *summary, const struct incident *incident, struct buf *out)
{
	const struct cli_session *session = &summary->figures.session;
	struct buf brief = BUF_INIT;

	explain_incident_brief(&brief, session->ruleset, incident, session->lang);
	add_prose(summary, out, buf_span(&brief));
	buf_clear(&brief);
}

const struct cause_story *
summary_story(const struct summary *summary)
{
	const struct digest *digest = &summary->figures.digest;
	const struct incident *outage;
	size_t first = 0;

	while (first < digest->nstories && causes_is_unknown(digest->stories[first]))
		first++;
	if (first == digest->nstories) /* rather one that nobody knows the cause of than none */
		first = 0;
	if (digest->nstories == 0)
		return NULL;
	for (size_t i = 0; (outage = summary_outage(summary, i)) != NULL; i++)
		if (outage->cause == digest->stories[first]->cause)
			return NULL;
	return digest->stories[first];
}

void
summary_add_gist(struct summary *summary, const struct cause_story *story, struct buf *out)
{
	const struct cli_session *session = &summary->figures.session;
	const struct span values[] = { causes_name(story, session->lang),
		explain_gist(session->ruleset, story->cause, session->lang) };

	if (story->cause != CAUSE_NONE)
		summary_say(summary, out, WORD_GIST, values);
}

void
summary_add_fix(struct summary *summary, const struct cause_story *story, struct buf *out)
{
	add_prose(summary, out, buf_span(&story->brief));
}

void
summary_add_change(struct summary *summary, const struct cause_story *story, struct buf *out)
{
	char digits[WORD_DIGITS_MAX];
	uint64_t before;

	if (summary->before == INSTANT_NONE)
		return;
	before = summary_before(summary, story);
	if (before == 0)
		buf_add(out, span_of(word(summary->figures.session.lang, WORD_NEW)));
	else if (story->count == before)
		buf_add_char(out, '=');
	else if (story->count > before)
		buf_addf(out, "+%.*s", SPAN_ARGS(word_number(digits, story->count - before)));
	else
		buf_addf(out, "-%.*s", SPAN_ARGS(word_number(digits, before - story->count)));
}

void
summary_steps(const struct summary *summary, const struct cause_story *story,
	uint64_t steps[CURVE_STEPS_MAX])
{
	curve_fill(&summary->figures.curve, &summary->scale, causes_cell_of, story, steps);
}

/* "1 day", "3 hours"; "86,399 s" never: a period is as long as it is rounded. */
static void
add_length(struct summary *summary, int64_t length, struct buf *out)
{
	int64_t hours = (length + INSTANT_HOUR / 2) / INSTANT_HOUR;
	enum lang lang = summary->figures.session.lang;

	if (hours > 0 && hours % 24 == 0)
		word_fill_number(out, lang, WORD_DAYS, (uint64_t)(hours / 24));
	else
		word_fill_number(out, lang, WORD_HOURS, (uint64_t)(hours > 0 ? hours : 1));
}

void
summary_add_caption(struct summary *summary, struct buf *out)
{
	struct buf length = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	struct span values[2];

	if (summary->scale.n == 0)
		return;
	add_length(summary, summary->scale.width, &length);
	if (summary->before != INSTANT_NONE && summary->scale.width < summary->to - summary->from) {
		values[0] = buf_span(&length);
		summary_say(summary, out, WORD_TREND_TWO, values);
	} else if (summary->before != INSTANT_NONE) {
		values[0] = word_number(digits, summary->scale.n);
		values[1] = buf_span(&length);
		summary_say(summary, out, WORD_TREND_PERIODS, values);
	} else {
		values[0] = buf_span(&length);
		summary_say(summary, out, WORD_TREND_STEPS, values);
	}
	buf_clear(&length);
}

void
summary_add_gone(struct summary *summary, struct buf *out)
{
	enum lang lang = summary->figures.session.lang;
	struct buf list = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	size_t n = 0;
	struct span names;

	for (unsigned cause = 1; cause < CAUSE_COUNT; cause++) {
		uint64_t gone = summary_gone(summary, (cause_t)cause);

		if (gone == 0 || n++ >= CAUSES_NAMED_GONE)
			continue;
		if (list.n > 0)
			buf_add(&list, span_of(word(lang, WORD_COMMA)));
		buf_addf(&list, "%s (%.*s)", cause_id((cause_t)cause),
			SPAN_ARGS(word_number(digits, gone)));
	}
	names = buf_span(&list);
	if (n > 0)
		summary_say(summary, out, WORD_NO_MORE, &names);
	buf_clear(&list);
}
