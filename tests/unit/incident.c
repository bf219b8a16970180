/* Which signatures say that a key can be used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/incident.h"

#define FILE_OF "/etc/opendkim/keys/"

static const struct row {
	const char *subject, *key, *selector, *domain;
	bool ends;
} rows[] = {
	{ FILE_OF "x", "s1._domainkey.shop.example", "s1", "shop.example", true },
	{ FILE_OF "x", "s1._domainkey.Shop.Example", "S1", "shop.example", true },
	{ FILE_OF "x", "s1._domainkey.shop.example", "s2", "shop.example", false },
	{ FILE_OF "x", "s1._domainkey.shop.example", "s1", "p.example", false },
	/* a name tells more than the path */
	{ FILE_OF "shop.example/s2.private", "s1._domainkey.shop.example", "s2", "shop.example",
		false },
	{ FILE_OF "shop.example/s1.private", "", "s1", "shop.example", true },
	{ FILE_OF "shop.example/s1.private", "shop", "s1", "shop.example", true },
	{ FILE_OF "shop.example.pem", "", "s1", "shop.example", true },
	{ FILE_OF "s1.shop.example.pem", "", "s1", "shop.example", true },
	{ FILE_OF "mail.shop.example/s1.private", "", "s1", "shop.example", false },
	{ FILE_OF "myshop.example/s1.private", "", "s1", "shop.example", false },
	{ FILE_OF "shop.examples/s1.private", "", "s1", "shop.example", false },
	{ FILE_OF "s1.private", "", "s1", "shop.example", false },
	{ "", "", "s1", "shop.example", false },
	{ "", "s1._domainkey.shop.example", "s1", "shop.example", true },
	{ FILE_OF "x", "s1._domainkey.shop.example", "", "", false },
};

static struct incident *
note(struct incidents *incidents, const struct row *row, cause_t cause)
{
	struct evidence line = { .when = 10 };
	struct incident *incident =
		incidents_note(incidents, SPAN("mx1"), cause, span_of(row->subject), &line);

	incidents_add_key(incidents, incident, span_of(row->key));
	return incident;
}

static void
test_a_signature_ends_what_its_key_suffered(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		struct incidents *incidents = incidents_new();
		struct incident *incident = note(incidents, row, CAUSE_KEY_PERMISSION);

		if (incidents_end_key(incidents, SPAN("mx1"), span_of(row->selector),
			    span_of(row->domain), 20) != row->ends ||
			(incident->ended == 20) != row->ends)
			fail_msg("row %zu: %s %s, signed with %s of %s", i, row->subject, row->key,
				row->selector, row->domain);
		incidents_free(incidents);
	}
}

static void
test_nothing_else_ends_with_it(void **state)
{
	struct incidents *incidents = incidents_new();
	struct incident *other = note(incidents, &rows[0], CAUSE_CONFIG_ERROR);

	(void)state;
	(void)note(incidents, &rows[0], CAUSE_KEY_MISSING);
	assert_false(incidents_end_key(incidents, SPAN("mx2"), SPAN("s1"), SPAN("shop.example"),
		20));
	assert_false(incidents_end_key(incidents, SPAN("mx1"), SPAN("s1"), SPAN("shop.example"),
		9));
	assert_true(incidents_end_key(incidents, SPAN("mx1"), SPAN("s1"), SPAN("shop.example"),
		20));
	assert_false(incidents_end_key(incidents, SPAN("mx1"), SPAN("s1"), SPAN("shop.example"),
		21));
	assert_int_equal(other->ended, INSTANT_NONE);
	incidents_free(incidents);
}

static void
test_many_keys_of_one_file(void **state)
{
	struct incidents *incidents = incidents_new();
	struct incident *incident = NULL;
	char key[64];
	struct row row = { FILE_OF "x", key, NULL, NULL, false };

	(void)state;
	for (int i = 0; i < 2 * INCIDENT_KEYS_MAX; i++) {
		(void)snprintf(key, sizeof key, "s%d._domainkey.shop.example", i / 2);
		incident = note(incidents, &row, CAUSE_KEY_INSECURE);
	}
	assert_int_equal(incident->nkeys, INCIDENT_KEYS_MAX);
	(void)snprintf(key, sizeof key, "s99._domainkey.shop.example");
	assert_ptr_equal(note(incidents, &row, CAUSE_KEY_INSECURE), incident);
	assert_int_equal(incident->nkeys, INCIDENT_KEYS_MAX);
	assert_true(incidents_end_key(incidents, SPAN("mx1"), SPAN("s7"), SPAN("shop.example"),
		20));
	incidents_free(incidents);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_signature_ends_what_its_key_suffered),
		cmocka_unit_test(test_nothing_else_ends_with_it),
		cmocka_unit_test(test_many_keys_of_one_file),
	};

	return cmocka_run_group_tests_name("incident", tests, NULL, NULL);
}
