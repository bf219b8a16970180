/* The table of keys: no key twice, each action has one, and the manual says the same. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tui/keys.h"

static void
test_no_key_does_two_things(void **state)
{
	(void)state;
	for (size_t i = 0; keys_get(i) != NULL; i++)
		for (size_t k = 0; k < BINDING_KEYS_MAX && keys_get(i)->keys[k] != 0; k++)
			if (keys_action(keys_get(i)->keys[k]) != keys_get(i)->action)
				fail_msg("a key of '%s' is another's", keys_get(i)->shown);
}

static void
test_every_action_has_a_key_and_help_in_each_language(void **state)
{
	bool has[DO_COUNT] = { false };

	(void)state;
	for (size_t i = 0; keys_get(i) != NULL; i++) {
		const struct binding *binding = keys_get(i);

		if (has[binding->action])
			fail_msg("'%s' does what another binding does", binding->shown);
		has[binding->action] = true;
		assert_int_not_equal(binding->keys[0], 0);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			if (binding->help[lang] == NULL || *binding->help[lang] == '\0')
				fail_msg("'%s' has no help in language %d", binding->shown, lang);
	}
	for (int action = DO_NOTHING + 1; action < DO_COUNT; action++)
		if (!has[action])
			fail_msg("action %d has no key", action);
}

/* As mdoc has it: a backslash is written \e. */
static void
add_mdoc(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buf_add(out, SPAN("\\e"));
		else
			buf_add_char(out, *text);
	}
}

static void
test_the_manual_lists_them_in_the_same_words(void **state)
{
	FILE *file = fopen("cli/dkimwhy.1", "r");
	struct buf manual = BUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_non_null(file);
	assert_int_equal(buf_read_all(&manual, fileno(file), 1 << 20, &err), 0);
	(void)fclose(file);
	for (size_t i = 0; keys_get(i) != NULL; i++) {
		struct buf lines = BUF_INIT;

		/* What looks like punctuation of mdoc's is none. */
		buf_add(&lines, isalnum((unsigned char)keys_get(i)->shown[0]) ? SPAN(".It ")
									      : SPAN(".It \\&"));
		add_mdoc(&lines, keys_get(i)->shown);
		buf_add_char(&lines, '\n');
		add_mdoc(&lines, keys_get(i)->help[LANG_EN]);
		buf_add_char(&lines, '\n');
		if (!span_has(buf_span(&manual), buf_span(&lines)))
			fail_msg("the manual does not have:\n%s", buf_str(&lines));
		buf_clear(&lines);
	}
	buf_clear(&manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_key_does_two_things),
		cmocka_unit_test(test_every_action_has_a_key_and_help_in_each_language),
		cmocka_unit_test(test_the_manual_lists_them_in_the_same_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
