/*
 * grid.h - a screen in memory: rows of cells, each a character and its role.
 *
 * Screens draw here and nowhere else, so that they are tested without a terminal. What is written
 * passes base/utf8.h, so no byte of a log moves a cursor. A wide character takes two cells, a
 * combining one joins the cell before it. Writing beyond an edge is cut, never an error.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/theme.h"

#define CELL_MARKS_MAX 2 /* combining characters of one cell; more are left out */

struct cell {
	uint32_t code;
	uint32_t marks[CELL_MARKS_MAX];
	unsigned char width; /* 1, 2, or 0: the right half of the wide one before it */
	unsigned char paint;
	bool chosen; /* the row under the cursor */
};

struct grid {
	size_t rows, cols;
	bool ascii; /* nothing but ASCII is drawn; what a log holds besides is spelled out */
	struct cell *cells;
};

/* All blank. */
void grid_init(struct grid *grid, size_t rows, size_t cols, bool ascii);
void grid_clear(struct grid *grid);

const struct cell *grid_at(const struct grid *grid, size_t row, size_t col);

/* A text of ours, or of a log, in at most max columns; gives how many it took. */
size_t grid_text(struct grid *grid, size_t row, size_t col, size_t max, struct span text,
	enum paint paint);
size_t grid_log(struct grid *grid, size_t row, size_t col, size_t max, struct span text,
	enum paint paint);

/* The same, ending at column end (not included), so that numbers stand under each other. */
void grid_right(struct grid *grid, size_t row, size_t end, size_t max, struct span text,
	enum paint paint);

size_t grid_addf(struct grid *grid, size_t row, size_t col, enum paint paint, const char *format,
	...) __attribute__((format(printf, 5, 6)));

/* One character; instead stands in its place with ascii. */
void grid_put(struct grid *grid, size_t row, size_t col, uint32_t code, char instead,
	enum paint paint);

/* Give a row one role. */
void grid_paint_row(struct grid *grid, size_t row, enum paint paint);

/* Show that a row of a list, so many columns wide, is the chosen one: by a sign at its beginning, too. */
void grid_choose(struct grid *grid, size_t row, size_t width);

/* As text, a line a row, without the blanks at their ends. */
void grid_print(const struct grid *grid, struct buf *out);

bool grid_same_row(const struct grid *a, const struct grid *b, size_t row);

#endif
