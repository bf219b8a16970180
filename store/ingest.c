#include "store/ingest.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/instant.h"
#include "base/map.h"
#include "store/known.h"

struct ingest {
	struct store *store;
	struct db *db;
	const struct ingest_options *options;
	struct ingest_report *report;
	struct known *known;
	struct reading *reading;
	struct reading_extra extra; /* the store's own */
	int64_t *sources;           /* of the logs' files; 0: none yet */
	uint64_t *new_lines;        /* of them */
	size_t nlogs;
	struct arena arena; /* of the sums */
	struct map sums;
	struct buf key;
	struct error *err; /* what went wrong where a callback cannot say */
	bool failed;
};

/* Of a callback that gives no result: the first failure counts. */
static void
check(struct ingest *ingest, int rc)
{
	if (rc < 0)
		ingest->failed = true;
}

static void
bind_instant(struct db_statement *statement, int i, int64_t when)
{
	if (when == INSTANT_NONE)
		db_bind_null(statement, i);
	else
		db_bind_int(statement, i, when);
}

static void
bind_text(struct db_statement *statement, int i, struct span text)
{
	db_bind_text(statement, i, text.n > 0 ? text : SPAN_NONE);
}

/* Journals: each has its place in meta, "NUMBER CURSOR", under its full name. */

static void
journal_key(struct buf *out, const char *what, const char *path)
{
	char *full = strcmp(path, LOG_JOURNAL) == 0 ? NULL : realpath(path, NULL);

	buf_addf(out, "%s %s", what, full == NULL ? path : full);
	free(full);
}

/* Where the last ingest of it ended. cursor is empty when there was none. */
static int
journal_place(struct ingest *ingest, const char *path, struct buf *cursor, uint64_t *number)
{
	struct db_statement *get =
		db_prepare(ingest->db, "SELECT value FROM meta WHERE key = ?1", ingest->err);
	struct buf key = BUF_INIT;
	struct span value, word;
	int rc;

	*number = 0;
	if (get == NULL)
		return -1;
	journal_key(&key, "journal", path);
	db_bind_word(get, 1, buf_span(&key));
	rc = db_step(get, ingest->err);
	if (rc > 0) {
		value = db_text(get, 0);
		if (span_word(&value, &word) && span_to_u64(word, number))
			buf_add(cursor, span_trim(value));
		db_reset(get);
	}
	buf_clear(&key);
	return rc < 0 ? -1 : 0;
}

static int
journal_add(struct ingest *ingest, const struct ingest_journal *journal)
{
	struct buf cursor = BUF_INIT;
	struct log_place place = { NULL, 0 };
	int rc = journal_place(ingest, journal->path == NULL ? LOG_JOURNAL : journal->path, &cursor,
		&place.number);

	if (journal->resume && cursor.n > 0)
		place.cursor = buf_str(&cursor);
	if (rc == 0)
		rc = reading_add_journal(ingest->reading, journal->path, &place, ingest->err);
	buf_clear(&cursor);
	return rc;
}

/* Entries that are gone from the journal before they were read. */
static int
journal_write_gap(struct ingest *ingest, const struct log_file *file)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO gap(host, first, last, why) VALUES(x'', ?1, ?2, 'no longer in the journal when it was read')",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, file->gap_from);
	db_bind_int(put, 2, file->gap_to);
	return db_step(put, ingest->err);
}

static int
journal_write(struct ingest *ingest, const struct log_file *file)
{
	struct db_statement *put;
	struct buf key = BUF_INIT, value = BUF_INIT;
	uint64_t number;
	int rc = journal_place(ingest, file->path, &value, &number);

	if (rc < 0 || file->cursor[0] == '\0') {
		buf_clear(&value);
		return rc;
	}
	buf_reset(&value);
	number += file->lines;
	buf_addf(&value, "%llu %s", (unsigned long long)number, file->cursor);
	journal_key(&key, "journal", file->path);
	put = db_prepare(ingest->db,
		"INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE"
		" SET value = excluded.value",
		ingest->err);
	if (put != NULL) {
		db_bind_word(put, 1, buf_span(&key));
		db_bind_text(put, 2, buf_span(&value));
	}
	rc = put == NULL ? -1 : db_step(put, ingest->err);
	if (rc >= 0 && file->has_gap)
		rc = journal_write_gap(ingest, file);
	buf_clear(&key);
	buf_clear(&value);
	return rc;
}

/* Also what journalctl wrote: its lines are the same. */
static bool
is_of_journal(const struct log_file *file)
{
	return span_starts(span_of(file->format), SPAN(LOG_JOURNAL));
}

/*
 * A line of the journal has other bytes than the same line in a log file, so neither would be known
 * for the other, and mail that is kept as sums would count twice.
 */
static int
check_kinds(const struct ingest *ingest, const struct reading_extra *extra)
{
	size_t n = reading_files(ingest->reading) - extra->nfiles;
	size_t journals = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		journals += is_of_journal(reading_file(ingest->reading, i));
	for (size_t i = 0; i < extra->nfiles; i++)
		kept += is_of_journal(&extra->files[i]);
	if (journals != 0 && journals != n)
		return error_set(ingest->err, ERROR_INPUT,
			"lines that the journal and a log file hold would count twice; take in "
			"either");
	if (n == 0 || kept == (journals > 0 ? extra->nfiles : 0))
		return 0;
	return error_set(ingest->err, ERROR_INPUT,
		"the store holds lines of %s, and would count those twice that %s holds, too; name "
		"another store with --store",
		journals > 0 ? "log files" : "the journal",
		journals > 0 ? "the journal" : "log files");
}

/* Sources: files by their content, so that a log keeps its own when it is renamed or packed. */

/*
 * What tells a source from others: of a file its first line, of a journal, which may be read from any
 * entry on, its name.
 */
static int64_t
head_of(const struct ingest *ingest, const struct line *line)
{
	const struct log_file *file = reading_file(ingest->reading, line->file);
	struct buf name = BUF_INIT;
	struct span head = line->raw;
	uint64_t digest;

	if (log_file_is_journal(file)) {
		journal_key(&name, "journal", file->path);
		head = buf_span(&name);
	}
	digest = span_digest(head, store_key(ingest->store));
	buf_clear(&name);
	return (int64_t)digest;
}

static int
find_source(struct ingest *ingest, int64_t head, const struct log_file *file, int64_t *id)
{
	struct db_statement *get =
		db_prepare(ingest->db, "SELECT id FROM source WHERE head = ?1", ingest->err);
	struct db_statement *put;
	int rc;

	if (get == NULL)
		return -1;
	db_bind_int(get, 1, head);
	rc = db_step(get, ingest->err);
	if (rc > 0) {
		*id = db_int(get, 0);
		db_reset(get);
		return 0;
	}
	put = rc < 0 ? NULL
	             : db_prepare(ingest->db,
			       "INSERT INTO source(head, path, format, first, last, lines, new_lines,"
			       " cut, read_at) VALUES(?1, ?2, ?3, ?4, ?4, 0, 0, 0, 0)",
			       ingest->err);
	if (put == NULL)
		return -1;
	db_bind_int(put, 1, head);
	db_bind_text(put, 2, span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	bind_instant(put, 4, file->first);
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
	struct db_statement *put = db_prepare(ingest->db,
		"UPDATE source SET path = ?2, format = ?3, last = max(ifnull(last, ?4), ifnull(?4, last)),"
		" lines = CASE ?10 WHEN 0 THEN max(lines, ?5) ELSE lines + ?5 END,"
		" new_lines = new_lines + ?6, cut = max(cut, ?7), problem = ?8,"
		" read_at = ?9 WHERE id = ?1",
		ingest->err);

	if (put == NULL)
		return -1;
	db_bind_int(put, 1, ingest->sources[i]);
	db_bind_text(put, 2, span_of(file->path));
	db_bind_word(put, 3, span_of(file->format));
	bind_instant(put, 4, file->last);
	db_bind_int(put, 5, (int64_t)file->lines);
	db_bind_int(put, 6, (int64_t)ingest->new_lines[i]);
	db_bind_int(put, 7, (int64_t)file->cut);
	bind_text(put, 8, span_of(file->problem));
	db_bind_int(put, 9, ingest->options->reading->log.now);
	db_bind_int(put, 10, file->resumed);
	return db_step(put, ingest->err);
}

/* Lines. What is kept is gathered in a table of its own, since the old ones are read meanwhile. */

static const char make_keep[] =
	"CREATE TEMP TABLE IF NOT EXISTS keep("
	"source INTEGER, number INTEGER, key INTEGER, time INTEGER, host BLOB,"
	" tag BLOB, pid INTEGER, times INTEGER, raw BLOB, text_at INTEGER,"
	" text_n INTEGER, text BLOB, PRIMARY KEY(source, number)) WITHOUT ROWID";

static void
keep_line(struct ingest *ingest, const struct evidence *line)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT OR IGNORE INTO temp.keep VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
		" ?12)",
		ingest->err);
	bool within = line->body.n > 0 && line->body.p >= line->raw.p &&
	              line->body.p + line->body.n <= line->raw.p + line->raw.n;

	if (put == NULL) {
		ingest->failed = true;
		return;
	}
	db_bind_int(put, 1, source_of(ingest, line->file));
	db_bind_int(put, 2, (int64_t)line->number);
	db_bind_int(put, 3, line->key);
	bind_instant(put, 4, line->when);
	db_bind_text(put, 5, line->host.n > 0 ? line->host : SPAN(""));
	db_bind_text(put, 6, line->tag.n > 0 ? line->tag : SPAN(""));
	db_bind_int(put, 7, line->pid);
	db_bind_int(put, 8, line->times);
	db_bind_text(put, 9, line->raw.n > 0 ? line->raw : SPAN(""));
	db_bind_int(put, 10, within ? line->body.p - line->raw.p : 0);
	db_bind_int(put, 11, within ? (int64_t)line->body.n : 0);
	bind_text(put, 12, within ? SPAN_NONE : line->body);
	check(ingest, db_step(put, ingest->err));
}

static void
take_context(void *ctx, const struct evidence *line)
{
	keep_line(ctx, line);
}

static int
is_new(void *ctx, const struct line *line, struct error *err)
{
	struct ingest *ingest = ctx;
	int64_t *source = &ingest->sources[line->file];
	int rc;

	if (*source == 0) {
		if (find_source(ingest, head_of(ingest, line),
			    reading_file(ingest->reading, line->file), source) < 0)
			return -1;
	}
	rc = known_add(ingest->known, line->raw, line->when, err);
	ingest->new_lines[line->file] += rc > 0;
	return ingest->failed ? -1 : rc;
}

/* Messages. */

static struct span
domain_of(const struct message *message, struct arena *arena)
{
	struct span domain =
		address_domain(message->author.n > 0 ? message->author : message->sender);
	char *lower = arena_alloc(arena, domain.n + 1);

	for (size_t i = 0; i < domain.n; i++)
		lower[i] = ascii_lower(domain.p[i]);
	return (struct span){ lower, domain.n };
}

static int64_t
hour_of(int64_t when)
{
	int64_t hour = when == INSTANT_NONE ? 0 : when / INSTANT_HOUR;

	return when != INSTANT_NONE && when % INSTANT_HOUR < 0 ? hour - 1 : hour;
}

static void
add_to_sums(struct ingest *ingest, const struct message *message)
{
	struct span domain = domain_of(message, &ingest->arena);
	struct store_sum *sum;

	buf_reset(&ingest->key);
	buf_addf(&ingest->key, "%lld %d %d\n", (long long)hour_of(message->first),
		(int)message->verdict.kind, (int)message->verdict.cause);
	buf_add(&ingest->key, message->host);
	buf_add_char(&ingest->key, '\n');
	buf_add(&ingest->key, domain);
	sum = map_get(&ingest->sums, buf_span(&ingest->key));
	if (sum == NULL) {
		sum = arena_alloc(&ingest->arena, sizeof *sum);
		*sum = (struct store_sum){ hour_of(message->first),
			arena_copy(&ingest->arena, message->host), domain, message->verdict.kind,
			message->verdict.cause, 0 };
		map_put(&ingest->sums, arena_copy(&ingest->arena, buf_span(&ingest->key)), sum);
	}
	sum->messages++;
	ingest->report->summed++;
}

static void
write_message(struct ingest *ingest, const struct message *message)
{
	const struct verdict *verdict = &message->verdict;
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing, rule,"
		" author, sender, recipient, recipients, client_name, client_ip, sasl_username, service,"
		" message_id, relay) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
		" ?15, ?16, ?17, ?18)",
		ingest->err);
	struct buf contributing = BUF_INIT;

	if (put == NULL) {
		ingest->failed = true;
		return;
	}
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(&contributing, "%s%s", i > 0 ? " " : "",
			cause_id(verdict->contributing[i]));
	db_bind_text(put, 1, message->host.n > 0 ? message->host : SPAN(""));
	db_bind_text(put, 2, message->queue_id);
	bind_instant(put, 3, message->first);
	bind_instant(put, 4, message->last);
	db_bind_word(put, 5, span_of(verdict_id(verdict->kind)));
	db_bind_word(put, 6,
		verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)));
	db_bind_word(put, 7, contributing.n > 0 ? buf_span(&contributing) : SPAN(""));
	db_bind_word(put, 8, verdict->rule == NULL ? SPAN_NONE : verdict->rule->id);
	bind_text(put, 9, message->author);
	bind_text(put, 10, message->sender);
	bind_text(put, 11, message->recipient);
	db_bind_int(put, 12, message->recipients);
	bind_text(put, 13, message->client_name);
	bind_text(put, 14, message->client_ip);
	bind_text(put, 15, message->sasl_username);
	bind_text(put, 16, message->service);
	bind_text(put, 17, message->message_id);
	bind_text(put, 18, message->relay);
	check(ingest, db_step(put, ingest->err));
	buf_clear(&contributing);
	ingest->report->messages++;
}

/*
 * Was every log that tells of the message read from before its beginning to
 * behind its end? Else lines of it may be in a log between two of these.
 */
static bool
is_within_its_logs(const struct ingest *ingest, const struct message *message)
{
	for (size_t i = 0; i < message->nevidence; i++) {
		const struct log_file *file =
			reading_file(ingest->reading, message->evidence[i].file);

		if (file->first > message->first || file->last < message->last)
			return false;
	}
	return true;
}

static void
take_message(void *ctx, const struct message *message)
{
	struct ingest *ingest = ctx;
	enum verdict_kind kind = message->verdict.kind;

	if (message->whole && (kind == VERDICT_SIGNED || kind == VERDICT_INBOUND) &&
		is_within_its_logs(ingest, message)) {
		add_to_sums(ingest, message);
		return;
	}
	for (size_t i = 0; i < message->nevidence; i++)
		keep_line(ingest, &message->evidence[i]);
	if (message->connect != NULL)
		keep_line(ingest, message->connect);
	write_message(ingest, message);
}

/* What is written at the end. */

static int
write_lines(struct ingest *ingest)
{
	struct db_statement *count;

	if (db_run(ingest->db, "DELETE FROM line", ingest->err) < 0 ||
		db_run(ingest->db,
			"INSERT INTO line(source, number, key, time, host, tag, pid, times, raw, text_at,"
			" text_n, text) SELECT * FROM temp.keep ORDER BY key, source, number",
			ingest->err) < 0 ||
		db_run(ingest->db, "DELETE FROM temp.keep", ingest->err) < 0)
		return -1;
	count = db_prepare(ingest->db, "SELECT count(*) FROM line", ingest->err);
	if (count == NULL || db_step(count, ingest->err) < 0)
		return -1;
	ingest->report->kept_lines = (uint64_t)db_int(count, 0);
	db_reset(count);
	return 0;
}

static int
write_incidents(struct ingest *ingest)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO incident(host, cause, subject, first, last, ended, lines, messages)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		ingest->err);

	if (put == NULL || db_run(ingest->db, "DELETE FROM incident", ingest->err) < 0)
		return -1;
	for (size_t i = 0; i < reading_incidents(ingest->reading); i++) {
		const struct incident *incident = reading_incident(ingest->reading, i);

		db_bind_text(put, 1, incident->host.n > 0 ? incident->host : SPAN(""));
		db_bind_word(put, 2, span_of(cause_id(incident->cause)));
		bind_text(put, 3, incident->subject);
		bind_instant(put, 4, incident->first);
		bind_instant(put, 5, incident->last);
		bind_instant(put, 6, incident->ended);
		db_bind_int(put, 7, (int64_t)incident->lines);
		db_bind_int(put, 8, (int64_t)incident->messages);
		if (db_step(put, ingest->err) < 0)
			return -1;
	}
	return 0;
}

static int
write_sums(struct ingest *ingest)
{
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO rollup VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE"
		" SET messages = messages + excluded.messages",
		ingest->err);
	const struct map_entry *entry;

	for (size_t at = 0; put != NULL && (entry = map_next(&ingest->sums, &at)) != NULL;) {
		const struct store_sum *sum = entry->value;

		db_bind_int(put, 1, sum->hour);
		db_bind_text(put, 2, sum->host.n > 0 ? sum->host : SPAN(""));
		db_bind_text(put, 3, sum->domain.n > 0 ? sum->domain : SPAN(""));
		db_bind_word(put, 4, span_of(verdict_id(sum->verdict)));
		db_bind_word(put, 5, SPAN(""));
		db_bind_int(put, 6, (int64_t)sum->messages);
		if (db_step(put, ingest->err) < 0)
			return -1;
	}
	return put == NULL ? -1 : 0;
}

static void
write_fact(void *ctx, const char *kind, struct span key, int64_t first, int64_t last)
{
	struct ingest *ingest = ctx;
	struct db_statement *put = db_prepare(ingest->db,
		"INSERT INTO fact VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
		" SET first = min(first, excluded.first), last = max(last, excluded.last)",
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
write_all(struct ingest *ingest)
{
	facts_each(reading_facts(ingest->reading), write_fact, ingest);
	if (ingest->failed || write_lines(ingest) < 0 || write_incidents(ingest) < 0 ||
		write_sums(ingest) < 0)
		return -1;
	for (size_t i = 0; i < ingest->nlogs; i++) {
		ingest->report->lines += reading_file(ingest->reading, i)->lines;
		ingest->report->new_lines += ingest->new_lines[i];
		if (ingest->sources[i] != 0 && write_source(ingest, i) < 0)
			return -1;
		if (log_file_is_journal(reading_file(ingest->reading, i)) &&
			journal_write(ingest, reading_file(ingest->reading, i)) < 0)
			return -1;
	}
	return known_flush(ingest->known, ingest->err);
}

/* The transaction: begun, and begun anew when the years of a log are. */

static int
begin(void *ctx, struct facts *facts, size_t nlogs, struct error *err)
{
	struct ingest *ingest = ctx;

	if (db_run(ingest->db, make_keep, err) < 0 ||
		db_run(ingest->db, "DELETE FROM temp.keep", err) < 0 ||
		db_run(ingest->db, "DELETE FROM message", err) < 0)
		return -1;
	return ingest->extra.begin(ingest->extra.ctx, facts, nlogs, err);
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
	map_clear(&ingest->sums);
	arena_clear(&ingest->arena);
	known_free(ingest->known);
	ingest->known = NULL;
	for (size_t i = 0; i < ingest->nlogs; i++)
		ingest->sources[i] = (int64_t)(ingest->new_lines[i] = 0);
}

static void
restart(void *ctx)
{
	struct ingest *ingest = ctx;

	forget(ingest);
	ingest->report->summed = ingest->report->messages = 0;
	db_rollback(ingest->db);
	check(ingest, db_begin(ingest->db, ingest->err));
	ingest->known = known_new(ingest->db, store_key(ingest->store));
}

static int
read_logs(struct ingest *ingest)
{
	struct reading_extra extra;

	if (store_extra(ingest->store, &ingest->extra, ingest->err) < 0)
		return -1;
	extra = ingest->extra;
	extra.ctx = ingest;
	extra.begin = begin;
	extra.next = next;
	extra.is_new = is_new;
	extra.context = take_context;
	reading_extend(ingest->reading, &extra);
	for (size_t i = 0; i < ingest->options->njournals; i++)
		if (journal_add(ingest, &ingest->options->journals[i]) < 0)
			return -1;
	for (size_t i = 0; i < ingest->options->npaths; i++)
		if (reading_add(ingest->reading, ingest->options->paths[i], ingest->err) < 0)
			return -1;
	ingest->nlogs = reading_files(ingest->reading) - extra.nfiles;
	ingest->sources = xcalloc(ingest->nlogs + 1, sizeof *ingest->sources);
	ingest->new_lines = xcalloc(ingest->nlogs + 1, sizeof *ingest->new_lines);
	if (check_kinds(ingest, &extra) < 0)
		return -1;
	ingest->known = known_new(ingest->db, store_key(ingest->store));
	if (reading_run(ingest->reading, take_message, restart, ingest, ingest->err) < 0)
		return -1;
	ingest->report->early = reading_totals(ingest->reading)->early;
	return ingest->failed ? -1 : write_all(ingest);
}

int
ingest_run(struct store *store, const struct ingest_options *options, const struct ruleset *ruleset,
	struct ingest_report *report, void (*told)(void *ctx, const struct log_file *file),
	void *ctx, struct error *err)
{
	struct ingest ingest = { .store = store,
		.db = store_db(store),
		.options = options,
		.report = report,
		.err = err };
	int rc = -1;

	*report = (struct ingest_report){ 0 };
	ingest.reading = reading_new(options->reading, ruleset, err);
	if (ingest.reading != NULL && db_begin(ingest.db, err) == 0) {
		rc = read_logs(&ingest);
		if (rc == 0)
			rc = db_commit(ingest.db, err);
		else
			db_rollback(ingest.db);
	}
	for (size_t i = 0; rc == 0 && told != NULL && i < ingest.nlogs; i++)
		told(ctx, reading_file(ingest.reading, i));
	forget(&ingest);
	reading_free(ingest.reading);
	free(ingest.sources);
	free(ingest.new_lines);
	buf_clear(&ingest.key);
	return rc;
}
