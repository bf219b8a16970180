#include "parser/event.h"

#include <string.h>

#include "base/ascii.h"
#include "parser/postfix.h"

/*
 * Programs by their tag. Postfix is told by the slash in its tag; everything
 * that is not here is left at once.
 */
/* clang-format off */
static const struct {
	struct span tag;
	enum daemon daemon;
} programs[] = { /* the shortest first */
	{ { "exim", 4 }, DAEMON_SIGNER },
	{ { "audit", 5 }, DAEMON_SYSTEM },
	{ { "kernel", 6 }, DAEMON_SYSTEM },
	{ { "auditd", 6 }, DAEMON_SYSTEM },
	{ { "sm-mta", 6 }, DAEMON_SENDMAIL },
	{ { "amavis", 6 }, DAEMON_FILTER },
	{ { "rspamd", 6 }, DAEMON_SIGNER },
	{ { "haraka", 6 }, DAEMON_SIGNER },
	{ { "postfix", 7 }, DAEMON_POSTFIX },
	{ { "systemd", 7 }, DAEMON_SYSTEM },
	{ { "syslogd", 7 }, DAEMON_SYSLOG },
	{ { "journal", 7 }, DAEMON_SYSLOG },
	{ { "amavisd", 7 }, DAEMON_FILTER },
	{ { "rmilter", 7 }, DAEMON_SIGNER },
	{ { "opendkim", 8 }, DAEMON_OPENDKIM },
	{ { "rsyslogd", 8 }, DAEMON_SYSLOG },
	{ { "sendmail", 8 }, DAEMON_SENDMAIL },
	{ { "supervisord", 11 }, DAEMON_SYSTEM },
	{ { "dkim-filter", 11 }, DAEMON_OPENDKIM },
	{ { "sm-msp-queue", 12 }, DAEMON_SENDMAIL },
	{ { "rsyslogd-2177", 13 }, DAEMON_SYSLOG },
	{ { "dkimpy-milter", 13 }, DAEMON_SIGNER },
	{ { "systemd-journal", 15 }, DAEMON_SYSLOG },
	{ { "systemd-coredump", 16 }, DAEMON_SYSTEM },
	{ { "systemd-journald", 16 }, DAEMON_SYSLOG },
};
/* clang-format on */

static enum daemon
program_of(struct span tag)
{
	for (size_t i = 0; i < sizeof programs / sizeof *programs && programs[i].tag.n <= tag.n;
		i++)
		if (programs[i].tag.n == tag.n && tag.p != NULL &&
			ascii_lower(*tag.p) == *programs[i].tag.p &&
			span_eq_nocase(tag, programs[i].tag))
			return programs[i].daemon;
	return DAEMON_NONE;
}

/* "postfix/submission/smtpd": instance, service and process. */
static enum daemon
read_tag(struct span tag, struct event *event)
{
	ptrdiff_t first, last;

	if (span_eq(tag, SPAN("opendkim"))) /* by far the most frequent tag without a slash */
		return DAEMON_OPENDKIM;
	if (span_starts(tag, SPAN("postfix/")) &&
		span_find_char(span_from(tag, 8), '/') < 0) { /* ... and with one */
		event->instance = span_first(tag, 7);
		event->process = span_from(tag, 8);
		return DAEMON_POSTFIX;
	}
	first = span_find_char(tag, '/');
	if (first < 0)
		return program_of(tag);
	last = span_find_last(tag, '/');
	if (first == 0) /* a path: /usr/sbin/opendkim */
		return program_of(span_from(tag, (size_t)last + 1));
	event->instance = span_first(tag, (size_t)first);
	event->process = span_from(tag, (size_t)last + 1);
	if (last > first)
		event->service = (struct span){ tag.p + first + 1, (size_t)(last - first - 1) };
	return DAEMON_POSTFIX;
}

/* OpenDKIM's job ID may be any MTA's; but NAME: key data is not secure begins with a key's name. */
static bool
is_job_id(struct span s, struct span rest)
{
	bool digit = false;

	if (s.n < 6 || s.n > 28 || span_starts(rest, SPAN("key data is not secure")))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
		digit |= ascii_is_digit(s.p[i]);
	}
	return digit;
}

static bool
is_queue_id(enum daemon daemon, struct span id, struct span rest)
{
	if (daemon == DAEMON_OPENDKIM)
		return is_job_id(id, rest);
	if (daemon == DAEMON_SENDMAIL)
		return queue_id_is_sendmail(id) || queue_id_is_postfix(id);
	return queue_id_is_postfix(id);
}

/* "QID text": xtag lines, and all lines of OpenDKIM before 2.1 and of dkim-filter. */
static void
read_id_without_colon(struct event *event)
{
	struct span text = event->text, id = ascii_word(text);
	struct span rest = span_trim(span_from(text, id.n));

	if (event->daemon != DAEMON_OPENDKIM || rest.n == 0)
		return;
	event->unknown_job = span_eq(id, SPAN("(unknown-jobid)"));
	if (queue_id_is_postfix(id) || queue_id_is_sendmail(id))
		event->queue_id = id;
	if (event->unknown_job || event->queue_id.n > 0)
		event->text = rest;
}

/* Take "QID: ", "NOQUEUE: " or "(unknown-jobid): " off the front of the text. */
static void
read_queue_id(struct event *event)
{
	struct span text = event->text, id, rest;
	size_t n = queue_id_in_front(text);
	ptrdiff_t colon = n > 0 ? (ptrdiff_t)n : span_find_char(span_first(text, 40), ':');

	if (n == 0 && (colon <= 0 || span_find_char(span_first(text, (size_t)colon), ' ') >= 0)) {
		read_id_without_colon(event);
		return;
	}
	id = span_first(text, (size_t)colon);
	rest = span_trim(span_from(text, (size_t)colon + 1));
	if (n > 0 && (event->daemon != DAEMON_OPENDKIM || ascii_is_digit(*id.p)) &&
		!span_starts(rest, SPAN("key "))) {
		event->queue_id = id;
		event->text = rest;
		return;
	}
	if (event->daemon == DAEMON_OPENDKIM && span_eq(id, SPAN("(unknown-jobid)"))) {
		event->unknown_job = true;
		event->text = rest;
	} else if (span_eq(id, SPAN("NOQUEUE"))) {
		event->noqueue = true;
		event->text = rest;
	} else if (is_queue_id(event->daemon, id, rest)) {
		event->queue_id = id;
		event->text = rest;
	}
}

/* Which Postfix daemon writes such a line, where the tag has lost it ("postfix" alone). */
static struct span
guess_process(const struct event *event)
{
	switch (event->kind) {
	case POSTFIX_CONNECT:
	case POSTFIX_DISCONNECT:
	case POSTFIX_CLIENT:
	case POSTFIX_REJECT:
		return SPAN("smtpd");
	case POSTFIX_PICKUP:
		return SPAN("pickup");
	case POSTFIX_MESSAGE_ID:
	case POSTFIX_MILTER_HEADER:
		return SPAN("cleanup");
	case POSTFIX_MILTER_ACTION:
		return event->noqueue ? SPAN("smtpd") : SPAN("cleanup");
	case POSTFIX_ACTIVE:
	case POSTFIX_REMOVED:
	case POSTFIX_EXPIRED:
		return SPAN("qmgr");
	case POSTFIX_NOTICE:
		return SPAN("bounce");
	case POSTFIX_START:
		return SPAN("master");
	case POSTFIX_DELIVERY:
	case POSTFIX_REQUEUED:
	case POSTFIX_WARNING:
	case POSTFIX_OTHER:
		break;
	}
	return SPAN_NONE;
}

/*
 * A line that names no program: Postfix's own words tell it, everything else
 * is left to OpenDKIM's rules.
 */
static void
guess_daemon(struct event *event)
{
	event->guessed = true;
	event->daemon = DAEMON_POSTFIX;
	read_queue_id(event);
	postfix_read(event);
	if (event->kind != POSTFIX_OTHER)
		return;
	event->daemon = DAEMON_OPENDKIM;
	if (event->queue_id.n == 0 && !event->noqueue)
		read_queue_id(event);
}

/* Lines on standard error repeat the program's name: "opendkim: /etc/opendkim.conf: ...". */
static void
read_opendkim(struct event *event)
{
	if (span_starts(event->text, SPAN("opendkim: ")))
		event->text = span_trim(span_from(event->text, 10));
	read_queue_id(event);
}

/* What no other program says, at the start of a text or behind a queue ID. */
static const struct span telltales[] = {
	{ "OpenDKIM Filter", 15 },
	{ "DKIM-Signature field added (s=", 30 },
	{ "no signing table match for '", 28 },
	{ "no signing domain match for '", 29 },
	{ "can't determine message sender; accepting", 41 },
	{ "error loading key '", 19 },
	{ "signing table references unknown key '", 38 },
};

static const bool vowels[256] = { ['A'] = true,
	['E'] = true,
	['I'] = true,
	['O'] = true,
	['U'] = true,
	['a'] = true,
	['e'] = true,
	['i'] = true,
	['o'] = true,
	['u'] = true };

/* May s begin with what read_queue_id() takes off? Only digits, or the lack of vowels, tell an ID from a word. */
static bool
may_have_id(struct span s)
{
	bool digit = false, vowel = false;
	size_t n = 0;

	if (s.n > 0 && (*s.p == '(' || *s.p == 'N'))
		return true;
	for (; n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '-'); n++)
		digit |= ascii_is_digit(s.p[n]);
	if (!digit && (s.n == 0 || ascii_is_lower(*s.p)))
		return false;
	for (size_t i = 0; i < n && !digit; i++)
		vowel |= vowels[(unsigned char)s.p[i]];
	return n < s.n && (s.p[n] == ':' || ascii_is_blank(s.p[n])) && (digit || !vowel);
}

static bool
is_telltale(struct span text)
{
	for (size_t i = 0; i < sizeof telltales / sizeof *telltales; i++)
		if (text.n > 1 && text.p[0] == telltales[i].p[0] &&
			text.p[1] == telltales[i].p[1] && span_starts(text, telltales[i]))
			return true;
	return false;
}

static struct span
behind_id(struct span text)
{
	struct event event = { .daemon = DAEMON_OPENDKIM, .text = text };

	read_queue_id(&event);
	return event.text;
}

/* Begins the text as no ID does, and as nothing of telltales? Asked of every line of other programs. */
static bool
is_plainly_other(struct span s)
{
	bool vowel = false;
	size_t n = 0;

	if (s.n == 0 || *s.p == 'N')
		return false;
	if (*s.p == '(')
		return !span_starts(s, SPAN("(unknown-jobid)"));
	for (; n < s.n && (ascii_is_lower(s.p[n]) || ascii_is_upper(s.p[n]) || s.p[n] == '-'); n++)
		vowel |= vowels[(unsigned char)s.p[n]];
	return n > 0 && n < s.n && !ascii_is_digit(s.p[n]) && (vowel || ascii_is_lower(*s.p)) &&
	       !is_telltale(s);
}

bool
event_speaks_as_opendkim(const struct line *line)
{
	if (is_plainly_other(line->text))
		return false;
	return is_telltale(may_have_id(line->text) ? behind_id(line->text) : line->text);
}

void
event_read_opendkim(const struct line *line, struct event *event)
{
	memset(event, 0, sizeof *event);
	event->daemon = DAEMON_OPENDKIM;
	event->text = line->text;
	read_opendkim(event);
}

bool
event_speaks_of_opendkim(struct span text)
{
	return span_has(text, SPAN("opendkim")) || span_has(text, SPAN("OpenDKIM")) ||
	       span_has(text, SPAN("(DKIM) Milter"));
}

bool
event_read(const struct line *line, struct event *event)
{
	/* Nearly all that is none of ours is plainly so. */
	event->daemon = DAEMON_NONE;
	if (line->tag.n > 0 && span_find_char(line->tag, '/') < 0 &&
		program_of(line->tag) == DAEMON_NONE)
		return false;
	memset(event, 0, sizeof *event);
	event->text = line->text;
	if (line->tag.n == 0) {
		if (line->text.n == 0)
			return false;
		guess_daemon(event);
		return true;
	}
	event->daemon = read_tag(line->tag, event);
	switch (event->daemon) {
	case DAEMON_OPENDKIM:
		read_opendkim(event);
		return true;
	case DAEMON_POSTFIX:
		read_queue_id(event);
		postfix_read(event);
		if (event->process.n == 0) {
			event->instance = SPAN("postfix");
			event->process = guess_process(event);
		}
		return true;
	case DAEMON_SENDMAIL:
		read_queue_id(event);
		sendmail_read(event);
		return true;
	case DAEMON_SYSTEM:
		return event_speaks_of_opendkim(event->text);
	case DAEMON_FILTER:
		return filter_read(event);
	case DAEMON_SYSLOG:
		return true;
	case DAEMON_SIGNER:
		return span_has(event->text, SPAN("dkim")) || span_has(event->text, SPAN("DKIM"));
	case DAEMON_NONE:
		break;
	}
	return false;
}
