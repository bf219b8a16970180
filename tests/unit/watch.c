#include "base/watch.h"

#include "tests/unit/scratch.h"

static const sigset_t none;

static bool
is_woken(struct watch *watch)
{
	return watch_wait(watch, NULL, 0, 0, &none);
}

static void
append(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

/* /var/log has many logs. */
static void
test_what_is_written_to_others_wakes_nobody(void **state)
{
	struct watch *watch = watch_new();

	(void)state;
	append("mail.log");
	append("syslog");
	watch_file(watch, "mail.log");
	assert_false(is_woken(watch));
	append("syslog");
	assert_false(is_woken(watch));
	append("mail.log");
	assert_true(is_woken(watch));
	assert_false(is_woken(watch));
	watch_free(watch);
}

/* Its daemon writes to the renamed one until it is told, and to the new one then. */
static void
test_a_file_is_watched_through_its_rotation(void **state)
{
	struct watch *watch = watch_new();

	(void)state;
	append("mail.log");
	watch_file(watch, "mail.log");
	assert_int_equal(rename("mail.log", "mail.log.1"), 0);
	assert_true(is_woken(watch));
	append("mail.log.1");
	assert_true(is_woken(watch));
	append("mail.log");
	assert_true(is_woken(watch));
	assert_false(is_woken(watch));
	append("mail.log");
	assert_true(is_woken(watch));
	append("mail.log.1");
	assert_true(is_woken(watch));
	watch_free(watch);
}

static void
test_a_file_may_come_later(void **state)
{
	struct watch *watch = watch_new();

	(void)state;
	watch_file(watch, "mail.log");
	assert_false(is_woken(watch));
	append("mail.log");
	assert_true(is_woken(watch));
	append("mail.log");
	assert_true(is_woken(watch));
	watch_free(watch);
}

static void
test_a_folder_is_watched_whole(void **state)
{
	struct watch *watch = watch_new();

	(void)state;
	append("a.journal");
	watch_folder(watch, ".");
	assert_false(is_woken(watch));
	append("a.journal");
	assert_true(is_woken(watch));
	append("b.journal");
	assert_true(is_woken(watch));
	watch_free(watch);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_what_is_written_to_others_wakes_nobody),
		SCRATCH_TEST(test_a_file_is_watched_through_its_rotation),
		SCRATCH_TEST(test_a_file_may_come_later),
		SCRATCH_TEST(test_a_folder_is_watched_whole),
	};

	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
