#include "parser/frame.h"

#define PREFIXES_MAX 8 /* things in front of the stamp; more is not a log line */
#define PREFIX_MAX 256 /* bytes of the longest: a path that grep put there */
#define PID_MAX 10     /* digits */

/* Words that end in a colon and are no program: Postfix's and other daemons' severities. */
static const char *const severities[] = { "emerg", "emergency", "alert", "crit", "critical", "err",
	"error", "warn", "warning", "notice", "info", "debug", "fatal", "panic", NULL };

static const char *const facilities[] = { "auth", "authpriv", "security", "cron", "daemon", "ftp",
	"kern", "lpr", "mail", "news", "syslog", "user", "uucp", "local0", "local1", "local2",
	"local3", "local4", "local5", "local6", "local7", NULL };

/* Programs whose name, a colon behind it, is enough where the line has lost stamp and PID. */
static const char *const known_tags[] = { "systemd", "kernel", "sendmail", "sm-mta", "amavis",
	"rspamd", "rmilter", "supervisord", "rsyslogd", "dovecot", "haraka", "opendmarc", NULL };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char
lower(char c)
{
	return is_upper(c) ? (char)(c + 32) : c;
}

static bool
in_list(struct span word, const char *const *list)
{
	char first = word.n > 0 ? lower(*word.p) : '\0';

	for (; *list; list++) {
		if (lower(**list) == first && span_eq_nocase(word, span_of(*list)))
			return true;
	}
	return false;
}

static struct span
skip_blanks(struct span s)
{
	while (s.n > 0 && is_blank(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

/* What a crash, a terminal or an editor leaves at the ends of a line: NUL, CR, blanks. */
static struct span
trim_end(struct span s)
{
	while (s.n > 0 && (is_blank(s.p[s.n - 1]) || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\0'))
		s.n--;
	return s;
}

/* The bytes up to the first blank. */
static struct span
first_word(struct span s)
{
	size_t n = 0;

	while (n < s.n && !is_blank(s.p[n]))
		n++;
	return (struct span){ s.p, n };
}

static bool
all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

static uint32_t
pid_of(struct span digits)
{
	uint64_t pid;

	return digits.n <= PID_MAX && span_to_u64(digits, &pid) && pid <= UINT32_MAX ? (uint32_t)pid
	                                                                             : 0;
}

/*
 * Could word, which stands before a colon, be a queue ID rather than a
 * program? Postfix: short IDs are upper-case hexadecimal, long ones begin with
 * a digit and mix letters (mail_queue.h). Sendmail: eight letters that tell
 * the time, then six or more digits (assign_queueid()).
 */
static bool
like_queue_id(struct span word)
{
	bool hexadecimal = true;
	size_t digits = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (!is_alnum(word.p[i]))
			return false;
		digits += is_digit(word.p[i]);
		hexadecimal = hexadecimal &&
		              (is_digit(word.p[i]) || (word.p[i] >= 'A' && word.p[i] <= 'F'));
	}
	if (word.n < 5)
		return false;
	if (hexadecimal && digits > 0)
		return true;
	if (word.n >= 10 && is_digit(word.p[0]))
		return true;
	return word.n >= 14 && all_digits(span_from(word, 8)) &&
	       !(word.p[1] >= 'a' && word.p[1] <= 'z') && !(word.p[2] >= 'a' && word.p[2] <= 'z');
}

/* How sure a line must be before a word is its program. */
enum trust {
	TRUST_HOST,  /* stamp and host stand before it */
	TRUST_STAMP, /* only a stamp does */
	TRUST_BARE,  /* nothing does */
};

/* Is "name:", without a PID, a program? */
static bool
is_bare_tag(struct span name, enum trust trust)
{
	if (like_queue_id(name) || in_list(name, severities) || name.p[0] == '/' ||
		name.p[0] == '*')
		return false;
	for (size_t i = 0; i < name.n; i++) {
		if (memchr("'\"<>=,;:{}", name.p[i], 10))
			return false;
	}
	switch (trust) {
	case TRUST_HOST:
		return !span_has(name, SPAN("._domainkey."));
	case TRUST_STAMP:
		/* "example.com: key data is not secure": a key's name, not a program. */
		return span_find_char(name, '.') < 0;
	case TRUST_BARE:
		break;
	}
	return span_starts(name, SPAN("opendkim")) || span_starts(name, SPAN("postfix")) ||
	       span_find_char(name, '/') > 0 || in_list(name, known_tags);
}

/* "opendkim1276100", "postfix/smtpd2285": templates that lost the brackets. */
static void
split_glued_pid(struct frame *frame)
{
	struct span name = frame->tag;
	size_t digits = 0;

	while (digits < name.n && is_digit(name.p[name.n - 1 - digits]))
		digits++;
	name.n -= digits;
	if (digits < 2 || name.n == 0 || frame->pid != 0)
		return;
	if (!span_eq(name, SPAN("opendkim")) && span_find_char(name, '/') < 0)
		return;
	frame->pid = pid_of(span_from(frame->tag, name.n));
	frame->tag = name;
}

static bool
is_unit(struct span name)
{
	if (name.n < 9 || name.p[name.n - 1] != 'e')
		return false;
	return span_ends(name, SPAN(".service")) || span_eq(name, SPAN("init.scope"));
}

/* journalctl -o with-unit writes units: "opendkim.service", "postfix@-.service". */
static void
strip_unit(struct frame *frame)
{
	ptrdiff_t at;

	if (!is_unit(frame->tag))
		return;
	if (span_eq(frame->tag, SPAN("init.scope"))) {
		frame->tag = SPAN("systemd");
		return;
	}
	frame->tag.n -= SPAN(".service").n;
	at = span_find_char(frame->tag, '@');
	if (at > 0)
		frame->tag.n = (size_t)at;
	at = span_find_last(frame->tag, '/');
	if (at > 0 && !span_starts(frame->tag, SPAN("postfix")))
		frame->tag = span_from(frame->tag, (size_t)at + 1);
}

static void
set_tag(struct frame *frame, struct span name, uint32_t pid, struct span rest)
{
	frame->tag = name;
	frame->pid = pid;
	frame->text = skip_blanks(rest);
	if (name.n > 8 && pid == 0)
		split_glued_pid(frame);
	strip_unit(frame);
}

/* The place of "[12]:" or "[12]" in word, whose bracket is at its last "[". */
static bool
split_pid(struct span word, struct span *name, uint32_t *pid)
{
	size_t i = word.n - 1;

	/* word ends in "]" */
	while (i > 0 && word.p[i - 1] != '[') {
		if (!is_digit(word.p[i - 1]) && word.p[i - 1] != '-')
			return false;
		i--;
	}
	if (i < 2)
		return false;
	*name = span_first(word, i - 1);
	*pid = pid_of((struct span){ word.p + i, word.n - 1 - i });
	return true;
}

/* Does rest begin with "program[pid]:" or "program:"? Then the frame ends with it. */
static bool
read_tag(struct span rest, enum trust trust, struct frame *frame)
{
	struct span word = first_word(rest);
	struct span name;
	uint32_t pid;
	ptrdiff_t at;

	if (word.n < 2)
		return false;
	if (word.p[word.n - 1] == ':') {
		struct span before = span_first(word, word.n - 1);

		if (before.p[before.n - 1] == ']' && split_pid(before, &name, &pid)) {
			set_tag(frame, name, pid, span_from(rest, word.n));
			return true;
		}
		if (before.p[before.n - 1] != ']' && is_bare_tag(before, trust)) {
			set_tag(frame, before, 0, span_from(rest, word.n));
			return true;
		}
	}
	/* "opendkim[12]:text", "opendkim[12] text" */
	at = span_find(word, SPAN("]:"));
	if (at > 0)
		word.n = (size_t)at + 1;
	if (word.p[word.n - 1] != ']' || (at < 0 && trust == TRUST_BARE) ||
		!split_pid(word, &name, &pid) || pid == 0)
		return false;
	set_tag(frame, name, pid, span_from(rest, word.n + (at > 0)));
	return true;
}

/* "mail.info", "<mail.info>", "<22>", "info", "(info)", AIX: "mail:info". */
static bool
is_level(struct span word)
{
	struct span facility, severity;

	if (word.n > 0 && word.p[word.n - 1] == ':')
		word.n--;
	if (word.n >= 3 && (word.p[0] == '<' || word.p[0] == '[' || word.p[0] == '(')) {
		bool angle = word.p[0] == '<';

		word = (struct span){ word.p + 1, word.n - 2 };
		if (angle && is_digit(word.p[0]))
			return true;
	}
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] != '.' && word.p[i] != ':')
			continue;
		facility = span_first(word, i);
		severity = span_from(word, i + 1);
		return in_list(facility, facilities) && in_list(severity, severities);
	}
	return in_list(word, severities);
}

static struct span
skip_levels(struct span rest)
{
	for (int i = 0; i < 2; i++) {
		struct span word = first_word(rest);

		if (word.n < 3 || !is_level(word) ||
			in_list(span_first(word, word.n - 1), severities))
			break;
		rest = skip_blanks(span_from(rest, word.n));
	}
	return rest;
}

/* Does rest begin as a program's own text does: a queue ID, a severity, rsyslog's repetition? */
static bool
is_text(struct span rest)
{
	struct span word = first_word(rest);

	if (span_starts(rest, SPAN("message repeated ")) ||
		span_starts(rest, SPAN("last message repeated ")))
		return true;
	if (word.n < 2 || word.p[word.n - 1] != ':')
		return false;
	word.n--;
	return like_queue_id(word) || in_list(word, severities) || span_eq(word, SPAN("NOQUEUE"));
}

/* Could word be a host, seen from its letters alone? Words of prose have no digit, dot or hyphen. */
static bool
like_host(struct span word)
{
	bool sign = false;

	for (size_t i = 0; i < word.n; i++) {
		bool mark = word.p[i] == '.' || word.p[i] == '-' || word.p[i] == '_';

		if (!is_alnum(word.p[i]) && !mark)
			return false;
		sign = sign || mark || is_digit(word.p[i]);
	}
	return word.n > 0 && sign && is_alnum(word.p[word.n - 1]);
}

/* rspamd's own log: "#23946(normal) <ed15a0>; task; text". */
static bool
read_rspamd(struct span rest, struct frame *frame)
{
	struct span word = first_word(rest);
	ptrdiff_t at = span_find_char(word, '(');

	if (word.n < 4 || word.p[0] != '#' || at < 2 || word.p[word.n - 1] != ')' ||
		!all_digits((struct span){ word.p + 1, (size_t)at - 1 }))
		return false;
	frame->tag = SPAN("rspamd");
	frame->pid = pid_of((struct span){ word.p + 1, (size_t)at - 1 });
	frame->text = skip_blanks(span_from(rest, word.n));
	return true;
}

/* supervisord's own log, as containers show it: "INFO exited: opendkim (exit status 78; ...)". */
static bool
read_supervisord(struct span rest, struct frame *frame)
{
	static const char *const levels[] = { "CRIT", "ERRO", "WARN", "INFO", NULL };
	static const char *const news[] = { "exited:", "spawned:", "success:", "stopped:", "gave",
		"spawnerr:", NULL };
	struct span word = first_word(rest);
	struct span text;

	if (word.n != 4 || !is_upper(*word.p) || !in_list(word, levels))
		return false;
	text = skip_blanks(span_from(rest, word.n));
	if (!in_list(first_word(text), news))
		return false;
	frame->tag = SPAN("supervisord");
	frame->text = text;
	return true;
}

/* Host and program of a line that is not plainly "host program: text". */
static void
read_body_tolerant(struct span rest, const struct frame_cache *cache, struct frame *frame)
{
	struct span word;
	struct span after;

	if (read_rspamd(rest, frame))
		return;
	rest = skip_levels(rest);
	if (read_tag(rest, TRUST_STAMP, frame))
		return;
	word = first_word(rest);
	after = skip_levels(skip_blanks(span_from(rest, word.n)));
	if (read_tag(after, TRUST_HOST, frame)) {
		frame->host = word;
		return;
	}
	frame->text = rest;
	if (is_text(rest))
		return;
	if (is_text(after) || like_host(word) ||
		(cache && span_eq(word, (struct span){ cache->host, cache->host_n }))) {
		frame->host = word;
		frame->text = after;
	}
}

static void
read_body(struct span rest, const struct frame_cache *cache, struct frame *frame)
{
	struct span host = first_word(rest);
	struct span after;

	if (read_supervisord(rest, frame))
		return;
	if (host.n > 0 && host.p[host.n - 1] != ':' && host.p[host.n - 1] != ']' &&
		host.p[0] != '<') {
		after = skip_blanks(span_from(rest, host.n));
		if (!is_level(first_word(after)) && read_tag(after, TRUST_HOST, frame)) {
			frame->host = host;
			return;
		}
	}
	read_body_tolerant(rest, cache, frame);
}

/* What a container runtime writes where a host could stand: "stdout", a second stamp. */
static bool
is_runtime_word(struct span word)
{
	if (word.n == 6)
		return memcmp(word.p, "stdout", 6) == 0 || memcmp(word.p, "stderr", 6) == 0;
	return word.n >= 19 && word.p[4] == '-' && word.p[7] == '-' && word.p[13] == ':';
}

/*
 * "mx1 postfix/smtpd[12]: text": what nearly all lines are behind their stamp.
 * Whatever else it might be is left to the tolerant readers.
 */
static bool
read_body_common(struct span rest, struct frame *frame)
{
	const char *end = rest.p + rest.n;
	const char *blank = rest.n > 0 ? memchr(rest.p, ' ', rest.n) : NULL;
	const char *tag, *p;
	uint64_t pid = 0;
	uint64_t scale = 1;

	if (!blank || blank + 1 == end || blank == rest.p || blank[-1] == ':' || blank[-1] == ']' ||
		*rest.p == '<' ||
		is_runtime_word((struct span){ rest.p, (size_t)(blank - rest.p) }))
		return false;
	tag = blank + 1;
	blank = memchr(tag, ' ', (size_t)(end - tag));
	if (!blank || blank - tag < 5 || blank[-1] != ':' || blank[-2] != ']')
		return false;
	for (p = blank - 3; p > tag && is_digit(*p) && scale < 10000000000; p--, scale *= 10)
		pid += scale * (uint64_t)(*p - '0');
	if (*p != '[' || p == tag || pid == 0 || pid > UINT32_MAX ||
		is_unit((struct span){ tag, (size_t)(p - tag) }))
		return false;
	frame->host = (struct span){ rest.p, (size_t)(tag - 1 - rest.p) };
	frame->tag = (struct span){ tag, (size_t)(p - tag) };
	frame->pid = (uint32_t)pid;
	frame->text = skip_blanks((struct span){ blank, (size_t)(end - blank) });
	return true;
}

/* Behind one element of RFC 5424's structured data, or behind "-". */
static struct span
skip_structured_data(struct span s)
{
	bool quoted = false;

	if (s.n > 0 && *s.p == '-')
		return span_from(s, 1);
	while (s.n > 0 && *s.p == '[') {
		size_t i = 1;

		for (; i < s.n && (quoted || s.p[i] != ']'); i++) {
			if (s.p[i] == '\\' && quoted)
				i++;
			else if (s.p[i] == '"')
				quoted = !quoted;
		}
		s = span_from(s, i + 1);
		quoted = false;
	}
	return s;
}

static bool
take_field(struct span *rest, struct span *field)
{
	*field = first_word(*rest);
	*rest = skip_blanks(span_from(*rest, field->n));
	if (span_eq(*field, SPAN("-")))
		*field = SPAN_NONE;
	return rest->n > 0;
}

/* RFC 5424, 6: HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG], the stamp being read. */
static bool
read_body_5424(struct span rest, struct frame *frame)
{
	struct span host, app, process, id;

	if (!take_field(&rest, &host) || !take_field(&rest, &app) || !take_field(&rest, &process) ||
		!take_field(&rest, &id) || (*rest.p != '-' && *rest.p != '['))
		return false;
	if (app.n > 0 && app.p[app.n - 1] == ':')
		return false;
	frame->host = host;
	set_tag(frame, app, pid_of(process), skip_structured_data(rest));
	if (span_starts(frame->text, SPAN("\xEF\xBB\xBF")))
		frame->text = skip_blanks(span_from(frame->text, 3));
	return true;
}

/* What was found in front of the program's part of a line. */
struct head {
	struct stamp stamp;
	struct span rest; /* behind stamp and prefixes */
	bool prefixed;    /* something of a container, editor or pager stood there */
	bool version;     /* RFC 5424's "1" stood before the stamp */
};

/* ESC [ ... m: docker-compose colours its prefixes. */
static struct span
skip_escapes(struct span s)
{
	while (s.n > 2 && s.p[0] == '\x1b' && s.p[1] == '[') {
		size_t i = 2;

		while (i < s.n && (is_digit(s.p[i]) || s.p[i] == ';'))
			i++;
		s = skip_blanks(span_from(s, i + 1));
	}
	return s;
}

/* Blanks, holes of NUL bytes, a byte-order mark, quoting. */
static struct span
skip_noise(struct span s)
{
	struct span before;

	do {
		before = s;
		while (s.n > 0 && (is_blank(*s.p) || *s.p == '\0' || *s.p == '>' || *s.p == '\f'))
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
	*s = skip_blanks(*s);
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
	while (n < s.n && n < 5 && is_digit(s.p[n]))
		n++;
	if (n == 1 || n >= s.n || s.p[n] != '>')
		return false;
	s = span_from(s, n + 1);
	if (s.n > 2 && s.p[0] == '1' && s.p[1] == ' ') {
		head->version = true;
		s = span_from(s, 2);
	}
	head->rest = skip_blanks(s);
	return true;
}

/* "postfix_1      | " and "[pod/mail-0/postfix] ". */
static bool
skip_container(struct head *head)
{
	struct span word = first_word(head->rest);
	struct span after = skip_blanks(span_from(head->rest, word.n));

	if (word.n == 0 || word.n > PREFIX_MAX)
		return false;
	if (after.n > 0 && *after.p == '|') {
		head->rest = skip_noise(span_from(after, 1));
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

	while (n < s.n && n < 12 && is_digit(s.p[n]))
		n++;
	if (n == 0 || n == s.n)
		return false;
	head->version = n == 1 && *s.p == '1' && s.p[1] == ' ';
	if (s.p[n] == ':' || s.p[n] == '.' || s.p[n] == ')')
		n++;
	if (n == s.n || !is_blank(s.p[n]))
		return false;
	head->rest = skip_blanks(span_from(s, n));
	return true;
}

/* "mail.log:123:", "mail.log-123-", "123:": what grep puts straight before a stamp. */
static bool
skip_grep(struct head *head)
{
	struct span word = span_first(first_word(head->rest), PREFIX_MAX);
	struct stamp stamp;

	if (word.n == 0 || memchr(word.p, '[', word.n))
		return false;
	for (size_t i = 1; i + 1 < word.n; i++) {
		struct span at = span_from(head->rest, i + 1);

		if ((word.p[i] == ':' || word.p[i] == '-') && stamp_read(at, &stamp) > 0) {
			head->rest = at;
			return true;
		}
	}
	return false;
}

/* Behind a container runtime's own stamp: "stdout F ", then often a second stamp. */
static void
read_inner_stamp(struct head *head)
{
	struct span rest = head->rest;
	struct stamp stamp;

	if (span_starts(rest, SPAN("stdout ")) || span_starts(rest, SPAN("stderr "))) {
		rest = skip_blanks(span_from(rest, 7));
		if (rest.n > 1 && (*rest.p == 'F' || *rest.p == 'P') && rest.p[1] == ' ')
			rest = skip_blanks(span_from(rest, 2));
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
	while (n < s.n && (is_blank(s.p[n]) || is_digit(s.p[n]) || s.p[n] == '.'))
		n++;
	if (n < 5 || n + 1 >= s.n || s.p[n] != ']' || s.p[n + 1] != ' ')
		return false;
	head->rest = skip_blanks(span_from(s, n + 1));
	return true;
}

static void
read_head(struct span line, struct head *head)
{
	struct head start;

	*head = (struct head){ { STAMP_NONE, { 0, 0, 0, 0, 0, 0, 0 }, 0 }, skip_noise(line), false,
		false };
	start = *head;
	for (int i = 0; i < PREFIXES_MAX; i++) {
		if (take_stamp(&head->rest, &head->stamp)) {
			read_inner_stamp(head);
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

/* A line without a stamp: a program's name must be beyond doubt. */
static void
read_stampless(struct span line, const struct head *head, struct frame *frame)
{
	struct span host;
	struct span after;

	frame->text = line;
	if (read_tag(head->rest, TRUST_BARE, frame))
		return;
	host = first_word(head->rest);
	after = skip_blanks(span_from(head->rest, host.n));
	if (like_queue_id(host) || (host.n > 0 && host.p[host.n - 1] == ':') ||
		span_find_char(host, '\'') >= 0 || span_find_char(host, '(') >= 0)
		return;
	if (read_tag(after, TRUST_BARE, frame) && frame->pid != 0) {
		frame->host = host;
		return;
	}
	*frame = (struct frame){ .text = line, .times = 1 };
}

void
frame_unfold(struct span *text, uint32_t *times)
{
	struct span s = *text;
	struct span digits;
	uint64_t n;

	if (!span_starts(s, SPAN("message repeated ")))
		return;
	s = span_from(s, SPAN("message repeated ").n);
	digits = first_word(s);
	s = span_from(s, digits.n);
	if (!span_to_u64(digits, &n) || n == 0 || n > UINT32_MAX ||
		!span_starts(s, SPAN(" times: [")))
		return;
	s = trim_end(skip_blanks(span_from(s, SPAN(" times: [").n)));
	if (s.n > 0 && s.p[s.n - 1] == ']')
		s.n--;
	*text = trim_end(s);
	*times = (uint32_t)n;
}

/* Solaris: "[ID 197553 mail.info] text". */
static struct span
skip_message_id(struct span text)
{
	ptrdiff_t at;

	if (!span_starts(text, SPAN("[ID ")))
		return text;
	at = span_find_char(text, ']');
	return at < 0 ? text : skip_blanks(span_from(text, (size_t)at + 1));
}

/* "[12]: text" inside a repetition whose own program was lost. */
static void
read_inner_tag(struct frame *frame)
{
	struct frame inner;

	if (frame->times == 1 || frame->tag.n > 0 || !read_tag(frame->text, TRUST_BARE, &inner))
		return;
	frame->tag = inner.tag;
	frame->pid = inner.pid;
	frame->text = inner.text;
}

static void
finish(struct frame *frame)
{
	frame->text = trim_end(frame->text);
	if (frame->text.n == 0)
		return;
	if (*frame->text.p == '[') {
		frame->text = skip_message_id(frame->text);
	} else if (*frame->text.p == 'm') {
		frame_unfold(&frame->text, &frame->times);
		read_inner_tag(frame);
	}
}

static void
set_stamp(const struct stamp *stamp, struct frame *frame)
{
	frame->stamp = stamp->kind;
	frame->civil = stamp->civil;
	frame->offset_s = stamp->offset_s;
}

static void
read_behind_stamp(const struct head *head, const struct frame_cache *cache, struct frame *frame)
{
	set_stamp(&head->stamp, frame);
	if (!head->version || !read_body_5424(head->rest, frame))
		read_body(head->rest, cache, frame);
}

/* May what stands behind the bytes of a stamp belong to it too: a year, an offset, a zone? */
static bool
may_go_on(char next, bool common)
{
	return next <= '9' || (!common && is_upper(next));
}

/* A stamp at the very beginning that the cache knows, or will know from now on: its bytes, or 0. */
static size_t
read_cached(struct span line, struct frame_cache *cache)
{
	size_t n = cache->n;

	if (n > 0 && line.n > n + 1 && memcmp(line.p, cache->bytes, n) == 0 && line.p[n] == ' ' &&
		!may_go_on(line.p[n + 1], cache->common)) {
		cache->same_stamp = true;
		return n;
	}
	cache->same_stamp = false;
	n = stamp_read_common(line, &cache->stamp);
	cache->common = n > 0;
	if (n == 0)
		n = stamp_read(line, &cache->stamp);
	if (n == 0 || n > FRAME_CACHE_STAMP || n + 1 >= line.n || line.p[n] != ' ') {
		cache->n = 0;
		return 0;
	}
	memcpy(cache->bytes, line.p, n);
	cache->n = n;
	return n;
}

/* Asked where the stamp changed: often enough for a word that seldom changes. */
static void
remember_host(struct frame_cache *cache, struct span host)
{
	if (cache->same_stamp || host.n == 0 || host.n > FRAME_CACHE_HOST ||
		span_eq(host, (struct span){ cache->host, cache->host_n }))
		return;
	memcpy(cache->host, host.p, host.n);
	cache->host_n = host.n;
}

/* n is what read_cached() said. */
static void
read_uncommon(struct span line, size_t n, const struct frame_cache *cache, struct frame *frame)
{
	struct head head = { cache->stamp, skip_blanks(span_from(line, n)), false, false };

	*frame = (struct frame){ .times = 1 };
	if (n > 0)
		read_inner_stamp(&head);
	else
		read_head(line, &head);
	if (head.stamp.kind == STAMP_NONE)
		read_stampless(skip_noise(line), &head, frame);
	else
		read_behind_stamp(&head, cache, frame);
}

void
frame_read_next(struct span line, struct frame_cache *cache, struct frame *frame)
{
	size_t n = read_cached(line, cache);

	if (n > 0 && read_body_common(span_from(line, n + 1), frame)) {
		set_stamp(&cache->stamp, frame);
		frame->times = 1;
	} else {
		read_uncommon(line, n, cache, frame);
	}
	remember_host(cache, frame->host);
	finish(frame);
}

void
frame_read(struct span line, struct frame *frame)
{
	struct frame_cache cache = { .n = 0 };

	frame_read_next(line, &cache, frame);
}

bool
frame_read_tag(struct span text, struct frame *frame)
{
	return read_tag(text, TRUST_BARE, frame);
}
