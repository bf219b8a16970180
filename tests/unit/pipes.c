#include "store/pipes.h"

#include <fcntl.h>

#include "store/ingest.h"
#include "tests/unit/scratch.h"

#define LINE(minute, id)                                                                           \
	"2026-11-24T09:" minute ":00Z mx1 opendkim[8]: " id                                        \
	": no signing table match for 'bob@shop.example'\n"

static const char *const paths[] = { "fifo", "mail.log" };

/* Take what was written to the FIFO, and put it into the store. */
static uint64_t
take_in(struct pipes *pipes, struct store *store)
{
	static const struct reading_options reading = {
		.log = { .utc = true, .now = INT64_C(1795520000000000), .whole_lines = true }
	};
	const struct ingest_options options = {
		.reading = &reading, .paths = pipes_paths(pipes), .npaths = 1
	};
	struct error err = ERROR_INIT;
	struct ingest_report report;
	struct ruleset *ruleset = ruleset_new(NULL, 0, &err);

	assert_int_equal(pipes_take(pipes, 0, &err), 0);
	assert_int_equal(ingest_run(store, &options, ruleset, &report, NULL, NULL, &err), 0);
	ruleset_free(ruleset);
	return report.new_lines;
}

static void
write_text(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void
assert_file(const char *path, const char *text)
{
	struct buf got = BUF_INIT;
	struct error err = ERROR_INIT;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(buf_read_all(&got, fd, 100000, &err), 0);
	assert_string_equal(got.n > 0 ? buf_str(&got) : "", text);
	close(fd);
	buf_clear(&got);
}

static void
test_pipes_cut_off_what_is_in_the_store(void **state)
{
	struct error err = ERROR_INIT;
	struct store *store = store_open("store.db", DB_WRITE, &err);
	struct pipes *pipes;
	int fds[2];
	int fd;

	(void)state;
	assert_non_null(store);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	pipes = pipes_new("pipes", paths, 2, &err);
	assert_non_null(pipes);
	assert_string_equal(pipes_paths(pipes)[0], "pipes/fifo");
	assert_string_equal(pipes_paths(pipes)[1], "mail.log");
	assert_false(pipes_only(pipes));
	assert_int_equal(pipes_fds(pipes, fds), 1);

	fd = open("fifo", O_WRONLY);
	write_text(fd, LINE("01", "4XyZ1k2LmPz1") LINE("02", "4XyZ1k2LmPz2"));
	write_text(fd, LINE("03", "4XyZ1k2LmPz3") "2026-11-24T09:03:");
	assert_int_equal(take_in(pipes, store), 3);
	assert_int_equal(pipes_cut(pipes, store, 1000, &err), 0);
	assert_file("pipes/fifo", LINE("01", "4XyZ1k2LmPz1") LINE("02", "4XyZ1k2LmPz2")
					  LINE("03", "4XyZ1k2LmPz3") "2026-11-24T09:03:");
	/* The last minute stays: lines of it may come that are the same. */
	assert_int_equal(pipes_cut(pipes, store, 100, &err), 0);
	assert_file("pipes/fifo", LINE("03", "4XyZ1k2LmPz3") "2026-11-24T09:03:");
	write_text(fd, "00Z mx1 opendkim[8]: 4XyZ1k2LmPz3: not authenticated\n");
	write_text(fd, LINE("03", "4XyZ1k2LmPz3"));
	assert_int_equal(take_in(pipes, store), 2);

	/* The writer goes within a line; the next one begins its own. */
	write_text(fd, "2026-11-24T09:04:00Z mx1 cron[9]: half");
	close(fd);
	assert_int_equal(take_in(pipes, store), 0);
	assert_int_equal(take_in(pipes, store), 0);
	fd = open("fifo", O_WRONLY);
	write_text(fd, LINE("05", "4XyZ1k2LmPz4"));
	assert_int_equal(take_in(pipes, store), 1);
	assert_false(pipes_ended(pipes));
	close(fd);

	/* Another FIFO in its place. */
	assert_int_equal(unlink("fifo"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pipes_take(pipes, 0, &err), 0);
	fd = open("fifo", O_WRONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	write_text(fd, LINE("06", "4XyZ1k2LmPz5"));
	assert_int_equal(take_in(pipes, store), 1);
	close(fd);
	pipes_free(pipes);
	store_close(store);
}

static void
test_pipes_cut_what_has_no_bookmark_behind_a_record(void **state)
{
	static const char *const fifo[] = { "fifo" };
	struct error err = ERROR_INIT;
	struct store *store = store_open("store.db", DB_WRITE, &err);
	struct pipes *pipes;
	int fd;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	pipes = pipes_new("pipes", fifo, 1, &err);
	assert_non_null(pipes);
	assert_true(pipes_only(pipes));
	fd = open("fifo", O_WRONLY);
	write_text(fd, "__CURSOR=a\nMESSAGE=one\n\n__CURSOR=b\n");
	assert_int_equal(pipes_take(pipes, 0, &err), 0);
	assert_int_equal(pipes_cut(pipes, store, 10, &err), 0);
	assert_file("pipes/fifo", "__CURSOR=b\n");
	close(fd);
	pipes_free(pipes);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_pipes_cut_off_what_is_in_the_store),
		SCRATCH_TEST(test_pipes_cut_what_has_no_bookmark_behind_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
