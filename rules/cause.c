#include "rules/cause.h"

#include <assert.h>

#define M CAUSE_OF_MESSAGE
#define C CAUSE_CONTRIBUTES
#define S CAUSE_OF_SERVICE
#define K CAUSE_OF_KEY
#define B CAUSE_ENDS_WITH_START
#define L CAUSE_UNDER_LOGWHY

#define ROW(name, id, traits, setting) { id, traits, setting },
static const struct cause causes[CAUSE_COUNT] = { { "none", 0, "" }, CAUSES(ROW) };
#undef ROW

static const char *const verdicts[VERDICT_COUNT] = { "unknown", "signed", "unsigned", "inbound",
	"deferred", "rejected" };

static const char *const effects[EFFECT_COUNT] = { "note", "verify", "signed", "reason", "defers",
	"rejects", "policy", "key", "unreachable", "broken", "fault", "start", "no-start", "stop",
	"crash", "reload", "no-reload", "stall", "gap" };

/* The index of id among n names, or n. */
static size_t
index_of(struct span id, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(id, span_of(names[i])))
			return i;
	return n;
}

const char *
verdict_id(enum verdict_kind verdict)
{
	return verdicts[verdict];
}

bool
verdict_of(struct span id, enum verdict_kind *verdict)
{
	size_t i = index_of(id, verdicts, VERDICT_COUNT);

	if (i < VERDICT_COUNT)
		*verdict = (enum verdict_kind)i;
	return i < VERDICT_COUNT;
}

bool
verdict_is_finding(enum verdict_kind verdict)
{
	return verdict != VERDICT_SIGNED && verdict != VERDICT_INBOUND;
}

uint64_t
verdict_wrongs(const uint64_t counts[VERDICT_COUNT])
{
	return counts[VERDICT_UNSIGNED] + counts[VERDICT_DEFERRED] + counts[VERDICT_REJECTED];
}

const char *
effect_id(enum effect effect)
{
	return effects[effect];
}

bool
effect_of(struct span id, enum effect *effect)
{
	size_t i = index_of(id, effects, EFFECT_COUNT);

	if (i < EFFECT_COUNT)
		*effect = (enum effect)i;
	return i < EFFECT_COUNT;
}

const struct cause *
cause_get(cause_t cause)
{
	assert(cause < CAUSE_COUNT);
	return &causes[cause];
}

const char *
cause_id(cause_t cause)
{
	return cause_get(cause)->id;
}

bool
cause_is(cause_t cause, enum cause_trait trait)
{
	return (cause_get(cause)->traits & trait) != 0;
}

cause_t
cause_of(struct span id)
{
	for (size_t i = 1; i < CAUSE_COUNT; i++)
		if (span_eq(id, span_of(causes[i].id)))
			return (cause_t)i;
	return CAUSE_NONE;
}

bool
lang_of(struct span tag, enum lang *lang)
{
	struct span language = tag, part;

	*lang = LANG_EN;
	if (span_cut(&language, '.', &part))
		language = part;
	if (span_starts(language, SPAN("ja")) &&
		(language.n == 2 || language.p[2] == '_' || language.p[2] == '-')) {
		*lang = LANG_JA;
		return true;
	}
	return span_starts(language, SPAN("en")) || span_eq(language, SPAN("C")) ||
	       span_eq(language, SPAN("POSIX"));
}
