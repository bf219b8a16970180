#include "tui/ask.h"

#include <stdio.h>

#include "base/instant.h"
#include "base/pattern.h"
#include "base/utf8.h"
#include "tui/draw.h"

#define SEARCH_PAGES 30 /* read further for one search: some 30 ms, n goes on */

/* Search. */

struct search {
	struct pattern *pattern; /* NULL: as it is written */
	struct span text;
};

static bool
found_in(const struct search *search, struct span text)
{
	if (search->pattern != NULL)
		return pattern_match(search->pattern, text, NULL, NULL);
	return span_has(text, search->text);
}

static struct search
search_new(struct span text)
{
	struct search search = { NULL, text };
	struct buf anyway = BUF_INIT;
	struct error err = ERROR_INIT;

	/* Capital letters are told from small ones by who writes some. */
	buf_add(&anyway, SPAN("(?i)"));
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= 'A' && text.p[i] <= 'Z')
			buf_reset(&anyway);
	buf_add(&anyway, text);
	search.pattern = pattern_new(buf_span(&anyway), &err);
	buf_clear(&anyway);
	return search;
}

enum outcome { FOUND, NOWHERE, NOT_YET };

/* From the cursor on; in messages some pages further than what is held. */
static enum outcome
search_from(struct view *view, const struct search *search, bool down)
{
	struct cursor *cursor = &view_level_of(view)->cursor;
	bool text_screen = view_is_text(view_level(view)->screen);
	bool paged = view_level(view)->screen == SCREEN_MESSAGES;
	const struct pages *messages = &view->data->messages;

	for (int pages = 0;; pages++) {
		size_t n = view_screen_of(view)->count(view);
		size_t i = cursor->at;

		while (down ? ++i < n : i-- > 0) {
			struct buf text = BUF_INIT;
			bool found;

			view_screen_of(view)->row_text(view, i, &text);
			found = found_in(search, buf_span(&text));
			buf_clear(&text);
			if (!found)
				continue;
			cursor->at = i;
			if (text_screen)
				cursor->top = i;
			view_fit_cursor(view);
			return FOUND;
		}
		if (!paged || !(down ? messages->more_below : messages->more_above))
			return NOWHERE;
		cursor->at = down && n > 0 ? n - 1 : 0;
		if (pages == SEARCH_PAGES)
			return NOT_YET;
		view_move(view, down, 0);
		if (view_screen_of(view)->count(view) == n && cursor->at == (down ? n - 1 : 0) &&
			!messages->seeking)
			return NOWHERE;
	}
}

/* Who finds nothing is left where he stood; where there is more to be searched, as far as it was. */
static enum outcome
search_on(struct view *view, const struct search *search, bool down)
{
	struct held held;
	enum outcome outcome;

	view_hold(view, &held);
	outcome = search_from(view, search, down);
	if (outcome == NOWHERE)
		view_settle(view, &held);
	else
		arena_clear(&held.arena);
	view_fit_cursor(view);
	return outcome;
}

/* It was not found so far: up to which message. */
static void
note_not_yet(struct view *view, struct span text)
{
	const struct pages *messages = &view->data->messages;
	size_t at = view_level(view)->cursor.at;
	struct buf room = BUF_INIT;
	const struct span values[] = { text,
		draw_time(view, at < messages->n ? messages->rows[at].first : INSTANT_NONE, true,
			&room) };

	view_note(view, SAY_NOT_YET, values);
	buf_clear(&room);
}

void
ask_again(struct view *view, bool down)
{
	struct span text = buf_span(&view->search);
	struct search search;

	if (text.n == 0)
		return;
	search = search_new(text);
	switch (search_on(view, &search, down)) {
	case FOUND:
		view->found = true;
		view_note(view, SAY_FOUND, &text);
		break;
	case NOWHERE:
		view_note(view, SAY_NOT_FOUND, &text);
		break;
	case NOT_YET:
		note_not_yet(view, text);
		break;
	}
	pattern_free(search.pattern);
}

void
ask_next(struct view *view, enum verdict_kind verdict, bool down)
{
	struct pages *messages = &view->data->messages;
	bool story = view_level(view)->screen == SCREEN_STORY && view->depth > 1 &&
	             view->stack[view->depth - 2].screen == SCREEN_MESSAGES;
	size_t at;
	int rc;

	if (story)
		view_back(view);
	if (view_level(view)->screen != SCREEN_MESSAGES) {
		if (view_is_text(view_level(view)->screen))
			return;
		view_go_to(view, SCREEN_MESSAGES);
		if (messages->n > 0 && messages->rows[0].verdict == verdict)
			return;
	}
	at = view_level(view)->cursor.at;
	rc = pages_find(view->data, verdict, down, &at);
	if (rc > 0)
		view_level_of(view)->cursor.at = at;
	else
		view_note(view, rc == 0 ? SAY_NO_MORE : SAY_NO_MORE_NEAR, NULL);
	view_fit_cursor(view);
	at = view_level(view)->cursor.at;
	if (story && at < messages->n)
		view_open_message(view, &messages->rows[at]);
}

/* Answers. */

static const struct tui_writer *
writer_of(const struct view *view, struct span path)
{
	for (const struct tui_writer *writer = view->options->writers;
		writer != NULL && writer->suffix != NULL; writer++)
		if (span_ends(path, span_of(writer->suffix)))
			return writer;
	return NULL;
}

static void
write_shown(struct view *view)
{
	struct span path = span_trim(buf_span(&view->answer));
	const struct tui_writer *writer = writer_of(view, path);
	struct arena arena = ARENA_INIT;
	struct tui_table table = { .title = say(view->options->lang, view_screen_of(view)->title) };
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct grid grid;
	FILE *file;

	if (writer == NULL) {
		view_note(view, SAY_ENDINGS, NULL);
		return;
	}
	grid_init(&grid, view->rows, view->cols, view->options->ascii);
	view_draw(view, &grid);
	grid_print(&grid, &text);
	grid_clear(&grid);
	table.text = buf_span(&text);
	if (view_screen_of(view)->table != NULL)
		view_screen_of(view)->table(view, &arena, &table);
	writer->write(&out, &table);
	file = fopen(buf_str(&view->answer), "we");
	if (file == NULL || fwrite(out.p, 1, out.n, file) != out.n) {
		struct error err = ERROR_INIT;

		error_system(&err, "cannot write '%s'", buf_str(&view->answer));
		view_note_error(view, &err);
	} else {
		view_note(view, SAY_WRITTEN, &path);
	}
	if (file != NULL)
		(void)fclose(file);
	buf_clear(&text);
	buf_clear(&out);
	arena_clear(&arena);
}

static void
go_to_time(struct view *view, struct span text)
{
	struct error err = ERROR_INIT;
	int64_t when;

	if (instant_parse(text, view->data->now, view->options->utc, &when, &err) < 0) {
		view_note_error(view, &err);
		return;
	}
	if (view_level(view)->screen == SCREEN_TRENDS) {
		view->trend_at = when;
		return;
	}
	if (view_level(view)->screen != SCREEN_MESSAGES)
		view_go_to(view, SCREEN_MESSAGES);
	pages_go_to(view->data, when);
	view_level_of(view)->cursor = (struct cursor){ 0, 0 };
}

static void
answer(struct view *view)
{
	struct span text = span_trim(buf_span(&view->answer));
	struct error err = ERROR_INIT;
	enum ask ask = view->ask;

	view->ask = ASK_NOTHING;
	if (text.n == 0 && ask != ASK_FILTER)
		return;
	switch (ask) {
	case ASK_NOTHING:
		break;
	case ASK_SEARCH:
		buf_reset(&view->search);
		buf_add(&view->search, text);
		ask_again(view, true);
		break;
	case ASK_FILTER:
		if (data_filter(view->data, text, &err) < 0)
			view_note_error(view, &err);
		view_narrow(view);
		view_level_of(view)->cursor = (struct cursor){ 0, 0 };
		break;
	case ASK_TIME:
		go_to_time(view, text);
		break;
	case ASK_WRITE:
		write_shown(view);
		break;
	}
}

void
ask_begin(struct view *view, enum ask ask)
{
	view->ask = ask;
	buf_reset(&view->answer);
	if (ask == ASK_FILTER && view->data->filter.text != NULL)
		buf_add(&view->answer, span_of(view->data->filter.text));
}

/* A key while an answer is typed. */
void
ask_key(struct view *view, int key)
{
	struct buf *text = &view->answer;

	if (key == KEY_IS_ENTER) {
		(void)buf_str(text);
		answer(view);
	} else if (key == KEY_IS_ESCAPE || key == KEY_CONTROL('G')) {
		view->ask = ASK_NOTHING;
	} else if (key == KEY_CONTROL('U')) {
		buf_reset(text);
	} else if (key == KEY_IS_BACKSPACE) {
		if (text->n == 0)
			view->ask = ASK_NOTHING;
		/* The bytes of one character. */
		while (text->n > 0 && ((unsigned char)text->p[text->n - 1] & 0xC0) == 0x80)
			text->n--;
		if (text->n > 0)
			text->n--;
		if (text->p != NULL)
			text->p[text->n] = '\0';
	} else if (key >= ' ' && key < KEY_NOTHING && text->n < 400) {
		utf8_add(text, (uint32_t)key);
	}
}

void
ask_clear_filter(struct view *view)
{
	buf_reset(&view->answer);
	view->ask = ASK_FILTER;
	answer(view);
	view_note(view, SAY_FILTER_CLEARED, NULL);
}
