#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "store/db.h"
#include "store/known.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define T (INT64_C(1795511640) * INSTANT_SECOND) /* the beginning of a minute */
#define KEY UINT64_C(0x0123456789abcdef)

static struct error err;

static struct db *
must_open(void)
{
	struct db *db = db_open("store.db", DB_WRITE, &err);

	if (db == NULL)
		fail_msg("%s", err.text);
	return db;
}

static void
must(int rc)
{
	if (rc < 0)
		fail_msg("%s", err.text);
}

static int
add(struct known *known, const char *line, int64_t when)
{
	int rc = known_add(known, span_of(line), when, &err);

	must(rc);
	return rc;
}

/* Whole table `minute` as text: two stores that know the same give the same. */
static void
dump(struct db *db, struct buf *out)
{
	struct db_statement *all =
		db_prepare(db, "SELECT minute, hex(digests) FROM minute ORDER BY minute", &err);

	assert_non_null(all);
	while (db_step(all, &err) == 1)
		buf_addf(out, "%lld %.*s\n", (long long)db_int(all, 0), SPAN_ARGS(db_text(all, 1)));
}

static void
test_known_takes_each_line_once(void **state)
{
	/* Readings, one behind the other, of lines that are letters; '/' begins a new reading. */
	static const struct {
		const char *lines, *want; /* '1' for a new one */
	} rows[] = {
		{ "abc/abc/cab", "111/000/000" },
		{ "aaa/aa/aaaa", "111/00/0001" },
		{ "ab/bc/cda", "11/01/010" },
		{ "a/ba/aba", "1/10/001" },
		{ "abab/bbb/aaa", "1111/001/001" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct db *db = must_open();
		struct known *known = known_new(db, KEY);
		int64_t when = T + (int64_t)i * INSTANT_MINUTE;
		struct buf got = BUF_INIT;

		must(db_begin(db, &err));
		for (const char *p = rows[i].lines; *p != '\0'; p++) {
			if (*p != '/') {
				int rc = known_add(known, (struct span){ p, 1 }, when, &err);

				must(rc);
				buf_add_char(&got, rc == 1 ? '1' : '0');
				continue;
			}
			must(known_flush(known, &err));
			must(db_commit(db, &err));
			known_free(known);
			db_close(db);
			db = must_open();
			known = known_new(db, KEY);
			must(db_begin(db, &err));
			buf_add_char(&got, '/');
		}
		if (strcmp(buf_str(&got), rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].lines, buf_str(&got));
		buf_clear(&got);
		known_free(known);
		db_close(db);
	}
}

static void
test_known_minutes_are_floors(void **state)
{
	static const struct {
		int64_t first, second;
		int is_new;
	} rows[] = {
		{ T, T + INSTANT_MINUTE - 1, 0 },
		{ T, T + INSTANT_MINUTE, 1 },
		{ T, T - 1, 1 },
		{ -1, -INSTANT_MINUTE, 0 },
		{ -1, 0, 1 },
		{ -INSTANT_MINUTE, -INSTANT_MINUTE - 1, 1 },
		{ INSTANT_NONE, INSTANT_NONE, 0 },
		{ INSTANT_NONE, INSTANT_NONE + 1, 1 },
		{ INSTANT_NONE, 0, 1 },
		{ INT64_MAX, INT64_MAX, 0 },
	};
	struct db *db = must_open();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct known *known = known_new(db, KEY);

		must(db_begin(db, &err));
		assert_int_equal(add(known, "x", rows[i].first), 1);
		must(known_flush(known, &err));
		known_free(known);
		known = known_new(db, KEY);
		if (add(known, "x", rows[i].second) != rows[i].is_new)
			fail_msg("row %zu", i);
		known_free(known);
		db_rollback(db);
	}
	db_close(db);
}

/* Stores keep these bytes: no version may write others. */
static void
test_known_writes_the_same_for_ever(void **state)
{
	struct db *db = must_open();
	struct known *known = known_new(db, KEY);
	struct buf got = BUF_INIT;

	(void)state;
	must(db_begin(db, &err));
	assert_int_equal(add(known, "twice", T), 1);
	assert_int_equal(add(known, "once", T), 1);
	assert_int_equal(add(known, "twice", T), 1);
	must(known_flush(known, &err));
	dump(db, &got);
	assert_string_equal(buf_str(&got),
		"29925194 B0CBBFA424009632F209BAF82CA99B6361CCD87FFABADDA8\n");
	buf_clear(&got);
	known_free(known);
	db_close(db);
}

/* Numbers that look random and are the same in every run. */
static uint64_t
draw(uint64_t *seed)
{
	*seed = span_digest(SPAN("draw"), *seed);
	return *seed;
}

#define LINES 4000

struct sample {
	char text[24];
	int64_t when;
};

/* Three hours of lines nearly in the order of time; some stand there up to five times. */
static void
make_samples(struct sample *samples)
{
	uint64_t seed = 7;

	for (size_t i = 0; i < LINES; i++) {
		int64_t second = (int64_t)i * 3 * 3600 / LINES;

		if (draw(&seed) % 50 == 0)
			second -= (int64_t)(draw(&seed) % 7200);
		if (i > 0 && draw(&seed) % 4 == 0) {
			samples[i] = samples[i - 1 - draw(&seed) % (i < 900 ? i : 900)];
			continue;
		}
		samples[i].when = i % 97 == 0 ? INSTANT_NONE : T + second * INSTANT_SECOND;
		(void)snprintf(samples[i].text, sizeof(samples[i].text), "%lld line %llu",
			(long long)second, (unsigned long long)(draw(&seed) % 3));
	}
}

static void
shuffle(struct sample *samples, size_t n, uint64_t *seed)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = (size_t)(draw(seed) % i);
		struct sample swapped = samples[i - 1];

		samples[i - 1] = samples[other];
		samples[other] = swapped;
	}
}

/* One reading, in several transactions. Returns how many were new. */
static size_t
read_samples(struct db *db, const struct sample *samples, size_t n)
{
	struct known *known = known_new(db, KEY);
	size_t count = 0;

	must(db_begin(db, &err));
	for (size_t i = 0; i < n; i++) {
		count += (size_t)add(known, samples[i].text, samples[i].when);
		if (i % 1500 == 1499) {
			must(known_flush(known, &err));
			must(db_commit(db, &err));
			must(db_begin(db, &err));
		}
	}
	must(known_flush(known, &err));
	must(db_commit(db, &err));
	known_free(known);
	return count;
}

static int
compare_samples(const void *a, const void *b)
{
	const struct sample *x = a;
	const struct sample *y = b;

	return x->when != y->when ? (x->when > y->when) - (x->when < y->when)
	                          : strcmp(x->text, y->text);
}

/*
 * Pieces that do not part identical lines, but overlap and are shuffled, give
 * what one reading gives, line by line and byte by byte.
 */
static void
test_known_is_the_same_in_any_order_and_split(void **state)
{
	static struct sample samples[LINES], piece[LINES];
	struct buf want = BUF_INIT, got = BUF_INIT;
	struct db *db = must_open();

	(void)state;
	make_samples(samples);
	assert_int_equal(read_samples(db, samples, LINES), LINES);
	assert_int_equal(read_samples(db, samples, LINES), 0);
	dump(db, &want);
	db_close(db);

	qsort(samples, LINES, sizeof(samples[0]), compare_samples);
	for (uint64_t seed = 1; seed <= 6; seed++) {
		uint64_t random = seed;
		size_t begin = 0, total = 0;

		assert_int_equal(unlink("store.db"), 0);
		(void)unlink("store.db-wal");
		(void)unlink("store.db-shm");
		db = must_open();
		while (begin < LINES) {
			size_t end = begin + 200 + (size_t)(draw(&random) % 900);

			end = end < LINES ? end : LINES;
			while (end < LINES &&
				compare_samples(&samples[end - 1], &samples[end]) == 0)
				end++;
			memcpy(piece, samples + begin, (end - begin) * sizeof(piece[0]));
			shuffle(piece, end - begin, &random);
			total += read_samples(db, piece, end - begin);
			if (end == LINES)
				break;
			/* The next piece begins within this one. */
			begin = end - (size_t)(draw(&random) % ((end - begin) / 2));
			while (begin > 0 &&
				compare_samples(&samples[begin - 1], &samples[begin]) == 0)
				begin--;
		}
		buf_reset(&got);
		dump(db, &got);
		assert_int_equal(total, LINES);
		assert_string_equal(buf_str(&got), buf_str(&want));
		db_close(db);
	}
	buf_clear(&want);
	buf_clear(&got);
}

/* Hours later a minute is asked for again, by the same reading: what it met of it still counts. */
static void
test_known_counts_late_lines_of_minutes_written_back(void **state)
{
	static const struct {
		const char *line;
		int is_new;
	} rows[] = {
		{ "once", 1 },   /* the second one of its kind in this reading */
		{ "twice", 1 },  /* the third */
		{ "twice", 1 },  /* the fourth */
		{ "stored", 0 }, /* the first in this reading */
		{ "stored", 1 },
		{ "new", 1 },
	};
	struct db *db = must_open();
	struct known *known = known_new(db, KEY);

	(void)state;
	must(db_begin(db, &err));
	assert_int_equal(add(known, "stored", T), 1);
	must(known_flush(known, &err));
	known_free(known);
	known = known_new(db, KEY);
	assert_int_equal(add(known, "once", T), 1);
	assert_int_equal(add(known, "twice", T), 1);
	assert_int_equal(add(known, "twice", T), 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (int minute = 1; minute < 3 * KNOWN_MINUTES; minute++)
			assert_int_equal(add(known, "other", T + minute * INSTANT_MINUTE), 1);
		if (add(known, rows[i].line, T) != rows[i].is_new)
			fail_msg("row %zu", i);
		if (i % 2 == 0)
			continue;
		must(known_flush(known, &err));
		must(db_commit(db, &err));
		must(db_begin(db, &err));
	}
	known_free(known);
	db_close(db);
}

/* Between our transactions another process may take in lines of the same minute: then we begin anew. */
static void
test_known_keeps_what_others_write(void **state)
{
	struct db *db = must_open(), *other = must_open();
	struct known *known = known_new(db, KEY), *others = known_new(other, KEY);

	(void)state;
	must(db_begin(db, &err));
	assert_int_equal(add(known, "ours", T), 1);
	must(known_flush(known, &err));
	must(db_commit(db, &err));

	must(db_begin(other, &err));
	assert_int_equal(add(others, "theirs", T), 1);
	assert_int_equal(add(others, "ours", T), 0);
	must(known_flush(others, &err));
	must(db_commit(other, &err));

	known_free(known);
	known = known_new(db, KEY);
	must(db_begin(db, &err));
	assert_int_equal(add(known, "theirs", T), 0);
	assert_int_equal(add(known, "ours", T), 0);
	assert_int_equal(add(known, "ours", T), 1);
	must(known_flush(known, &err));
	must(db_commit(db, &err));
	known_free(known);
	known_free(others);
	db_close(db);
	db_close(other);
}

static void
test_known_of_a_rolled_back_reading_is_forgotten(void **state)
{
	struct db *db = must_open();

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct known *known = known_new(db, KEY);

		must(db_begin(db, &err));
		assert_int_equal(add(known, "line", T), 1);
		assert_int_equal(add(known, "line", T), 1);
		must(known_flush(known, &err));
		assert_int_equal(add(known, "line", T), 1);
		known_free(known);
		db_rollback(db);
	}
	db_close(db);
}

/* Thousands of lines without a stamp share one minute; identical ones cost no more than others. */
static void
test_known_minutes_may_be_large(void **state)
{
	struct db *db = must_open();
	struct known *known = known_new(db, KEY);
	char line[24];

	(void)state;
	must(db_begin(db, &err));
	for (int i = 0; i < 200000; i++) {
		(void)snprintf(line, sizeof(line), "line %d", i % 2 == 0 ? 0 : i);
		assert_int_equal(add(known, line, INSTANT_NONE), 1);
	}
	must(known_flush(known, &err));
	known_free(known);
	known = known_new(db, KEY);
	for (int i = 0; i < 200000; i++) {
		(void)snprintf(line, sizeof(line), "line %d", i % 2 == 0 ? 0 : i);
		assert_int_equal(add(known, line, INSTANT_NONE), 0);
	}
	assert_int_equal(add(known, "line 0", INSTANT_NONE), 1);
	known_free(known);
	db_close(db);
}

static void
test_known_refuses_a_damaged_minute(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		int rc;
	} rows[] = {
		{ "", 0, 1 },
		{ "\1\0\0\0\0\0\0\0", 8, 1 },
		{ "\1\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0", 16, 1 },
		{ "\1\0\0\0\0\0\0", 7, -1 },
		{ "\1\0\0\0\0\0\0\0\2", 9, -1 },
		{ "\0\0\0\0\0\0\0\0", 8, -1 },
		{ "\0\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16, -1 },
		{ "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16, -1 },
	};
	struct db *db = must_open();
	struct db_statement *set;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct known *known = known_new(db, KEY);

		set = db_prepare(db, "INSERT OR REPLACE INTO minute VALUES(?1, ?2)", &err);
		assert_non_null(set);
		db_bind_int(set, 1, T / INSTANT_MINUTE);
		db_bind_text(set, 2, (struct span){ rows[i].bytes, rows[i].n });
		must(db_step(set, &err));
		if (known_add(known, SPAN("line"), T, &err) != rows[i].rc)
			fail_msg("row %zu", i);
		if (rows[i].rc < 0) {
			assert_int_equal(err.kind, ERROR_CONFIG);
			assert_non_null(strstr(err.text,
				"store 'store.db' is damaged (the digests of a minute); "));
		}
		known_free(known);
	}
	known_free(NULL);
	db_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_known_takes_each_line_once),
		SCRATCH_TEST(test_known_minutes_are_floors),
		SCRATCH_TEST(test_known_writes_the_same_for_ever),
		SCRATCH_TEST(test_known_is_the_same_in_any_order_and_split),
		SCRATCH_TEST(test_known_counts_late_lines_of_minutes_written_back),
		SCRATCH_TEST(test_known_keeps_what_others_write),
		SCRATCH_TEST(test_known_of_a_rolled_back_reading_is_forgotten),
		SCRATCH_TEST(test_known_minutes_may_be_large),
		SCRATCH_TEST(test_known_refuses_a_damaged_minute),
	};

	return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
