/* The bytes as a log, through all of the rules to verdicts and their prose. */
#include <stdlib.h>

#include "store/reading.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/fuzz.h"

#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

struct told {
	const struct ruleset *ruleset;
	struct buf prose;
	uint64_t messages;
	unsigned sum;
};

static void
take(void *ctx, const struct message *message)
{
	static const enum lang langs[] = { LANG_EN, LANG_JA };
	struct told *told = ctx;
	const struct message *route[MESSAGE_ROUTE_MAX];

	if (message->verdict.kind >= VERDICT_COUNT || message->verdict.cause >= CAUSE_COUNT ||
		message_route(message, route, MESSAGE_ROUTE_MAX) == 0)
		abort();
	for (size_t i = 0; i < 2; i++) {
		buf_reset(&told->prose);
		explain_message_why(&told->prose, told->ruleset, message, langs[i]);
		explain_message_brief(&told->prose, told->ruleset, message, langs[i]);
		explain_message_fix(&told->prose, told->ruleset, message, langs[i]);
		told->sum += fuzz_sum(buf_span(&told->prose));
	}
	for (size_t i = 0; i < message->nevidence; i++)
		told->sum += fuzz_sum(message->evidence[i].raw);
	told->messages++;
}

static void
forget(void *ctx)
{
	struct told *told = ctx;

	told->messages = 0;
}

static void
tell_incidents(struct told *told, const struct reading *reading)
{
	for (size_t i = 0; i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);

		if (incident->cause == CAUSE_NONE || incident->cause >= CAUSE_COUNT ||
			(i > 0 && reading_incident(reading, i - 1)->first > incident->first))
			abort();
		buf_reset(&told->prose);
		explain_incident_brief(&told->prose, told->ruleset, incident, LANG_EN);
		told->sum += fuzz_sum(buf_span(&told->prose));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ruleset *ruleset;
	struct reading_options options = { .log = { .utc = true, .now = NOW } };
	struct error err = ERROR_INIT;
	struct told told = { .prose = BUF_INIT };
	struct fuzz_file file;
	struct reading *reading;

	if (ruleset == NULL)
		ruleset = ruleset_new(NULL, 0, &err);
	told.ruleset = ruleset;
	fuzz_file_put(&file, (struct span){ (const char *)data, size });
	reading = reading_new(&options, ruleset, &err);
	if (reading == NULL)
		abort();
	/* Only what begins as a journal does can be none. */
	if (reading_add(reading, file.path, &err) == 0) {
		if (reading_run(reading, take, forget, &told, &err) < 0 && err.text[0] == '\0')
			abort();
		tell_incidents(&told, reading);
	}
	fuzz_use(told.sum);
	reading_free(reading);
	fuzz_file_remove(&file);
	buf_clear(&told.prose);
	return 0;
}
