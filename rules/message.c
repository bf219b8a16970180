#include "rules/message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define FIRST_ROOM 12 /* lines that most messages keep within */

struct message *
message_new(struct span host, struct span queue_id, int64_t when)
{
	struct message *message = xcalloc(1, sizeof *message);

	message->host = arena_copy(&message->arena, host);
	message->queue_id = arena_copy(&message->arena, queue_id);
	message->first = message->last = when;
	message->verdict.proof = UINT32_MAX;
	message->row = &message->note;
	return message;
}

struct message *
message_take(struct message_pool *pool, int64_t when)
{
	struct message *message = pool->free;

	if (message != NULL) {
		pool->free = message->newer;
		pool->n--;
		memset(message, 0, sizeof *message);
	} else {
		message = xcalloc(1, sizeof *message);
	}
	message->pool = pool;
	message->arena.pool = &pool->blocks;
	message->row = &message->note;
	message->first = message->last = when;
	message->verdict.proof = UINT32_MAX;
	return message;
}

void
message_pool_clear(struct message_pool *pool)
{
	struct message *message, *next;

	for (message = pool->free; message != NULL; message = next) {
		next = message->newer;
		free(message);
	}
	while (pool->nrooms > 0)
		free(pool->rooms[--pool->nrooms]);
	arena_pool_clear(&pool->blocks);
	*pool = (struct message_pool){ .free = NULL };
}

static struct message_link *
find_link(struct message *message, const struct message *other)
{
	for (size_t i = 0; i < message->nlinks; i++)
		if (message->links[i].other == other)
			return &message->links[i];
	return NULL;
}

static void
give_back(struct message_pool *pool, struct message *message)
{
	if (pool != NULL && message->room == FIRST_ROOM && pool->nrooms < MESSAGE_POOL_MAX)
		pool->rooms[pool->nrooms++] = message->evidence;
	else
		free(message->evidence);
	if (pool == NULL || pool->n == MESSAGE_POOL_MAX) {
		free(message);
		return;
	}
	message->newer = pool->free;
	pool->free = message;
	pool->n++;
}

void
message_free(struct message *message)
{
	if (message == NULL)
		return;
	for (size_t i = 0; i < message->nlinks; i++) {
		struct message *other = message->links[i].other;
		struct message_link *back = other == NULL ? NULL : find_link(other, message);

		if (back != NULL) {
			back->queue_id = arena_copy(&other->arena, message->queue_id);
			back->other = NULL;
		}
	}
	arena_clear(&message->arena);
	give_back(message->pool, message);
}

void
message_trim(struct message *message)
{
	if (message->room == message->nevidence || message->nevidence == 0)
		return;
	message->room = message->nevidence;
	message->evidence =
		xreallocarray(message->evidence, message->room, sizeof *message->evidence);
}

size_t
message_bytes(const struct message *message)
{
	return sizeof *message + message->arena.bytes + message->room * sizeof *message->evidence;
}

/* The copy of a part of from: in to, which is a copy of from's beginning, or one of its own. */
static inline struct span
copy_part(struct arena *arena, struct span from, struct span to, struct span part)
{
	size_t offset = part.p != NULL && part.p >= from.p ? (size_t)(part.p - from.p) : to.n + 1;

	if (offset < to.n && part.n <= to.n - offset)
		return (struct span){ to.p + offset, part.n };
	/* A journal record's text is unescaped and does not lie in the raw line. */
	if (offset > to.n || offset + part.n > to.n)
		return arena_copy(arena, span_first(part, EVIDENCE_RAW_MAX));
	return span_first(span_from(to, offset), part.n);
}

void
evidence_copy(struct arena *arena, const struct evidence *from, struct evidence *to)
{
	*to = *from;
	to->raw = arena_copy(arena, span_first(from->raw, EVIDENCE_RAW_MAX));
	to->body = copy_part(arena, from->raw, to->raw, from->body);
	to->text = copy_part(arena, from->body, to->body, from->text);
	to->tag = copy_part(arena, from->raw, to->raw, from->tag);
	to->host = copy_part(arena, from->raw, to->raw, from->host);
}

struct evidence *
message_add_line(struct message *message, const struct evidence *line)
{
	size_t n = message->nevidence;

	if (n == MESSAGE_EVIDENCE_MAX) {
		message->unkept++;
		return NULL;
	}
	message->row->grown = true;
	if (message->room == 0 && message->pool != NULL && message->pool->nrooms > 0) {
		message->evidence = message->pool->rooms[--message->pool->nrooms];
		message->room = FIRST_ROOM;
	} else if (n == message->room) {
		message->room += message->room < 32 ? FIRST_ROOM : message->room;
		message->evidence =
			xreallocarray(message->evidence, message->room, sizeof *message->evidence);
	}
	evidence_copy(&message->arena, line, &message->evidence[n]);
	message->nevidence++;
	return &message->evidence[n];
}

struct evidence *
message_add_closing_line(struct message *message, const struct evidence *line)
{
	if (message->nevidence < MESSAGE_EVIDENCE_MAX)
		return message_add_line(message, line);
	message->unkept++;
	message->row->grown = true;
	evidence_copy(&message->arena, line, &message->evidence[MESSAGE_EVIDENCE_MAX - 1]);
	return &message->evidence[MESSAGE_EVIDENCE_MAX - 1];
}

void
message_set(struct message *message, struct span *field, struct span value)
{
	if (field->n == 0 && value.n > 0)
		*field = arena_copy(&message->arena, value);
}

void
message_add_signature(struct message *message, struct span selector, struct span domain)
{
	struct signature *signature;

	if (message->nsignatures == MESSAGE_SIGNATURES_MAX)
		return;
	if (message->signatures == NULL)
		message->signatures =
			arena_alloc(&message->arena, MESSAGE_SIGNATURES_MAX * sizeof *signature);
	signature = &message->signatures[message->nsignatures++];
	*signature = (struct signature){ SPAN_NONE, SPAN_NONE };
	message_set(message, &signature->selector, selector);
	message_set(message, &signature->domain, domain);
}

static void
make_links(struct message *message)
{
	if (message->links == NULL)
		message->links =
			arena_alloc(&message->arena, MESSAGE_LINKS_MAX * sizeof *message->links);
}

void
message_link(struct message *from, struct message *to, enum link_kind kind)
{
	if (from == to || find_link(from, to) != NULL || from->nlinks == MESSAGE_LINKS_MAX ||
		to->nlinks == MESSAGE_LINKS_MAX)
		return;
	make_links(from);
	make_links(to);
	from->links[from->nlinks++] = (struct message_link){ kind, true, to, SPAN_NONE };
	to->links[to->nlinks++] = (struct message_link){ kind, false, from, SPAN_NONE };
}

struct span
address_domain(struct span address)
{
	ptrdiff_t at = span_find_last(address, '@');

	return at < 0 ? SPAN_NONE : span_from(address, (size_t)at + 1);
}

/* Put message into the list by time unless it is there; false when it is or the list is full. */
static bool
insert(struct message **list, size_t *n, size_t max, struct message *message)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (list[i] == message)
			return false;
	if (*n == max)
		return false;
	for (i = *n; i > 0 && list[i - 1]->first > message->first; i--)
		list[i] = list[i - 1];
	list[i] = message;
	(*n)++;
	return true;
}

static bool
is_always_followed(const struct message_link *link)
{
	return link->other != NULL && link->kind != LINK_NOTICE;
}

/* Both are one message; or the link leads back to what this one was made from. */
static bool
is_basis(const struct message_link *link)
{
	if (link->other == NULL)
		return false;
	if (link->kind == LINK_REINJECTED || link->kind == LINK_NEXT_HOP)
		return true;
	return !link->forward && (link->kind == LINK_FORWARDED || link->kind == LINK_REQUEUED);
}

static bool
is_same_story(const struct message_link *link)
{
	return link->other != NULL && link->kind != LINK_NOTICE && link->kind != LINK_RETRY;
}

/* All messages reached over links that follow() allows. */
static size_t
walk(struct message *start, bool (*follow)(const struct message_link *link), struct message **list,
	size_t max)
{
	struct message *todo[MESSAGE_ROUTE_MAX];
	size_t n = 0, ntodo = 0;

	assert(max <= MESSAGE_ROUTE_MAX);
	insert(list, &n, max, start);
	todo[ntodo++] = start;
	while (ntodo > 0) {
		struct message *at = todo[--ntodo];

		for (size_t i = 0; i < at->nlinks; i++)
			if (follow(&at->links[i]) && insert(list, &n, max, at->links[i].other))
				todo[ntodo++] = at->links[i].other;
	}
	return n;
}

size_t
message_route(const struct message *message, const struct message **route, size_t max)
{
	struct message *found[MESSAGE_ROUTE_MAX];
	/* walk() needs the links' own type; it changes nothing. */
	union {
		const struct message *in;
		struct message *out;
	} start = { message };
	size_t n = walk(start.out, is_always_followed, found, MESSAGE_ROUTE_MAX);

	if (n > max)
		n = max;
	for (size_t i = 0; i < n; i++)
		route[i] = found[i];
	return n;
}

void
message_basis(struct message *message, bool all, struct basis *basis)
{
	basis->n =
		walk(message, all ? is_same_story : is_basis, basis->messages, MESSAGE_ROUTE_MAX);
}

bool
basis_any(const struct basis *basis, bool (*is)(const struct message *message))
{
	for (size_t i = 0; i < basis->n; i++)
		if (is(basis->messages[i]))
			return true;
	return false;
}

/* Where it goes may tell whose it is. */
bool
message_is_decided(const struct message *message)
{
	if (message->verdict.kind == VERDICT_UNKNOWN)
		return message->closed;
	return message->closed || message->queued || message->milter_action.n > 0;
}

bool
message_was_seen(const struct message *message)
{
	return message->opendkim;
}

bool
message_was_signed(const struct message *message)
{
	return message->nsignatures > 0;
}

bool
message_left(const struct message *message)
{
	return message->deliveries.remote > message->deliveries.ours;
}

bool
message_stayed(const struct message *message)
{
	return message->deliveries.local > 0 || message->deliveries.forwarded > 0;
}

bool
message_has_cause(const struct message *message, cause_t cause)
{
	for (size_t i = 0; i < message->nevidence; i++)
		if (message->evidence[i].rule != NULL &&
			rule_cause(message->evidence[i].rule) == cause)
			return true;
	return false;
}

bool
message_has_effect(const struct message *message, enum effect effect)
{
	for (size_t i = 0; i < message->nevidence; i++)
		if (message->evidence[i].rule != NULL &&
			message->evidence[i].rule->effect == effect)
			return true;
	return false;
}
