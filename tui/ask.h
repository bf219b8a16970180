/*
 * ask.h - what is asked at the foot and typed there: a search, a filter, a time, a file to write.
 */
#ifndef TUI_ASK_H
#define TUI_ASK_H

#include "tui/view.h"

/* Search on with what was searched for before. */
void ask_again(struct view *view, bool down);

/* The next row of a message with that verdict; from a story, the next story. */
void ask_next(struct view *view, enum verdict_kind verdict, bool down);

void ask_begin(struct view *view, enum ask ask);

/* A key while an answer is typed; Enter does what was asked for. */
void ask_key(struct view *view, int key);

/* As an empty answer to the filter. */
void ask_clear_filter(struct view *view);

#endif
