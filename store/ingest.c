#include "store/ingest.h"

#include "base/instant.h"
#include "store/gap.h"
#include "store/incident_row.h"
#include "store/ingesting.h"
#include "store/keep.h"
#include "store/row.h"

/* Of a callback that gives no result: the first failure counts. */
static void
check(struct ingest *ingest, int rc)
{
	if (rc < 0)
		ingest->failed = true;
}

/* A transaction, for whatever is written next. */
static void
write_on(struct ingest *ingest)
{
	if (ingest->writing || ingest->failed)
		return;
	ingest->writing = true;
	check(ingest, db_begin(ingest->db, ingest->err));
}

static void
keep(struct ingest *ingest, const struct evidence *line, enum keep_role role, int64_t message)
{
	const struct keep_place place = { intake_source(&ingest->intake, line->file), role,
		message };

	write_on(ingest);
	check(ingest, ingest->failed ? -1 : keep_line(ingest->db, line, &place, ingest->err));
}

static void
take_context(void *ctx, const struct evidence *line)
{
	struct ingest *ingest = ctx;
	const struct ingest_sieve *sieve = ingest->options->sieve;

	if (sieve == NULL || sieve->context(sieve->ctx, line))
		keep(ingest, line, line->start ? KEEP_START : KEEP_SHARED, 0);
}

/* Logs are merged when they are read together. What was not read with the others may belong before them. */
static void
watch_order(struct ingest *ingest, const struct line *line)
{
	if ((ingest->saved && line->file != ingest->file && line->key < ingest->key) ||
		line->key < ingest->from)
		ingest->disordered = true;
	if (line->key > ingest->key)
		ingest->key = line->key;
	ingest->file = line->file;
}

/* What is known of a minute that is no longer at hand is written with all that was read. */
static int
is_new(void *ctx, const struct line *line, struct error *err)
{
	struct ingest *ingest = ctx;

	watch_order(ingest, line);
	if (!ingest->writing && !known_is_at_hand(ingest->intake.known, line->when)) {
		write_on(ingest);
		ingest->must_save = true;
	}
	return ingest->failed ? -1 : intake_is_new(&ingest->intake, line, err);
}

static int
take_gap(void *ctx, const struct line *line, const struct rule *rule, struct error *err)
{
	struct ingest *ingest = ctx;
	const struct gap gap = { line->host, line->when, line->when, rule->id, line->times };

	if (line->when == INSTANT_NONE)
		return 0;
	write_on(ingest);
	ingest->must_save = true;
	return ingest->failed ? -1 : gap_add(ingest->db, &gap, err);
}

/* Messages. */

/* Between savings it counts as open, whatever it is: the next reading of its lines is to find it. */
static int
put_row(struct ingest *ingest, const struct message *message)
{
	int rc = -1;

	write_on(ingest);
	if (!ingest->failed)
		rc = row_put(ingest->db, message, !ingest->saving || !message->closed, ingest->err);
	check(ingest, rc);
	return rc;
}

static void
keep_message(struct ingest *ingest, const struct message *message)
{
	struct message_row *row = message->row;

	if (row->lines && !row->grown)
		return;
	if (row->lines)
		ids_add(&ingest->changed, row->id);
	for (size_t i = 0; i < message->nevidence; i++)
		keep(ingest, &message->evidence[i],
			message->evidence[i].session ? KEEP_SHARED : KEEP_OWN, row->id);
	if (message->connect != NULL)
		keep(ingest, message->connect, KEEP_SHARED, row->id);
	row->lines = true;
	row->grown = false;
}

static void
tell_kept(const struct ingest *ingest, const struct message *message)
{
	if (ingest->options->kept != NULL)
		ingest->options->kept(ingest->options->kept_ctx, message);
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

		if (intake_first(&ingest->intake, file) > message->first ||
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

/* Its row, if it has one, is seen until the next saving. */
static void
forget_row(struct ingest *ingest, const struct message *message)
{
	if (message->row->id == 0)
		return;
	if (!row_says(message))
		(void)put_row(ingest, message);
	ids_add(&ingest->gone, message->row->id);
	*message->row = (struct message_row){ .id = 0 };
}

/* Signed or inbound, and nothing changes that: its lines go. */
static void
settle(struct ingest *ingest, const struct message *message)
{
	recent_add(ingest->recent, message);
	if (ingest->keep != SETTLED_NONE)
		sum_up(ingest, message);
	if (ingest->keep == SETTLED_ROWS && ingest->saving)
		check(ingest, settled_put(ingest->db, message, ingest->err));
	forget_row(ingest, message);
}

/* Of a message that is at hand still only what may come of it is known. */
static void
take_kept(struct ingest *ingest, const struct message *message)
{
	struct message_row *row = message->row;

	if (put_row(ingest, message) < 0)
		return;
	keep_message(ingest, message);
	if (message->closed && row->open) {
		ids_add(&ingest->closed, row->id);
		row->open = false;
	}
	ingest->report->messages++;
	tell_kept(ingest, message);
}

static void
take_message(void *ctx, const struct message *message)
{
	struct ingest *ingest = ctx;
	const struct ingest_sieve *sieve = ingest->options->sieve;
	enum ingest_fate fate = sieve == NULL ? INGEST_STAYS : sieve->message(sieve->ctx, message);

	if (fate == INGEST_DROPPED)
		return;
	if (fate == INGEST_SUMMED) {
		sum_up(ingest, message);
		return;
	}
	if (message->whole && !message->context && !verdict_is_finding(message->verdict.kind) &&
		is_within_its_logs(ingest, message))
		settle(ingest, message);
	/* What is wrong with it stays, whatever was summed. */
	else if ((!verdict_is_finding(message->verdict.kind) ||
			 message->verdict.kind == VERDICT_UNKNOWN) &&
		 recent_has(ingest->recent, message))
		forget_row(ingest, message);
	else
		take_kept(ingest, message);
}

/* It got lines and is at hand still: people see at once what its verdict is, and the rest when it is saved. */
static void
take_changed(void *ctx, const struct message *message)
{
	struct ingest *ingest = ctx;

	if (row_says(message) ||
		(message->row->id == 0 && (!verdict_is_finding(message->verdict.kind) ||
						  !message_is_decided(message))))
		return;
	if (put_row(ingest, message) > 0)
		tell_kept(ingest, message);
}

/* What is written at the end, or at a saving. */

/* Those that are written already need not be again. */
static int
write_incidents(struct ingest *ingest)
{
	uint64_t digest = incident_rows_digest(ingest->reading);

	if (ingest->saved && digest == ingest->incidents)
		return 0;
	ingest->incidents = digest;
	return incident_rows_write(ingest->db, ingest->reading, ingest->from, ingest->err);
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

/* Are there messages that are not at hand any more, and were judged by less than is known now? */
static int
mark_stale(struct ingest *ingest)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT OR IGNORE INTO meta(key, value) SELECT 'stale', x''"
		" WHERE EXISTS(SELECT 1 FROM message WHERE last < ?1)",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, ingest->saved ? reading_totals(ingest->reading)->last : ingest->from);
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
	if (ingest->from == INSTANT_NONE && !ingest->saved)
		return db_run(ingest->db, "DELETE FROM meta WHERE key = 'stale'", ingest->err);
	return after > before ? mark_stale(ingest) : 0;
}

/* What was chosen is gone, with the first saving; after it, what is said to be. */
static int
forget_lines(struct ingest *ingest)
{
	if (!ingest->saved)
		return keep_forget(ingest->db, ingest->from == INSTANT_NONE, ingest->err);
	for (size_t i = 0; i < ingest->gone.n; i++)
		ids_add(&ingest->changed, ingest->gone.items[i]);
	return ids_take(&ingest->changed, ingest->db, row_drop_lines, ingest->err);
}

static int
write_rows(struct ingest *ingest)
{
	return ids_take(&ingest->gone, ingest->db, row_drop, ingest->err) < 0
	               ? -1
	               : ids_take(&ingest->closed, ingest->db, row_close, ingest->err);
}

static int
write_recent(struct ingest *ingest)
{
	if (recent_write(ingest->recent, ingest->db, INGEST_REACH, ingest->err) < 0)
		return -1;
	recent_free(ingest->recent);
	ingest->recent = recent_new(ingest->db, store_key(ingest->store), ingest->err);
	return ingest->recent == NULL ? -1 : 0;
}

/* Lines that are older than what may come again. */
static int
forget_known(struct ingest *ingest)
{
	int64_t last = reading_totals(ingest->reading)->last;

	return last == INSTANT_NONE
	               ? 0
	               : known_forget(ingest->intake.known, last - INGEST_REACH, ingest->err);
}

static int
write_all(struct ingest *ingest, int64_t now)
{
	struct ingest_report *report = ingest->report;

	if (write_facts(ingest) < 0 || forget_lines(ingest) < 0 ||
		keep_write(ingest->db, ingest->err) < 0 || write_rows(ingest) < 0 ||
		write_incidents(ingest) < 0 ||
		sums_write(&ingest->sums, ingest->db, ingest->err) < 0 || write_recent(ingest) < 0)
		return -1;
	sums_clear(&ingest->sums);
	if (forget_known(ingest) < 0)
		return -1;
	for (size_t i = 0; i < ingest->intake.nlogs; i++) {
		report->lines += reading_file(ingest->reading, i)->lines;
		report->new_lines += ingest->intake.new_lines[i];
	}
	report->passed = ingest->intake.passed;
	report->early = reading_totals(ingest->reading)->early;
	return intake_write(&ingest->intake, now, ingest->err);
}

int
ingesting_save(struct ingest *ingest, int64_t now)
{
	write_on(ingest);
	ingest->saving = true;
	if (ingest->options->reading->log.follow)
		reading_open(ingest->reading, take_message, ingest);
	if (ingest->failed || write_all(ingest, now) < 0)
		return -1;
	ingest->saving = ingest->must_save = false;
	ingest->saved = true;
	return 0;
}

/* The reading. */

/* clang-format off */
static const char *const forget_all[] = {
	"DELETE FROM message",
	"DELETE FROM evidence",
	"DELETE FROM route",
	NULL,
};

static const char *const forget_chosen[] = {
	"DELETE FROM message WHERE id IN (SELECT id FROM temp.chosen_message)",
	"DELETE FROM evidence WHERE message IN (SELECT id FROM temp.chosen_message)",
	"DELETE FROM route WHERE message IN (SELECT id FROM temp.chosen_message)",
	NULL,
};
/* clang-format on */

/*
 * From when on the kept lines are needed. What will be written to an empty log is of now, and where it is
 * not, its lines count as disordered.
 */
static int64_t
kept_from(const struct ingest *ingest, int64_t logs_begin)
{
	if (logs_begin != INSTANT_NONE)
		return logs_begin - INGEST_REACH;
	return ingest->options->reading->log.follow && intake_is_empty(&ingest->intake)
	               ? ingest->options->reading->log.now - INGEST_REACH
	               : INSTANT_NONE;
}

static int
begin(void *ctx, const struct knowledge *knowledge, size_t nlogs, int64_t logs_begin,
	struct error *err)
{
	struct ingest *ingest = ctx;
	const struct reading_extra *extra = &ingest->intake.extra;

	ingest->from = kept_from(ingest, logs_begin);
	if (keep_begin(ingest->db, err) < 0 ||
		store_choose(ingest->store, ingest->from, ingest->ruleset, err) < 0 ||
		db_run_each(ingest->db, ingest->from == INSTANT_NONE ? forget_all : forget_chosen,
			err) < 0 ||
		extra->begin(extra->ctx, knowledge, nlogs, logs_begin, err) < 0)
		return -1;
	intake_begin(&ingest->intake);
	recent_free(ingest->recent);
	ingest->recent = recent_new(ingest->db, store_key(ingest->store), err);
	return ingest->recent == NULL ? -1 : 0;
}

/* A kept line of a log that is read again is a line of that log. */
static int
next(void *ctx, struct line *line, struct error *err)
{
	struct ingest *ingest = ctx;
	const struct reading_extra *extra = &ingest->intake.extra;
	int rc = extra->next(extra->ctx, line, err);

	if (rc > 0)
		line->file = intake_log(&ingest->intake, line->file);
	return rc;
}

static void
restart(void *ctx)
{
	struct ingest *ingest = ctx;

	sums_clear(&ingest->sums);
	ids_clear(&ingest->closed);
	ingest->report->summed = ingest->report->messages = 0;
	db_rollback(ingest->db);
	check(ingest, db_begin(ingest->db, ingest->err));
}

int
ingesting_read(struct ingest *ingest)
{
	const struct reading_extra extra = {
		.ctx = ingest,
		.begin = begin,
		.next = next,
		.is_new = is_new,
		.gap = take_gap,
		.context = take_context,
	};
	bool follow = ingest->options->reading->log.follow;

	ingest->writing = ingest->saving = true;
	if (settled_get_keep(ingest->db, &ingest->keep, ingest->err) < 0 ||
		intake_open(&ingest->intake, ingest->store, ingest->reading, ingest->options,
			&extra, ingest->err) < 0 ||
		(follow ? reading_begin : reading_run)(ingest->reading, take_message, restart,
			ingest, ingest->err) < 0)
		return -1;
	if (follow)
		reading_changed(ingest->reading, NULL, NULL);
	return ingest->failed ? -1 : 0;
}

int
ingesting_go_on(struct ingest *ingest)
{
	int rc = reading_go_on(ingest->reading, take_message, ingest, ingest->err);

	if (rc == 0)
		reading_changed(ingest->reading, take_changed, ingest);
	return ingest->failed ? -1 : rc;
}

struct ingest
ingesting_open(struct store *store, const struct ingest_options *options,
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
		.key = INSTANT_NONE,
		.err = err };
}

void
ingesting_close(struct ingest *ingest)
{
	reading_free(ingest->reading);
	intake_clear(&ingest->intake);
	sums_clear(&ingest->sums);
	recent_free(ingest->recent);
	ids_clear(&ingest->changed);
	ids_clear(&ingest->gone);
	ids_clear(&ingest->closed);
}

/* Of all. */

static int
run(struct ingest *ingest)
{
	if (ingest->reading == NULL || ingesting_read(ingest) < 0)
		return -1;
	return ingesting_save(ingest, ingest->options->reading->log.now);
}

int
ingest_run(struct store *store, const struct ingest_options *options, const struct ruleset *ruleset,
	struct ingest_report *report, void (*told)(void *ctx, const struct log_file *file),
	void *ctx, struct error *err)
{
	struct ingest ingest = ingesting_open(store, options, ruleset, report, err);
	int rc = -1;

	if (ingest.reading != NULL && db_begin(ingest.db, err) == 0) {
		rc = run(&ingest);
		if (rc == 0)
			rc = db_commit(ingest.db, err);
		else
			db_rollback(ingest.db);
	}
	for (size_t i = 0; rc == 0 && told != NULL && i < ingest.intake.nlogs; i++)
		told(ctx, reading_file(ingest.reading, i));
	ingesting_close(&ingest);
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
	struct ingest ingest = ingesting_open(store, options, ruleset, report, err);
	int rc = run(&ingest);

	ingesting_close(&ingest);
	return rc;
}
