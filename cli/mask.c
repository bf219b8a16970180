#include "cli/mask.h"

#include <string.h>

void
mask_clear(struct mask *mask)
{
	map_clear(&mask->words);
	arena_clear(&mask->arena);
	*mask = (struct mask){ .kind = mask->kind };
}

/* What stands for value: the word that it got first, or a new one. */
static struct span
word_for(struct mask *mask, struct span value, const char *kind, unsigned *count)
{
	struct span *word = map_get(&mask->words, value);
	struct buf text = BUF_INIT;

	if (word != NULL)
		return *word;
	buf_addf(&text, "%s%u", kind, ++*count);
	word = arena_alloc(&mask->arena, sizeof *word);
	*word = arena_copy(&mask->arena, buf_span(&text));
	buf_clear(&text);
	map_put(&mask->words, arena_copy(&mask->arena, value), word);
	return *word;
}

void
mask_learn(struct mask *mask, struct span client_name, struct span login)
{
	if (mask->kind == MASK_ALL && client_name.n > 0 && !span_eq(client_name, SPAN("unknown")) &&
		!span_eq(client_name, SPAN("localhost")))
		(void)word_for(mask, client_name, "host", &mask->hosts);
	if (login.n > 0 && span_find_char(login, '@') < 0)
		(void)word_for(mask, login, "login", &mask->logins);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What addresses, names and logins are written with. */
static bool
is_of_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80 || (c != '\0' && strchr(".@:_-+!#$%&*?^~", c) != NULL);
}

static bool
is_ipv4(struct span word)
{
	struct span rest = word, part;
	size_t parts = 0;

	while (span_cut(&rest, '.', &part)) {
		if (part.n == 0 || part.n > 3)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_digit(part.p[i]))
				return false;
		parts++;
	}
	return parts == 4 && !span_starts(word, SPAN("127."));
}

/* A time has colons, too, but neither seven nor two beside each other. */
static bool
is_ipv6(struct span word)
{
	size_t colons = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] != ':' && !is_hex(word.p[i]))
			return false;
		colons += word.p[i] == ':';
	}
	return (colons == 7 || (word.n > 2 && span_has(word, SPAN("::")))) &&
	       !span_eq(word, SPAN("::1"));
}

/* "me@DOMAIN" in a text of ours, and a pattern of a table ("*@shop.example"), are nobody. */
static bool
is_nobody(struct span user, struct span domain)
{
	for (size_t i = 0; i < domain.n; i++)
		if (domain.p[i] < 'A' || domain.p[i] > 'Z')
			return user.n == 0 || span_eq(user, SPAN("*"));
	return true;
}

static void
add_address(struct mask *mask, struct buf *out, struct span address, size_t at)
{
	struct span user = span_first(address, at);

	if (is_nobody(user, span_from(address, at + 1)))
		buf_add(out, user);
	else
		buf_add(out, word_for(mask, address, "user", &mask->users));
	buf_add(out, span_from(address, at));
}

/* A word without colons, or an IPv6 address. */
static void
add_part(struct mask *mask, struct buf *out, struct span part)
{
	struct span *known = map_get(&mask->words, part);
	ptrdiff_t at = span_find_last(part, '@');

	if (at >= 0)
		add_address(mask, out, part, (size_t)at);
	else if (known != NULL)
		buf_add(out, *known);
	else if (mask->kind == MASK_ALL && (is_ipv4(part) || is_ipv6(part)))
		buf_add(out, word_for(mask, part, "ip", &mask->ips));
	else
		buf_add(out, part);
}

/* "8891@localhost" behind "inet:" is a port. */
static bool
is_socket(struct span word, struct span part)
{
	return part.p > word.p &&
	       (span_starts(word, SPAN("inet:")) || span_starts(word, SPAN("inet6:"))) &&
	       part.n > 0 && is_digit(part.p[0]);
}

static void
add_socket(struct mask *mask, struct buf *out, struct span part)
{
	size_t host = (size_t)span_find_char(part, '@') + 1;

	buf_add(out, span_first(part, host));
	add_part(mask, out, span_from(part, host));
}

/* "inet:192.0.2.7:8891", "inet:8891@localhost", "bob@shop.example.", "2001:db8::7" */
static void
add_word(struct mask *mask, struct buf *out, struct span word)
{
	struct span end = SPAN_NONE, part;
	bool first = true;

	while (word.n > 0 && (word.p[word.n - 1] == '.' || word.p[word.n - 1] == ':') &&
		!span_ends(word, SPAN("::"))) {
		word.n--;
		end = (struct span){ word.p + word.n, end.n + 1 };
	}
	if (is_ipv6(word)) {
		add_part(mask, out, word);
	} else {
		for (struct span rest = word; span_cut(&rest, ':', &part); first = false) {
			if (!first)
				buf_add_char(out, ':');
			if (span_find_char(part, '@') > 0 && is_socket(word, part))
				add_socket(mask, out, part);
			else
				add_part(mask, out, part);
		}
	}
	buf_add(out, end);
}

void
mask_text(struct mask *mask, struct buf *out, struct span text)
{
	while (text.n > 0) {
		size_t n = 0;

		while (n < text.n && is_of_word(text.p[n]))
			n++;
		if (n > 0)
			add_word(mask, out, span_first(text, n));
		text = span_from(text, n);
		if (text.n > 0) {
			buf_add_char(out, text.p[0]);
			text = span_from(text, 1);
		}
	}
}
