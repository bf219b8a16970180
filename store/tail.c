#include "store/tail.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/row.h"

/* Lines of messages that ended so long before may still matter to what is new. */
#define REACH SCENE_LINGER

struct tail {
	struct store *store;
	struct db *db;
	struct tail_options options;
	struct reading_options reading_options;
	struct reading *reading;
	struct reading_extra extra; /* the store's */
	int64_t begin;              /* the time of the line before the first new one */
	struct tail_place *places;
	char **paths; /* of places, owned */
	size_t nplaces;
	bool loaded;  /* the kept lines were read */
	bool writing; /* a transaction is open */
	bool failed;
	struct error *err;
};

static int
begin(void *ctx, const struct knowledge *knowledge, size_t nlogs, int64_t logs_begin,
	struct error *err)
{
	struct tail *tail = ctx;
	int64_t from = tail->begin == INSTANT_NONE ? INSTANT_NONE : tail->begin - REACH;

	if (store_choose(tail->store, from, tail->options.ruleset, err) < 0)
		return -1;
	return tail->extra.begin(tail->extra.ctx, knowledge, nlogs, logs_begin, err);
}

/* What the kept lines gave is in the store already. */
static int
next(void *ctx, struct line *line, struct error *err)
{
	struct tail *tail = ctx;
	int rc = tail->loaded ? 0 : tail->extra.next(tail->extra.ctx, line, err);

	if (rc == 0 && !tail->loaded) {
		tail->loaded = true;
		reading_changed(tail->reading, NULL, NULL);
	}
	return rc;
}

static bool
is_still_there(const struct tail_place *place)
{
	struct stat st;

	return stat(place->path, &st) == 0 && st.st_dev == place->dev && st.st_ino == place->ino &&
	       st.st_size >= place->end.offset;
}

static int
open_files(struct tail *tail, const struct tail_options *options, struct error *err)
{
	struct reading_extra extra;

	if (store_extra(tail->store, &tail->extra, err) < 0)
		return -1;
	extra = tail->extra;
	extra.ctx = tail;
	extra.begin = begin;
	extra.next = next;
	reading_extend(tail->reading, &extra);
	for (size_t i = 0; i < options->nplaces; i++) {
		struct tail_place *place = &tail->places[tail->nplaces];

		*place = options->places[i];
		if (place->end.offset < 0)
			continue;
		/* Looked at before and after it is opened: it is that file, unless it came back. */
		if (!is_still_there(place) ||
			reading_add_from(tail->reading, place->path, &place->end, err) < 0 ||
			!is_still_there(place))
			return -1;
		place->path = tail->paths[tail->nplaces++] = xstrdup(place->path);
		if (tail->begin == INSTANT_NONE || place->end.key < tail->begin)
			tail->begin = place->end.key;
	}
	return tail->nplaces > 0 ? 0 : -1;
}

struct tail *
tail_new(struct store *store, const struct tail_options *options, struct error *err)
{
	struct tail *tail = xcalloc(1, sizeof *tail);

	tail->store = store;
	tail->db = store_db(store);
	tail->options = *options;
	tail->reading_options = *options->reading;
	tail->reading_options.log.follow = true;
	tail->begin = INSTANT_NONE;
	tail->places = xcalloc(options->nplaces + 1, sizeof *tail->places);
	tail->paths = xcalloc(options->nplaces + 1, sizeof *tail->paths);
	tail->reading = reading_new(&tail->reading_options, options->ruleset, err);
	if (tail->reading != NULL && open_files(tail, options, err) == 0)
		return tail;
	tail_free(tail);
	return NULL;
}

void
tail_free(struct tail *tail)
{
	if (tail == NULL)
		return;
	reading_free(tail->reading);
	for (size_t i = 0; i < tail->nplaces; i++)
		free(tail->paths[i]);
	free(tail->paths);
	free(tail->places);
	free(tail);
}

/* The place of a file of the reading, which has them in an order of its own. */
static const struct log_file *
file_of(const struct tail *tail, const struct tail_place *place)
{
	for (size_t i = 0; i < reading_files(tail->reading); i++) {
		const struct log_file *file = reading_file(tail->reading, i);

		if (span_eq(span_of(file->path), span_of(place->path)))
			return file;
	}
	return NULL;
}

enum tail_state
tail_look(struct tail *tail)
{
	enum tail_state state = TAIL_SAME;

	for (size_t i = 0; i < tail->nplaces; i++) {
		struct tail_place *place = &tail->places[i];
		const struct log_file *file = tail->loaded ? file_of(tail, place) : NULL;
		struct stat st;

		if (file != NULL)
			place->end = file->end;
		if (stat(place->path, &st) < 0 || st.st_dev != place->dev ||
			st.st_ino != place->ino || st.st_size < place->end.offset)
			return TAIL_LOST;
		if (st.st_size > place->end.offset)
			state = TAIL_GREW;
	}
	return state;
}

static int
start_writing(struct tail *tail)
{
	if (tail->writing)
		return 0;
	tail->writing = true;
	return db_begin(tail->db, tail->err);
}

static void
write_row(struct tail *tail, const struct message *message, bool only_known, bool open)
{
	int64_t id = tail->failed ? -1 : row_find(tail->db, message, tail->err);

	if (id == 0 && only_known)
		return;
	tail->failed |= id < 0 || start_writing(tail) < 0 ||
	                row_put(tail->db, message, id, open, tail->err) < 0;
	if (!tail->failed && tail->options.kept != NULL)
		tail->options.kept(tail->options.kept_ctx, message);
}

static bool
is_fine(const struct message *message)
{
	return message->verdict.kind == VERDICT_SIGNED || message->verdict.kind == VERDICT_INBOUND;
}

/* Open, for the next ingest to find the row. */
static void
take_changed(void *ctx, const struct message *message)
{
	if (message_is_decided(message) && !is_fine(message))
		write_row(ctx, message, false, true);
}

static void
take_message(void *ctx, const struct message *message)
{
	struct tail *tail = ctx;

	if (tail->loaded)
		write_row(tail, message, is_fine(message), true);
}

int
tail_read(struct tail *tail, struct error *err)
{
	uint64_t lines = tail->loaded ? reading_totals(tail->reading)->lines : 0;
	int rc;

	tail->err = err;
	rc = reading_go_on(tail->reading, take_message, tail, err);
	if (rc == 0)
		reading_changed(tail->reading, take_changed, tail);
	if (rc < 0 || tail->failed) {
		db_rollback(tail->db);
		return -1;
	}
	if (tail->writing && db_commit(tail->db, err) < 0)
		return -1;
	tail->writing = false;
	if (rc > 0)
		return TAIL_LOST;
	return reading_totals(tail->reading)->lines > lines ? TAIL_GREW : TAIL_SAME;
}
