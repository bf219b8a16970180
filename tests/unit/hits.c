/* Whom a cause hit is counted anew when the store grows, and when what is shown is filtered. */
#include "tests/unit/scratch.h"

#include "store/row.h"
#include "tui/view.h"

static struct error err;
static const struct tui_options options = { .utc = true, .feed = { -1 } };

/* n more messages of one author, that OpenDKIM took for mail of others. */
static void
put(struct store *store, const char *author, int n)
{
	static int64_t serial;

	assert_int_equal(db_begin(store_db(store), &err), 0);
	while (n-- > 0) {
		struct message *message =
			message_new(SPAN("mx1"), SPAN("4A00001"), ++serial * INSTANT_SECOND);

		message_set(message, &message->author, span_of(author));
		message->verdict.kind = VERDICT_UNSIGNED;
		message->verdict.cause = CAUSE_NOT_INTERNAL;
		assert_true(row_put(store_db(store), message, false, &err) > 0);
		message_free(message);
	}
	assert_int_equal(db_commit(store_db(store), &err), 0);
}

/* What the loop of tui.c does between keys. */
static void
settle(struct view *view)
{
	struct held held;

	(void)data_look(view->data);
	view_hold(view, &held);
	view->data->hits_shown = view_has(view, SCREEN_CAUSE);
	while (data_is_waiting(view->data))
		(void)data_step(view->data);
	view_settle(view, &held);
}

static void
test_counts_follow_the_store_and_the_filter(void **state)
{
	static struct data data;
	static struct view view;
	struct store *writer = store_open("store.db", DB_WRITE, &err), *store;
	const struct hits *hits = &data.hits;

	(void)state;
	assert_non_null(writer);
	put(writer, "a@shop.example", 3);
	store = store_open("store.db", DB_READ, &err);
	assert_non_null(store);
	data_init(&data, store, &options);
	view_init(&view, &options, &data);
	view_open_cause(&view, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL);
	settle(&view);
	assert_int_equal(hits->counted, 3);
	assert_int_equal(hits->n[HIT_DOMAIN], 1);

	put(writer, "b@service.example", 5);
	settle(&view);
	assert_int_equal(hits->counted, 8);
	assert_int_equal(hits->rows[HIT_DOMAIN][0].messages, 5);
	assert_int_equal(hits->rows[HIT_DOMAIN][1].messages, 3);

	assert_int_equal(data_filter(&data, SPAN("domain=shop.example"), &err), 0);
	settle(&view);
	assert_int_equal(hits->counted, 3);
	assert_int_equal(hits->n[HIT_DOMAIN], 1);
	assert_int_equal(data_filter(&data, SPAN("verdict=deferred"), &err), 0);
	settle(&view);
	assert_int_equal(hits->counted, 0);

	view_clear(&view);
	data_clear(&data);
	store_close(store);
	store_close(writer);
}

/* No key waits for a frequent cause to be counted, and no count is lost when it is counted anew. */
static void
test_many_are_counted_part_by_part(void **state)
{
	static struct data data;
	static struct view view;
	struct store *writer = store_open("store.db", DB_WRITE, &err), *store;
	uint64_t least = 1200;

	(void)state;
	put(writer, "a@shop.example", 1200);
	store = store_open("store.db", DB_READ, &err);
	data_init(&data, store, &options);
	view_init(&view, &options, &data);
	view_open_cause(&view, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL);
	assert_int_equal(data.hits.counted, 500);
	assert_false(data.hits.all);
	settle(&view);
	assert_int_equal(data.hits.counted, 1200);
	assert_true(data.hits.all);
	put(writer, "b@shop.example", 1);
	(void)data_look(&data);
	while (data_is_waiting(&data)) {
		(void)data_step(&data);
		least = data.hits.counted < least ? data.hits.counted : least;
	}
	assert_int_equal(least, 1200);
	assert_int_equal(data.hits.counted, 1201);
	assert_int_equal(data.hits.n[HIT_AUTHOR], 2);
	view_clear(&view);
	data_clear(&data);
	store_close(store);
	store_close(writer);
}

/* What is told is told of a message of the chosen row, the last of which there are lines. */
static void
test_each_row_has_a_message_to_be_told(void **state)
{
	static const struct {
		const char *down, *author;
	} rows[] = {
		{ "", "b@service.example" }, /* of all */
		{ "jj", "a@shop.example" },
		{ "jjj", "b@service.example" },
	};
	static struct data data;
	static struct view view;
	struct store *store = store_open("store.db", DB_WRITE, &err);

	(void)state;
	put(store, "a@shop.example", 3);
	put(store, "b@service.example", 2);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct browse_row *message;

		data_init(&data, store, &options);
		view_init(&view, &options, &data);
		view_open_cause(&view, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL);
		for (const char *key = rows[i].down; *key != '\0'; key++)
			view_key(&view, *key);
		message = view_wanted(&view).message;
		assert_non_null(message);
		assert_true(span_eq(message->author, span_of(rows[i].author)));
		view_key(&view, 'o');
		assert_int_equal(view_level(&view)->screen, SCREEN_STORY);
		assert_true(span_eq(view_level(&view)->message.author, span_of(rows[i].author)));
		view_clear(&view);
		data_clear(&data);
	}
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_counts_follow_the_store_and_the_filter),
		SCRATCH_TEST(test_many_are_counted_part_by_part),
		SCRATCH_TEST(test_each_row_has_a_message_to_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
