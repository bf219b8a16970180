#include <string.h>

#include "cli/causes.h"
#include "cli/chart.h"
#include "cli/finding.h"
#include "cli/outages.h"
#include "cli/page.h"
#include "cli/render.h"
#include "cli/report.h"

#define HITS_SHOWN 12
#define CHART_STEPS 60
#define SPARK_STEPS 24
#define SHAPES_SHOWN 20

static void
add_time_cell(struct buf *out, const struct cli_session *session, int64_t t)
{
	struct buf room = BUF_INIT;

	buf_addf(out, "<td class=\"t\" data-v=\"%lld\">",
		(long long)(t == INSTANT_NONE ? 0 : t / INSTANT_SECOND));
	html_text(out, render_time(session, t, &room));
	buf_add(out, SPAN("</td>"));
	buf_clear(&room);
}

static void
add_head_cell(struct buf *out, const struct cli_session *session, enum word word, const char *class)
{
	buf_addf(out, "<th scope=\"col\"%s%s%s>", *class == '\0' ? "" : " class=\"", class,
		*class == '\0' ? "" : "\"");
	html_word(out, session, word);
	buf_add(out, SPAN("</th>"));
}

/* Up to the cells of its head; a caption may be absent. */
static void
begin_table(struct buf *out, const char *class, struct span caption)
{
	buf_addf(out, "<div class=\"wide\"><table class=\"%s\">\n", class);
	if (caption.n > 0) {
		buf_add(out, SPAN("<caption>"));
		html_text(out, caption);
		buf_add(out, SPAN("</caption>\n"));
	}
	buf_add(out, SPAN("<thead><tr>"));
}

static void
begin_rows(struct buf *out)
{
	buf_add(out, SPAN("</tr></thead>\n<tbody>\n"));
}

/* And the section that it stands in. */
static void
end_table(struct buf *out)
{
	buf_add(out, SPAN("</tbody></table></div>\n</section>\n"));
}

static void
begin_section(struct buf *out, const struct cli_session *session, const char *id, enum word heading)
{
	buf_addf(out, "<section aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">", id, id);
	html_word(out, session, heading);
	buf_add(out, SPAN("</h2>\n"));
}

/* What was read: files and the time they span. */
static void
add_sources(struct buf *out, struct cli_session *session)
{
	size_t n = reading_files(session->reading);
	struct buf period = BUF_INIT;

	render_period(session, &period);
	html_text(out, buf_span(&period));
	for (size_t i = 0; i < n && i < 3; i++) {
		buf_add(out, i == 0 ? SPAN(" \xC2\xB7 ") : SPAN(", "));
		html_shown(out, session, render_file_name(reading_file(session->reading, i)->path));
	}
	if (n > 3)
		html_number_word(out, session, WORD_AND_MORE, n - 3);
	buf_clear(&period);
}

static void
add_header(struct figures *figures, struct buf *out)
{
	struct cli_session *session = &figures->session;
	struct buf finding = BUF_INIT;
	bool wrong = finding_add_wrongs(figures, &finding);

	if (!wrong)
		finding_add(figures, &finding);
	buf_add(out, SPAN("<header>\n<p class=\"eyebrow\">"));
	html_word(out, session, WORD_PAGE_TITLE);
	for (size_t i = 0; i < figures->hosts.n && i < 3; i++) {
		buf_add(out, i == 0 ? SPAN(" \xC2\xB7 ") : SPAN(", "));
		html_shown(out, session,
			tally_label(figures->hosts.rows[i], session->lang, WORD_NOT_KNOWN));
	}
	buf_addf(out, "</p>\n<h1 class=\"%s\">", wrong ? "bad" : "good");
	html_text(out, buf_span(&finding));
	buf_add(out, SPAN("</h1>\n<p class=\"dim\">"));
	add_sources(out, session);
	buf_add(out, SPAN("</p>\n</header>\n"));
	buf_clear(&finding);
}

static void
add_tiles(const struct figures *figures, struct buf *out)
{
	static const enum verdict_kind kinds[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED, VERDICT_REJECTED, VERDICT_UNKNOWN, VERDICT_INBOUND };

	buf_add(out, SPAN("<ul class=\"tiles\">\n"));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		uint64_t n = figures->digest.counts[kinds[i]];

		if (n == 0 && i > 1)
			continue;
		buf_addf(out, "<li%s%s%s><b>", n > 0 ? " class=\"" : "",
			n > 0 ? verdict_id(kinds[i]) : "", n > 0 ? "\"" : "");
		html_number(out, n);
		buf_add(out, SPAN("</b><span>"));
		html_word(out, &figures->session, word_of_verdict(kinds[i]));
		buf_add(out, SPAN("</span></li>\n"));
	}
	buf_add(out, SPAN("</ul>\n"));
}

static void
add_cause_row(struct figures *figures, struct buf *out, const struct cause_story *story,
	size_t number, const struct curve_scale *scale)
{
	struct cli_session *session = &figures->session;
	uint64_t most = figures->digest.stories[0]->count;
	const struct tally *hits = causes_hits(story);

	buf_addf(out, "<tr><th scope=\"row\"><a href=\"#c%zu\">", number);
	html_text(out, causes_name(story, session->lang));
	buf_add(out, SPAN("</a></th>"));
	html_number_cell(out, story->count);
	buf_add(out, SPAN("<td class=\"s\">"));
	chart_bar(out, story->count, most);
	buf_add(out, SPAN("</td><td class=\"s\">"));
	chart_spark(out, session, &figures->curve, scale, story);
	buf_add(out, SPAN("</td>"));
	add_time_cell(out, session, story->first);
	add_time_cell(out, session, story->last);
	buf_add(out, SPAN("<td class=\"c\">"));
	if (hits->n > 0)
		html_shown(out, session, tally_label(hits->rows[0], session->lang, WORD_NOT_KNOWN));
	if (hits->n > 1)
		buf_addf(out, ", +%zu", hits->n - 1);
	buf_add(out, SPAN("</td></tr>\n"));
}

static void
add_causes_table(struct figures *figures, struct buf *out, size_t top,
	const struct curve_scale *scale)
{
	const struct cli_session *session = &figures->session;
	const struct digest *digest = &figures->digest;
	size_t shown = 0;

	if (top == 0)
		return;
	begin_section(out, session, "causes", WORD_PAGE_CAUSES);
	begin_table(out, "sort causes", span_of(word(session->lang, WORD_PAGE_CAUSES_CAPTION)));
	add_head_cell(out, session, WORD_CAUSE, "");
	add_head_cell(out, session, WORD_MESSAGES, "n");
	add_head_cell(out, session, WORD_PAGE_SHARE, "s");
	add_head_cell(out, session, WORD_TREND, "s");
	add_head_cell(out, session, WORD_FIRST_SEEN, "");
	add_head_cell(out, session, WORD_LAST_SEEN, "");
	add_head_cell(out, session, WORD_HIT, "c");
	begin_rows(out);
	for (size_t i = 0; shown < top && i < digest->nstories; i++)
		if (!causes_is_unknown(digest->stories[i]))
			add_cause_row(figures, out, digest->stories[i], ++shown, scale);
	end_table(out);
}

static void
add_hits(struct cli_session *session, struct buf *out, enum word heading, const struct tally *tally)
{
	if (tally->n == 0 || (tally->n == 1 && tally->none != NULL))
		return;
	buf_add(out, SPAN("<div><h3>"));
	html_word(out, session, heading);
	buf_add(out, SPAN("</h3>\n<ul>"));
	for (size_t i = 0; i < tally->n && i < HITS_SHOWN; i++) {
		buf_add(out, SPAN("<li><span>"));
		html_shown(out, session,
			tally_label(tally->rows[i], session->lang, WORD_NOT_KNOWN));
		buf_add(out, SPAN("</span> <b>"));
		html_number(out, tally->rows[i]->count);
		buf_add(out, SPAN("</b></li>\n"));
	}
	if (tally->n > HITS_SHOWN)
		buf_addf(out, "<li class=\"dim\">+%zu</li>\n", tally->n - HITS_SHOWN);
	buf_add(out, SPAN("</ul></div>\n"));
}

static void
add_proof(struct cli_session *session, struct buf *out, struct span proof)
{
	struct span place, line;

	if (proof.n == 0)
		return;
	buf_add(out, SPAN("<h3>"));
	html_word(out, session, WORD_PROOF);
	buf_add(out, SPAN("</h3>\n<ol class=\"proof\">\n"));
	while (span_cut(&proof, '\n', &place) && span_cut(&proof, '\n', &line)) {
		buf_add(out, SPAN("<li><span>"));
		html_shown(out, session, place);
		buf_add(out, SPAN("</span>"));
		html_shown(out, session, line);
		buf_add(out, SPAN("</li>\n"));
	}
	buf_add(out, SPAN("</ol>\n"));
}

static void
add_fix(struct cli_session *session, struct buf *out, struct span fix)
{
	if (fix.n == 0)
		return;
	buf_add(out, SPAN("<div class=\"fix\"><h3>"));
	html_word(out, session, WORD_FIX);
	buf_add(out, SPAN("</h3>\n"));
	html_prose(out, session, fix);
	buf_add(out, SPAN("</div>\n"));
}

/* Opens to all that is told of a cause. */
static void
add_story(struct figures *figures, struct buf *out, const struct cause_story *story,
	const char *anchor, size_t number)
{
	struct cli_session *session = &figures->session;

	buf_addf(out, "<details id=\"%s%zu\"%s>\n<summary><b>", anchor, number,
		number == 1 ? " open" : "");
	html_text(out, causes_name(story, session->lang));
	buf_add(out, SPAN("</b>"));
	if (story->cause != CAUSE_NONE) {
		buf_add(out, SPAN(" <span class=\"dim\">"));
		html_text(out, explain_gist(session->ruleset, story->cause, session->lang));
		buf_add(out, SPAN("</span>"));
	}
	buf_add(out, SPAN(" <span class=\"n\">"));
	html_number(out, story->count);
	buf_add(out, SPAN("</span></summary>\n<div class=\"inside\">\n"));
	if (story->verdicts[VERDICT_DEFERRED] == story->count) {
		buf_add(out, SPAN("<p class=\"dim\">"));
		html_word(out, session, WORD_NOT_SENT_YET);
		buf_add(out, SPAN("</p>\n"));
	}
	html_prose(out, session, buf_span(&story->why));
	add_fix(session, out, buf_span(&story->fix));
	buf_add(out, SPAN("<div class=\"hit\">\n"));
	add_hits(session, out, WORD_DOMAINS, &story->domains);
	add_hits(session, out, WORD_SENDERS, &story->senders);
	add_hits(session, out, WORD_CLIENTS, &story->clients);
	buf_add(out, SPAN("</div>\n"));
	add_proof(session, out, buf_span(&story->proof));
	if (story->example.n > 0) {
		buf_add(out, SPAN("<p class=\"dim\">"));
		html_word(out, session, WORD_SEE);
		buf_add(out, SPAN(" <code>dkimwhy explain "));
		html_shown(out, session, buf_span(&story->example));
		buf_add(out, SPAN("</code></p>\n"));
	}
	buf_add(out, SPAN("</div>\n</details>\n"));
}

static void
add_stories(struct figures *figures, struct buf *out, size_t top)
{
	const struct digest *digest = &figures->digest;
	size_t shown = 0;

	if (top == 0)
		return;
	begin_section(out, &figures->session, "fixes", WORD_PAGE_FIXES);
	for (size_t i = 0; shown < top && i < digest->nstories; i++)
		if (!causes_is_unknown(digest->stories[i]))
			add_story(figures, out, digest->stories[i], "c", ++shown);
	buf_add(out, SPAN("</section>\n"));
}

static void
add_incident(struct cli_session *session, struct buf *out, const struct incident *incident)
{
	struct buf times = BUF_INIT, fix = BUF_INIT;
	bool open = incident->ended == INSTANT_NONE;

	outages_add_times(&times, session, incident, false);
	explain_incident_brief(&fix, session->ruleset, incident, session->lang);
	buf_addf(out, "<tr><td class=\"t\" data-v=\"%lld\">",
		(long long)(incident->first / INSTANT_SECOND));
	html_text(out, buf_span(&times));
	if (open) {
		buf_add(out, SPAN("<br><strong>"));
		html_word(out, session, WORD_NOT_ENDED);
		buf_add(out, SPAN("</strong>"));
	}
	buf_add(out, SPAN("</td><th scope=\"row\">"));
	html_text(out, span_of(cause_id(incident->cause)));
	buf_add(out, SPAN("</th>"));
	html_number_cell(out, incident->messages);
	buf_add(out, SPAN("<td>"));
	html_text(out, explain_gist(session->ruleset, incident->cause, session->lang));
	if (incident->subject.n > 0) {
		buf_add(out, SPAN(" <code>"));
		html_shown(out, session, incident->subject);
		buf_add(out, SPAN("</code>"));
	}
	if (fix.n > 0) {
		buf_add(out, SPAN("<br><span class=\"dim\">"));
		html_word(out, session, WORD_FIX);
		buf_add(out, SPAN(": "));
		html_shown(out, session, buf_span(&fix));
		buf_add(out, SPAN("</span>"));
	}
	buf_add(out, SPAN("</td></tr>\n"));
	buf_clear(&times);
	buf_clear(&fix);
}

static void
add_incidents(struct cli_session *session, struct buf *out)
{
	size_t n = reading_incidents(session->reading), wanted = 0;

	for (size_t i = 0; i < n; i++)
		wanted += session_wants_incident(session, reading_incident(session->reading, i));
	if (wanted == 0)
		return;
	begin_section(out, session, "incidents", WORD_PAGE_INCIDENTS);
	begin_table(out, "sort", span_of(word(session->lang, WORD_PAGE_INCIDENTS_CAPTION)));
	add_head_cell(out, session, WORD_PAGE_TIME, "");
	add_head_cell(out, session, WORD_CAUSE, "");
	add_head_cell(out, session, WORD_MESSAGES, "n");
	add_head_cell(out, session, WORD_PAGE_WHAT, "");
	begin_rows(out);
	for (size_t i = 0; i < n; i++)
		if (session_wants_incident(session, reading_incident(session->reading, i)))
			add_incident(session, out, reading_incident(session->reading, i));
	end_table(out);
}

static void
add_table(struct figures *figures, struct buf *out, size_t i)
{
	struct cli_session *session = &figures->session;
	const struct dimension *dimension = figures->digest.dimensions[i];
	const struct tally *tally = &figures->digest.tables[i];
	size_t at, end;
	struct span name = span_of(word(session->lang, dimension->heading));
	struct buf caption = BUF_INIT;

	word_fill(&caption, session->lang, WORD_BY, &name);
	buf_add(out, SPAN("<section>\n"));
	begin_table(out, "sort", buf_span(&caption));
	buf_clear(&caption);
	add_head_cell(out, session, dimension->heading, "");
	add_head_cell(out, session, WORD_MESSAGES, "n");
	for (int kind = 0; kind < VERDICT_COUNT; kind++)
		if (figures->digest.counts[kind] > 0)
			add_head_cell(out, session, word_of_verdict((enum verdict_kind)kind), "n");
	begin_rows(out);
	digest_rows(&figures->digest, i, session->settings->top, &at, &end);
	for (; at < end; at++) {
		const struct tally_row *row = tally->rows[at];

		buf_add(out, SPAN("<tr><th scope=\"row\">"));
		html_shown(out, session, tally_label(row, session->lang, dimension->none));
		buf_add(out, SPAN("</th>"));
		html_number_cell(out, row->count);
		for (int kind = 0; kind < VERDICT_COUNT; kind++)
			if (figures->digest.counts[kind] > 0)
				html_number_cell(out, row->verdicts[kind]);
		buf_add(out, SPAN("</tr>\n"));
	}
	end_table(out);
}

static void
add_not_known(struct figures *figures, struct buf *out)
{
	struct cli_session *session = &figures->session;
	const struct digest *digest = &figures->digest;
	struct figures_remark remarks[FIGURES_REMARKS];
	size_t shapes = reading_shapes(session->reading);

	if (!figures_lack(figures))
		return;
	begin_section(out, session, "unknown", WORD_PAGE_NOT_KNOWN);
	for (size_t i = 0; i < digest->nstories; i++)
		if (causes_is_unknown(digest->stories[i]))
			add_story(figures, out, digest->stories[i], "u", i + 2);
	figures_remarks(figures, remarks);
	for (size_t i = 0; i < FIGURES_REMARKS; i++) {
		if (remarks[i].number == 0)
			continue;
		buf_add(out, SPAN("<p>"));
		html_number_word(out, session, remarks[i].word, remarks[i].number);
		buf_add(out, SPAN("</p>\n"));
	}
	if (shapes > 0)
		buf_add(out, SPAN("<ol class=\"proof\">\n"));
	for (size_t i = 0; i < shapes && i < SHAPES_SHOWN; i++) {
		const struct shape *shape = reading_shape(session->reading, i);

		buf_add(out, SPAN("<li><span>"));
		html_number(out, shape->count);
		buf_add(out, SPAN("</span>"));
		html_shown(out, session, shape->sample);
		buf_add(out, SPAN("</li>\n"));
	}
	if (shapes > 0)
		buf_add(out, SPAN("</ol>\n"));
	buf_add(out, SPAN("</section>\n"));
}

/* --list: a row a message. */
static void
add_line(struct figures *figures, const struct message *message)
{
	struct cli_session *session = &figures->session;
	struct buf *out = &session->out;
	const struct verdict *verdict = &message->verdict;
	struct buf room = BUF_INIT;

	buf_add(out, SPAN("<tr>"));
	add_time_cell(out, session, message->first);
	buf_add(out, SPAN("<th scope=\"row\"><code>"));
	html_shown(out, session, message->queue_id);
	buf_add(out, SPAN("</code></th><td>"));
	html_word(out, session, word_of_verdict(verdict->kind));
	buf_add(out, SPAN("</td><td>"));
	html_text(out,
		verdict->cause == CAUSE_NONE ? SPAN("-") : span_of(cause_id(verdict->cause)));
	buf_add(out, SPAN("</td><td>"));
	html_shown(out, session, message->author.n > 0 ? message->author : message->sender);
	buf_add(out, SPAN("</td><td>"));
	html_shown(out, session, dimension_client(message, &room));
	buf_add(out, SPAN("</td></tr>\n"));
	buf_clear(&room);
}

static int
add_list(struct figures *figures, struct buf *out, struct error *err)
{
	static const enum word heads[] = { WORD_PAGE_TIME, WORD_QUEUE_ID, WORD_VERDICT, WORD_CAUSE,
		WORD_AUTHOR, WORD_CLIENT };
	int rc;

	if (figures->line == NULL)
		return 0;
	begin_section(out, &figures->session, "list", WORD_PAGE_MESSAGES);
	begin_table(out, "sort list", SPAN_NONE);
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		add_head_cell(out, &figures->session, heads[i], "");
	begin_rows(out);
	do
		rc = spool_next(&figures->list, out, err);
	while (rc > 0);
	end_table(out);
	return rc;
}

/* The time that the charts show: the asked-for window, as far as there were messages. */
static struct curve_scale
scale_of(const struct figures *figures, size_t steps)
{
	const struct cli_session *session = &figures->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	int64_t from = curve_begin(&figures->curve), to = curve_end(&figures->curve);

	if (totals->first != INSTANT_NONE && (from == INSTANT_NONE || totals->first < from))
		from = totals->first;
	if (session->since != INSTANT_NONE && session->since > from)
		from = session->since;
	if (session->until != INSTANT_NONE && session->until < to)
		to = session->until;
	return curve_scale_of(from, to, steps);
}

static int
render(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;
	struct curve_scale wide = scale_of(figures, CHART_STEPS),
			   narrow = scale_of(figures, SPARK_STEPS);
	size_t unused, top = causes_count(&figures->digest, session, &unused);
	struct buf *out = &session->out, title = BUF_INIT;
	int rc;

	buf_add(&title, span_of(word(session->lang, WORD_PAGE_TITLE)));
	if (figures->hosts.n > 0) {
		buf_add(&title, SPAN(": "));
		buf_add(&title, tally_label(figures->hosts.rows[0], session->lang, WORD_NOT_KNOWN));
	}
	page_begin(out, session, PAGE_REPORT, buf_span(&title));
	buf_add(out, SPAN("<a class=\"skip\" href=\"#main\">"));
	html_word(out, session, WORD_PAGE_SKIP);
	buf_add(out, SPAN("</a>\n"));
	add_header(figures, out);
	buf_add(out, SPAN("<main id=\"main\">\n"));
	add_tiles(figures, out);
	add_causes_table(figures, out, top, &narrow);
	if (figures->curve.n > 0) {
		begin_section(out, session, "trend", WORD_PAGE_TREND);
		chart_curve(out, session, &figures->curve, &wide);
		buf_add(out, SPAN("</section>\n"));
	}
	add_incidents(session, out);
	add_stories(figures, out, top);
	for (size_t i = 0; i < figures->digest.ntables; i++)
		add_table(figures, out, i);
	add_not_known(figures, out);
	rc = add_list(figures, out, err);
	buf_add(out, SPAN("</main>\n<footer>"));
	html_word(out, session, WORD_PAGE_FOOT);
	buf_add(out, SPAN("</footer>\n"));
	page_end(out, PAGE_REPORT);
	buf_clear(&title);
	return rc;
}

const struct report_format report_html = { add_line, render };
