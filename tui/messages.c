#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

/* Where the columns begin; 0: not shown. */
struct columns {
	size_t id, verdict, cause, author, nauthor, client, nclient, recipient;
};

static struct columns
columns_of(size_t cols)
{
	struct columns columns = { .id = 16 };

	if (cols < 60) {
		/* The cause tells more than the queue ID, which Enter shows. */
		if (cols < 52)
			columns.id = 0;
		columns.cause = cols < 52 ? 16 : 29;
		return columns;
	}
	columns.verdict = 30;
	columns.cause = 40;
	if (cols < 100) {
		columns.author = 67;
		columns.nauthor = cols - 67;
		if (cols < 86) {
			columns.cause = 40;
			columns.author = 64;
			columns.nauthor = cols - 64;
		}
		return columns;
	}
	columns.author = 68;
	columns.nauthor = (cols - 68) / (cols >= 140 ? 3 : 2) - 1;
	columns.client = columns.author + columns.nauthor + 1;
	columns.nclient = columns.nauthor;
	if (cols >= 140)
		columns.recipient = columns.client + columns.nclient + 1;
	return columns;
}

static size_t
count(const struct view *view)
{
	return view->data->messages.n;
}

static size_t
height(const struct view *view)
{
	return draw_list_rows(view_bottom(view) - view_top(view) - 1, count(view));
}

void
messages_draw_head(const struct view *view, struct grid *grid, size_t row, size_t width)
{
	const struct columns columns = columns_of(width);
	enum lang lang = view->options->lang;
	const struct {
		size_t col;
		enum say say;
	} heads[] = { { 2, SAY_COL_TIME }, { columns.id, SAY_COL_QUEUE_ID },
		{ columns.verdict, SAY_COL_VERDICT }, { columns.cause, SAY_COL_CAUSE },
		{ columns.author, SAY_COL_AUTHOR }, { columns.client, SAY_COL_CLIENT },
		{ columns.recipient, SAY_COL_RECIPIENT } };

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		if (heads[i].col > 0)
			(void)grid_text(grid, row, heads[i].col, 14,
				span_of(say(lang, heads[i].say)), PAINT_QUIET);
}

void
messages_draw_row(const struct view *view, struct grid *grid, size_t row, size_t width,
	const struct browse_row *message)
{
	const struct columns columns = columns_of(width);
	struct span author = message->author.n > 0 ? message->author : message->sender;
	struct buf room = BUF_INIT;
	size_t cause_cols = (columns.author > 0 ? columns.author : width) - columns.cause - 1;

	(void)grid_text(grid, row, 2, 13, draw_time(view, message->first, false, &room),
		PAINT_PLAIN);
	if (columns.id > 0)
		(void)grid_log(grid, row, columns.id, 13, message->queue_id, PAINT_STRONG);
	if (columns.verdict > 0)
		(void)grid_text(grid, row, columns.verdict, 9,
			span_of(verdict_id(message->verdict)), theme_verdict(message->verdict));
	(void)grid_text(grid, row, columns.cause, cause_cols,
		message->cause == CAUSE_NONE ? SPAN("-") : span_of(cause_id(message->cause)),
		theme_verdict(message->verdict));
	if (columns.author > 0)
		(void)grid_log(grid, row, columns.author, columns.nauthor,
			author.n > 0 ? view_shown(view, author, &room) : SPAN("<>"), PAINT_PLAIN);
	if (columns.client > 0)
		(void)grid_log(grid, row, columns.client, columns.nclient,
			view_shown(view,
				message->client_name.n > 0 ? message->client_name
							   : message->client_ip,
				&room),
			PAINT_PLAIN);
	if (columns.recipient > 0)
		(void)grid_log(grid, row, columns.recipient, width - columns.recipient,
			view_shown(view, message->recipient, &room), PAINT_PLAIN);
	buf_clear(&room);
}

/* Where there is no row, why not. */
static void
draw_none(const struct view *view, struct grid *grid, size_t row)
{
	const struct pages *messages = &view->data->messages;

	if (messages->seeking) {
		struct buf room = BUF_INIT;
		struct span when = draw_time(view, messages->seen.first, true, &room);

		(void)draw_say(grid, row, 2, PAINT_QUIET, view->options->lang, SAY_SEEKING, &when);
		buf_clear(&room);
		return;
	}
	if (messages->n == 0)
		(void)grid_text(grid, row, 2, SIZE_MAX,
			span_of(say(view->options->lang,
				view->data->list.text != NULL ? SAY_NONE_FITS : SAY_NONE_HERE)),
			PAINT_QUIET);
}

static void
draw(const struct view *view, struct grid *grid)
{
	const struct pages *messages = &view->data->messages;
	const struct cursor *cursor = &view_level(view)->cursor;
	size_t top = view_top(view), rows = height(view), i;

	messages_draw_head(view, grid, top, view->cols);
	for (i = 0; i < rows && cursor->top + i < messages->n; i++) {
		messages_draw_row(view, grid, top + 1 + i, view->cols,
			&messages->rows[cursor->top + i]);
		if (cursor->top + i == cursor->at)
			grid_choose(grid, top + 1 + i, view->cols);
	}
	if (i < rows)
		draw_none(view, grid, top + 1 + i);
	if (top + rows + 1 < view_bottom(view))
		grid_right(grid, top + rows + 1, view->cols - 1, view->cols - 4,
			span_of(say(view->options->lang,
				messages->findings ? SAY_FINDINGS_ONLY : SAY_ALL_ROWS)),
			PAINT_QUIET);
	top += rows + 2;
	if (top < view_bottom(view))
		draw_fix(view, grid, top, view_bottom(view) - top, 2, view->cols - 3,
			screen_messages.wants(view));
}

static const struct browse_row *
chosen(const struct view *view)
{
	const struct pages *messages = &view->data->messages;
	size_t at = view_level(view)->cursor.at;

	return at < messages->n ? &messages->rows[at] : NULL;
}

static void
open_row(struct view *view)
{
	const struct browse_row *message = chosen(view);

	if (message != NULL)
		view_open_message(view, message);
}

static bool
act(struct view *view, enum action action)
{
	struct pages *messages = &view->data->messages;
	struct level *level = &view->stack[view->depth - 1];

	if (action == DO_FINDINGS) {
		messages->findings = !messages->findings;
	} else if (action == DO_INVERT) {
		messages->newest_first = !messages->newest_first;
	} else if (action == DO_SORT || action == DO_SORT_BACK) {
		view_note(view, SAY_SORTED_TIME, NULL);
		return true;
	} else if (action == DO_EARLIER || action == DO_LATER) {
		const struct browse_row *message = chosen(view);
		int64_t when = message != NULL ? message->first : data_end(view->data);

		pages_go_to(view->data,
			action == DO_EARLIER ? when - INSTANT_DAY : when + INSTANT_DAY);
		level->cursor = (struct cursor){ 0, 0 };
		return true;
	} else {
		return false;
	}
	pages_restart(view->data);
	level->cursor = (struct cursor){ 0, 0 };
	return true;
}

static struct wanted
wants(const struct view *view)
{
	return (struct wanted){ chosen(view), NULL };
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	const struct browse_row *row;

	if (i >= view->data->messages.n)
		return;
	row = &view->data->messages.rows[i];
	buf_addf(out, "%.*s %s %s %.*s %.*s %.*s %.*s %.*s", SPAN_ARGS(row->queue_id),
		verdict_id(row->verdict), row->cause == CAUSE_NONE ? "" : cause_id(row->cause),
		SPAN_ARGS(row->author), SPAN_ARGS(row->sender), SPAN_ARGS(row->client_name),
		SPAN_ARGS(row->client_ip), SPAN_ARGS(row->recipient));
}

static void
table(const struct view *view, struct arena *arena, struct tui_table *to)
{
	static const struct span headings[] = { { "first_time", 10 }, { "host", 4 },
		{ "queue_id", 8 }, { "verdict", 7 }, { "cause", 5 }, { "author", 6 },
		{ "sender", 6 }, { "client_name", 11 }, { "client_ip", 9 }, { "sasl_username", 13 },
		{ "recipient", 9 } };
	const struct pages *messages = &view->data->messages;
	size_t cols = sizeof headings / sizeof *headings;
	struct span *cells = arena_alloc(arena, (messages->n * cols + 1) * sizeof *cells);

	for (size_t i = 0; i < messages->n; i++) {
		const struct browse_row *row = &messages->rows[i];
		const struct span texts[] = { row->author, row->sender, row->client_name,
			row->client_ip, row->sasl_username, row->recipient };
		struct buf room = BUF_INIT;

		instant_rfc3339(&room, row->first, view->options->utc);
		cells[i * cols] = arena_copy(arena, buf_span(&room));
		cells[i * cols + 1] = row->host;
		cells[i * cols + 2] = row->queue_id;
		cells[i * cols + 3] = span_of(verdict_id(row->verdict));
		cells[i * cols + 4] =
			row->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(row->cause));
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			cells[i * cols + 5 + k] =
				arena_copy(arena, view_shown(view, texts[k], &room));
		buf_clear(&room);
	}
	to->headings = headings;
	to->cells = cells;
	to->rows = messages->n;
	to->cols = cols;
}

const struct screen screen_messages = { SAY_MESSAGES, draw, count, height, open_row, act, wants,
	row_text, table };
