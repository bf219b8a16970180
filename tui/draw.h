/*
 * draw.h - pieces that screens are made of.
 */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include "tui/view.h"

/* A text of ours with values. */
size_t draw_say(struct grid *grid, size_t row, size_t col, enum paint paint, enum lang lang,
	enum say what, const struct span *values);

void draw_number(struct grid *grid, size_t row, size_t end, uint64_t number, enum paint paint);

/* "212", "20,000+": how many messages it hit, as far as they were counted. */
#define DRAW_COUNT_MAX (PHRASE_DIGITS_MAX + 1)
struct span draw_hit(const struct browse_incident *incident, char digits[DRAW_COUNT_MAX]);

/* "42 s", "12 min", "3 h", "2 d": how long, in the largest unit that is full. */
#define DRAW_LAPSE_MAX 32
struct span draw_lapse(char text[DRAW_LAPSE_MAX], enum lang lang, int64_t lapse);

/* "09:14:02" of today, else "23 Nov 09:14", "23 Nov 2025"; with day always the longer one. */
struct span draw_time(const struct view *view, int64_t when, bool day, struct buf *room);

/* Prose, wrapped into at most `rows` rows of `width` columns; gives how many it took. */
size_t draw_prose(struct grid *grid, size_t row, size_t col, size_t width, size_t rows,
	struct span text, enum paint paint);

/* n values as a line of small bars, one column each. */
void draw_course(struct grid *grid, size_t row, size_t col, const uint64_t *values, size_t n,
	enum paint paint);

/* n values as bars of up to `rows` rows above row `ground`, a column each, with the highest value before them. */
void draw_columns(struct grid *grid, size_t ground, size_t rows, size_t col, const uint64_t *values,
	size_t n, enum paint paint);

/* The course of a share between 0 and 1000; what is not known (UINT64_MAX) is blank. */
void draw_shares(struct grid *grid, size_t row, size_t col, const uint64_t *permille, size_t n,
	enum paint paint);

/* A line with the ANSI colours of cli/render.c as roles. */
void draw_styled(struct grid *grid, size_t row, size_t col, struct span line, enum paint *paint);

/* "unsigned", in its role, with its word in the reader's language where there is room. */
size_t draw_verdict(const struct view *view, struct grid *grid, size_t row, size_t col,
	size_t width, enum verdict_kind verdict);

/* The cause, or what stands for none. */
struct span draw_cause(const struct view *view, cause_t cause);

/* Why, the fix, the proof and the command, as far as they fit: the fix first. */
void draw_fix(const struct view *view, struct grid *grid, size_t row, size_t rows, size_t col,
	size_t width, struct wanted wanted);

/*
 * Of so many rows those of a list of n; the others are of the fix below it, where there is room for
 * both.
 */
size_t draw_list_rows(size_t room, size_t n);

/* The fix as it is copied. */
void draw_fix_text(const struct tui_told *told, struct buf *out);

#endif
