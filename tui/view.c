#include "tui/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "tui/ask.h"
#include "tui/draw.h"
#include "tui/screens.h"

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
	telling_clear(&view->telling);
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

struct level *
view_level_of(struct view *view)
{
	return &view->stack[view->depth - 1];
}

const struct screen *
view_screen_of(const struct view *view)
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

void
view_note_error(struct view *view, const struct error *err)
{
	(void)snprintf(view->note, sizeof view->note, "%.*s", (int)sizeof view->note - 1,
		err->text);
}

/* Levels. */

bool
view_has(const struct view *view, enum screen_id screen)
{
	for (size_t i = 0; i < view->depth; i++)
		if (view->stack[i].screen == screen)
			return true;
	return false;
}

static void
clear_level(struct level *level)
{
	arena_clear(&level->arena);
	*level = (struct level){ .screen = SCREEN_NOW };
}

void
view_narrow(struct view *view)
{
	const struct level *level = view_level(view);

	if (level->screen == SCREEN_MESSAGES)
		data_narrow(view->data, level->words);
	if (level->screen == SCREEN_CAUSE)
		hits_want(view->data, level->verdict, level->cause);
}

static struct level *
push(struct view *view, enum screen_id screen)
{
	struct level *level;

	if (view->depth == VIEW_DEPTH_MAX)
		clear_level(view_level_of(view));
	else
		view->depth++;
	level = view_level_of(view);
	level->screen = screen;
	return level;
}

void
view_back(struct view *view)
{
	bool messages = view_level(view)->screen == SCREEN_MESSAGES;

	if (view->depth == 1) {
		view->leave = true;
		return;
	}
	clear_level(view_level_of(view));
	view->depth--;
	if (messages || view_level(view)->screen == SCREEN_CAUSE)
		view_narrow(view);
	view_fit_cursor(view);
}

void
view_go_to(struct view *view, enum screen_id screen)
{
	while (view->depth > 1) {
		clear_level(view_level_of(view));
		view->depth--;
	}
	if (view->stack[0].screen != screen) {
		clear_level(&view->stack[0]);
		view->stack[0].screen = screen;
		view->stack[0].cursor.at = view_first(screen);
		view_narrow(view);
	} else if (screen == SCREEN_MESSAGES) {
		view_narrow(view);
	}
	view_fit_cursor(view);
}

void
view_open_message(struct view *view, const struct browse_row *message)
{
	struct level *level = push(view, SCREEN_STORY);

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
	struct level *level = push(view, SCREEN_MESSAGES);
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
	view_narrow(view);
}

void
view_open_cause(struct view *view, enum verdict_kind verdict, cause_t cause)
{
	struct level *level = push(view, SCREEN_CAUSE);

	level->verdict = verdict;
	level->cause = cause;
	view_narrow(view);
}

void
view_open_incident(struct view *view, const struct browse_incident *incident)
{
	struct level *level = push(view, SCREEN_INCIDENT);

	level->incident = browse_copy_incident(&level->arena, incident);
}

/* Copies. */

static void
give_fix(struct view *view, const struct tui_told *told, enum action action)
{
	struct buf *out = action == DO_COPY ? &view->copied : &view->kept;

	if (told == NULL || told->fix.n == 0) {
		view_note(view, SAY_NOTHING_TO_COPY, NULL);
		return;
	}
	buf_reset(out);
	draw_fix_text(told, out);
	view_note(view, action == DO_COPY ? SAY_COPIED : SAY_KEPT, NULL);
}

void
view_give_copy(struct view *view)
{
	if (view->owed != DO_NOTHING)
		give_fix(view, view_told(view, view_wanted(view)), view->owed);
	view->owed = DO_NOTHING;
}

/* Now, or when it is told. */
static void
copy_fix(struct view *view, enum action action)
{
	struct wanted wanted = view_wanted(view);
	const struct tui_told *told = view_told(view, wanted);

	if (told == NULL && (wanted.message != NULL || wanted.incident != NULL))
		view->owed = action;
	else
		give_fix(view, told, action);
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

	view_go_to(view, (enum screen_id)((next ? at + 1 : at + n - 1) % n));
}

void
view_open_chosen(struct view *view)
{
	if (view_screen_of(view)->open != NULL)
		view_screen_of(view)->open(view);
	view_fit_cursor(view);
}

/* What is told below a list, on a screen of its own. */
static void
open_told(struct view *view)
{
	struct wanted wanted = view_wanted(view);

	if (view_is_text(view_level(view)->screen))
		return;
	if (wanted.message != NULL)
		view_open_message(view, wanted.message);
	else if (wanted.incident != NULL)
		view_open_incident(view, wanted.incident);
}

/* clang-format off */
static void
act(struct view *view, enum action action)
{
	size_t height = view_screen_of(view)->height(view), page = height > 2 ? height - 1 : 1;

	switch (action) {
	case DO_NOTHING: case DO_SORT: case DO_SORT_BACK: case DO_INVERT: case DO_FINDINGS: case DO_EARLIER:
	case DO_LATER: case DO_ZOOM_IN: case DO_ZOOM_OUT: case DO_COUNT: break;
	case DO_HELP: if (view_level(view)->screen != SCREEN_HELP) (void)push(view, SCREEN_HELP); break;
	case DO_TELL: open_told(view); break;
	case DO_BACK: view_back(view); break;
	case DO_QUIT: view->leave = true; break;
	case DO_UP: view_move(view, false, 1); break;
	case DO_DOWN: view_move(view, true, 1); break;
	case DO_PAGE_UP: view_move(view, false, page); break;
	case DO_PAGE_DOWN: view_move(view, true, page); break;
	case DO_HALF_UP: view_move(view, false, (page + 1) / 2); break;
	case DO_HALF_DOWN: view_move(view, true, (page + 1) / 2); break;
	case DO_TOP: view_to_end(view, false); break;
	case DO_BOTTOM: view_to_end(view, true); break;
	case DO_OPEN: view_open_chosen(view); break;
	case DO_NOW: view_go_to(view, SCREEN_NOW); break;
	case DO_CAUSES: view_go_to(view, SCREEN_CAUSES); break;
	case DO_MESSAGES: view_go_to(view, SCREEN_MESSAGES); break;
	case DO_TRENDS: view_go_to(view, SCREEN_TRENDS); break;
	case DO_SERVICE: view_go_to(view, SCREEN_SERVICE); break;
	case DO_NEXT_PANE: switch_screen(view, true); break;
	case DO_PREVIOUS_PANE: switch_screen(view, false); break;
	case DO_SEARCH: ask_begin(view, ASK_SEARCH); break;
	case DO_AGAIN: ask_again(view, true); break;
	case DO_AGAIN_BACK: ask_again(view, false); break;
	case DO_FILTER: ask_begin(view, ASK_FILTER); break;
	case DO_CLEAR_FILTER: ask_clear_filter(view); break;
	case DO_NEXT_UNSIGNED: ask_next(view, VERDICT_UNSIGNED, true); break;
	case DO_PREVIOUS_UNSIGNED: ask_next(view, VERDICT_UNSIGNED, false); break;
	case DO_NEXT_UNKNOWN: ask_next(view, VERDICT_UNKNOWN, true); break;
	case DO_PREVIOUS_UNKNOWN: ask_next(view, VERDICT_UNKNOWN, false); break;
	case DO_TIME: ask_begin(view, ASK_TIME); break;
	case DO_PAUSE: do_pause(view); break;
	case DO_COPY: case DO_KEEP: copy_fix(view, action); break;
	case DO_PLAIN: view->plain = !view->plain; break;
	case DO_WRITE: ask_begin(view, ASK_WRITE); break;
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
	view->found = false;
	view->owed = DO_NOTHING;
	if (view->ask != ASK_NOTHING) {
		ask_key(view, key);
		return;
	}
	action = keys_action(key);
	if (view_screen_of(view)->act != NULL && view_screen_of(view)->act(view, action)) {
		view_fit_cursor(view);
		return;
	}
	act(view, action);
}

void
view_resize(struct view *view, size_t rows, size_t cols)
{
	view->rows = rows;
	view->cols = cols;
	if (rows >= VIEW_MIN_ROWS && cols >= VIEW_MIN_COLS)
		view_fit_cursor(view);
}
