#include "parser/tag.h"

#include "base/ascii.h"

#define PID_MAX 10 /* digits */

/* Words that end in a colon and are no program: Postfix's and other daemons' severities. */
static const char *const severities[] = { "emerg", "emergency", "alert", "crit", "critical", "err",
	"error", "warn", "warning", "notice", "info", "debug", "fatal", "panic", NULL };

/* Programs whose name, a colon behind it, is enough where the line has lost stamp and PID. */
static const char *const known_tags[] = { "systemd", "kernel", "sendmail", "sm-mta", "amavis",
	"dkim-filter", "rspamd", "rmilter", "supervisord", "rsyslogd", "dovecot", "haraka",
	"opendmarc", NULL };

uint32_t
tag_pid(struct span digits)
{
	uint64_t pid;

	return digits.n <= PID_MAX && span_to_u64(digits, &pid) && pid <= UINT32_MAX ? (uint32_t)pid
	                                                                             : 0;
}

/*
 * Postfix: short IDs are upper-case hexadecimal, long ones begin with
 * a digit and mix letters (mail_queue.h). Sendmail: eight letters that tell
 * the time, then six or more digits (assign_queueid()).
 */
bool
tag_is_queue_id(struct span word)
{
	bool hexadecimal = true;
	size_t digits = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (!ascii_is_alnum(word.p[i]))
			return false;
		digits += ascii_is_digit(word.p[i]);
		hexadecimal = hexadecimal &&
		              (ascii_is_digit(word.p[i]) || (word.p[i] >= 'A' && word.p[i] <= 'F'));
	}
	if (word.n < 5)
		return false;
	if (hexadecimal && digits > 0)
		return true;
	if (word.n >= 10 && ascii_is_digit(word.p[0]))
		return true;
	return word.n >= 14 && ascii_all_digits(span_from(word, 8)) && !ascii_is_lower(word.p[1]) &&
	       !ascii_is_lower(word.p[2]);
}

bool
tag_is_severity(struct span word)
{
	return span_in_nocase(word, severities);
}

/* Signs that no program has in its name, but quoting and prose have. */
static bool
is_bare_name(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (span_find_char(SPAN("'\"<>=,;:{}`"), name.p[i]) >= 0)
			return false;
	return true;
}

/* Is "name:", without a PID, a program? */
static bool
is_bare_tag(struct span name, enum tag_trust trust)
{
	if (tag_is_queue_id(name) || tag_is_severity(name) || name.p[0] == '/' || name.p[0] == '*')
		return false;
	if (!is_bare_name(name))
		return false;
	switch (trust) {
	case TAG_TRUST_HOST:
		return !span_has(name, SPAN("._domainkey."));
	case TAG_TRUST_STAMP:
		/* "example.com: key data is not secure": a key's name, not a program. */
		return span_find_char(name, '.') < 0;
	case TAG_TRUST_BARE:
		break;
	}
	return span_starts(name, SPAN("opendkim")) || span_starts(name, SPAN("postfix")) ||
	       span_find_char(name, '/') > 0 || span_in_nocase(name, known_tags);
}

/* "opendkim1276100", "postfix/smtpd2285": templates that lost the brackets. */
static void
split_glued_pid(struct tag *tag)
{
	struct span name = tag->name;
	size_t digits = 0;

	while (digits < name.n && ascii_is_digit(name.p[name.n - 1 - digits]))
		digits++;
	name.n -= digits;
	if (digits < 2 || name.n == 0 || tag->pid != 0)
		return;
	if (!span_eq(name, SPAN("opendkim")) && span_find_char(name, '/') < 0)
		return;
	tag->pid = tag_pid(span_from(tag->name, name.n));
	tag->name = name;
}

bool
tag_is_unit(struct span name)
{
	if (name.n < 9 || name.p[name.n - 1] != 'e')
		return false;
	return span_ends(name, SPAN(".service")) || span_eq(name, SPAN("init.scope"));
}

/* journalctl -o with-unit writes units: "opendkim.service", "postfix@-.service". */
static void
strip_unit(struct tag *tag)
{
	ptrdiff_t at;

	if (!tag_is_unit(tag->name))
		return;
	if (span_eq(tag->name, SPAN("init.scope"))) {
		tag->name = SPAN("systemd");
		return;
	}
	tag->name.n -= SPAN(".service").n;
	at = span_find_char(tag->name, '@');
	if (at > 0)
		tag->name.n = (size_t)at;
	at = span_find_last(tag->name, '/');
	if (at > 0 && !span_starts(tag->name, SPAN("postfix")))
		tag->name = span_from(tag->name, (size_t)at + 1);
}

void
tag_set(struct tag *tag, struct span name, uint32_t pid, struct span rest)
{
	tag->name = name;
	tag->pid = pid;
	tag->text = ascii_skip_blanks(rest);
	if (name.n > 8 && pid == 0)
		split_glued_pid(tag);
	strip_unit(tag);
}

/* The place of "[12]:" or "[12]" in word, whose bracket is at its last "[". */
static bool
split_pid(struct span word, struct span *name, uint32_t *pid)
{
	size_t i = word.n - 1;

	/* word ends in "]" */
	while (i > 0 && word.p[i - 1] != '[') {
		if (!ascii_is_digit(word.p[i - 1]) && word.p[i - 1] != '-')
			return false;
		i--;
	}
	if (i < 2)
		return false;
	*name = span_first(word, i - 1);
	*pid = tag_pid((struct span){ word.p + i, word.n - 1 - i });
	return true;
}

bool
tag_read(struct span rest, enum tag_trust trust, struct tag *tag)
{
	struct span word = ascii_word(rest);
	struct span name;
	uint32_t pid;
	ptrdiff_t at;

	if (word.n < 2)
		return false;
	if (word.p[word.n - 1] == ':') {
		struct span before = span_first(word, word.n - 1);

		if (before.p[before.n - 1] == ']' && split_pid(before, &name, &pid) &&
			(trust != TAG_TRUST_BARE || is_bare_name(name))) {
			tag_set(tag, name, pid, span_from(rest, word.n));
			return true;
		}
		if (before.p[before.n - 1] != ']' && is_bare_tag(before, trust)) {
			tag_set(tag, before, 0, span_from(rest, word.n));
			return true;
		}
	}
	/* "opendkim[12]:text", "opendkim[12] text" */
	at = span_find(word, SPAN("]:"));
	if (at > 0)
		word.n = (size_t)at + 1;
	if (word.p[word.n - 1] != ']' || (at < 0 && trust == TAG_TRUST_BARE) ||
		!split_pid(word, &name, &pid) || pid == 0 ||
		(trust == TAG_TRUST_BARE && !is_bare_name(name)))
		return false;
	tag_set(tag, name, pid, span_from(rest, word.n + (at > 0)));
	return true;
}
