/* A pager is made before it is needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/confine.h"
#include "cli/pager.h"
#include "tests/unit/scratch.h"

static void
expect_shown(const char *text)
{
	char shown[64] = "";
	int fd = open("shown", O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, shown, sizeof shown - 1);

	assert_true(n >= 0);
	if (fd >= 0)
		close(fd);
	assert_string_equal(shown, text);
}

static void
test_pager_shows_what_it_is_given(void **state)
{
	struct pager pager = { 0, 0, 0 };

	(void)state;
	(void)setenv("DKIMWHY_PAGER", "cat >shown; printf %s \"$LESS\" >>shown", 1);
	(void)unsetenv("LESS");
	assert_true(pager_prepare(&pager));
	assert_true(pager_prepare(&pager));
	assert_true(pager_show(&pager, SPAN("text ")));
	expect_shown("text FRX");
	pager_drop(&pager);
}

static void
test_pager_that_is_not_needed_does_nothing(void **state)
{
	struct pager pager = { 0, 0, 0 };

	(void)state;
	(void)setenv("DKIMWHY_PAGER", "echo begun >shown", 1);
	assert_true(pager_prepare(&pager));
	pager_drop(&pager);
	assert_int_equal(pager.process, 0);
	expect_shown("");
}

static void
test_pager_that_is_none_is_said(void **state)
{
	static const char *const none[] = { "", "cat" };
	struct pager pager = { 0, 0, 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		(void)setenv("DKIMWHY_PAGER", none[i], 1);
		assert_false(pager_prepare(&pager));
	}
	(void)setenv("DKIMWHY_PAGER", "exec ./not-there 2>/dev/null", 1);
	assert_true(pager_prepare(&pager));
	assert_false(pager_show(&pager, SPAN("text")));
}

/* Far more than a pipe holds, and nobody reads it. */
static void
test_pager_that_is_left_early_is_no_failure(void **state)
{
	struct pager pager = { 0, 0, 0 };
	struct buf text = BUF_INIT;

	(void)state;
	buf_add_repeat(&text, 'x', 4 << 20);
	(void)setenv("DKIMWHY_PAGER", "head -c 3 >shown", 1);
	assert_true(pager_prepare(&pager));
	assert_true(pager_show(&pager, buf_span(&text)));
	expect_shown("xxx");
	buf_clear(&text);
}

/* Last: there is no way back. */
static void
test_pager_shows_what_one_says_who_is_closed_in(void **state)
{
	struct pager pager = { 0, 0, 0 };
	struct confine *confine = confine_new();

	(void)state;
	(void)setenv("DKIMWHY_PAGER", "cat >shown", 1);
	assert_true(pager_prepare(&pager));
	confine_read(confine, ".");
	confine_enter(confine);
	confine_free(confine);
	assert_true(pager_show(&pager, SPAN("text")));
	expect_shown("text");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_pager_shows_what_it_is_given),
		SCRATCH_TEST(test_pager_that_is_not_needed_does_nothing),
		SCRATCH_TEST(test_pager_that_is_none_is_said),
		SCRATCH_TEST(test_pager_that_is_left_early_is_no_failure),
		cmocka_unit_test_setup(test_pager_shows_what_one_says_who_is_closed_in,
			scratch_make),
	};

	return cmocka_run_group_tests_name("pager", tests, NULL, NULL);
}
