/*
 * Messages that are folded, and the same messages read the long way: all that is told of them must be the
 * same. Of a signed or inbound one folding promises only when it came, and where, and of one that was
 * refused neither the tries that came after it nor when its client left. Held against recordings, the samples, recordings that run through each other, and a generated log.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "store/reading.h"
#include "tests/unit/rules.h"

struct told {
	struct buf text;
	char **messages;
	size_t n;
	bool sums;
	uint64_t folded;
};

static void
add(struct buf *text, const char *name, struct span value)
{
	buf_addf(text, " %s=%.*s", name, SPAN_ARGS(value));
}

static void
add_evidence(struct buf *text, const struct evidence *line)
{
	buf_addf(text, "\n  %u:%llu %lld %d %d %d %u %u", line->file,
		(unsigned long long)line->number, (long long)line->when, (int)line->daemon,
		line->session, line->start, line->pid, line->times);
	add(text, "rule", line->rule == NULL ? SPAN_NONE : line->rule->id);
	add(text, "host", line->host);
	add(text, "tag", line->tag);
	add(text, "body", line->body);
	add(text, "text", line->text);
	add(text, "raw", line->raw);
}

static void
add_whole(struct buf *text, const struct message *message)
{
	const struct deliveries *d = &message->deliveries;

	buf_addf(text, " %d %lld %u %u %u", (int)message->origin, (long long)message->since,
		message->recipients, message->smtpd_pid, message->connection);
	buf_addf(text, " %u %u %u %u %u %u %u %u", d->remote, d->ours, d->local, d->filter,
		d->forwarded, d->sent, d->deferred, d->bounced);
	buf_addf(text, " %d%d%d%d%d%d%d%d%d", message->has_sender, message->verified,
		message->cleaned_up, message->queued, message->closed, message->opendkim,
		message->born, message->context, message->whole);
	add(text, "instance", message->instance);
	add(text, "service", message->service);
	add(text, "client", message->client_name);
	add(text, "ip", message->client_ip);
	add(text, "login", message->sasl_username);
	add(text, "sender", message->sender);
	add(text, "author", message->author);
	add(text, "domain", message->author_domain);
	add(text, "id", message->message_id);
	add(text, "recipient", message->recipient);
	add(text, "relay", message->relay);
	add(text, "to", message->recipient_domains[0]);
	add(text, "verified", message->verified_domain);
	buf_addf(text, " rule=%s proof=%u",
		message->verdict.rule == NULL ? "" : message->verdict.rule->file,
		message->verdict.proof);
	for (size_t i = 0; i < message->nlinks; i++)
		if (message->links[i].kind != LINK_RETRY)
			add(text, "link",
				message->links[i].other == NULL
					? message->links[i].queue_id
					: message->links[i].other->queue_id);
	for (size_t i = 0; i < message->nevidence; i++)
		add_evidence(text, &message->evidence[i]);
}

static void
take(void *ctx, const struct message *message)
{
	struct told *told = ctx;
	const struct verdict *verdict = &message->verdict;

	buf_reset(&told->text);
	told->folded += message->fold != NULL;
	add(&told->text, "\nqueue", message->queue_id);
	add(&told->text, "host", message->host);
	buf_addf(&told->text, " %lld %lld %s %s", (long long)message->first,
		(long long)message->last, verdict_id(verdict->kind), cause_id(verdict->cause));
	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(&told->text, " %s", cause_id(verdict->contributing[i]));
	if (verdict->kind != VERDICT_SIGNED && verdict->kind != VERDICT_INBOUND)
		add_whole(&told->text, message);
	told->messages = xreallocarray(told->messages, told->n + 1, sizeof *told->messages);
	told->messages[told->n++] = xstrdup(buf_str(&told->text));
}

static void
restart(void *ctx)
{
	struct told *told = ctx;

	while (told->n > 0)
		free(told->messages[--told->n]);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All of them, in an order that does not depend on when each was told. */
static void
join(struct told *told)
{
	buf_reset(&told->text);
	if (told->n > 1)
		qsort(told->messages, told->n, sizeof *told->messages, by_text);
	for (size_t i = 0; i < told->n; i++)
		buf_add(&told->text, span_of(told->messages[i]));
	restart(told);
	free(told->messages);
}

static void
add_incident(struct buf *text, const struct incident *incident)
{
	buf_addf(text, "\n%s %lld %lld %lld %llu %llu", cause_id(incident->cause),
		(long long)incident->first, (long long)incident->last, (long long)incident->ended,
		(unsigned long long)incident->lines, (unsigned long long)incident->messages);
	add(text, "subject", incident->subject);
	for (size_t i = 0; i < incident->nevidence; i++)
		add_evidence(text, &incident->evidence[i]);
}

static void
read_files(struct told *told, char *const *paths, size_t n)
{
	struct error err = ERROR_INIT;
	struct reading_options options = { .log = { .now = 1795500000 * INSTANT_SECOND } };
	struct reading *reading = reading_new(&options, ruleset, &err);
	const struct reading_totals *totals;

	assert_non_null(reading);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(reading_add(reading, paths[i], &err), 0);
	if (told->sums)
		reading_want_sums(reading);
	(void)reading_run(reading, take, restart, told, &err);
	join(told);
	totals = reading_totals(reading);
	buf_addf(&told->text, "\n%llu lines, %llu events, %llu findings, %llu unknown, %s",
		(unsigned long long)totals->lines, (unsigned long long)totals->events,
		(unsigned long long)totals->findings, (unsigned long long)totals->unknown_lines,
		err.text);
	for (size_t i = 0; i < reading_incidents(reading); i++)
		add_incident(&told->text, reading_incident(reading, i));
	reading_free(reading);
}

/* Where two texts begin to differ, for people. */
static void
show(const char *name, struct span a, struct span b)
{
	size_t i = 0, from;

	while (i < a.n && i < b.n && a.p[i] == b.p[i])
		i++;
	from = i > 300 ? i - 300 : 0;
	print_error("%s:\nlong  ...%.*s\nshort ...%.*s\n", name,
		SPAN_ARGS(span_first(span_from(a, from), 600)),
		SPAN_ARGS(span_first(span_from(b, from), 600)));
}

static uint64_t
compare(const char *name, char *const *paths, size_t n)
{
	struct told plain = { .sums = false }, folded = { .sums = true };
	bool same;

	read_files(&plain, paths, n);
	read_files(&folded, paths, n);
	same = span_eq(buf_span(&plain.text), buf_span(&folded.text));
	if (!same)
		show(name, buf_span(&plain.text), buf_span(&folded.text));
	buf_clear(&plain.text);
	buf_clear(&folded.text);
	assert_true(same);
	assert_int_equal(plain.folded, 0);
	return folded.folded;
}

/* Each by itself, and each with its neighbours, whose lines then run through each other. */
static void
test_fold_changes_nothing_of_recordings(void **state)
{
	static const char *const patterns[] = { "tests/recordings/*.log", "samples/logs/*.log" };

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		glob_t found;

		assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++)
			compare(found.gl_pathv[k], found.gl_pathv + k, 1);
		for (size_t k = 0; k + 4 <= found.gl_pathc; k += 2)
			compare(found.gl_pathv[k], found.gl_pathv + k, 4);
		globfree(&found);
	}
}

static void
run(const char *command)
{
	assert_int_equal(system(command), 0); /* NOLINT: a command of ours */
}

static void
test_fold_changes_nothing_of_a_busy_day(void **state)
{
	char path[] = "/tmp/dkimwhy-fold.XXXXXX";
	char *paths[] = { path };
	struct buf command = BUF_INIT;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	buf_addf(&command, "tests/bench/genlog 2000000 7 >%s", path);
	run(buf_str(&command));
	assert_true(compare("generated", paths, 1) > 700);
	/* Every 7th line lost, every 5th doubled: nothing is as it should be. */
	buf_reset(&command);
	buf_addf(&command, "sed -i -e '3~7d' -e '2~5{p}' %s", path);
	run(buf_str(&command));
	assert_true(compare("damaged", paths, 1) > 50);
	assert_int_equal(unlink(path), 0);
	buf_clear(&command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold_changes_nothing_of_recordings),
		cmocka_unit_test(test_fold_changes_nothing_of_a_busy_day),
	};

	return cmocka_run_group_tests_name("fold", tests, rules_make, rules_remove);
}
