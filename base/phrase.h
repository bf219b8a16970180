/*
 * phrase.h - texts with values in them, as tables of texts in several languages hold them.
 *
 * {1} is the first value, {1?message|messages} is "message" where the first one is "1" and
 * "messages" where it is not. There are at most nine values.
 */
#ifndef BASE_PHRASE_H
#define BASE_PHRASE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Append the text with its values; there must be as many as it names. */
void phrase_fill(struct buf *out, struct span text, const struct span *values);

/* A number as people read it, "3,402,118"; the span lies in digits. */
#define PHRASE_DIGITS_MAX 32
struct span phrase_number(char digits[PHRASE_DIGITS_MAX], uint64_t number);

#endif
