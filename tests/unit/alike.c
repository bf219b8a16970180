/* Lines that are alike, and each of them read for itself: stamp, host, program and text must be the same. */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parser/alike.h"

static void
compare(const char *path, const struct line *got, const struct stamp *stamp)
{
	struct frame want;

	frame_read(got->raw, &want);
	if (!span_eq(got->host, want.host) || !span_eq(got->tag, want.tag) ||
		!span_eq(got->text, want.text) || got->pid != want.pid ||
		got->text.p != want.text.p || got->times != want.times ||
		stamp->kind != want.stamp || stamp->offset_s != want.offset_s ||
		memcmp(&stamp->civil, &want.civil, sizeof want.civil) != 0)
		fail_msg("%s: '%.*s'", path, SPAN_ARGS(got->raw));
}

/* How many lines were alike. */
static size_t
read_twice(const char *name, struct span rest)
{
	struct frame_cache cache = { .n = 0 };
	size_t alike = 0;

	while (rest.n > 0) {
		ptrdiff_t end = span_find_char(rest, '\n');
		size_t n = end < 0 ? rest.n : (size_t)end;
		struct line line = { .times = 0 };
		struct frame frame;
		bool moved;

		if (alike_read(rest, &cache, &line, &moved)) {
			assert_int_equal(line.raw.n, n);
			compare(name, &line, &cache.stamp);
			alike++;
		} else {
			frame_read_next(span_first(rest, n), &cache, &frame);
		}
		rest = span_from(rest, n + 1);
	}
	return alike;
}

static size_t
read_file(const char *path)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t alike;

	assert_true(fd >= 0);
	assert_int_equal(buf_read_all(&text, fd, (size_t)16 << 20, &err), 0);
	close(fd);
	alike = read_twice(path, buf_span(&text));
	buf_clear(&text);
	return alike;
}

static void
test_alike_is_what_each_line_is_by_itself(void **state)
{
	static const char *const patterns[] = { "tests/recordings/*.log", "samples/logs/*.log" };
	size_t alike = 0;

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		glob_t found;

		assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++)
			alike += read_file(found.gl_pathv[k]);
		globfree(&found);
	}
	assert_true(alike > 1000);
}

/* Each behind "Nov 24 09:14:02 mx1 ": what of them is alike must be right, and the plain ones must be alike. */
static const struct {
	const char *line;
	bool alike;
} rows[] = {
	{ "postfix/smtpd[12]: connect from a[192.0.2.1]", true },
	{ "postfix/submission/smtpd[12]: connect from a[192.0.2.1]", true },
	{ "postfix/qmgr[1]: 30F9F308846A: removed", true },
	{ "opendkim[812]: 30F9F308846A: not authenticated", true },
	{ "CRON[31469]: (root) CMD (test -x /usr/sbin/anacron)", true },
	{ "dovecot: imap-login: Login: user=<a>", true },
	{ "dovecot: short", false },
	{ "warning: this is no program at all", false },
	{ "Error: this is no program at all", false },
	{ "opendkim.service[12]: a unit is a program of systemd", false },
	{ "opendkim[0]: no process has that", false },
	{ "opendkim[012]: nor is it written so", false },
	{ "opendkim[12]:no blank behind the colon", false },
	{ "opendkim[12]:  two of them", false },
	{ "opendkim[12]: message repeated 3 times: [ x y]", false },
	{ "opendkim[12]: [ID 197553 mail.info] text", false },
	{ "opendkim[12]: ends in a blank ", false },
	{ "opendkim[12]: ", false },
	{ "[12]: has no name", false },
	{ "[12] nor is this one", false },
	{ "/usr/sbin/opendkim[12]: with its path", true },
	{ "/dovecot: with a path and no process ID", false },
};

static void
test_alike_leaves_what_is_not_plain(void **state)
{
	static const char *const stamps[] = { "Nov 24 09:14:02 mx1 ",
		"2026-11-24T09:14:02.123456+09:00 mx1 ", "Nov 24 09:14:02 1234 " };

	(void)state;
	for (size_t s = 0; s < sizeof stamps / sizeof *stamps; s++)
		for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
			struct buf text = BUF_INIT;
			size_t alike;

			buf_addf(&text, "%spostfix/qmgr[1]: daemon started\n%s%s\n", stamps[s],
				stamps[s], rows[i].line);
			for (int k = 0; k < 20; k++) /* it is not looked at behind its end */
				buf_addf(&text, "another line\n");
			alike = read_twice(rows[i].line, buf_span(&text));
			if (s < 2 && alike != rows[i].alike)
				fail_msg("'%s' is alike: %zu", rows[i].line, alike);
			buf_clear(&text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alike_is_what_each_line_is_by_itself),
		cmocka_unit_test(test_alike_leaves_what_is_not_plain),
	};

	return cmocka_run_group_tests_name("alike", tests, NULL, NULL);
}
