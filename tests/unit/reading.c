#include <string.h>

#include "store/reading.h"
#include "tests/unit/rules.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define MESSAGE                                                                                    \
	"Nov 24 09:00:00 mx1 postfix/smtpd[1]: 30F9F308846A: client=a.example[192.0.2.7]\n"        \
	"Nov 24 09:00:00 mx1 opendkim[2]: 30F9F308846A: a.example [192.0.2.7] not internal\n"      \
	"Nov 24 09:00:00 mx1 opendkim[2]: 30F9F308846A: not authenticated\n"                       \
	"Nov 24 09:00:00 mx1 postfix/qmgr[3]: 30F9F308846A: from=<a@b.example>, size=1, nrcpt=1\n" \
	"Nov 24 09:00:01 mx1 postfix/qmgr[3]: 30F9F308846A: removed\n"

static void
count_message(void *ctx, const struct message *message)
{
	(void)message;
	++*(unsigned *)ctx;
}

static void
forget_messages(void *ctx)
{
	*(unsigned *)ctx = 0;
}

/* The reading of up to three files; messages gets how many messages it gave. */
static struct reading *
read_files(const char *const *names, unsigned *messages, int *rc, struct error *err)
{
	static struct reading_options options;
	struct reading *reading;

	options = (struct reading_options){ .log = { .now = instant_now() } };
	reading = reading_new(&options, ruleset, err);
	assert_non_null(reading);
	for (size_t i = 0; i < 3 && names[i]; i++)
		assert_int_equal(reading_add(reading, names[i], err), 0);
	*messages = 0;
	*rc = reading_run(reading, count_message, forget_messages, messages, err);
	return reading;
}

/* A pile of which a file was not understood is an error; never an empty report. */
static void
test_reading_says_which_file_it_did_not_understand(void **state)
{
	static const struct {
		const char *names[3];
		const char *error; /* how it begins; NULL: none */
		unsigned messages;
	} rows[] = {
		{ { "mail.log" }, NULL, 1 },
		{ { "mail.log", "copy.log" }, NULL, 1 },
		{ { "empty" }, NULL, 0 },
		{ { "blank" }, NULL, 0 },
		{ { "mail.log", "empty" }, NULL, 1 },
		{ { "syslog" }, NULL, 0 },
		{ { "prose" }, "no line of 'prose' is understood; it begins with 'Dear list,'", 0 },
		{ { "mail.log", "prose" }, "no line of 'prose' is understood; ", 1 },
		{ { "binary" },
			"no line of 'binary' is understood; it begins with '\\x7FELF\\x02\\x01'",
			0 },
		/* Cut off within its head: nothing of it can be had. */
		{ { "cut.gz" }, "'cut.gz' breaks off: truncated gzip input; 0 lines ", 0 },
		{ { "empty", "cut.gz" }, "'cut.gz' breaks off: ", 0 },
		{ { "mail.log", "cut.gz" }, NULL, 1 },
	};

	(void)state;
	scratch_put("mail.log", MESSAGE);
	scratch_put("copy.log", MESSAGE);
	scratch_put("empty", "");
	scratch_put("blank", "\n\r\n \n");
	scratch_put("syslog", "Nov 24 09:00:00 mx1 cron[1]: (root) CMD (x)\n");
	scratch_put("prose", "Dear list,\nmy mail is not signed.\n");
	scratch_put("binary", "\x7f"
			      "ELF\x02\x01");
	scratch_put_at("cut.gz", (struct span){ "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", 11 },
		instant_now());
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		unsigned messages;
		int rc;
		struct reading *reading = read_files(rows[i].names, &messages, &rc, &err);
		const char *want = rows[i].error;

		if (rc != (want ? -1 : 0) || messages != rows[i].messages ||
			(want && strncmp(err.text, want, strlen(want)) != 0)) {
			print_error("row %zu, '%s': %d, %u messages, '%s'\n", i, rows[i].names[0],
				rc, messages, err.text);
			fail();
		}
		reading_free(reading);
	}
}

static void
test_reading_groups_unknown_lines_by_shape(void **state)
{
	static const struct {
		const char *shape;
		uint64_t count;
	} rows[] = {
		{ "frobnicating '...' N times", 4 },
		{ "\"...\" was frobnicated", 1 },
	};
	static const char *const names[3] = { "mail.log" };
	struct error err = ERROR_INIT;
	unsigned messages;
	struct reading *reading;
	int rc;

	(void)state;
	scratch_put("mail.log",
		"Nov 24 09:00:00 mx1 opendkim[2]: frobnicating 'a b' 12 times\n"
		"Nov 24 09:00:01 mx1 opendkim[2]: \"x\" was frobnicated\n"
		"Nov 24 09:00:02 mx1 opendkim[2]: 30F9F308846A: frobnicating 'c' 7 times\n"
		"Nov 24 09:00:03 mx1 opendkim[2]: message repeated 2 times: [ "
		"frobnicating 'd' 1.5 times]\n");
	reading = read_files(names, &messages, &rc, &err);
	assert_int_equal(rc, 0);
	assert_int_equal(reading_totals(reading)->unknown_lines, 5);
	assert_int_equal(reading_shapes(reading), COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct shape *shape = reading_shape(reading, i);

		if (shape->count != rows[i].count) {
			print_error("%.*s: %llu\n", SPAN_ARGS(shape->text),
				(unsigned long long)shape->count);
			fail();
		}
	}
	assert_true(span_eq(reading_shape(reading, 1)->text, SPAN("\"...\" was frobnicated")));
	reading_free(reading);
}

/* A log may hold ever new shapes: they are counted, and no more than a bound is kept. */
static void
test_reading_keeps_a_bounded_number_of_shapes(void **state)
{
	static const char *const names[3] = { "mail.log" };
	struct buf text = BUF_INIT;
	struct error err = ERROR_INIT;
	unsigned messages;
	struct reading *reading;
	int rc;

	(void)state;
	for (int i = 0; i < READING_SHAPES_MAX + 50; i++)
		buf_addf(&text, "Nov 24 09:00:00 mx1 opendkim[2]: frob %c%c%c\n", 'g' + i % 10,
			'g' + i / 10 % 10, 'g' + i / 100);
	scratch_put("mail.log", buf_str(&text));
	reading = read_files(names, &messages, &rc, &err);
	assert_int_equal(rc, 0);
	assert_int_equal(reading_shapes(reading), READING_SHAPES_MAX);
	assert_int_equal(reading_totals(reading)->shapes_beyond, 50);
	assert_int_equal(reading_totals(reading)->unknown_lines, READING_SHAPES_MAX + 50);
	reading_free(reading);
	buf_clear(&text);
}

/* SyslogName: what speaks as only OpenDKIM does is OpenDKIM, from that line on. */
static void
test_reading_knows_opendkim_by_its_words(void **state)
{
	static const char *const names[3] = { "mail.log" };
	struct error err = ERROR_INIT;
	unsigned messages;
	struct reading *reading;
	int rc;

	(void)state;
	scratch_put("mail.log", "Nov 24 09:00:00 mx1 signer[2]: not yet known\n"
				"Nov 24 09:00:00 mx1 signer[2]: OpenDKIM Filter v2.11.0 starting\n"
				"Nov 24 09:00:01 mx1 signer[2]: 30F9F308846A: not authenticated\n");
	reading = read_files(names, &messages, &rc, &err);
	assert_int_equal(rc, 0);
	assert_int_equal(reading_totals(reading)->lines, 3);
	assert_int_equal(reading_totals(reading)->events, 2);
	reading_free(reading);
}

/* A key that no message asked for is told at the end of the log: as the fault of its own host. */
static void
test_reading_leaves_a_fault_with_its_host(void **state)
{
	static const char *const names[] = { "mail.log", NULL };
	struct error err = ERROR_INIT;
	struct reading *reading;
	unsigned messages;
	int rc;

	(void)state;
	scratch_put("mail.log",
		"Nov 24 09:00:00 mx1 opendkim[812]: can't load key from /etc/mail/a.private: Permission denied\n"
		"Nov 24 09:00:01 mx2 postfix/smtpd[7]: connect from a.example[192.0.2.7]\n");
	reading = read_files(names, &messages, &rc, &err);
	assert_int_equal(rc, 0);
	assert_int_equal(reading_incidents(reading), 1);
	assert_int_equal(reading_incident(reading, 0)->cause, CAUSE_KEY_PERMISSION);
	assert_true(span_eq(reading_incident(reading, 0)->host, SPAN("mx1")));
	reading_free(reading);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_reading_says_which_file_it_did_not_understand),
		SCRATCH_TEST(test_reading_groups_unknown_lines_by_shape),
		SCRATCH_TEST(test_reading_keeps_a_bounded_number_of_shapes),
		SCRATCH_TEST(test_reading_knows_opendkim_by_its_words),
		SCRATCH_TEST(test_reading_leaves_a_fault_with_its_host),
	};

	return cmocka_run_group_tests(tests, rules_make, rules_remove);
}
