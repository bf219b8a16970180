#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

static void
test_arena_copies_outlive_their_source(void **state)
{
	struct arena arena = ARENA_INIT;
	char text[] = "notice@service.example";
	struct span copy = arena_copy(&arena, span_of(text));

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_string_equal(copy.p, "notice@service.example");
	assert_int_equal(copy.n, sizeof(text) - 1);
	assert_string_equal(arena_copy(&arena, SPAN_NONE).p, "");
	assert_true(span_eq(arena_copy(&arena, SPAN("a\0b")), SPAN("a\0b")));
	arena_clear(&arena);
	assert_null(arena.blocks);
	assert_int_equal(arena.bytes, 0);
}

/* Every size that meets the end of a block in some way; nothing overlaps. */
static void
test_arena_memory_is_aligned_and_apart(void **state)
{
	static const size_t sizes[] = { 1, 0, 7, 8, 17, 500, 508, 512, 520, 1990, 2000, 2048, 5000,
		3 };
	struct arena arena = ARENA_INIT;
	struct span taken[300];
	size_t sum = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t size = sizes[i % (sizeof(sizes) / sizeof(sizes[0]))];
		char *p = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, (int)(i % 251), size);
		taken[i] = (struct span){ p, size };
		(void)arena_copy(&arena, SPAN("odd"));
		sum += size;
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t j = 0; j < taken[i].n; j++)
			assert_int_equal((unsigned char)taken[i].p[j], i % 251);
	assert_true(arena.bytes >= sum);
	arena_clear(&arena);
}

/* A message with little to keep costs one block. */
static void
test_arena_begins_with_one_kib(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	for (int i = 0; i < 20; i++)
		(void)arena_copy(&arena, SPAN("0123456789012345678901234567890123456789"));
	assert_in_range(arena.bytes, 512, 1024);
	(void)arena_alloc(&arena, 100000);
	(void)arena_copy(&arena, SPAN("still room in the first"));
	assert_in_range(arena.bytes, 100000, 103000);
	arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena_copies_outlive_their_source),
		cmocka_unit_test(test_arena_memory_is_aligned_and_apart),
		cmocka_unit_test(test_arena_begins_with_one_kib),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
