/*
 * keys.h - what keys do: one table, from which the help screen and the manual's list are made.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stddef.h>

#include "base/span.h"
#include "rules/cause.h"

/* Keys that are no characters; characters are their code points. */
enum key {
	KEY_NOTHING = 0x200000,
	KEY_IS_UP,
	KEY_IS_DOWN,
	KEY_IS_LEFT,
	KEY_IS_RIGHT,
	KEY_IS_PAGE_UP,
	KEY_IS_PAGE_DOWN,
	KEY_IS_HOME,
	KEY_IS_END,
	KEY_IS_BACKSPACE,
	KEY_IS_ENTER,
	KEY_IS_ESCAPE,
	KEY_IS_F1,
	KEY_IS_F5,
	KEY_IS_BACKTAB,
	KEY_IS_RESIZE,
	KEY_IS_CLICK, /* something was clicked at: terminal_click() */
	KEY_IS_OTHER,
};

#define KEY_CONTROL(letter) ((letter)-0x40)

enum action {
	DO_NOTHING,
	DO_HELP,
	DO_BACK,
	DO_QUIT,
	DO_UP,
	DO_DOWN,
	DO_PAGE_UP,
	DO_PAGE_DOWN,
	DO_HALF_UP,
	DO_HALF_DOWN,
	DO_TOP,
	DO_BOTTOM,
	DO_OPEN,
	DO_TELL,
	DO_NOW,
	DO_CAUSES,
	DO_MESSAGES,
	DO_TRENDS,
	DO_SERVICE,
	DO_NEXT_PANE,
	DO_PREVIOUS_PANE,
	DO_SEARCH,
	DO_AGAIN,
	DO_AGAIN_BACK,
	DO_FILTER,
	DO_CLEAR_FILTER,
	DO_SORT,
	DO_SORT_BACK,
	DO_INVERT,
	DO_FINDINGS,
	DO_NEXT_UNSIGNED,
	DO_PREVIOUS_UNSIGNED,
	DO_NEXT_UNKNOWN,
	DO_PREVIOUS_UNKNOWN,
	DO_EARLIER,
	DO_LATER,
	DO_ZOOM_IN,
	DO_ZOOM_OUT,
	DO_TIME,
	DO_PAUSE,
	DO_COPY,
	DO_KEEP,
	DO_PLAIN,
	DO_WRITE,
	DO_REDRAW,
	DO_MOUSE,
	DO_COUNT,
};

#define BINDING_KEYS_MAX 5

/* Keys that do the same, how they are written, and one line of help. */
struct binding {
	enum action action;
	int keys[BINDING_KEYS_MAX]; /* 0 ends them */
	const char *shown;
	const char *help[LANG_COUNT];
};

/* NULL behind the last one. */
const struct binding *keys_get(size_t i);

enum action keys_action(int key);

#endif
