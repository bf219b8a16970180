/* The texts of the dashboard: each is there in each language and names the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/say.h"

/* Bits of the values that a text names. */
static unsigned
values_of(const char *text)
{
	struct span rest = span_of(text), before, inside;
	unsigned values = 0;

	while (span_cut(&rest, '{', &before) && rest.p != NULL && span_cut(&rest, '}', &inside))
		values |= 1U << (inside.p[0] - '0');
	return values;
}

static void
test_every_text_is_there_in_every_language(void **state)
{
	(void)state;
	for (int i = 0; i < SAY_COUNT; i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			const char *text = say((enum lang)lang, (enum say)i);

			if (text == NULL || *text == '\0')
				fail_msg("text %d is not there in language %d", i, lang);
			if (values_of(text) != values_of(say(LANG_EN, (enum say)i)))
				fail_msg("text %d names other values: %s", i, text);
		}
}

static void
test_english_is_ascii(void **state)
{
	(void)state;
	/* So that --ascii needs no other words. */
	for (int i = 0; i < SAY_COUNT; i++)
		for (const char *p = say(LANG_EN, (enum say)i); *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				fail_msg("text %d: %s", i, say(LANG_EN, (enum say)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_text_is_there_in_every_language),
		cmocka_unit_test(test_english_is_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
