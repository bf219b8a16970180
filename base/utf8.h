/*
 * utf8.h - bytes from outside made fit for a terminal, and their width there.
 *
 * What comes out holds no control characters, no escape sequences, no
 * bidirectional or zero-width format characters, and is valid UTF-8.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The first code point of s, and in *len how many bytes it takes (0 at the
 * end). An invalid, overlong or surrogate sequence gives U+FFFD and one byte;
 * *valid (may be NULL) tells it from a real U+FFFD.
 */
uint32_t utf8_next(struct span s, size_t *len, bool *valid);

/* No invalid sequence in all of s. */
bool utf8_is_valid(struct span s);

/* Append one code point as UTF-8. */
void utf8_add(struct buf *out, uint32_t code);

/* Is it a control, or a format character that reorders, joins or hides what stands around it? */
bool utf8_is_unseen(uint32_t code);

/*
 * Columns of a code point: 0, 1 or 2. The C library's wcwidth() decides, so that screens and
 * text agree; where the locale knows nothing of the code point, 1.
 */
int utf8_width(uint32_t code);

/* Columns that utf8_printable() of s takes. */
size_t utf8_columns(struct span s);

/*
 * Append s made printable: C0 and C1 controls and DEL as \xNN, invalid bytes as
 * \xNN, bidirectional and zero-width format characters as \u{NNNN}; tab is a
 * blank. At most max_cols columns are written (SIZE_MAX: all); what does not
 * fit ends in an ellipsis.
 */
void utf8_printable(struct buf *out, struct span s, size_t max_cols);

/*
 * How many bytes of a text that is fit to be shown stand on a line of `room` columns: up to behind a
 * blank, or between wide characters where Japanese may be broken; at least one character.
 */
size_t utf8_break(struct span text, size_t room);

#endif
