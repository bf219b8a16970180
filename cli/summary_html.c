#include "cli/causes.h"
#include "cli/outages.h"
#include "cli/page.h"
#include "cli/render.h"
#include "cli/summary_say.h"

#define HITS_SHOWN 5
#define SHAPES_SHOWN 5
#define INCIDENTS_SHOWN 30

/* "<p class="...">text</p>", unless there is no text; text is forgotten. */
static void
add_paragraph(struct buf *out, const char *class, struct buf *text)
{
	if (text->n > 0) {
		buf_addf(out, "<p class=\"%s\">", class);
		html_text(out, buf_span(text));
		buf_add(out, SPAN("</p>\n"));
	}
	buf_reset(text);
}

static void
add_fix(struct summary *summary, struct buf *out, struct buf *fix)
{
	struct buf sentence = BUF_INIT;
	struct span value = buf_span(fix);

	if (fix->n > 0)
		word_fill(&sentence, summary->figures.session.lang, WORD_FIX_IS, &value);
	add_paragraph(out, "fix", &sentence);
	buf_reset(fix);
	buf_clear(&sentence);
}

static void
add_first(struct summary *summary, struct buf *out)
{
	const struct cause_story *story = summary_story(summary);
	const struct incident *outage;
	struct buf text = BUF_INIT;

	buf_addf(out, "<h1 class=\"%s\">", summary_has_findings(summary) ? "bad" : "good");
	summary_add_finding(summary, &text, false);
	html_text(out, buf_span(&text));
	buf_add(out, SPAN("</h1>\n"));
	buf_reset(&text);
	if (summary->idle)
		summary_say(summary, &text, WORD_NO_LINES_FIX, NULL);
	add_fix(summary, out, &text);
	for (size_t i = 0; (outage = summary_outage(summary, i)) != NULL; i++) {
		summary_add_outage(summary, outage, &text);
		add_paragraph(out, "", &text);
		summary_add_outage_fix(summary, outage, &text);
		add_fix(summary, out, &text);
	}
	if (story != NULL) {
		summary_add_gist(summary, story, &text);
		add_paragraph(out, "", &text);
		summary_add_fix(summary, story, &text);
		add_fix(summary, out, &text);
	}
	if (!summary->idle)
		summary_add_ratio(summary, &text);
	add_paragraph(out, "", &text);
	summary_add_period(summary, &text);
	add_paragraph(out, "dim", &text);
	buf_clear(&text);
}

static void
add_hits(struct cli_session *session, struct buf *out, const struct tally *tally)
{
	for (size_t i = 0; i < tally->n && i < HITS_SHOWN; i++) {
		if (i > 0)
			buf_add(out, SPAN(", "));
		html_shown(out, session,
			tally_label(tally->rows[i], session->lang, WORD_NOT_KNOWN));
		buf_add(out, SPAN(" ("));
		html_number(out, tally->rows[i]->count);
		buf_add_char(out, ')');
	}
	if (tally->n > HITS_SHOWN)
		buf_addf(out, ", +%zu", tally->n - HITS_SHOWN);
}

static void
add_head(struct buf *out, const struct cli_session *session, enum word word, const char *class)
{
	buf_addf(out, "<th scope=\"col\" class=\"%s\">", class);
	html_word(out, session, word);
	buf_add(out, SPAN("</th>"));
}

static void
add_row(struct summary *summary, struct buf *out, const struct cause_story *story)
{
	struct cli_session *session = &summary->figures.session;
	uint64_t steps[CURVE_STEPS_MAX];
	struct buf text = BUF_INIT;

	buf_add(out, SPAN("<tr><th scope=\"row\">"));
	html_text(out, causes_name(story, session->lang));
	buf_add(out, SPAN("</th>"));
	html_number_cell(out, story->count);
	summary_add_change(summary, story, &text);
	if (summary->before != INSTANT_NONE) {
		buf_add(out, SPAN("<td class=\"n\">"));
		html_text(out, buf_span(&text));
		buf_add(out, SPAN("</td>"));
	}
	buf_add(out, SPAN("<td class=\"spark\">"));
	buf_reset(&text);
	summary_steps(summary, story, steps);
	curve_spark(&text, steps, summary->scale.n, session->settings->ascii);
	html_text(out, buf_span(&text));
	buf_add(out, SPAN("</td><td>"));
	add_hits(session, out, causes_hits(story));
	buf_add(out, SPAN("</td></tr>\n"));
	buf_clear(&text);
}

static void
add_causes(struct summary *summary, struct buf *out, size_t top)
{
	const struct cli_session *session = &summary->figures.session;
	const struct digest *digest = &summary->figures.digest;
	struct buf text = BUF_INIT;
	size_t shown = 0;

	if (top > 0) {
		buf_add(out, SPAN("<h2>"));
		html_word(out, session, WORD_PAGE_CAUSES);
		buf_add(out, SPAN("</h2>\n<table>\n<caption>"));
		summary_add_caption(summary, &text);
		html_text(out, buf_span(&text));
		buf_reset(&text);
		buf_add(out, SPAN("</caption>\n<thead><tr>"));
		add_head(out, session, WORD_CAUSE, "");
		add_head(out, session, WORD_MESSAGES, "n");
		if (summary->before != INSTANT_NONE)
			add_head(out, session, WORD_CHANGE, "n");
		add_head(out, session, WORD_TREND, "");
		add_head(out, session, WORD_HIT, "");
		buf_add(out, SPAN("</tr></thead>\n<tbody>\n"));
		for (size_t i = 0; shown < top && i < digest->nstories; i++) {
			if (causes_is_unknown(digest->stories[i]))
				continue;
			add_row(summary, out, digest->stories[i]);
			shown++;
		}
		buf_add(out, SPAN("</tbody></table>\n"));
	}
	summary_add_gone(summary, &text);
	add_paragraph(out, "dim", &text);
	buf_clear(&text);
}

static void
add_story(struct cli_session *session, struct buf *out, const struct cause_story *story)
{
	buf_add(out, SPAN("<h3>"));
	html_text(out, causes_name(story, session->lang));
	buf_add(out, SPAN("</h3>\n"));
	html_prose(out, session, buf_span(&story->why));
	if (story->fix.n > 0) {
		buf_add(out, SPAN("<div class=\"fix\">\n"));
		html_prose(out, session, buf_span(&story->fix));
		buf_add(out, SPAN("</div>\n"));
	}
	if (story->example.n > 0) {
		buf_add(out, SPAN("<p class=\"dim\">"));
		html_word(out, session, WORD_SEE);
		buf_add(out, SPAN(" dkimwhy explain "));
		html_shown(out, session, buf_span(&story->example));
		buf_add(out, SPAN("</p>\n"));
	}
}

static void
add_incidents(struct summary *summary, struct buf *out)
{
	struct cli_session *session = &summary->figures.session;
	size_t shown = 0;

	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);
		struct buf text = BUF_INIT;

		if (!session_wants_incident(session, incident) || shown == INCIDENTS_SHOWN)
			continue;
		if (shown++ == 0) {
			buf_add(out, SPAN("<h2>"));
			html_word(out, session, WORD_PAGE_INCIDENTS);
			buf_add(out, SPAN("</h2>\n"));
		}
		summary_add_outage(summary, incident, &text);
		add_paragraph(out, "", &text);
		buf_clear(&text);
	}
}

static void
add_time(struct summary *summary, struct buf *out, enum word word, int64_t when)
{
	struct buf room = BUF_INIT, text = BUF_INIT;
	struct span value = render_time(&summary->figures.session, when, &room);

	if (when != INSTANT_NONE)
		summary_say(summary, &text, word, &value);
	add_paragraph(out, "", &text);
	buf_clear(&room);
	buf_clear(&text);
}

static void
add_not_known(struct summary *summary, struct buf *out)
{
	const struct figures *figures = &summary->figures;
	struct cli_session *session = &summary->figures.session;
	struct figures_remark remarks[FIGURES_REMARKS];
	struct buf text = BUF_INIT;

	if (!figures_lack(figures))
		return;
	buf_add(out, SPAN("<h2>"));
	html_word(out, session, WORD_PAGE_NOT_KNOWN);
	buf_add(out, SPAN("</h2>\n"));
	add_time(summary, out, WORD_FIRST_LINE, figures->begins);
	add_time(summary, out, WORD_LAST_LINE, figures->ends);
	for (size_t i = 0; i < figures->digest.nstories; i++)
		if (causes_is_unknown(figures->digest.stories[i]))
			add_story(session, out, figures->digest.stories[i]);
	figures_remarks(figures, remarks);
	for (size_t i = 0; i < FIGURES_REMARKS; i++) {
		if (remarks[i].number > 0)
			word_fill_number(&text, session->lang, remarks[i].word, remarks[i].number);
		add_paragraph(out, "", &text);
	}
	buf_clear(&text);
	if (reading_shapes(session->reading) == 0)
		return;
	buf_add(out, SPAN("<pre>"));
	for (size_t i = 0; i < SHAPES_SHOWN && i < reading_shapes(session->reading); i++) {
		html_number(out, reading_shape(session->reading, i)->count);
		buf_add(out, SPAN("  "));
		html_shown(out, session, reading_shape(session->reading, i)->sample);
		buf_add_char(out, '\n');
	}
	buf_add(out, SPAN("</pre>\n"));
}

void
summary_html(struct summary *summary, struct buf *out)
{
	struct cli_session *session = &summary->figures.session;
	const struct digest *digest = &summary->figures.digest;
	size_t unused, top = causes_count(digest, session, &unused), shown = 0;
	struct buf title = BUF_INIT;

	summary_add_subject(summary, &title);
	page_begin(out, session, PAGE_MAIL, buf_span(&title));
	buf_add(out, SPAN("<div class=\"sheet\">\n"));
	add_first(summary, out);
	add_causes(summary, out, top);
	if (top > 0) {
		buf_add(out, SPAN("<h2>"));
		html_word(out, session, WORD_PAGE_FIXES);
		buf_add(out, SPAN("</h2>\n"));
	}
	for (size_t i = 0; shown < top && i < digest->nstories; i++) {
		if (causes_is_unknown(digest->stories[i]))
			continue;
		add_story(session, out, digest->stories[i]);
		shown++;
	}
	add_incidents(summary, out);
	add_not_known(summary, out);
	buf_add(out, SPAN("</div>\n"));
	page_end(out, PAGE_MAIL);
	buf_clear(&title);
}
