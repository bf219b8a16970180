/* The one place of each format where text from a log is made fit for it: CSV, HTML, mail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/instant.h"
#include "cli/csv.h"
#include "cli/html.h"
#include "cli/mail.h"

struct row {
	struct span text;
	const char *expected;
};

static void
hold(const struct row *rows, size_t n, void (*escape)(struct buf *out, struct span text))
{
	for (size_t i = 0; i < n; i++) {
		struct buf out = BUF_INIT;

		escape(&out, rows[i].text);
		if (!span_eq(buf_span(&out), span_of(rows[i].expected)))
			fail_msg("row %zu: '%s', expected '%s'", i, buf_str(&out),
				rows[i].expected);
		buf_clear(&out);
	}
}

static void
test_csv_holds_text_only(void **state)
{
	static const struct row rows[] = {
		{ { "", 0 }, "\"\"" },
		{ { "a,b", 3 }, "\"a,b\"" },
		{ { "a\"b", 3 }, "\"a\"\"b\"" },
		{ { "=1+1", 4 }, "\"'=1+1\"" },
		{ { "+1", 2 }, "\"'+1\"" },
		{ { "-1", 2 }, "\"'-1\"" },
		{ { "@A1", 3 }, "\"'@A1\"" },
		{ { "\t=1", 3 }, "\"' =1\"" },
		{ { "\r=1", 3 }, "\"'\\x0D=1\"" },
		{ { "a\nb", 3 }, "\"a\nb\"" },
		{ { "a\0b", 3 }, "\"a\\x00b\"" },
		{ { "\xff", 1 }, "\"\\xFF\"" },
	};

	(void)state;
	hold(rows, sizeof rows / sizeof *rows, csv_text);
}

static void
test_html_holds_text_only(void **state)
{
	static const struct row rows[] = {
		{ { "<a href=\"x\">'&'</a>", 19 },
			"&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;" },
		{ { "\x1b[2J\0", 5 }, "\\x1B[2J\\x00" },
		{ { "\xe2\x80\xae", 3 }, "\\u{202E}" },
		{ { "\xff", 1 }, "\\xFF" },
		{ { "\xe6\x97\xa5", 3 }, "\xe6\x97\xa5" },
	};

	(void)state;
	hold(rows, sizeof rows / sizeof *rows, html_text);
}

static void
test_an_address_is_one_address(void **state)
{
	static const struct {
		const char *text;
		bool is_one;
	} rows[] = {
		{ "root", true },
		{ "a.b+c@mail.x.example", true },
		{ "o'neil@x.example", true },
		{ "", false },
		{ "-f@x.example", false },
		{ "a@-x.example", false },
		{ "a@b@c", false },
		{ "a@", false },
		{ "@x.example", false },
		{ ".a@x.example", false },
		{ "a..b@x.example", false },
		{ "a b@x.example", false },
		{ "a,b@x.example", false },
		{ "a@x.example\nBcc: b", false },
		{ "\"a\"@x.example", false },
		{ "<a@x.example>", false },
		{ "a(b)@x.example", false },
		{ "a@[192.0.2.1]", false },
		{ "\xc3\xa9@x.example", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (mail_is_address(span_of(rows[i].text)) != rows[i].is_one)
			fail_msg("'%s'", rows[i].text);
}

/* Every line of the head is a field of ours or goes on one, whatever stands in the subject. */
static void
test_a_subject_stays_in_its_field(void **state)
{
	static const struct row rows[] = {
		{ { "plain", 5 }, "Subject: plain\n" },
		{ { "a\r\nBcc: b", 9 }, "Subject: a\\x0D\\x0ABcc: b\n" },
		{ { "=?x", 3 }, "Subject: =?UTF-8?Q?=3D=3Fx?=\n" },
		{ { "\xe6\x97\xa5", 3 }, "Subject: =?UTF-8?Q?=E6=97=A5?=\n" },
		{ { "\xff", 1 }, "Subject: \\xFF\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct mail mail = { .to = SPAN("root"),
			.from = SPAN("root\nX: y"),
			.host = SPAN("mx 1>\n<b.."),
			.subject = rows[i].text,
			.language = SPAN("en"),
			.text = SPAN(".\nFrom me\n--=_dkimwhy_=--\n"),
			.html = SPAN(""),
			.when = 0,
			.utc = true };
		struct buf out = BUF_INIT;

		mail_compose(&out, &mail);
		assert_true(span_starts(buf_span(&out),
			SPAN("From: dkimwhy <root>\nTo: root\nSubject: ")));
		assert_true(span_has(buf_span(&out), span_of(rows[i].expected)));
		assert_true(span_has(buf_span(&out),
			SPAN("\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n")));
		assert_true(span_has(buf_span(&out),
			SPAN("\nReferences: <dkimwhy.summary@mx1b>\n")));
		assert_true(span_has(buf_span(&out),
			SPAN("\n=2E\n=46rom me\n--=3D_dkimwhy_=3D--\n")));
		buf_clear(&out);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv_holds_text_only),
		cmocka_unit_test(test_html_holds_text_only),
		cmocka_unit_test(test_an_address_is_one_address),
		cmocka_unit_test(test_a_subject_stays_in_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
