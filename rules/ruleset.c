#include "rules/ruleset.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/map.h"
#include "parser/frame.h"
#include "rules/builtin.h"
#include "rules/explain.h"
#include "rules/memo.h"
#include "rules/rulefile.h"

#define DAEMONS (DAEMON_SIGNER + 1)
#define RULES_MAX 10000
#define SITE_FILES_MAX 1000

/* The rules that a text may fit by its first byte, in the order of the files. */
struct bucket {
	const struct rule **rules;
	size_t n;
};

struct ruleset {
	struct arena arena;
	struct rule **rules;
	size_t n, room;
	struct map by_id;
	struct about *abouts; /* one for each cause */
	struct about verdicts[VERDICT_COUNT];
	struct bucket buckets[DAEMONS][256];
	struct memo *memo;
};

static int
add_rule(void *ctx, const struct rule *rule, struct error *err)
{
	struct ruleset *ruleset = ctx;
	const struct rule *twin = map_get(&ruleset->by_id, rule->id);
	struct rule *copy;

	if (twin != NULL)
		return error_set(err, ERROR_SYNTAX, "%s:%u: rule '%.*s' stands at %s:%u already",
			rule->file, rule->line, SPAN_ARGS(rule->id), twin->file, twin->line);
	if (ruleset->n == RULES_MAX)
		return error_set(err, ERROR_LIMIT, "%s:%u: more than %d rules", rule->file,
			rule->line, RULES_MAX);
	copy = arena_alloc(&ruleset->arena, sizeof *copy);
	*copy = *rule;
	ruleset->rules = xgrow(ruleset->rules, ruleset->n, &ruleset->room, sizeof(struct rule *));
	ruleset->rules[ruleset->n++] = copy;
	map_put(&ruleset->by_id, copy->id, copy);
	return 0;
}

/*
 * A site's own words stand before ours, and ours where it has none. What it says in one language
 * only is not followed by our translation of something else.
 */
static int
add_about(void *ctx, const struct about *about, struct error *err)
{
	struct ruleset *ruleset = ctx;
	struct about *to = about->cause == CAUSE_NONE ? &ruleset->verdicts[about->verdict]
	                                              : &ruleset->abouts[about->cause];
	bool gist = false, why = false, brief = false, fix = false;

	(void)err;
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		gist |= to->gist[lang].n > 0;
		why |= to->prose[lang].why.n > 0;
		brief |= to->prose[lang].brief.n > 0;
		fix |= to->prose[lang].fix.n > 0;
	}
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!gist)
			to->gist[lang] = about->gist[lang];
		if (!why)
			to->prose[lang].why = about->prose[lang].why;
		if (!brief)
			to->prose[lang].brief = about->prose[lang].brief;
		if (!fix)
			to->prose[lang].fix = about->prose[lang].fix;
	}
	to->cause = about->cause;
	to->verdict = about->verdict;
	return 0;
}

static bool
next_builtin(void *ctx, struct span *line)
{
	const char *const **at = ctx;

	if (**at == NULL)
		return false;
	*line = span_of(*(*at)++);
	return true;
}

static bool
next_in_text(void *ctx, struct span *line)
{
	struct span *rest = ctx;

	if (!span_cut(rest, '\n', line))
		return false;
	if (span_ends(*line, SPAN("\r")))
		line->n--;
	return true;
}

static int
read_builtin(struct ruleset *ruleset, struct error *err)
{
	struct rulefile_sink sink = { add_rule, add_about, ruleset, true };
	const char *const *lines;
	const char *name;

	for (unsigned i = 0; (lines = builtin_lines(i, &name)) != NULL; i++)
		if (rulefile_read(name, next_builtin, &lines, &ruleset->arena, &sink, err) < 0)
			return -1;
	return 0;
}

static int
read_file(struct ruleset *ruleset, const char *path, struct error *err)
{
	struct rulefile_sink sink = { add_rule, add_about, ruleset, false };
	struct buf text = BUF_INIT;
	struct span rest;
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = -1;

	if (fd < 0)
		return error_system(err, "cannot open rules '%s'", path);
	if (buf_read_all(&text, fd, RULEFILE_SIZE_MAX, err) < 0) {
		error_within(err, "rules '%s'", path);
		goto out;
	}
	rest = buf_span(&text);
	rc = rulefile_read(arena_copy(&ruleset->arena, span_of(path)).p, next_in_text, &rest,
		&ruleset->arena, &sink, err);
out:
	buf_clear(&text);
	close(fd);
	return rc;
}

static int
is_rules_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && span_ends(span_of(entry->d_name), SPAN(".rules"));
}

static int
read_dir(struct ruleset *ruleset, const char *dir, struct error *err)
{
	struct dirent **names;
	struct buf path = BUF_INIT;
	int n = scandir(dir, &names, is_rules_file, alphasort), rc = 0;

	if (n < 0) {
		if (errno == ENOENT && strcmp(dir, RULESET_SITE_DIR) == 0)
			return 0;
		return error_system(err, "cannot read rules directory '%s'", dir);
	}
	if (n > SITE_FILES_MAX)
		rc = error_set(err, ERROR_LIMIT, "more than %d rule files in '%s'", SITE_FILES_MAX,
			dir);
	for (int i = 0; i < n; i++) {
		if (rc == 0) {
			buf_reset(&path);
			buf_addf(&path, "%s/%s", dir, names[i]->d_name);
			rc = read_file(ruleset, buf_str(&path), err);
		}
		free(names[i]);
	}
	free(names);
	buf_clear(&path);
	return rc;
}

/* The bytes a text of it may begin with: from first up to, and not including, *end. */
static unsigned
first_byte(const struct rule *rule, unsigned *end)
{
	struct span literal = pattern_literal(rule->pattern, NULL);
	unsigned first = literal.n == 0 ? 0 : (unsigned char)literal.p[0];

	*end = literal.n == 0 ? 256 : first + 1;
	return first;
}

static void
fill_buckets(struct ruleset *ruleset)
{
	unsigned end;

	for (size_t i = 0; i < ruleset->n; i++) {
		struct bucket *buckets = ruleset->buckets[ruleset->rules[i]->daemon];

		for (unsigned byte = first_byte(ruleset->rules[i], &end); byte < end; byte++)
			buckets[byte].n++;
	}
	for (size_t i = 0; i < (size_t)DAEMONS * 256; i++) {
		struct bucket *bucket = &ruleset->buckets[i / 256][i % 256];

		bucket->rules = arena_alloc(&ruleset->arena, bucket->n * sizeof *bucket->rules);
		bucket->n = 0;
	}
	for (size_t i = 0; i < ruleset->n; i++) {
		struct bucket *buckets = ruleset->buckets[ruleset->rules[i]->daemon];

		for (unsigned byte = first_byte(ruleset->rules[i], &end); byte < end; byte++)
			buckets[byte].rules[buckets[byte].n++] = ruleset->rules[i];
	}
}

struct ruleset *
ruleset_new(const char *const *dirs, size_t ndirs, struct error *err)
{
	struct ruleset *ruleset = xcalloc(1, sizeof *ruleset);

	ruleset->abouts = xcalloc(CAUSE_COUNT, sizeof *ruleset->abouts);
	ruleset->memo = memo_new();
	for (size_t i = 0; i < ndirs; i++)
		if (read_dir(ruleset, dirs[i], err) < 0)
			goto fail;
	if (read_builtin(ruleset, err) < 0)
		goto fail;
	fill_buckets(ruleset);
	return ruleset;
fail:
	ruleset_free(ruleset);
	return NULL;
}

void
ruleset_free(struct ruleset *ruleset)
{
	if (ruleset == NULL)
		return;
	for (size_t i = 0; i < ruleset->n; i++)
		pattern_free(ruleset->rules[i]->pattern);
	free(ruleset->rules);
	free(ruleset->abouts);
	memo_free(ruleset->memo);
	map_clear(&ruleset->by_id);
	arena_clear(&ruleset->arena);
	free(ruleset);
}

static bool
fits(const struct rule *rule, struct span text, struct span *captures)
{
	bool whole;
	struct span literal = pattern_literal(rule->pattern, &whole);

	if (literal.n > 0 && !span_starts(text, literal))
		return false;
	if (whole)
		return text.n == literal.n;
	return pattern_match(rule->pattern, text, captures, NULL);
}

/* Try one rule after the other; finding->rule is NULL when none fits. */
static void
find_rule(const struct ruleset *ruleset, enum daemon daemon, struct span text,
	struct finding *finding)
{
	unsigned byte = text.n > 0 ? (unsigned char)text.p[0] : 0;
	const struct bucket *bucket = &ruleset->buckets[daemon][byte];

	finding->rule = NULL;
	for (size_t i = 0; i < bucket->n && finding->rule == NULL; i++)
		if (fits(bucket->rules[i], text, finding->captures))
			finding->rule = bucket->rules[i];
}

bool
ruleset_find(const struct ruleset *ruleset, const struct event *event, struct finding *finding)
{
	if (memo_get(ruleset->memo, event->daemon, event->text, finding))
		return finding->rule != NULL;
	find_rule(ruleset, event->daemon, event->text, finding);
	memo_put(ruleset->memo, event->daemon, event->text, finding);
	return finding->rule != NULL;
}

bool
rule_capture(const struct rule *rule, struct span text, struct span *captures)
{
	return fits(rule, text, captures);
}

struct span
finding_get(const struct finding *finding, const char *name)
{
	struct pattern *pattern = finding->rule->pattern;
	size_t n = pattern_groups(pattern);

	/* A name may stand for several groups: (?J). */
	for (size_t i = 0; i < n; i++) {
		i = pattern_group(pattern, span_of(name), i);
		if (i < n && finding->captures[i].n > 0)
			return finding->captures[i];
	}
	return SPAN_NONE;
}

size_t
ruleset_count(const struct ruleset *ruleset)
{
	return ruleset->n;
}

const struct rule *
ruleset_rule(const struct ruleset *ruleset, size_t i)
{
	return ruleset->rules[i];
}

const struct rule *
ruleset_by_id(const struct ruleset *ruleset, struct span id)
{
	return map_get(&ruleset->by_id, id);
}

const struct about *
ruleset_about(const struct ruleset *ruleset, cause_t cause)
{
	return &ruleset->abouts[cause];
}

const struct about *
ruleset_about_verdict(const struct ruleset *ruleset, enum verdict_kind verdict)
{
	return &ruleset->verdicts[verdict];
}

/* The first of them that is not empty. */
static struct span
either(struct span a, struct span b)
{
	return a.n > 0 ? a : b;
}

struct prose
ruleset_prose(const struct ruleset *ruleset, const struct rule *rule, cause_t cause, enum lang lang)
{
	static const struct prose none[LANG_COUNT];
	const struct prose *own = rule == NULL ? none : rule->prose;
	const struct prose *general = ruleset->abouts[cause].prose;
	struct prose prose = {
		either(own[lang].why, general[lang].why),
		either(own[lang].brief, general[lang].brief),
		either(own[lang].fix, general[lang].fix),
	};

	prose.why = either(prose.why, either(own[LANG_EN].why, general[LANG_EN].why));
	prose.brief = either(prose.brief, either(own[LANG_EN].brief, general[LANG_EN].brief));
	prose.fix = either(prose.fix, either(own[LANG_EN].fix, general[LANG_EN].fix));
	return prose;
}

/* Holding rules against their samples. */

struct test {
	const struct ruleset *ruleset;
	void (*tell)(void *ctx, const char *text);
	void *ctx;
	size_t faults;
};

static void
fault(struct test *test, const struct rule *rule, const char *what, struct span about)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s:%u: rule %.*s: %s", rule->file, rule->line, SPAN_ARGS(rule->id), what);
	if (about.n > 0)
		buf_addf(&text, " '%.*s'", SPAN_ARGS(span_first(about, 200)));
	test->tell(test->ctx, buf_str(&text));
	test->faults++;
	buf_clear(&text);
}

static void
test_sample(struct test *test, const struct rule *rule, struct span sample)
{
	struct frame frame;
	struct line line = { .raw = sample };
	struct event event;
	struct finding finding;

	frame_read(sample, &frame);
	line.host = frame.host;
	line.tag = frame.tag;
	line.pid = frame.pid;
	line.text = frame.text;
	if (!event_read(&line, &event)) {
		fault(test, rule, "its sample is no line of a mail log:", sample);
	} else if (event.daemon != rule->daemon) {
		fault(test, rule, "its sample is another daemon's line:", sample);
	} else if (!ruleset_find(test->ruleset, &event, &finding)) {
		fault(test, rule, "it does not match its sample:", sample);
	} else if (finding.rule != rule) {
		struct buf what = BUF_INIT;

		buf_addf(&what, "rule %.*s (%s:%u), which stands before it, takes its sample:",
			SPAN_ARGS(finding.rule->id), finding.rule->file, finding.rule->line);
		fault(test, rule, buf_str(&what), sample);
		buf_clear(&what);
	}
}

/* Every {name} of a text must be a group of the pattern or a fact of the message. */
static void
test_names(struct test *test, const struct rule *rule, struct span text)
{
	struct span name;

	while (explain_next_name(&text, &name)) {
		bool known = explain_knows(name);

		for (size_t i = 0; i < pattern_groups(rule->pattern); i++)
			known |= span_eq(pattern_group_name(rule->pattern, i), name);
		if (!known)
			fault(test, rule,
				"its prose names what its pattern does not capture:", name);
	}
}

static void
test_prose(struct test *test, const struct rule *rule)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct prose prose =
			ruleset_prose(test->ruleset, rule, rule_cause(rule), (enum lang)lang);

		if (prose.why.n == 0)
			fault(test, rule, "it has no why", SPAN_NONE);
		test_names(test, rule, rule->prose[lang].why);
		test_names(test, rule, rule->prose[lang].brief);
		test_names(test, rule, rule->prose[lang].fix);
	}
}

size_t
ruleset_test(const struct ruleset *ruleset, void (*tell)(void *ctx, const char *text), void *ctx)
{
	struct test test = { ruleset, tell, ctx, 0 };

	for (size_t i = 0; i < ruleset->n; i++) {
		const struct rule *rule = ruleset->rules[i];

		for (size_t k = 0; k < rule->nsamples; k++)
			test_sample(&test, rule, rule->samples[k]);
		test_prose(&test, rule);
	}
	return test.faults;
}
