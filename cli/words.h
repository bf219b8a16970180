/*
 * words.h - every text that the commands themselves say, in each language.
 *
 * What is said of causes and lines stands in the rules; this is the rest:
 * headings, labels, counts, remarks. A text may name values, as base/phrase.h has it.
 */
#ifndef CLI_WORDS_H
#define CLI_WORDS_H

#include "base/phrase.h"
#include "rules/cause.h"

/* clang-format off */
enum word {
	/* labels */
	WORD_WHY, WORD_PROOF, WORD_FIX, WORD_ALSO, WORD_AUTHOR, WORD_SENDER, WORD_CLIENT, WORD_LOGIN,
	WORD_ROUTE, WORD_QUEUE_ID, WORD_VERDICT, WORD_CAUSE, WORD_TAKEN_IN,
	WORD_DOMAINS, WORD_SENDERS, WORD_CLIENTS, WORD_SEE,
	/* verdicts, beside their identifiers */
	WORD_UNKNOWN, WORD_SIGNED, WORD_UNSIGNED, WORD_UNSIGNED_LOUD, WORD_INBOUND, WORD_DEFERRED, WORD_REJECTED,
	/* what stands for a value that there is not */
	WORD_NOT_KNOWN, WORD_OTHERS, WORD_NO_LOGIN, WORD_NO_SIGNATURE, WORD_NO_CAUSE, WORD_NO_TIME,
	/* how a message came in */
	WORD_WAY_PICKUP, WORD_WAY_REQUEUED, WORD_WAY_INTERNAL, WORD_WAY_FORWARD, WORD_WAY_UNKNOWN,
	/* how the queue IDs of a route hang together, in the order of enum link_kind */
	WORD_LINK_REINJECTED, WORD_LINK_NEXT_HOP, WORD_LINK_FORWARDED, WORD_LINK_NOTICE,
	WORD_LINK_RETRY, WORD_LINK_REQUEUED, WORD_LINK_OTHER, WORD_THIS_ONE, WORD_DECIDED_HERE,
	/* what became of it */
	WORD_SENT, WORD_WAITS, WORD_BOUNCED, WORD_SENT_IN_PART, WORD_MORE_RECIPIENTS,
	/* explain */
	WORD_SAME_CAUSE, WORD_NOT_IN_LOGS, WORD_LOGS_REACH, WORD_OTHER_CASE, WORD_SAVED_MESSAGE, WORD_NONE,
	WORD_DISAGREE, WORD_NOTHING_WRONG, WORD_LINES_UNKEPT,
	/* report */
	WORD_PERIOD, WORD_NO_PERIOD, WORD_AND_MORE, WORD_ONLY, WORD_OWN_MAIL, WORD_COMMA, WORD_SEMICOLON, WORD_INBOUND_MAIL,
	WORD_ALL_SIGNED, WORD_SIGNED_TWICE, WORD_NONE_DUE, WORD_WHY_UNSIGNED, WORD_MESSAGES, WORD_FIRST_SEEN,
	WORD_LAST_SEEN, WORD_HIT, WORD_MORE_CAUSES, WORD_CAUSE_HEAD, WORD_CAUSE_ONCE, WORD_NOT_SENT_YET, WORD_NEVER_SENT,
	WORD_INCIDENTS, WORD_LINES, WORD_NOT_ENDED, WORD_MORE_INCIDENTS, WORD_BY,
	WORD_BY_CAUSE, WORD_BY_DOMAIN, WORD_BY_CLIENT, WORD_BY_LOGIN, WORD_BY_ROUTE, WORD_BY_SELECTOR,
	WORD_BY_HOUR, WORD_BY_DAY, WORD_MORE_ROWS,
	WORD_LIST, WORD_NOT_TOLD, WORD_GAPS, WORD_GAP_TIMES, WORD_NOT_KEPT, WORD_EARLY, WORD_UNKNOWN_LINES,
	WORD_MORE_SHAPES,
	WORD_COUNT,
};
/* clang-format on */

/* A text without values. */
const char *word(enum lang lang, enum word word);

/* Append a text with its values; there must be as many as it names. */
void word_fill(struct buf *out, enum lang lang, enum word word, const struct span *values);

/* The text of a verdict. */
enum word word_of_verdict(enum verdict_kind verdict);

/* A number as people read it, "3,402,118"; the span lies in digits. */
#define WORD_DIGITS_MAX PHRASE_DIGITS_MAX
struct span word_number(char digits[WORD_DIGITS_MAX], uint64_t number);

#endif
