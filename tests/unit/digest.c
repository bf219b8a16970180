/* What a pile of messages comes down to, in whatever order they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/digest.h"

/* What a message is made of. */
struct sample {
	int64_t first;
	enum verdict_kind kind;
	cause_t cause, contributing;
	const char *author, *client_ip;
};

static const struct sample samples[] = {
	{ 5, VERDICT_SIGNED, CAUSE_NONE, CAUSE_NONE, "a@shop.example", "192.0.2.1" },
	{ 4, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, CAUSE_NONE, "b@shop.example", "192.0.2.2" },
	{ 1, VERDICT_UNSIGNED, CAUSE_NOT_INTERNAL, CAUSE_NONE, "c@shop.example", "192.0.2.2" },
	{ 2, VERDICT_DEFERRED, CAUSE_KEY_PERMISSION, CAUSE_NONE, "d@news.example", "192.0.2.3" },
	{ 3, VERDICT_UNKNOWN, CAUSE_NONE, CAUSE_LOGGING_BLIND, "e@shop.example", "" },
	{ 6, VERDICT_REJECTED, CAUSE_NONE, CAUSE_NONE, "", "" },
	{ 7, VERDICT_INBOUND, CAUSE_NONE, CAUSE_NONE, "f@other.example", "198.51.100.1" },
	{ 8, VERDICT_SIGNED, CAUSE_NONE, CAUSE_SIGNED_TWICE, "g@shop.example", "192.0.2.1" },
};

#define SAMPLES (sizeof samples / sizeof *samples)

static void
add(struct digest *digest, const struct sample *sample)
{
	struct message *message = message_new(SPAN("mx1"), SPAN("4XyZ1k2LmPz9"), sample->first);

	message_set(message, &message->author, span_of(sample->author));
	message_set(message, &message->author_domain, address_domain(message->author));
	message_set(message, &message->client_ip, span_of(sample->client_ip));
	message->verdict.kind = sample->kind;
	message->verdict.cause = sample->cause;
	if (sample->contributing != CAUSE_NONE)
		message->verdict.contributing[message->verdict.ncontributing++] =
			sample->contributing;
	digest_add(digest, message);
	message_free(message);
}

/* The whole digest in one text. */
static void
tell(struct buf *out, struct digest *digest)
{
	digest_sort(digest);
	for (size_t i = 0; i < digest->nstories; i++) {
		const struct cause_story *story = digest->stories[i];

		buf_addf(out, "%s %llu %d-%d",
			story->cause == CAUSE_NONE ? "-" : cause_id(story->cause),
			(unsigned long long)story->count, (int)story->first, (int)story->last);
		for (size_t k = 0; k < story->clients.n; k++)
			buf_addf(out, " %.*s:%llu", SPAN_ARGS(story->clients.rows[k]->key),
				(unsigned long long)story->clients.rows[k]->count);
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < digest->ntables; i++) {
		const struct tally *table = &digest->tables[i];

		buf_addf(out, "%s", digest->dimensions[i]->name);
		for (size_t k = 0; k < table->n; k++)
			buf_addf(out, " %.*s:%llu", SPAN_ARGS(table->rows[k]->key),
				(unsigned long long)table->rows[k]->count);
		buf_add_char(out, '\n');
	}
	buf_addf(out, "own %llu twice %llu\n", (unsigned long long)digest_own(digest),
		(unsigned long long)digest->signed_twice);
}

static void
test_digest_is_the_same_in_any_order(void **state)
{
	static const char expected[] = "not-internal 2 1-4 192.0.2.2:2\n"
				       "key-permission 1 2-2 192.0.2.3:1\n"
				       "- 1 3-3 :1\n"
				       "- 1 6-6 :1\n"
				       "domain shop.example:5 :1 news.example:1 other.example:1\n"
				       "day 1970-01-01:8\n"
				       "own 7 twice 1\n";
	struct settings settings = { .utc = true };
	struct cli_session session;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(session_start(&session, &settings, &err), 0);
	for (size_t shift = 0; shift < SAMPLES; shift++) {
		struct digest digest;
		struct buf text = BUF_INIT;

		assert_int_equal(digest_init(&digest, &session, "domain,day", &err), 0);
		add(&digest, &samples[0]);
		digest_reset(&digest); /* what came before is forgotten */
		for (size_t i = 0; i < SAMPLES; i++)
			add(&digest, &samples[(i + shift) % SAMPLES]);
		tell(&text, &digest);
		if (!span_eq(buf_span(&text), span_of(expected)))
			fail_msg("beginning with sample %zu:\n%s", shift, buf_str(&text));
		buf_clear(&text);
		digest_clear(&digest);
	}
	session_close(&session);
}

static void
test_digest_refuses_unknown_dimensions(void **state)
{
	static const struct {
		const char *by;
		int rc;
	} rows[] = { { NULL, 0 }, { "cause", 0 }, { "hour,day,login,route,selector,client", 0 },
		{ "colour", -1 }, { "", -1 }, { "cause,", -1 },
		{ "cause,cause,cause,cause,cause,cause,cause,cause,cause", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct digest digest;
		struct error err = ERROR_INIT;

		if (digest_init(&digest, NULL, rows[i].by, &err) != rows[i].rc)
			fail_msg("'%s': %s", rows[i].by, err.text);
		digest_clear(&digest);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_is_the_same_in_any_order),
		cmocka_unit_test(test_digest_refuses_unknown_dimensions),
	};

	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
