#include "rules/fold.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rules/signer.h"
#include "rules/transport.h"

/* Keeping lines. */

static struct fold *
make(size_t lines, size_t bytes)
{
	struct fold *fold = xmalloc(sizeof *fold + lines * sizeof *fold->lines + bytes);

	fold->bytes = (char *)&fold->lines[lines];
	fold->shrunk = false;
	return fold;
}

struct fold *
fold_new(struct fold_pool *pool)
{
	struct fold *fold = pool->free;

	if (fold != NULL) {
		pool->free = fold->next;
		pool->n--;
	} else {
		fold = make(FOLD_LINES, FOLD_BYTES);
	}
	fold->n = fold->used = 0;
	fold->signs = fold->has_login = fold->not_internal = fold->stayed = fold->left = false;
	fold->reasoned = false;
	return fold;
}

void
fold_free(struct fold_pool *pool, struct fold *fold)
{
	if (fold == NULL)
		return;
	if (pool->n == FOLD_POOL_MAX || fold->shrunk) {
		free(fold);
		return;
	}
	fold->next = pool->free;
	pool->free = fold;
	pool->n++;
}

void
fold_pool_clear(struct fold_pool *pool)
{
	struct fold *fold, *next;

	for (fold = pool->free; fold != NULL; fold = next) {
		next = fold->next;
		free(fold);
	}
	*pool = (struct fold_pool){ NULL, 0 };
}

bool
fold_has_room(const struct fold *fold, const struct line *line)
{
	return fold->n < FOLD_LINES && line->raw.n <= (size_t)FOLD_BYTES - fold->used &&
	       !fold->shrunk;
}

size_t
fold_bytes(const struct fold *fold)
{
	if (fold == NULL)
		return 0;
	if (fold->shrunk)
		return sizeof *fold + fold->n * sizeof *fold->lines + fold->used;
	return sizeof *fold + FOLD_LINES * sizeof *fold->lines + FOLD_BYTES;
}

static uint16_t
place_of(const struct line *line, struct span part)
{
	return (uint16_t)(part.p - line->raw.p);
}

struct span
fold_copied(const struct fold *fold, const struct line *from, struct span part)
{
	return (struct span){ fold->bytes + fold->lines[fold->n - 1].at + place_of(from, part),
		part.n };
}

void
fold_keep(struct fold *fold, const struct line *line, const struct rule *rule)
{
	fold->lines[fold->n++] = (struct fold_line){
		.number = line->number,
		.when = line->when,
		.key = line->key,
		.rule = rule,
		.file = line->file,
		.pid = line->pid,
		.at = fold->used,
		.n = (uint16_t)line->raw.n,
		.host_at = place_of(line, line->host),
		.host_n = (uint16_t)line->host.n,
		.tag_at = place_of(line, line->tag),
		.tag_n = (uint16_t)line->tag.n,
		.text_at = place_of(line, line->text),
		.text_n = (uint16_t)line->text.n,
	};
	memcpy(fold->bytes + fold->used, line->raw.p, line->raw.n);
	fold->used = (uint16_t)(fold->used + line->raw.n);
}

static void
move(struct span *part, const struct fold *from, const struct fold *to)
{
	if (part->p >= from->bytes && part->p < from->bytes + from->used)
		part->p = to->bytes + (part->p - from->bytes);
}

struct fold *
fold_shrink(struct message *message)
{
	struct fold *from = message->fold, *to = make(from->n, from->used);
	char *bytes = to->bytes;

	*to = *from;
	to->bytes = bytes;
	to->shrunk = true;
	memcpy(to->lines, from->lines, from->n * sizeof *from->lines);
	memcpy(to->bytes, from->bytes, from->used);
	move(&message->host, from, to);
	move(&message->queue_id, from, to);
	move(&message->service, from, to);
	move(&message->client_ip, from, to);
	move(&message->message_id, from, to);
	message->fold = to;
	return from;
}

bool
fold_verdict(const struct message *message, enum verdict_kind *kind)
{
	const struct fold *fold = message->fold;

	if (fold == NULL || !message->queued)
		return false;
	*kind = fold->signs ? VERDICT_SIGNED : VERDICT_INBOUND;
	return fold->signs || (fold->not_internal && fold->stayed && !fold->left &&
				      !fold->has_login && !address_is_loopback(message->client_ip));
}

bool
fold_is_undecided(const struct message *message)
{
	const struct fold *fold = message->fold;

	return fold != NULL && !fold->signs && !fold->stayed && !(fold->reasoned && fold->left);
}

/* Opening. */

static struct line
line_of(const struct fold *fold, const struct fold_line *kept)
{
	const char *raw = fold->bytes + kept->at;

	return (struct line){
		.when = kept->when,
		.own_stamp = true,
		.host = { raw + kept->host_at, kept->host_n },
		.tag = { raw + kept->tag_at, kept->tag_n },
		.pid = kept->pid,
		.text = { raw + kept->text_at, kept->text_n },
		.times = 1,
		.raw = { raw, kept->n },
		.file = kept->file,
		.number = kept->number,
		.key = kept->key,
	};
}

static void
tell(struct message *message, const struct fold *fold, const struct fold_line *kept)
{
	struct line line = line_of(fold, kept);
	struct finding finding = { .rule = kept->rule };
	const struct finding *found = NULL;
	struct event event;
	struct now now;

	(void)event_read(&line, &event);
	if (kept->rule != NULL && rule_capture(kept->rule, event.text, finding.captures))
		found = &finding;
	now_init(&now, &line, &event, found);
	(void)message_add_line(message, &now.line);
	if (event.daemon == DAEMON_OPENDKIM)
		signer_note(message, &now);
	else
		transport_note(message, &now);
}

struct fold *
fold_open(struct message *message)
{
	struct fold *fold = message->fold;

	/* What was told before lies in the fold. */
	message->fold = NULL;
	message->host = arena_copy(&message->arena, message->host);
	message->queue_id = arena_copy(&message->arena, message->queue_id);
	message->instance = message->service = message->client_ip = message->message_id = SPAN_NONE;
	message->queued = false;
	for (size_t i = 0; i < fold->n; i++)
		tell(message, fold, &fold->lines[i]);
	return fold;
}
