/* How far a store is behind a log, seen from outside. */
#include "tests/unit/scratch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/instant.h"
#include "store/behind.h"

#define READ_AT (INT64_C(1795510800) * INSTANT_SECOND)

static struct error err;

/* A log of so many bytes, written so many seconds after the store read it last, of which it read size. */
static void
put(struct store *store, const char *path, const char *format, off_t bytes, long after,
	int64_t size)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct timespec times[2] = { { READ_AT / INSTANT_SECOND + after, 0 },
		{ READ_AT / INSTANT_SECOND + after, 0 } };
	struct db_statement *row = db_prepare(store_db(store),
		"INSERT INTO source(head, path, format, lines, new_lines, cut, read_at, dev, ino, size,"
		" place) VALUES(?1, ?2, ?3, 0, 0, 0, ?4, ?5, ?6, ?7, 0)",
		&err);
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, bytes), 0);
	assert_int_equal(futimens(fd, times), 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(close(fd), 0);
	assert_non_null(row);
	db_bind_int(row, 1, (int64_t)st.st_ino);
	db_bind_text(row, 2, span_of(path));
	db_bind_word(row, 3, span_of(format));
	db_bind_int(row, 4, READ_AT);
	db_bind_int(row, 5, (int64_t)st.st_dev);
	db_bind_int(row, 6, (int64_t)st.st_ino);
	db_bind_int(row, 7, size);
	assert_int_equal(db_step(row, &err), 0);
}

static void
say(void *ctx, const struct behind *behind)
{
	buf_addf(ctx, "%.*s %llu %lld\n", SPAN_ARGS(behind->path),
		(unsigned long long)behind->bytes, (long long)(behind->late / INSTANT_SECOND));
}

static void
test_what_was_written_since_is_seen(void **state)
{
	struct store *store = store_open("store.db", DB_WRITE, &err);
	struct buf said = BUF_INIT;

	(void)state;
	assert_non_null(store);
	put(store, "read.log", "plain", 100, -5, 100);
	put(store, "late.log", "plain", 150, 42, 100);
	put(store, "touched.log", "plain", 100, 42, 100);
	put(store, "meanwhile.log", "plain", 150, -1, 100); /* it grew while it was read */
	put(store, "packed.gz", "gzip", 150, 42, 100);
	put(store, "gone.log", "plain", 150, 42, 100);
	assert_int_equal(rename("gone.log", "gone.log.1"), 0);
	put(store, "other.log", "plain", 150, 42, 100);
	assert_int_equal(rename("gone.log.1", "other.log"), 0);
	assert_int_equal(behind_each(store, say, &said, &err), 0);
	assert_string_equal(buf_str(&said),
		"read.log 0 0\nlate.log 50 42\ntouched.log 0 0\nmeanwhile.log 50 0\n");
	/* Of a message the store has heard later. */
	buf_reset(&said);
	assert_int_equal(
		db_run(store_db(store),
			"INSERT INTO message(host, queue_id, first, last, verdict, contributing,"
			" recipients, open) VALUES(x'6d', x'41', 1795510840000000,"
			" 1795510840000000, 'unknown', '', 1, 1);",
			&err),
		0);
	assert_int_equal(behind_each(store, say, &said, &err), 0);
	assert_string_equal(buf_str(&said),
		"read.log 0 0\nlate.log 50 2\ntouched.log 0 0\nmeanwhile.log 50 0\n");
	buf_clear(&said);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { SCRATCH_TEST(test_what_was_written_since_is_seen) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
