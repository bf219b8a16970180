#include "cli/tables.h"

#include "cli/render.h"

#define ROWS_SHOWN 20
#define COUNT_COLUMNS 9
#define KEY_COLUMNS_MIN 20
#define KEY_COLUMNS_MAX 48

/* How all tables of a report look: a column for each verdict that occurs. */
struct layout {
	enum verdict_kind kinds[VERDICT_COUNT];
	size_t nkinds;
	size_t key_columns;
};

static struct layout
layout_of(const struct cli_session *session, const struct digest *digest)
{
	static const enum verdict_kind order[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED, VERDICT_REJECTED, VERDICT_UNKNOWN, VERDICT_INBOUND };
	struct layout layout = { .key_columns = KEY_COLUMNS_MIN };
	size_t numbers;

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (digest->counts[order[i]] > 0)
			layout.kinds[layout.nkinds++] = order[i];
	numbers = (1 + layout.nkinds) * COUNT_COLUMNS;
	if (session->width > numbers + KEY_COLUMNS_MIN)
		layout.key_columns = session->width - numbers;
	if (layout.key_columns > KEY_COLUMNS_MAX)
		layout.key_columns = KEY_COLUMNS_MAX;
	return layout;
}

static void
render_head(struct cli_session *session, const struct layout *layout,
	const struct dimension *dimension)
{
	struct span name = span_of(word(session->lang, dimension->heading));
	struct buf heading = BUF_INIT;

	word_fill(&heading, session->lang, WORD_BY, &name);
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_cell(session, buf_span(&heading), layout->key_columns);
	render_cell_right(session, span_of(word(session->lang, WORD_MESSAGES)), COUNT_COLUMNS);
	for (size_t i = 0; i < layout->nkinds; i++)
		render_cell_right(session,
			span_of(word(session->lang, word_of_verdict(layout->kinds[i]))),
			COUNT_COLUMNS);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	buf_clear(&heading);
}

static void
render_row(struct cli_session *session, const struct layout *layout, const struct tally_row *row,
	enum word none)
{
	render_cell(session, tally_label(row, session->lang, none), layout->key_columns);
	render_count(session, row->count, COUNT_COLUMNS);
	for (size_t i = 0; i < layout->nkinds; i++)
		render_count(session, row->verdicts[layout->kinds[i]], COUNT_COLUMNS);
	buf_add_char(&session->out, '\n');
}

static void
render_table(struct cli_session *session, const struct layout *layout, const struct digest *digest,
	size_t i, size_t top)
{
	const struct dimension *dimension = digest->dimensions[i];
	const struct tally *table = &digest->tables[i];
	size_t from, end;

	digest_rows(digest, i, top != 0 || dimension->by_time ? top : ROWS_SHOWN, &from, &end);
	render_head(session, layout, dimension);
	for (size_t row = from; row < end; row++)
		render_row(session, layout, table->rows[row], dimension->none);
	if (table->n > end - from) {
		char rest[WORD_DIGITS_MAX], all[WORD_DIGITS_MAX];
		const struct span values[] = { word_number(rest, table->n - (end - from)),
			word_number(all, table->n) };

		render_line(session, WORD_MORE_ROWS, values, 2, 0);
	}
}

void
tables_render(struct cli_session *session, const struct digest *digest, size_t top)
{
	struct layout layout = layout_of(session, digest);

	for (size_t i = 0; i < digest->ntables; i++)
		render_table(session, &layout, digest, i, top);
}
