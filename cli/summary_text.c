#include "base/utf8.h"
#include "cli/causes.h"
#include "cli/outages.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/summary_say.h"

#define COUNT_COLUMNS 9
#define CHANGE_COLUMNS 8
#define HIT_COLUMNS_MIN 16

static void
end_line(struct cli_session *session, struct buf *line, size_t indent, size_t rest)
{
	if (line->n > 0)
		render_wrapped(session, buf_span(line), indent, rest);
	buf_reset(line);
}

static void
fix_line(struct summary *summary, struct buf *line)
{
	struct buf sentence = BUF_INIT;
	struct span fix = buf_span(line);

	if (line->n > 0)
		word_fill(&sentence, summary->figures.session.lang, WORD_FIX_IS, &fix);
	end_line(&summary->figures.session, &sentence, 0, 2);
	buf_reset(line);
	buf_clear(&sentence);
}

/* What is wrong, since when, and what to do: who reads no further has the essence. */
static void
render_first_lines(struct summary *summary)
{
	struct cli_session *session = &summary->figures.session;
	const struct cause_story *story = summary_story(summary);
	const struct incident *outage;
	struct buf line = BUF_INIT, finding = BUF_INIT;
	struct span value;

	summary_add_finding(summary, &finding, false);
	value = buf_span(&finding);
	word_fill(&line, session->lang, WORD_FINDING, &value);
	end_line(session, &line, 0, 2);
	if (summary->idle) {
		summary_say(summary, &line, WORD_NO_LINES_FIX, NULL);
		fix_line(summary, &line);
	}
	for (size_t i = 0; (outage = summary_outage(summary, i)) != NULL; i++) {
		summary_add_outage(summary, outage, &line);
		end_line(session, &line, 0, 2);
		summary_add_outage_fix(summary, outage, &line);
		fix_line(summary, &line);
	}
	if (story != NULL) {
		summary_add_gist(summary, story, &line);
		end_line(session, &line, 0, 2);
		summary_add_fix(summary, story, &line);
		fix_line(summary, &line);
	}
	if (!summary->idle)
		summary_add_ratio(summary, &line);
	end_line(session, &line, 0, 2);
	summary_add_period(summary, &line);
	end_line(session, &line, 0, 2);
	buf_clear(&line);
	buf_clear(&finding);
}

/* Columns of the table of causes. */
struct columns {
	size_t name, change, trend, hit;
};

static struct columns
columns_of(const struct summary *summary)
{
	const struct cli_session *session = &summary->figures.session;
	struct columns columns = { .trend = summary->scale.n + 2 };
	size_t used;

	(void)causes_count(&summary->figures.digest, session, &columns.name);
	columns.name++;
	columns.change = summary->before != INSTANT_NONE ? CHANGE_COLUMNS : 0;
	if (columns.trend < utf8_columns(span_of(word(session->lang, WORD_TREND))) + 2)
		columns.trend = utf8_columns(span_of(word(session->lang, WORD_TREND))) + 2;
	used = columns.name + COUNT_COLUMNS + columns.change + 2 + columns.trend;
	columns.hit =
		session->width > used + HIT_COLUMNS_MIN ? session->width - used : HIT_COLUMNS_MIN;
	return columns;
}

static void
render_head(struct cli_session *session, const struct columns *columns)
{
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word_cell(session, WORD_WHY_UNSIGNED, columns->name);
	render_cell_right(session, span_of(word(session->lang, WORD_MESSAGES)), COUNT_COLUMNS);
	if (columns->change > 0)
		render_cell_right(session, span_of(word(session->lang, WORD_CHANGE)),
			columns->change);
	buf_add(&session->out, SPAN("  "));
	render_word_cell(session, WORD_TREND, columns->trend);
	render_word(session, WORD_HIT);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
}

static void
render_row(struct summary *summary, const struct cause_story *story, const struct columns *columns)
{
	struct cli_session *session = &summary->figures.session;
	uint64_t steps[CURVE_STEPS_MAX];
	struct buf cell = BUF_INIT;

	render_cell(session, causes_name(story, session->lang), columns->name);
	render_count(session, story->count, COUNT_COLUMNS);
	summary_add_change(summary, story, &cell);
	if (columns->change > 0)
		render_cell_right(session, buf_span(&cell), columns->change);
	buf_add(&session->out, SPAN("  "));
	summary_steps(summary, story, steps);
	curve_spark(&session->out, steps, summary->scale.n, session->settings->ascii);
	buf_add_repeat(&session->out, ' ', columns->trend - summary->scale.n);
	causes_render_hits(session, causes_hits(story), columns->hit);
	buf_add_char(&session->out, '\n');
	buf_reset(&cell);
	summary_add_fix(summary, story, &cell);
	if (cell.n > 0) {
		struct buf line = BUF_INIT;

		buf_addf(&line, "%s  %s", word(session->lang, WORD_STEPS_BELOW), buf_str(&cell));
		render_wrapped(session, buf_span(&line), 2, 7);
		buf_clear(&line);
	}
	buf_clear(&cell);
}

static size_t
render_causes(struct summary *summary)
{
	struct cli_session *session = &summary->figures.session;
	const struct digest *digest = &summary->figures.digest;
	struct columns columns = columns_of(summary);
	size_t unused, top = causes_count(digest, session, &unused), shown = 0;
	struct buf line = BUF_INIT;

	if (top > 0)
		render_head(session, &columns);
	for (size_t i = 0; shown < top && i < digest->nstories; i++) {
		if (causes_is_unknown(digest->stories[i]))
			continue;
		render_row(summary, digest->stories[i], &columns);
		shown++;
	}
	if (top > 0) {
		summary_add_caption(summary, &line);
		end_line(session, &line, 0, 2);
	}
	summary_add_gone(summary, &line);
	if (line.n > 0 && top == 0)
		buf_add_char(&session->out, '\n');
	end_line(session, &line, 0, 2);
	buf_clear(&line);
	return top;
}

void
summary_text(struct summary *summary)
{
	struct figures *figures = &summary->figures;
	struct cli_session *session = &figures->session;
	size_t told;

	render_first_lines(summary);
	told = render_causes(summary);
	causes_render_stories(session, &figures->digest, told);
	outages_render(session, &figures->digest, told);
	report_text_not_known(figures);
}
