#include "rules/rulefile.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The block that is being read: one rule or one `about`. */
struct block {
	bool is_rule, is_about;
	unsigned line; /* of its first line */
	struct rule rule;
	struct about about;
	bool has_daemon, has_effect;
};

struct reader {
	const char *name;
	unsigned line;       /* the line at hand */
	unsigned value_line; /* where the value at hand began */
	struct arena *arena;
	const struct rulefile_sink *sink;
	struct block block;
};

static int
mistake(struct reader *reader, struct error *err, const char *text, struct span about)
{
	return error_set(err, ERROR_SYNTAX, "%s:%u: %s '%.*s'", reader->name, reader->value_line,
		text, SPAN_ARGS(span_first(about, 120)));
}

static const struct {
	const char *name;
	enum daemon daemon;
} daemons[] = {
	{ "opendkim", DAEMON_OPENDKIM },
	{ "postfix", DAEMON_POSTFIX },
	{ "sendmail", DAEMON_SENDMAIL },
	{ "system", DAEMON_SYSTEM },
	{ "syslog", DAEMON_SYSLOG },
	{ "filter", DAEMON_FILTER },
	{ "signer", DAEMON_SIGNER },
};

static int
set_daemon(struct reader *reader, struct span value, struct error *err)
{
	for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++) {
		if (!span_eq(value, span_of(daemons[i].name)))
			continue;
		reader->block.rule.daemon = daemons[i].daemon;
		reader->block.has_daemon = true;
		return 0;
	}
	return mistake(reader, err,
		"no daemon of that name (opendkim, postfix, sendmail, ...):", value);
}

static int
set_match(struct reader *reader, struct span value, struct error *err)
{
	struct rule *rule = &reader->block.rule;

	if (rule->pattern != NULL)
		return mistake(reader, err, "a second match in one rule:", value);
	rule->match = arena_copy(reader->arena, value);
	rule->pattern =
		reader->sink->builtin ? pattern_later(rule->match) : pattern_new(rule->match, err);
	if (rule->pattern == NULL)
		return error_within(err, "%s:%u", reader->name, reader->value_line);
	return 0;
}

static int
set_effect(struct reader *reader, struct span value, struct error *err)
{
	if (!effect_of(value, &reader->block.rule.effect))
		return mistake(reader, err, "no effect of that name:", value);
	reader->block.has_effect = true;
	return 0;
}

static int
set_causes(struct reader *reader, struct span value, struct error *err)
{
	struct rule *rule = &reader->block.rule;
	struct span rest = value, id;

	while (span_cut(&rest, '|', &id)) {
		cause_t cause = cause_of(span_trim(id));

		if (cause == CAUSE_NONE)
			return mistake(reader, err, "no cause of that name:", id);
		if (rule->ncauses == RULE_CAUSES_MAX)
			return mistake(reader, err, "too many causes:", value);
		rule->causes[rule->ncauses++] = cause;
	}
	return 0;
}

static int
add_sample(struct reader *reader, struct span value, struct error *err)
{
	struct rule *rule = &reader->block.rule;

	if (rule->nsamples == RULE_SAMPLES_MAX)
		return mistake(reader, err, "too many samples; this one is not taken:", value);
	rule->samples[rule->nsamples++] = arena_copy(reader->arena, value);
	return 0;
}

/* Keys of a rule that need more than being kept. */
static const struct {
	const char *key;
	int (*set)(struct reader *reader, struct span value, struct error *err);
} rule_keys[] = {
	{ "daemon", set_daemon },
	{ "match", set_match },
	{ "effect", set_effect },
	{ "cause", set_causes },
	{ "sample", add_sample },
};

/* Texts, by where they go. */
#define RULE_TEXT(key, member)                                                                     \
	{                                                                                          \
		key, offsetof(struct rule, member), true, false                                    \
	}
#define ABOUT_TEXT(key, member)                                                                    \
	{                                                                                          \
		key, offsetof(struct about, member), false, true                                   \
	}
static const struct {
	const char *key;
	size_t offset;
	bool of_rule, of_about;
} text_keys[] = {
	RULE_TEXT("source", source),
	RULE_TEXT("why", prose[LANG_EN].why),
	RULE_TEXT("why.ja", prose[LANG_JA].why),
	RULE_TEXT("brief", prose[LANG_EN].brief),
	RULE_TEXT("brief.ja", prose[LANG_JA].brief),
	RULE_TEXT("fix", prose[LANG_EN].fix),
	RULE_TEXT("fix.ja", prose[LANG_JA].fix),
	ABOUT_TEXT("gist", gist[LANG_EN]),
	ABOUT_TEXT("gist.ja", gist[LANG_JA]),
	ABOUT_TEXT("why", prose[LANG_EN].why),
	ABOUT_TEXT("why.ja", prose[LANG_JA].why),
	ABOUT_TEXT("brief", prose[LANG_EN].brief),
	ABOUT_TEXT("brief.ja", prose[LANG_JA].brief),
	ABOUT_TEXT("fix", prose[LANG_EN].fix),
	ABOUT_TEXT("fix.ja", prose[LANG_JA].fix),
};

static int
set_text(struct reader *reader, struct span key, struct span value, struct error *err)
{
	struct block *block = &reader->block;

	for (size_t i = 0; i < sizeof text_keys / sizeof *text_keys; i++) {
		struct span *text;

		if (!span_eq(key, span_of(text_keys[i].key)) ||
			(block->is_rule ? !text_keys[i].of_rule : !text_keys[i].of_about))
			continue;
		text = (struct span *)(void *)((block->is_rule ? (char *)&block->rule
							       : (char *)&block->about) +
					       text_keys[i].offset);
		if (text->n > 0)
			return mistake(reader, err, "given twice in one block:", key);
		*text = arena_copy(reader->arena, value);
		return 0;
	}
	return mistake(reader, err, "unknown key", key);
}

static int
end_block(struct reader *reader, struct error *err)
{
	struct block *block = &reader->block;
	const char *lacks = NULL;
	int rc = 0;

	if (block->is_rule) {
		if (!block->has_daemon)
			lacks = "daemon";
		else if (block->rule.pattern == NULL)
			lacks = "match";
		else if (!block->has_effect)
			lacks = "effect";
		else if (block->rule.source.n == 0)
			lacks = "source";
		else if (block->rule.nsamples == 0)
			lacks = "sample";
		if (lacks != NULL)
			rc = error_set(err, ERROR_SYNTAX, "%s:%u: rule '%.*s' has no line '%s ...'",
				reader->name, block->line, SPAN_ARGS(block->rule.id), lacks);
		else
			rc = reader->sink->rule(reader->sink->ctx, &block->rule, err);
		if (rc < 0)
			pattern_free(block->rule.pattern);
	} else if (block->is_about) {
		rc = reader->sink->about(reader->sink->ctx, &block->about, err);
	}
	*block = (struct block){ 0 };
	return rc;
}

static int
begin_block(struct reader *reader, bool is_rule, struct span value, struct error *err)
{
	struct block *block = &reader->block;

	if (end_block(reader, err) < 0)
		return -1;
	if (value.n == 0)
		return mistake(reader, err, "a block needs a name behind its first word", value);
	block->line = reader->value_line;
	block->is_rule = is_rule;
	block->is_about = !is_rule;
	if (is_rule) {
		block->rule.id = arena_copy(reader->arena, value);
		block->rule.file = reader->name;
		block->rule.line = reader->value_line;
		return 0;
	}
	block->about.cause = cause_of(value);
	if (block->about.cause == CAUSE_NONE && !verdict_of(value, &block->about.verdict))
		return mistake(reader, err, "no cause or verdict of that name:", value);
	return 0;
}

static int
take(struct reader *reader, struct span key, struct span value, struct error *err)
{
	if (!reader->sink->builtin && !utf8_is_valid(value))
		return mistake(reader, err, "not UTF-8:", key);
	if (span_eq(key, SPAN("rule")) || span_eq(key, SPAN("about")))
		return begin_block(reader, key.p[0] == 'r', value, err);
	if (!reader->block.is_rule && !reader->block.is_about)
		return mistake(reader, err, "expected 'rule ID' or 'about CAUSE' before", key);
	if (value.n == 0)
		return mistake(reader, err, "no value behind", key);
	for (size_t i = 0; reader->block.is_rule && i < sizeof rule_keys / sizeof *rule_keys; i++)
		if (span_eq(key, span_of(rule_keys[i].key)))
			return rule_keys[i].set(reader, value, err);
	return set_text(reader, key, value, err);
}

/* A line that begins with a tab goes on with the value above it. */
static bool
is_continuation(struct span line)
{
	return line.n > 1 && line.p[0] == '\t';
}

int
rulefile_read(const char *name, bool (*next)(void *lines, struct span *line), void *lines,
	struct arena *arena, const struct rulefile_sink *sink, struct error *err)
{
	struct reader reader = { .name = name, .arena = arena, .sink = sink };
	struct buf key = BUF_INIT, value = BUF_INIT;
	struct span line, word;
	int rc = 0;
	bool more;

	do {
		more = next(lines, &line);
		reader.line++;
		if (more && is_continuation(line) && key.n > 0) {
			buf_add_char(&value, '\n');
			buf_add(&value, span_from(line, 1));
			if (value.n > RULEFILE_VALUE_MAX)
				rc = mistake(&reader, err, "value too long:", buf_span(&key));
			continue;
		}
		if (key.n > 0)
			rc = take(&reader, buf_span(&key), span_trim(buf_span(&value)), err);
		buf_reset(&key);
		buf_reset(&value);
		reader.value_line = reader.line;
		if (!more || (line.n > 0 && line.p[0] == '#'))
			continue;
		if (span_word(&line, &word)) {
			buf_add(&key, word);
			buf_add(&value, span_trim(line));
		}
	} while (rc == 0 && more);
	if (rc == 0)
		rc = end_block(&reader, err);
	else if (reader.block.is_rule)
		pattern_free(reader.block.rule.pattern);
	buf_clear(&key);
	buf_clear(&value);
	return rc;
}
