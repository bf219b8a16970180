#include "parser/strict.h"

#include "base/ascii.h"
#include "parser/postfix.h"

/* clang-format off */
static const bool is_of_address[256] = {
	['.'] = true, [':'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
	['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true,
	['I'] = true, ['P'] = true, ['v'] = true, /* IPv6: */
};
/* clang-format on */

bool
strict_client(struct span s, struct span *ip, struct span *rest)
{
	ptrdiff_t open = span_find_char(s, '['), close;

	if (open <= 0 || *s.p == '<' || memchr(s.p, ' ', (size_t)open) != NULL ||
		memchr(s.p, ',', (size_t)open) != NULL)
		return false;
	for (close = open + 1; (size_t)close < s.n && is_of_address[(unsigned char)s.p[close]];)
		close++;
	if ((size_t)close == s.n || s.p[close] != ']' ||
		((size_t)close + 1 < s.n && s.p[close + 1] != ','))
		return false;
	*ip = (struct span){ s.p + open + 1, (size_t)(close - open) - 1 };
	*rest = span_from(s, (size_t)close + 1);
	if (span_starts(*ip, SPAN("IPv6:")))
		*ip = span_from(*ip, 5);
	return ip->n > 0;
}

bool
strict_login(struct span s)
{
	static const struct span method = { ", sasl_method=", 14 },
				 login = { ", sasl_username=", 16 };
	size_t n = method.n;

	if (!span_starts(s, method))
		return false;
	while (n < s.n && s.p[n] != ',' && s.p[n] != ' ')
		n++;
	if (!span_starts(span_from(s, n), login) || s.p[method.n] == '<')
		return false;
	s = span_from(s, n + login.n);
	return s.n > 0 && *s.p != '<' && span_find_char(s, ',') < 0 && span_find_char(s, ' ') < 0;
}

/* Take a number off the end of s. */
static bool
cut_number(struct span *s)
{
	size_t n = s->n;

	while (n > 0 && ascii_is_digit(s->p[n - 1]))
		n--;
	if (n == s->n || s->n - n > 19)
		return false;
	s->n = n;
	return true;
}

static bool
cut_end(struct span *s, struct span end)
{
	if (!span_ends(*s, end))
		return false;
	s->n -= end.n;
	return true;
}

/* Read from its end. */
bool
strict_active(struct span s)
{
	return cut_end(&s, SPAN(" (queue active)")) && cut_number(&s) &&
	       cut_end(&s, SPAN(", nrcpt=")) && cut_number(&s) && cut_end(&s, SPAN(">, size=")) &&
	       span_starts(s, SPAN("from=<"));
}

/* Digits, dots and slashes. */
/* clang-format off */
static const bool is_of_number[256] = {
	['.'] = true, ['/'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true,
	['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
};
/* clang-format on */

/* " KEY=" and a value of digits, dots and slashes, and a comma. */
static bool
skip_number(struct span *s, struct span key)
{
	const char *p = s->p + key.n, *end = s->p + s->n;

	if (!span_starts(*s, key))
		return false;
	while (p < end && is_of_number[(unsigned char)*p])
		p++;
	if (p == s->p + key.n || p == end || *p != ',')
		return false;
	*s = span_from(*s, (size_t)(p - s->p) + 1);
	return true;
}

bool
strict_sent(struct span s, struct span *recipient, struct span *relay, struct span *reply)
{
	ptrdiff_t end;

	if (!span_starts(s, SPAN("to=<")))
		return false;
	s = span_from(s, 4);
	end = span_find_char(s, '>');
	if (end < 0 || !span_starts(span_from(s, (size_t)end), SPAN(">, relay=")))
		return false;
	*recipient = span_first(s, (size_t)end);
	s = span_from(s, (size_t)end + 9);
	end = span_find_char(s, ',');
	if (end <= 0 || *s.p == '<' || memchr(s.p, ' ', (size_t)end) != NULL)
		return false;
	*relay = span_first(s, (size_t)end);
	s = span_from(s, (size_t)end + 1);
	(void)skip_number(&s, SPAN(" conn_use="));
	if (!skip_number(&s, SPAN(" delay=")) || !skip_number(&s, SPAN(" delays=")) ||
		!skip_number(&s, SPAN(" dsn=")) || !span_starts(s, SPAN(" status=sent (")) ||
		s.p[s.n - 1] != ')')
		return false;
	*reply = (struct span){ s.p + 14, s.n - 15 };
	return true;
}

bool
strict_queued_as(struct span reply, struct span *id)
{
	static const struct span front = { "250 2.0.0 Ok: queued as ", 24 };

	if (!span_starts(reply, front))
		return false;
	*id = span_from(reply, front.n);
	for (size_t i = 0; i < id->n; i++)
		if (!ascii_is_alnum(id->p[i])) {
			*id = SPAN_NONE;
			return false;
		}
	if (!queue_id_is_postfix(*id))
		*id = SPAN_NONE;
	return id->n > 0;
}
