/*
 * digest.h - what a pile of messages comes down to: sums, and one story a cause.
 *
 * Messages may come in any order, and sums behind them; the digest is the same.
 */
#ifndef CLI_DIGEST_H
#define CLI_DIGEST_H

#include "cli/dimension.h"
#include "cli/session.h"
#include "cli/tally.h"

#define DIGEST_TABLES_MAX 8
#define DIGEST_PROOF_MAX 6 /* lines of an example */

/* Messages that went wrong for one reason; explained by the earliest of them. */
struct cause_story {
	enum verdict_kind kind; /* of those without a cause */
	cause_t cause;          /* CAUSE_NONE: no line tells */
	cause_t hidden_by;      /* then: what hides it, or CAUSE_NONE */
	uint64_t count;
	uint64_t verdicts[VERDICT_COUNT];
	int64_t first, last;
	uint64_t serial; /* of the earliest: of one second, too, the one that began first */
	struct tally domains, senders, clients;
	struct buf why, brief, fix,
		example; /* example is a queue ID; empty: only sums tell of it */
	struct buf
		proof; /* of the example: on one line its place, on the next the line of the log */
	uint32_t file; /* where its lines stand; UINT32_MAX: not known */
};

struct digest {
	const struct cli_session *session;
	uint64_t counts[VERDICT_COUNT];
	struct cause_story *
		*stories; /* after digest_sort(): most messages first, those without a cause last */
	size_t nstories;
	const struct dimension *dimensions[DIGEST_TABLES_MAX]; /* what --by asked for */
	struct tally tables[DIGEST_TABLES_MAX];
	size_t ntables;
	uint64_t signed_twice;
	struct buf twice; /* queue ID of one of those */
	struct buf room;
};

/* Read --by ("cause,domain"; NULL: no tables). ERROR_SYNTAX names what there is. */
int digest_init(struct digest *digest, const struct cli_session *session, const char *by,
	struct error *err);
void digest_clear(struct digest *digest);

/* Forget all messages, keep the tables' dimensions. */
void digest_reset(struct digest *digest);

void digest_add(struct digest *digest, const struct message *message);

/* Messages of which the store holds only the sum; after all others. */
void digest_add_sum(struct digest *digest, const struct store_sum *sum);

/* Put stories and tables into their order, once all messages are there. */
void digest_sort(struct digest *digest);

/* Of a table the rows that are told, at most `most` (0: all): the largest, of a row of times the last. */
void digest_rows(const struct digest *digest, size_t table, size_t most, size_t *from, size_t *end);

/* Own messages: all but the inbound ones. */
uint64_t digest_own(const struct digest *digest);

/* Is some message's cause told for this one? */
bool digest_tells(const struct digest *digest, cause_t cause);

#endif
