/*
 * cause.h - the vocabulary: verdicts, causes, effects.
 *
 * The identifiers are promises: they stand in reports, JSON, the store and in
 * rule files. Causes stand in the table in cause.c in the order of their
 * rank: of several that fit one message, the one that stands first is primary
 * (design: an incident before OpenDKIM's own tests, those in the order in
 * which OpenDKIM makes them, see mlfi_eoh() and mlfi_eom()).
 */
#ifndef RULES_CAUSE_H
#define RULES_CAUSE_H

#include <stdbool.h>

#include "base/span.h"

enum verdict_kind {
	VERDICT_UNKNOWN,
	VERDICT_SIGNED,
	VERDICT_UNSIGNED,
	VERDICT_INBOUND,
	VERDICT_DEFERRED,
	VERDICT_REJECTED,
	VERDICT_COUNT,
};

const char *verdict_id(enum verdict_kind verdict);
bool verdict_of(struct span id, enum verdict_kind *verdict);

/* A cause is its row in the table; 0 is none. */
typedef unsigned char cause_t;
#define CAUSE_NONE 0

enum cause_scope {
	CAUSE_OF_MESSAGE = 1, /* may be primary */
	CAUSE_CONTRIBUTES = 2, /* only ever contributes */
	CAUSE_OF_SERVICE = 4, /* an incident */
};

struct cause {
	const char *id;
	unsigned scope;      /* of enum cause_scope */
	const char *setting; /* the setting to look at, as its manual spells it; "" when there is none */
};

/* Row of the table; cause must be below cause_count(). */
const struct cause *cause_get(cause_t cause);
unsigned cause_count(void);
const char *cause_id(cause_t cause);

/* CAUSE_NONE when there is none of that name. */
cause_t cause_of(struct span id);

/* CAUSE("not-internal"): for code that speaks of one cause; the name must exist (asserted). */
cause_t cause_named(const char *id);

/* What a rule's line means for signing. */
enum effect {
	EFFECT_NOTE,        /* nothing */
	EFFECT_VERIFY,      /* about signatures of others: the message was verified, not signed */
	EFFECT_SIGNED,      /* our signature was added */
	EFFECT_REASON,      /* a signing test failed: the reason if nothing signs afterwards */
	EFFECT_DEFERS,      /* OpenDKIM answered with a temporary failure */
	EFFECT_REJECTS,     /* OpenDKIM refused for good */
	EFFECT_POLICY,      /* signing failed; an On-* setting decides what becomes of the message */
	EFFECT_KEY,         /* without a queue ID: why the key named on the next line could not be used */
	EFFECT_UNREACHABLE, /* Postfix could not reach a milter */
	EFFECT_BROKEN,      /* a milter's session broke off */
	EFFECT_FAULT,       /* a fault of the service that does not end it */
	EFFECT_START,       /* the daemon started */
	EFFECT_NO_START,    /* the daemon did not start */
	EFFECT_STOP,        /* the daemon ended in order */
	EFFECT_CRASH,       /* the daemon ended out of order */
	EFFECT_RELOAD,      /* the configuration was read again */
	EFFECT_NO_RELOAD,   /* it was refused, the old one stays */
	EFFECT_STALL,       /* the daemon lives but does not serve */
	EFFECT_GAP,         /* lines are missing from the log */
	EFFECT_COUNT,
};

const char *effect_id(enum effect effect);
bool effect_of(struct span id, enum effect *effect);

/* Languages of explanations. */
enum lang { LANG_EN, LANG_JA, LANG_COUNT };

/* "en", "ja", "ja_JP.UTF-8"; anything else is English (false when it was not known). */
bool lang_of(struct span tag, enum lang *lang);

#endif
