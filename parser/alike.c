#include "parser/alike.h"

#include "base/ascii.h"
#include "parser/tag.h"

#define ALIKE_MAX 1024 /* bytes of a line */
#define ALIKE_MIN                                                                                  \
	128 /* bytes from its stamp on that may be looked at without asking where it ends */
#define TAG_MAX 40
#define PID_DIGITS_MAX 9
#define SHORT 13 /* bytes behind the name of a program that writes no process ID */

/* Of 16 bytes or more. */
static bool
is_same(const char *a, const char *b, size_t n)
{
	uint64_t x, y, differ;

	memcpy(&x, a + n - sizeof x, sizeof x);
	memcpy(&y, b + n - sizeof y, sizeof y);
	differ = x ^ y;
	for (; n > sizeof x; n -= sizeof x, a += sizeof x, b += sizeof y) {
		memcpy(&x, a, sizeof x);
		memcpy(&y, b, sizeof y);
		differ |= x ^ y;
	}
	return differ == 0;
}

/* Has the line the host of the front, too, its stamp being of the same minute? */
static bool
is_within_minute(struct span line, const struct frame_cache *cache, struct stamp *stamp)
{
	size_t n = cache->n;

	return memcmp(line.p + n, cache->front + n, cache->front_n - n) == 0 &&
	       stamp_read_again(line, (struct span){ cache->bytes, n }, stamp);
}

/* A program that writes no process ID is told by what stands before it, too: only behind a plain host's name. */
static bool
is_plain_host(struct span host)
{
	return host.n != 4 && !ascii_is_digit(*host.p);
}

/* How long the tags are that most lines have: by what stands in front of the process ID. */
static size_t
known_tag(const char *p)
{
	if (memcmp(p, "opendkim[", 9) == 0)
		return 8;
	if (memcmp(p, "postfix/", 8) != 0)
		return 0;
	p += 8;
	if (memcmp(p, "smtpd[", 6) == 0)
		return 13;
	if (memcmp(p, "cleanup[", 8) == 0)
		return 15;
	if (memcmp(p, "qmgr[", 5) == 0 || memcmp(p, "smtp[", 5) == 0 || memcmp(p, "lmtp[", 5) == 0)
		return 12;
	return 0;
}

static bool
is_of_name(char c)
{
	return ascii_is_lower(c) || c == '/' || ascii_is_upper(c) || c == '-' || c == '_' ||
	       ascii_is_digit(c);
}

/* "[12]: ": gives what is behind it, or NULL. */
static const char *
read_pid(const char *p, uint32_t *pid)
{
	const char *digits = ++p, *most = p + PID_DIGITS_MAX;
	uint32_t number = 0, digit;

	for (; p < most && (digit = (uint32_t)(unsigned char)*p - '0') <= 9; p++)
		number = number * 10 + digit;
	if (p == digits || *digits == '0' || p[0] != ']' || p[1] != ':' || p[2] != ' ')
		return NULL;
	*pid = number;
	return p + 3;
}

/* A severity stands as they do. */
static bool
is_severity(struct span name, struct frame_cache *cache)
{
	if (span_eq(name, (struct span){ cache->bare, cache->bare_n }))
		return false;
	if (tag_is_severity(name))
		return true;
	if (name.n <= FRAME_CACHE_BARE) {
		memcpy(cache->bare, name.p, name.n);
		cache->bare_n = name.n;
	}
	return false;
}

/* "dovecot: ": the same where the name stands for itself. */
static const char *
read_bare(const char *p, const char *name, struct span host)
{
	for (const char *at = name; at < p; at++)
		if (!ascii_is_lower(*at) && *at != '/')
			return NULL;
	if (p - name < 2 || *name == '/' || p[1] != ' ' || !is_plain_host(host))
		return NULL;
	return p + 2;
}

/* Behind the program at p, or NULL. The text begins with neither a blank nor what frame.c does something about. */
static const char *
read_program(const char *p, struct frame_cache *cache, struct line *line)
{
	const char *name = p, *text;

	p += known_tag(p);
	if (p == name)
		while (p - name < TAG_MAX && is_of_name(*p))
			p++;
	line->tag = (struct span){ name, (size_t)(p - name) };
	line->pid = 0;
	if (*p == '[' && p > name)
		text = read_pid(p, &line->pid);
	else
		text = *p == ':' && !is_severity(line->tag, cache) ? read_bare(p, name, line->host)
		                                                   : NULL;
	if (text == NULL || ascii_is_blank(*text) || *text == '[' || *text == 'm')
		return NULL;
	return text;
}

/* Its stamp is known, and belongs to what is behind it. */
static void
move_stamp(struct frame_cache *cache, struct span line, struct span host, const struct stamp *stamp)
{
	cache->stamp = *stamp;
	cache->same_stamp = false;
	memcpy(cache->bytes, line.p, cache->n);
	memcpy(cache->front, line.p, cache->n);
	frame_remember_host(cache, host);
}

bool
alike_read(struct span rest, struct frame_cache *cache, struct line *line, bool *moved)
{
	size_t n = cache->front_n;
	struct stamp stamp;
	const char *text, *end;
	size_t most;

	if (n == 0 || rest.n < n + ALIKE_MIN)
		return false;
	*moved = !is_same(rest.p, cache->front, n);
	if (*moved) {
		stamp = cache->stamp;
		if (!is_within_minute(rest, cache, &stamp))
			return false;
	}
	line->host = (struct span){ rest.p + cache->n + 1, n - cache->n - 2 };
	text = read_program(rest.p + n, cache, line);
	if (text == NULL)
		return false;
	most = (size_t)(rest.p + rest.n - text);
	end = memchr(text, '\n', most < ALIKE_MAX ? most : ALIKE_MAX);
	if (end == NULL || end == text || end[-1] <= ' ' || (line->pid == 0 && end - text < SHORT))
		return false;
	line->text = (struct span){ text, (size_t)(end - text) };
	line->raw = (struct span){ rest.p, (size_t)(end - rest.p) };
	line->times = 1;
	line->plain = true;
	if (*moved)
		move_stamp(cache, rest, line->host, &stamp);
	return true;
}
