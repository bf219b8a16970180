/*
 * theme.h - how things look, by what they are.
 *
 * Screens name roles and never colours. A role never speaks alone: a word, a sign or a letter stands
 * beside every colour. The colours are told apart by people who cannot tell red from green (after
 * Okabe and Ito: blue is good, orange is bad).
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "rules/cause.h"

#define THEME_SERIES 8 /* causes that are told apart in one picture; the last is for all others */

enum paint {
	PAINT_PLAIN,
	PAINT_QUIET,  /* needs no attention */
	PAINT_STRONG, /* headings, and what is looked for */
	PAINT_BAR,    /* the head and the foot of the screen */
	PAINT_TAB,    /* within it: the screen that is shown, keys */
	PAINT_GOOD,
	PAINT_BAD,
	PAINT_DOUBT,
	PAINT_UNKNOWN,
	PAINT_ALARM, /* the banner of what is wrong now */
	PAINT_COMMAND,
	PAINT_SERIES, /* and the THEME_SERIES - 1 behind it */
	PAINT_COUNT = PAINT_SERIES + THEME_SERIES,
};

enum attribute { ATTRIBUTE_NONE = 0, ATTRIBUTE_BOLD = 1, ATTRIBUTE_REVERSE = 2, ATTRIBUTE_DIM = 4 };

/* Colours are numbers of the terminal's; -1: its own. */
struct look {
	short few_fg, few_bg;   /* of 8 colours */
	short many_fg, many_bg; /* of 256 */
	unsigned attributes;    /* with colours */
	unsigned mono;          /* without */
};

const struct look *theme_look(enum paint paint);
enum paint theme_verdict(enum verdict_kind verdict);

#endif
