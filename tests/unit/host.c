#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/host.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char folder[] = "/tmp/dkimwhy-host-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[200];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct message *
message_by(const char *author, const char *name, const char *ip, const char *sasl)
{
	struct message *message = message_new(SPAN("mx1"), SPAN("A1B2C3D4E5"), 0);

	message->origin = ip == NULL ? ORIGIN_PICKUP : ORIGIN_SMTP;
	message_set(message, &message->instance, SPAN("postfix"));
	message_set(message, &message->author, span_of(author));
	message_set(message, &message->client_name, span_of(name));
	message_set(message, &message->client_ip, span_of(ip == NULL ? "" : ip));
	message_set(message, &message->sasl_username, span_of(sasl));
	return message;
}

/* An answer in a word: a cause, "signed", "unknown". */
static const char *
word(struct host_answer answer)
{
	if (!answer.known)
		return "unknown";
	return answer.cause == CAUSE_NONE ? "signed" : cause_id(answer.cause);
}

/* A set-up whose tables are files beside opendkim.conf: "signing" and "keys". */
#define TABLES(prefix)                                                                             \
	"SigningTable " prefix "/nowhere/signing\nKeyTable file:/nowhere/keys\n"                   \
	"InternalHosts csl:127.0.0.1,192.0.2.0/24,.lan.example,!192.0.2.66\n"
#define KEYS "k1 shop.example:mail:/k1\nk2 other.example:mail:/k2\n"

static void
test_host_would_sign_as_the_daemon_would(void **state)
{
	static const struct {
		const char *conf, *signing, *author, *name, *ip, *sasl, *want;
	} rows[] = {
		/* where it comes from */
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "a", "203.0.113.7",
			"", "not-internal" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "a", "203.0.113.7",
			"bob", "signed" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "pc.lan.example",
			"203.0.113.7", "", "signed" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "lan.example",
			"203.0.113.7", "", "not-internal" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "a", "192.0.2.66", "",
			"not-internal" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@shop.example", "", NULL, "",
			"signed" },
		{ TABLES("refile:") "PeerList csl:192.0.2.7\n", "*@shop.example k1",
			"bob@shop.example", "a", "192.0.2.7", "", "peer-ignored" },
		{ TABLES("refile:") "ExemptDomains csl:shop.example\n", "*@shop.example k1",
			"bob@shop.example", "a", "192.0.2.7", "", "exempt-domain" },
		{ TABLES("refile:") "MTA ORIGINATING\n", "*@shop.example k1", "bob@shop.example",
			"a", "203.0.113.7", "", "unknown" },
		{ TABLES("refile:") "SetupPolicyScript /x.lua\n", "*@shop.example k1",
			"bob@shop.example", "a", "192.0.2.7", "", "unknown" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:[2001:db8::]/32\n",
			"*@shop.example k1", "bob@shop.example", "a", "2001:db8::5", "", "signed" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:[2001:db8::]/32\n",
			"*@shop.example k1", "bob@shop.example", "a", "2001:db9::5", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:2001:db8::5\n",
			"*@shop.example k1", "bob@shop.example", "a", "2001:db8::5", "", "signed" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:[2001:db8::]/32\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.2.0/33\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.2.0/x\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.2.7/24\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.8", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.0.0/9\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.127.2.8", "", "signed" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.0.0/9\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.128.2.8", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:[192.0.2.7\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:pc.lan.example\n",
			"*@shop.example k1", "bob@shop.example", "pc.lan.example", "unknown", "",
			"signed" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:.lan.example\n",
			"*@shop.example k1", "bob@shop.example", "", "192.0.2.7", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts csl:192.0.2.0/24\n",
			"*@shop.example k1", "bob@shop.example", "a",
			"a-name-where-an-address-stands-and-one-that-is-longer-than-any-is", "",
			"not-internal" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts /nowhere/hosts\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "", "unknown" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable file:/nowhere/keys\nInternalHosts dsn:mysql://x\n",
			"*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "", "unknown" },
		{ TABLES("refile:") "PeerList csl:192.0.2.9\n", "*@shop.example k1",
			"bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ TABLES("refile:") "PeerList csl:127.0.0.1\n", "*@shop.example k1",
			"bob@shop.example", "", NULL, "", "signed" },
		{ TABLES("refile:") "ExemptDomains csl:far.example\n", "*@shop.example k1",
			"bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ TABLES("refile:") "MacroList a=b\n", "*@shop.example k1", "bob@shop.example", "a",
			"203.0.113.7", "", "unknown" },
		{ TABLES("refile:") "Mode sv\n", "*@shop.example k1", "bob@shop.example", "a",
			"192.0.2.7", "", "signed" },
		/* the row that fits */
		{ TABLES("refile:"), "*@shop.example k1", "bob@SHOP.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES("refile:"), "*@shop.example k1", "bob@news.shop.example", "a", "192.0.2.7",
			"", "no-signing-table-match" },
		{ TABLES("refile:"), "*@*.shop.example k1", "bob@news.shop.example", "a",
			"192.0.2.7", "", "signed" },
		{ TABLES("file:"), "*@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"no-signing-table-match" },
		{ TABLES("file:"), "shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES("file:"), ".shop.example k1", "bob@news.shop.example", "a", "192.0.2.7",
			"", "signed" },
		{ TABLES(""), "bob@shop.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES(""), "bob@shop.example k1", "amy@shop.example", "a", "192.0.2.7", "",
			"no-signing-table-match" },
		{ TABLES("refile:"), "*@shop.example k9", "bob@shop.example", "a", "192.0.2.7", "",
			"key-table-entry" },
		{ TABLES("refile:"), "*@shop.example k1 shop.example", "bob@shop.example", "a",
			"192.0.2.7", "", "bad-signer-field" },
		{ TABLES("refile:") "Mode v\n", "*@shop.example k1", "bob@shop.example", "a",
			"192.0.2.7", "", "verify-only" },
		{ TABLES("dsn:"), "", "bob@shop.example", "a", "192.0.2.7", "", "unknown" },
		{ TABLES("refile:"), "bob@* k1", "bob@shop.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES("refile:"), "*bob@shop.example* k1", "bob@shop.example", "a", "192.0.2.7",
			"", "signed" },
		{ TABLES("refile:"), "*@*.example.net k1", "bob@shop.example", "a", "192.0.2.7", "",
			"no-signing-table-match" },
		{ TABLES("refile:"), "* k1", "bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ TABLES("refile:"), "bob@shop.exampl k1", "bob@shop.example", "a", "192.0.2.7", "",
			"no-signing-table-match" },
		{ TABLES("file:"), "bob@.example k1", "bob@shop.example", "a", "192.0.2.7", "",
			"signed" },
		{ TABLES("file:"), "bob@* k1", "bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ TABLES("file:"), "* k1", "bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ TABLES("file:"), "amy@* k1", "bob@shop.example", "a", "192.0.2.7", "",
			"no-signing-table-match" },
		{ TABLES("refile:"), "*@shop.example", "bob@shop.example", "a", "192.0.2.7", "",
			"unknown" },
		{ TABLES("refile:"), "* k1", "bob", "a", "192.0.2.7", "", "unknown" },
		{ TABLES("refile:"), "*@shop.example k1 bob@shop.example", "bob@shop.example", "a",
			"192.0.2.7", "", "signed" },
		{ "SigningTable refile:/nowhere/signing\nKeyTable dsn:mysql://x\nInternalHosts csl:192.0.2.0/24\n",
			"*@shop.example k9", "bob@shop.example", "a", "192.0.2.7", "", "signed" },
		{ "Domain dsn:mysql://x\nInternalHosts csl:192.0.2.0/24\n", "", "bob@shop.example",
			"a", "192.0.2.7", "", "unknown" },
		{ "Domain shop.example\nInternalHosts csl:192.0.2.0/24\n", "", "bob", "a",
			"192.0.2.7", "", "unknown" },
		{ "Domain *.example\nInternalHosts csl:192.0.2.0/24\n", "", "bob@shop.example", "a",
			"192.0.2.7", "", "signed" },
		/* without tables */
		{ "Domain shop.example\nKeyFile /k1\nSelector mail\n", "", "bob@shop.example", "a",
			"127.0.0.1", "", "signed" },
		{ "Domain shop.example\nKeyFile /k1\nSelector mail\n", "", "bob@shop.example", "a",
			"192.0.2.7", "", "not-internal" },
		{ "Domain csl:a.example,shop.example\nKeyFile /k1\nSelector mail\n", "",
			"bob@news.shop.example", "a", "127.0.0.1", "", "no-signing-domain-match" },
		{ "Domain shop.example\nSubDomains yes\nKeyFile /k1\nSelector mail\n", "",
			"bob@news.shop.example", "a", "127.0.0.1", "", "signed" },
		{ "Domain shop.example\nSubDomains yes\nKeyFile /k1\nSelector mail\n", "",
			"bob@other.example", "a", "127.0.0.1", "", "no-signing-subdomain-match" },
		{ "Mode sv\n", "", "bob@shop.example", "a", "127.0.0.1", "", "no-signing-config" },
	};

	(void)state;
	write_file("keys", KEYS);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		struct message *message =
			message_by(rows[i].author, rows[i].name, rows[i].ip, rows[i].sasl);
		struct host *host;
		const char *got;

		write_file("opendkim.conf", rows[i].conf);
		write_file("signing", rows[i].signing);
		host = host_new(path_of("opendkim.conf"), NULL, &err);
		assert_non_null(host);
		got = word(host_would(host, message));
		if (strcmp(got, rows[i].want) != 0)
			print_error("row %zu: %s for %s, not %s\n", i, got, rows[i].author,
				rows[i].want);
		assert_string_equal(got, rows[i].want);
		host_free(host);
		message_free(message);
	}
}

static void
test_host_bypass_is_read_from_both_files_of_postfix(void **state)
{
	static const struct {
		const char *main, *master, *service; /* service NULL: the mail came by pickup */
		cause_t want;
	} rows[] = {
		{ "non_smtpd_milters = inet:localhost:8891\n", "", NULL, CAUSE_NONE },
		{ "smtpd_milters = inet:localhost:8891\n", "", NULL, CAUSE_MILTER_NOT_CONSULTED },
		{ "smtpd_milters = inet:localhost:8891\n", "", "", CAUSE_NONE },
		{ "smtpd_milters =\n", "", "", CAUSE_MILTER_NOT_CONSULTED },
		{ "m = inet:localhost:8891\nsmtpd_milters = $m\n", "", "", CAUSE_NONE },
		{ "smtpd_milters = inet:localhost:8891\n",
			"submission inet n - y - - smtpd\n"
			"  -o syslog_name=postfix/submission\n  -o smtpd_milters=\n",
			"submission", CAUSE_MILTER_NOT_CONSULTED },
		{ "smtpd_milters = inet:localhost:8891\n",
			"submission inet n - y - - smtpd\n"
			"# a comment\n  -o syslog_name=postfix/submission\n"
			"  -o receive_override_options=no_header_body_checks,no_milters\n",
			"submission", CAUSE_OVERRIDE_NO_MILTERS },
		{ "smtpd_milters =\n",
			"submission inet n - y - - smtpd\n"
			"  -o syslog_name=postfix/submission\n"
			"  -o smtpd_milters=inet:localhost:8891\n",
			"submission", CAUSE_NONE },
		{ "smtpd_milters = inet:localhost:8891\n",
			"smtps inet n - y - - smtpd\n  -o syslog_name=postfix/smtps -o smtpd_milters=\n",
			"submission", CAUSE_NONE },
		/* what postconf -M prints, on one line, beside comments and blank lines */
		{ "smtpd_milters = inet:localhost:8891\n",
			"\n# all\n\t\npickup unix n - y 60 1 pickup\n\n"
			"submission inet n - y - - smtpd -o smtpd_milters=\t-o syslog_name=postfix/submission\n",
			"submission", CAUSE_MILTER_NOT_CONSULTED },
		{ "smtpd_milters = inet:localhost:8891\n",
			"submission inet n - y - - smtpd -o syslog_name=postfix/submission",
			"submission", CAUSE_NONE },
		{ "smtpd_milters = inet:localhost:8891\n",
			"submission inet n - y - - other -o syslog_name=postfix/submission -o receive_override_options=no_milters\n",
			"submission", CAUSE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		bool local = rows[i].service == NULL;
		struct message *message =
			message_by("bob@shop.example", "a", local ? NULL : "192.0.2.7", "");
		struct host *host;
		cause_t got;

		message_set(message, &message->service, span_of(local ? "" : rows[i].service));
		write_file("main.cf", rows[i].main);
		write_file("master.cf", rows[i].master);
		host = host_new(NULL, folder, &err);
		assert_non_null(host);
		got = host_bypass(host, message);
		if (got != rows[i].want)
			print_error("row %zu: %s\n", i, cause_id(got));
		assert_int_equal(got, rows[i].want);
		host_free(host);
		message_free(message);
	}
}

static void
test_host_names_its_own_domains(void **state)
{
	static const struct {
		const char *domain;
		bool own;
	} rows[] = {
		{ "shop.example", true }, /* *@shop.example in the SigningTable */
		{ "www.shop.example", true },
		{ "bob.example", true },    /* bob@bob.example */
		{ "plain.example", true },  /* plain.example */
		{ "dotted.example", true }, /* .dotted.example */
		{ "key.example", true },    /* of a row of the KeyTable */
		{ "dest.example", true },   /* mydestination */
		{ "last.example", true },   /* its last word, behind a comma */
		{ "example", false },       /* *@*.example would be a whole country */
		{ "map.example", false },   /* hash:/etc/map.example is a file */
		{ "far.example", false },
		{ "", false },
	};
	struct error err = ERROR_INIT;
	struct facts *facts = facts_new();
	struct host *host;

	(void)state;
	write_file("keys", "k1 key.example:mail:/k1\nk2 nocolon\nk3 %:mail:/k3\n");
	write_file("signing", "*@shop.example k1\nbob@bob.example k1\nplain.example k1\n"
			      ".dotted.example k1\n*@*.example k1\n* k1\n@ k1\n");
	write_file("opendkim.conf", TABLES("refile:"));
	write_file("main.cf", "mydestination = localhost, $myhostname, dest.example,"
			      " hash:/etc/map.example, last.example\n");
	write_file("master.cf", "");
	host = host_new(path_of("opendkim.conf"), folder, &err);
	assert_non_null(host);
	host_teach(host, facts);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (facts_own_domain(facts, span_of(rows[i].domain)) != rows[i].own)
			fail_msg("'%s'", rows[i].domain);
	host_free(host);
	facts_free(facts);
}

/* What the folder of Postfix lacks tells nothing; what a setting says decides over what a log suggests. */
static void
test_host_tells_only_what_its_files_say(void **state)
{
	static const struct {
		const char *conf;            /* NULL: none */
		bool why, success, verifies; /* what is said where the log suggests yes */
	} rows[] = {
		{ NULL, true, true, false },
		{ "Domain x.example\n", false, false, false },
		{ "LogWhy yes\nSyslogSuccess yes\nMode v\n", true, true, true },
		{ "LogWhy no\nSyslogSuccess true\nMode sv\n", false, true, false },
	};
	struct message *message = message_by("bob@shop.example", "a", "192.0.2.7", "");

	(void)state;
	(void)unlink(path_of("main.cf"));
	(void)unlink(path_of("master.cf"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = ERROR_INIT;
		struct facts *facts = facts_new();
		struct host *host;

		if (rows[i].conf != NULL)
			write_file("opendkim.conf", rows[i].conf);
		host = host_new(rows[i].conf == NULL ? NULL : path_of("opendkim.conf"), folder,
			&err);
		assert_non_null(host);
		host_teach(host, facts);
		assert_int_equal(host_bypass(host, message), CAUSE_NONE);
		assert_int_equal(host_logs_why(host, true), rows[i].why);
		assert_int_equal(host_logs_success(host, true), rows[i].success);
		assert_int_equal(host_verifies_only(host), rows[i].verifies);
		assert_int_equal(host_would(host, message).known, rows[i].conf != NULL);
		facts_free(facts);
		host_free(host);
	}
	message_free(message);
}

static void
test_host_that_cannot_be_read_is_an_error(void **state)
{
	struct error err = ERROR_INIT;
	struct host *host;

	(void)state;
	assert_null(host_new(path_of("none.conf"), NULL, &err));
	assert_non_null(strstr(err.text, "none.conf"));
	assert_null(host_new(NULL, path_of("none"), &err));
	assert_non_null(strstr(err.text, "none"));
	host = host_new(NULL, NULL, &err);
	assert_non_null(host);
	host_free(host);
	host_free(NULL);

	/* A file may be there and still be none. */
	(void)unlink(path_of("main.cf"));
	assert_int_equal(mkdir(path_of("main.cf"), 0700), 0);
	assert_null(host_new(NULL, folder, &err));
	assert_non_null(strstr(err.text, "main.cf"));
	assert_int_equal(rmdir(path_of("main.cf")), 0);
	(void)unlink(path_of("master.cf"));
	assert_int_equal(mkdir(path_of("master.cf"), 0700), 0);
	assert_null(host_new(NULL, folder, &err));
	assert_int_equal(rmdir(path_of("master.cf")), 0);
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	static const char *const names[] = { "opendkim.conf", "signing", "keys", "main.cf",
		"master.cf" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		(void)unlink(path_of(names[i]));
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host_would_sign_as_the_daemon_would),
		cmocka_unit_test(test_host_bypass_is_read_from_both_files_of_postfix),
		cmocka_unit_test(test_host_names_its_own_domains),
		cmocka_unit_test(test_host_tells_only_what_its_files_say),
		cmocka_unit_test(test_host_that_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests_name("host", tests, make_folder, remove_folder);
}
