#include "base/span.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/ascii.h"

int
span_compare(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n > 0 ? memcmp(a.p, b.p, n) : 0;

	return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool
span_eq_nocase(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

bool
span_in_nocase(struct span s, const char *const *list)
{
	for (; s.n > 0 && *list; list++) {
		if (ascii_lower(**list) == ascii_lower(*s.p) && span_eq_nocase(s, span_of(*list)))
			return true;
	}
	return false;
}

ptrdiff_t
span_find(struct span s, struct span needle)
{
	const char *at = s.p;
	const char *last;

	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return -1;
	last = s.p + (s.n - needle.n);
	while ((at = memchr(at, needle.p[0], (size_t)(last - at) + 1)) != NULL) {
		if (memcmp(at, needle.p, needle.n) == 0)
			return at - s.p;
		if (at++ == last)
			break;
	}
	return -1;
}

ptrdiff_t
span_find_last(struct span s, char c)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == c)
			return (ptrdiff_t)(i - 1);
	return -1;
}

bool
span_has(struct span s, struct span needle)
{
	return span_find(s, needle) >= 0;
}

bool
span_cut(struct span *rest, char separator, struct span *part)
{
	ptrdiff_t at;

	if (rest->p == NULL)
		return false;
	at = span_find_char(*rest, separator);
	if (at < 0) {
		*part = *rest;
		*rest = SPAN_NONE;
		return true;
	}
	*part = (struct span){ rest->p, (size_t)at };
	/* Not span_from(): what follows a last separator is empty, but not used up. */
	rest->p += at + 1;
	rest->n -= (size_t)at + 1;
	return true;
}

bool
span_word(struct span *rest, struct span *word)
{
	size_t begin = 0;
	size_t end;

	while (begin < rest->n && span_is_blank(rest->p[begin]))
		begin++;
	for (end = begin; end < rest->n && !span_is_blank(rest->p[end]);)
		end++;
	if (end == begin) {
		*rest = SPAN_NONE;
		return false;
	}
	*word = (struct span){ rest->p + begin, end - begin };
	*rest = span_from(*rest, end);
	return true;
}

bool
span_to_u64(struct span s, uint64_t *value)
{
	uint64_t number = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)((unsigned char)s.p[i] - '0');

		if (digit > 9 || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*value = number;
	return true;
}

/*
 * The hash folds 128-bit products of input and secret words, as wyhash does:
 * two multiplications for a queue ID, and no difference between two keys that
 * collides whatever the seed is.
 */
#define HASH_ODD_1 UINT64_C(0xa0761d6478bd642f)
#define HASH_ODD_2 UINT64_C(0xe7037ed1a0b428db)

static inline uint64_t
fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
	uint64_t middle_1 = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
	uint64_t middle_2 = (a & UINT32_MAX) * (b >> 32) + (middle_1 & UINT32_MAX);
	uint64_t high = (a >> 32) * (b >> 32) + (middle_1 >> 32) + (middle_2 >> 32);

	return ((middle_2 << 32) | (low & UINT32_MAX)) ^ high;
#endif
}

/* Little-endian on every machine; compilers make one load of it. */
static inline uint64_t
load_4(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24;
}

static inline uint64_t
load_8(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

/* Fewer than 8 bytes. */
static inline void
load_few(struct span s, uint64_t *a, uint64_t *b)
{
	*a = *b = 0;
	if (s.n >= 4) {
		*a = load_4(s.p);
		*b = load_4(s.p + s.n - 4);
	} else if (s.n > 0) {
		*a = (uint64_t)(unsigned char)s.p[0] << 16 |
		     (uint64_t)(unsigned char)s.p[s.n / 2] << 8 | (unsigned char)s.p[s.n - 1];
	}
}

static uint64_t
draw_seed(void)
{
	uint64_t seed = 0;
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &seed, sizeof(seed)) != (ssize_t)sizeof(seed)) {
		/* A chroot without /dev: the clock and where the stack lies are hard to guess. */
		struct timespec now = { 0, 0 };

		clock_gettime(CLOCK_MONOTONIC, &now);
		seed = (uint64_t)now.tv_nsec ^ ((uint64_t)getpid() << 32) ^ (uintptr_t)&now;
	}
	if (fd >= 0)
		close(fd);
	return seed != 0 ? seed : HASH_ODD_1;
}

static inline uint64_t
hash_seed(void)
{
	/* Drawn once a run; whichever thread is first decides for all. */
	static _Atomic uint64_t seed;
	uint64_t known = atomic_load_explicit(&seed, memory_order_relaxed);

	if (known == 0) {
		uint64_t drawn = draw_seed();

		if (atomic_compare_exchange_strong(&seed, &known, drawn))
			known = drawn;
	}
	return known;
}

/* In maps alone, so that it may be less than span_digest(): two keys of up to 16 bytes cost one product each. */
uint64_t
span_hash(struct span s)
{
	uint64_t secret = hash_seed();
	uint64_t hash = secret ^ s.n;
	uint64_t a, b;

	for (; s.n > 16; s.n -= 16, s.p += 16)
		hash = fold(load_8(s.p) ^ secret, load_8(s.p + 8) ^ hash ^ HASH_ODD_2);
	if (s.n >= 8) {
		a = load_8(s.p);
		b = load_8(s.p + s.n - 8);
	} else {
		load_few(s, &a, &b);
	}
	return fold(a ^ secret, b ^ hash ^ HASH_ODD_1);
}

/* Stores hold digests: what this gives may never change. tests/unit/span.c pins some values. */
uint64_t
span_digest(struct span s, uint64_t key)
{
	uint64_t hash = key;
	uint64_t secret = fold(key ^ HASH_ODD_2, HASH_ODD_1);
	uint64_t a, b;
	size_t n = s.n;

	for (; n > 16; n -= 16, s.p += 16)
		hash = fold(load_8(s.p) ^ secret, load_8(s.p + 8) ^ hash);
	if (n >= 8) {
		a = load_8(s.p);
		b = load_8(s.p + n - 8);
	} else {
		load_few((struct span){ s.p, n }, &a, &b);
	}
	hash = fold(a ^ secret, b ^ hash);
	return fold(hash ^ HASH_ODD_2, secret ^ s.n);
}
