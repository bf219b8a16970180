/*
 * terminal.h - the one place that knows curses: a grid onto the terminal, keys from it.
 *
 * There is one terminal, so this module's state is the program's only mutable global state. Whatever
 * way out is taken (an end, a signal, a crash, ^Z) the terminal is given back as it was. Signals
 * come in terminal_wait() only.
 */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/watch.h"
#include "tui/grid.h"
#include "tui/keys.h"

struct terminal_options {
	bool color, mouse;
};

/* Keys come from /dev/tty where standard input is something else. ERROR_SYSTEM: no such terminal. */
int terminal_begin(const struct terminal_options *options, struct error *err);

/* Does nothing when it was not begun, or was ended. */
void terminal_end(void);

void terminal_size(size_t *rows, size_t *cols);

/* Show it; rows that are shown already are not written again. Without colours and signs if plain. */
void terminal_show(const struct grid *grid, bool plain);

/* Whatever another program wrote over the screen goes with the next terminal_show(). */
void terminal_redraw(void);

/* The next key that was pressed, as keys.h has it; KEY_NOTHING when there is none. */
int terminal_key(void);

/* Where KEY_IS_CLICK was. */
void terminal_click(size_t *row, size_t *col);
void terminal_mouse(bool on);

/* Until a key is there, something happens in the watched folder (NULL: none), one of fds has something, or a signal. */
void terminal_wait(struct watch *watch, const int *fds, size_t nfds, int timeout_ms);

/* The signal that asks for an end, 0: none. */
int terminal_signal(void);

/*
 * Hand a text to the clipboard of the terminal at the other end (OSC 52), through tmux and screen, too.
 * Whether it takes it, nobody tells. Longer texts than TERMINAL_COPY_MAX are refused: false.
 */
#define TERMINAL_COPY_MAX 70000
bool terminal_copy(struct span text);

/* The sequence that terminal_copy() writes. In tmux and screen it goes to them, and through them. */
void terminal_copy_sequence(struct buf *out, struct span text, bool tmux, bool screen);

#endif
