#include "store/prune.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "base/map.h"
#include "store/settled.h"

/* Where a line stands. */
struct start {
	int64_t source, number;
};

struct prune {
	struct store *store;
	struct db *db;
	const struct prune_options *options;
	const struct ruleset *ruleset;
	struct error *err;

	/* The attempt at hand. */
	int64_t cut;            /* messages that ended before go */
	int64_t service, other; /* lines of no message that are older go: of the service, others */
	enum ingest_fate fate;  /* of what goes */
	uint64_t summed;
	bool contributing; /* contributing causes are compared, too */
	bool failed;
	struct map routes; /* of those with several messages: what becomes of them */
	struct map
		starts; /* the last start line so far that is older than service, a host and program */
	struct arena arena;
	struct buf key;
};

/* Something to point to for routes that go; those that stay point to another. */
static char goes, stays;

static struct span
key_of(struct prune *prune, const struct message *message)
{
	buf_reset(&prune->key);
	buf_add(&prune->key, message->host);
	buf_addf(&prune->key, " %lld ", (long long)message->first);
	buf_add(&prune->key, message->queue_id);
	return buf_span(&prune->key);
}

static bool
is_old(const struct prune *prune, const struct message *message)
{
	return message->last != INSTANT_NONE &&
	       message->last < (message->context ? prune->other : prune->cut);
}

/* A route goes as a whole: let go one by one, its messages see only those that are left. */
static enum ingest_fate
fate_of_message(void *ctx, const struct message *message)
{
	struct prune *prune = ctx;
	const struct message *route[MESSAGE_ROUTE_MAX];
	const char *fate = map_get(&prune->routes, key_of(prune, message));
	bool old = true;
	size_t n;

	if (fate == NULL) {
		n = message_route(message, route, MESSAGE_ROUTE_MAX);
		for (size_t i = 0; i < n; i++)
			old &= is_old(prune, route[i]);
		fate = old ? &goes : &stays;
		for (size_t i = 0; n > 1 && i < n; i++)
			map_put(&prune->routes, arena_copy(&prune->arena, key_of(prune, route[i])),
				old ? &goes : &stays);
	}
	if (fate == &stays)
		return INGEST_STAYS;
	prune->summed += prune->fate == INGEST_SUMMED;
	return prune->fate;
}

/* A line about the service alone: of no connection, without a queue ID or an address. */
static bool
is_of_service(const struct evidence *line)
{
	if (line->text.p != line->body.p || span_find_char(line->raw, '@') >= 0)
		return false;
	return line->start || (line->rule != NULL && line->rule->effect >= EFFECT_FAULT);
}

/*
 * What is yet to come is judged by it: whether OpenDKIM runs, since when Postfix has its settings.
 * So the last one of a host and program stays, and the one before it goes.
 */
static void
keep_last_start(struct prune *prune, const struct evidence *line)
{
	struct start *last;

	buf_reset(&prune->key);
	buf_add(&prune->key, line->host);
	buf_add_char(&prune->key, ' ');
	buf_add(&prune->key, line->tag);
	last = map_get(&prune->starts, buf_span(&prune->key));
	if (last == NULL) {
		last = arena_alloc(&prune->arena, sizeof *last);
		map_put(&prune->starts, arena_copy(&prune->arena, buf_span(&prune->key)), last);
	} else if (last->source != store_source(prune->store, line->file) ||
		   last->number != (int64_t)line->number) {
		struct db_statement *put = db_prepare(prune->db,
			"INSERT INTO temp.outdated VALUES(?1, ?2)", prune->err);

		if (put == NULL) {
			prune->failed = true;
			return;
		}
		db_bind_int(put, 1, last->source);
		db_bind_int(put, 2, last->number);
		prune->failed |= db_step(put, prune->err) < 0;
	}
	last->source = store_source(prune->store, line->file);
	last->number = (int64_t)line->number;
}

static bool
line_stays(void *ctx, const struct evidence *line)
{
	struct prune *prune = ctx;
	bool service = is_of_service(line);

	if (line->when == INSTANT_NONE || line->when >= (service ? prune->service : prune->other))
		return true;
	if (!service || !line->start)
		return false;
	keep_last_start(prune, line);
	return true;
}

static void
forget_attempt(struct prune *prune)
{
	map_clear(&prune->routes);
	map_clear(&prune->starts);
	arena_clear(&prune->arena);
	prune->summed = 0;
}

/* One statement with the cut as its parameter, or none. */
static int
run_at(struct prune *prune, const char *sql, int64_t value)
{
	struct db_statement *statement = db_prepare(prune->db, sql, prune->err);

	if (statement == NULL)
		return -1;
	db_bind_int(statement, 1, value);
	return db_step(statement, prune->err);
}

static int
number_at(struct prune *prune, const char *sql, int64_t value, int64_t *number)
{
	struct db_statement *statement = db_prepare(prune->db, sql, prune->err);

	if (statement == NULL)
		return -1;
	db_bind_int(statement, 1, value);
	if (db_step(statement, prune->err) < 0)
		return -1;
	*number = db_is_null(statement, 0) ? INSTANT_NONE : db_int(statement, 0);
	db_reset(statement);
	return 0;
}

static int
judge_again(struct prune *prune, const struct ingest_sieve *sieve)
{
	struct ingest_options options = { .reading = prune->options->reading, .sieve = sieve };
	struct ingest_report report;

	if (ingest_again(prune->store, &options, prune->ruleset, &report, prune->err) < 0)
		return -1;
	return prune->failed ? -1 : 0;
}

#define MESSAGE_COLUMNS                                                                                 \
	"host, queue_id, first, last, verdict, cause, iif(?2, contributing, ''), rule, author, sender," \
	" recipient, recipients, client_name, client_ip, sasl_username, service, message_id, relay"
/* Not what comes of its first lines: these may be gone with the messages they belonged to. */
#define INCIDENT_COLUMNS "host, cause, subject, last, ended"

/* clang-format off */
static const char *const make_tables[] = {
	"CREATE TEMP TABLE IF NOT EXISTS outdated(source INTEGER, number INTEGER)",
	"CREATE TEMP TABLE IF NOT EXISTS message_before AS SELECT * FROM message WHERE 0",
	"CREATE TEMP TABLE IF NOT EXISTS incident_before AS SELECT * FROM incident WHERE 0",
	"DELETE FROM temp.outdated",
	"DELETE FROM temp.message_before",
	"DELETE FROM temp.incident_before",
	NULL,
};

/* What stays, as it is judged by all lines. */
static const char *const note_before[] = {
	"INSERT INTO temp.message_before SELECT * FROM message",
	"INSERT INTO temp.incident_before SELECT * FROM incident",
	"DELETE FROM line WHERE (source, number) IN (SELECT source, number FROM temp.outdated)",
	NULL,
};

static const char any_changes[] =
	"SELECT (SELECT count(*) FROM message) <> (SELECT count(*) FROM temp.message_before)"
	" OR EXISTS(SELECT " MESSAGE_COLUMNS " FROM message"
	"	EXCEPT SELECT " MESSAGE_COLUMNS " FROM temp.message_before)"
	" OR EXISTS(SELECT " INCIDENT_COLUMNS " FROM temp.incident_before"
	"	WHERE max(last, ifnull(ended, last)) >= ?1"
	"	EXCEPT SELECT " INCIDENT_COLUMNS " FROM incident)";
/* clang-format on */

static int
find_changes(struct prune *prune, bool *changes)
{
	struct db_statement *row = db_prepare(prune->db, any_changes, prune->err);

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, prune->cut);
	db_bind_int(row, 2, prune->contributing);
	if (db_step(row, prune->err) < 0)
		return -1;
	*changes = db_int(row, 0) != 0;
	db_reset(row);
	return 0;
}

/* 1: what stays is judged as before. 0: it is not. -1. */
static int
attempt(struct prune *prune)
{
	const struct ingest_sieve sieve = { prune, fate_of_message, line_stays };
	bool changes = true;

	forget_attempt(prune);
	if (db_run_each(prune->db, make_tables, prune->err) < 0 || judge_again(prune, &sieve) < 0 ||
		db_run_each(prune->db, note_before, prune->err) < 0 ||
		judge_again(prune, NULL) < 0 || find_changes(prune, &changes) < 0)
		return -1;
	return !changes;
}

/* When the first of the incidents began that reach behind the cut. */
static int
find_begin(struct prune *prune, int64_t *begin)
{
	return number_at(prune,
		"SELECT min(first) FROM incident WHERE max(last, ifnull(ended, last)) >= ?1",
		prune->cut, begin);
}

/* From which time on lines that no message holds stay. */
enum reach { REACH_INCIDENTS, REACH_ALL };

/*
 * From what is wanted to what is nearly nothing. A fault that was last seen before the cut, and not
 * seen to end, may be lost as a contributing cause, when its lines are those of older messages.
 */
static const struct trial {
	enum reach reach;
	bool contributing; /* contributing causes must stay the same, too */
	int64_t days;      /* that stay beside what is wanted */
} trials[] = {
	{ REACH_INCIDENTS, true, 0 },
	{ REACH_ALL, true, 0 },
	{ REACH_INCIDENTS, false, 0 },
	{ REACH_ALL, false, 0 },
	{ REACH_INCIDENTS, false, 1 },
	{ REACH_INCIDENTS, false, 7 },
	{ REACH_INCIDENTS, false, 30 },
};

static int
begin_trial(struct prune *prune, const struct trial *trial, int64_t cut)
{
	int64_t begin;

	prune->contributing = trial->contributing;
	prune->cut = prune->service = prune->other = cut - trial->days * INSTANT_DAY;
	if (prune->fate == INGEST_SUMMED) {
		/* Lines of the service tell no address, others may. */
		prune->service = INSTANT_NONE;
		return 0;
	}
	if (trial->reach == REACH_ALL)
		begin = INSTANT_NONE;
	else if (find_begin(prune, &begin) < 0)
		return -1;
	else if (begin == INSTANT_NONE || begin > prune->cut)
		begin = prune->cut;
	prune->service = prune->other = begin;
	return 0;
}

/* What no line is needed for. Minute INT64_MIN is that of lines without a time, hour 0 of such mail. */
static int
delete_rest(struct prune *prune)
{
	int64_t hour = prune->cut / INSTANT_HOUR;

	if (run_at(prune, "DELETE FROM minute WHERE minute < ?1 AND minute <> -9223372036854775808",
		    prune->cut / INSTANT_MINUTE) < 0)
		return -1;
	if (settled_forget(prune->db, prune->cut, prune->err) < 0)
		return -1;
	if (prune->fate == INGEST_SUMMED)
		return 0;
	if (run_at(prune, "DELETE FROM rollup WHERE hour < ?1 AND hour <> 0", hour) < 0 ||
		run_at(prune, "DELETE FROM gap WHERE last < ?1", prune->cut) < 0)
		return -1;
	return run_at(prune,
		"DELETE FROM source WHERE last < ?1 AND id NOT IN (SELECT source FROM line)",
		prune->cut);
}

/* Up to cut, or as near to it as can be. *done: up to when. */
static int
prune_to(struct prune *prune, int64_t cut, enum ingest_fate fate, int64_t *done)
{
	prune->fate = fate;
	/* Sums are of hours. */
	cut -= cut % INSTANT_HOUR;
	for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
		int rc;

		if (begin_trial(prune, &trials[i], cut) < 0 ||
			db_run(prune->db, "SAVEPOINT trial", prune->err) < 0)
			return -1;
		rc = attempt(prune);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			*done = prune->cut;
			return delete_rest(prune) < 0 ||
			                       store_set_horizon(prune->store, prune->cut,
						       prune->err) < 0 ||
			                       db_run(prune->db, "RELEASE trial", prune->err) < 0
			               ? -1
			               : 0;
		}
		if (db_run(prune->db, "ROLLBACK TO trial", prune->err) < 0 ||
			db_run(prune->db, "RELEASE trial", prune->err) < 0)
			return -1;
	}
	return error_set(prune->err, ERROR_LIMIT,
		"cannot prune: without what is that old, younger mail would be judged otherwise");
}

/* --max-size: days from the oldest on, as few as it takes. */

static int
bytes_without(struct prune *prune, int64_t day, uint64_t *bytes)
{
	int64_t done;

	if (db_run(prune->db, "SAVEPOINT size", prune->err) < 0 ||
		prune_to(prune, day * INSTANT_DAY, INGEST_DROPPED, &done) < 0 ||
		db_bytes(prune->db, bytes, prune->err) < 0 ||
		db_run(prune->db, "ROLLBACK TO size", prune->err) < 0)
		return -1;
	return db_run(prune->db, "RELEASE size", prune->err);
}

static const char oldest_day[] =
	"SELECT min(day) FROM (SELECT min(time) / 86400000000 AS day FROM line"
	" UNION ALL SELECT min(hour) / 24 FROM rollup WHERE hour <> 0"
	" UNION ALL SELECT min(minute) / 1440 FROM minute WHERE minute >= ?1)";
static const char newest_day[] =
	"SELECT max(day) FROM (SELECT max(time) / 86400000000 AS day FROM line"
	" UNION ALL SELECT max(hour) / 24 FROM rollup"
	" UNION ALL SELECT max(minute) / 1440 FROM minute WHERE minute >= ?1)";

static int
too_small(struct prune *prune, uint64_t bytes)
{
	return error_set(prune->err, ERROR_LIMIT,
		"--max-size: the newest day alone takes %llu bytes; nothing is pruned",
		(unsigned long long)bytes);
}

/* The first day that stays. */
static int
find_day(struct prune *prune, int64_t *day)
{
	int64_t low, high;
	uint64_t bytes;

	if (number_at(prune, oldest_day, 0, &low) < 0 || number_at(prune, newest_day, 0, &high) < 0)
		return -1;
	if (low == INSTANT_NONE || low == high) {
		if (db_bytes(prune->db, &bytes, prune->err) < 0)
			return -1;
		return too_small(prune, bytes);
	}
	if (bytes_without(prune, high, &bytes) < 0)
		return -1;
	if (bytes > prune->options->max_bytes)
		return too_small(prune, bytes);
	/* Without the days before high it fits, without those before low it does not. */
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		if (bytes_without(prune, middle, &bytes) < 0)
			return -1;
		if (bytes > prune->options->max_bytes)
			low = middle;
		else
			high = middle;
	}
	*day = high;
	return 0;
}

static int
prune_to_size(struct prune *prune, int64_t *done)
{
	uint64_t bytes;
	int64_t day = 0;

	if (db_bytes(prune->db, &bytes, prune->err) < 0)
		return -1;
	if (bytes <= prune->options->max_bytes)
		return 0;
	if (find_day(prune, &day) < 0)
		return -1;
	return prune_to(prune, day * INSTANT_DAY, INGEST_DROPPED, done);
}

static int
count(struct prune *prune, struct prune_counts *counts)
{
	struct db_statement *row = db_prepare(prune->db,
		"SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM settled),"
		" (SELECT count(*) FROM line), (SELECT count(*) FROM incident), (SELECT count(DISTINCT hour) FROM rollup),"
		" (SELECT count(*) FROM minute), (SELECT count(*) FROM source)",
		prune->err);

	if (row == NULL || db_step(row, prune->err) < 0)
		return -1;
	*counts = (struct prune_counts){ (uint64_t)db_int(row, 0), (uint64_t)db_int(row, 1),
		(uint64_t)db_int(row, 2), (uint64_t)db_int(row, 3), (uint64_t)db_int(row, 4),
		(uint64_t)db_int(row, 5), 0 };
	db_reset(row);
	return db_bytes(prune->db, &counts->bytes, prune->err);
}

static int
prune_all(struct prune *prune, struct prune_report *report)
{
	const struct prune_options *options = prune->options;

	if (count(prune, &report->before) < 0)
		return -1;
	if (options->older_than != INSTANT_NONE &&
		prune_to(prune, options->older_than, INGEST_DROPPED, &report->older_than) < 0)
		return -1;
	if (options->addresses != INSTANT_NONE) {
		if (prune_to(prune, options->addresses, INGEST_SUMMED, &report->addresses) < 0)
			return -1;
		report->summed = prune->summed;
	}
	if (options->max_bytes > 0 && prune_to_size(prune, &report->older_than) < 0)
		return -1;
	if (db_trim(prune->db, prune->err) < 0)
		return -1;
	return count(prune, &report->after);
}

int
prune_run(struct store *store, const struct prune_options *options, const struct ruleset *ruleset,
	struct prune_report *report, struct error *err)
{
	struct prune prune = { .store = store,
		.db = store_db(store),
		.options = options,
		.ruleset = ruleset,
		.err = err };
	int rc;

	*report = (struct prune_report){ .older_than = INSTANT_NONE, .addresses = INSTANT_NONE };
	if (db_begin(prune.db, err) < 0)
		return -1;
	rc = prune_all(&prune, report);
	if (rc == 0 && !options->dry_run)
		rc = db_commit(prune.db, err);
	else
		db_rollback(prune.db);
	if (rc == 0 && !options->dry_run)
		rc = db_checkpoint(prune.db, err);
	forget_attempt(&prune);
	buf_clear(&prune.key);
	return rc;
}
