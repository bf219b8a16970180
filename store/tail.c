#include "store/tail.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/ingesting.h"

/* So long it holds what it has learned of sessions, incidents and ways; then it is read anew. */
#define LIFE INSTANT_HOUR

#define MARK_BYTES 256

/* What stands before the place that was read to: in a file that was cut and has grown beyond, other bytes. */
struct mark {
	int fd; /* the file; -1: none */
	int64_t offset;
	uint64_t digest;
};

struct tail {
	struct ingest ingest;
	struct ingest_options options;
	struct ingest_report report;
	struct reading_options reading;
	struct tail_place *places;
	char **paths;   /* of places, owned */
	int64_t *sizes; /* of places, when they were looked at last; -1: they were not */
	struct mark *marks;
	size_t nplaces;
	int64_t begun;      /* when */
	int64_t looked_at;  /* before that last look */
	int64_t version;    /* db_version() */
	int64_t forgotten;  /* messages before that were let go */
	uint64_t incidents; /* what they were for these, when it was saved last */
	bool stale;
};

static bool
is_still_there(const struct tail_place *place)
{
	struct stat st;

	return stat(place->path, &st) == 0 && st.st_dev == place->dev && st.st_ino == place->ino &&
	       st.st_size >= place->end.offset;
}

/* Looked at before and after they are opened: they are those files, unless they came back. */
static bool
are_still_there(const struct tail *tail)
{
	for (size_t i = 0; i < tail->nplaces; i++)
		if (!is_still_there(&tail->places[i]))
			return false;
	return true;
}

static void
take_places(struct tail *tail, const struct tail_options *options)
{
	tail->places = xcalloc(options->nplaces + 1, sizeof *tail->places);
	tail->paths = xcalloc(options->nplaces + 1, sizeof *tail->paths);
	tail->sizes = xcalloc(options->nplaces + 1, sizeof *tail->sizes);
	tail->marks = xcalloc(options->nplaces + 1, sizeof *tail->marks);
	for (size_t i = 0; i < options->nplaces; i++) {
		if (options->places[i].end.offset < 0)
			continue;
		tail->paths[tail->nplaces] = xstrdup(options->places[i].path);
		tail->places[tail->nplaces] = options->places[i];
		tail->places[tail->nplaces].path = tail->paths[tail->nplaces];
		tail->marks[tail->nplaces] = (struct mark){ .fd = -1 };
		tail->sizes[tail->nplaces++] = -1;
	}
}

/* Of what they are for messages before a time. */
static uint64_t
digest_incidents(const struct tail *tail, int64_t before)
{
	const struct reading *reading = tail->ingest.reading;
	uint64_t digest = 0;

	for (size_t i = 0; i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);
		int64_t end = incident_end(incident);
		const int64_t words[] = { incident->cause, incident->first,
			end < before ? end : before };

		if (incident->first >= before)
			continue;
		digest = span_digest((struct span){ (const char *)words, sizeof words }, digest);
		digest = span_digest(incident->host, digest);
		digest = span_digest(incident->subject, digest);
	}
	return digest;
}

/* The digest of what stands before an offset; false: nothing does any more. */
static bool
read_mark(int fd, int64_t offset, uint64_t *digest)
{
	char bytes[MARK_BYTES];
	size_t n = offset < MARK_BYTES ? (size_t)offset : MARK_BYTES;

	if (pread(fd, bytes, n, (off_t)(offset - (int64_t)n)) != (ssize_t)n)
		return false;
	*digest = span_digest((struct span){ bytes, n }, 0);
	return true;
}

/* The place of a file of the reading, which has them in an order of its own. */
static const struct log_file *
file_of(const struct tail *tail, const struct tail_place *place)
{
	for (size_t i = 0; i < reading_files(tail->ingest.reading); i++) {
		const struct log_file *file = reading_file(tail->ingest.reading, i);

		if (span_eq(span_of(file->path), span_of(place->path)))
			return file;
	}
	return NULL;
}

/*
 * Do the files hold still what was read of them? What was read since the marks were set is what came
 * behind, then. The marks go to where they were read to now: what they are to say is read before the look
 * at the old ones, as a file may be cut at any time.
 */
static bool
move_marks(struct tail *tail)
{
	for (size_t i = 0; i < tail->nplaces; i++) {
		const struct log_file *file = file_of(tail, &tail->places[i]);
		struct mark *mark = &tail->marks[i];
		struct mark moved = *mark;
		uint64_t digest;

		if (file == NULL || file->end.offset < 0)
			return false;
		moved.offset = file->end.offset;
		if (!read_mark(mark->fd, moved.offset, &moved.digest) ||
			!read_mark(mark->fd, mark->offset, &digest) || digest != mark->digest)
			return false;
		*mark = moved;
	}
	return true;
}

/* At the places. */
static bool
set_marks(struct tail *tail)
{
	for (size_t i = 0; i < tail->nplaces; i++) {
		struct mark *mark = &tail->marks[i];

		mark->fd = open(tail->paths[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		mark->offset = tail->places[i].end.offset;
		if (mark->fd < 0 || !read_mark(mark->fd, mark->offset, &mark->digest))
			return false;
	}
	return true;
}

static int
end_writing(struct tail *tail, struct error *err)
{
	if (!tail->ingest.writing)
		return 0;
	tail->ingest.writing = false;
	return db_commit(tail->ingest.db, err);
}

static void
undo(struct tail *tail)
{
	db_rollback(tail->ingest.db);
	tail->ingest.writing = false;
}

static int
save(struct tail *tail, struct error *err)
{
	for (size_t i = 0; i < tail->nplaces; i++)
		if (tail->sizes[i] >= 0)
			intake_measure(&tail->ingest.intake, tail->paths[i], tail->sizes[i]);
	if (ingesting_save(&tail->ingest, tail->looked_at) < 0)
		return -1;
	return end_writing(tail, err);
}

/* What it has cannot be saved as it is. */
static bool
is_spoiled(const struct tail *tail)
{
	return reading_totals(tail->ingest.reading)->early > 0 || tail->ingest.disordered ||
	       tail->ingest.keep == SETTLED_ROWS;
}

/* Everything that an ingest would read again, and the lines behind it. -1 with ERROR_NONE: as tail_new(). */
static int
begin(struct tail *tail, struct error *err)
{
	if (tail->ingest.reading == NULL || db_begin(tail->ingest.db, err) < 0)
		return -1;
	if (ingesting_read(&tail->ingest) < 0 || tail->ingest.disordered || !move_marks(tail) ||
		save(tail, err) < 0 || db_version(tail->ingest.db, &tail->version, err) < 0) {
		undo(tail);
		return -1;
	}
	tail->forgotten = tail->ingest.from;
	tail->incidents = digest_incidents(tail, tail->forgotten);
	return 0;
}

struct tail *
tail_new(struct store *store, const struct tail_options *options, struct error *err)
{
	struct tail *tail = xcalloc(1, sizeof *tail);

	take_places(tail, options);
	tail->reading = *options->reading;
	tail->reading.log.follow = true;
	tail->begun = tail->looked_at = tail->reading.log.now;
	tail->options = (struct ingest_options){ .reading = &tail->reading,
		.paths = (const char *const *)tail->paths,
		.npaths = tail->nplaces,
		.kept = options->kept,
		.kept_ctx = options->kept_ctx };
	if (tail->nplaces > 0 && set_marks(tail) && are_still_there(tail)) {
		tail->ingest =
			ingesting_open(store, &tail->options, options->ruleset, &tail->report, err);
		if (begin(tail, err) == 0 && are_still_there(tail))
			return tail;
	}
	tail_free(tail);
	return NULL;
}

void
tail_free(struct tail *tail)
{
	if (tail == NULL)
		return;
	ingesting_close(&tail->ingest);
	for (size_t i = 0; i < tail->nplaces; i++) {
		if (tail->marks[i].fd >= 0)
			close(tail->marks[i].fd);
		free(tail->paths[i]);
	}
	free(tail->paths);
	free(tail->marks);
	free(tail->sizes);
	free(tail->places);
	free(tail);
}

enum tail_state
tail_look(struct tail *tail)
{
	enum tail_state state = TAIL_SAME;

	tail->looked_at = instant_now();
	for (size_t i = 0; i < tail->nplaces; i++) {
		struct tail_place *place = &tail->places[i];
		const struct log_file *file = file_of(tail, place);
		struct stat st;

		if (file != NULL)
			place->end = file->end;
		if (stat(place->path, &st) < 0 || st.st_dev != place->dev ||
			st.st_ino != place->ino || st.st_size < place->end.offset)
			return TAIL_LOST;
		tail->sizes[i] = (int64_t)st.st_size;
		if (st.st_size > place->end.offset)
			state = TAIL_GREW;
	}
	return state;
}

/* Has nobody else written since? What is written now would not fit. */
static int
is_alone(struct tail *tail, bool *alone, struct error *err)
{
	int64_t version;

	*alone = true;
	if (!tail->ingest.writing)
		return 0;
	if (db_version(tail->ingest.db, &version, err) < 0)
		return -1;
	*alone = version == tail->version;
	return 0;
}

int
tail_read(struct tail *tail, struct error *err)
{
	uint64_t lines = reading_totals(tail->ingest.reading)->lines;
	bool alone = true;
	int rc;

	tail->ingest.err = err;
	rc = ingesting_go_on(&tail->ingest);
	if (rc < 0 || is_alone(tail, &alone, err) < 0) {
		undo(tail);
		return -1;
	}
	if (rc > 0 || !alone || (tail->ingest.must_save && is_spoiled(tail)) || !move_marks(tail)) {
		undo(tail);
		return TAIL_LOST;
	}
	if ((tail->ingest.must_save ? save(tail, err) : end_writing(tail, err)) < 0) {
		undo(tail);
		return -1;
	}
	return reading_totals(tail->ingest.reading)->lines > lines ? TAIL_GREW : TAIL_SAME;
}

/* Messages of long ago are in the store, as they are; but is what they rest on still so? */
static void
forget(struct tail *tail)
{
	int64_t last = reading_totals(tail->ingest.reading)->last;

	tail->stale |= tail->incidents != digest_incidents(tail, tail->forgotten);
	if (last != INSTANT_NONE && last - SCENE_LINGER > tail->forgotten)
		tail->forgotten = last - SCENE_LINGER;
	reading_forget(tail->ingest.reading, tail->forgotten);
	tail->incidents = digest_incidents(tail, tail->forgotten);
}

int
tail_save(struct tail *tail, struct ingest_report *report, struct error *err)
{
	bool alone = true;

	if (is_spoiled(tail) || !move_marks(tail))
		return 1;
	tail->ingest.err = err;
	if (db_begin(tail->ingest.db, err) < 0)
		return -1;
	tail->ingest.writing = true;
	if (is_alone(tail, &alone, err) < 0 || (alone && save(tail, err) < 0)) {
		undo(tail);
		return -1;
	}
	if (!alone) {
		undo(tail);
		return 1;
	}
	*report = tail->report;
	tail->report = (struct ingest_report){ 0 };
	forget(tail);
	return 0;
}

bool
tail_is_stale(const struct tail *tail)
{
	int64_t now = instant_now();

	return tail->stale || now - tail->begun > LIFE || now < tail->begun;
}
