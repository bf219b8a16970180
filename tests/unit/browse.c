/* Pages of messages: whatever is asked for comes once, in order, and nothing else. */
#include "tests/unit/scratch.h"

#include "base/arena.h"
#include "store/filter.h"
#include "store/row.h"
#include "store/store.h"

#define HOUR_AT (INT64_C(1795510800) * INSTANT_SECOND) /* 2026-11-24T09:00Z */
#define MAILS 400

static struct error err;

static const struct {
	enum verdict_kind verdict;
	cause_t cause;
	const char *author, *client;
	cause_t other; /* a contributing one */
} kinds[] = {
	{ VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, "a@shop.example", "pc1.shop.example", CAUSE_NONE },
	{ VERDICT_UNSIGNED, CAUSE_NO_SIGNING_TABLE_MATCH, "b@Service.example", "app.shop.example",
		CAUSE_NONE },
	{ VERDICT_DEFERRED, CAUSE_KEY_PERMISSION, "c@shop.example", "192.0.2.9", CAUSE_NONE },
	{ VERDICT_UNKNOWN, CAUSE_NONE, "d@shop.example", "pc2.shop.example", CAUSE_KEY_PERMISSION },
	{ VERDICT_SIGNED, CAUSE_NONE, "e@shop.example", "pc1.shop.example", CAUSE_NONE },
};

#define KINDS (sizeof kinds / sizeof *kinds)

static struct store *
make(void)
{
	struct store *store = store_open("store.db", DB_WRITE, &err);

	assert_non_null(store);
	assert_int_equal(db_begin(store_db(store), &err), 0);
	for (int i = 0; i < MAILS; i++) {
		/* Several of one instant: then the row's id tells what comes first. */
		int64_t first = HOUR_AT + i / 3 * INSTANT_SECOND;
		size_t kind = (size_t)(i * 7 + i / 5) % KINDS;
		struct message *message;
		char id[16];

		(void)snprintf(id, sizeof id, "4A%05d", i);
		message = message_new(SPAN("mx1"), span_of(id), first);
		message_set(message, &message->author, span_of(kinds[kind].author));
		message_set(message, &message->client_name, span_of(kinds[kind].client));
		message->verdict.kind = kinds[kind].verdict;
		message->verdict.cause = kinds[kind].cause;
		if (kinds[kind].other != CAUSE_NONE)
			message->verdict.contributing[message->verdict.ncontributing++] =
				kinds[kind].other;
		assert_true(row_put(store_db(store), message, false, &err) > 0);
		message_free(message);
	}
	assert_int_equal(db_commit(store_db(store), &err), 0);
	return store;
}

struct seen {
	int64_t first[MAILS + 1], id[MAILS + 1];
	size_t n;
	const struct filter *filter;
};

static void
see(void *ctx, const struct browse_row *row)
{
	struct seen *seen = ctx;

	assert_true(seen->n < MAILS);
	assert_true(filter_fits(seen->filter, row));
	seen->first[seen->n] = row->first;
	seen->id[seen->n++] = row->id;
}

/* All pages, one after the other. */
static void
walk(struct store *store, const struct filter *filter, bool older, size_t max, size_t most,
	struct seen *seen)
{
	const struct browse_page page = { filter, false, older, max, most };
	struct browse_place place = older ? BROWSE_NEWEST : BROWSE_OLDEST;
	int rc, pages = 0;

	*seen = (struct seen){ .filter = filter };
	do {
		size_t before = seen->n;

		rc = browse_messages(store, &page, &place, see, seen, &err);
		if (rc < 0)
			fail_msg("%s", err.text);
		assert_true(seen->n - before <= max);
		assert_true(pages++ < 3 * MAILS);
	} while (rc > 0);
	for (size_t i = 1; i < seen->n; i++) {
		bool after =
			seen->first[i] > seen->first[i - 1] ||
			(seen->first[i] == seen->first[i - 1] && seen->id[i] > seen->id[i - 1]);

		assert_true(after != older);
	}
}

static void
test_pages_together_are_all_that_fits(void **state)
{
	static const struct {
		const char *words;
		unsigned kinds; /* bits: which of them fit */
	} rows[] = {
		{ "", 0x1F },
		{ "cause=not-internal", 0x01 },
		{ "cause=not-internal,key-permission", 0x05 },
		{ "!cause=not-internal", 0x1E },
		{ "cause=!not-internal", 0x1E },
		{ "verdict=unsigned", 0x03 },
		{ "verdict=unsigned cause=!not-internal", 0x02 },
		{ "verdict=!signed,!unknown", 0x07 },
		{ "cause=none", 0x18 },
		{ "verdict=unknown cause=none", 0x08 },
		{ "domain=service.example", 0x02 },
		{ "!domain=service.example", 0x1D },
		{ "domain=shop.example verdict=unsigned", 0x01 },
		{ "client=pc1,192.0.2.9", 0x15 },
		{ "author=B@service", 0x02 },
		{ "PC2", 0x08 },
		{ "!pc", 0x06 },
		{ "host=mx2", 0x00 },
		{ "cause=no-sender-header", 0x00 },
		{ "hit=key-permission", 0x0C },
		{ "hit=key-permission cause=none", 0x08 },
		{ "!hit=key-permission verdict=!signed", 0x03 },
	};
	struct store *store = make();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct filter filter;
		struct seen seen;
		size_t expected = 0;

		assert_int_equal(filter_parse(&filter, span_of(rows[i].words), HOUR_AT, true, &err),
			0);
		for (int k = 0; k < MAILS; k++)
			expected += rows[i].kinds >> (size_t)(k * 7 + k / 5) % KINDS & 1;
		for (int older = 0; older < 2; older++) {
			walk(store, &filter, older, 7, 1000, &seen);
			if (seen.n != expected)
				fail_msg("'%s': %zu rows, not %zu", rows[i].words, seen.n,
					expected);
			/* However few rows are looked at in one step. */
			walk(store, &filter, older, 50, 10, &seen);
			if (seen.n != expected)
				fail_msg("'%s', 10 a step: %zu rows, not %zu", rows[i].words,
					seen.n, expected);
		}
		filter_clear(&filter);
	}
	store_close(store);
}

static void
test_a_time_bounds_the_walk(void **state)
{
	struct store *store = make();
	struct filter filter;
	struct seen seen;

	(void)state;
	assert_int_equal(filter_parse(&filter,
				 SPAN("since=2026-11-24T09:00:10Z until=2026-11-24T09:00:20Z"),
				 HOUR_AT, true, &err),
		0);
	walk(store, &filter, true, 7, 1000, &seen);
	assert_int_equal(seen.n, 30);
	walk(store, &filter, false, 7, 1000, &seen);
	assert_int_equal(seen.n, 30);
	filter_clear(&filter);
	store_close(store);
}

static void
test_words_that_are_not_understood_are_named(void **state)
{
	static const struct {
		const char *words, *said;
	} rows[] = {
		{ "cause=no-such", "there is no cause 'no-such'" },
		{ "verdict=lost", "there is no verdict 'lost'" },
		{ "colour=red", "'colour=' is none of" },
		{ "hit=no-such", "there is no cause 'no-such'" },
		{ "since=whenever", "whenever" },
		{ "a b c d e f g h i j k l m n o p q", "more than 16 words" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct filter filter;

		assert_int_equal(filter_parse(&filter, span_of(rows[i].words), HOUR_AT, true, &err),
			-1);
		if (!span_has(span_of(err.text), span_of(rows[i].said)))
			fail_msg("'%s': %s", rows[i].words, err.text);
		assert_null(filter.text);
		assert_true(filter_fits(&filter, &(struct browse_row){ .first = HOUR_AT }));
	}
}

static void
test_newer_findings_are_counted(void **state)
{
	struct store *store = make();
	int64_t first, last;
	uint64_t n;

	(void)state;
	assert_int_equal(browse_span(store, &first, &last, &err), 0);
	assert_true(first == HOUR_AT);
	assert_int_equal(browse_count_newer(store, last, 1000, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(browse_count_newer(store, first - 1, 1000, &n, &err), 0);
	assert_int_equal(n, 320); /* one in five is signed */
	assert_int_equal(browse_count_newer(store, first - 1, 10, &n, &err), 0);
	assert_int_equal(n, 10);
	store_close(store);
}

struct hits {
	struct arena arena;
	struct browse_incident incidents[8];
	size_t n;
};

static void
take_incident(void *ctx, const struct browse_incident *incident)
{
	struct hits *hits = ctx;

	assert_false(incident->counted);
	hits->incidents[hits->n++] = browse_copy_incident(&hits->arena, incident);
}

/*
 * In a log of several hosts the mail of one was not hit by what happened to another. Of each of five
 * messages one has the cause, and one has it among others.
 */
static void
test_an_incident_hits_messages_of_its_host_and_time(void **state)
{
	static const struct {
		const char *what;
		uint64_t messages;
		bool more;
	} expected[] = {
		{ "mx1, open", 160, false },
		{ "mx2, open", 0, false },
		{ "mx1, of 10 seconds", 13, false },
		{ "mx1, of another cause", 80, false },
	};
	struct store *store = make();
	struct hits hits = { .n = 0 };

	(void)state;
	assert_int_equal(
		db_run(store_db(store),
			"INSERT INTO incident(host, cause, first, last, ended, lines) VALUES"
			" (CAST('mx1' AS BLOB), 'key-permission', 4, 5, NULL, 1),"
			" (CAST('mx2' AS BLOB), 'key-permission', 3, 4, NULL, 1),"
			" (CAST('mx1' AS BLOB), 'key-permission', 2, 3, 1795510810000000, 1),"
			" (CAST('mx1' AS BLOB), 'not-internal', 1, 2, NULL, 1)",
			&err),
		0);
	assert_int_equal(browse_incidents(store, 8, take_incident, &hits, &err), 0);
	assert_int_equal(hits.n, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < hits.n; i++) {
		struct browse_incident *incident = &hits.incidents[i];

		assert_int_equal(browse_count_hit(store, incident, &err), 0);
		assert_true(incident->counted);
		if (incident->messages != expected[i].messages ||
			incident->more != expected[i].more)
			fail_msg("%s: %llu%s", expected[i].what,
				(unsigned long long)incident->messages, incident->more ? "+" : "");
	}
	arena_clear(&hits.arena);
	store_close(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_pages_together_are_all_that_fits),
		SCRATCH_TEST(test_a_time_bounds_the_walk),
		cmocka_unit_test(test_words_that_are_not_understood_are_named),
		SCRATCH_TEST(test_newer_findings_are_counted),
		SCRATCH_TEST(test_an_incident_hits_messages_of_its_host_and_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
