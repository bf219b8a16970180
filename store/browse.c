#include "store/browse.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "store/filter.h"
#include "store/row.h"

#define COLUMNS                                                                                    \
	"SELECT id, first, last, host, queue_id, verdict, ifnull(cause, ''), author, sender,"      \
	" recipient, client_name, client_ip, sasl_username, recipients, contributing FROM message"

/* So many ranges of verdict and cause are walked side by side; for more, all rows are looked at. */
#define RANGES_MAX 24

static int
read_row(struct store *store, struct db_statement *row, struct browse_row *out, struct error *err)
{
	*out = (struct browse_row){
		.id = db_int(row, 0),
		.first = db_int(row, 1),
		.last = row_instant(row, 2),
		.host = db_text(row, 3),
		.queue_id = db_text(row, 4),
		.cause = cause_of(db_text(row, 6)),
		.author = db_text(row, 7),
		.sender = db_text(row, 8),
		.recipient = db_text(row, 9),
		.client_name = db_text(row, 10),
		.client_ip = db_text(row, 11),
		.sasl_username = db_text(row, 12),
		.recipients = (uint32_t)db_int(row, 13),
		.contributing = db_text(row, 14),
	};
	if (!verdict_of(db_text(row, 5), &out->verdict)) {
		db_reset(row);
		return db_damaged(store_db(store), "a verdict", err);
	}
	return 0;
}

bool
browse_is_hit(const struct browse_row *row, struct span cause)
{
	struct span rest = row->contributing, other;

	if (row->cause != CAUSE_NONE && span_eq(span_of(cause_id(row->cause)), cause))
		return true;
	while (span_word(&rest, &other))
		if (span_eq(other, cause))
			return true;
	return false;
}

/* Rows by time alone. */
static struct db_statement *
by_time(struct store *store, bool older, struct browse_place place, struct error *err)
{
	struct db *db = store_db(store);
	struct db_statement *row =
		older ? db_prepare(db,
				COLUMNS " WHERE first IS NOT NULL AND (first, id) < (?1, ?2)"
					" ORDER BY first DESC, id DESC",
				err)
		      : db_prepare(db, COLUMNS " WHERE (first, id) > (?1, ?2) ORDER BY first, id",
				err);

	if (row == NULL)
		return NULL;
	db_bind_int(row, 1, place.first);
	db_bind_int(row, 2, place.id);
	return row;
}

/* Rows of one verdict and cause; the index holds no signed or inbound ones. */
static struct db_statement *
by_cause(struct store *store, bool older, struct browse_place place, enum verdict_kind verdict,
	cause_t cause, struct error *err)
{
	struct db *db = store_db(store);
	struct db_statement *row =
		older ? db_prepare(db,
				COLUMNS " WHERE verdict NOT IN ('signed', 'inbound')"
					" AND verdict = ?3 AND cause IS ?4"
					" AND (first, id) < (?1, ?2) ORDER BY first DESC, id DESC",
				err)
		      : db_prepare(db,
				COLUMNS " WHERE verdict NOT IN ('signed', 'inbound')"
					" AND verdict = ?3 AND cause IS ?4"
					" AND (first, id) > (?1, ?2) ORDER BY first, id",
				err);

	if (row == NULL)
		return NULL;
	db_bind_int(row, 1, place.first);
	db_bind_int(row, 2, place.id);
	db_bind_word(row, 3, span_of(verdict_id(verdict)));
	db_bind_word(row, 4, cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(cause)));
	return row;
}

struct range {
	enum verdict_kind verdict;
	cause_t cause;
};

/* The ranges that a page needs; 0: it is not worth it. */
static size_t
ranges_of(const struct browse_page *page, struct range *ranges)
{
	static const enum verdict_kind kinds[] = { VERDICT_UNSIGNED, VERDICT_DEFERRED,
		VERDICT_REJECTED, VERDICT_UNKNOWN };
	const struct filter *filter = page->filter;
	size_t causes = 0, n = 0;

	for (size_t cause = 1; cause < CAUSE_COUNT; cause++)
		causes += filter->causes[cause];
	if (causes == CAUSE_COUNT - 1 ||
		(!page->findings &&
			(filter->verdicts[VERDICT_SIGNED] || filter->verdicts[VERDICT_INBOUND]) &&
			filter->causes[CAUSE_NONE]))
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
			if (!filter->verdicts[kinds[i]] || !filter->causes[cause])
				continue;
			if (n == RANGES_MAX)
				return 0;
			ranges[n++] = (struct range){ kinds[i], (cause_t)cause };
		}
	return n;
}

struct walk {
	struct store *store;
	const struct browse_page *page;
	struct browse_place *place;
	void (*visit)(void *ctx, const struct browse_row *row);
	void *ctx;
	size_t looked, given;
	struct error *err;
};

static bool
is_wanted(const struct walk *walk, const struct browse_row *row)
{
	if (walk->page->findings && !verdict_is_finding(row->verdict))
		return false;
	return filter_fits(walk->page->filter, row);
}

/* Beyond --since or --until nothing more is to come. */
static bool
is_beyond(const struct walk *walk, const struct browse_row *row)
{
	const struct filter *filter = walk->page->filter;

	return walk->page->older ? filter->since != INSTANT_NONE && row->first < filter->since
	                         : filter->until != INSTANT_NONE && row->first >= filter->until;
}

static bool
is_full(const struct walk *walk)
{
	return walk->given == walk->page->max || walk->looked >= walk->page->most;
}

/* 1: go on. 0: nothing more is to come. */
static int
take(struct walk *walk, const struct browse_row *row)
{
	if (is_beyond(walk, row))
		return 0;
	walk->looked++;
	*walk->place = (struct browse_place){ row->first, row->id };
	if (is_wanted(walk, row)) {
		walk->given++;
		walk->visit(walk->ctx, row);
	}
	return 1;
}

static int
walk_by_time(struct walk *walk)
{
	struct db_statement *row = by_time(walk->store, walk->page->older, *walk->place, walk->err);
	struct browse_row found;
	int rc = -1;

	while (row != NULL && (rc = db_step(row, walk->err)) > 0) {
		if (read_row(walk->store, row, &found, walk->err) < 0)
			return -1;
		rc = take(walk, &found);
		if (rc == 0 || is_full(walk)) {
			db_reset(row);
			return rc;
		}
	}
	return rc;
}

struct browse_row
browse_copy_row(struct arena *arena, const struct browse_row *row)
{
	struct browse_row copy = *row;

	copy.host = arena_copy(arena, row->host);
	copy.queue_id = arena_copy(arena, row->queue_id);
	copy.author = arena_copy(arena, row->author);
	copy.sender = arena_copy(arena, row->sender);
	copy.recipient = arena_copy(arena, row->recipient);
	copy.client_name = arena_copy(arena, row->client_name);
	copy.client_ip = arena_copy(arena, row->client_ip);
	copy.sasl_username = arena_copy(arena, row->sasl_username);
	copy.contributing = arena_copy(arena, row->contributing);
	return copy;
}

struct browse_incident
browse_copy_incident(struct arena *arena, const struct browse_incident *incident)
{
	struct browse_incident copy = *incident;

	copy.host = arena_copy(arena, incident->host);
	copy.subject = arena_copy(arena, incident->subject);
	copy.rule = arena_copy(arena, incident->rule);
	return copy;
}

/* The first rows of all ranges, gathered and put in order. */
struct gathered {
	struct arena arena;
	struct browse_row *rows;
	size_t n, room;
};

static int
older_first(const void *a, const void *b)
{
	const struct browse_row *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static int
newer_first(const void *a, const void *b)
{
	return older_first(b, a);
}

static void
keep(struct gathered *gathered, const struct browse_row *row)
{
	gathered->rows =
		xgrow(gathered->rows, gathered->n, &gathered->room, sizeof *gathered->rows);
	gathered->rows[gathered->n++] = browse_copy_row(&gathered->arena, row);
}

/* Of one range what may come into the page. */
static int
gather(struct walk *walk, struct gathered *gathered, struct range range, size_t most)
{
	struct db_statement *row = by_cause(walk->store, walk->page->older, *walk->place,
		range.verdict, range.cause, walk->err);
	struct browse_row found;
	size_t looked = 0;
	int rc = row == NULL ? -1 : 1;

	while (rc > 0 && looked < most && (rc = db_step(row, walk->err)) > 0) {
		if (read_row(walk->store, row, &found, walk->err) < 0)
			return -1;
		keep(gathered, &found);
		looked++;
	}
	if (rc > 0)
		db_reset(row);
	return rc;
}

/*
 * Each range gives at most `each` rows; beyond the nearest of their ends some of another may be
 * missing, so the walk ends there.
 */
static int
walk_ranges(struct walk *walk, const struct range *ranges, size_t n)
{
	struct gathered gathered = { .n = 0 };
	size_t each =
		walk->page->most / n > walk->page->max ? walk->page->most / n : walk->page->max;
	bool cut = false;
	struct browse_row end = { .first = walk->page->older ? INT64_MIN : INT64_MAX,
		.id = walk->page->older ? INT64_MIN : INT64_MAX };
	int (*order)(const void *, const void *) = walk->page->older ? newer_first : older_first;
	int rc = 0;

	if (each > 4 * walk->page->max)
		each = 4 * walk->page->max;
	for (size_t i = 0; i < n && rc >= 0; i++) {
		rc = gather(walk, &gathered, ranges[i], each);
		if (rc > 0) {
			assert(gathered.n > 0);
			cut = true;
			if (order(&gathered.rows[gathered.n - 1], &end) < 0)
				end = gathered.rows[gathered.n - 1];
		}
	}
	if (gathered.n > 1)
		qsort(gathered.rows, gathered.n, sizeof *gathered.rows, order);
	for (size_t i = 0; rc >= 0 && i < gathered.n; i++) {
		if (cut && order(&gathered.rows[i], &end) > 0)
			break;
		if (take(walk, &gathered.rows[i]) == 0) {
			cut = false;
			break;
		}
		if (walk->given == walk->page->max) {
			cut |= i + 1 < gathered.n;
			break;
		}
	}
	free(gathered.rows);
	arena_clear(&gathered.arena);
	return rc < 0 ? -1 : cut;
}

int
browse_messages(struct store *store, const struct browse_page *page, struct browse_place *place,
	void (*visit)(void *ctx, const struct browse_row *row), void *ctx, struct error *err)
{
	struct walk walk = { store, page, place, visit, ctx, 0, 0, err };
	const struct filter *filter = page->filter;
	struct range ranges[RANGES_MAX];
	size_t n = ranges_of(page, ranges);

	if (page->older && filter->until != INSTANT_NONE && place->first >= filter->until)
		*place = (struct browse_place){ filter->until, INT64_MIN };
	if (!page->older && filter->since != INSTANT_NONE && place->first < filter->since)
		*place = (struct browse_place){ filter->since, INT64_MIN };
	return n > 0 ? walk_ranges(&walk, ranges, n) : walk_by_time(&walk);
}

int
browse_count_newer(struct store *store, int64_t first, uint64_t max, uint64_t *n, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT count(*) FROM (SELECT 1 FROM message WHERE first > ?1"
		" AND verdict NOT IN ('signed', 'inbound') LIMIT ?2)",
		err);

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, first);
	db_bind_int(row, 2, (int64_t)max);
	if (db_step(row, err) < 0)
		return -1;
	*n = (uint64_t)db_int(row, 0);
	db_reset(row);
	return 0;
}

/* Until when it lasts. */
static int64_t
end_of(const struct browse_incident *incident)
{
	return incident->ended == INSTANT_NONE ? INT64_MAX : incident->ended;
}

static int
count_by_cause(struct store *store, struct browse_incident *incident, enum verdict_kind verdict,
	struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT ifnull(sum(host = ?6), 0), count(*) FROM (SELECT host FROM message"
		" WHERE verdict NOT IN ('signed', 'inbound') AND verdict = ?1 AND cause = ?2"
		" AND first BETWEEN ?3 AND ?4 LIMIT ?5)",
		err);

	if (row == NULL)
		return -1;
	db_bind_word(row, 1, span_of(verdict_id(verdict)));
	db_bind_word(row, 2, span_of(cause_id(incident->cause)));
	db_bind_int(row, 3, incident->first);
	db_bind_int(row, 4, end_of(incident));
	db_bind_int(row, 5, BROWSE_COUNT_MAX);
	db_bind_text(row, 6, incident->host);
	if (db_step(row, err) < 0)
		return -1;
	incident->messages += (uint64_t)db_int(row, 0);
	incident->more |= db_int(row, 1) == BROWSE_COUNT_MAX;
	db_reset(row);
	return 0;
}

/* Those with another cause; no index knows them, so only so many rows are looked at. */
static int
count_among_others(struct store *store, struct browse_incident *incident, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT ifnull(sum(host = ?5 AND cause IS NOT ?1"
		" AND instr(' ' || contributing || ' ', ' ' || ?1 || ' ') > 0), 0), count(*)"
		" FROM (SELECT host, cause, contributing FROM message WHERE first BETWEEN ?2 AND ?3"
		" AND verdict NOT IN ('signed', 'inbound') ORDER BY first LIMIT ?4)",
		err);

	if (row == NULL)
		return -1;
	db_bind_word(row, 1, span_of(cause_id(incident->cause)));
	db_bind_int(row, 2, incident->first);
	db_bind_int(row, 3, end_of(incident));
	db_bind_int(row, 4, BROWSE_OTHERS_MAX);
	db_bind_text(row, 5, incident->host);
	if (db_step(row, err) < 0)
		return -1;
	incident->messages += (uint64_t)db_int(row, 0);
	/* Where one that has it as its cause was met, others may well be; else it is unlikely. */
	incident->more |= db_int(row, 1) == BROWSE_OTHERS_MAX && incident->messages > 0;
	db_reset(row);
	return 0;
}

int
browse_count_hit(struct store *store, struct browse_incident *incident, struct error *err)
{
	static const enum verdict_kind kinds[] = { VERDICT_UNSIGNED, VERDICT_DEFERRED,
		VERDICT_REJECTED, VERDICT_UNKNOWN };

	incident->messages = 0;
	incident->more = false;
	incident->counted = true;
	if (incident->first == INSTANT_NONE)
		return 0;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (count_by_cause(store, incident, kinds[i], err) < 0)
			return -1;
	return count_among_others(store, incident, err);
}

int
browse_incidents(struct store *store, size_t max,
	void (*visit)(void *ctx, const struct browse_incident *incident), void *ctx,
	struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT id, host, ifnull(subject, x''), ifnull(rule, ''), cause, first, last, ended,"
		" lines FROM incident ORDER BY first DESC, id DESC LIMIT ?1",
		err);
	int rc;

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, (int64_t)max);
	while ((rc = db_step(row, err)) > 0) {
		struct browse_incident incident = { .id = db_int(row, 0),
			.host = db_text(row, 1),
			.subject = db_text(row, 2),
			.rule = db_text(row, 3),
			.cause = cause_of(db_text(row, 4)),
			.first = row_instant(row, 5),
			.last = row_instant(row, 6),
			.ended = row_instant(row, 7),
			.lines = (uint64_t)db_int(row, 8) };

		visit(ctx, &incident);
	}
	return rc;
}

#define SELECT_LINES                                                                               \
	"SELECT line.time, line.host, line.tag, line.raw, line.text_at, line.text_n, line.text,"   \
	" line.number, source.path FROM line JOIN source ON source.id = line.source"

int
browse_lines(struct store *store, enum browse_which which, int64_t from, int64_t to, size_t max,
	void (*visit)(void *ctx, const struct browse_line *line), void *ctx, struct error *err)
{
	static const char *const texts[] = {
		[BROWSE_SERVICE] = SELECT_LINES " WHERE key BETWEEN ?1 AND ?2 AND role > 0"
						" ORDER BY key LIMIT ?3",
		[BROWSE_STARTS] = SELECT_LINES " WHERE role = 2 AND key BETWEEN ?1 AND ?2"
					       " ORDER BY key DESC LIMIT ?3",
		[BROWSE_KEPT] = SELECT_LINES " WHERE key BETWEEN ?1 AND ?2"
					     " ORDER BY key DESC LIMIT ?3",
	};
	struct db_statement *row = db_prepare(store_db(store), texts[which], err);
	int rc;

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, from);
	db_bind_int(row, 2, to);
	db_bind_int(row, 3, (int64_t)max);
	while ((rc = db_step(row, err)) > 0) {
		struct browse_line line = { .when = row_instant(row, 0),
			.host = db_text(row, 1),
			.tag = db_text(row, 2),
			.raw = db_text(row, 3),
			.number = (uint64_t)db_int(row, 7),
			.path = db_text(row, 8) };

		line.text = db_is_null(row, 6)
		                    ? span_first(span_from(line.raw, (size_t)db_int(row, 4)),
					      (size_t)db_int(row, 5))
		                    : db_text(row, 6);
		visit(ctx, &line);
	}
	return rc;
}

int
browse_count_starts(struct store *store, int64_t *n, struct error *err)
{
	struct db_statement *row =
		db_prepare(store_db(store), "SELECT count(*) FROM line WHERE role = 2", err);

	if (row == NULL || db_step(row, err) < 0)
		return -1;
	*n = db_int(row, 0);
	db_reset(row);
	return 0;
}

int
browse_saved(struct store *store, int64_t *when, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store), "SELECT max(key) FROM line", err);

	if (row == NULL || db_step(row, err) < 0)
		return -1;
	*when = row_instant(row, 0);
	db_reset(row);
	return 0;
}

int
browse_begin(struct store *store, struct error *err)
{
	return db_begin(store_db(store), err);
}

void
browse_end(struct store *store)
{
	/* Nothing was written. */
	db_rollback(store_db(store));
}

int
browse_version(struct store *store, int64_t *version, struct error *err)
{
	return db_version(store_db(store), version, err);
}

int
browse_span(struct store *store, int64_t *first, int64_t *last, struct error *err)
{
	struct db_statement *row = db_prepare(store_db(store),
		"SELECT (SELECT min(first) FROM message WHERE first IS NOT NULL),"
		" (SELECT max(first) FROM message),"
		" (SELECT min(first) FROM source), (SELECT max(last) FROM source)",
		err);
	int64_t of_sources;

	if (row == NULL || db_step(row, err) < 0)
		return -1;
	*first = row_instant(row, 0);
	*last = row_instant(row, 1);
	of_sources = row_instant(row, 2);
	if (*first == INSTANT_NONE || (of_sources != INSTANT_NONE && of_sources < *first))
		*first = of_sources;
	if (row_instant(row, 3) > *last)
		*last = row_instant(row, 3);
	db_reset(row);
	return 0;
}
