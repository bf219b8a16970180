/*
 * span.h - a borrowed view of bytes.
 *
 * A span never owns and is not NUL-terminated; its bytes may be anything, NUL
 * included. It stays valid as long as its source does. The empty span may
 * have a NULL pointer.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const char *p;
	size_t n;
};

/* The span of a string literal, and of a C string. */
#define SPAN(literal) ((struct span){ "" literal, sizeof(literal) - 1 })
#define SPAN_NONE ((struct span){ NULL, 0 })

static inline struct span
span_of(const char *s)
{
	return (struct span){ s, strlen(s) };
}

/* printf("%.*s", SPAN_ARGS(s)) */
#define SPAN_ARGS(s) (int)(s).n, (s).p

/* Most that is compared is as short as a name: two loads of each side then, which may overlap. */
static inline bool
span_same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x, y, v, w;
	uint32_t c, d, e, f;

	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n < 4)
		return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
	if (n < 8) {
		memcpy(&c, a, 4);
		memcpy(&d, b, 4);
		memcpy(&e, a + n - 4, 4);
		memcpy(&f, b + n - 4, 4);
		return ((c ^ d) | (e ^ f)) == 0;
	}
	memcpy(&x, a, 8);
	memcpy(&y, b, 8);
	memcpy(&v, a + n - 8, 8);
	memcpy(&w, b + n - 8, 8);
	return ((x ^ y) | (v ^ w)) == 0;
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && span_same_bytes(a.p, b.p, a.n);
}

static inline bool
span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool
span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

/* The bytes from offset on; none when the span is shorter than that. */
static inline struct span
span_from(struct span s, size_t offset)
{
	return offset >= s.n ? SPAN_NONE : (struct span){ s.p + offset, s.n - offset };
}

static inline struct span
span_first(struct span s, size_t n)
{
	return (struct span){ s.p, n < s.n ? n : s.n };
}

/* As strcmp() and strcasecmp(), ASCII only. */
int span_compare(struct span a, struct span b);
bool span_eq_nocase(struct span a, struct span b);

/* Is s one of a list of C strings that NULL ends? ASCII case does not count. */
bool span_in_nocase(struct span s, const char *const *list);

/* Where needle stands in s, or -1. An empty needle stands at 0. */
ptrdiff_t span_find(struct span s, struct span needle);

static inline ptrdiff_t
span_find_char(struct span s, char c)
{
	const char *at = s.n > 0 ? (const char *)memchr(s.p, c, s.n) : NULL;

	return at != NULL ? at - s.p : -1;
}

/* The last place of c in s, or -1. */
ptrdiff_t span_find_last(struct span s, char c);

bool span_has(struct span s, struct span needle);

static inline bool
span_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without ASCII blanks (space, tab, CR, LF, VT, FF) at both ends. */
static inline struct span
span_trim(struct span s)
{
	if (s.p == NULL) /* so empty; said for gcc's analyzer */
		return SPAN_NONE;
	while (s.n > 0 && span_is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && span_is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/*
 * Cut the part before separator off the front of *rest and give it in *part;
 * *rest is what follows the separator. false when *rest is used up (its
 * pointer is NULL then). "a::b" gives "a", "", "b".
 */
bool span_cut(struct span *rest, char separator, struct span *part);

/*
 * The next word of *rest, words being separated by ASCII blanks. false when
 * there is none.
 */
bool span_word(struct span *rest, struct span *word);

/* The whole span as a decimal number. false, and *value untouched, when it is none or too large. */
bool span_to_u64(struct span s, uint64_t *value);

/* A 64-bit hash keyed with a seed drawn once a run, so that input cannot aim at collisions. */
uint64_t span_hash(struct span s);

/* The same under a key of the caller's. Equal keys give equal digests for ever, on every machine. */
uint64_t span_digest(struct span s, uint64_t key);

#endif
