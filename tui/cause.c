#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "tui/draw.h"
#include "tui/screens.h"

#define KEY_COLS 44
#define BAR_COLS 20
#define ROOM_FOR_BOTH 10 /* rows: the list, and the fix */

/* What a row of the list is: a heading, all messages, or those of one domain, author, client or login. */
struct item {
	bool heading, all, others;
	enum hits_dimension dimension;
	const struct hits_row *hit;
	size_t beyond;
};

/* How the dimension is named in a filter. */
static const char *const words[HIT_DIMENSIONS] = {
	[HIT_DOMAIN] = "domain",
	[HIT_AUTHOR] = "author",
	[HIT_CLIENT] = "client",
	[HIT_LOGIN] = "login",
};

static const enum say titles[HIT_DIMENSIONS] = {
	[HIT_DOMAIN] = SAY_HIT_DOMAIN,
	[HIT_AUTHOR] = SAY_HIT_AUTHOR,
	[HIT_CLIENT] = SAY_HIT_CLIENT,
	[HIT_LOGIN] = SAY_HIT_LOGIN,
};

#define ITEMS_MAX (1 + HIT_DIMENSIONS * (HITS_SHOWN + 2))

static size_t
items_of(const struct view *view, struct item *items)
{
	const struct hits *hits = &view->data->hits;
	size_t n = 0;

	items[n++] = (struct item){ .all = true };
	for (int i = 0; i < HIT_DIMENSIONS; i++) {
		enum hits_dimension dimension = (enum hits_dimension)i;

		/* A login that nobody has is not worth a heading. */
		if (hits->n[i] == 0 || (hits->n[i] == 1 && hits->rows[i][0].key.n == 0))
			continue;
		items[n++] = (struct item){ .heading = true, .dimension = dimension };
		for (size_t k = 0; k < hits->n[i]; k++)
			items[n++] =
				(struct item){ .dimension = dimension, .hit = &hits->rows[i][k] };
		if (hits->others[i] > 0)
			items[n++] = (struct item){
				.others = true, .dimension = dimension, .beyond = hits->others[i]
			};
	}
	return n;
}

static size_t
count(const struct view *view)
{
	struct item items[ITEMS_MAX];

	return items_of(view, items);
}

static size_t
height(const struct view *view)
{
	size_t room = view_bottom(view) - view_top(view) - 2, n = count(view);
	/* In a low window there is no room for both. */
	size_t most = view->cols >= 120 || room < ROOM_FOR_BOTH ? room : room / 2;

	return n < most ? n : most;
}

static void
draw_item(const struct view *view, struct grid *grid, size_t row, const struct item *item,
	size_t width)
{
	const struct hits *hits = &view->data->hits;
	enum lang lang = view->options->lang;
	struct buf room = BUF_INIT;
	size_t key = width > KEY_COLS + 30 ? KEY_COLS : width > 40 ? width - 26 : width - 12;
	char digits[PHRASE_DIGITS_MAX];
	struct span value;

	if (item->heading) {
		(void)grid_text(grid, row, 2, key, span_of(say(lang, titles[item->dimension])),
			PAINT_STRONG);
		return;
	}
	if (item->all) {
		(void)grid_text(grid, row, 2, key, span_of(say(lang, SAY_HIT_ALL)), PAINT_PLAIN);
		if (hits->counted > 0 && !hits->all) {
			value = phrase_number(digits, hits->counted);
			(void)draw_say(grid, row, 2 + key + 2, PAINT_QUIET, lang, SAY_HIT_OF_LAST,
				&value);
		} else {
			draw_number(grid, row, 2 + key + 9, hits->counted, PAINT_PLAIN);
		}
		return;
	}
	if (item->others) {
		value = phrase_number(digits, item->beyond);
		(void)draw_say(grid, row, 4, PAINT_QUIET, lang, SAY_HIT_OTHERS, &value);
		return;
	}
	if (item->hit->key.n == 0)
		(void)grid_text(grid, row, 4, key - 2, span_of(say(lang, SAY_HIT_NONE)),
			PAINT_QUIET);
	else
		(void)grid_log(grid, row, 4, key - 2, view_shown(view, item->hit->key, &room),
			PAINT_PLAIN);
	draw_number(grid, row, 2 + key + 9, item->hit->messages, PAINT_PLAIN);
	if (hits->counted > 0 && width > key + 14) {
		(void)grid_addf(grid, row, 2 + key + 10, PAINT_QUIET, "%3u %%",
			(unsigned)(item->hit->messages * 100 / hits->counted));
		for (size_t i = 0; width > key + 20 + BAR_COLS &&
				   i < item->hit->messages * BAR_COLS / hits->counted;
			i++)
			grid_put(grid, row, 2 + key + 17 + i, 0x2586, '#', PAINT_BAD);
	}
	buf_clear(&room);
}

static void
draw(const struct view *view, struct grid *grid)
{
	const struct level *level = view_level(view);
	struct item items[ITEMS_MAX];
	size_t n = items_of(view, items), top = view_top(view), rows = height(view);
	size_t width = view->cols >= 120 ? view->cols / 2 : view->cols;
	const char *setting = cause_get(level->cause)->setting;
	size_t used = 2;

	used += draw_verdict(view, grid, top, 2, 24, level->verdict) + 2;
	used += grid_text(grid, top, used, SIZE_MAX, draw_cause(view, level->cause), PAINT_STRONG) +
	        2;
	used += grid_text(grid, top, used, view->cols > used ? view->cols - used : 0,
		view->options->gist(view->options->ctx, level->verdict, level->cause), PAINT_PLAIN);
	if (*setting != '\0' && used + strlen(setting) + 4 <= view->cols)
		(void)grid_addf(grid, top, used + 2, PAINT_QUIET, "(%s)", setting);
	for (size_t i = 0; i < rows && level->cursor.top + i < n; i++) {
		draw_item(view, grid, top + 2 + i, &items[level->cursor.top + i], width);
		if (level->cursor.top + i == level->cursor.at)
			grid_choose(grid, top + 2 + i, width);
	}
	if (width < view->cols)
		draw_fix(view, grid, top + 2, view_bottom(view) - top - 2, width + 1,
			view->cols - width - 2, screen_cause.wants(view));
	else if (top + 3 + rows < view_bottom(view))
		draw_fix(view, grid, top + 3 + rows, view_bottom(view) - top - 3 - rows, 2,
			view->cols - 3, screen_cause.wants(view));
}

static void
open_row(struct view *view)
{
	const struct level *level = view_level(view);
	struct item items[ITEMS_MAX];
	size_t n = items_of(view, items), at = level->cursor.at;
	const char *cause = level->cause == CAUSE_NONE ? "none" : cause_id(level->cause);
	const char *verdict = verdict_id(level->verdict);
	const struct hits_row *hit;

	if (at >= n || items[at].others)
		return;
	hit = items[at].hit;
	/* A filter's words end at blanks and its items at commas: of such a key nothing more is asked. */
	if (items[at].all || items[at].heading || hit->key.n == 0 ||
		span_find_char(hit->key, ' ') >= 0 || span_find_char(hit->key, ',') >= 0)
		view_open_messages(view, INSTANT_NONE, INSTANT_NONE, "verdict=%s cause=%s", verdict,
			cause);
	else
		view_open_messages(view, INSTANT_NONE, INSTANT_NONE, "verdict=%s cause=%s %s=%.*s",
			verdict, cause, words[items[at].dimension], SPAN_ARGS(hit->key));
}

static struct wanted
wants(const struct view *view)
{
	struct item items[ITEMS_MAX];
	size_t n = items_of(view, items), at = view_level(view)->cursor.at;

	return (struct wanted){
		at < n && items[at].hit != NULL ? items[at].hit->told : view->data->hits.told, NULL
	};
}

static void
row_text(const struct view *view, size_t i, struct buf *out)
{
	struct item items[ITEMS_MAX];

	if (i < items_of(view, items) && items[i].hit != NULL)
		buf_addf(out, "%s=%.*s", words[items[i].dimension], SPAN_ARGS(items[i].hit->key));
}

static void
table(const struct view *view, struct arena *arena, struct tui_table *to)
{
	static const struct span headings[] = { { "by", 2 }, { "key", 3 }, { "messages", 8 } };
	struct item items[ITEMS_MAX];
	size_t n = items_of(view, items), used = 0;
	struct span *cells = arena_alloc(arena, (n * 3 + 1) * sizeof *cells);

	for (size_t i = 0; i < n; i++) {
		char digits[32];
		struct buf room = BUF_INIT;

		if (items[i].hit == NULL)
			continue;
		(void)snprintf(digits, sizeof digits, "%llu",
			(unsigned long long)items[i].hit->messages);
		cells[used++] = span_of(words[items[i].dimension]);
		cells[used++] = arena_copy(arena, view_shown(view, items[i].hit->key, &room));
		cells[used++] = arena_copy(arena, span_of(digits));
		buf_clear(&room);
	}
	to->headings = headings;
	to->cells = cells;
	to->rows = used / 3;
	to->cols = 3;
}

const struct screen screen_cause = { SAY_CAUSES, draw, count, height, open_row, NULL, wants,
	row_text, table };
