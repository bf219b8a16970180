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

void
view_hold(const struct view *view, struct held *held)
{
	const struct pages *messages = &view->data->messages;
	const struct cursor *cursor;

	*held = (struct held){ .is = false };
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

static size_t
find_row(const struct pages *messages, const struct browse_row *row)
{
	for (size_t i = 0; i < messages->n; i++)
		if (pages_same(&messages->rows[i], row))
			return i;
	/* It is gone, or judged otherwise: whatever stands nearest in time. */
	for (size_t i = 0; i < messages->n; i++)
		if (messages->newest_first ? messages->rows[i].first <= row->first
					   : messages->rows[i].first >= row->first)
			return i;
	return messages->n > 0 ? messages->n - 1 : 0;
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
			cursor->at = find_row(&view->data->messages, &held->row);
		cursor->top = cursor->at > held->offset ? cursor->at - held->offset : 0;
		break;
	}
	arena_clear(&held->arena);
	held->is = false;
	view_fit_cursor(view);
}

void
view_click(struct view *view, size_t row, size_t col)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	struct grid grid;
	size_t chosen = SIZE_MAX;

	view->note[0] = '\0';
	if (row == 0 && view_tab_at(view, col) != SCREEN_COUNT) {
		view_go_to(view, view_tab_at(view, col));
		return;
	}
	/* Where the chosen row stands tells where the others do. */
	grid_init(&grid, view->rows, view->cols, view->options->ascii);
	view_draw(view, &grid);
	for (size_t i = 0; i < grid.rows && chosen == SIZE_MAX; i++)
		if (grid.cols > 0 && grid_at(&grid, i, 0)->chosen)
			chosen = i;
	grid_clear(&grid);
	if (chosen == SIZE_MAX)
		return;
	if (row == chosen)
		view_open_chosen(view);
	else if (row > chosen && cursor->at + row - chosen < view_screen_of(view)->count(view))
		cursor->at += row - chosen;
	else if (row < chosen && cursor->at >= chosen - row && row >= view_top(view))
		cursor->at -= chosen - row;
	view_fit_cursor(view);
}
