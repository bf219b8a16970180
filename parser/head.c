#include "parser/head.h"

#include "base/ascii.h"

#define PREFIXES_MAX 8 /* things in front of the stamp; more is not a log line */
#define PREFIX_MAX 256 /* bytes of the longest: a path that grep put there */

/* ESC [ ... m: docker-compose colours its prefixes. */
static struct span
skip_escapes(struct span s)
{
	while (s.n > 2 && s.p[0] == '\x1b' && s.p[1] == '[') {
		size_t i = 2;

		while (i < s.n && (ascii_is_digit(s.p[i]) || s.p[i] == ';'))
			i++;
		s = ascii_skip_blanks(span_from(s, i + 1));
	}
	return s;
}

/* Blanks, holes of NUL bytes, a byte-order mark, quoting. */
struct span
head_skip_noise(struct span s)
{
	struct span before;

	do {
		before = s;
		while (s.n > 0 &&
			(ascii_is_blank(*s.p) || *s.p == '\0' || *s.p == '>' || *s.p == '\f'))
			s = span_from(s, 1);
		if (span_starts(s, SPAN("\xEF\xBB\xBF")))
			s = span_from(s, 3);
		s = skip_escapes(s);
	} while (s.n > 0 && s.n < before.n);
	return s;
}

static bool
take_stamp(struct span *s, struct stamp *stamp)
{
	bool bracket = s->n > 0 && *s->p == '[';
	size_t n = stamp_read(span_from(*s, bracket), stamp);

	if (n == 0)
		return false;
	*s = span_from(*s, n + bracket);
	if (s->n > 0 && (*s->p == ']' || *s->p == ':' || *s->p == ','))
		*s = span_from(*s, 1);
	*s = ascii_skip_blanks(*s);
	return true;
}

/* "<22>", and RFC 5424's "<22>1 ". */
static bool
skip_priority(struct head *head)
{
	struct span s = head->rest;
	size_t n = 1;

	if (s.n < 3 || s.p[0] != '<')
		return false;
	while (n < s.n && n < 5 && ascii_is_digit(s.p[n]))
		n++;
	if (n == 1 || n >= s.n || s.p[n] != '>')
		return false;
	s = span_from(s, n + 1);
	if (s.n > 2 && s.p[0] == '1' && s.p[1] == ' ') {
		head->version = true;
		s = span_from(s, 2);
	}
	head->rest = ascii_skip_blanks(s);
	return true;
}

/* "postfix_1      | " and "[pod/mail-0/postfix] ". */
static bool
skip_container(struct head *head)
{
	struct span word = ascii_word(head->rest);
	struct span after = ascii_skip_blanks(span_from(head->rest, word.n));

	if (word.n == 0 || word.n > PREFIX_MAX)
		return false;
	if (after.n > 0 && *after.p == '|') {
		head->rest = head_skip_noise(span_from(after, 1));
		return true;
	}
	if (*word.p == '[' && word.p[word.n - 1] == ']') {
		head->rest = after;
		return true;
	}
	return false;
}

/* "14 ", "14: ", "14\t": an editor's, less's, cat -n's number; "1 " is RFC 5424's version too. */
static bool
skip_number(struct head *head)
{
	struct span s = head->rest;
	size_t n = 0;

	while (n < s.n && n < 12 && ascii_is_digit(s.p[n]))
		n++;
	if (n == 0 || n == s.n)
		return false;
	head->version = n == 1 && *s.p == '1' && s.p[1] == ' ';
	if (s.p[n] == ':' || s.p[n] == '.' || s.p[n] == ')')
		n++;
	if (n == s.n || !ascii_is_blank(s.p[n]))
		return false;
	head->rest = ascii_skip_blanks(span_from(s, n));
	return true;
}

/*
 * "mail.log:123:", "mail.log-123-", "123:": what grep puts straight before a
 * stamp, and "mail.info: ", as BusyBox's syslogd does.
 */
static bool
skip_grep(struct head *head)
{
	struct span word = span_first(ascii_word(head->rest), PREFIX_MAX);
	struct stamp stamp;

	if (word.n == 0 || memchr(word.p, '[', word.n))
		return false;
	for (size_t i = 1; i < word.n; i++) {
		struct span at = ascii_skip_blanks(span_from(head->rest, i + 1));

		if ((word.p[i] == ':' || word.p[i] == '-') && stamp_read(at, &stamp) > 0) {
			head->rest = at;
			return true;
		}
	}
	return false;
}

/* Behind a container runtime's own stamp: "stdout F ", then often a second stamp. */
void
head_read_inner(struct head *head)
{
	struct span rest = head->rest;
	struct stamp stamp;

	if (span_starts(rest, SPAN("stdout ")) || span_starts(rest, SPAN("stderr "))) {
		rest = ascii_skip_blanks(span_from(rest, 7));
		if (rest.n > 1 && (*rest.p == 'F' || *rest.p == 'P') && rest.p[1] == ' ')
			rest = ascii_skip_blanks(span_from(rest, 2));
		head->rest = rest;
	}
	skip_priority(head);
	if (head->stamp.kind != STAMP_ZONED || !take_stamp(&head->rest, &stamp))
		return;
}

/* journalctl -o short-monotonic, dmesg: "[15513.957477] ". */
static bool
skip_uptime(struct head *head)
{
	struct span s = head->rest;
	size_t n = 1;

	if (s.n < 6 || *s.p != '[')
		return false;
	while (n < s.n && (ascii_is_blank(s.p[n]) || ascii_is_digit(s.p[n]) || s.p[n] == '.'))
		n++;
	if (n < 5 || n + 1 >= s.n || s.p[n] != ']' || s.p[n + 1] != ' ')
		return false;
	head->rest = ascii_skip_blanks(span_from(s, n + 1));
	return true;
}

void
head_read(struct span line, struct head *head)
{
	struct head start;

	*head = (struct head){ { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 }, head_skip_noise(line),
		false, false };
	start = *head;
	for (int i = 0; i < PREFIXES_MAX; i++) {
		if (take_stamp(&head->rest, &head->stamp)) {
			head_read_inner(head);
			return;
		}
		if (!skip_priority(head) && !skip_uptime(head) && !skip_container(head) &&
			!skip_number(head) && !skip_grep(head))
			break;
		head->prefixed = true;
	}
	if (!head->prefixed)
		*head = start;
}
