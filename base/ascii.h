/*
 * ascii.h - bytes as digits, letters and blanks, whatever the locale says.
 */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>

#include "base/span.h"

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
ascii_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_upper(c) || ascii_is_lower(c);
}

static inline bool
ascii_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline char
ascii_lower(char c)
{
	return ascii_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

static inline bool
ascii_all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* The bytes up to the first blank. */
static inline struct span
ascii_word(struct span s)
{
	size_t n = 0;

	while (n < s.n && !ascii_is_blank(s.p[n]))
		n++;
	return (struct span){ s.p, n };
}

static inline struct span
ascii_skip_blanks(struct span s)
{
	while (s.n > 0 && ascii_is_blank(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

#endif
