#include "rules/explain.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH 31 /* of a {name} in a text */

/* What a text can be filled in with. */
struct values {
	const struct finding *finding;   /* NULL: no line showed it */
	const struct message *message;   /* NULL for an incident */
	const struct incident *incident; /* NULL for a message */
	bool quoted;                     /* every value as a word of a shell */
};

struct span
explain_service(const struct message *message)
{
	switch (message->origin) {
	case ORIGIN_PICKUP:
	case ORIGIN_REQUEUED:
		return SPAN("pickup");
	case ORIGIN_INTERNAL:
		return SPAN("bounce");
	case ORIGIN_FORWARD:
		return SPAN("local");
	case ORIGIN_SMTP:
		return message->service.n > 0 ? message->service : SPAN("smtpd");
	case ORIGIN_UNKNOWN:
		break;
	}
	return SPAN_NONE;
}

/* The names that every text may use, and where their values stand in a message. */
static const struct {
	const char *name;
	size_t offset;
} facts[] = {
	{ "author", offsetof(struct message, author) },
	{ "author_domain", offsetof(struct message, author_domain) },
	{ "client_name", offsetof(struct message, client_name) },
	{ "client_ip", offsetof(struct message, client_ip) },
	{ "sender", offsetof(struct message, sender) },
	{ "recipient", offsetof(struct message, recipient) },
	{ "relay", offsetof(struct message, relay) },
	{ "host", offsetof(struct message, host) },
	{ "queue_id", offsetof(struct message, queue_id) },
	{ "key", offsetof(struct message, key_name) },
	{ "login", offsetof(struct message, sasl_username) },
	{ "answer", offsetof(struct message, milter_answer) },
};

/* Facts that are made, not kept. */
static const char *const made[] = { "service", "signature", "file", "milter", "own_file" };

bool
explain_knows(struct span name)
{
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (span_eq(name, span_of(facts[i].name)))
			return true;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		if (span_eq(name, span_of(made[i])))
			return true;
	return false;
}

static struct span
fact_of(const struct message *message, struct span name)
{
	if (span_eq(name, SPAN("service")))
		return explain_service(message);
	/* The sender stands in for an author that no line names. */
	if (span_eq(name, SPAN("author_domain")) && message->author_domain.n == 0)
		return address_domain(message->sender);
	if (span_eq(name, SPAN("author")) && message->author.n == 0)
		return message->sender;
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (span_eq(name, span_of(facts[i].name)))
			return *(const struct span *)(const void *)((const char *)message +
								    facts[i].offset);
	return SPAN_NONE;
}

static struct span
captured(const struct finding *finding, struct span name)
{
	char key[NAME_MAX_LENGTH + 1];

	if (name.p == NULL || name.n > NAME_MAX_LENGTH)
		return SPAN_NONE;
	memcpy(key, name.p, name.n);
	key[name.n] = '\0';
	return finding_get(finding, key);
}

/* A capture of any line of the message: the key's file may stand in another line than the cause. */
static struct span
capture_of(const struct message *message, struct span name)
{
	for (size_t i = 0; i < message->nevidence; i++) {
		struct finding finding = { .rule = message->evidence[i].rule };
		struct span value;

		if (finding.rule == NULL ||
			!rule_capture(finding.rule, message->evidence[i].text, finding.captures))
			continue;
		value = captured(&finding, name);
		if (value.n > 0)
			return value;
	}
	return SPAN_NONE;
}

static struct span
value_of(const struct values *values, struct span name)
{
	struct span value = SPAN_NONE;

	if (values->finding != NULL)
		value = captured(values->finding, name);
	if (value.n == 0 && values->message != NULL)
		value = fact_of(values->message, name);
	if (value.n == 0 && values->message != NULL)
		value = capture_of(values->message, name);
	if (value.n == 0 && values->incident != NULL) {
		if (span_eq(name, SPAN("host")))
			value = values->incident->host;
		else if (span_eq(name, SPAN("milter")) || span_eq(name, SPAN("file")) ||
			 span_eq(name, SPAN("key")))
			value = values->incident->subject;
	}
	return value;
}

/* The file, unless it is a directory that all programs share ("/tmp"): nobody may be told to change that. */
static struct span
own_file(struct span file)
{
	bool deep = span_find_last(file, '/') > 0;

	return deep && !span_starts(file, SPAN("/var/tmp")) ? file : SPAN_NONE;
}

static struct span
filled_in(const struct values *values, struct span name)
{
	if (span_eq(name, SPAN("own_file")))
		return own_file(value_of(values, SPAN("file")));
	return value_of(values, name);
}

static void
add_signatures(struct buf *out, const struct message *message)
{
	for (size_t i = 0; i < message->nsignatures; i++)
		buf_addf(out, "%ss=%.*s, d=%.*s", i > 0 ? "; " : "",
			SPAN_ARGS(message->signatures[i].selector),
			SPAN_ARGS(message->signatures[i].domain));
}

bool
explain_next_name(struct span *text, struct span *name)
{
	ptrdiff_t open = span_find_char(*text, '{'), close, bar;
	struct span rest;

	if (open < 0)
		return false;
	rest = span_from(*text, (size_t)open + 1);
	close = rest.n == 0 ? -1 : span_find_char(rest, '}');
	if (close < 0)
		return false;
	*name = span_first(rest, (size_t)close);
	bar = span_find_char(*name, '|');
	if (bar >= 0)
		*name = span_first(*name, (size_t)bar);
	*text = span_from(rest, (size_t)close + 1);
	return true;
}

/* Does the line that is being written begin as a command does? */
static bool
in_command(const struct buf *out)
{
	ptrdiff_t start = span_find_last(buf_span(out), '\n');

	return span_starts(span_from(buf_span(out), (size_t)(start + 1)), SPAN("$ "));
}

static bool
is_plain_word(struct span value)
{
	static const char plain[] = "_./@:=+-,%";

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    (c != '\0' && strchr(plain, c) != NULL)))
			return false;
	}
	return value.n > 0;
}

void
explain_shell_word(struct buf *out, struct span value)
{
	if (value.n > 0 && value.p[0] == '-') /* no option either */
		buf_add(out, SPAN("./"));
	if (is_plain_word(value)) {
		buf_add(out, value);
		return;
	}
	buf_add_char(out, '\'');
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '\'')
			buf_add(out, SPAN("'\\''"));
		else if (value.p[i] != '\n')
			buf_add_char(out, value.p[i]);
	}
	buf_add_char(out, '\'');
}

/*
 * A value from the log. People paste commands into a shell, where nothing of a
 * log may run; and no value may begin a line, which could look like a command.
 */
static void
add_value(struct buf *out, struct span value, bool quoted)
{
	if (quoted || in_command(out)) {
		explain_shell_word(out, value);
		return;
	}
	for (struct span line; span_cut(&value, '\n', &line);) {
		buf_add(out, line);
		if (value.p != NULL)
			buf_add_char(out, ' ');
	}
}

/* What stands for a value that is not in the log and that the text has no words for. */
static void
add_missing(struct buf *out, struct span name, enum lang lang)
{
	static const char *const words[LANG_COUNT] = { "(not in the log)", "(ログになし)" };

	if (!in_command(out)) {
		buf_add(out, span_of(words[lang]));
		return;
	}
	for (size_t i = 0; i < name.n; i++)
		buf_add_char(out,
			(char)(name.p[i] >= 'a' && name.p[i] <= 'z' ? name.p[i] - 'a' + 'A'
								    : name.p[i]));
}

static void
fill_line(struct buf *out, struct span text, const struct values *values, enum lang lang)
{
	struct span rest = text, name;

	while (explain_next_name(&rest, &name)) {
		struct span between = { text.p, (size_t)(name.p - 1 - text.p) };
		struct span value = filled_in(values, name);
		const char *end = name.p + name.n; /* at '|' or '}' */

		buf_add(out, between);
		if (span_eq(name, SPAN("signature")) && values->message != NULL)
			add_signatures(out, values->message);
		else if (value.n > 0)
			add_value(out, value, values->quoted);
		else if (*end == '|')
			buf_add(out,
				(struct span){ end + 1, (size_t)(strchr(end, '}') - end - 1) });
		else
			add_missing(out, name, lang);
		text = rest;
	}
	buf_add(out, text);
}

/* The word in brackets at the front of "[pickup] text", which is cut off; empty when there is none. */
static struct span
cut_way(struct span *line)
{
	static const struct span ways[] = { { "smtpd", 5 }, { "pickup", 6 }, { "bounce", 6 },
		{ "local", 5 } };
	ptrdiff_t close = span_find(*line, SPAN("] "));
	struct span way;

	if (line->n == 0 || line->p[0] != '[' || close < 0)
		return SPAN_NONE;
	way = span_from(span_first(*line, (size_t)close), 1);
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (span_eq(way, ways[i])) {
			*line = span_from(*line, (size_t)close + 2);
			return way;
		}
	}
	return SPAN_NONE;
}

/* Did the message come in so? Of one whose way is not known all may be true. */
static bool
came_by(const struct message *message, struct span way)
{
	if (way.n == 0 || message == NULL || message->origin == ORIGIN_UNKNOWN)
		return true;
	return span_eq(way,
		message->origin == ORIGIN_SMTP ? SPAN("smtpd") : explain_service(message));
}

static void
fill(struct buf *out, struct span text, const struct values *values, enum lang lang)
{
	struct span line;
	bool first = true;

	while (span_cut(&text, '\n', &line)) {
		if (!came_by(values->message, cut_way(&line)))
			continue;
		if (!first)
			buf_add_char(out, '\n');
		fill_line(out, line, values, lang);
		first = false;
	}
}

/* The line that showed the cause, read again. */
static bool
proof_of(const struct message *message, struct finding *finding)
{
	const struct verdict *verdict = &message->verdict;
	const struct evidence *line;

	if (verdict->rule == NULL || verdict->decided == NULL ||
		verdict->proof >= verdict->decided->nevidence)
		return false;
	line = &verdict->decided->evidence[verdict->proof];
	finding->rule = verdict->rule;
	return rule_capture(verdict->rule, line->text, finding->captures);
}

/*
 * What contributes may be the thing to mend: a client that logged in needs no
 * row in InternalHosts. Of an unknown message it is what hides the reason.
 */
cause_t
explain_sharper(const struct verdict *verdict)
{
	static const cause_t sharper[] = { CAUSE_AUTH_MACRO_MISSING,
		CAUSE_INTERNAL_ORIGIN_UNFILTERED, CAUSE_REQUEUED_UNFILTERED,
		CAUSE_OVERRIDE_NO_MILTERS, CAUSE_PROXY_FILTER, CAUSE_BOUNCE_FROM_HOSTNAME,
		CAUSE_SIGNING_TABLE_NO_REFILE, CAUSE_SOCKET_MISMATCH, CAUSE_KEY_TOO_SMALL,
		CAUSE_KEY_TYPE_UNSUPPORTED, CAUSE_SIGNED_TWICE };

	if (verdict->kind == VERDICT_UNKNOWN && verdict->cause == CAUSE_NONE)
		return verdict->ncontributing > 0 ? verdict->contributing[0] : CAUSE_NONE;
	for (size_t i = 0; i < verdict->ncontributing; i++)
		for (size_t k = 0; k < sizeof sharper / sizeof *sharper; k++)
			if (verdict->contributing[i] == sharper[k])
				return verdict->contributing[i];
	return CAUSE_NONE;
}

/* The prose of the primary cause; of the verdict where there is none. */
static struct prose
prose_of(const struct ruleset *ruleset, const struct verdict *verdict, enum lang lang)
{
	const struct about *about = ruleset_about_verdict(ruleset, verdict->kind);

	if (verdict->cause != CAUSE_NONE)
		return ruleset_prose(ruleset, verdict->rule, verdict->cause, lang);
	return about->prose[lang].why.n > 0 ? about->prose[lang] : about->prose[LANG_EN];
}

enum part { PART_WHY, PART_BRIEF, PART_FIX };

static struct span
part_of(const struct prose *prose, enum part part)
{
	switch (part) {
	case PART_WHY:
		return prose->why;
	case PART_BRIEF:
		return prose->brief;
	case PART_FIX:
		break;
	}
	return prose->fix;
}

/* Both say why, where there is a primary cause; what is sharper says what to do. */
static void
explain_message(struct buf *out, const struct ruleset *ruleset, const struct message *message,
	enum lang lang, enum part part)
{
	const struct verdict *verdict = &message->verdict;
	const struct message *decided = verdict->decided;
	struct finding finding;
	struct values values = { proof_of(message, &finding) ? &finding : NULL,
		decided == NULL ? message : decided, NULL, part == PART_BRIEF };
	struct prose prose = prose_of(ruleset, verdict, lang), sharper = { .why = SPAN_NONE };
	cause_t cause = explain_sharper(verdict);

	if (cause != CAUSE_NONE)
		sharper = ruleset_prose(ruleset, NULL, cause, lang);
	if (part != PART_WHY) {
		struct span text = part_of(&sharper, part);

		fill(out, text.n > 0 ? text : part_of(&prose, part), &values, lang);
		return;
	}
	if (cause == CAUSE_NONE || verdict->cause != CAUSE_NONE)
		fill(out, prose.why, &values, lang);
	if (cause != CAUSE_NONE && verdict->cause != CAUSE_NONE)
		buf_add_char(out, '\n');
	fill(out, sharper.why, &values, lang);
}

void
explain_message_why(struct buf *out, const struct ruleset *ruleset, const struct message *message,
	enum lang lang)
{
	explain_message(out, ruleset, message, lang, PART_WHY);
}

void
explain_message_brief(struct buf *out, const struct ruleset *ruleset, const struct message *message,
	enum lang lang)
{
	explain_message(out, ruleset, message, lang, PART_BRIEF);
}

void
explain_message_fix(struct buf *out, const struct ruleset *ruleset, const struct message *message,
	enum lang lang)
{
	explain_message(out, ruleset, message, lang, PART_FIX);
}

static void
explain_incident(struct buf *out, const struct ruleset *ruleset, const struct incident *incident,
	enum lang lang, enum part part)
{
	struct finding finding = { .rule = incident->rule };
	struct values values = { NULL, NULL, incident, part == PART_BRIEF };
	struct prose prose = ruleset_prose(ruleset, incident->rule, incident->cause, lang);

	for (size_t i = 0; i < incident->nevidence && incident->rule != NULL; i++) {
		if (incident->evidence[i].rule == incident->rule &&
			rule_capture(incident->rule, incident->evidence[i].text,
				finding.captures)) {
			values.finding = &finding;
			break;
		}
	}
	fill(out, part_of(&prose, part), &values, lang);
}

void
explain_incident_why(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang)
{
	explain_incident(out, ruleset, incident, lang, PART_WHY);
}

void
explain_incident_brief(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang)
{
	explain_incident(out, ruleset, incident, lang, PART_BRIEF);
}

void
explain_incident_fix(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang)
{
	explain_incident(out, ruleset, incident, lang, PART_FIX);
}

struct span
explain_gist(const struct ruleset *ruleset, cause_t cause, enum lang lang)
{
	const struct about *about = ruleset_about(ruleset, cause);

	return about->gist[lang].n > 0 ? about->gist[lang] : about->gist[LANG_EN];
}
