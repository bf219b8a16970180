#include "tui/draw.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/utf8.h"

size_t
draw_say(struct grid *grid, size_t row, size_t col, enum paint paint, enum lang lang, enum say what,
	const struct span *values)
{
	struct buf text = BUF_INIT;
	size_t used;

	phrase_fill(&text, span_of(say(lang, what)), values);
	used = grid_text(grid, row, col, SIZE_MAX, buf_span(&text), paint);
	buf_clear(&text);
	return used;
}

void
draw_number(struct grid *grid, size_t row, size_t end, uint64_t number, enum paint paint)
{
	char digits[PHRASE_DIGITS_MAX];

	grid_right(grid, row, end, SIZE_MAX, phrase_number(digits, number), paint);
}

struct span
draw_hit(const struct browse_incident *incident, char digits[DRAW_COUNT_MAX])
{
	struct span number = phrase_number(digits, incident->messages);

	if (incident->more) {
		digits[PHRASE_DIGITS_MAX] = '+'; /* behind the number, which ends there */
		number.n++;
	}
	return number;
}

struct span
draw_lapse(char text[DRAW_LAPSE_MAX], enum lang lang, int64_t lapse)
{
	static const struct {
		int64_t unit;
		const char *name[LANG_COUNT];
	} units[] = {
		{ INSTANT_DAY, { "d", "日" } },
		{ INSTANT_HOUR, { "h", "時間" } },
		{ INSTANT_MINUTE, { "min", "分" } },
		{ INSTANT_SECOND, { "s", "秒" } },
	};
	size_t i = 0;

	while (i + 1 < sizeof units / sizeof *units && lapse < units[i].unit)
		i++;
	(void)snprintf(text, DRAW_LAPSE_MAX, "%lld %s", (long long)(lapse / units[i].unit),
		units[i].name[lang]);
	return span_of(text);
}

static void
add_day(struct buf *out, const struct civil *civil, bool year, enum lang lang)
{
	if (lang == LANG_JA) {
		if (year)
			buf_addf(out, "%d/", civil->year);
		buf_addf(out, "%d/%d", civil->month, civil->day);
		return;
	}
	buf_addf(out, "%d %s", civil->day, instant_month(civil->month));
	if (year)
		buf_addf(out, " %d", civil->year);
}

struct span
draw_time(const struct view *view, int64_t when, bool day, struct buf *room)
{
	struct civil civil, now;
	bool today;

	buf_reset(room);
	if (when == INSTANT_NONE) {
		buf_add_char(room, '-');
		return buf_span(room);
	}
	instant_civil(when, view->options->utc, &civil, NULL);
	instant_civil(view->data->now, view->options->utc, &now, NULL);
	today = civil.year == now.year && civil.month == now.month && civil.day == now.day;
	if (today && !day) {
		buf_addf(room, "%02d:%02d:%02d", civil.hour, civil.minute, civil.second);
		return buf_span(room);
	}
	add_day(room, &civil, civil.year != now.year, view->options->lang);
	if (civil.year == now.year || day)
		buf_addf(room, " %02d:%02d", civil.hour, civil.minute);
	return buf_span(room);
}

size_t
draw_prose(struct grid *grid, size_t row, size_t col, size_t width, size_t rows, struct span text,
	enum paint paint)
{
	struct buf clean = BUF_INIT;
	struct span rest;
	size_t used = 0;

	if (width == 0)
		return 0;
	utf8_printable(&clean, text, SIZE_MAX);
	for (rest = span_trim(buf_span(&clean)); rest.n > 0 && used < rows; used++) {
		size_t n = utf8_break(rest, width);
		bool last = used + 1 == rows && n < rest.n;

		(void)grid_text(grid, row + used, col, width, last ? rest : span_first(rest, n),
			paint);
		rest = span_trim(span_from(rest, n));
	}
	buf_clear(&clean);
	return used;
}

/* Of eight steps the one that stands for value; nothing for 0 alone. */
static void
draw_step(struct grid *grid, size_t row, size_t col, uint64_t value, uint64_t most,
	enum paint paint)
{
	static const char ascii[] = "_.-=+*#@";
	uint64_t step;

	if (value == 0 || most == 0) {
		grid_put(grid, row, col, 0xB7, '.', PAINT_QUIET);
		return;
	}
	step = value >= most ? 7 : value * 8 / most;
	grid_put(grid, row, col, 0x2581 + (uint32_t)step, ascii[step], paint);
}

void
draw_course(struct grid *grid, size_t row, size_t col, const uint64_t *values, size_t n,
	enum paint paint)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] > most)
			most = values[i];
	for (size_t i = 0; i < n; i++)
		draw_step(grid, row, col + i, values[i], most, paint);
}

void
draw_columns(struct grid *grid, size_t ground, size_t rows, size_t col, const uint64_t *values,
	size_t n, enum paint paint)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (values[i] > most)
			most = values[i];
	for (size_t i = 0; i < n; i++) {
		/* In eighths of a row; what is there at all is seen. */
		uint64_t eighths = most == 0 ? 0 : values[i] * rows * 8 / most;

		if (values[i] == 0) {
			grid_put(grid, ground, col + i, 0xB7, '.', PAINT_QUIET);
			continue;
		}
		if (eighths == 0)
			eighths = 1;
		for (size_t row = 0; eighths > 0; row++) {
			uint64_t part = eighths > 8 ? 8 : eighths;

			grid_put(grid, ground - row, col + i, 0x2580 + (uint32_t)part, '#', paint);
			eighths -= part;
		}
	}
	if (most > 0 && col > 1)
		draw_number(grid, ground + 1 - rows, col - 1, most, PAINT_QUIET);
}

void
draw_shares(struct grid *grid, size_t row, size_t col, const uint64_t *permille, size_t n,
	enum paint paint)
{
	for (size_t i = 0; i < n; i++) {
		if (permille[i] == UINT64_MAX)
			continue;
		draw_step(grid, row, col + i, permille[i] == 0 ? 1 : permille[i], 1000,
			permille[i] < 990 ? PAINT_BAD : paint);
	}
}

static enum paint
paint_of(struct span code)
{
	static const struct {
		const char *code;
		enum paint paint;
	} codes[] = { { "0", PAINT_PLAIN }, { "32", PAINT_GOOD }, { "1;31", PAINT_BAD },
		{ "33", PAINT_DOUBT }, { "1", PAINT_STRONG } };

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (span_eq(code, span_of(codes[i].code)))
			return codes[i].paint;
	return PAINT_PLAIN;
}

void
draw_styled(struct grid *grid, size_t row, size_t col, struct span line, enum paint *paint)
{
	while (line.n > 0) {
		ptrdiff_t escape = span_find_char(line, '\033');
		struct span piece = escape < 0 ? line : span_first(line, (size_t)escape), code;

		col += grid_text(grid, row, col, SIZE_MAX, piece, *paint);
		if (escape < 0)
			return;
		line = span_from(line, (size_t)escape + 2);
		if (!span_cut(&line, 'm', &code))
			return;
		*paint = paint_of(code);
	}
}

size_t
draw_verdict(const struct view *view, struct grid *grid, size_t row, size_t col, size_t width,
	enum verdict_kind verdict)
{
	const char *word = say_verdict(view->options->lang, verdict);
	size_t used = grid_text(grid, row, col, width, span_of(verdict_id(verdict)),
		theme_verdict(verdict));

	if (word != NULL && used + 1 + utf8_columns(span_of(word)) <= width)
		used += 1 + grid_text(grid, row, col + used + 1, width - used - 1, span_of(word),
				    theme_verdict(verdict));
	return used;
}

struct span
draw_cause(const struct view *view, cause_t cause)
{
	return span_of(cause == CAUSE_NONE ? say(view->options->lang, SAY_NO_CAUSE)
					   : cause_id(cause));
}

/* The fix: lines with a mark of how they look. */

struct lines {
	struct fix_line {
		struct span text;
		size_t indent;
		enum paint paint;
		bool number; /* of a step stands before it */
		unsigned step;
	} * items;
	size_t n, room;
	struct buf clean; /* what the texts lie in */
};

static void
add_line(struct lines *lines, struct span text, size_t indent, enum paint paint, unsigned step)
{
	lines->items = xgrow(lines->items, lines->n, &lines->room, sizeof *lines->items);
	lines->items[lines->n++] = (struct fix_line){ text, indent, paint, step > 0, step };
}

static void
add_wrapped(struct lines *lines, struct span text, size_t width, size_t indent, enum paint paint,
	unsigned step)
{
	text = span_trim(text);
	do {
		size_t n = utf8_break(text, width > indent + 10 ? width - indent : 10);

		add_line(lines, span_trim(span_first(text, n)), indent, paint, step);
		step = 0;
		text = span_trim(span_from(text, n));
	} while (text.n > 0);
}

static void
add_steps(struct lines *lines, struct span fix, size_t width)
{
	struct span line;
	unsigned step = 0;

	while (span_cut(&fix, '\n', &line)) {
		bool command = span_starts(line, SPAN("$ "));

		if (span_trim(line).n == 0)
			continue;
		if (command || span_starts(line, SPAN(" ")))
			add_line(lines, command ? span_from(line, 2) : span_trim(line), 7,
				PAINT_COMMAND, 0);
		else
			add_wrapped(lines, line, width, 3, PAINT_PLAIN, ++step);
	}
}

static void
add_each(struct lines *lines, struct span text, size_t indent, enum paint paint)
{
	struct span line;

	while (span_cut(&text, '\n', &line))
		if (span_trim(line).n > 0)
			add_line(lines, span_trim(line), indent, paint, 0);
}

/* At most `rows` of the lines; where there are more, the last one leaves `keep` columns free. */
static size_t
draw_lines(struct grid *grid, size_t row, size_t col, size_t width, size_t rows,
	const struct lines *lines, size_t keep)
{
	size_t used = 0, to = lines->n;

	for (size_t i = 0; i < to && used < rows; i++, used++) {
		const struct fix_line *line = &lines->items[i];

		if (line->number)
			(void)grid_addf(grid, row + used, col, PAINT_STRONG, "%u", line->step);
		/* Of the last row that fits, room for the word that there is more. */
		if (used + 1 == rows && i + 1 < to && width > keep)
			width -= keep;
		(void)grid_text(grid, row + used, col + line->indent,
			width > line->indent ? width - line->indent : 0, line->text, line->paint);
	}
	return used;
}

static size_t
draw_part(const struct view *view, struct grid *grid, size_t row, size_t col, size_t width,
	size_t rows, enum say heading, const struct lines *lines)
{
	struct span more;
	size_t used;

	if (rows == 0 || lines->n == 0)
		return 0;
	(void)grid_text(grid, row, col, width, span_of(say(view->options->lang, heading)),
		PAINT_STRONG);
	more = heading == SAY_FIX ? span_of(say(view->options->lang, SAY_MORE_BELOW)) : SPAN("...");
	used = draw_lines(grid, row, col + 7, width - 7, rows, lines, utf8_columns(more) + 1);
	if (used < lines->n)
		grid_right(grid, row + used - 1, col + width, width / 2, more, PAINT_QUIET);
	return used;
}

void
draw_fix(const struct view *view, struct grid *grid, size_t row, size_t rows, size_t col,
	size_t width, struct wanted wanted)
{
	const struct tui_told *told = view_told(view, wanted);
	struct lines why = { NULL, 0, 0, BUF_INIT }, fix = why, proof = why, command = why;
	size_t used = 0, room;

	if (rows == 0 || width < 20)
		return;
	if (told == NULL) {
		if (wanted.message != NULL || wanted.incident != NULL)
			(void)grid_text(grid, row, col, width,
				span_of(say(view->options->lang, view_say_untold(view))),
				PAINT_QUIET);
		return;
	}
	add_wrapped(&why, buf_span(&told->why), width - 7, 0, PAINT_PLAIN, 0);
	add_steps(&fix, buf_span(&told->fix), width - 7);
	add_each(&proof, buf_span(&told->proof), 0, PAINT_PLAIN);
	add_each(&command, buf_span(&told->command), 0, PAINT_COMMAND);
	/* Room for the fix before room for the reasons. */
	room = rows > fix.n ? rows - fix.n : 0;
	if (room < rows / 3)
		room = rows / 3;
	if (rows > 2)
		used += draw_part(view, grid, row, col, width, room, SAY_WHY, &why);
	used += draw_part(view, grid, row + used, col, width, rows - used, SAY_FIX, &fix);
	if (rows - used > 1)
		used += draw_part(view, grid, row + used, col, width, rows - used - 1, SAY_PROOF,
			&proof);
	if (rows - used > 0)
		(void)draw_part(view, grid, row + used, col, width, rows - used, SAY_VERIFY,
			&command);
	free(why.items);
	free(fix.items);
	free(proof.items);
	free(command.items);
}

#define PANE_ROWS 7

size_t
draw_list_rows(size_t room, size_t n)
{
	size_t most;

	if (room <= 2 * (size_t)PANE_ROWS)
		return room;
	most = room - (room > 30 ? room * 2 / 5 : PANE_ROWS) - 1;
	return n + 1 < most ? n + 1 : most;
}

void
draw_fix_text(const struct tui_told *told, struct buf *out)
{
	struct span rest = buf_span(&told->fix), line;
	unsigned step = 0;

	while (span_cut(&rest, '\n', &line)) {
		if (span_trim(line).n == 0)
			continue;
		if (span_starts(line, SPAN("$ ")))
			buf_addf(out, "    %.*s\n", SPAN_ARGS(span_from(line, 2)));
		else if (span_starts(line, SPAN(" ")))
			buf_addf(out, "    %.*s\n", SPAN_ARGS(span_trim(line)));
		else
			buf_addf(out, "%u. %.*s\n", ++step, SPAN_ARGS(line));
	}
}
