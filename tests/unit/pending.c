#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "rules/pending.h"

#define MX1 SPAN("mx1")
#define ID SPAN("A1B2C3D4E5")

static struct span
numbered(char room[16], unsigned n)
{
	(void)snprintf(room, 16, "%X", 0x1000000u + n);
	return span_of(room);
}

static void
test_pending_knows_messages_by_host_id_and_time(void **state)
{
	struct pending *pending = pending_new();
	struct message *old = pending_make(pending, MX1, ID, 0);
	struct message *other = pending_make(pending, SPAN("mx2"), ID, 0);
	int64_t late = 10 * INSTANT_MINUTE;

	(void)state;
	assert_ptr_equal(pending_find(pending, MX1, ID, 0, false), old);
	assert_ptr_equal(pending_find(pending, SPAN("mx2"), ID, 0, false), other);
	assert_null(pending_find(pending, SPAN("mx3"), ID, 0, false));
	assert_ptr_equal(pending_find(pending, SPAN("mx3"), ID, 0, true), other);
	old->closed = true;
	assert_ptr_equal(pending_find(pending, MX1, ID, INSTANT_MINUTE, false), old);
	assert_null(pending_find(pending, MX1, ID, late, false));
	assert_int_equal(pending_count(pending), 2);
	pending_free(pending);
}

static void
test_pending_lets_go_in_any_order(void **state)
{
	static const int orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 0, 2 }, { 1, 2, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		struct pending *pending = pending_new();
		struct message *messages[3];

		for (int k = 0; k < 3; k++) {
			messages[k] = pending_make(pending, MX1, ID, 0);
			pending_name(pending, messages[k], SPAN("<same@shop.example>"));
			pending_wait(pending, messages[k], k);
		}
		for (int k = 0; k < 3; k++)
			pending_drop(pending, messages[orders[i][k]]);
		assert_null(pending_newest(pending, ID));
		assert_null(pending_named(pending, SPAN("<same@shop.example>")));
		assert_null(pending_due(pending, INSTANT_DAY));
		assert_null(pending_oldest(pending));
		assert_int_equal(pending_bytes(pending), 0);
		pending_free(pending);
	}
}

static void
test_pending_gives_what_is_due_once(void **state)
{
	struct pending *pending = pending_new();
	struct message *first = pending_make(pending, MX1, ID, 0);
	struct message *second = pending_make(pending, MX1, ID, 0);

	(void)state;
	pending_wait(pending, first, 5);
	pending_wait(pending, first, 1); /* waits already */
	pending_wait(pending, second, 7);
	assert_null(pending_due(pending, 4));
	assert_ptr_equal(pending_due(pending, 6), first);
	assert_null(pending_due(pending, 6));
	assert_ptr_equal(pending_due(pending, 7), second);
	pending_free(pending);
}

static void
announce(struct pending *pending, const struct message *from, struct span queue_id)
{
	pending_announce(pending, from, queue_id, span_hash(queue_id), LINK_NEXT_HOP);
}

static void
test_pending_meets_what_was_announced(void **state)
{
	struct pending *pending = pending_new();
	struct message *from = pending_make(pending, MX1, ID, 0), *to;
	struct message *gone = pending_make(pending, MX1, SPAN("FFFFFF"), 0);
	char room[16];

	(void)state;
	announce(pending, from, numbered(room, 1));
	announce(pending, gone, numbered(room, 2));
	pending_drop(pending, gone);
	/* Whoever takes the ID of the one that is gone has announced nothing. */
	(void)pending_make(pending, MX1, SPAN("FFFFFF"), 0);
	to = pending_make(pending, SPAN("mx2"), numbered(room, 2), 0);
	pending_meet(pending, to);
	assert_int_equal(to->nlinks, 0);
	to = pending_make(pending, SPAN("mx2"), numbered(room, 1), 0);
	pending_meet(pending, to);
	assert_int_equal(to->nlinks, 1);
	assert_ptr_equal(to->links[0].other, from);
	pending_free(pending);
}

static void
test_pending_remembers_the_last_announcements(void **state)
{
	enum { MANY = 10000 };
	struct pending *pending = pending_new();
	struct message *from = pending_make(pending, MX1, ID, 0), *to;
	char room[16];

	(void)state;
	for (unsigned n = 0; n < MANY; n++)
		announce(pending, from, numbered(room, n));
	to = pending_make(pending, MX1, numbered(room, 0), 0);
	pending_meet(pending, to);
	assert_int_equal(to->nlinks, 0);
	to = pending_make(pending, MX1, numbered(room, MANY - 1), 0);
	pending_meet(pending, to);
	assert_int_equal(to->nlinks, 1);
	pending_free(pending);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pending_knows_messages_by_host_id_and_time),
		cmocka_unit_test(test_pending_lets_go_in_any_order),
		cmocka_unit_test(test_pending_gives_what_is_due_once),
		cmocka_unit_test(test_pending_meets_what_was_announced),
		cmocka_unit_test(test_pending_remembers_the_last_announcements),
	};

	return cmocka_run_group_tests_name("pending", tests, NULL, NULL);
}
