#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/map.h"

#define KEYS 5000

static char texts[KEYS][12];
static int values[KEYS];

static struct span
key(size_t i)
{
	(void)snprintf(texts[i], sizeof(texts[i]), "%zXQ", i * 7919);
	return span_of(texts[i]);
}

static void
test_map_gives_what_was_put(void **state)
{
	struct map map = MAP_INIT;
	int one, two;

	(void)state;
	assert_null(map_get(&map, SPAN("a")));
	assert_null(map_remove(&map, SPAN("a")));
	assert_null(map_put(&map, SPAN("a"), &one));
	assert_ptr_equal(map_get(&map, SPAN("a")), &one);
	assert_null(map_get(&map, SPAN("b")));
	assert_ptr_equal(map_put(&map, SPAN("a"), &two), &one);
	assert_int_equal(map.count, 1);
	assert_null(map_put(&map, SPAN_NONE, &one));
	assert_ptr_equal(map_get(&map, SPAN("")), &one);
	assert_ptr_equal(map_remove(&map, SPAN("a")), &two);
	assert_null(map_get(&map, SPAN("a")));
	assert_int_equal(map.count, 1);
	map_clear(&map);
	assert_int_equal(map.capacity, 0);
}

/* The memory of the first key may go once another one stands in its place. */
static void
test_map_borrows_the_key_of_the_last_put(void **state)
{
	struct map map = MAP_INIT;
	char first[] = "key", second[] = "key";
	int value;

	(void)state;
	map_put(&map, span_of(first), &value);
	map_put(&map, span_of(second), &value);
	memset(first, 'x', 3);
	assert_ptr_equal(map_get(&map, SPAN("key")), &value);
	map_clear(&map);
}

/* Removing closes the gap in every chain of neighbours. */
static void
test_map_finds_the_rest_after_each_removal(void **state)
{
	struct map map = MAP_INIT;
	size_t step = 3;

	(void)state;
	for (size_t i = 0; i < KEYS; i++)
		assert_null(map_put(&map, key(i), &values[i]));
	for (size_t i = 0; i < KEYS; i += step)
		assert_ptr_equal(map_remove(&map, key(i)), &values[i]);
	for (size_t i = 0; i < KEYS; i++)
		assert_ptr_equal(map_get(&map, key(i)), i % step == 0 ? NULL : &values[i]);
	for (size_t i = 0; i < KEYS; i += step)
		assert_null(map_put(&map, key(i), &values[i]));
	assert_int_equal(map.count, KEYS);
	assert_true(map.capacity >= KEYS && map.capacity <= (size_t)KEYS * 4);
	map_clear(&map);
}

static void
test_map_stays_small_when_entries_come_and_go(void **state)
{
	struct map map = MAP_INIT;

	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		map_put(&map, key(i), &values[i]);
		if (i >= 10)
			assert_ptr_equal(map_remove(&map, key(i - 10)), &values[i - 10]);
	}
	assert_int_equal(map.count, 10);
	assert_int_equal(map.capacity, 16);
	map_clear(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_gives_what_was_put),
		cmocka_unit_test(test_map_borrows_the_key_of_the_last_put),
		cmocka_unit_test(test_map_finds_the_rest_after_each_removal),
		cmocka_unit_test(test_map_stays_small_when_entries_come_and_go),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
