/*
 * scratch.h - an empty folder for a test that needs files; it is the working
 * directory while the test runs and is gone afterwards.
 *
 * Such a test stands as SCRATCH_TEST(test) in the table of cmocka's tests.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/span.h"

#define SCRATCH_TEST(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

static char scratch_dir[64];
static int scratch_before = -1;

static inline int
scratch_make(void **state)
{
	(void)state;
	scratch_before = open(".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	snprintf(scratch_dir, sizeof(scratch_dir), "/tmp/dkimwhy-test.XXXXXX");
	return scratch_before >= 0 && mkdtemp(scratch_dir) && chdir(scratch_dir) == 0 ? 0 : -1;
}

static inline int
scratch_remove(void **state)
{
	char command[128];
	int rc = fchdir(scratch_before);

	(void)state;
	close(scratch_before);
	snprintf(command, sizeof(command), "rm -rf '%s'", scratch_dir);
	return rc == 0 && system(command) == 0 ? 0 : -1;
}

/* A file that was last written at that instant. */
static inline void
scratch_put_at(const char *name, struct span text, int64_t written)
{
	struct timespec times[2] = { { written / INSTANT_SECOND, 0 },
		{ written / INSTANT_SECOND, 0 } };
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.p, text.n), text.n);
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static inline void
scratch_put(const char *name, const char *text)
{
	scratch_put_at(name, span_of(text), instant_now());
}

#endif
