#include "rules/announced.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"

#define HEADS 8192 /* a power of two */
#define NONE UINT16_MAX

static_assert(ANNOUNCED_MAX < NONE, "an index has two bytes");

/* A ring of announcements, and chains of those whose hashes begin alike. Most that is asked for is not there. */
struct announced {
	uint16_t heads[HEADS];
	uint16_t next[ANNOUNCED_MAX];
	uint64_t hashes[ANNOUNCED_MAX];
	struct announcement ring[ANNOUNCED_MAX];
	size_t at; /* the oldest */
};

struct announced *
announced_new(void)
{
	struct announced *announced = xcalloc(1, sizeof *announced);

	memset(announced->heads, UCHAR_MAX, sizeof announced->heads);
	return announced;
}

void
announced_free(struct announced *announced)
{
	free(announced);
}

static uint16_t *
head_of(struct announced *announced, uint64_t hash)
{
	return &announced->heads[hash % HEADS];
}

void
announced_forget(struct announced *announced, struct announcement *announcement)
{
	size_t i = (size_t)(announcement - announced->ring);
	uint16_t *at = head_of(announced, announced->hashes[i]);

	if (announcement->from == 0)
		return;
	announcement->from = 0;
	while (*at != i)
		at = &announced->next[*at];
	*at = announced->next[i];
}

struct announcement *
announced_find(struct announced *announced, struct span queue_id, uint64_t hash)
{
	for (uint16_t i = *head_of(announced, hash); i != NONE; i = announced->next[i]) {
		struct announcement *found = &announced->ring[i];

		if (announced->hashes[i] == hash &&
			span_eq((struct span){ found->queue_id, found->queue_id_n }, queue_id))
			return found;
	}
	return NULL;
}

void
announced_add(struct announced *announced, struct span queue_id, uint64_t hash,
	const struct message *from, enum link_kind kind)
{
	struct announcement *announcement;
	uint16_t *head = head_of(announced, hash);

	if (queue_id.n == 0 || queue_id.n > ANNOUNCED_ID_MAX || from->queue_id.n > ANNOUNCED_ID_MAX)
		return;
	announcement = announced_find(announced, queue_id, hash);
	if (announcement != NULL)
		announced_forget(announced, announcement);
	announcement = &announced->ring[announced->at];
	announced_forget(announced, announcement);
	announcement->from = from->serial;
	announcement->kind = kind;
	announcement->queue_id_n = (uint8_t)queue_id.n;
	announcement->from_id_n = (uint8_t)from->queue_id.n;
	memcpy(announcement->queue_id, queue_id.p, queue_id.n);
	memcpy(announcement->from_id, from->queue_id.p, from->queue_id.n);
	announced->hashes[announced->at] = hash;
	announced->next[announced->at] = *head;
	*head = (uint16_t)announced->at;
	announced->at = (announced->at + 1) % ANNOUNCED_MAX;
}
