#include "tui/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

void
grid_init(struct grid *grid, size_t rows, size_t cols, bool ascii)
{
	*grid = (struct grid){ rows, cols, ascii, xcalloc(rows * cols + 1, sizeof *grid->cells) };
	for (size_t i = 0; i < rows * cols; i++)
		grid->cells[i] = (struct cell){ .code = ' ', .width = 1 };
}

void
grid_clear(struct grid *grid)
{
	free(grid->cells);
	*grid = (struct grid){ 0, 0, false, NULL };
}

const struct cell *
grid_at(const struct grid *grid, size_t row, size_t col)
{
	return &grid->cells[row * grid->cols + col];
}

static struct cell *
at(struct grid *grid, size_t row, size_t col)
{
	return &grid->cells[row * grid->cols + col];
}

/* What is overwritten by half becomes a blank. */
static void
set(struct grid *grid, size_t row, size_t col, uint32_t code, unsigned width, enum paint paint)
{
	struct cell *cell = at(grid, row, col);

	if (cell->width == 0 && col > 0)
		*at(grid, row, col - 1) =
			(struct cell){ .code = ' ', .width = 1, .paint = cell->paint };
	for (size_t i = 0; i < width; i++) {
		struct cell *one = cell + i;

		if (one->width == 2 && i + 1 == width && col + width < grid->cols)
			one[1] = (struct cell){ .code = ' ', .width = 1, .paint = one->paint };
		*one = (struct cell){ .code = i == 0 ? code : 0,
			.width = (unsigned char)(i == 0 ? width : 0),
			.paint = (unsigned char)paint };
	}
}

static void
add_mark(struct grid *grid, size_t row, size_t col, uint32_t code)
{
	struct cell *cell = at(grid, row, col);

	for (size_t i = 0; i < CELL_MARKS_MAX; i++)
		if (cell->marks[i] == 0) {
			cell->marks[i] = code;
			return;
		}
}

/* Text that is fit to be shown. */
static size_t
place(struct grid *grid, size_t row, size_t col, size_t max, struct span text, enum paint paint)
{
	size_t used = 0, len, before = 0;

	if (row >= grid->rows || col >= grid->cols)
		return 0;
	if (max > grid->cols - col)
		max = grid->cols - col;
	for (; text.n > 0; text = span_from(text, len)) {
		uint32_t code = utf8_next(text, &len, NULL);
		size_t width = (size_t)utf8_width(code);

		if (width == 0) {
			if (used > 0)
				add_mark(grid, row, col + before, code);
			continue;
		}
		if (used + width > max)
			break;
		set(grid, row, col + used, code, (unsigned)width, paint);
		before = used;
		used += width;
	}
	return used;
}

/* What is not ASCII is spelled out, where it is of a log; of ours it has other words. */
static void
spell(struct buf *out, struct span text)
{
	size_t len;

	for (; text.n > 0; text = span_from(text, len)) {
		uint32_t code = utf8_next(text, &len, NULL);

		if (code < 0x80)
			buf_add_char(out, (char)code);
		else
			buf_addf(out, "\\u{%04X}", (unsigned)code);
	}
}

static size_t
room_for(const struct grid *grid, size_t col, size_t max)
{
	size_t room = col < grid->cols ? grid->cols - col : 0;

	return max < room ? max : room;
}

/* How many bytes of a text that is fit to be shown take at most max columns. */
static size_t
bytes_of(struct span text, size_t max)
{
	size_t at = 0, used = 0, len;

	for (; at < text.n; at += len) {
		used += (size_t)utf8_width(utf8_next(span_from(text, at), &len, NULL));
		if (used > max)
			break;
	}
	return at;
}

static void
fit(const struct grid *grid, struct buf *out, struct span text, size_t max, bool of_log)
{
	struct buf clean = BUF_INIT;

	if (!grid->ascii) {
		utf8_printable(out, text, max);
		return;
	}
	utf8_printable(&clean, text, SIZE_MAX);
	if (of_log)
		spell(out, buf_span(&clean));
	else
		buf_add(out, buf_span(&clean));
	buf_clear(&clean);
	if (utf8_columns(buf_span(out)) > max) {
		out->n = bytes_of(buf_span(out), max > 3 ? max - 3 : max);
		if (max > 3)
			buf_add(out, SPAN("..."));
	}
}

static size_t
write_text(struct grid *grid, size_t row, size_t col, size_t max, struct span text,
	enum paint paint, bool of_log)
{
	struct buf fitted = BUF_INIT;
	size_t used;

	max = room_for(grid, col, max);
	fit(grid, &fitted, text, max, of_log);
	used = place(grid, row, col, max, buf_span(&fitted), paint);
	buf_clear(&fitted);
	return used;
}

size_t
grid_text(struct grid *grid, size_t row, size_t col, size_t max, struct span text, enum paint paint)
{
	return write_text(grid, row, col, max, text, paint, false);
}

size_t
grid_log(struct grid *grid, size_t row, size_t col, size_t max, struct span text, enum paint paint)
{
	return write_text(grid, row, col, max, text, paint, true);
}

void
grid_right(struct grid *grid, size_t row, size_t end, size_t max, struct span text,
	enum paint paint)
{
	size_t columns = utf8_columns(text);

	if (columns > max)
		columns = max;
	if (columns <= end)
		(void)grid_text(grid, row, end - columns, columns, text, paint);
}

size_t
grid_addf(struct grid *grid, size_t row, size_t col, enum paint paint, const char *format, ...)
{
	char text[512];
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return n < 0 ? 0 : grid_text(grid, row, col, SIZE_MAX, span_of(text), paint);
}

void
grid_put(struct grid *grid, size_t row, size_t col, uint32_t code, char instead, enum paint paint)
{
	if (row < grid->rows && col < grid->cols)
		set(grid, row, col, grid->ascii ? (uint32_t)instead : code, 1, paint);
}

void
grid_paint_row(struct grid *grid, size_t row, enum paint paint)
{
	for (size_t col = 0; row < grid->rows && col < grid->cols; col++)
		at(grid, row, col)->paint = (unsigned char)paint;
}

void
grid_choose(struct grid *grid, size_t row, size_t width)
{
	if (row >= grid->rows || grid->cols == 0)
		return;
	set(grid, row, 0, '>', 1, PAINT_STRONG);
	for (size_t col = 0; col < width && col < grid->cols; col++)
		at(grid, row, col)->chosen = true;
}

void
grid_print(const struct grid *grid, struct buf *out)
{
	for (size_t row = 0; row < grid->rows; row++) {
		for (size_t col = 0; col < grid->cols; col++) {
			const struct cell *cell = grid_at(grid, row, col);

			if (cell->width == 0)
				continue;
			utf8_add(out, cell->code);
			for (size_t i = 0; i < CELL_MARKS_MAX && cell->marks[i] != 0; i++)
				utf8_add(out, cell->marks[i]);
		}
		while (out->n > 0 && out->p[out->n - 1] == ' ')
			out->n--;
		buf_add_char(out, '\n');
	}
}

bool
grid_same_row(const struct grid *a, const struct grid *b, size_t row)
{
	for (size_t col = 0; col < a->cols; col++) {
		const struct cell *x = grid_at(a, row, col), *y = grid_at(b, row, col);

		if (x->code != y->code || x->width != y->width || x->paint != y->paint ||
			x->chosen != y->chosen || memcmp(x->marks, y->marks, sizeof x->marks) != 0)
			return false;
	}
	return true;
}
