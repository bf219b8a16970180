#define PCRE2_CODE_UNIT_WIDTH 8

#include "base/pattern.h"

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

#define HEAP_LIMIT_KIB 256
#define DEPTH_LIMIT 1000

struct pattern {
	struct span text; /* to be compiled, as long as code is NULL */
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	bool ready; /* it was used */
	bool jit;
	size_t ngroups;
	struct span names[PATTERN_GROUPS_MAX];
	struct buf literal;
	bool whole;
};

/* How long "[:alpha:]" or "[:^alpha:]" at the front of s is; 0 when it is none: "[:]" is not. */
static size_t
named_class(struct span s)
{
	size_t n = 2;

	if (!span_starts(s, SPAN("[:")))
		return 0;
	if (n < s.n && s.p[n] == '^')
		n++;
	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	return span_starts(span_from(s, n), SPAN(":]")) ? n + 2 : 0;
}

/* Behind "[": the offset behind the "]" that closes the class. */
static size_t
skip_class(struct span text, size_t i)
{
	if (i < text.n && text.p[i] == '^')
		i++;
	/* A first "]" is one of its members. */
	if (i < text.n && text.p[i] == ']')
		i++;
	while (i < text.n && text.p[i] != ']') {
		size_t named = named_class(span_from(text, i));

		i += named > 0 ? named : text.p[i] == '\\' ? 2 : 1;
	}
	return i + 1;
}

/*
 * "\Q...\E", "\c(", comments and (?x) hide what stands in a pattern from who only looks at it. An
 * "\E" alone is nothing to PCRE2: the "?" of "^c\E?" belongs to the "c".
 */
static bool
is_plain(struct span text)
{
	struct span rest = text;

	for (ptrdiff_t at; (at = span_find(rest, SPAN("(?"))) >= 0;) {
		size_t i = 0;

		rest = span_from(rest, (size_t)at + 2);
		if (span_starts(rest, SPAN("#")))
			return false;
		while (i < rest.n && strchr("imsnJUxr^-", rest.p[i]) != NULL && rest.p[i] != '\0')
			if (rest.p[i++] == 'x')
				return false;
	}
	return !span_has(text, SPAN("\\Q")) && !span_has(text, SPAN("\\E")) &&
	       !span_has(text, SPAN("\\c"));
}

/* Is there an alternative outside all parentheses? Then no literal begins every match. */
static bool
has_top_alternative(struct span text)
{
	int depth = 0;

	for (size_t i = 0; i < text.n;) {
		char c = text.p[i++];

		if (c == '\\')
			i++;
		else if (c == '[')
			i = skip_class(text, i);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
		else if (c == '|' && depth == 0)
			return true;
	}
	return false;
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
is_punctuation(char c)
{
	return is_one_of(c, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ");
}

/* The run of plain characters behind ^; one that a quantifier follows is not part of it. */
static void
find_literal(struct pattern *pattern, struct span text)
{
	size_t i = 1;

	if (text.n == 0 || text.p[0] != '^' || !is_plain(text) || has_top_alternative(text))
		return;
	while (i < text.n) {
		char c = text.p[i];
		size_t width = 1;

		if (c == '\\' && i + 1 < text.n && is_punctuation(text.p[i + 1])) {
			c = text.p[i + 1];
			width = 2;
		} else if (is_one_of(c, "\\^$.[|()?*+{")) {
			break;
		}
		if (i + width < text.n && is_one_of(text.p[i + width], "?*+{"))
			return;
		buf_add_char(&pattern->literal, c);
		i += width;
	}
	pattern->whole = i + 1 == text.n && text.p[i] == '$';
}

static void
find_names(struct pattern *pattern)
{
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &count);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < count; i++) {
		PCRE2_SPTR entry = table + (size_t)i * size;
		size_t group = (size_t)(entry[0] << 8 | entry[1]);

		if (group >= 1 && group <= pattern->ngroups)
			pattern->names[group - 1] = span_of((const char *)entry + 2);
	}
}

/* Neither PCRE2 10.42 nor the arithmetic of C takes NULL, not even for no bytes at all. */
static struct span
not_null(struct span s)
{
	return s.p != NULL ? s : SPAN("");
}

static int
compile(struct pattern *pattern, struct span text, struct error *err)
{
	uint32_t groups = 0;
	PCRE2_SIZE offset;
	int code;

	pattern->code = pcre2_compile((PCRE2_SPTR)not_null(text).p, text.n,
		PCRE2_NEVER_UTF | PCRE2_DOLLAR_ENDONLY, &code, &offset, NULL);
	if (pattern->code == NULL) {
		PCRE2_UCHAR why[128];

		(void)pcre2_get_error_message(code, why, sizeof why);
		return error_set(err, ERROR_SYNTAX, "pattern, at character %zu: %s",
			(size_t)offset + 1, (const char *)why);
	}
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (groups > PATTERN_GROUPS_MAX)
		return error_set(err, ERROR_LIMIT, "pattern has %u groups; at most %d are allowed",
			(unsigned)groups, PATTERN_GROUPS_MAX);
	pattern->ngroups = groups;
	find_names(pattern);
	return 0;
}

struct pattern *
pattern_later(struct span text)
{
	struct pattern *pattern = xcalloc(1, sizeof *pattern);

	pattern->text = text;
	find_literal(pattern, text);
	return pattern;
}

struct pattern *
pattern_new(struct span text, struct error *err)
{
	struct pattern *pattern = pattern_later(text);

	if (compile(pattern, text, err) == 0)
		return pattern;
	pattern_free(pattern);
	return NULL;
}

static void
compile_known(struct pattern *pattern)
{
	struct error err = ERROR_INIT;
	int rc = compile(pattern, pattern->text, &err);

	assert(rc == 0); /* it was known to be right */
	(void)rc;
}

/* One that is used was compiled. */
static inline void
need(struct pattern *pattern)
{
	if (pattern->code == NULL)
		compile_known(pattern);
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_context_free(pattern->context);
	pcre2_match_data_free(pattern->data);
	pcre2_code_free(pattern->code);
	buf_clear(&pattern->literal);
	free(pattern);
}

size_t
pattern_groups(struct pattern *pattern)
{
	need(pattern);
	return pattern->ngroups;
}

struct span
pattern_group_name(struct pattern *pattern, size_t i)
{
	need(pattern);
	return pattern->names[i].p == NULL ? SPAN("") : pattern->names[i];
}

size_t
pattern_group(struct pattern *pattern, struct span name, size_t from)
{
	need(pattern);
	for (; from < pattern->ngroups; from++)
		if (span_eq(pattern->names[from], name))
			break;
	return from;
}

struct span
pattern_literal(const struct pattern *pattern, bool *whole)
{
	if (whole != NULL)
		*whole = pattern->whole;
	return buf_span(&pattern->literal);
}

/*
 * What matching takes; most patterns never are used. Where memory may not be made executable, and for
 * (*NO_JIT), the interpreter does it.
 */
static void
get_ready(struct pattern *pattern)
{
	size_t size = 0;

	need(pattern);
	pattern->ready = true;
	pattern->data = alloc_check(pcre2_match_data_create_from_pattern(pattern->code, NULL));
	pattern->context = alloc_check(pcre2_match_context_create(NULL));
	(void)pcre2_set_match_limit(pattern->context, PATTERN_MATCH_LIMIT);
	(void)pcre2_set_depth_limit(pattern->context, DEPTH_LIMIT);
	(void)pcre2_set_heap_limit(pattern->context, HEAP_LIMIT_KIB);
	pattern->jit = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE) == 0 &&
	               pcre2_pattern_info(pattern->code, PCRE2_INFO_JITSIZE, &size) == 0 &&
	               size > 0;
}

static int
run(struct pattern *pattern, struct span subject)
{
	PCRE2_SPTR text = (PCRE2_SPTR)subject.p;
	int rc = PCRE2_ERROR_JIT_STACKLIMIT;

	if (!pattern->ready)
		get_ready(pattern);
	if (pattern->jit)
		rc = pcre2_jit_match(pattern->code, text, subject.n, 0, 0, pattern->data,
			pattern->context);
	/* Compiled code has 32 KiB of stack; the interpreter has the heap, up to its limits. */
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(pattern->code, text, subject.n, 0, PCRE2_NO_JIT, pattern->data,
			pattern->context);
	return rc;
}

bool
pattern_match(struct pattern *pattern, struct span subject, struct span *groups, bool *limited)
{
	const PCRE2_SIZE *ends;
	int rc;

	subject = not_null(subject);
	rc = run(pattern, subject);
	if (limited != NULL)
		*limited = rc < 0 && rc != PCRE2_ERROR_NOMATCH;
	if (rc < 0)
		return false;
	ends = pcre2_get_ovector_pointer(pattern->data);
	for (size_t i = 0; groups != NULL && i < pattern->ngroups; i++) {
		PCRE2_SIZE from = ends[2 * (i + 1)], to = ends[2 * (i + 1) + 1];

		groups[i] = (int)i + 1 >= rc || from == PCRE2_UNSET
		                    ? SPAN_NONE
		                    : (struct span){ subject.p + from, to - from };
	}
	return true;
}
