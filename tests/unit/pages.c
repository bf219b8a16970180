/* From one message of a verdict to the next, over more of them than are held. */
#include "tests/unit/scratch.h"

#include "base/instant.h"
#include "tui/data.h"

#define ROWS 9000
#define EVERY 1500 /* one of so many is unknown */

static struct error err;
static const struct tui_options options = { .utc = true, .feed = { -1 } };

static struct store *
make(void)
{
	struct store *store = store_open("store.db", DB_WRITE, &err);
	struct db_statement *put;

	assert_non_null(store);
	put = db_prepare(store_db(store),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
		" INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing,"
		"	recipients, open)"
		" SELECT x'6d7831', CAST(printf('%X', i) AS BLOB), i * 1000000, i * 1000000,"
		"	iif(i % ?2 = 0, 'unknown', 'unsigned'), iif(i % ?2 = 0, NULL, 'not-internal'),"
		"	'', 1, 0 FROM n",
		&err);
	assert_non_null(put);
	db_bind_int(put, 1, ROWS);
	db_bind_int(put, 2, EVERY);
	assert_int_equal(db_step(put, &err), 0);
	return store;
}

static void
walk(struct data *data, bool below, int expected, size_t i)
{
	int n = 0;

	while (pages_find(data, VERDICT_UNKNOWN, below, &i) > 0) {
		assert_true(i < data->messages.n);
		assert_int_equal(data->messages.rows[i].verdict, VERDICT_UNKNOWN);
		assert_true(data->messages.n <= PAGES_HELD);
		n++;
	}
	assert_int_equal(n, expected);
}

static void
test_every_unknown_message_is_found_in_both_directions(void **state)
{
	static struct data data;
	struct store *store = make();

	(void)state;
	for (int newest_first = 0; newest_first < 2; newest_first++) {
		data_init(&data, store, &options);
		data.messages.newest_first = newest_first != 0;
		pages_restart(&data);
		/* The newest of all is one of them. */
		walk(&data, true, newest_first ? 5 : 6, 0);
		pages_go_to_end(&data);
		walk(&data, false, newest_first ? 6 : 5, data.messages.n - 1);
		data_clear(&data);
	}
	store_close(store);
}

/* The filter holds, and a verdict that it leaves out is not found. */
static void
test_a_filter_holds_there_too(void **state)
{
	static struct data data;
	struct store *store = make();
	size_t i = 0;

	(void)state;
	data_init(&data, store, &options);
	assert_int_equal(data_filter(&data, SPAN("verdict=unsigned"), &err), 0);
	assert_int_equal(pages_find(&data, VERDICT_UNKNOWN, true, &i), 0);
	assert_int_equal(pages_find(&data, VERDICT_UNSIGNED, true, &i), 1);
	assert_int_equal(i, 1);
	data_clear(&data);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_every_unknown_message_is_found_in_both_directions),
		SCRATCH_TEST(test_a_filter_holds_there_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
