#include "parser/frame.h"

#include "base/ascii.h"
#include "parser/head.h"
#include "parser/markup.h"
#include "parser/tag.h"

static const char *const facilities[] = { "auth", "authpriv", "security", "cron", "daemon", "ftp",
	"kern", "lpr", "mail", "news", "syslog", "user", "uucp", "local0", "local1", "local2",
	"local3", "local4", "local5", "local6", "local7", NULL };

/* What a crash, a terminal or an editor leaves at the ends of a line: NUL, CR, blanks. */
static struct span
trim_end(struct span s)
{
	while (s.n > 0 &&
		(ascii_is_blank(s.p[s.n - 1]) || s.p[s.n - 1] == '\r' || s.p[s.n - 1] == '\0'))
		s.n--;
	return s;
}

static void
take_tag(const struct tag *tag, struct frame *frame)
{
	frame->tag = tag->name;
	frame->pid = tag->pid;
	frame->text = tag->text;
}

/* Does rest begin with a program? Then the frame ends with it. */
static bool
read_tag(struct span rest, enum tag_trust trust, struct frame *frame)
{
	struct tag tag;

	if (!tag_read(rest, trust, &tag))
		return false;
	take_tag(&tag, frame);
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
		if (angle && ascii_is_digit(word.p[0]))
			return true;
	}
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] != '.' && word.p[i] != ':')
			continue;
		facility = span_first(word, i);
		severity = span_from(word, i + 1);
		return span_in_nocase(facility, facilities) && tag_is_severity(severity);
	}
	return tag_is_severity(word);
}

static struct span
skip_levels(struct span rest)
{
	for (int i = 0; i < 2; i++) {
		struct span word = ascii_word(rest);

		if (word.n < 3 || !is_level(word) || tag_is_severity(span_first(word, word.n - 1)))
			break;
		rest = ascii_skip_blanks(span_from(rest, word.n));
	}
	return rest;
}

/* Does rest begin as a program's own text does: a queue ID, a severity, rsyslog's repetition? */
static bool
is_text(struct span rest)
{
	struct span word = ascii_word(rest);

	if (span_starts(rest, SPAN("message repeated ")) ||
		span_starts(rest, SPAN("last message repeated ")))
		return true;
	if (word.n < 2 || word.p[word.n - 1] != ':')
		return false;
	word.n--;
	return tag_is_queue_id(word) || tag_is_severity(word) || span_eq(word, SPAN("NOQUEUE"));
}

/* Could word be a host, seen from its letters alone? Words of prose have no digit, dot or hyphen. */
static bool
like_host(struct span word)
{
	bool sign = false;

	for (size_t i = 0; i < word.n; i++) {
		bool mark = word.p[i] == '.' || word.p[i] == '-' || word.p[i] == '_';

		if (!ascii_is_alnum(word.p[i]) && !mark)
			return false;
		sign = sign || mark || ascii_is_digit(word.p[i]);
	}
	return word.n > 0 && sign && ascii_is_alnum(word.p[word.n - 1]);
}

/* rspamd's own log: "#23946(normal) <ed15a0>; task; text". */
static bool
read_rspamd(struct span rest, struct frame *frame)
{
	struct span word = ascii_word(rest);
	ptrdiff_t at = span_find_char(word, '(');

	if (word.n < 4 || word.p[0] != '#' || at < 2 || word.p[word.n - 1] != ')' ||
		!ascii_all_digits((struct span){ word.p + 1, (size_t)at - 1 }))
		return false;
	frame->tag = SPAN("rspamd");
	frame->pid = tag_pid((struct span){ word.p + 1, (size_t)at - 1 });
	frame->text = ascii_skip_blanks(span_from(rest, word.n));
	return true;
}

/* supervisord's own log, as containers show it: "INFO exited: opendkim (exit status 78; ...)". */
static bool
read_supervisord(struct span rest, struct frame *frame)
{
	static const char *const levels[] = { "CRIT", "ERRO", "WARN", "INFO", NULL };
	static const char *const news[] = { "exited:", "spawned:", "success:", "stopped:", "gave",
		"spawnerr:", NULL };
	struct span word = ascii_word(rest);
	struct span text;

	if (word.n != 4 || !ascii_is_upper(*word.p) || !span_in_nocase(word, levels))
		return false;
	text = ascii_skip_blanks(span_from(rest, word.n));
	if (!span_in_nocase(ascii_word(text), news))
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
	if (read_tag(rest, TAG_TRUST_STAMP, frame))
		return;
	word = ascii_word(rest);
	after = skip_levels(ascii_skip_blanks(span_from(rest, word.n)));
	if (read_tag(after, TAG_TRUST_HOST, frame)) {
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
	struct span host = ascii_word(rest);
	struct span after;

	if (read_supervisord(rest, frame))
		return;
	if (host.n > 0 && host.p[host.n - 1] != ':' && host.p[host.n - 1] != ']' &&
		host.p[0] != '<') {
		after = ascii_skip_blanks(span_from(rest, host.n));
		if (!is_level(ascii_word(after)) && read_tag(after, TAG_TRUST_HOST, frame)) {
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

/* "postfix/smtpd[12]: text", and no other way to write it. */
static bool
read_program(struct span rest, struct frame *frame)
{
	const char *tag = rest.p;
	const char *blank = rest.n > 0 ? memchr(tag, ' ', rest.n) : NULL;
	const char *p;
	uint64_t pid = 0;
	uint64_t scale = 1;

	if (!blank || blank - tag < 5 || blank[-1] != ':' || blank[-2] != ']')
		return false;
	for (p = blank - 3; p > tag && ascii_is_digit(*p) && scale < 10000000000; p--, scale *= 10)
		pid += scale * (uint64_t)(*p - '0');
	if (*p != '[' || p == tag || pid == 0 || pid > UINT32_MAX ||
		(p[-1] == 'e' && tag_is_unit((struct span){ tag, (size_t)(p - tag) })))
		return false;
	frame->tag = (struct span){ tag, (size_t)(p - tag) };
	frame->pid = (uint32_t)pid;
	frame->text =
		ascii_skip_blanks((struct span){ blank + 1, rest.n - 1 - (size_t)(blank - tag) });
	return true;
}

/*
 * "mx1 postfix/smtpd[12]: text": what nearly all lines are behind their stamp.
 * Whatever else it might be is left to the tolerant readers.
 */
static bool
read_body_common(struct span rest, struct frame *frame)
{
	const char *blank = rest.n > 0 ? memchr(rest.p, ' ', rest.n) : NULL;

	if (!blank || blank == rest.p || blank[-1] == ':' || blank[-1] == ']' || *rest.p == '<' ||
		is_runtime_word((struct span){ rest.p, (size_t)(blank - rest.p) }) ||
		!read_program((struct span){ blank + 1, rest.n - 1 - (size_t)(blank - rest.p) },
			frame))
		return false;
	frame->host = (struct span){ rest.p, (size_t)(blank - rest.p) };
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
	*field = ascii_word(*rest);
	*rest = ascii_skip_blanks(span_from(*rest, field->n));
	if (span_eq(*field, SPAN("-")))
		*field = SPAN_NONE;
	return rest->n > 0;
}

/* RFC 5424, 6: HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG], the stamp being read. */
static bool
read_body_5424(struct span rest, struct frame *frame)
{
	struct span host, app, process, id;
	struct tag tag;

	if (!take_field(&rest, &host) || !take_field(&rest, &app) || !take_field(&rest, &process) ||
		!take_field(&rest, &id) || (*rest.p != '-' && *rest.p != '['))
		return false;
	if (app.n > 0 && app.p[app.n - 1] == ':')
		return false;
	frame->host = host;
	tag_set(&tag, app, tag_pid(process), skip_structured_data(rest));
	take_tag(&tag, frame);
	if (span_starts(frame->text, SPAN("\xEF\xBB\xBF")))
		frame->text = ascii_skip_blanks(span_from(frame->text, 3));
	return true;
}

/* A line without a stamp: a program's name must be beyond doubt. */
static void
read_stampless(struct span line, const struct head *head, struct frame *frame)
{
	struct span host;
	struct span after;

	frame->text = line;
	if (read_tag(head->rest, TAG_TRUST_BARE, frame))
		return;
	host = ascii_word(head->rest);
	after = ascii_skip_blanks(span_from(head->rest, host.n));
	if (tag_is_queue_id(host) || (host.n > 0 && host.p[host.n - 1] == ':') ||
		span_find_char(host, '\'') >= 0 || span_find_char(host, '(') >= 0)
		return;
	if (read_tag(after, TAG_TRUST_BARE, frame) && frame->pid != 0) {
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
	digits = ascii_word(s);
	s = span_from(s, digits.n);
	if (!span_to_u64(digits, &n) || n == 0 || n > UINT32_MAX ||
		!span_starts(s, SPAN(" times: [")))
		return;
	s = trim_end(ascii_skip_blanks(span_from(s, SPAN(" times: [").n)));
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
	return at < 0 ? text : ascii_skip_blanks(span_from(text, (size_t)at + 1));
}

/* "[12]: text" inside a repetition whose own program was lost. */
static void
read_inner_tag(struct frame *frame)
{
	if (frame->times > 1 && frame->tag.n == 0)
		read_tag(frame->text, TAG_TRUST_BARE, frame);
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
	return next <= '9' || (!common && ascii_is_upper(next));
}

/* A stamp that the cache knows but for its second and what is behind that. */
static bool
read_within_minute(struct span line, struct frame_cache *cache)
{
	if (!cache->common || line.n <= cache->n ||
		!stamp_read_again(line, (struct span){ cache->bytes, cache->n }, &cache->stamp))
		return false;
	memcpy(cache->bytes, line.p, cache->n);
	return true;
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
	if (read_within_minute(line, cache))
		return n;
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

void
frame_remember_host(struct frame_cache *cache, struct span host)
{
	if (host.n == 0 || host.n > FRAME_CACHE_HOST ||
		span_eq(host, (struct span){ cache->host, cache->host_n }))
		return;
	memcpy(cache->host, host.p, host.n);
	cache->host_n = host.n;
}

static void
read_line(struct span line, const struct frame_cache *cache, struct frame *frame)
{
	struct head head;

	*frame = (struct frame){ .times = 1 };
	head_read(line, &head);
	if (head.stamp.kind == STAMP_NONE)
		read_stampless(head_skip_noise(line), &head, frame);
	else
		read_behind_stamp(&head, cache, frame);
}

/* Someone quoted the line: try it without what was put around it, then from a program's name on. */
static void
read_quoted(struct span line, const struct frame_cache *cache, struct frame *frame)
{
	struct span bare = markup_strip(line);

	if (bare.n < line.n)
		read_line(bare, cache, frame);
	if (frame->tag.n > 0 || frame->stamp != STAMP_NONE)
		return;
	bare = markup_find_program(line);
	if (bare.n == 0)
		bare = markup_find_quotation(line);
	if (bare.n > 0 && bare.n < line.n)
		read_line(bare, cache, frame);
}

/* n is what read_cached() said. */
static void
read_uncommon(struct span line, size_t n, const struct frame_cache *cache, struct frame *frame)
{
	struct head head = { cache->stamp, ascii_skip_blanks(span_from(line, n)), false, false };

	if (n == 0) {
		read_line(line, cache, frame);
		if (frame->tag.n == 0 && frame->stamp == STAMP_NONE)
			read_quoted(line, cache, frame);
		return;
	}
	*frame = (struct frame){ .times = 1 };
	head_read_inner(&head);
	read_behind_stamp(&head, cache, frame);
}

/* Keep stamp and host of a plain line. n is the stamp's length. */
static void
remember_front(struct frame_cache *cache, size_t n, struct span host)
{
	if (host.n > FRAME_CACHE_HOST || !cache->common)
		return;
	memcpy(cache->front, host.p - n - 1, n + host.n + 2);
	cache->front_n = n + host.n + 2;
}

void
frame_read_next(struct span line, struct frame_cache *cache, struct frame *frame)
{
	size_t n = read_cached(line, cache);

	if (!cache->same_stamp)
		cache->front_n = 0;
	if (n > 0 && read_body_common(span_from(line, n + 1), frame)) {
		set_stamp(&cache->stamp, frame);
		frame->times = 1;
		remember_front(cache, n, frame->host);
	} else {
		read_uncommon(line, n, cache, frame);
	}
	if (!cache->same_stamp)
		frame_remember_host(cache, frame->host);
	finish(frame);
}

void
frame_read(struct span line, struct frame *frame)
{
	struct frame_cache cache = { .n = 0 };

	frame_read_next(line, &cache, frame);
}
