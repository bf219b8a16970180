/* Where the cursors of a view stand: moved by keys and the mouse, held when what is shown changes. */
#include "tui/view.h"

void
view_fit_cursor(struct view *view)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	size_t n = view_screen_of(view)->count(view), height = view_screen_of(view)->height(view);

	if (height == 0)
		height = 1;
	if (cursor->at >= n)
		cursor->at = n > 0 ? n - 1 : 0;
	/* A text is moved as a whole, so that its last row stays at the bottom. */
	if (cursor->top + height > n)
		cursor->top = n > height ? n - height : 0;
	if (cursor->at < cursor->top)
		cursor->top = cursor->at;
	if (cursor->at >= cursor->top + height)
		cursor->top = cursor->at - height + 1;
}

bool
view_is_text(enum screen_id screen)
{
	return screen == SCREEN_STORY || screen == SCREEN_INCIDENT || screen == SCREEN_HELP;
}

void
view_move(struct view *view, bool down, size_t n)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	size_t count = view_screen_of(view)->count(view),
	       height = view_screen_of(view)->height(view);

	if (view_is_text(view_level(view)->screen)) {
		size_t most = count > height ? count - height : 0;

		cursor->top = down ? cursor->top + n : cursor->top > n ? cursor->top - n : 0;
		if (cursor->top > most)
			cursor->top = most;
		cursor->at = cursor->top;
		return;
	}
	cursor->at = down ? cursor->at + n : cursor->at > n ? cursor->at - n : 0;
	if (view_level(view)->screen == SCREEN_MESSAGES) {
		struct pages *messages = &view->data->messages;
		struct held held;

		if (cursor->at >= count)
			cursor->at = count > 0 ? count - 1 : 0;
		view_hold(view, &held);
		if (down && cursor->at + height + 1 >= count && messages->more_below)
			pages_more(view->data, true);
		else if (!down && cursor->at < height && messages->more_above)
			pages_more(view->data, false);
		view_settle(view, &held);
	}
	view_fit_cursor(view);
}

void
view_to_end(struct view *view, bool last)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	struct pages *messages = &view->data->messages;

	if (view_level(view)->screen == SCREEN_MESSAGES) {
		if (!last && messages->more_above)
			pages_restart(view->data);
		if (last && messages->more_below)
			pages_go_to_end(view->data);
	}
	if (view_is_text(view_level(view)->screen)) {
		view_move(view, last, SIZE_MAX / 2);
		return;
	}
	cursor->at = last ? view_screen_of(view)->count(view) : 0;
	if (!last)
		cursor->top = 0;
	view_fit_cursor(view);
}

/* The first row that is chosen when a screen is opened: the first of Service is a heading. */
size_t
view_first(enum screen_id screen)
{
	return screen == SCREEN_SERVICE;
}

static bool
is_list(enum screen_id screen)
{
	return !view_is_text(screen) && screen != SCREEN_MESSAGES;
}

/* Of lists that are ranked: what is chosen, unless that is the first, whatever it is. */
static void
hold_rows(const struct view *view, struct held *held)
{
	for (size_t i = 0; i < view->depth; i++) {
		const struct level *level = &view->stack[i];
		struct buf text = BUF_INIT;

		held->rows[i] = SPAN_NONE;
		if (!is_list(level->screen) || level->cursor.at <= view_first(level->screen))
			continue;
		view_screen(level->screen)->row_text(view, level->cursor.at, &text);
		held->rows[i] = arena_copy(&held->arena, buf_span(&text));
		buf_clear(&text);
	}
}

static bool
is_held(const struct view *view, size_t depth, struct span wanted, size_t at)
{
	struct buf text = BUF_INIT;
	bool is;

	view_screen(view->stack[depth].screen)->row_text(view, at, &text);
	is = span_eq(buf_span(&text), wanted);
	buf_clear(&text);
	return is;
}

static void
settle_rows(struct view *view, const struct held *held)
{
	for (size_t i = 0; i < view->depth; i++) {
		struct cursor *cursor = &view->stack[i].cursor;
		size_t n, at = 0;

		if (held->rows[i].n == 0 || is_held(view, i, held->rows[i], cursor->at))
			continue;
		n = view_screen(view->stack[i].screen)->count(view);
		while (at < n && !is_held(view, i, held->rows[i], at))
			at++;
		/* What is not there any more leaves the cursor in its place. */
		if (at == n)
			continue;
		cursor->top = at + cursor->top > cursor->at ? at + cursor->top - cursor->at : 0;
		cursor->at = at;
	}
}

void
view_hold(const struct view *view, struct held *held)
{
	const struct pages *messages = &view->data->messages;
	const struct cursor *cursor;

	*held = (struct held){ .is = false };
	hold_rows(view, held);
	for (size_t i = view->depth; i-- > 0;) {
		if (view->stack[i].screen != SCREEN_MESSAGES)
			continue;
		cursor = &view->stack[i].cursor;
		if (cursor->at >= messages->n)
			return;
		held->is = true;
		held->row = browse_copy_row(&held->arena, &messages->rows[cursor->at]);
		held->offset = cursor->at - cursor->top;
		return;
	}
}

void
view_settle(struct view *view, struct held *held)
{
	for (size_t i = view->depth; held->is && i-- > 0;) {
		struct cursor *cursor = &view->stack[i].cursor;

		if (view->stack[i].screen != SCREEN_MESSAGES)
			continue;
		/* Who looks at the newest row goes on doing so. */
		if (cursor->at > 0 || cursor->top > 0 || i + 1 < view->depth)
			cursor->at = pages_seek(view->data, &held->row);
		cursor->top = cursor->at > held->offset ? cursor->at - held->offset : 0;
		break;
	}
	settle_rows(view, held);
	arena_clear(&held->arena);
	held->is = false;
	view_fit_cursor(view);
}

/* The row of the grid that is the chosen one of a list, and how wide that is. false: no row can be chosen. */
static bool
find_chosen(const struct view *view, size_t *row, size_t *width)
{
	struct grid grid;

	grid_init(&grid, view->rows, view->cols, view->options->ascii);
	view_draw(view, &grid);
	*width = 0;
	for (*row = 0; *row < grid.rows; (*row)++) {
		while (*width < grid.cols && grid_at(&grid, *row, *width)->chosen)
			(*width)++;
		if (*width > 0)
			break;
	}
	grid_clear(&grid);
	return *width > 0;
}

void
view_click(struct view *view, size_t row, size_t col)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	size_t seen = view_screen_of(view)->height(view), n = view_screen_of(view)->count(view);
	size_t chosen, width, first;

	if (view->ask != ASK_NOTHING || view->rows < VIEW_MIN_ROWS || view->cols < VIEW_MIN_COLS)
		return;
	view->note[0] = '\0';
	if (row == 0) {
		if (view_tab_at(view, col) != SCREEN_COUNT)
			view_go_to(view, view_tab_at(view, col));
		return;
	}
	if (row == view_bottom(view)) {
		view_key(view, view_key_at(view, col));
		return;
	}
	/* Where the chosen row stands tells where the others do; what stands around them is none. */
	if (view_is_text(view_level(view)->screen) || !find_chosen(view, &chosen, &width) ||
		col >= width)
		return;
	first = chosen - (cursor->at - cursor->top);
	if (row < first || row >= first + seen || cursor->top + row - first >= n)
		return;
	if (row == chosen)
		view_open_chosen(view);
	else
		cursor->at = cursor->top + row - first;
	view_fit_cursor(view);
}
