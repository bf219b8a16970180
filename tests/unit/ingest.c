#include "store/ingest.h"

#include "tests/unit/entries.h"

#define STORE "store.db"

/* Take in the journal j, and go on where that ended before. */
static struct ingest_report
ingest_journal(bool *problem)
{
	static const struct ingest_journal journal = { "j", 0 };
	static const struct reading_options reading = { .log = { .utc = true,
								.now = T + INSTANT_DAY } };
	const struct ingest_options options = {
		.reading = &reading, .journals = &journal, .njournals = 1
	};
	struct error err = ERROR_INIT;
	struct ingest_report report;
	struct ruleset *ruleset = ruleset_new(NULL, 0, &err);
	struct store *store = store_open(STORE, DB_WRITE, &err);
	struct db_statement *row;

	assert_non_null(ruleset);
	assert_non_null(store);
	if (ingest_run(store, &options, ruleset, &report, NULL, NULL, &err) < 0) {
		print_error("%s\n", err.text);
		fail();
	}
	row = db_prepare(store_db(store), "SELECT problem IS NOT NULL FROM source", &err);
	assert_int_equal(db_step(row, &err), 1);
	*problem = db_int(row, 0) != 0;
	db_reset(row);
	store_close(store);
	ruleset_free(ruleset);
	return report;
}

static int64_t
ask(const char *sql)
{
	struct error err = ERROR_INIT;
	struct store *store = store_open(STORE, DB_READ, &err);
	struct db_statement *row = db_prepare(store_db(store), sql, &err);
	int64_t answer;

	assert_int_equal(db_step(row, &err), 1);
	answer = db_int(row, 0);
	db_reset(row);
	store_close(store);
	return answer;
}

static void
test_ingest_goes_on_in_a_journal(void **state)
{
	struct buf export = BUF_INIT;
	struct ingest_report report;
	bool problem;

	(void)state;
	need_remote();
	assert_int_equal(mkdir("j", 0700), 0);
	add_mail(&export, 0, "4XyZ1k2LmPz9: no signing table match for 'bob@shop.example'");
	add_mail(&export, 1, "4XyZ1k2LmPz8: no signing table match for 'bob@shop.example'");
	make_journal("j/a.journal", &export);
	report = ingest_journal(&problem);
	assert_int_equal(report.lines, 2);
	assert_int_equal(report.new_lines, 2);
	assert_false(problem);

	/* Nothing came. */
	report = ingest_journal(&problem);
	assert_int_equal(report.lines, 0);
	assert_int_equal(ask("SELECT count(*) FROM line"), 2);

	/* Another line of a message that was there, and another message. */
	add_mail(&export, 2, "4XyZ1k2LmPz8: not authenticated");
	add_mail(&export, 3, "4XyZ1k2LmPz7: no signing table match for 'bob@shop.example'");
	make_journal("j/b.journal", &export);
	report = ingest_journal(&problem);
	assert_int_equal(report.lines, 2);
	assert_int_equal(report.new_lines, 2);
	assert_int_equal(ask("SELECT count(*) FROM line"), 4);
	assert_int_equal(report.messages, 3);
	assert_false(problem);
	assert_int_equal(ask("SELECT count(*) FROM source"), 1);
	assert_int_equal(ask("SELECT lines FROM source"), 4);
	assert_int_equal(ask("SELECT count(DISTINCT number) FROM line"), 4);
	assert_int_equal(ask("SELECT count(*) FROM gap"), 0);
	buf_clear(&export);
}

static void
see_gap(void *ctx, const struct gap *gap)
{
	struct gap *seen = ctx;

	*seen = *gap;
}

static void
test_ingest_keeps_the_gap_of_a_vacuumed_journal(void **state)
{
	struct buf export = BUF_INIT;
	struct error err = ERROR_INIT;
	struct gap gap = { 0 };
	struct ingest_report report;
	struct store *store;
	bool problem;

	(void)state;
	need_remote();
	assert_int_equal(mkdir("j", 0700), 0);
	add_mail(&export, 0, "4XyZ1k2LmPz9: no signing table match for 'bob@shop.example'");
	make_journal("j/a.journal", &export);
	ingest_journal(&problem);
	assert_int_equal(unlink("j/a.journal"), 0);
	add_mail(&export, 60, "4XyZ1k2LmPz8: no signing table match for 'bob@shop.example'");
	make_journal("j/b.journal", &export);
	report = ingest_journal(&problem);
	assert_int_equal(report.new_lines, 1);
	assert_int_equal(report.messages, 2);
	assert_true(problem);
	assert_int_equal(ask("SELECT first FROM gap"), T);
	assert_int_equal(ask("SELECT last FROM gap"), T + INSTANT_MINUTE);

	/* Told once. */
	report = ingest_journal(&problem);
	assert_int_equal(report.lines, 0);
	assert_int_equal(ask("SELECT count(*) FROM gap"), 1);
	assert_int_equal(ask("SELECT first_time = '2026-11-24T02:29:12Z' AND lines = 0 FROM gaps"),
		1);
	store = store_open(STORE, DB_READ, &err);
	assert_int_equal(store_each_gap(store, see_gap, &gap, &err), 0);
	assert_true(gap.first == T && gap.last == T + INSTANT_MINUTE);
	store_close(store);
	buf_clear(&export);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_ingest_goes_on_in_a_journal),
		SCRATCH_TEST(test_ingest_keeps_the_gap_of_a_vacuumed_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
