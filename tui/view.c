#include "tui/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/pattern.h"
#include "base/utf8.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define SEARCH_PAGES 4 /* read further for one search: bounded, n goes on */

static const struct screen *const screens[SCREEN_COUNT] = {
	[SCREEN_NOW] = &screen_now,
	[SCREEN_CAUSES] = &screen_causes,
	[SCREEN_MESSAGES] = &screen_messages,
	[SCREEN_TRENDS] = &screen_trends,
	[SCREEN_SERVICE] = &screen_service,
	[SCREEN_CAUSE] = &screen_cause,
	[SCREEN_STORY] = &screen_story,
	[SCREEN_INCIDENT] = &screen_incident,
	[SCREEN_HELP] = &screen_help,
};

const struct screen *
view_screen(enum screen_id id)
{
	return screens[id];
}

void
tui_told_clear(struct tui_told *told)
{
	buf_clear(&told->story);
	buf_clear(&told->why);
	buf_clear(&told->fix);
	buf_clear(&told->proof);
	buf_clear(&told->command);
}

void
view_init(struct view *view, const struct tui_options *options, struct data *data)
{
	*view = (struct view){ .options = options,
		.data = data,
		.rows = 24,
		.cols = 80,
		.depth = 1,
		.period = 1,
		.trend_at = INSTANT_NONE,
		.mouse = options->mouse };
	view->stack[0].screen = SCREEN_NOW;
}

void
view_clear(struct view *view)
{
	for (size_t i = 0; i < VIEW_DEPTH_MAX; i++)
		arena_clear(&view->stack[i].arena);
	arena_clear(&view->telling.arena);
	tui_told_clear(&view->telling.told);
	buf_clear(&view->answer);
	buf_clear(&view->search);
	buf_clear(&view->kept);
	buf_clear(&view->copied);
}

const struct level *
view_level(const struct view *view)
{
	return &view->stack[view->depth - 1];
}

static struct level *
level_of(struct view *view)
{
	return &view->stack[view->depth - 1];
}

static const struct screen *
screen_of(const struct view *view)
{
	return screens[view_level(view)->screen];
}

struct span
view_shown(const struct view *view, struct span text, struct buf *room)
{
	return view->options->shown == NULL ? text
	                                    : view->options->shown(view->options->ctx, text, room);
}

void
view_note(struct view *view, enum say what, const struct span *values)
{
	struct buf text = BUF_INIT;

	phrase_fill(&text, span_of(say(view->options->lang, what)), values);
	(void)snprintf(view->note, sizeof view->note, "%s", buf_str(&text));
	buf_clear(&text);
}

static void
note_error(struct view *view, const struct error *err)
{
	(void)snprintf(view->note, sizeof view->note, "%s", err->text);
}

/* Cursors. */

static void
settle(struct view *view)
{
	struct cursor *cursor = &level_of(view)->cursor;
	size_t n = screen_of(view)->count(view), height = screen_of(view)->height(view);

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

static bool
is_text(enum screen_id screen)
{
	return screen == SCREEN_STORY || screen == SCREEN_INCIDENT || screen == SCREEN_HELP;
}

/* By n rows; where the end of the held messages is near, more are read. */
static void
move(struct view *view, bool down, size_t n)
{
	struct cursor *cursor = &level_of(view)->cursor;
	size_t count = screen_of(view)->count(view), height = screen_of(view)->height(view);

	if (is_text(view_level(view)->screen)) {
		size_t most = count > height ? count - height : 0;

		cursor->top = down ? cursor->top + n : cursor->top > n ? cursor->top - n : 0;
		if (cursor->top > most)
			cursor->top = most;
		cursor->at = cursor->top;
		return;
	}
	cursor->at = down ? cursor->at + n : cursor->at > n ? cursor->at - n : 0;
	if (view_level(view)->screen == SCREEN_MESSAGES) {
		struct data_messages *messages = &view->data->messages;
		struct held held;

		if (cursor->at >= count)
			cursor->at = count > 0 ? count - 1 : 0;
		view_hold(view, &held);
		if (down && cursor->at + height + 1 >= count && messages->more_below)
			data_more(view->data, true);
		else if (!down && cursor->at < height && messages->more_above)
			data_more(view->data, false);
		view_settle(view, &held);
	}
	settle(view);
}

static void
to_end(struct view *view, bool last)
{
	struct cursor *cursor = &level_of(view)->cursor;
	struct data_messages *messages = &view->data->messages;

	if (view_level(view)->screen == SCREEN_MESSAGES) {
		if (!last && messages->more_above)
			data_restart(view->data);
		if (last && messages->more_below)
			data_go_to_end(view->data);
	}
	if (is_text(view_level(view)->screen)) {
		move(view, last, SIZE_MAX / 2);
		return;
	}
	cursor->at = last ? screen_of(view)->count(view) : 0;
	if (!last)
		cursor->top = 0;
	settle(view);
}

void
view_hold(const struct view *view, struct held *held)
{
	const struct data_messages *messages = &view->data->messages;
	const struct cursor *cursor = &view_level(view)->cursor;

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
find_row(const struct data_messages *messages, const struct browse_row *row)
{
	for (size_t i = 0; i < messages->n; i++)
		if (data_same_message(&messages->rows[i], row))
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
	settle(view);
}

/* Levels. */

static void
clear_level(struct level *level)
{
	arena_clear(&level->arena);
	*level = (struct level){ .screen = SCREEN_NOW };
}

/* The messages that a level is of, again. */
static void
narrow(struct view *view)
{
	const struct level *level = view_level(view);

	if (level->screen == SCREEN_MESSAGES)
		data_narrow(view->data, level->words);
	if (level->screen == SCREEN_CAUSE)
		data_want_hits(view->data, level->verdict, level->cause);
}

struct level *
view_push(struct view *view, enum screen_id screen)
{
	struct level *level;

	if (view->depth == VIEW_DEPTH_MAX)
		clear_level(level_of(view));
	else
		view->depth++;
	level = level_of(view);
	level->screen = screen;
	return level;
}

static void
pop(struct view *view)
{
	bool messages = view_level(view)->screen == SCREEN_MESSAGES;

	if (view->depth == 1) {
		view->leave = true;
		return;
	}
	clear_level(level_of(view));
	view->depth--;
	if (messages || view_level(view)->screen == SCREEN_CAUSE)
		narrow(view);
	settle(view);
}

static void
go_to(struct view *view, enum screen_id screen)
{
	while (view->depth > 1) {
		clear_level(level_of(view));
		view->depth--;
	}
	if (view->stack[0].screen != screen) {
		clear_level(&view->stack[0]);
		view->stack[0].screen = screen;
		/* Its first row is a heading. */
		view->stack[0].cursor.at = screen == SCREEN_SERVICE;
		narrow(view);
	} else if (screen == SCREEN_MESSAGES) {
		narrow(view);
	}
	settle(view);
}

void
view_open_message(struct view *view, const struct browse_row *message)
{
	struct level *level = view_push(view, SCREEN_STORY);

	level->message = browse_copy_row(&level->arena, message);
}

/* As people write it, since it is shown. */
static void
add_time(const struct view *view, struct buf *words, const char *name, int64_t when)
{
	if (when == INSTANT_NONE)
		return;
	buf_addf(words, "%s%s=", words->n > 0 ? " " : "", name);
	instant_rfc3339(words, when / INSTANT_SECOND * INSTANT_SECOND, view->options->utc);
}

void
view_open_messages(struct view *view, int64_t since, int64_t until, const char *format, ...)
{
	struct level *level = view_push(view, SCREEN_MESSAGES);
	struct buf all = BUF_INIT;
	char words[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(words, sizeof words, format, arguments);
	va_end(arguments);
	buf_addf(&all, "%s", words);
	add_time(view, &all, "since", since);
	add_time(view, &all, "until", until);
	level->words = arena_copy(&level->arena, buf_span(&all));
	buf_clear(&all);
	narrow(view);
}

void
view_open_cause(struct view *view, enum verdict_kind verdict, cause_t cause)
{
	struct level *level = view_push(view, SCREEN_CAUSE);

	level->verdict = verdict;
	level->cause = cause;
	narrow(view);
}

void
view_open_incident(struct view *view, const struct browse_incident *incident)
{
	struct level *level = view_push(view, SCREEN_INCIDENT);

	level->incident = browse_copy_incident(&level->arena, incident);
}

/* What is told. */

static size_t
told_width(const struct view *view)
{
	return view->cols > 122 ? 120 : view->cols > 42 ? view->cols - 2 : 40;
}

static bool
same_incident(const struct browse_incident *a, const struct browse_incident *b)
{
	return a->first == b->first && a->cause == b->cause && span_eq(a->host, b->host) &&
	       span_eq(a->subject, b->subject);
}

static bool
is_of(const struct telling *telling, struct wanted wanted)
{
	if (!telling->known)
		return false;
	if (wanted.message != NULL)
		return !telling->of_incident &&
		       data_same_message(&telling->message, wanted.message);
	return wanted.incident != NULL && telling->of_incident &&
	       same_incident(&telling->incident, wanted.incident);
}

const struct tui_told *
view_told(const struct view *view, struct wanted wanted)
{
	return is_of(&view->telling, wanted) && !view->telling.gone ? &view->telling.told : NULL;
}

static struct wanted
wanted_of(const struct view *view)
{
	const struct screen *screen = screen_of(view);

	return screen->wants == NULL ? (struct wanted){ NULL, NULL } : screen->wants(view);
}

/* Is there more to be told of it than there was? */
static bool
has_changed(const struct telling *telling, struct wanted wanted)
{
	const struct browse_row *told = &telling->message, *row = wanted.message;

	if (row != NULL)
		return row->last != told->last || row->verdict != told->verdict ||
		       row->cause != told->cause;
	/* An incident's lines come as long as it lasts; where it ends, that is told. */
	return wanted.incident->ended != telling->incident.ended;
}

bool
view_fetch(struct view *view)
{
	struct telling *telling = &view->telling;
	struct wanted wanted = wanted_of(view);
	const struct tui_options *options = view->options;
	struct tui_told told = { .story = BUF_INIT };
	struct error err = ERROR_INIT;
	size_t width = told_width(view);
	int rc;

	if (wanted.message == NULL && wanted.incident == NULL)
		return false;
	if (is_of(telling, wanted) && telling->width == width && !has_changed(telling, wanted))
		return false;
	rc = wanted.message != NULL
	             ? options->tell(options->ctx, wanted.message, width, &told, &err)
	             : options->tell_incident(options->ctx, wanted.incident, width, &told, &err);
	if (rc < 0)
		note_error(view, &err);
	arena_clear(&telling->arena);
	tui_told_clear(&telling->told);
	telling->told = told;
	telling->known = true;
	telling->gone = rc != 0;
	telling->of_incident = wanted.message == NULL;
	telling->width = width;
	if (wanted.message != NULL)
		telling->message = browse_copy_row(&telling->arena, wanted.message);
	else
		telling->incident = browse_copy_incident(&telling->arena, wanted.incident);
	return true;
}

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

/* From the cursor on; in messages some pages further than what is held. */
static bool
search_on(struct view *view, const struct search *search, bool down)
{
	struct cursor *cursor = &level_of(view)->cursor;
	bool text_screen = is_text(view_level(view)->screen);
	bool paged = view_level(view)->screen == SCREEN_MESSAGES;

	for (int pages = 0;; pages++) {
		size_t n = screen_of(view)->count(view);
		size_t i = cursor->at;

		while (down ? ++i < n : i-- > 0) {
			struct buf text = BUF_INIT;
			bool found;

			screen_of(view)->row_text(view, i, &text);
			found = found_in(search, buf_span(&text));
			buf_clear(&text);
			if (!found)
				continue;
			cursor->at = i;
			if (text_screen)
				cursor->top = i;
			settle(view);
			return true;
		}
		if (!paged || !down || !view->data->messages.more_below || pages == SEARCH_PAGES)
			return false;
		cursor->at = n > 0 ? n - 1 : 0;
		move(view, true, 0);
		if (screen_of(view)->count(view) == n && !view->data->messages.seeking)
			return false;
	}
}

static void
search_again(struct view *view, bool down)
{
	struct search search = search_new(buf_span(&view->search));
	struct span text = buf_span(&view->search);

	if (view->search.n == 0)
		return;
	if (!search_on(view, &search, down))
		view_note(view, SAY_NOT_FOUND, &text);
	pattern_free(search.pattern);
}

/* The next row of a verdict; from a story, the next story. */
static void
next_unsigned(struct view *view, bool down)
{
	struct search search = { NULL, SPAN("unsigned") };
	bool story = view_level(view)->screen == SCREEN_STORY && view->depth > 1 &&
	             view->stack[view->depth - 2].screen == SCREEN_MESSAGES;

	if (story) {
		clear_level(level_of(view));
		view->depth--;
	}
	if (view_level(view)->screen != SCREEN_MESSAGES) {
		if (is_text(view_level(view)->screen))
			return;
		go_to(view, SCREEN_MESSAGES);
		if (view->data->messages.n > 0 &&
			view->data->messages.rows[0].verdict == VERDICT_UNSIGNED)
			return;
	}
	if (!search_on(view, &search, down))
		view_note(view, SAY_NO_MORE, NULL);
	if (story && view_level(view)->cursor.at < view->data->messages.n)
		view_open_message(view, &view->data->messages.rows[view_level(view)->cursor.at]);
}

/* Copies. */

static bool
take_fix(struct view *view, struct buf *out)
{
	const struct tui_told *told;

	(void)view_fetch(view);
	told = view_told(view, wanted_of(view));
	if (told == NULL || told->fix.n == 0) {
		view_note(view, SAY_NOTHING_TO_COPY, NULL);
		return false;
	}
	buf_reset(out);
	draw_fix_text(told, out);
	return true;
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
	struct tui_table table = { .title = say(view->options->lang, screen_of(view)->title) };
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
	if (screen_of(view)->table != NULL)
		screen_of(view)->table(view, &arena, &table);
	writer->write(&out, &table);
	file = fopen(buf_str(&view->answer), "we");
	if (file == NULL || fwrite(out.p, 1, out.n, file) != out.n) {
		struct error err = ERROR_INIT;

		error_system(&err, "cannot write '%s'", buf_str(&view->answer));
		note_error(view, &err);
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
		note_error(view, &err);
		return;
	}
	if (view_level(view)->screen == SCREEN_TRENDS) {
		view->trend_at = when;
		return;
	}
	if (view_level(view)->screen != SCREEN_MESSAGES)
		go_to(view, SCREEN_MESSAGES);
	data_go_to(view->data, when);
	level_of(view)->cursor = (struct cursor){ 0, 0 };
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
		search_again(view, true);
		break;
	case ASK_FILTER:
		if (data_filter(view->data, text, &err) < 0)
			note_error(view, &err);
		narrow(view);
		level_of(view)->cursor = (struct cursor){ 0, 0 };
		break;
	case ASK_TIME:
		go_to_time(view, text);
		break;
	case ASK_WRITE:
		write_shown(view);
		break;
	}
}

static void
ask_for(struct view *view, enum ask ask)
{
	view->ask = ask;
	buf_reset(&view->answer);
	if (ask == ASK_FILTER && view->data->filter.text != NULL)
		buf_add(&view->answer, span_of(view->data->filter.text));
}

/* A key while an answer is typed. */
static void
type(struct view *view, int key)
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

/* Keys. */

static void
do_pause(struct view *view)
{
	data_pause(view->data, !view->data->paused);
	if (!view->data->paused)
		view_note(view, SAY_RESUMED, NULL);
}

static void
switch_screen(struct view *view, bool next)
{
	size_t at = view->stack[0].screen, n = SCREEN_SERVICE + 1;

	go_to(view, (enum screen_id)((next ? at + 1 : at + n - 1) % n));
}

static void
open_chosen(struct view *view)
{
	if (screen_of(view)->open != NULL)
		screen_of(view)->open(view);
	settle(view);
}

/* clang-format off */
static void
act(struct view *view, enum action action)
{
	size_t height = screen_of(view)->height(view), page = height > 2 ? height - 1 : 1;

	switch (action) {
	case DO_NOTHING: case DO_SORT: case DO_INVERT: case DO_FINDINGS: case DO_EARLIER:
	case DO_LATER: case DO_ZOOM_IN: case DO_ZOOM_OUT: case DO_COUNT: break;
	case DO_HELP: if (view_level(view)->screen != SCREEN_HELP) (void)view_push(view, SCREEN_HELP); break;
	case DO_BACK: pop(view); break;
	case DO_QUIT: view->leave = true; break;
	case DO_UP: move(view, false, 1); break;
	case DO_DOWN: move(view, true, 1); break;
	case DO_PAGE_UP: move(view, false, page); break;
	case DO_PAGE_DOWN: move(view, true, page); break;
	case DO_HALF_UP: move(view, false, (page + 1) / 2); break;
	case DO_HALF_DOWN: move(view, true, (page + 1) / 2); break;
	case DO_TOP: to_end(view, false); break;
	case DO_BOTTOM: to_end(view, true); break;
	case DO_OPEN: open_chosen(view); break;
	case DO_NOW: go_to(view, SCREEN_NOW); break;
	case DO_CAUSES: go_to(view, SCREEN_CAUSES); break;
	case DO_MESSAGES: go_to(view, SCREEN_MESSAGES); break;
	case DO_TRENDS: go_to(view, SCREEN_TRENDS); break;
	case DO_SERVICE: go_to(view, SCREEN_SERVICE); break;
	case DO_NEXT_PANE: switch_screen(view, true); break;
	case DO_PREVIOUS_PANE: switch_screen(view, false); break;
	case DO_SEARCH: ask_for(view, ASK_SEARCH); break;
	case DO_AGAIN: search_again(view, true); break;
	case DO_AGAIN_BACK: search_again(view, false); break;
	case DO_FILTER: ask_for(view, ASK_FILTER); break;
	case DO_CLEAR_FILTER:
		buf_reset(&view->answer);
		view->ask = ASK_FILTER;
		answer(view);
		view_note(view, SAY_FILTER_CLEARED, NULL);
		break;
	case DO_NEXT_UNSIGNED: next_unsigned(view, true); break;
	case DO_PREVIOUS_UNSIGNED: next_unsigned(view, false); break;
	case DO_TIME: ask_for(view, ASK_TIME); break;
	case DO_PAUSE: do_pause(view); break;
	case DO_COPY: if (take_fix(view, &view->copied)) view_note(view, SAY_COPIED, NULL); break;
	case DO_KEEP: if (take_fix(view, &view->kept)) view_note(view, SAY_KEPT, NULL); break;
	case DO_PLAIN: view->plain = !view->plain; break;
	case DO_WRITE: ask_for(view, ASK_WRITE); break;
	case DO_REDRAW: view->redraw = true; break;
	case DO_MOUSE:
		view->mouse = !view->mouse;
		view_note(view, view->mouse ? SAY_MOUSE_ON : SAY_MOUSE_OFF, NULL);
		break;
	}
}
/* clang-format on */

void
view_key(struct view *view, int key)
{
	enum action action;

	if (key == KEY_NOTHING || key == KEY_IS_RESIZE)
		return;
	view->note[0] = '\0';
	if (view->ask != ASK_NOTHING) {
		type(view, key);
		return;
	}
	action = keys_action(key);
	if (screen_of(view)->act != NULL && screen_of(view)->act(view, action)) {
		settle(view);
		return;
	}
	act(view, action);
}

void
view_click(struct view *view, size_t row)
{
	struct cursor *cursor = &level_of(view)->cursor;
	struct grid grid;
	size_t chosen = SIZE_MAX;

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
		open_chosen(view);
	else if (row > chosen && cursor->at + row - chosen < screen_of(view)->count(view))
		cursor->at += row - chosen;
	else if (row < chosen && cursor->at >= chosen - row && row >= view_top(view))
		cursor->at -= chosen - row;
	settle(view);
}

void
view_resize(struct view *view, size_t rows, size_t cols)
{
	view->rows = rows;
	view->cols = cols;
	if (rows >= VIEW_MIN_ROWS && cols >= VIEW_MIN_COLS)
		settle(view);
}
