#include "parser/conf.h"

#include "base/buf.h"
#include "tests/unit/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct conf *
load(const char *path)
{
	struct error err = ERROR_INIT;
	struct conf *conf = conf_new(path, &err);

	if (conf == NULL) {
		print_error("%s\n", err.text);
		fail();
	}
	return conf;
}

static void
test_conf_reads_settings_as_the_daemon_does(void **state)
{
	static const struct {
		const char *name;
		const char *value; /* NULL: not set */
		unsigned line;
	} rows[] = {
		{ "Domain", "example.net", 8 }, /* the last one counts */
		{ "DOMAIN", "example.net", 8 },
		{ "Selector", "s2026", 3 },
		{ "Socket", "inet:8891@localhost", 4 },
		{ "Statistics", "/a b", 5 },
		{ "Canonicalization", "relaxed/simple", 6 },
		{ "KeyFile", NULL, 0 },
		{ "Mode", "sv", 9 }, /* no newline behind it */
		{ "InternalHosts", "127.0.0.1,", 7 },
		{ "", NULL, 0 },
	};
	struct conf *conf;

	(void)state;
	scratch_put("opendkim.conf", "# KeyFile /x\n"
				     "Domain\texample.com # ours\n"
				     "  selector   s2026  \n"
				     "\tSocket\t\tinet:8891@localhost\r\n"
				     "Statistics /a b\n"
				     "Canonicalization relaxed/simple#\n"
				     "InternalHosts 127.0.0.1, # ::1\n"
				     "Domain example.net\n"
				     "Mode sv");
	conf = load("opendkim.conf");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct conf_setting *got = conf_get(conf, rows[i].name);

		if ((got != NULL) != (rows[i].value != NULL) ||
			(got && (got->line != rows[i].line ||
					!span_eq(got->value, span_of(rows[i].value))))) {
			print_error("%s: '%.*s' in line %u\n", rows[i].name,
				SPAN_ARGS(got ? got->value : SPAN("")), got ? got->line : 0);
			fail();
		}
	}
	conf_free(conf);
}

static void
test_conf_reads_booleans_by_their_first_letter(void **state)
{
	static const struct {
		const char *value;
		bool fallback, want;
	} rows[] = {
		{ "yes", false, true },
		{ "Y", false, true },
		{ "true", false, true },
		{ "1", false, true },
		{ "no", true, false },
		{ "NO", true, false },
		{ "false", true, false },
		{ "0", true, false },
		{ "maybe", true, true },
		{ "maybe", false, false },
		{ "on", false, false },
		{ "", true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf text = BUF_INIT;
		struct conf *conf;

		buf_addf(&text, "LogWhy %s\n", rows[i].value);
		scratch_put("opendkim.conf", buf_str(&text));
		conf = load("opendkim.conf");
		if (conf_bool(conf, "LogWhy", rows[i].fallback) != rows[i].want) {
			print_error("'%s'\n", rows[i].value);
			fail();
		}
		assert_true(conf_bool(conf, "Syslog", true));
		conf_free(conf);
		buf_clear(&text);
	}
}

static void
test_conf_includes_files(void **state)
{
	struct conf *conf;
	const struct conf_setting *got;

	(void)state;
	scratch_put("opendkim.conf",
		"Selector one\nInclude /nowhere/more.conf\nDomain example.com\n");
	scratch_put("more.conf", "Selector two\nDomain example.net\n");
	conf = load("./opendkim.conf");
	got = conf_get(conf, "Selector");
	/* A copied folder works: /nowhere/more.conf stands beside the file that names it. */
	assert_true(span_eq(got->value, SPAN("two")));
	assert_string_equal(got->file, "./more.conf");
	assert_int_equal(got->line, 1);
	assert_true(span_eq(conf_get(conf, "Domain")->value, SPAN("example.com")));
	conf_free(conf);
}

static void
test_conf_says_what_it_cannot_read(void **state)
{
	static const struct {
		const char *path;
		enum error_kind kind;
		const char *text;
	} rows[] = {
		{ "missing.conf", ERROR_SYSTEM,
			"cannot open 'missing.conf': No such file or directory" },
		{ ".", ERROR_SYSTEM, "'.': cannot read: Is a directory" },
		{ "dangling.conf", ERROR_SYSTEM,
			"cannot open '/nowhere/gone.conf': No such file or directory" },
		{ "itself.conf", ERROR_CONFIG, "itself.conf:1: Include is nested too deep" },
		{ "long.conf", ERROR_LIMIT, "long.conf:2001: more than 2000 settings" },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (int i = 0; i < CONF_SETTINGS_MAX + 2; i++)
		buf_add(&text, SPAN("Domain x\n"));
	scratch_put("long.conf", buf_str(&text));
	scratch_put("dangling.conf", "Include /nowhere/gone.conf\n");
	scratch_put("itself.conf", "Include itself.conf\nInclude itself.conf\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;

		assert_null(conf_new(rows[i].path, &err));
		if (err.kind != rows[i].kind || strcmp(err.text, rows[i].text) != 0) {
			print_error("%s: '%s'\n", rows[i].path, err.text);
			fail();
		}
	}
	buf_clear(&text);
}

/* "KEY=VALUE|..." of a set's rows. */
static void
set_words(struct conf_set set, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < set.n; i++)
		buf_addf(out, "%.*s=%.*s|", SPAN_ARGS(set.rows[i].key),
			SPAN_ARGS(set.rows[i].value));
	buf_add_char(out, '\0');
}

static void
test_conf_reads_data_sets(void **state)
{
	static const struct {
		const char *value;
		enum conf_set_kind kind;
		const char *want;
	} rows[] = {
		{ "csl:127.0.0.1,::1", CONF_SET_LIST, "127.0.0.1=|::1=|" },
		{ "127.0.0.1, ::1 , 192.0.2.0/24", CONF_SET_LIST,
			"127.0.0.1=|::1=|192.0.2.0/24=|" },
		{ "CSL:example.com=mail, example.net=web", CONF_SET_LIST,
			"example.com=mail|example.net=web|" },
		{ ",, ,=x,", CONF_SET_LIST, "" },
		{ "example.com", CONF_SET_LIST, "example.com=|" },
		{ "refile:table", CONF_SET_REFILE,
			"*@example.com=mail._domainkey.example.com|*=other key|" },
		{ "Refile:table", CONF_SET_REFILE,
			"*@example.com=mail._domainkey.example.com|*=other key|" },
		{ "file:/nowhere/table", CONF_SET_FILE,
			"*@example.com=mail._domainkey.example.com|*=other key|" },
		{ "/nowhere/table", CONF_SET_FILE,
			"*@example.com=mail._domainkey.example.com|*=other key|" },
		{ "file:missing", CONF_SET_UNREADABLE, "" },
		{ "/nowhere/missing", CONF_SET_UNREADABLE, "" },
		{ "file:", CONF_SET_UNREADABLE, "" },
		{ "file:empty", CONF_SET_FILE, "" },
		{ "db:/etc/keys.db", CONF_SET_ELSEWHERE, "" },
		{ "/etc/keys.db", CONF_SET_ELSEWHERE, "" },
		{ "dsn:mysql://x", CONF_SET_ELSEWHERE, "" },
		{ "ldaps://x/y", CONF_SET_ELSEWHERE, "" },
		{ "lua:/x.lua", CONF_SET_ELSEWHERE, "" },
	};
	struct buf text = BUF_INIT, got = BUF_INIT;

	(void)state;
	scratch_put("table", "# comment\n\n*@example.com\tmail._domainkey.example.com # ours\r\n"
			     " * other key \n#*\n");
	scratch_put("empty", "\n# nothing\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct conf *conf;
		struct conf_set set;

		buf_reset(&text);
		buf_addf(&text, "SigningTable %s\n", rows[i].value);
		scratch_put("opendkim.conf", buf_str(&text));
		conf = load("opendkim.conf");
		set = conf_set(conf, "SigningTable");
		set_words(set, &got);
		if (set.kind != rows[i].kind || strcmp(buf_str(&got), rows[i].want) != 0) {
			print_error("'%s': %d '%s'\n", rows[i].value, (int)set.kind, buf_str(&got));
			fail();
		}
		conf_free(conf);
	}
	buf_clear(&text);
	buf_clear(&got);
}

static void
test_conf_tells_where_a_row_stands(void **state)
{
	struct conf *conf;
	struct conf_set set;

	(void)state;
	scratch_put("table", "# comment\n\na b\n\nc d\n");
	scratch_put("opendkim.conf", "KeyTable table\nSigningTable file:table\n");
	conf = load("./opendkim.conf");
	set = conf_set(conf, "SigningTable");
	assert_int_equal(set.n, 2);
	assert_string_equal(set.rows[1].file, "table");
	assert_int_equal(set.rows[1].line, 5);
	/* A bare word is no path. */
	set = conf_set(conf, "KeyTable");
	assert_int_equal(set.kind, CONF_SET_LIST);
	assert_null(set.rows[0].file);
	assert_int_equal(conf_set(conf, "InternalHosts").n, 0);
	conf_free(conf);
}

/* It is asked for with every message: the file is read once. */
static void
test_conf_reads_a_set_once(void **state)
{
	struct conf *conf;
	const struct conf_row *rows;

	(void)state;
	scratch_put("table", "a b\n");
	scratch_put("opendkim.conf", "SigningTable file:table\n");
	conf = load("opendkim.conf");
	rows = conf_set(conf, "SigningTable").rows;
	assert_int_equal(unlink("table"), 0);
	assert_ptr_equal(conf_set(conf, "SigningTable").rows, rows);
	conf_free(conf);
}

static void
test_conf_reads_main_cf(void **state)
{
	static const struct {
		const char *name;
		const char *value; /* NULL: not set */
	} rows[] = {
		{ "smtpd_milters", "inet:localhost:8891, inet:localhost:8893" },
		{ "non_smtpd_milters", "inet:localhost:8891, inet:localhost:8893" },
		{ "myhostname", "mx1.example.com" },
		{ "mydomain", "example.com" },
		{ "mydestination", "mx1.example.com, localhost.example.com, $missing, ${missing}" },
		{ "empty", "" },
		{ "braces", "mx1.example.comx ${mydomain?y} $ $$ ${ $(mydomain" },
		{ "no_equals", NULL },
		{ "# comment", NULL },
		{ "last", "line" },
	};
	struct error err = ERROR_INIT;
	struct conf *conf;

	(void)state;
	scratch_put("main.cf",
		"# comment = x\n"
		"  continues nothing\n"
		"smtpd_milters =\n"
		"    inet:localhost:8891,\n"
		"    # a comment, and a blank line\n"
		"\n"
		"\tinet:localhost:8893\r\n"
		"non_smtpd_milters = $smtpd_milters\n"
		"mydomain=example.com\n"
		"myhostname  =  mx1.$mydomain\n"
		"mydestination = $myhostname, localhost.${mydomain}, $missing, ${missing}\n"
		"empty =\n"
		"braces = $(myhostname)x ${mydomain?y} $ $$ ${ $(mydomain\n"
		"no_equals\n"
		"last = line");
	conf = conf_new_main_cf("main.cf", &err);
	assert_non_null(conf);
	for (size_t i = 0; i < COUNT(rows); i++) {
		/* Twice: the second answer is the first one remembered. */
		for (int again = 0; again < 2; again++) {
			struct span got = conf_main_cf(conf, rows[i].name);

			if ((got.p != NULL) != (rows[i].value != NULL) ||
				(got.p && !span_eq(got, span_of(rows[i].value)))) {
				print_error("%s: '%.*s'\n", rows[i].name, SPAN_ARGS(got));
				fail();
			}
		}
	}
	conf_free(conf);
	assert_null(conf_new_main_cf("missing.cf", &err));
	assert_int_equal(err.kind, ERROR_SYSTEM);
}

/* Each level ten times the one before: a bounded answer, soon. */
static void
test_conf_expands_within_bounds(void **state)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct conf *conf;

	(void)state;
	buf_add(&text, SPAN("a ="));
	for (int i = 0; i < 1000; i++)
		buf_add(&text, SPAN(" $a $b"));
	buf_add(&text, SPAN("\nb = $a\n"));
	scratch_put("main.cf", buf_str(&text));
	conf = conf_new_main_cf("main.cf", &err);
	assert_non_null(conf);
	assert_in_range(conf_main_cf(conf, "a").n, 1, 2 * CONF_FILE_MAX);
	conf_free(conf);
	buf_clear(&text);
}

/* Names that lead to nothing take no room: they are counted. */
static void
test_conf_expands_so_many_names_and_no_more(void **state)
{
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT;
	struct conf *conf;

	(void)state;
	for (char name = 'a'; name < 'e'; name++) {
		buf_addf(&text, "%c = ", name);
		for (int i = 0; i < CONF_NAMES_MAX; i++)
			buf_addf(&text, "$%c", name + 1);
		buf_add_char(&text, '\n');
	}
	buf_add(&text, SPAN("e =\nsmtpd_milters = inet:mx1:8891$e\n"));
	scratch_put("main.cf", buf_str(&text));
	conf = conf_new_main_cf("main.cf", &err);
	assert_non_null(conf);
	assert_in_range(conf_main_cf(conf, "a").n, 1, text.n);
	assert_true(span_eq(conf_main_cf(conf, "d"), SPAN("")));
	assert_true(span_eq(conf_main_cf(conf, "smtpd_milters"), SPAN("inet:mx1:8891")));
	conf_free(conf);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCRATCH_TEST(test_conf_reads_settings_as_the_daemon_does),
		SCRATCH_TEST(test_conf_reads_booleans_by_their_first_letter),
		SCRATCH_TEST(test_conf_includes_files),
		SCRATCH_TEST(test_conf_says_what_it_cannot_read),
		SCRATCH_TEST(test_conf_reads_data_sets),
		SCRATCH_TEST(test_conf_tells_where_a_row_stands),
		SCRATCH_TEST(test_conf_reads_a_set_once),
		SCRATCH_TEST(test_conf_reads_main_cf),
		SCRATCH_TEST(test_conf_expands_within_bounds),
		SCRATCH_TEST(test_conf_expands_so_many_names_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
