#include "cli/chart.h"

#include "cli/causes.h"
#include "cli/html.h"
#include "cli/render.h"

#define WIDTH 720
#define HIGH 150 /* of what was not signed */
#define LOW 60   /* of what was */
#define LEFT 44  /* room for the numbers of the axis */
#define BELOW 20 /* for the times */
#define TOP 8

static const enum verdict_kind wrongs[] = { VERDICT_UNSIGNED, VERDICT_DEFERRED, VERDICT_REJECTED,
	VERDICT_UNKNOWN };
static const enum verdict_kind rights[] = { VERDICT_SIGNED };
#define WRONGS (sizeof wrongs / sizeof *wrongs)
#define RIGHTS (sizeof rights / sizeof *rights)

/* Verdicts that are drawn on top of each other. */
struct layers {
	const enum verdict_kind *kinds;
	size_t n;
	uint64_t steps[WRONGS][CURVE_STEPS_MAX];
	uint64_t totals[WRONGS];
	uint64_t most;
};

static void
fill(struct layers *layers, const enum verdict_kind *kinds, size_t n, const struct curve *curve,
	const struct curve_scale *scale)
{
	*layers = (struct layers){ .kinds = kinds, .n = n };
	for (size_t k = 0; k < n; k++)
		curve_fill(curve, scale, curve_of_verdict, &kinds[k], layers->steps[k]);
	for (size_t i = 0; i < scale->n; i++) {
		uint64_t sum = 0;

		for (size_t k = 0; k < n; k++) {
			sum += layers->steps[k][i];
			layers->totals[k] += layers->steps[k][i];
		}
		if (sum > layers->most)
			layers->most = sum;
	}
}

void
chart_bar(struct buf *out, uint64_t number, uint64_t most)
{
	double share = most == 0 ? 0 : (double)number / (double)most;

	buf_addf(out,
		"<svg class=\"unsigned\" viewBox=\"0 0 100 16\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect x=\"0\" y=\"3\" width=\"%.1f\" height=\"10\" "
		"rx=\"2\"/></svg>",
		share * 100 < 1 ? 1 : share * 100);
}

void
chart_spark(struct buf *out, struct cli_session *session, const struct curve *curve,
	const struct curve_scale *scale, const struct cause_story *story)
{
	uint64_t steps[CURVE_STEPS_MAX], most = 1;
	double width = 100 / (double)(scale->n > 0 ? scale->n : 1);

	curve_fill(curve, scale, causes_cell_of, story, steps);
	for (size_t i = 0; i < scale->n; i++)
		if (steps[i] > most)
			most = steps[i];
	buf_add(out, SPAN("<svg class=\"unsigned\" role=\"img\" viewBox=\"0 0 100 20\" "
			  "preserveAspectRatio=\"none\" aria-label=\""));
	html_number_word(out, session, WORD_PAGE_SPARK, most);
	buf_add(out, SPAN("\">"));
	for (size_t i = 0; i < scale->n; i++) {
		double height = steps[i] == 0 ? 0.6 : 2 + 18 * (double)steps[i] / (double)most;

		buf_addf(out, "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"%s/>",
			(double)i * width, 20 - height, width * 0.82, height,
			steps[i] == 0 ? " opacity=\".45\"" : "");
	}
	buf_add(out, SPAN("</svg>"));
}

/* "19 Nov 09:00: unsigned 188, deferred 2" for who points at a bar. */
static void
add_title(struct buf *out, struct cli_session *session, const struct layers *layers,
	const struct curve_scale *scale, size_t i)
{
	struct buf room = BUF_INIT;

	buf_add(out, SPAN("<title>"));
	html_text(out, render_minute(session, scale->from + (int64_t)i * scale->width, &room));
	for (size_t k = 0; k < layers->n; k++) {
		if (layers->steps[k][i] == 0)
			continue;
		buf_add(out, SPAN(" \xC2\xB7 "));
		html_word(out, session, word_of_verdict(layers->kinds[k]));
		buf_add_char(out, ' ');
		html_number(out, layers->steps[k][i]);
	}
	buf_add(out, SPAN("</title>"));
	buf_clear(&room);
}

static void
add_step(struct buf *out, struct cli_session *session, const struct layers *layers,
	const struct curve_scale *scale, size_t i, int high)
{
	double width = (double)(WIDTH - LEFT) / (double)scale->n;
	double y = TOP + high;

	buf_add(out, SPAN("<g>"));
	add_title(out, session, layers, scale, i);
	for (size_t k = 0; k < layers->n; k++) {
		double height = (double)layers->steps[k][i] / (double)layers->most * high;

		if (layers->steps[k][i] == 0)
			continue;
		if (height < 1.5)
			height = 1.5;
		y -= height;
		buf_addf(out,
			"<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
			verdict_id(layers->kinds[k]), LEFT + (double)i * width, y,
			width > 4 ? width - 2 : width * 0.8, height);
	}
	buf_add(out, SPAN("</g>\n"));
}

static void
add_axis(struct buf *out, const struct cli_session *session, const struct layers *layers,
	const struct curve_scale *scale, int high, bool times)
{
	size_t marks = scale->n < 4 ? scale->n : 4;
	struct buf room = BUF_INIT;

	buf_addf(out,
		"<line class=\"axis\" x1=\"%d\" y1=\"%d.5\" x2=\"%d\" y2=\"%d.5\"/>"
		"<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
		LEFT, TOP + high, WIDTH, TOP + high, LEFT - 6, TOP + 9);
	html_number(out, layers->most);
	buf_addf(out, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>\n", LEFT - 6,
		TOP + high);
	for (size_t i = 0; times && i < marks; i++) {
		size_t step = i * scale->n / marks;

		buf_addf(out, "<text x=\"%.1f\" y=\"%d\">",
			LEFT + (double)step * (WIDTH - LEFT) / (double)scale->n, TOP + high + 15);
		html_text(out,
			render_minute(session, scale->from + (int64_t)step * scale->width, &room));
		buf_add(out, SPAN("</text>"));
	}
	buf_clear(&room);
}

static void
add_chart(struct buf *out, struct cli_session *session, const struct layers *layers,
	const struct curve_scale *scale, int high, enum word caption, bool times)
{
	int whole = TOP + high + (times ? BELOW : 4);

	buf_add(out, SPAN("<figure>\n<figcaption>"));
	html_word(out, session, caption);
	buf_addf(out, "</figcaption>\n<svg role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"", WIDTH,
		whole);
	html_word(out, session, caption);
	buf_add(out, SPAN("\">\n"));
	add_axis(out, session, layers, scale, high, times);
	for (size_t i = 0; i < scale->n; i++)
		add_step(out, session, layers, scale, i, high);
	buf_add(out, SPAN("</svg>\n</figure>\n"));
}

static void
add_legend(struct buf *out, const struct cli_session *session, const struct layers *layers)
{
	for (size_t k = 0; k < layers->n; k++) {
		if (layers->totals[k] == 0)
			continue;
		buf_addf(out, "<li class=\"%s\"><i></i>", verdict_id(layers->kinds[k]));
		html_word(out, session, word_of_verdict(layers->kinds[k]));
		buf_add_char(out, ' ');
		html_number(out, layers->totals[k]);
		buf_add(out, SPAN("</li>\n"));
	}
}

/* The same as a table, for who cannot see the pictures. */
static void
add_numbers(struct buf *out, struct cli_session *session, const struct layers *wrong,
	const struct layers *right, const struct curve_scale *scale)
{
	const struct layers *both[] = { right, wrong };
	struct buf room = BUF_INIT;

	buf_add(out, SPAN("<details class=\"numbers\"><summary>"));
	html_word(out, session, WORD_PAGE_NUMBERS);
	buf_add(out, SPAN("</summary>\n<div class=\"wide inside\"><table>\n<thead><tr>"
			  "<th scope=\"col\">"));
	html_word(out, session, WORD_PAGE_FROM);
	buf_add(out, SPAN("</th>"));
	for (size_t b = 0; b < 2; b++)
		for (size_t k = 0; k < both[b]->n; k++) {
			buf_add(out, SPAN("<th scope=\"col\" class=\"n\">"));
			html_word(out, session, word_of_verdict(both[b]->kinds[k]));
			buf_add(out, SPAN("</th>"));
		}
	buf_add(out, SPAN("</tr></thead>\n<tbody>\n"));
	for (size_t i = 0; i < scale->n; i++) {
		buf_add(out, SPAN("<tr><th scope=\"row\">"));
		html_text(out,
			render_minute(session, scale->from + (int64_t)i * scale->width, &room));
		buf_add(out, SPAN("</th>"));
		for (size_t b = 0; b < 2; b++)
			for (size_t k = 0; k < both[b]->n; k++)
				html_number_cell(out, both[b]->steps[k][i]);
		buf_add(out, SPAN("</tr>\n"));
	}
	buf_add(out, SPAN("</tbody></table></div>\n</details>\n"));
	buf_clear(&room);
}

void
chart_curve(struct buf *out, struct cli_session *session, const struct curve *curve,
	const struct curve_scale *scale)
{
	struct layers wrong, right;

	fill(&wrong, wrongs, WRONGS, curve, scale);
	fill(&right, rights, RIGHTS, curve, scale);
	if (wrong.most > 0)
		add_chart(out, session, &wrong, scale, HIGH, WORD_PAGE_NOT_SIGNED, right.most == 0);
	if (right.most > 0)
		add_chart(out, session, &right, scale, LOW, WORD_PAGE_SIGNED, true);
	buf_add(out, SPAN("<ul class=\"legend\">\n"));
	add_legend(out, session, &wrong);
	add_legend(out, session, &right);
	buf_add(out, SPAN("</ul>\n"));
	add_numbers(out, session, &wrong, &right, scale);
}
