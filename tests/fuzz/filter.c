/* A command line, a word a line: read, checked, and held against a message. */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/dimension.h"
#include "cli/filter.h"
#include "cli/range.h"
#include "tests/fuzz/fuzz.h"

#define WORDS_MAX 64
#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

/* These come from cli/main.c, which a target is without. */
const struct command *const commands[] = { NULL };

static const struct option_group *const groups[] = { &options_input, &options_filter,
	&options_common, NULL };

static const struct message message = {
	.author = { "a@shop.example", 14 },
	.author_domain = { "shop.example", 12 },
	.sender = { "b@mail.far.example", 18 },
	.verdict = { .kind = VERDICT_UNSIGNED, .cause = CAUSE_NOT_INTERNAL },
};

static void
check_time(const char *text)
{
	struct error err = ERROR_INIT;
	int64_t t = INSTANT_NONE;

	if (text == NULL)
		return;
	if (instant_parse(span_of(text), NOW, true, &t, &err) == 0 ? t == INSTANT_NONE
								   : err.text[0] == '\0')
		abort();
}

static void
check_range(const char *text)
{
	struct error err = ERROR_INIT;
	struct range range;

	if (range_parse(&range, span_of(text), &err) == 0)
		(void)range_alarms(&range, 1);
	else if (err.text[0] == '\0')
		abort();
}

static void
check(const struct settings *settings)
{
	struct error err = ERROR_INIT;
	struct buf words = BUF_INIT;

	check_time(settings->since);
	check_time(settings->until);
	for (size_t i = 0; i < settings->arguments.n; i++) {
		check_range(settings->arguments.items[i]);
		(void)dimension_of(span_of(settings->arguments.items[i]));
	}
	if (filter_check(settings, &err) == 0) {
		(void)filter_wants(settings, &message);
		(void)filter_wants_cause(settings, CAUSE_NOT_INTERNAL);
		filter_add_words(&words, settings);
	} else if (err.text[0] == '\0') {
		abort();
	}
	buf_clear(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { (const char *)data, size }, word;
	struct settings settings = { .width = 0 };
	struct error err = ERROR_INIT;
	struct buf words[WORDS_MAX];
	char *argv[WORDS_MAX];
	int argc = 0, at = 0;

	while (argc < WORDS_MAX && span_cut(&rest, '\n', &word)) {
		words[argc] = (struct buf)BUF_INIT;
		buf_add(&words[argc], word);
		argv[argc] = words[argc].p;
		argc++;
	}
	if (options_parse(groups, argc, argv, &at, false, &settings, &err) == 0)
		check(&settings);
	else if (err.text[0] == '\0')
		abort();
	if (at > argc)
		abort();
	settings_clear(&settings);
	while (argc > 0)
		buf_clear(&words[--argc]);
	return 0;
}
