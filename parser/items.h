/*
 * items.h - the attributes of a Postfix line, read in one pass.
 *
 * Postfix writes "KEY=VALUE, KEY=VALUE": where a text is just that, one pass gives what
 * looking for each key from the beginning (parser/postfix.c) gives. Where it is anything else, this
 * says so, and they are looked for.
 */
#ifndef PARSER_ITEMS_H
#define PARSER_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* One that is asked for: key with its "="; *value is SPAN_NONE when the text has none. */
struct item {
	struct span key;
	struct span *value;
};

/* All items of a text. false, and the values are as they were: it is not plainly such a text. */
bool items_read(struct span text, const struct item *items, size_t n);

/*
 * The items in front of the one with key last, all n of which must be there, and in *rest what follows last: the
 * rest of the text, whatever it is.
 */
bool items_read_until(struct span text, const struct item *items, size_t n, struct span last,
	struct span *rest);

#endif
