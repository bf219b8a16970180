#include "parser/markup.h"

#include "base/ascii.h"

#define ROUNDS_MAX 32 /* marks at one end; more is no quoted line */
#define TAG_MAX 40    /* bytes between brackets */

/* Marks that stand before a blank. */
static const char *const bullets[] = { "|", "-", "*", "**", "***", "+", "#", "$", "\u2022",
	"\u2514", "\u251c", "\u2502", "\u203b", "\u00b7", "&gt;", "&nbsp;", NULL };

/* Marks that need none. */
static const char *const quotes[] = { "`", "\"", "**", "&quot;", "&gt;", "\u300c", "\u300e",
	"\u201c", NULL };

static const char *const closing[] = { "`", "\"", "**", "&quot;", "\u300d", "\u300f", "\u201d",
	NULL };

static const char *const elements[] = { "blockquote", "samp", "tt", "br", "code", "pre", "p", "div",
	"li", "span", "td", "b", "i", "font", NULL };

/* How many bytes of one of the marks s begins with; the longest that fits stands first or alone. */
static size_t
mark_at(struct span s, const char *const *marks, bool before_blank)
{
	for (; *marks != NULL; marks++) {
		struct span mark = span_of(*marks);

		if (!span_starts(s, mark))
			continue;
		if (!before_blank || (s.n > mark.n && ascii_is_blank(s.p[mark.n])))
			return mark.n;
	}
	return 0;
}

/* "COLOR=#333333", "/FONT", "code", "br /", "span class=x": is it the inside of a tag? */
static bool
is_tag(struct span inside, bool html)
{
	size_t n = 0;
	struct span name;

	if (span_starts(inside, SPAN("/")))
		inside = span_from(inside, 1);
	while (n < inside.n && (html ? ascii_is_lower(inside.p[n]) : ascii_is_upper(inside.p[n])))
		n++;
	name = span_first(inside, n);
	if (n == 0 ||
		(n < inside.n && inside.p[n] != '=' && inside.p[n] != ' ' && inside.p[n] != '/'))
		return false;
	return !html || span_in_nocase(name, elements);
}

/* "32", "01;31m" without its escape: behind "[". */
static bool
is_colour(struct span inside)
{
	size_t n = 0;

	while (n < inside.n && (ascii_is_digit(inside.p[n]) || inside.p[n] == ';'))
		n++;
	return n > 0 && n < 8 && n < inside.n && inside.p[n] == 'm';
}

static size_t
tag_at(struct span s)
{
	struct span inside;
	ptrdiff_t end;

	if (s.n < 3 || (*s.p != '[' && *s.p != '<'))
		return 0;
	inside = span_first(span_from(s, 1), TAG_MAX);
	if (*s.p == '[' && is_colour(inside))
		return (size_t)span_find_char(s, 'm') + 1;
	end = span_find_char(inside, *s.p == '[' ? ']' : '>');
	if (end <= 0 || !is_tag(span_first(inside, (size_t)end), *s.p == '<'))
		return 0;
	return (size_t)end + 2;
}

/* "12|" and "12 |": a numbered table's. */
static size_t
number_at(struct span s)
{
	size_t n = 0;

	while (n < s.n && n < 8 && ascii_is_digit(s.p[n]))
		n++;
	if (n == 0)
		return 0;
	if (n < s.n && s.p[n] == ' ')
		n++;
	return n < s.n && s.p[n] == '|' ? n + 1 : 0;
}

static struct span
strip_begin(struct span s)
{
	for (int i = 0; i < ROUNDS_MAX; i++) {
		size_t n = mark_at(s, bullets, true);

		if (n == 0)
			n = mark_at(s, quotes, false);
		if (n == 0)
			n = tag_at(s);
		if (n == 0)
			n = number_at(s);
		if (n == 0)
			break;
		s = ascii_skip_blanks(span_from(s, n));
	}
	return s;
}

static size_t
tag_before_end(struct span s)
{
	char close = s.p[s.n - 1];
	ptrdiff_t open;

	if (close != ']' && close != '>')
		return 0;
	open = span_find_last(s, close == ']' ? '[' : '<');
	return open >= 0 && tag_at(span_from(s, (size_t)open)) == s.n - (size_t)open
	               ? s.n - (size_t)open
	               : 0;
}

static struct span
strip_end(struct span s)
{
	for (int i = 0; i < ROUNDS_MAX && s.n > 0; i++) {
		size_t n = ascii_is_blank(s.p[s.n - 1]) ? 1 : tag_before_end(s);

		for (size_t k = 0; n == 0 && closing[k] != NULL; k++)
			if (span_ends(s, span_of(closing[k])))
				n = strlen(closing[k]);
		if (n == 0)
			break;
		s.n -= n;
	}
	return s;
}

struct span
markup_strip(struct span line)
{
	struct span begun = strip_begin(ascii_skip_blanks(line));

	return begun.n < line.n ? strip_end(begun) : begun;
}

/* "09:07:22 mx1 " ends here: a stamp whose month was cut off. */
static bool
ends_with_time_and_host(struct span before)
{
	struct span time;
	ptrdiff_t blank;

	if (before.n < 11 || before.p[before.n - 1] != ' ')
		return false;
	blank = span_find_last(span_first(before, before.n - 1), ' ');
	if (blank < 8)
		return false;
	time = (struct span){ before.p + blank - 8, 8 };
	for (size_t i = 0; i < time.n; i++)
		if (i % 3 == 2 ? time.p[i] != ':' : !ascii_is_digit(time.p[i]))
			return false;
	return true;
}

/* May a program's line begin behind that, rather than be spoken of? */
static bool
may_begin_behind(struct span before)
{
	return strchr("`\"'>:", before.p[before.n - 1]) != NULL || ends_with_time_and_host(before);
}

struct span
markup_find_program(struct span line)
{
	static const struct span programs[] = { { "opendkim[", 9 }, { "opendkim: ", 10 },
		{ "postfix/", 8 } };

	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		ptrdiff_t at = span_find(line, programs[i]);

		if (at > 0 && may_begin_behind(span_first(line, (size_t)at)))
			return strip_end(span_from(line, (size_t)at));
	}
	return SPAN_NONE;
}

/* How much of a sentence makes a quotation a line: three words. */
static bool
is_sentence(struct span s)
{
	struct span rest = s, word;
	unsigned n = 0;

	while (n < 3 && span_word(&rest, &word))
		n++;
	return n == 3;
}

struct span
markup_find_quotation(struct span line)
{
	static const char marks[] = { '`', '"' };

	for (size_t i = 0; i < sizeof marks; i++) {
		struct span rest = line, inside;
		ptrdiff_t open;

		while ((open = span_find_char(rest, marks[i])) >= 0) {
			rest = span_from(rest, (size_t)open + 1);
			if (!span_cut(&rest, marks[i], &inside))
				break;
			if (is_sentence(inside))
				return inside;
		}
	}
	return SPAN_NONE;
}
