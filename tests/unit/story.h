/*
 * story.h - a few lines of a log, and the verdicts and incidents they must give.
 *
 * For what no recording shows; those of real daemons are in tests/recordings. A program
 * of stories is a table of them and a main() that gives it to story_run().
 */
#ifndef TESTS_UNIT_STORY_H
#define TESTS_UNIT_STORY_H

#include "base/buf.h"
#include "store/reading.h"
#include "tests/unit/rules.h"
#include "tests/unit/scratch.h"

#define DAY "Nov 24 "
#define MX1 " mx1 "
#define STORIES_MAX 64

struct story {
	const char *name;
	const char *log;
	/* "QUEUEID verdict cause+contributing", in the order of first lines, then "! cause messages" */
	const char *want;
	const char *opendkim_conf, *main_cf; /* what these files hold; NULL: the host has none */
};

struct told {
	struct buf lines[32];
	int64_t first[32];
	size_t n;
};

static inline void
story_take(void *ctx, const struct message *message)
{
	struct told *told = ctx;
	const struct verdict *verdict = &message->verdict;
	struct buf *line = &told->lines[told->n];

	assert_true(told->n < 32);
	told->first[told->n++] = message->first;
	buf_addf(line, "%.*s %s %s", SPAN_ARGS(message->queue_id), verdict_id(verdict->kind),
		verdict->cause == CAUSE_NONE ? "-" : cause_id(verdict->cause));
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(line, "+%s", cause_id(verdict->contributing[i]));
	buf_add_char(line, '\n');
}

/* Messages are let go in no promised order. */
static inline void
story_sort(struct told *told, struct buf *out)
{
	for (size_t done = 0; done < told->n; done++) {
		size_t next = told->n;

		for (size_t i = 0; i < told->n; i++)
			if (told->lines[i].n > 0 &&
				(next == told->n || told->first[i] < told->first[next]))
				next = i;
		buf_add(out, buf_span(&told->lines[next]));
		buf_reset(&told->lines[next]);
	}
}

static inline const char *
story_file(const char *name, const char *text)
{
	if (text == NULL)
		return NULL;
	scratch_put(name, text);
	return name;
}

static inline void
test_story_ends_as_it_must(void **state)
{
	const struct story *story = *state;
	struct error err = ERROR_INIT;
	struct reading_options options = { .log = { .now = instant_now() },
		.opendkim_conf = story_file("opendkim.conf", story->opendkim_conf),
		.postfix_dir = story_file("main.cf", story->main_cf) == NULL ? NULL : "." };
	struct reading *reading = reading_new(&options, ruleset, &err);
	struct told told = { 0 };
	struct buf got = BUF_INIT;
	bool right;

	assert_non_null(reading);
	assert_int_equal(reading_add(reading, story_file("mail.log", story->log), &err), 0);
	assert_int_equal(reading_run(reading, story_take, NULL, &told, &err), 0);
	story_sort(&told, &got);
	for (size_t i = 0; i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);

		buf_addf(&got, "! %s %llu\n", cause_id(incident->cause),
			(unsigned long long)incident->messages);
	}
	right = span_eq(buf_span(&got), span_of(story->want));
	if (!right)
		print_error("%s: got\n%snot\n%s", story->name, buf_str(&got), story->want);
	reading_free(reading);
	for (size_t i = 0; i < 32; i++)
		buf_clear(&told.lines[i]);
	buf_clear(&got);
	assert_true(right);
}

static inline int
story_run(const char *group, struct story *stories, size_t n)
{
	struct CMUnitTest tests[STORIES_MAX];

	if (n > STORIES_MAX)
		return 2;
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ stories[i].name, test_story_ends_as_it_must,
			scratch_make, scratch_remove, &stories[i] };
	return _cmocka_run_group_tests(group, tests, n, rules_make, rules_remove);
}

#define CLIENT(time, pid, id)                                                                      \
	DAY time MX1                                                                               \
		"postfix/submission/smtpd[" pid "]: " id                                           \
		": client=pc.shop.example[198.51.100.7], sasl_method=PLAIN, sasl_username=bob\n"
#define MESSAGE_ID(time, pid, id)                                                                  \
	DAY time MX1 "postfix/cleanup[" pid "]: " id ": message-id=<" id "@shop.example>\n"
#define SIGNED(time, id)                                                                           \
	DAY time MX1 "opendkim[812]: " id ": DKIM-Signature field added (s=mail, d=shop.example)\n"
#define NO_ROW(time, id)                                                                           \
	DAY time MX1 "opendkim[812]: " id ": no signing table match for 'bob@news.example'\n"
#define ACTIVE(time, id)                                                                           \
	DAY time MX1 "postfix/qmgr[77]: " id                                                       \
		     ": from=<bob@shop.example>, size=900, nrcpt=1 (queue active)\n"
#define SENT(time, id)                                                                             \
	DAY time MX1 "postfix/smtp[55]: " id                                                       \
		     ": to=<amy@far.example>, relay=mx.far.example[203.0.113.9]:25, delay=1, "     \
		     "delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n"
#define REMOVED(time, id) DAY time MX1 "postfix/qmgr[77]: " id ": removed\n"
#define DONE(time, id) ACTIVE(time, id) SENT(time, id) REMOVED(time, id)
#define START(time, pid)                                                                           \
	DAY time MX1 "opendkim[" pid "]: OpenDKIM Filter v2.11.0 starting (args: -f)\n"
#define REFUSED(time, pid, milter)                                                                 \
	DAY time MX1 "postfix/submission/smtpd[" pid                                               \
		     "]: warning: connect to Milter service " milter ": Connection refused\n"
#define UNREADABLE(time)                                                                           \
	DAY time MX1 "opendkim[812]: can't load key from "                                         \
		     "/etc/opendkim/keys/shop.example/s2026.private: Permission denied\n"
#define CONNECT(time, pid)                                                                         \
	DAY time MX1 "postfix/submission/smtpd[" pid                                               \
		     "]: connect from pc.shop.example[198.51.100.7]\n"

#endif
