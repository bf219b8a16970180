#include "parser/items.h"

#define ITEMS_MAX 8

static bool
begins(struct span s, struct span key)
{
	return s.n >= key.n && *s.p == *key.p && memcmp(s.p, key.p, key.n) == 0;
}

/*
 * The item that text begins with, and what stands behind ", ". false: a blank or comma
 * stands in it, so that another key might begin there.
 */
static bool
take_item(struct span *text, struct span *item)
{
	ptrdiff_t end = span_find_char(*text, ',');

	*item = end < 0 ? *text : span_first(*text, (size_t)end);
	if (span_find_char(*item, ' ') >= 0)
		return false;
	if (end < 0) {
		*text = SPAN_NONE;
		return true;
	}
	if (text->n < (size_t)end + 3 || text->p[end + 1] != ' ')
		return false;
	*text = (struct span){ text->p + end + 2, text->n - (size_t)end - 2 };
	return true;
}

/* Into values, unless an item of that key came before. false: it is one in <>, which may hold anything. */
static bool
take_value(struct span item, const struct item *items, size_t n, struct span *values)
{
	for (size_t i = 0; i < n; i++) {
		struct span value;

		if (!begins(item, items[i].key))
			continue;
		value = (struct span){ item.p + items[i].key.n, item.n - items[i].key.n };
		if (value.n > 0 && *value.p == '<')
			return false;
		if (values[i].p == NULL)
			values[i] = value;
		return true;
	}
	return true;
}

static void
give(const struct item *items, size_t n, const struct span *values)
{
	for (size_t i = 0; i < n; i++)
		*items[i].value = values[i];
}

bool
items_read(struct span text, const struct item *items, size_t n)
{
	struct span values[ITEMS_MAX] = { SPAN_NONE };
	struct span item;

	while (text.n > 0)
		if (!take_item(&text, &item) || item.n == 0 || !take_value(item, items, n, values))
			return false;
	give(items, n, values);
	return true;
}

bool
items_read_until(struct span text, const struct item *items, size_t n, struct span last,
	struct span *rest)
{
	struct span values[ITEMS_MAX] = { SPAN_NONE };
	struct span item;

	while (text.n > 0 && !begins(text, last))
		if (!take_item(&text, &item) || item.n == 0 || !take_value(item, items, n, values))
			return false;
	if (text.n <= last.n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (values[i].p == NULL)
			return false;
	give(items, n, values);
	*rest = (struct span){ text.p + last.n, text.n - last.n };
	return true;
}
