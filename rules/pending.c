#include "rules/pending.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "rules/announced.h"
#include "rules/fold.h"

#define LATE (2 * INSTANT_MINUTE) /* a closed message still takes lines for so long */
#define NAMESAKES_MAX 64          /* looked at for one line; older ones take none any more */

struct pending {
	struct map by_id;         /* newest message of each queue ID, same_older leads on */
	struct map by_message_id; /* newest message of each Message-ID */
	struct announced *announced;
	struct message *oldest, *newest;
	struct message *due_first, *due_last;
	struct message *touched;
	uint64_t serial;
	size_t count, bytes;
	struct message_pool pool;
	struct fold_pool folds;
};

struct pending *
pending_new(void)
{
	struct pending *pending = xcalloc(1, sizeof *pending);

	pending->announced = announced_new();
	return pending;
}

void
pending_free(struct pending *pending)
{
	struct message *message, *newer;

	if (pending == NULL)
		return;
	for (message = pending->oldest; message != NULL; message = newer) {
		newer = message->newer;
		fold_free(&pending->folds, message->fold);
		message_free(message);
	}
	map_clear(&pending->by_id);
	map_clear(&pending->by_message_id);
	announced_free(pending->announced);
	message_pool_clear(&pending->pool);
	fold_pool_clear(&pending->folds);
	free(pending);
}

/* Keep count of what a message holds, now that it may have grown. */
static void
charge(struct pending *pending, struct message *message)
{
	size_t bytes = message_bytes(message) + fold_bytes(message->fold);

	pending->bytes += bytes - message->charged;
	message->charged = bytes;
}

/* Put it where it is looked up by its queue ID and by its age. */
static void
list(struct pending *pending, struct message *message, uint64_t hash)
{
	message->serial = ++pending->serial;
	message->hash = hash;
	message->same_older = map_put_hashed(&pending->by_id, message->queue_id, hash, message);
	if (message->same_older != NULL)
		message->same_older->same_newer = message;
	message->older = pending->newest;
	if (pending->newest != NULL)
		pending->newest->newer = message;
	else
		pending->oldest = message;
	pending->newest = message;
	pending->count++;
	charge(pending, message);
}

struct message *
pending_make(struct pending *pending, struct span host, struct span queue_id, int64_t when)
{
	struct message *message = message_take(&pending->pool, when);

	message->host = arena_copy(&message->arena, host);
	message->queue_id = arena_copy(&message->arena, queue_id);
	list(pending, message, span_hash(queue_id));
	return message;
}

/* Folded messages. */

struct message *
pending_make_folded(struct pending *pending, const struct line *line, struct span queue_id,
	uint64_t hash)
{
	struct message *message = message_take(&pending->pool, line->when);

	message->fold = fold_new(&pending->folds);
	fold_keep(message->fold, line, NULL);
	message->host = fold_copied(message->fold, line, line->host);
	message->queue_id = fold_copied(message->fold, line, queue_id);
	list(pending, message, hash);
	pending_touch(pending, message);
	return message;
}

void
pending_name_folded(struct pending *pending, struct message *message, struct span message_id,
	uint64_t hash)
{
	message->message_id = message_id;
	message->name = hash;
	map_put_hashed(&pending->by_message_id, message_id, message->name, message);
}

/* Under which of its names is it looked up? */
struct names {
	bool id, message_id;
};

static struct names
names_of(const struct pending *pending, const struct message *message)
{
	return (struct names){
		map_get_hashed(&pending->by_id, message->queue_id, message->hash) == message,
		message->message_id.n > 0 && map_get_hashed(&pending->by_message_id,
						     message->message_id, message->name) == message,
	};
}

/* Its names lie elsewhere from now on: the maps' keys, too. */
static void
rename_keys(struct pending *pending, struct message *message, struct names names)
{
	if (names.id)
		map_put_hashed(&pending->by_id, message->queue_id, message->hash, message);
	if (names.message_id)
		map_put_hashed(&pending->by_message_id, message->message_id, message->name,
			message);
	charge(pending, message);
}

void
pending_open(struct pending *pending, struct message *message)
{
	struct names names;
	struct fold *fold;

	if (message->fold == NULL)
		return;
	names = names_of(pending, message);
	fold = fold_open(message);
	rename_keys(pending, message, names);
	fold_free(&pending->folds, fold);
}

void
pending_shrink(struct pending *pending, struct message *message)
{
	struct names names;
	struct fold *fold;

	if (message->fold == NULL || message->fold->shrunk)
		return;
	names = names_of(pending, message);
	fold = fold_shrink(message);
	rename_keys(pending, message, names);
	fold_free(&pending->folds, fold);
}

static struct message *
opened(struct pending *pending, struct message *message)
{
	if (message != NULL && message->fold != NULL)
		pending_open(pending, message);
	return message;
}

struct message *
pending_folded(const struct pending *pending, struct span host, struct span queue_id, uint64_t hash)
{
	struct message *message = map_get_hashed(&pending->by_id, queue_id, hash);

	return message != NULL && message->fold != NULL && span_eq(message->host, host) ? message
	                                                                                : NULL;
}

bool
pending_knows(const struct pending *pending, struct span queue_id, uint64_t hash)
{
	return map_get_hashed(&pending->by_id, queue_id, hash) != NULL;
}

bool
pending_is_announced(const struct pending *pending, struct span queue_id, uint64_t hash)
{
	return announced_find(pending->announced, queue_id, hash) != NULL;
}

bool
pending_is_named(const struct pending *pending, struct span message_id, uint64_t hash)
{
	return map_get_hashed(&pending->by_message_id, message_id, hash) != NULL;
}

/* Looking up. */

static struct message *
newest_of(const struct pending *pending, struct span queue_id)
{
	return map_get(&pending->by_id, queue_id);
}

struct message *
pending_newest(struct pending *pending, struct span queue_id)
{
	return opened(pending, newest_of(pending, queue_id));
}

bool
pending_takes(const struct message *message, int64_t when)
{
	return !message->closed || when == INSTANT_NONE ||
	       instant_follows_within(message->last, when, LATE);
}

/* Has the OpenDKIM of a third host written about it? Then it is that one's, and the queue ID came twice. */
static bool
is_seen_by_other(const struct message *message, struct span host)
{
	for (size_t i = 0; message->opendkim && i < message->nevidence; i++)
		if (message->evidence[i].daemon == DAEMON_OPENDKIM &&
			!span_eq(message->evidence[i].host, host))
			return true;
	return false;
}

struct message *
pending_find(struct pending *pending, struct span host, struct span queue_id, int64_t when,
	bool any_host)
{
	struct message *message = newest_of(pending, queue_id), *elsewhere = NULL;

	for (int i = 0; message != NULL && i < NAMESAKES_MAX; message = message->same_older, i++) {
		if (!pending_takes(message, when))
			continue;
		if (span_eq(message->host, host))
			return opened(pending, message);
		if (any_host && elsewhere == NULL &&
			!is_seen_by_other(opened(pending, message), host))
			elsewhere = message;
	}
	return opened(pending, elsewhere);
}

void
pending_name(struct pending *pending, struct message *message, struct span message_id)
{
	if (message->message_id.n > 0)
		return;
	message_set(message, &message->message_id, message_id);
	message->name = span_hash(message_id);
	map_put_hashed(&pending->by_message_id, message->message_id, message->name, message);
	charge(pending, message);
}

struct message *
pending_named(struct pending *pending, struct span message_id)
{
	return opened(pending, map_get(&pending->by_message_id, message_id));
}

/* Announcements. */

void
pending_announce(struct pending *pending, const struct message *from, struct span queue_id,
	uint64_t hash, enum link_kind kind)
{
	announced_add(pending->announced, queue_id, hash, from, kind);
}

void
pending_meet(struct pending *pending, struct message *message)
{
	struct announcement *said =
		announced_find(pending->announced, message->queue_id, message->hash);
	struct message *from;

	if (said == NULL)
		return;
	from = newest_of(pending, (struct span){ said->from_id, said->from_id_n });
	for (int i = 0; from != NULL && i < NAMESAKES_MAX; from = from->same_older, i++)
		if (from->serial == said->from) {
			message_link(opened(pending, from), message, said->kind);
			break;
		}
	announced_forget(pending->announced, said);
}

void
pending_touch(struct pending *pending, struct message *message)
{
	if (message->touched)
		return;
	message->touched = true;
	message->touched_before = NULL;
	message->touched_next = pending->touched;
	if (pending->touched != NULL)
		pending->touched->touched_before = message;
	pending->touched = message;
}

static void
untouch(struct pending *pending, struct message *message)
{
	if (!message->touched)
		return;
	message->touched = false;
	if (message->touched_next != NULL)
		message->touched_next->touched_before = message->touched_before;
	if (message->touched_before != NULL)
		message->touched_before->touched_next = message->touched_next;
	else
		pending->touched = message->touched_next;
}

void
pending_trim(struct pending *pending, struct message *message)
{
	message_trim(message);
	charge(pending, message);
}

struct message *
pending_touched(struct pending *pending)
{
	struct message *message = pending->touched;

	if (message != NULL)
		untouch(pending, message);
	return opened(pending, message);
}

struct evidence *
pending_keep(struct pending *pending, struct message *message, const struct evidence *line,
	bool closing)
{
	struct evidence *kept =
		closing ? message_add_closing_line(message, line) : message_add_line(message, line);

	if (line->when != INSTANT_NONE) {
		if (message->first == INSTANT_NONE || line->when < message->first)
			message->first = line->when;
		if (message->last == INSTANT_NONE || line->when > message->last)
			message->last = line->when;
	}
	charge(pending, message);
	pending_touch(pending, message);
	return kept;
}

/* The queue of those that wait. */

void
pending_wait(struct pending *pending, struct message *message, int64_t due)
{
	if (message->waiting)
		return;
	message->due = due;
	message->waiting = true;
	message->due_before = pending->due_last;
	message->due_next = NULL;
	if (pending->due_last != NULL)
		pending->due_last->due_next = message;
	else
		pending->due_first = message;
	pending->due_last = message;
}

static void
stop_waiting(struct pending *pending, struct message *message)
{
	if (!message->waiting)
		return;
	if (message->due_next != NULL)
		message->due_next->due_before = message->due_before;
	else
		pending->due_last = message->due_before;
	if (message->due_before != NULL)
		message->due_before->due_next = message->due_next;
	else
		pending->due_first = message->due_next;
	message->waiting = false;
}

struct message *
pending_due(struct pending *pending, int64_t now)
{
	struct message *message = pending->due_first;

	if (message == NULL || message->due > now)
		return NULL;
	stop_waiting(pending, message);
	return message;
}

/* Letting go. */

static void
unlist(struct pending *pending, struct message *message)
{
	if (message->newer != NULL)
		message->newer->older = message->older;
	else
		pending->newest = message->older;
	if (message->older != NULL)
		message->older->newer = message->newer;
	else
		pending->oldest = message->newer;
}

static void
unindex(struct pending *pending, struct message *message)
{
	struct message *older = message->same_older, *newer = message->same_newer;

	if (older != NULL)
		older->same_newer = newer;
	if (newer != NULL)
		newer->same_older = older;
	else if (older != NULL)
		map_put_hashed(&pending->by_id, older->queue_id, older->hash, older);
	else
		map_remove_hashed(&pending->by_id, message->queue_id, message->hash);
	if (message->message_id.n > 0)
		map_remove_value(&pending->by_message_id, message->message_id, message->name,
			message);
}

void
pending_drop(struct pending *pending, struct message *message)
{
	stop_waiting(pending, message);
	untouch(pending, message);
	unindex(pending, message);
	unlist(pending, message);
	pending->bytes -= message->charged;
	pending->count--;
	fold_free(&pending->folds, message->fold);
	message_free(message);
}

struct message *
pending_oldest(struct pending *pending)
{
	return opened(pending, pending->oldest);
}

struct message *
pending_first(const struct pending *pending)
{
	return pending->oldest;
}

size_t
pending_count(const struct pending *pending)
{
	return pending->count;
}

size_t
pending_bytes(const struct pending *pending)
{
	return pending->bytes;
}
