/*
 * view.h - what is shown of the data: screens on a stack, where their cursors stand, what was asked.
 *
 * A screen is a row of one table: how it is drawn, how many rows can be chosen, what opening one
 * does. Drawing changes nothing; keys change the view (view_do()), and what is not known yet is
 * fetched when no key waits (view_fetch()).
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/data.h"
#include "tui/grid.h"
#include "tui/keys.h"
#include "tui/say.h"

#define VIEW_DEPTH_MAX 8
#define VIEW_MIN_ROWS 10
#define VIEW_MIN_COLS 40

enum screen_id {
	SCREEN_NOW,
	SCREEN_CAUSES,
	SCREEN_MESSAGES,
	SCREEN_TRENDS,
	SCREEN_SERVICE,
	SCREEN_CAUSE,    /* whom one cause hit */
	SCREEN_STORY,    /* one message */
	SCREEN_INCIDENT, /* one incident */
	SCREEN_HELP,
	SCREEN_COUNT,
};

struct cursor {
	size_t at, top;
};

/* A screen, and what it is of; owns what that points to. */
struct level {
	enum screen_id screen;
	struct cursor cursor;
	struct arena arena;
	enum verdict_kind verdict; /* SCREEN_CAUSE */
	cause_t cause;
	struct browse_row message;       /* SCREEN_STORY */
	struct browse_incident incident; /* SCREEN_INCIDENT */
	struct span words;               /* SCREEN_MESSAGES: only those that fit */
};

/* One message, or one incident, and in how many columns it is told of; owns what it points to. */
struct topic {
	struct arena arena;
	bool is, of_incident;
	struct browse_row message;
	struct browse_incident incident;
	size_t width;
};

/* What the floor above told, and what it was asked and has not answered yet. */
struct telling {
	struct topic told_of, asked;
	int64_t version, asked_version; /* of the store, by then */
	struct tui_told told;
};

void telling_clear(struct telling *telling);

/* What telling is wanted. */
struct wanted {
	const struct browse_row *message; /* NULL: none */
	const struct browse_incident *incident;
};

enum ask { ASK_NOTHING, ASK_SEARCH, ASK_FILTER, ASK_TIME, ASK_WRITE };

struct view {
	const struct tui_options *options;
	struct data *data;
	size_t rows, cols;
	struct level stack[VIEW_DEPTH_MAX];
	size_t depth; /* at least 1 */

	size_t period; /* of causes */
	size_t sort;   /* of causes */
	bool inverted;
	size_t zoom;      /* of trends */
	int64_t trend_at; /* the chosen bucket: an instant in it; INSTANT_NONE: the last */

	enum ask ask;
	struct buf answer; /* being typed */
	struct buf search;
	char note[sizeof((struct error *)0)->text]; /* said once, at the foot */
	struct telling telling;
	struct buf kept;   /* left on the terminal at the end */
	struct buf copied; /* to be handed to the clipboard; empty: nothing */
	enum action owed;  /* a copy that waits for what is told */
	bool found;        /* the cursor stands where it was found */
	bool plain, mouse, leave, redraw;
};

struct screen {
	enum say title;
	void (*draw)(const struct view *view, struct grid *grid);
	/* Rows that can be chosen, and how many of them are seen at once. */
	size_t (*count)(const struct view *view);
	size_t (*height)(const struct view *view);
	void (*open)(struct view *view);                    /* NULL: nothing is to be opened */
	bool (*act)(struct view *view, enum action action); /* NULL; true: it was for this screen */
	struct wanted (*wants)(const struct view *view);    /* NULL: nothing is told */
	/* The text of row i, for a search; no two rows of a list have the same. */
	void (*row_text)(const struct view *view, size_t i, struct buf *out);
	/* What is written by w, as a table; NULL: its text alone. */
	void (*table)(const struct view *view, struct arena *arena, struct tui_table *table);
};

const struct screen *view_screen(enum screen_id id);

void view_init(struct view *view, const struct tui_options *options, struct data *data);
void view_clear(struct view *view);

void view_resize(struct view *view, size_t rows, size_t cols);

/* A key was pressed. */
void view_key(struct view *view, int key);
void view_click(struct view *view, size_t row, size_t col);

/* The data have changed: what is chosen stays chosen. Call view_hold() before. */
struct held {
	struct arena arena;
	struct span rows[VIEW_DEPTH_MAX]; /* row_text of what is chosen in lists that are ranked */
	bool is;                          /* a message is chosen */
	struct browse_row row;
	size_t offset; /* from the top of what is seen */
};
void view_hold(const struct view *view, struct held *held);
void view_settle(struct view *view, struct held *held);

/* Is that screen shown, or will be when one goes back? */
bool view_has(const struct view *view, enum screen_id screen);

/* Are the last findings shown on Now? */
bool view_has_newest(const struct view *view);

/* Ask for what is to be told of the chosen row, or take it. true: there is something new to be drawn. */
bool view_fetch(struct view *view);
bool view_is_asking(const struct view *view);

/* The picture: head, screen, foot. */
void view_draw(const struct view *view, struct grid *grid);

/* For screens. */
const struct level *view_level(const struct view *view);
void view_open_message(struct view *view, const struct browse_row *message);
/* Those that fit the words, from since to until, to the second; INSTANT_NONE: open. */
void view_open_messages(struct view *view, int64_t since, int64_t until, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void view_open_cause(struct view *view, enum verdict_kind verdict, cause_t cause);
void view_open_incident(struct view *view, const struct browse_incident *incident);
void view_note(struct view *view, enum say what, const struct span *values);
enum say view_say_untold(const struct view *view); /* where view_told() is NULL */
void view_note_error(struct view *view, const struct error *err);
size_t view_first(enum screen_id screen);
size_t view_top(const struct view *view);    /* the first row of a screen */
size_t view_bottom(const struct view *view); /* the row behind its last one */
const struct tui_told *view_told(const struct view *view, struct wanted wanted);
/* The incident that is going on and hit most; NULL: none. *more: how many others are. */
const struct browse_incident *view_alarm(const struct view *view, size_t *more);
struct span view_shown(const struct view *view, struct span text, struct buf *room);

/* For what keys do: the level that is shown, and its screen; one back; to one of the first screens. */
struct level *view_level_of(struct view *view);
const struct screen *view_screen_of(const struct view *view);
void view_back(struct view *view);
void view_go_to(struct view *view, enum screen_id screen);
/* Read the messages that the level is of. */
void view_narrow(struct view *view);
/* A text is moved as a whole, without a cursor. */
bool view_is_text(enum screen_id screen);
/* By n rows; where the end of the held messages is near, more are read. */
void view_move(struct view *view, bool down, size_t n);
void view_to_end(struct view *view, bool last);
void view_open_chosen(struct view *view);
/* The screen whose name stands there in the head; SCREEN_COUNT: none does. */
enum screen_id view_tab_at(const struct view *view, size_t col);
/* The key of what stands there in the foot; KEY_NOTHING: nothing does. */
int view_key_at(const struct view *view, size_t col);
/* Back among the rows that there are, and within what is seen. */
void view_fit_cursor(struct view *view);
struct wanted view_wanted(const struct view *view);
/* What was owed until now. */
void view_give_copy(struct view *view);

#endif
