/*
 * Logs recorded from real daemons, each beside what really happened to every
 * message (NAME.verdicts): the verdicts must be those. Adding a pair of files
 * to samples/logs/ or tests/recordings/ adds a test.
 *
 * A line of NAME.verdicts: "QUEUEID verdict cause", "-" for no cause, then after
 * "|" what a reader of the log alone may rightly say instead; or "incident cause".
 */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "store/reading.h"
#include "tests/unit/rules.h"

#define RECORDINGS_MAX 500

struct got {
	struct arena arena;
	struct map messages; /* queue ID to "verdict cause" */
	struct map causes;   /* of messages and incidents */
};

static void
take(void *ctx, const struct message *message)
{
	struct got *got = ctx;
	struct buf text = BUF_INIT;
	const struct verdict *verdict = &message->verdict;
	struct span *answer = arena_alloc(&got->arena, sizeof *answer);

	buf_addf(&text, "%s %s", verdict_id(verdict->kind),
		verdict->cause == CAUSE_NONE ? "-" : cause_id(verdict->cause));
	*answer = arena_copy(&got->arena, buf_span(&text));
	map_put(&got->messages, arena_copy(&got->arena, message->queue_id), answer);
	if (verdict->cause != CAUSE_NONE)
		map_put(&got->causes, span_of(cause_id(verdict->cause)), answer);
	for (size_t i = 0; i < verdict->ncontributing; i++)
		map_put(&got->causes, span_of(cause_id(verdict->contributing[i])), answer);
	buf_clear(&text);
}

static void
restart(void *ctx)
{
	struct got *got = ctx;

	map_clear(&got->messages);
	map_clear(&got->causes);
}

/* "unsigned not-internal" against "unsigned" or "unsigned not-internal" */
static bool
allows(struct span allowed, struct span answer)
{
	allowed = span_trim(allowed);
	return span_eq(allowed, answer) ||
	       (span_find_char(allowed, ' ') < 0 && span_starts(answer, allowed) &&
		       answer.n > allowed.n && answer.p[allowed.n] == ' ');
}

static unsigned
check_line(const char *name, const struct got *got, struct span line)
{
	struct span rest = line, id, choice;
	const struct span *answer;

	if (line.n == 0 || line.p[0] == '#')
		return 0;
	(void)span_word(&rest, &id);
	rest = span_trim(rest);
	if (span_eq(id, SPAN("incident"))) {
		if (map_get(&got->causes, rest) != NULL)
			return 0;
		print_error("%s: no incident %.*s\n", name, SPAN_ARGS(rest));
		return 1;
	}
	answer = map_get(&got->messages, id);
	for (struct span choices = rest; answer != NULL && span_cut(&choices, '|', &choice);)
		if (allows(choice, *answer))
			return 0;
	print_error("%s: %.*s is %.*s, said %.*s\n", name, SPAN_ARGS(id), SPAN_ARGS(rest),
		SPAN_ARGS(answer == NULL ? SPAN("nothing") : *answer));
	return 1;
}

static void
test_recording_gives_its_verdicts(void **state)
{
	const char *name = *state;
	struct error err = ERROR_INIT;
	struct reading_options options = { .log = { .now = instant_now() } };
	struct reading *reading = reading_new(&options, ruleset, &err);
	struct got got = { 0 };
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct span rest, line;
	unsigned wrong = 0;
	int fd;

	buf_addf(&path, "%s.log", name);
	assert_int_equal(reading_add(reading, buf_str(&path), &err), 0);
	assert_int_equal(reading_run(reading, take, restart, &got, &err), 0);
	for (size_t i = 0; i < reading_incidents(reading); i++)
		map_put(&got.causes, span_of(cause_id(reading_incident(reading, i)->cause)), &got);
	buf_reset(&path);
	buf_addf(&path, "%s.verdicts", name);
	fd = open(buf_str(&path), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(buf_read_all(&text, fd, 1 << 20, &err), 0);
	close(fd);
	rest = buf_span(&text);
	while (span_cut(&rest, '\n', &line))
		wrong += check_line(name, &got, line);
	reading_free(reading);
	map_clear(&got.messages);
	map_clear(&got.causes);
	arena_clear(&got.arena);
	buf_clear(&path);
	buf_clear(&text);
	assert_int_equal(wrong, 0);
}

static int
is_verdicts(const struct dirent *entry)
{
	return span_ends(span_of(entry->d_name), SPAN(".verdicts"));
}

static size_t
add_folder(struct CMUnitTest *tests, size_t n, const char *folder)
{
	struct dirent **names;
	int found = scandir(folder, &names, is_verdicts, alphasort);

	for (int i = 0; i < found; i++) {
		struct buf path = BUF_INIT;

		names[i]->d_name[strlen(names[i]->d_name) - strlen(".verdicts")] = '\0';
		buf_addf(&path, "%s/%s", folder, names[i]->d_name);
		free(names[i]);
		if (n < RECORDINGS_MAX)
			tests[n++] = (struct CMUnitTest){ buf_str(&path),
				test_recording_gives_its_verdicts, NULL, NULL, path.p };
		else
			buf_clear(&path);
	}
	if (found >= 0)
		free(names);
	return n;
}

int
main(void)
{
	static struct CMUnitTest tests[RECORDINGS_MAX];
	size_t n = add_folder(tests, add_folder(tests, 0, "samples/logs"), "tests/recordings");
	int failed;

	failed = _cmocka_run_group_tests("recordings", tests, n, rules_make, rules_remove);
	for (size_t i = 0; i < n; i++)
		free(tests[i].initial_state);
	return failed;
}
