#include "parser/ahead.h"

#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "tests/unit/scratch.h"

#define ROOM 100
#define LINES 400000 /* some 6 MB: more than the ring holds */

static struct unpack *
open_packed(const char *path, int *fd)
{
	struct error err = ERROR_INIT;
	struct unpack *unpack;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	unpack = unpack_new(*fd, SPAN(""), &err);
	assert_non_null(unpack);
	return unpack;
}

/* "packed": numbered lines as gz, of which the last `cut` bytes are missing. */
static void
pack(int cut)
{
	char command[200];

	(void)snprintf(command, sizeof(command),
		"seq -f '%%012.0f line' %d | gzip -1 >whole && head -c -%d whole >packed", LINES,
		cut);
	assert_int_equal(system(command), 0);
}

/* All of "packed" without a thread. */
static void
unpack_all(struct buf *out, struct error *err)
{
	int fd;
	struct unpack *unpack = open_packed("packed", &fd);
	ssize_t n;

	do {
		n = unpack_read(unpack, buf_room(out, 65536), 65536, err);
		out->n += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	unpack_free(unpack);
	close(fd);
}

/* ... and with one: the block before the one that came last stands as it was, and its room can be written to. */
static int
read_ahead(struct buf *out, struct error *err)
{
	int fd;
	struct unpack *unpack = open_packed("packed", &fd);
	struct ahead *ahead = ahead_new(unpack, ROOM);
	const struct timespec a_while = { .tv_nsec =
						  2000000 }; /* for the thread to fill all it may */
	char *block, *before = NULL;
	ssize_t n, n_before = 0;

	assert_non_null(ahead);
	while ((n = ahead_next(ahead, &block, err)) > 0) {
		(void)nanosleep(&a_while, NULL);
		memset(block - ROOM, '!', ROOM);
		buf_add(out, (struct span){ block, (size_t)n });
		if (before)
			assert_memory_equal(before, out->p + out->n - (size_t)(n + n_before),
				(size_t)n_before);
		before = block;
		n_before = n;
	}
	/* The end is told as often as it is asked for. */
	assert_int_equal(ahead_next(ahead, &block, err), n);
	ahead_free(ahead);
	unpack_free(unpack);
	close(fd);
	return (int)n;
}

static void
test_ahead_gives_what_is_unpacked_without_it(void **state)
{
	static const int cuts[] = { 0, 1, 9, 5000 };

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		struct buf want = BUF_INIT, got = BUF_INIT;
		struct error want_err = ERROR_INIT, got_err = ERROR_INIT;
		int rc;

		pack(cuts[i]);
		unpack_all(&want, &want_err);
		rc = read_ahead(&got, &got_err);
		if (!span_eq(buf_span(&got), buf_span(&want)) ||
			rc != (want_err.kind == ERROR_NONE ? 0 : -1) ||
			strcmp(want_err.text, got_err.text) != 0) {
			print_error("cut by %d: %zu of %zu bytes, '%s'\n", cuts[i], got.n, want.n,
				got_err.text);
			fail();
		}
		buf_clear(&want);
		buf_clear(&got);
	}
}

/* Whether the thread is at work, waits for room, or has ended. */
static void
test_ahead_can_be_left_at_any_block(void **state)
{
	(void)state;
	pack(0);
	for (size_t leave = 0; leave < 30; leave++) {
		struct error err = ERROR_INIT;
		int fd;
		struct unpack *unpack = open_packed("packed", &fd);
		struct ahead *ahead = ahead_new(unpack, ROOM);
		char *block;

		for (size_t i = 0; i < leave; i++)
			(void)ahead_next(ahead, &block, &err);
		ahead_free(ahead);
		unpack_free(unpack);
		close(fd);
	}
	ahead_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_ahead_gives_what_is_unpacked_without_it),
		SCRATCH_TEST(test_ahead_can_be_left_at_any_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
