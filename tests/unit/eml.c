#include "parser/eml.h"

#include "base/buf.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define OUR_HOP                                                                                    \
	"Received: from pc20.example.com (pc20.example.com [127.0.1.20])\n"                        \
	"\tby mail.example.com (Postfix) with ESMTP id 82144AE05DF\n"                              \
	"\tfor <bob@remote.test>; Tue, 24 Nov 2026 02:36:25 +0000 (UTC)\n"
#define THEIR_HOP                                                                                  \
	"Received: from mail.example.com (mail.example.com [192.0.2.25])\n"                        \
	"\tby mx.sink.test (Postfix) with ESMTP id 0B6962836;\n"                                   \
	"\tTue, 24 Nov 2026 02:36:25 +0000 (UTC)\n"

/* "queue IDs|message ID|results|signatures", or the error. */
static void
words(struct span text, struct buf *out)
{
	struct error err = ERROR_INIT;
	struct eml eml;
	int fd;

	scratch_put_at("message.eml", text, instant_now());
	fd = open("message.eml", O_RDONLY | O_CLOEXEC);
	buf_reset(out);
	if (eml_read(&eml, fd, &err) < 0) {
		buf_addf(out, "%d: %s", (int)err.kind, err.text);
		close(fd);
		return;
	}
	for (size_t i = 0; i < eml.nqueue_ids; i++)
		buf_addf(out, "%s%.*s", i > 0 ? " " : "", SPAN_ARGS(eml.queue_ids[i]));
	buf_addf(out, "|%.*s|%.*s|", SPAN_ARGS(eml.message_id), SPAN_ARGS(eml.results));
	for (size_t i = 0; i < eml.nsignatures; i++)
		buf_addf(out, "[%.*s]", SPAN_ARGS(eml.signatures[i]));
	eml_clear(&eml);
	close(fd);
}

#define NO_MESSAGE                                                                                 \
	"4: that is no saved message with its header: no Received: and no Message-ID: in it"

static void
test_eml_reads_headers(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		/* The last hop first. */
		{ THEIR_HOP OUR_HOP "Message-ID: <a@b>\n\nHello.\n",
			"0B6962836 82144AE05DF|<a@b>||" },
		{ "Message-ID: <a@b>\n", "|<a@b>||" },
		{ "Message-ID: <a@b>", "|<a@b>||" },
		{ "MESSAGE-id:<a@b>\r\n\r\nbody\r\n", "|<a@b>||" },
		{ "Message-ID : <a@b>\n", "|<a@b>||" },
		{ "Message-ID:\n <a@b>\n", "|<a@b>||" },
		{ "Message-ID:\r\n\t<a@b>\r\n", "|<a@b>||" },
		/* The first one counts. */
		{ "Message-ID: <a@b>\nMessage-ID: <c@d>\n", "|<a@b>||" },
		/* As mail programs and mailboxes save it. */
		{ "From a@b Tue Nov 24 02:36:25 2026\n" OUR_HOP "\n", "82144AE05DF|||" },
		{ "\n\r\n" OUR_HOP "\n", "82144AE05DF|||" },
		{ "\xEF\xBB\xBF" OUR_HOP "\n", "82144AE05DF|||" },
		/* What stands in the body does not count. */
		{ "Subject: x\n\n" OUR_HOP "Message-ID: <a@b>\n", NO_MESSAGE },
		{ OUR_HOP "\n" THEIR_HOP, "82144AE05DF|||" },
		/* IDs of other programs are none. */
		{ "Received: by x with SMTP id a1b2c3-20020a; x\nMessage-ID: <a@b>\n", "|<a@b>||" },
		{ "Received: by x (8.15.2/8.15.2) with ESMTP id 3AO98uWq012345\n",
			"3AO98uWq012345|||" },
		{ "Received: from localhost id\nMessage-ID: <a@b>\n", "|<a@b>||" },
		{ "Message-ID: <a@b>\nAuthentication-Results: mx;\n dkim=none (message not signed)\n"
		  "Authentication-Results: other\n",
			"|<a@b>|mx; dkim=none (message not signed)|" },
		{ "Message-ID: <a@b>\nDKIM-Signature: v=1; a=rsa-sha256; d=example.com;\n"
		  "\ts=s2026; bh=d=x; b=abc==\ndkim-signature: b=x; s = two ; d\t=\texample.net\n",
			"|<a@b>||[s=s2026, d=example.com][s=two, d=example.net]" },
		{ "Message-ID: <a@b>\nDKIM-Signature: ;;d;=;s\n", "|<a@b>||[s=?, d=?]" },
		/* No messages. */
		{ "", NO_MESSAGE },
		{ "\n\n\n", NO_MESSAGE },
		{ "Nov 24 02:36:25 mail postfix/qmgr[1]: 82144AE05DF: removed\n", NO_MESSAGE },
		{ "Subject: x\n\nHello.\n", NO_MESSAGE },
		{ " continues nothing\n", NO_MESSAGE },
		{ ":\n:::\nMessage-ID\n", NO_MESSAGE },
	};
	struct buf got = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		words(span_of(rows[i].text), &got);
		if (strcmp(buf_str(&got), rows[i].want) != 0) {
			print_error("'%s': '%s'\n", rows[i].text, buf_str(&got));
			fail();
		}
	}
	buf_clear(&got);
}

static void
test_eml_reads_the_sample(void **state)
{
	struct error err = ERROR_INIT;
	struct eml eml;
	int fd = open("samples/message.eml", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(eml_read(&eml, fd, &err), 0);
	assert_int_equal(eml.nqueue_ids, 2);
	assert_true(span_eq(eml.queue_ids[1], SPAN("82144AE05DF")));
	assert_true(span_eq(eml.results, SPAN("mx.sink.test; dkim=none (message not signed)")));
	assert_int_equal(eml.nsignatures, 0);
	eml_clear(&eml);
	close(fd);
}

/* Anyone can send a header of any size: it is cut, and what it holds is bounded. */
static void
test_eml_reads_huge_headers_within_bounds(void **state)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct eml eml;
	int fd;

	(void)state;
	buf_add(&text, SPAN("Message-ID: <a@b>\nX-Long: "));
	buf_add_repeat(&text, 'x', 100000);
	buf_add_char(&text, '\n');
	for (int i = 0; i < 100; i++) {
		buf_add(&text, SPAN(OUR_HOP));
		buf_add(&text, SPAN("DKIM-Signature: s=a; d=b\n"));
	}
	buf_add(&text, SPAN("Subject:"));
	while (text.n < 2 * EML_HEADER_MAX)
		buf_add(&text, SPAN(" folded\n"));
	scratch_put_at("huge.eml", buf_span(&text), instant_now());
	fd = open("huge.eml", O_RDONLY | O_CLOEXEC);
	assert_int_equal(eml_read(&eml, fd, &err), 0);
	assert_int_equal(eml.nqueue_ids, EML_IDS_MAX);
	assert_int_equal(eml.nsignatures, COUNT(eml.signatures));
	eml_clear(&eml);
	close(fd);
	buf_clear(&text);
}

static void
test_eml_says_that_it_cannot_read(void **state)
{
	struct error err = ERROR_INIT;
	struct eml eml;
	int fd = open(".", O_RDONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(eml_read(&eml, fd, &err), -1);
	assert_int_equal(err.kind, ERROR_SYSTEM);
	assert_string_equal(err.text, "cannot read: Is a directory");
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_eml_reads_headers),
		cmocka_unit_test(test_eml_reads_the_sample),
		SCRATCH_TEST(test_eml_reads_huge_headers_within_bounds),
		cmocka_unit_test(test_eml_says_that_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
