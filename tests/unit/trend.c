#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "store/row.h"
#include "store/schema.h"
#include "store/sums.h"
#include "store/trend.h"
#include "tests/unit/scratch.h"

#define HOUR_AT (INT64_C(1795510800) * INSTANT_SECOND) /* 2026-11-24T09:00Z */

static struct error err;

static void
must(int rc)
{
	if (rc < 0)
		fail_msg("%s", err.text);
}

static struct message *
mail(const char *queue_id, int64_t first, const char *author, enum verdict_kind kind, cause_t cause)
{
	struct message *message = message_new(SPAN("mx1"), span_of(queue_id), first);

	message_set(message, &message->author, span_of(author));
	message->verdict.kind = kind;
	message->verdict.cause = cause;
	return message;
}

static int64_t
put(struct store *store, struct message *message, int64_t id)
{
	message->row->id = id;
	must(row_put(store_db(store), message, false, &err));
	id = message->row->id;
	message_free(message);
	return id;
}

static void
add_line(void *ctx, const struct store_sum *sum)
{
	buf_addf(ctx, "%lld %.*s %.*s %s %s %llu\n",
		(long long)((sum->hour - HOUR_AT) / INSTANT_HOUR), SPAN_ARGS(sum->host),
		SPAN_ARGS(sum->domain), verdict_id(sum->verdict),
		sum->cause == CAUSE_NONE ? "-" : cause_id(sum->cause),
		(unsigned long long)sum->messages);
}

static void
assert_trend(struct store *store, int64_t from, int64_t to, const char *expected)
{
	struct buf said = BUF_INIT;

	must(store_each_trend(store, from, to, add_line, &said, &err));
	assert_string_equal(buf_str(&said), expected);
	buf_clear(&said);
}

static void
test_a_trend_follows_rows_that_come_change_and_go(void **state)
{
	cause_t cause = cause_of(SPAN("not-internal"));
	struct store *store = store_open("store.db", DB_WRITE, &err);
	struct sums sums = { 0 };
	struct message *signed_mail;
	int64_t id;

	(void)state;
	assert_non_null(store);
	put(store, mail("A1", HOUR_AT, "a@Shop.example", VERDICT_UNSIGNED, cause), 0);
	put(store, mail("A2", HOUR_AT + 1, "b@shop.example", VERDICT_UNSIGNED, cause), 0);
	id = put(store, mail("A3", HOUR_AT + INSTANT_HOUR, "", VERDICT_UNKNOWN, CAUSE_NONE), 0);
	assert_trend(store, INSTANT_NONE, INSTANT_NONE,
		"0 mx1 shop.example unsigned not-internal 2\n1 mx1  unknown - 1\n");

	/* Judged otherwise, a row changes. */
	assert_int_equal(put(store,
				 mail("A3", HOUR_AT + INSTANT_HOUR, "c@shop.example",
					 VERDICT_UNSIGNED, cause),
				 id),
		id);
	signed_mail = mail("A4", HOUR_AT + 2, "a@shop.example", VERDICT_SIGNED, CAUSE_NONE);
	sums_add(&sums, signed_mail);
	sums_add(&sums, signed_mail);
	must(sums_write(&sums, store_db(store), &err));
	must(sums_write(&sums, store_db(store), &err));
	assert_trend(store, INSTANT_NONE, INSTANT_NONE,
		"0 mx1 shop.example signed - 4\n0 mx1 shop.example unsigned not-internal 2\n"
		"1 mx1 shop.example unsigned not-internal 1\n");
	assert_trend(store, HOUR_AT + INSTANT_HOUR, INSTANT_NONE,
		"1 mx1 shop.example unsigned not-internal 1\n");
	assert_trend(store, INSTANT_NONE, HOUR_AT + INSTANT_HOUR,
		"0 mx1 shop.example signed - 4\n0 mx1 shop.example unsigned not-internal 2\n");

	must(db_run(store_db(store), "DELETE FROM message", &err));
	assert_trend(store, INSTANT_NONE, INSTANT_NONE, "0 mx1 shop.example signed - 4\n");
	message_free(signed_mail);
	sums_clear(&sums);
	store_close(store);
}

static void
test_what_stands_in_a_store_of_before_is_counted(void **state)
{
	const struct schema schema_2 = { schema_store.steps, 2 };
	struct store *store;
	struct db *db;

	(void)state;
	db = db_open_on("old.db", DB_WRITE, (struct db_terms){ 50, &schema_2 }, &err);
	assert_non_null(db);
	must(db_run(db,
		"INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing,"
		" sender, recipients, open) VALUES(x'6d7831', x'41', 1795510800000000,"
		" 1795510800000000, 'unsigned', 'not-internal', '',"
		" CAST('a@Shop.example' AS BLOB), 1, 0)",
		&err));
	db_close(db);

	store = store_open("old.db", DB_WRITE, &err);
	assert_non_null(store);
	assert_trend(store, INSTANT_NONE, INSTANT_NONE,
		"0 mx1 shop.example unsigned not-internal 1\n");
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_a_trend_follows_rows_that_come_change_and_go),
		SCRATCH_TEST(test_what_stands_in_a_store_of_before_is_counted),
	};

	return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
