#include "rules/memo.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

/* A group that took no part is told from one that is empty. */
#define NO_PART UINT8_MAX

/* What is asked for keeps its place against so many texts that may never come again. */
#define ASKED_MAX 8

struct entry {
	const struct rule *rule;
	uint8_t from[PATTERN_GROUPS_MAX], n[PATTERN_GROUPS_MAX];
	uint8_t daemon, ngroups;
	uint8_t asked;  /* it was, since others wanted its place */
	uint8_t length; /* of text; 0: the entry is free */
	char text[MEMO_TEXT_MAX];
};

struct memo {
	struct entry entries[MEMO_ENTRIES];
};

static_assert(MEMO_TEXT_MAX < NO_PART, "an offset is one byte");

struct memo *
memo_new(void)
{
	return xcalloc(1, sizeof(struct memo));
}

void
memo_free(struct memo *memo)
{
	free(memo);
}

/* The first of two places; the other stands beside it. */
static struct entry *
place_of(struct memo *memo, struct span text)
{
	return &memo->entries[(size_t)span_hash(text) % (MEMO_ENTRIES / 2) * 2];
}

static bool
holds(const struct entry *entry, enum daemon daemon, struct span text)
{
	return entry->length == text.n && entry->daemon == (uint8_t)daemon &&
	       memcmp(entry->text, text.p, text.n) == 0;
}

bool
memo_get(struct memo *memo, enum daemon daemon, struct span text, struct finding *finding)
{
	struct entry *entry;

	if (text.n == 0 || text.n > MEMO_TEXT_MAX)
		return false;
	entry = place_of(memo, text);
	if (!holds(entry, daemon, text) && !holds(++entry, daemon, text))
		return false;
	entry->asked = ASKED_MAX;
	finding->rule = entry->rule;
	for (size_t i = 0; i < entry->ngroups; i++)
		finding->captures[i] =
			entry->from[i] == NO_PART
				? SPAN_NONE
				: (struct span){ text.p + entry->from[i], entry->n[i] };
	return true;
}

void
memo_put(struct memo *memo, enum daemon daemon, struct span text, const struct finding *finding)
{
	struct entry *entry;

	if (text.n == 0 || text.n > MEMO_TEXT_MAX)
		return;
	entry = place_of(memo, text);
	if (entry[1].asked < entry[0].asked)
		entry++;
	if (entry->asked > 0) {
		entry->asked--;
		return;
	}
	entry->rule = finding->rule;
	entry->daemon = (uint8_t)daemon;
	entry->length = (uint8_t)text.n;
	entry->ngroups =
		finding->rule == NULL ? 0 : (uint8_t)pattern_groups(finding->rule->pattern);
	for (size_t i = 0; i < entry->ngroups; i++) {
		struct span capture = finding->captures[i];

		entry->from[i] = capture.p == NULL ? NO_PART : (uint8_t)(capture.p - text.p);
		entry->n[i] = (uint8_t)capture.n;
	}
	memcpy(entry->text, text.p, text.n);
}
