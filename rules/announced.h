/*
 * announced.h - queue IDs that were named before a line of theirs was seen, and by which message.
 *
 * Every message that another host took is said to be "queued as ID" there, and every new message may be one of
 * those. The last ANNOUNCED_MAX are remembered, in little memory: each message asks twice.
 */
#ifndef RULES_ANNOUNCED_H
#define RULES_ANNOUNCED_H

#include "rules/message.h"

#define ANNOUNCED_MAX 4096
#define ANNOUNCED_ID_MAX 31 /* bytes; longer ones are not remembered */

/* The announcer is named by its ID and serial: it may be gone by the time it is asked for. */
struct announcement {
	uint64_t from; /* serial; 0: free */
	enum link_kind kind;
	uint8_t queue_id_n, from_id_n;
	char queue_id[ANNOUNCED_ID_MAX], from_id[ANNOUNCED_ID_MAX];
};

struct announced;

struct announced *announced_new(void);
void announced_free(struct announced *announced);

/* hash is span_hash() of the queue ID. What was said of the same ID before is forgotten. */
void announced_add(struct announced *announced, struct span queue_id, uint64_t hash,
	const struct message *from, enum link_kind kind);

/* What was said of that ID, or NULL; until the next call. */
struct announcement *announced_find(struct announced *announced, struct span queue_id,
	uint64_t hash);

void announced_forget(struct announced *announced, struct announcement *announcement);

#endif
