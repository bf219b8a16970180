#include "store/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/bookmark.h"
#include "store/cursor.h"
#include "store/gap.h"
#include "store/held.h"
#include "store/keep.h"
#include "store/known.h"
#include "store/recent.h"
#include "store/row.h"
#include "store/settled.h"
#include "store/sums.h"

struct ingest {
	struct store *store;
	struct db *db;
	const struct ingest_options *options;
	const struct ruleset *ruleset;
	struct ingest_report *report;
	struct known *known;
	struct reading *reading;
	struct reading_extra extra; /* the store's own */
	struct bookmark *bookmarks; /* of the paths */
	int64_t *sources;           /* of the logs' files; 0: none yet */
	int64_t *heads;             /* of them; 0: not met yet */
	int64_t horizon;
	int64_t from; /* of the kept lines only those needed from here on; INSTANT_NONE: all */
	uint64_t *new_lines; /* of them */
	size_t nlogs;
	struct sums sums;
	struct recent *recent;
	enum settled_keep keep; /* of what is plainly signed or inbound */
	struct error *err;      /* what went wrong where a callback cannot say */
	bool failed;
};

/* Of a callback that gives no result: the first failure counts. */
static void
check(struct ingest *ingest, int rc)
{
	if (rc < 0)
		ingest->failed = true;
}

/* What was found for the path of a log; NULL: it has none. Logs have an order of their own. */
static const struct bookmark *
found_for(const struct ingest *ingest, const struct log_file *file)
{
	for (size_t i = 0; i < ingest->options->npaths; i++)
		if (strcmp(ingest->options->paths[i], file->path) == 0)
			return &ingest->bookmarks[i];
	return NULL;
}

/* The bookmark with which it is gone on; NULL: it is read whole. */
static const struct bookmark *
bookmark_of(const struct ingest *ingest, const struct log_file *file)
{
	const struct bookmark *found = found_for(ingest, file);

	return found == NULL || found->source == 0 ? NULL : found;
}

/* Sources: files by their content, so that a log keeps its own when it is renamed or packed. */

static int
find_source(struct ingest *ingest, int64_t head, int64_t *id)
{
	struct db_statement *get =
		db_prepare(ingest->db, "SELECT id FROM source WHERE head = ?1", ingest->err);
	int rc;

	if (get == NULL)
		return -1;
	db_bind_int(get, 1, head);
	rc = db_step(get, ingest->err);
	*id = rc > 0 ? db_int(get, 0) : 0;
	db_reset(get);
	return rc < 0 ? -1 : 0;
}

static int
make_source(struct ingest *ingest, int64_t head, const struct log_file *file, int64_t *id)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO source(head, path, format, first, last, lines, new_lines, cut, read_at)"
		" VALUES(?1, ?2, ?3, ?4, ?4, 0, 0, 0, 0)",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, head);
	db_bind_text(put, 2, span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	row_bind_instant(put, 4, file->first);
	if (db_step(put, ingest->err) < 0)
		return -1;
	*id = db_last_id(ingest->db);
	return 0;
}

static int64_t
source_of(struct ingest *ingest, uint32_t file)
{
	return file < ingest->nlogs ? ingest->sources[file]
	                            : store_source(ingest->store, file - ingest->nlogs);
}

static int
write_source(struct ingest *ingest, size_t i)
{
	const struct log_file *file = reading_file(ingest->reading, i);
	const struct bookmark *bookmark = bookmark_of(ingest, file);
	struct db_statement *put = db_prepare(ingest->db,
		"UPDATE source SET path = ifnull(?2, path), format = ?3, last = max(ifnull(last, ?4), ifnull(?4, last)),"
		" lines = CASE ?10 WHEN 0 THEN max(lines, ?5) ELSE lines + ?5 END,"
		" new_lines = new_lines + ?6, cut = max(cut, ?7), problem = ?8,"
		" read_at = ?9 WHERE id = ?1",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, ingest->sources[i]);
	/* One that was removed keeps the name it had. */
	row_bind_text(put, 2, held_is_path(file->path) ? SPAN_NONE : span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	row_bind_instant(put, 4, file->last);
	db_bind_int(put, 5,
		(int64_t)(file->lines - file->again +
			  (bookmark == NULL ? 0 : bookmark->place.number)));
	db_bind_int(put, 6, (int64_t)ingest->new_lines[i]);
	db_bind_int(put, 7, (int64_t)file->cut);
	row_bind_text(put, 8, span_of(file->problem));
	db_bind_int(put, 9, ingest->options->reading->log.now);
	db_bind_int(put, 10, file->resumed);
	return db_step(put, ingest->err);
}

static void
keep(struct ingest *ingest, const struct evidence *line, enum keep_role role, int64_t message)
{
	const struct keep_place place = { source_of(ingest, line->file), role, message };

	check(ingest, keep_line(ingest->db, line, &place, ingest->err));
}

static void
take_context(void *ctx, const struct evidence *line)
{
	struct ingest *ingest = ctx;
	const struct ingest_sieve *sieve = ingest->options->sieve;

	if (sieve == NULL || sieve->context(sieve->ctx, line))
		keep(ingest, line, line->start ? KEEP_START : KEEP_SHARED, 0);
}

/* What log it is: the bookmark says so, else its first event, met now. 0: none that is known. */
static int
look_up_source(struct ingest *ingest, const struct line *line, int64_t *source)
{
	const struct bookmark *bookmark =
		bookmark_of(ingest, reading_file(ingest->reading, line->file));
	int64_t *head = &ingest->heads[line->file];

	if (bookmark != NULL) {
		*source = bookmark->source;
		return 0;
	}
	if (*head != 0)
		return 0;
	*head = cursor_head(reading_file(ingest->reading, line->file), line,
		store_key(ingest->store));
	return find_source(ingest, *head, source);
}

/* A log has a source from its first line on that is not passed over, or that it had before. */
static int
is_new(void *ctx, const struct line *line, struct error *err)
{
	struct ingest *ingest = ctx;
	int64_t *source = &ingest->sources[line->file];
	int rc;

	if (*source == 0 && look_up_source(ingest, line, source) < 0)
		return -1;
	if (line->when != INSTANT_NONE && line->when < ingest->horizon) {
		ingest->report->passed++;
		return 0;
	}
	if (*source == 0 && make_source(ingest, ingest->heads[line->file],
				    reading_file(ingest->reading, line->file), source) < 0)
		return -1;
	rc = known_add(ingest->known, line->raw, line->when, err);
	ingest->new_lines[line->file] += rc > 0;
	return ingest->failed ? -1 : rc;
}

static int
take_gap(void *ctx, const struct line *line, const struct rule *rule, struct error *err)
{
	const struct ingest *ingest = ctx;
	const struct gap gap = { line->host, line->when, line->when, rule->id, line->times };

	return line->when == INSTANT_NONE ? 0 : gap_add(ingest->db, &gap, err);
}

/* Messages. */

/* 0: see ingest->failed. */
static int64_t
write_message(struct ingest *ingest, const struct message *message)
{
	int64_t id = row_put(ingest->db, message, 0, !message->closed, ingest->err);

	ingest->failed |= id < 0;
	ingest->report->messages++;
	return id < 0 ? 0 : id;
}

static void
write_route(struct ingest *ingest, const struct message *message, int64_t id)
{
	struct db_statement *put =
		db_prepare(ingest->db, "INSERT OR IGNORE INTO route VALUES(?1, ?2)", ingest->err);

	if (put == NULL) {
		ingest->failed = true;
		return;
	}
	for (size_t i = 0; i < message->nlinks; i++) {
		db_bind_int(put, 1, id);
		db_bind_text(put, 2, message->links[i].queue_id);
		check(ingest, db_step(put, ingest->err));
	}
}

/* The first stamp of a file, also of what was read of it before. */
static int64_t
begin_of(const struct ingest *ingest, uint32_t i)
{
	const struct log_file *file = reading_file(ingest->reading, i);
	size_t known = i < ingest->nlogs ? store_file(ingest->store, ingest->sources[i])
	                                 : ingest->extra.nfiles;
	int64_t before =
		known < ingest->extra.nfiles ? ingest->extra.files[known].first : INSTANT_NONE;

	return before != INSTANT_NONE && before < file->first ? before : file->first;
}

/*
 * Was every log that tells of the message read from before its beginning to
 * behind its end? Else lines of it may be in a log between two of these.
 */
static bool
is_within_its_logs(const struct ingest *ingest, const struct message *message)
{
	for (size_t i = 0; i < message->nevidence; i++) {
		uint32_t file = message->evidence[i].file;

		if (begin_of(ingest, file) > message->first ||
			reading_file(ingest->reading, file)->last < message->last)
			return false;
	}
	return true;
}

static void
sum_up(struct ingest *ingest, const struct message *message)
{
	sums_add(&ingest->sums, message);
	ingest->report->summed++;
}

/* Signed or inbound, and nothing changes that: its lines go. */
static void
settle(struct ingest *ingest, const struct message *message)
{
	recent_add(ingest->recent, message);
	if (ingest->keep != SETTLED_NONE)
		sum_up(ingest, message);
	if (ingest->keep == SETTLED_ROWS)
		check(ingest, settled_put(ingest->db, message, ingest->err));
}

static void
take_message(void *ctx, const struct message *message)
{
	struct ingest *ingest = ctx;
	const struct ingest_sieve *sieve = ingest->options->sieve;
	enum verdict_kind kind = message->verdict.kind;
	enum ingest_fate fate = sieve == NULL ? INGEST_STAYS : sieve->message(sieve->ctx, message);
	int64_t id;

	if (fate == INGEST_DROPPED)
		return;
	if (fate == INGEST_SUMMED) {
		sum_up(ingest, message);
		return;
	}
	if (message->whole && !message->context &&
		(kind == VERDICT_SIGNED || kind == VERDICT_INBOUND) &&
		is_within_its_logs(ingest, message)) {
		settle(ingest, message);
		return;
	}
	/* What is wrong with it stays, whatever was summed. */
	if ((kind == VERDICT_SIGNED || kind == VERDICT_INBOUND || kind == VERDICT_UNKNOWN) &&
		recent_has(ingest->recent, message))
		return;
	id = write_message(ingest, message);
	write_route(ingest, message, id);
	for (size_t i = 0; i < message->nevidence; i++)
		keep(ingest, &message->evidence[i],
			message->evidence[i].session ? KEEP_SHARED : KEEP_OWN, id);
	if (message->connect != NULL)
		keep(ingest, message->connect, KEEP_SHARED, id);
	if (ingest->options->kept != NULL)
		ingest->options->kept(ingest->options->kept_ctx, message);
}

/* What is written at the end. */

static int
write_incidents(struct ingest *ingest)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO incident(host, cause, subject, first, last, ended, lines, rule, keys)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		ingest->err);
	struct buf keys = BUF_INIT;
	int rc = 0;

	if (put == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < reading_incidents(ingest->reading); i++) {
		const struct incident *incident = reading_incident(ingest->reading, i);

		db_bind_text(put, 1, incident->host.n > 0 ? incident->host : SPAN(""));
		db_bind_word(put, 2, span_of(cause_id(incident->cause)));
		row_bind_text(put, 3, incident->subject);
		row_bind_instant(put, 4, incident->first);
		row_bind_instant(put, 5, incident->last);
		row_bind_instant(put, 6, incident->ended);
		db_bind_int(put, 7, (int64_t)incident->lines);
		db_bind_word(put, 8, incident->rule == NULL ? SPAN_NONE : incident->rule->id);
		buf_reset(&keys);
		for (size_t k = 0; k < incident->nkeys; k++) {
			buf_add(&keys, k > 0 ? SPAN("\n") : SPAN(""));
			buf_add(&keys, incident->keys[k]);
		}
		row_bind_text(put, 9, buf_span(&keys));
		rc = db_step(put, ingest->err);
	}
	buf_clear(&keys);
	return rc;
}

static void
write_fact(void *ctx, const char *kind, struct span key, int64_t first, int64_t last)
{
	struct ingest *ingest = ctx;
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO fact VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
		" SET first = min(first, excluded.first), last = max(last, excluded.last)"
		" WHERE excluded.first < first OR excluded.last > last",
		ingest->err);

	if (put == NULL) {
		ingest->failed = true;
		return;
	}
	db_bind_word(put, 1, span_of(kind));
	db_bind_text(put, 2, key.n > 0 ? key : SPAN(""));
	db_bind_int(put, 3, first);
	db_bind_int(put, 4, last);
	check(ingest, db_step(put, ingest->err));
}

static int
set_bookmark(struct ingest *ingest, size_t i)
{
	const struct log_file *file = reading_file(ingest->reading, i);
	const struct bookmark *found = found_for(ingest, file);

	return bookmark_set(ingest->db, store_key(ingest->store), ingest->sources[i], file,
		found != NULL && bookmark_is_of(found, file) ? found->size : -1, ingest->err);
}

/*
 * Facts by which older messages may be judged otherwise. Ways are learned all the time, and
 * tell most of mail that came about then.
 */
static int
count_facts(struct ingest *ingest, int64_t *n)
{
	struct db_statement *row = db_prepare(ingest->db,
		"SELECT count(*) FROM fact WHERE kind < 'way' OR kind > 'way'", ingest->err);

	if (row == NULL || db_step(row, ingest->err) < 0)
		return -1;
	*n = db_int(row, 0);
	db_reset(row);
	return 0;
}

/* Are there messages that were not judged now, by what is known now? */
static int
mark_stale(struct ingest *ingest)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT OR IGNORE INTO meta(key, value) SELECT 'stale', x''"
		" WHERE EXISTS(SELECT 1 FROM message WHERE last < ?1)",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, ingest->from);
	return db_step(put, ingest->err);
}

static int
write_facts(struct ingest *ingest)
{
	int64_t before, after;

	if (count_facts(ingest, &before) < 0)
		return -1;
	facts_each(reading_facts(ingest->reading), write_fact, ingest);
	if (ingest->failed || count_facts(ingest, &after) < 0)
		return -1;
	if (ingest->from == INSTANT_NONE)
		return db_run(ingest->db, "DELETE FROM meta WHERE key = 'stale'", ingest->err);
	return after > before ? mark_stale(ingest) : 0;
}

static int
write_all(struct ingest *ingest)
{
	if (write_facts(ingest) < 0 ||
		keep_write(ingest->db, ingest->from == INSTANT_NONE, ingest->err) < 0 ||
		write_incidents(ingest) < 0 ||
		sums_write(&ingest->sums, ingest->db, ingest->err) < 0)
		return -1;
	for (size_t i = 0; i < ingest->nlogs; i++) {
		ingest->report->lines += reading_file(ingest->reading, i)->lines;
		ingest->report->new_lines += ingest->new_lines[i];
		if (ingest->sources[i] != 0 &&
			(write_source(ingest, i) < 0 || set_bookmark(ingest, i) < 0))
			return -1;
		if (log_file_is_journal(reading_file(ingest->reading, i)) &&
			cursor_set(ingest->db, reading_file(ingest->reading, i), ingest->err) < 0)
			return -1;
	}
	return recent_write(ingest->recent, ingest->db, INGEST_REACH, ingest->err) < 0
	               ? -1
	               : known_flush(ingest->known, ingest->err);
}

/* The transaction: begun, and begun anew when the years of a log are. */

/* Those that reach into the reading are written anew. */
static int
forget_incidents(struct ingest *ingest)
{
	struct db_statement *drop = db_prepare(ingest->db,
		"DELETE FROM incident WHERE first >= ?1 OR ended IS NULL OR max(last, ended) >= ?1",
		ingest->err);

	if (drop == NULL)
		return -1;
	db_bind_int(drop, 1, ingest->from);
	return db_step(drop, ingest->err);
}

/* clang-format off */
static const char *const forget_all[] = {
	"DELETE FROM message",
	"DELETE FROM evidence",
	"DELETE FROM route",
	"DELETE FROM incident",
	NULL,
};

static const char *const forget_chosen[] = {
	"DELETE FROM message WHERE id IN (SELECT id FROM temp.chosen_message)",
	"DELETE FROM evidence WHERE message IN (SELECT id FROM temp.chosen_message)",
	"DELETE FROM route WHERE message IN (SELECT id FROM temp.chosen_message)",
	NULL,
};
/* clang-format on */

static int
begin(void *ctx, const struct knowledge *knowledge, size_t nlogs, int64_t logs_begin,
	struct error *err)
{
	struct ingest *ingest = ctx;
	bool all = logs_begin == INSTANT_NONE;

	ingest->from = all ? INSTANT_NONE : logs_begin - INGEST_REACH;
	if (keep_begin(ingest->db, err) < 0 ||
		store_choose(ingest->store, ingest->from, ingest->ruleset, err) < 0 ||
		db_run_each(ingest->db, all ? forget_all : forget_chosen, err) < 0 ||
		ingest->extra.begin(ingest->extra.ctx, knowledge, nlogs, logs_begin, err) < 0)
		return -1;
	recent_free(ingest->recent);
	ingest->recent = recent_new(ingest->db, store_key(ingest->store), err);
	if (ingest->recent == NULL)
		return -1;
	return all ? 0 : forget_incidents(ingest);
}

/* A kept line of a log that is read again is a line of that log. */
static int
next(void *ctx, struct line *line, struct error *err)
{
	struct ingest *ingest = ctx;
	int rc = ingest->extra.next(ingest->extra.ctx, line, err);
	int64_t source = rc <= 0 ? 0 : source_of(ingest, line->file);

	for (uint32_t i = 0; rc > 0 && i < ingest->nlogs; i++)
		if (ingest->sources[i] == source)
			line->file = i;
	return rc;
}

static void
forget(struct ingest *ingest)
{
	sums_clear(&ingest->sums);
	known_free(ingest->known);
	ingest->known = NULL;
	recent_free(ingest->recent);
	ingest->recent = NULL;
	for (size_t i = 0; i < ingest->nlogs; i++)
		ingest->sources[i] = ingest->heads[i] = (int64_t)(ingest->new_lines[i] = 0);
}

static void
restart(void *ctx)
{
	struct ingest *ingest = ctx;

	forget(ingest);
	ingest->report->summed = ingest->report->messages = ingest->report->passed = 0;
	db_rollback(ingest->db);
	check(ingest, db_begin(ingest->db, ingest->err));
	ingest->known = known_new(ingest->db, store_key(ingest->store));
}

static int
add_log(struct ingest *ingest, size_t i)
{
	const char *path = ingest->options->paths[i];
	struct bookmark *bookmark = &ingest->bookmarks[i];

	if (bookmark_find(ingest->db, store_key(ingest->store), path, bookmark, ingest->err) < 0)
		return -1;
	return reading_add_from(ingest->reading, path, &bookmark->place, ingest->err);
}

/* A log that is rotated between the look for its bookmark and its opening is another file. */
static int
check_bookmarks(struct ingest *ingest)
{
	for (size_t i = 0; i < ingest->nlogs; i++) {
		const struct log_file *file = reading_file(ingest->reading, i);
		const struct bookmark *bookmark = bookmark_of(ingest, file);

		if (bookmark != NULL && !bookmark_is_of(bookmark, file))
			return error_set(ingest->err, ERROR_SYSTEM,
				"'%s' was replaced when it was opened; nothing was taken in",
				file->path);
	}
	return 0;
}

static int
read_logs(struct ingest *ingest)
{
	struct reading_extra extra;

	if (store_horizon(ingest->store, &ingest->horizon, ingest->err) < 0 ||
		settled_get_keep(ingest->db, &ingest->keep, ingest->err) < 0 ||
		store_extra(ingest->store, &ingest->extra, ingest->err) < 0)
		return -1;
	extra = ingest->extra;
	extra.ctx = ingest;
	extra.begin = begin;
	extra.next = next;
	extra.is_new = is_new;
	extra.gap = take_gap;
	extra.context = take_context;
	reading_extend(ingest->reading, &extra);
	ingest->bookmarks = xcalloc(ingest->options->npaths + 1, sizeof *ingest->bookmarks);
	for (size_t i = 0; i < ingest->options->njournals; i++)
		if (cursor_add(ingest->db, &ingest->options->journals[i], ingest->reading,
			    ingest->err) < 0)
			return -1;
	for (size_t i = 0; i < ingest->options->npaths; i++)
		if (add_log(ingest, i) < 0)
			return -1;
	ingest->nlogs = reading_files(ingest->reading) - extra.nfiles;
	ingest->sources = xcalloc(ingest->nlogs + 1, sizeof *ingest->sources);
	ingest->heads = xcalloc(ingest->nlogs + 1, sizeof *ingest->heads);
	ingest->new_lines = xcalloc(ingest->nlogs + 1, sizeof *ingest->new_lines);
	if (check_bookmarks(ingest) < 0 ||
		cursor_check_kinds(ingest->reading, &extra, ingest->err) < 0)
		return -1;
	ingest->known = known_new(ingest->db, store_key(ingest->store));
	if (reading_run(ingest->reading, take_message, restart, ingest, ingest->err) < 0)
		return -1;
	ingest->report->early = reading_totals(ingest->reading)->early;
	return ingest->failed ? -1 : write_all(ingest);
}

static struct ingest
open_ingest(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err)
{
	*report = (struct ingest_report){ 0 };
	return (struct ingest){ .store = store,
		.db = store_db(store),
		.options = options,
		.ruleset = ruleset,
		.report = report,
		.reading = reading_new(options->reading, ruleset, err),
		.from = INSTANT_NONE,
		.err = err };
}

static void
close_ingest(struct ingest *ingest)
{
	forget(ingest);
	reading_free(ingest->reading);
	free(ingest->sources);
	free(ingest->heads);
	free(ingest->bookmarks);
	free(ingest->new_lines);
}

int
ingest_run(struct store *store, const struct ingest_options *options, const struct ruleset *ruleset,
	struct ingest_report *report, void (*told)(void *ctx, const struct log_file *file),
	void *ctx, struct error *err)
{
	struct ingest ingest = open_ingest(store, options, ruleset, report, err);
	int rc = -1;

	if (ingest.reading != NULL && db_begin(ingest.db, err) == 0) {
		rc = read_logs(&ingest);
		if (rc == 0)
			rc = db_commit(ingest.db, err);
		else
			db_rollback(ingest.db);
	}
	for (size_t i = 0; rc == 0 && told != NULL && i < ingest.nlogs; i++)
		told(ctx, reading_file(ingest.reading, i));
	close_ingest(&ingest);
	return rc;
}

int
ingest_rejudge(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err)
{
	int rc = db_begin(store_db(store), err);

	if (rc == 0)
		rc = ingest_again(store, options, ruleset, report, err);
	if (rc == 0)
		return db_commit(store_db(store), err);
	db_rollback(store_db(store));
	return -1;
}

int
ingest_is_stale(struct store *store, bool *stale, struct error *err)
{
	struct db_statement *row =
		db_prepare(store_db(store), "SELECT 1 FROM meta WHERE key = 'stale'", err);
	int rc = row == NULL ? -1 : db_step(row, err);

	*stale = rc > 0;
	if (rc > 0)
		db_reset(row);
	return rc < 0 ? -1 : 0;
}

int
ingest_again(struct store *store, const struct ingest_options *options,
	const struct ruleset *ruleset, struct ingest_report *report, struct error *err)
{
	struct ingest ingest = open_ingest(store, options, ruleset, report, err);
	int rc = ingest.reading == NULL ? -1 : read_logs(&ingest);

	close_ingest(&ingest);
	return rc;
}
