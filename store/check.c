#include "store/check.h"

#include "base/instant.h"
#include "store/row.h"

#define DIGEST_BYTES 8 /* store/known.c */

struct check {
	struct db *db;
	void (*told)(void *ctx, const char *what);
	void *ctx;
	uint64_t faults;
	uint64_t strange; /* messages that the lines give, and that are not in the store */
	struct error *err;
	bool failed;
};

static void
tell(struct check *check, uint64_t n, const char *one, const char *many)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
	check->told(check->ctx, buf_str(&text));
	check->faults++;
	buf_clear(&text);
}

/* One fault a line; those of one database follow a heading. */
static void
tell_lines(struct check *check, struct span said)
{
	struct buf text = BUF_INIT;
	struct span line;

	while (span_cut(&said, '\n', &line)) {
		if (span_eq(line, SPAN("ok")) || span_starts(line, SPAN("***")))
			continue;
		buf_reset(&text);
		buf_add(&text, line);
		check->told(check->ctx, buf_str(&text));
		check->faults++;
	}
	buf_clear(&text);
}

static int
check_integrity(struct check *check)
{
	struct db_statement *row = db_prepare(check->db, "PRAGMA integrity_check(20)", check->err);
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, check->err)) > 0)
		tell_lines(check, db_text(row, 0));
	return rc;
}

static int
count(struct check *check, const char *sql, uint64_t *n)
{
	struct db_statement *row = db_prepare(check->db, sql, check->err);

	if (row == NULL || db_step(row, check->err) < 0)
		return -1;
	*n = (uint64_t)db_int(row, 0);
	db_reset(row);
	return 0;
}

static int
check_lines(struct check *check)
{
	uint64_t n;

	if (count(check, "SELECT count(*) FROM pragma_foreign_key_check", &n) < 0)
		return -1;
	if (n > 0)
		tell(check, n, "line is of no log", "lines are of no log");
	return 0;
}

static int
check_counts(struct check *check)
{
	uint64_t differ;

	if (count(check,
		    "SELECT (SELECT count(*) FROM message)"
		    " <> (SELECT ifnull(sum(messages), 0) FROM counted)",
		    &differ) < 0)
		return -1;
	if (differ > 0)
		tell(check, 1, "table of hours counts other messages than there are", "");
	return 0;
}

static bool
is_in_order(struct span blob)
{
	uint64_t before = 0;

	for (size_t i = 0; i < blob.n; i += DIGEST_BYTES) {
		uint64_t digest = 0;

		for (size_t k = DIGEST_BYTES; k-- > 0;)
			digest = digest << 8 | (unsigned char)blob.p[i + k];
		if (digest <= before)
			return false;
		before = digest;
	}
	return true;
}

static int
check_digests(struct check *check)
{
	struct db_statement *row = db_prepare(check->db, "SELECT digests FROM minute", check->err);
	uint64_t bad = 0;
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, check->err)) > 0) {
		struct span blob = db_text(row, 0);

		bad += blob.n % DIGEST_BYTES != 0 || !is_in_order(blob);
	}
	if (rc == 0 && bad > 0)
		tell(check, bad, "minute does not know its lines",
			"minutes do not know their lines");
	return rc;
}

/* Is a message that the lines give in the store? How it is judged there is no matter: rules change. */
static void
look_up(void *ctx, const struct message *message)
{
	struct check *check = ctx;
	int64_t id = row_find(check->db, message, check->err);

	check->failed |= id < 0;
	check->strange += id == 0;
}

static int
check_messages(struct check *check, struct store *store, const struct reading_options *options,
	const struct ruleset *ruleset)
{
	struct reading_extra extra;
	struct reading *reading = reading_new(options, ruleset, check->err);
	uint64_t n = 0;
	int rc = -1;

	if (reading != NULL && store_extra(store, &extra, check->err) == 0) {
		reading_extend(reading, &extra);
		rc = reading_run(reading, look_up, NULL, check, check->err);
	}
	reading_free(reading);
	/* Open ones may be of a follower, whose lines are yet to be kept. */
	if (rc < 0 || check->failed ||
		count(check,
			"SELECT count(*) FROM message WHERE open = 0"
			" AND id NOT IN (SELECT message FROM evidence)",
			&n) < 0)
		return -1;
	if (check->strange > 0)
		tell(check, check->strange, "message of which there are lines is missing",
			"messages of which there are lines are missing");
	if (n > 0)
		tell(check, n, "message has no lines", "messages have no lines");
	return 0;
}

int
check_run(struct store *store, const struct reading_options *options, const struct ruleset *ruleset,
	void (*told)(void *ctx, const char *what), void *ctx, uint64_t *faults, struct error *err)
{
	struct check check = { .db = store_db(store), .told = told, .ctx = ctx, .err = err };
	int rc;

	if (db_begin(check.db, err) < 0)
		return -1;
	rc = check_integrity(&check);
	if (rc == 0 && check.faults == 0)
		rc = check_lines(&check);
	if (rc == 0)
		rc = check_counts(&check);
	if (rc == 0)
		rc = check_digests(&check);
	if (rc == 0 && check.faults == 0)
		rc = check_messages(&check, store, options, ruleset);
	db_rollback(check.db);
	if (rc < 0 &&
		err->kind == ERROR_CONFIG) { /* SQLite, or store.c, met the damage meanwhile */
		told(ctx, err->text);
		check.faults++;
		rc = 0;
	}
	*faults = check.faults;
	return rc;
}
