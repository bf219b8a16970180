#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/instant.h"
#include "store/db.h"
#include "store/schema.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PATH "s/store.db"

/* Where SQLite's file format keeps them, four bytes each, the highest first. */
#define AT_USER_VERSION 60
#define AT_APPLICATION 68

static struct error err;

static struct db *
must_open(enum db_mode mode)
{
	struct db *db = db_open_on(PATH, mode, (struct db_terms){ 50, &schema_store }, &err);

	if (db == NULL)
		fail_msg("%s", err.text);
	return db;
}

static void
must_run(struct db *db, const char *sql)
{
	if (db_run(db, sql, &err) < 0)
		fail_msg("%s: %s", sql, err.text);
}

static int64_t
number(struct db *db, const char *sql)
{
	struct db_statement *statement = db_prepare(db, sql, &err);
	int64_t value;

	if (statement == NULL || db_step(statement, &err) != 1)
		fail_msg("%s: %s", sql, err.text);
	value = db_int(statement, 0);
	db_reset(statement);
	return value;
}

static void
expect_text(struct db *db, const char *sql, const char *want)
{
	struct db_statement *statement = db_prepare(db, sql, &err);

	if (statement == NULL || db_step(statement, &err) != 1)
		fail_msg("%s: %s", sql, err.text);
	if (!span_eq(db_text(statement, 0), span_of(want)))
		fail_msg("%s: '%.*s', not '%s'", sql, SPAN_ARGS(db_text(statement, 0)), want);
	db_reset(statement);
}

static void
expect_failure(const char *what, const char *part)
{
	if (strstr(err.text, part) == NULL)
		fail_msg("%s: '%s' does not say '%s'", what, err.text, part);
}

static void
write_at(const char *path, long at, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static unsigned
mode_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		fail_msg("%s: %s", path, strerror(errno));
	return st.st_mode & 07777;
}

/*
 * Permissions do not bind root: what needs them is tried by another user. The
 * child that gets 0 here ends itself with _exit(); the others wait for it.
 */
static pid_t
fork_unprivileged(void)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0 && geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		_exit(9);
	return child;
}

static int
status_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
test_db_makes_a_store_and_knows_it_again(void **state)
{
	mode_t mask = umask(022);
	struct db *db;

	(void)state;
	db = must_open(DB_WRITE);
	assert_int_equal(mode_of("s"), 0750);
	assert_int_equal(mode_of(PATH), 0640);
	must_run(db, "INSERT INTO meta VALUES('a', x'00ff')");
	assert_int_equal(mode_of(PATH "-wal"), 0640);
	db_close(db);
	umask(mask);

	db = must_open(DB_READ);
	assert_int_equal(number(db, "SELECT length(value) FROM meta WHERE key = 'a'"), 2);
	assert_int_equal(db_run(db, "DELETE FROM meta", &err), -1);
	expect_failure("read only", "cannot write store '" PATH "': attempt to write a readonly");
	db_close(db);

	db = must_open(DB_WRITE);
	assert_int_equal(number(db, "SELECT count(*) FROM meta"), 1);
	db_close(db);
	db_close(NULL);
}

static void
test_db_is_guarded(void **state)
{
	static const struct {
		const char *sql;
		int64_t value;
	} rows[] = {
		{ "PRAGMA application_id", SCHEMA_APPLICATION },
		{ "PRAGMA user_version", 4 },
		{ "PRAGMA foreign_keys", 1 },
		{ "PRAGMA synchronous", 1 },
		{ "PRAGMA cell_size_check", 1 },
		{ "PRAGMA trusted_schema", 0 },
		{ "SELECT count(*) FROM pragma_table_list"
		  " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'"
		  " AND NOT strict",
			0 },
		{ "SELECT count(*) FROM sqlite_master WHERE type = 'view'", 6 },
	};
	struct db *db = must_open(DB_WRITE);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t value = number(db, rows[i].sql);

		if (value != rows[i].value)
			fail_msg("%s: %lld", rows[i].sql, (long long)value);
	}
	expect_text(db, "PRAGMA journal_mode", "wal");
	/* SQLITE_DBCONFIG_DEFENSIVE: the schema is not for writing. */
	must_run(db, "PRAGMA writable_schema = ON");
	assert_int_equal(db_run(db, "UPDATE sqlite_master SET sql = ''", &err), -1);
	/* Foreign keys, STRICT, and double quotes are names. */
	assert_int_equal(db_run(db,
				 "INSERT INTO line VALUES(1, 7, 1, 1, 1, x'', x'', 1, 1, x'', x'')",
				 &err),
		-1);
	assert_int_equal(db_run(db, "INSERT INTO meta VALUES('b', 'text')", &err), -1);
	assert_null(db_prepare(db, "SELECT \"no such column\"", &err));
	db_close(db);
}

static const char *const step_old[] = { "CREATE TABLE old(a INTEGER) STRICT", NULL };
static const char *const step_new[] = { "INSERT INTO old VALUES(7)",
	"ALTER TABLE old ADD COLUMN b INTEGER", NULL };
static const char *const step_bad[] = { "INSERT INTO old VALUES(8, 8)", "CREATE TABLE old(a)",
	NULL };

static void
test_db_migrates_by_whole_steps(void **state)
{
	static const char *const *const good[] = { step_old, step_new };
	static const char *const *const bad[] = { step_old, step_new, step_bad };
	const struct schema one = { good, 1 }, two = { good, 2 }, three = { bad, 3 };
	const struct {
		const struct schema *schema;
		enum db_mode mode;
		const char *failure; /* NULL: none */
		int64_t version, rows;
	} rows[] = {
		{ &one, DB_READ, "cannot open store '" PATH "': No such file or directory", 0, 0 },
		{ &one, DB_WRITE, NULL, 1, 0 },
		{ &two, DB_READ,
			"older dkimwhy; bring it up to date with: dkimwhy ingest --store '" PATH
			"'",
			0, 0 },
		{ &one, DB_READ, NULL, 1, 0 },
		{ &two, DB_WRITE, NULL, 2, 1 },
		{ &two, DB_WRITE, NULL, 2, 1 },
		{ &three, DB_WRITE, "table old already exists", 0, 0 },
		{ &two, DB_READ, NULL, 2, 1 },
		{ &one, DB_WRITE, "newer dkimwhy (version 2 of its tables, this one knows 1)", 0,
			0 },
		{ &one, DB_READ, "dkimwhy ingest --store FILE", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db *db = db_open_on(PATH, rows[i].mode,
			(struct db_terms){ 50, rows[i].schema }, &err);

		print_message("row %zu\n", i);
		if (rows[i].failure != NULL) {
			assert_null(db);
			expect_failure("migration", rows[i].failure);
			continue;
		}
		assert_non_null(db);
		assert_int_equal(number(db, "PRAGMA user_version"), rows[i].version);
		assert_int_equal(number(db, "SELECT count(*) FROM old"), rows[i].rows);
		db_close(db);
	}
}

/*
 * A child that found version 1 waits for the lock while we take step 2. (Should
 * it be slower than the pause, it finds version 2, and the test shows less.)
 */
static void
test_db_takes_no_step_that_another_took(void **state)
{
	static const char *const *const steps[] = { step_old, step_new };
	const struct schema one = { steps, 1 }, two = { steps, 2 };
	const struct timespec pause = { 0, 200000000 };
	struct db *db;
	int start[2];
	pid_t child;

	(void)state;
	/* The child comes first: one that inherits an open store takes our locks for its own. */
	assert_int_equal(pipe(start), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char byte;

		close(start[1]);
		if (read(start[0], &byte, 1) != 0)
			_exit(2);
		db = db_open_on(PATH, DB_WRITE, (struct db_terms){ 10000, &two }, &err);
		if (db == NULL)
			(void)fprintf(stderr, "# %s\n", err.text);
		_exit(db == NULL);
	}
	close(start[0]);
	db = db_open_on(PATH, DB_WRITE, (struct db_terms){ 50, &one }, &err);
	assert_non_null(db);
	assert_int_equal(db_begin(db, &err), 0);
	close(start[1]);
	(void)nanosleep(&pause, NULL);
	for (const char *const *sql = step_new; *sql != NULL; sql++)
		must_run(db, *sql);
	must_run(db, "PRAGMA user_version = 2");
	assert_int_equal(db_commit(db, &err), 0);
	assert_int_equal(status_of(child), 0);
	assert_int_equal(number(db, "SELECT count(*) FROM old"), 1);
	db_close(db);
}

/* All that could be lying at a store's path. NULL as failure: it becomes a store. */
static void
test_db_refuses_what_is_no_store(void **state)
{
	static const struct {
		const char *name;
		long at; /* -1: the file is nothing but these bytes */
		const char *bytes;
		size_t n;
		const char *write, *read;
	} rows[] = {
		{ "nothing", -1, "", 0, NULL, "is empty; fill it with: dkimwhy ingest" },
		{ "a byte", -1, "x", 1, NULL,
			"is empty" }, /* SQLite's rule, for odd file systems */
		{ "two bytes", -1, "xy", 2, "is not a database", "is not a database" },
		{ "a log", -1, "Nov 24 09:14:02 mx1 postfix/smtpd[1]: connect from a\n", 52,
			"is not a database, so no store; name another file: dkimwhy ingest",
			"is not a database" },
		{ "no application", AT_APPLICATION, "\0\0\0\0", 4,
			"'" PATH "' is a database of another program; name another file",
			"of another program" },
		{ "another application", AT_APPLICATION, "GPKG", 4, "of another program",
			"of another program" },
		{ "newer", AT_USER_VERSION, "\0\0\1\0", 4,
			"newer dkimwhy (version 256 of its tables, this one knows 4)",
			"newer dkimwhy" },
		{ "version 0", AT_USER_VERSION, "\0\0\0\0", 4, "is damaged", "is damaged" },
		{ "negative", AT_USER_VERSION, "\377\377\377\377", 4, "is damaged", "is damaged" },
		{ "no magic", 0, "SQLite format 4", 15, "is not a database", "is not a database" },
		{ "a broken root page", 100, "\377\377\377\377\377\377\377\377", 8,
			"is damaged (database disk image is malformed); move it away and read the "
			"logs again: dkimwhy ingest --store '" PATH "'",
			"is damaged" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const failures[] = { rows[i].read, rows[i].write };

		(void)unlink(PATH);
		(void)unlink(PATH "-wal");
		(void)unlink(PATH "-shm");
		db_close(must_open(DB_WRITE));
		if (rows[i].at < 0)
			scratch_put_at(PATH, (struct span){ rows[i].bytes, rows[i].n },
				instant_now());
		else
			write_at(PATH, rows[i].at, rows[i].bytes, rows[i].n);
		for (int mode = 0; mode < 2; mode++) {
			struct db *db = db_open(PATH, mode == 0 ? DB_READ : DB_WRITE, &err);

			if ((db == NULL) != (failures[mode] != NULL))
				fail_msg("%s: %s", rows[i].name, db == NULL ? err.text : "opened");
			db_close(db);
			if (failures[mode] == NULL)
				continue;
			expect_failure(rows[i].name, failures[mode]);
			assert_int_equal(err.kind, ERROR_CONFIG);
		}
	}
}

/* A database of another program is as it was after we refused it: no -wal, not a byte changed. */
static void
test_db_leaves_foreign_files_alone(void **state)
{
	static const char log[] = "Nov 24 09:14:02 mx1 postfix/smtpd[1]: connect from a\n";
	struct buf text = BUF_INIT;
	int fd;

	(void)state;
	assert_int_equal(mkdir("s", 0700), 0);
	scratch_put(PATH, log);
	assert_null(db_open(PATH, DB_WRITE, &err));
	fd = open(PATH, O_RDONLY | O_CLOEXEC);
	assert_int_equal(buf_read_all(&text, fd, 4096, &err), 0);
	close(fd);
	assert_string_equal(buf_str(&text), log);
	buf_clear(&text);
	assert_int_equal(access(PATH "-wal", F_OK), -1);
}

static void
test_db_says_why_a_path_will_not_do(void **state)
{
	static const struct {
		const char *path;
		const char *write, *read;
	} rows[] = {
		{ "", "cannot make store ''", "cannot open store ''" },
		{ "no/such/store.db", "cannot make folder 'no/such' for store 'no/such/store.db'",
			"cannot open store 'no/such/store.db': No such file" },
		{ "folder", "store 'folder' is no regular file", "is no regular file" },
		{ "file/store.db", "cannot make store 'file/store.db': Not a directory",
			"Not a directory" },
		{ "dangling", "cannot open store 'dangling': No such file", "No such file" },
	};

	(void)state;
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	scratch_put("file", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_null(db_open(rows[i].path, DB_WRITE, &err));
		expect_failure(rows[i].path, rows[i].write);
		assert_null(db_open(rows[i].path, DB_READ, &err));
		expect_failure(rows[i].path, rows[i].read);
	}
}

/* What SQLite takes for its own words are files here. */
static void
test_db_takes_every_path_for_a_file(void **state)
{
	static const char *const names[] = { ":memory:", "file:a?mode=memory", "-x",
		"\xff\xfe 'q'" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct db *db = db_open(names[i], DB_WRITE, &err);

		if (db == NULL)
			fail_msg("%s", err.text);
		must_run(db, "INSERT INTO meta VALUES('a', x'01')");
		db_close(db);
		assert_int_equal(access(names[i], F_OK), 0);
		db = db_open(names[i], DB_READ, &err);
		assert_non_null(db);
		assert_int_equal(number(db, "SELECT count(*) FROM meta"), 1);
		db_close(db);
	}
}

enum { CAN_READ = 1, CAN_WRITE = 2, SAYS_WHY = 4 };

/* Someone of no group of ours; the folder's mode decides. */
static void
test_db_reads_in_a_folder_that_is_read_only(void **state)
{
	static const struct {
		mode_t folder, file;
		int can;
	} rows[] = {
		{ 0555, 0644, CAN_READ | SAYS_WHY },
		{ 0555, 0600, SAYS_WHY },
		{ 0777, 0666, CAN_READ | CAN_WRITE },
	};
	struct db *db = must_open(DB_WRITE);

	(void)state;
	if (geteuid() != 0) {
		db_close(db);
		skip(); /* whoever owns the files may change what the rows say */
	}
	must_run(db, "INSERT INTO meta VALUES('a', x'01')");
	db_close(db);
	assert_int_equal(chmod(".", 0755), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t child;

		assert_int_equal(chmod("s", rows[i].folder), 0);
		assert_int_equal(chmod(PATH, rows[i].file), 0);
		assert_int_equal(chmod(PATH "-wal", rows[i].file), 0);
		assert_int_equal(chmod(PATH "-shm", rows[i].file), 0);
		child = fork_unprivileged();
		if (child == 0) {
			int can = 0;

			db = db_open(PATH, DB_READ, &err);
			if (db != NULL && number(db, "SELECT count(*) FROM meta") == 1)
				can |= CAN_READ;
			db_close(db);
			db = db_open(PATH, DB_WRITE, &err);
			if (db != NULL && db_begin(db, &err) == 0)
				can |= CAN_WRITE;
			else if (strstr(err.text, "Permission denied") != NULL)
				can |= SAYS_WHY;
			db_close(db);
			_exit(can);
		}
		if (status_of(child) != rows[i].can << 8)
			fail_msg("row %zu", i);
	}
}

static void
test_db_has_one_writer(void **state)
{
	struct db *first = must_open(DB_WRITE), *second = must_open(DB_WRITE);
	struct db *reader = must_open(DB_READ);
	int64_t before;

	(void)state;
	assert_int_equal(db_begin(first, &err), 0);
	must_run(first, "INSERT INTO meta VALUES('a', x'01')");
	before = instant_now();
	assert_int_equal(db_begin(second, &err), -1);
	assert_true(instant_now() - before < 5 * INSTANT_SECOND);
	expect_failure("second",
		"cannot write store '" PATH "': another dkimwhy holds it; try again later");
	assert_int_equal(err.kind, ERROR_SYSTEM);

	/* Readers are not in anyone's way, and a view stays what it was. */
	assert_int_equal(db_begin(reader, &err), 0);
	assert_int_equal(number(reader, "SELECT count(*) FROM meta"), 0);
	assert_int_equal(db_commit(first, &err), 0);
	assert_int_equal(number(reader, "SELECT count(*) FROM meta"), 0);
	assert_int_equal(db_commit(reader, &err), 0);
	assert_int_equal(number(reader, "SELECT count(*) FROM meta"), 1);

	assert_int_equal(db_begin(second, &err), 0);
	must_run(second, "INSERT INTO meta VALUES('b', x'01')");
	db_rollback(second);
	db_rollback(second);
	assert_int_equal(number(second, "SELECT count(*) FROM meta"), 1);
	db_close(first);
	db_close(second);
	db_close(reader);
}

/* They all find no store, and all have one afterwards. */
static void
test_db_is_made_by_many_at_once(void **state)
{
	pid_t children[8];
	int start[2];
	struct db *db;

	(void)state;
	assert_int_equal(pipe(start), 0);
	for (size_t i = 0; i < COUNT(children); i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			char byte;

			close(start[1]);
			if (read(start[0], &byte, 1) != 0)
				_exit(2);
			db = db_open(PATH, DB_WRITE, &err);
			if (db == NULL)
				(void)fprintf(stderr, "# %s\n", err.text);
			_exit(db == NULL ||
				db_run(db, "INSERT INTO gap(host, why) VALUES(x'', '')", &err) < 0);
		}
	}
	close(start[0]);
	close(start[1]);
	for (size_t i = 0; i < COUNT(children); i++)
		assert_int_equal(status_of(children[i]), 0);
	db = must_open(DB_READ);
	assert_int_equal(number(db, "SELECT count(*) FROM gap"), COUNT(children));
	db_close(db);
}

static void
test_db_survives_sigkill(void **state)
{
	static const struct {
		bool commit;
		int64_t rows;
	} rows[] = { { false, 0 }, { true, 500 }, { false, 500 }, { true, 1000 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		pid_t child = fork();
		struct db *db;
		int status;

		assert_true(child >= 0);
		if (child == 0) {
			db = db_open(PATH, DB_WRITE, &err);
			if (db == NULL || db_begin(db, &err) < 0)
				_exit(1);
			for (int n = 0; n < 500; n++)
				if (db_run(db,
					    "INSERT INTO gap(host, why)"
					    " VALUES(zeroblob(9000), '')",
					    &err) < 0)
					_exit(2);
			if (rows[i].commit && db_commit(db, &err) < 0)
				_exit(3);
			(void)raise(SIGKILL);
		}
		status = status_of(child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		db = must_open(i % 2 == 0 ? DB_WRITE : DB_READ);
		assert_int_equal(number(db, "SELECT count(*) FROM gap"), rows[i].rows);
		expect_text(db, "PRAGMA integrity_check", "ok");
		db_close(db);
	}
}

/* No file may grow beyond this: the system says EFBIG as it says ENOSPC of a full disk. */
#define FULL_BYTES ((rlim_t)512 * 1024)

static void
test_db_undoes_what_a_full_disk_cut_off(void **state)
{
	struct db *db = must_open(DB_WRITE);
	struct rlimit before, limit;
	int rc = 0;

	(void)state;
	must_run(db, "INSERT INTO gap(host, why) VALUES(x'', 'before')");
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = FULL_BYTES;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);

	assert_int_equal(db_begin(db, &err), 0);
	/* More than SQLite's page cache holds, so that it must write before the commit. */
	for (int i = 0; rc == 0 && i < 2000; i++)
		rc = db_run(db, "INSERT INTO gap(host, why) VALUES(zeroblob(9000), '')", &err);
	assert_int_equal(rc, -1);
	expect_failure("full", "cannot write store '" PATH "': disk I/O error: File too large");
	/* It does not matter whether SQLite has rolled back by itself: nothing counts from here. */
	assert_int_equal(db_commit(db, &err), -1);
	db_rollback(db);
	assert_int_equal(number(db, "SELECT count(*) FROM gap"), 1);

	/* And a commit that does not fit. */
	assert_int_equal(db_begin(db, &err), 0);
	for (int i = 0; i < 100; i++)
		must_run(db, "INSERT INTO gap(host, why) VALUES(zeroblob(9000), '')");
	assert_int_equal(db_commit(db, &err), -1);
	expect_failure("full", "File too large");
	assert_int_equal(number(db, "SELECT count(*) FROM gap"), 1);

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(db_begin(db, &err), 0);
	must_run(db, "INSERT INTO gap(host, why) VALUES(x'', 'after')");
	assert_int_equal(db_commit(db, &err), 0);
	assert_int_equal(number(db, "SELECT count(*) FROM gap"), 2);
	expect_text(db, "PRAGMA integrity_check", "ok");
	db_close(db);
}

/* SQLite's own bound stands in for a disk that is full: the words are the same. */
static void
test_db_says_that_a_disk_is_full(void **state)
{
	struct db *db = must_open(DB_WRITE);

	(void)state;
	(void)number(db, "PRAGMA max_page_count = 50");
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(db_run(db, "INSERT INTO gap(host, why) VALUES(zeroblob(1000000), '')",
				 &err),
		-1);
	assert_string_equal(err.text, "cannot write store '" PATH "': database or disk is full");
	assert_int_equal(err.kind, ERROR_SYSTEM);
	/* SQLite has rolled back. What is written now would count by itself. */
	assert_int_equal(db_run(db, "INSERT INTO gap(host, why) VALUES(x'', '')", &err), -1);
	expect_failure("after it", "an earlier failure has undone it all");
	assert_int_equal(db_commit(db, &err), -1);
	assert_int_equal(number(db, "SELECT count(*) FROM gap"), 0);
	db_close(db);
}

static void
test_db_gives_back_what_was_bound(void **state)
{
	static const struct {
		struct span value;
		bool null;
	} rows[] = {
		{ { "a\0\xff", 3 }, false },
		{ { "", 0 }, false },
		{ { NULL, 0 }, true },
	};
	struct db *db = must_open(DB_WRITE);
	struct db_statement *bytes = db_prepare(db, "SELECT ?1, typeof(?1)", &err);
	struct db_statement *word, *insert;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		db_bind_text(bytes, 1, rows[i].value);
		assert_int_equal(db_step(bytes, &err), 1);
		assert_true(span_eq(db_text(bytes, 0), rows[i].value));
		assert_int_equal(db_is_null(bytes, 0), rows[i].null);
		assert_int_equal(db_text(bytes, 0).p == NULL, rows[i].null);
		assert_true(span_eq(db_text(bytes, 1), rows[i].null ? SPAN("null") : SPAN("blob")));
		db_reset(bytes);
	}
	db_bind_int(bytes, 1, INT64_MIN);
	assert_int_equal(db_step(bytes, &err), 1);
	assert_true(db_int(bytes, 0) == INT64_MIN);
	assert_int_equal(db_step(bytes, &err), 0);
	/* The same statement again, and nothing bound any more. */
	assert_ptr_equal(db_prepare(db, "SELECT ?1, typeof(?1)", &err), bytes);
	assert_int_equal(db_step(bytes, &err), 1);
	assert_true(db_is_null(bytes, 0));
	db_reset(bytes);
	db_bind_text(bytes, 2, SPAN("no such parameter"));
	assert_int_equal(db_step(bytes, &err), -1);

	word = db_prepare(db, "SELECT ?1 = 'signed'", &err);
	db_bind_word(word, 1, SPAN("signed"));
	assert_int_equal(db_step(word, &err), 1);
	assert_int_equal(db_int(word, 0), 1);
	db_reset(word);
	db_bind_null(word, 1);
	assert_int_equal(db_step(word, &err), 1);
	assert_true(db_is_null(word, 0));
	db_reset(word);

	insert = db_prepare(db, "INSERT INTO gap(host, why) VALUES(?1, ?2)", &err);
	db_bind_text(insert, 1, SPAN("mx1"));
	db_bind_word(insert, 2, SPAN("lost"));
	for (int i = 1; i <= 2; i++) {
		assert_int_equal(db_step(insert, &err), 0);
		assert_int_equal(db_last_id(db), i);
	}
	db_close(db);
}

static void
test_db_views_are_for_people(void **state)
{
	static const struct {
		const char *sql, *want;
	} rows[] = {
		{ "SELECT first_time FROM messages WHERE id = 1", "2026-11-24T09:14:02.000500Z" },
		{ "SELECT last_time FROM messages WHERE id = 1", "2026-11-24T09:14:03Z" },
		{ "SELECT typeof(first_time) FROM messages WHERE id = 2", "null" },
		{ "SELECT typeof(author) || author FROM messages WHERE id = 1",
			"textA@B@Shop.EXAMPLE" },
		{ "SELECT group_concat(domain || ' ' || verdict || ' ' || cause || ' ' || messages,"
		  " ', ') FROM (SELECT * FROM trend WHERE hour = '2026-11-24T09:00:00Z'"
		  " ORDER BY domain)",
			" unsigned  1, bounce.example unsigned not-internal 1, "
			"shop.example unsigned not-internal 43" },
		{ "SELECT domain FROM trend WHERE hour IS NULL", "" },
		{ "SELECT verdict || ' ' || cause || ' ' || messages || ' ' || first_time || ' ' ||"
		  " last_time FROM causes WHERE cause = 'not-internal'",
			"unsigned not-internal 2 2026-11-24T09:14:02.000500Z 2026-11-24T09:14:03Z" },
		{ "SELECT host || subject || first_time || last_time || ended_time FROM incidents",
			"mx1s1970-01-01T00:00:00Z1970-01-01T00:00:01Z1970-01-01T00:00:02Z" },
	};
	struct db *db = must_open(DB_WRITE);

	(void)state;
	must_run(db,
		"INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing,"
		" author, sender, recipients, open) VALUES"
		"(x'6d7831', x'41', 1795511642000500, 1795511643000000, 'unsigned',"
		" 'not-internal', '', CAST('A@B@Shop.EXAMPLE' AS BLOB), x'78', 1, 0),"
		"(x'6d7831', x'42', NULL, NULL, 'unknown', NULL, '', NULL, NULL, 1, 1),"
		"(x'6d7831', x'43', 1795511642000500, NULL, 'unsigned', NULL, '',"
		" CAST('root' AS BLOB), NULL, 1, 0),"
		"(x'6d7831', x'44', 1795511642000500, NULL, 'unsigned', 'not-internal', '', x'',"
		" CAST('x@bounce.example' AS BLOB), 1, 0)");
	must_run(db, "INSERT INTO rollup VALUES(498753, x'6d7831', CAST('shop.example' AS BLOB),"
		     " 'unsigned', 'not-internal', 42)");
	must_run(db, "INSERT INTO incident VALUES(1, x'6d7831', 'key-missing', x'73', 0, 1000000,"
		     " 2000000, 1, 'key-missing', NULL)");
	for (size_t i = 0; i < COUNT(rows); i++)
		expect_text(db, rows[i].sql, rows[i].want);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_db_makes_a_store_and_knows_it_again),
		SCRATCH_TEST(test_db_is_guarded),
		SCRATCH_TEST(test_db_migrates_by_whole_steps),
		SCRATCH_TEST(test_db_takes_no_step_that_another_took),
		SCRATCH_TEST(test_db_refuses_what_is_no_store),
		SCRATCH_TEST(test_db_leaves_foreign_files_alone),
		SCRATCH_TEST(test_db_says_why_a_path_will_not_do),
		SCRATCH_TEST(test_db_takes_every_path_for_a_file),
		SCRATCH_TEST(test_db_reads_in_a_folder_that_is_read_only),
		SCRATCH_TEST(test_db_has_one_writer),
		SCRATCH_TEST(test_db_is_made_by_many_at_once),
		SCRATCH_TEST(test_db_survives_sigkill),
		SCRATCH_TEST(test_db_undoes_what_a_full_disk_cut_off),
		SCRATCH_TEST(test_db_says_that_a_disk_is_full),
		SCRATCH_TEST(test_db_gives_back_what_was_bound),
		SCRATCH_TEST(test_db_views_are_for_people),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
