/* From one message of a verdict to the next, over more of them than are held. */
#include "tests/unit/scratch.h"

#include "base/instant.h"
#include "tui/view.h"

#define ROWS 9000
#define EVERY 1500 /* one of so many is unknown */

static struct error err;
static const struct tui_options options = { .utc = true, .feed = { -1 } };

/* n more, one a second. */
static void
put(struct store *store, int after, int n)
{
	struct db_statement *row = db_prepare(store_db(store),
		"WITH RECURSIVE n(i) AS (SELECT ?3 + 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
		" INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing,"
		"	recipients, open)"
		" SELECT x'6d7831', CAST(printf('%X', i) AS BLOB), i * 1000000, i * 1000000,"
		"	iif(i % ?2 = 0, 'unknown', 'unsigned'), iif(i % ?2 = 0, NULL, 'not-internal'),"
		"	'', 1, 0 FROM n",
		&err);

	assert_non_null(row);
	db_bind_int(row, 1, after + n);
	db_bind_int(row, 2, EVERY);
	db_bind_int(row, 3, after);
	assert_int_equal(db_step(row, &err), 0);
}

static struct store *
make(void)
{
	struct store *store = store_open("store.db", DB_WRITE, &err);

	assert_non_null(store);
	put(store, 0, ROWS);
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

/* However many come above it, on the screen that is shown or one back. */
static void
test_the_chosen_message_stays_chosen(void **state)
{
	static const int come[] = { 1, 150, 250, 1900, 9000 };
	static struct data data;
	static struct view view;

	(void)state;
	for (size_t i = 0; i < sizeof come / sizeof *come; i++)
		for (int back = 0; back < 2; back++) {
			struct store *store = make();
			struct held held;

			data_init(&data, store, &options);
			view_init(&view, &options, &data);
			view_key(&view, '3');
			pages_restart(&data);
			for (int k = 0; k < 5; k++)
				view_key(&view, 'j');
			if (back)
				view_key(&view, KEY_IS_ENTER);
			view_hold(&view, &held);
			put(store, ROWS, come[i]);
			assert_int_equal(pages_read_again(&data), 0);
			view_settle(&view, &held);
			assert_in_range(data.messages.n, 1, PAGES_HELD + PAGES_ROWS);
			assert_true(data.messages.rows[view.stack[0].cursor.at].first ==
				    (ROWS - 5) * INSTANT_SECOND);
			view_clear(&view);
			data_clear(&data);
			store_close(store);
			assert_int_equal(unlink("store.db"), 0);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_every_unknown_message_is_found_in_both_directions),
		SCRATCH_TEST(test_a_filter_holds_there_too),
		SCRATCH_TEST(test_the_chosen_message_stays_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
