/*
 * fold.h - messages of which nothing out of the ordinary is said, kept as their lines.
 *
 * Most mail is taken in by smtpd, signed or verified, queued, delivered at once and
 * removed. Of such a message the lines are copied as they stand, and only what others depend on is told in its
 * struct at once: what is looked up of it (host, queue ID, Message-ID, times), what teaches something of the
 * host (facts, ways), what its processes have at hand (sessions). It is folded. Any other line, and whoever
 * looks it up in rules/pending.h, opens it: its lines are read again, each as it would have been, and from then on
 * it is a message like any other. So nothing depends on which of them were folded.
 *
 * This is a trick for speed alone: gather_want_sums() asks for it, tests/unit/fold.c compares.
 */
#ifndef RULES_FOLD_H
#define RULES_FOLD_H

#include "rules/scene.h"

#define FOLD_LINES 12
#define FOLD_BYTES 1536
#define FOLD_POOL_MAX 256

/* A line: its parts by their place in fold.bytes. */
struct fold_line {
	uint64_t number;
	int64_t when, key;
	const struct rule *rule; /* NULL: no rule knows it */
	uint32_t file, pid;
	uint16_t at, n; /* the whole line; the others begin within it */
	uint16_t host_at, host_n, tag_at, tag_n, text_at, text_n;
};

struct fold {
	struct fold *next; /* in the pool */
	char *bytes;
	uint16_t n, used;
	bool shrunk; /* it has no room, and is not for the pool */
	bool signs;  /* it has a signature, and no more is asked of a signed message */
	bool has_login;
	bool not_internal; /* OpenDKIM said so */
	bool stayed, left; /* it was delivered here, elsewhere */
	bool reasoned;     /* OpenDKIM gave a reason for which it may be final_is() */
	struct fold_line lines[];
};

struct fold_pool {
	struct fold *free;
	size_t n;
};

struct fold *fold_new(struct fold_pool *pool);
void fold_free(struct fold_pool *pool, struct fold *fold);
void fold_pool_clear(struct fold_pool *pool);

/* Is there room for one more line? */
bool fold_has_room(const struct fold *fold, const struct line *line);

/* Copy a line, of which host, tag and text lie in raw. */
void fold_keep(struct fold *fold, const struct line *line, const struct rule *rule);

/*
 * Is the verdict on a closed message plain: signed, or inbound since the client came from outside, OpenDKIM said
 * so, and all was delivered here (rules/verdict.h)? Nothing later in the log can change it. Then *kind is set.
 */
bool fold_verdict(const struct message *message, enum verdict_kind *kind);

/* Will, as far as is seen without opening it, no verdict on it be settled before the end of the log? */
bool fold_is_undecided(const struct message *message);

/*
 * Give back the room that the fold of a message does not need. Gives the old fold, in which its host, queue ID and
 * Message-ID did lie, and which is the caller's.
 */
struct fold *fold_shrink(struct message *message);

/* Bytes it holds; 0 for NULL. */
size_t fold_bytes(const struct fold *fold);

/* Where a part of the line kept last lies, now that it is copied. */
struct span fold_copied(const struct fold *fold, const struct line *from, struct span part);

/* Tell in message what the lines of its fold say. The fold is the caller's, and its host and queue ID copied. */
struct fold *fold_open(struct message *message);

#endif
