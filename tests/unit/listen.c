#include "store/listen.h"

#include "tests/unit/entries.h"

#define STORE "store.db"

static struct ingest_journal journal = { "j", 0 };

static void
take_in(struct store *store)
{
	static const struct reading_options reading = { .log = { .utc = true,
								.now = T + INSTANT_DAY } };
	const struct ingest_options options = {
		.reading = &reading, .journals = &journal, .njournals = 1
	};
	struct error err = ERROR_INIT;
	struct ingest_report report;
	struct ruleset *ruleset = ruleset_new(NULL, 0, &err);

	assert_non_null(ruleset);
	assert_int_equal(ingest_run(store, &options, ruleset, &report, NULL, NULL, &err), 0);
	ruleset_free(ruleset);
}

/* Two calls: what was just written is looked at twice. */
static int
heard(struct listen *listen, struct store *store)
{
	struct error err = ERROR_INIT;
	int rc = listen_heard(listen, store, &err);

	return rc != 0 ? rc : listen_heard(listen, store, &err);
}

static void
test_listen_hears_what_can_matter(void **state)
{
	struct buf export = BUF_INIT;
	struct error err = ERROR_INIT;
	struct listen *listen = listen_new(&journal, 1);
	struct store *store = store_open(STORE, DB_WRITE, &err);

	(void)state;
	need_remote();
	assert_non_null(store);
	/* That there is no journal is for the ingest to say. */
	assert_int_equal(heard(listen, store), 1);
	assert_int_equal(mkdir("j", 0700), 0);
	add_mail(&export, 0, "4XyZ1k2LmPz9: no signing table match for 'bob@shop.example'");
	make_journal("j/a.journal", &export);
	assert_int_equal(heard(listen, store), 1);
	take_in(store);
	assert_int_equal(heard(listen, store), 0);

	begin_entry(&export, 1);
	buf_add(&export, SPAN("SYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=cron\nMESSAGE=x\n\n"));
	begin_entry(&export, 2);
	buf_add(&export, SPAN("_TRANSPORT=kernel\nMESSAGE=eth0: link is up\n\n"));
	make_journal("j/a.journal", &export);
	assert_int_equal(heard(listen, store), 0);

	add_mail(&export, 3, "4XyZ1k2LmPz8: no signing table match for 'bob@shop.example'");
	make_journal("j/a.journal", &export);
	assert_int_equal(heard(listen, store), 1);
	take_in(store);
	assert_int_equal(heard(listen, store), 0);

	/* A file that was rotated away, and a new one. */
	assert_int_equal(rename("j/a.journal", "j/a@1.journal"), 0);
	assert_int_equal(heard(listen, store), 0);
	add_mail(&export, 4, "4XyZ1k2LmPz7: no signing table match for 'bob@shop.example'");
	make_journal("j/a.journal", &export);
	assert_int_equal(heard(listen, store), 1);
	listen_forget(listen);
	assert_int_equal(heard(listen, store), 1);
	take_in(store);
	assert_int_equal(heard(listen, store), 0);
	listen_free(listen);
	store_close(store);
	buf_clear(&export);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_listen_hears_what_can_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
