#include "rules/host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "parser/conf.h"

struct host {
	struct conf *conf; /* opendkim.conf; NULL: not known */
	struct conf *main; /* main.cf */
	struct buf master; /* master.cf as text */
};

static const char *
find_in(struct buf *path, const char *dir, const char *const *names)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		buf_reset(path);
		buf_addf(path, "%s/%s", dir, names[i]);
		if (access(buf_str(path), R_OK) == 0)
			return buf_str(path);
	}
	return NULL;
}

static int
read_postfix(struct host *host, const char *dir, struct error *err)
{
	static const char *const main_names[] = { "postconf-n.txt", "main.cf", NULL };
	static const char *const master_names[] = { "postconf-M.txt", "master.cf", NULL };
	struct buf path = BUF_INIT;
	const char *found = find_in(&path, dir, main_names);
	int rc = 0;

	if (access(dir, R_OK) < 0)
		rc = error_system(err, "cannot read '%s'", dir);
	else if (found != NULL && (host->main = conf_new_main_cf(found, err)) == NULL)
		rc = -1;
	found = rc == 0 ? find_in(&path, dir, master_names) : NULL;
	if (found != NULL) {
		FILE *file = fopen(found, "re");

		if (file != NULL) {
			rc = buf_read_all(&host->master, fileno(file), CONF_FILE_MAX, err);
			(void)fclose(file);
		}
	}
	buf_clear(&path);
	return rc;
}

/*
 * All of it now: once logs are read, no other file can be opened any more (base/confine.h). What
 * conf_set() is asked for below stands here.
 */
static void
read_sets(struct conf *conf)
{
	static const char *const names[] = { "Domain", "SigningTable", "KeyTable", "InternalHosts",
		"PeerList", "ExemptDomains" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)conf_set(conf, names[i]);
}

struct host *
host_new(const char *opendkim_conf, const char *postfix_dir, struct error *err)
{
	struct host *host = xcalloc(1, sizeof *host);

	if (opendkim_conf != NULL) {
		host->conf = conf_new(opendkim_conf, err);
		if (host->conf == NULL)
			goto fail;
		read_sets(host->conf);
	}
	if (postfix_dir != NULL && read_postfix(host, postfix_dir, err) < 0)
		goto fail;
	return host;
fail:
	host_free(host);
	return NULL;
}

void
host_free(struct host *host)
{
	if (host == NULL)
		return;
	conf_free(host->conf);
	conf_free(host->main);
	buf_clear(&host->master);
	free(host);
}

/* "*@shop.example" and "bob@shop.example" and "shop.example" name shop.example. */
static struct span
domain_of_pattern(struct span pattern)
{
	struct span domain = address_domain(pattern);

	if (domain.n == 0 && span_find_char(pattern, '@') < 0)
		domain = pattern;
	while (domain.n > 0 && (domain.p[0] == '*' || domain.p[0] == '.'))
		domain = span_from(domain, 1);
	return domain;
}

/* A KeyTable row's domain: up to the first colon. */
static struct span
domain_of_key(struct span value)
{
	ptrdiff_t colon = span_find_char(value, ':');

	return colon < 0 ? SPAN_NONE : span_trim(span_first(value, (size_t)colon));
}

static void
teach_set(struct host *host, struct facts *facts, const char *name, bool key_table)
{
	struct conf_set set = conf_set(host->conf, name);

	for (size_t i = 0; i < set.n; i++) {
		struct span domain = key_table ? domain_of_key(set.rows[i].value)
		                               : domain_of_pattern(set.rows[i].key);

		/* A pattern that names a whole country names nobody. */
		if (span_find_char(domain, '.') > 0 && span_find_char(domain, '*') < 0)
			facts_add_domain(facts, domain);
	}
}

static void
teach_list(struct host *host, struct facts *facts, const char *name)
{
	struct span rest = host->main == NULL ? SPAN_NONE : conf_main_cf(host->main, name), word;

	while (span_word(&rest, &word)) {
		if (span_ends(word, SPAN(",")))
			word.n--;
		if (span_find_char(word, '.') > 0 && span_find_char(word, ':') < 0 &&
			span_find_char(word, '$') < 0)
			facts_add_domain(facts, word);
	}
}

void
host_teach(struct host *host, struct facts *facts)
{
	static const char *const lists[] = { "mydestination", "virtual_mailbox_domains",
		"virtual_alias_domains", "mydomain", "myorigin", "myhostname" };

	if (host->conf != NULL) {
		teach_set(host, facts, "Domain", false);
		teach_set(host, facts, "SigningTable", false);
		teach_set(host, facts, "KeyTable", true);
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		teach_list(host, facts, lists[i]);
}

bool
host_verifies_only(const struct host *host)
{
	const struct conf_setting *mode = host->conf == NULL ? NULL : conf_get(host->conf, "Mode");

	return mode != NULL && mode->value.n > 0 && span_find_char(mode->value, 's') < 0;
}

bool
host_logs_why(const struct host *host, bool fallback)
{
	return host->conf == NULL ? fallback : conf_bool(host->conf, "LogWhy", false);
}

bool
host_logs_success(const struct host *host, bool fallback)
{
	return host->conf == NULL ? fallback : conf_bool(host->conf, "SyslogSuccess", false);
}

/* Addresses and host lists: dkimf_checkip(), dkimf_checkhost(). */

struct address {
	int family;
	unsigned char bytes[16];
};

static bool
parse_address(struct span text, struct address *address)
{
	char copy[64];

	if (text.n >= sizeof copy || text.n == 0)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	address->family = AF_INET;
	if (inet_pton(AF_INET, copy, address->bytes) == 1)
		return true;
	address->family = AF_INET6;
	return inet_pton(AF_INET6, copy, address->bytes) == 1;
}

/* Is it what is left of the client's address when only so many bits of that are kept? */
static bool
is_network_of(const struct address *network, uint64_t bits, const struct address *client)
{
	if (network->family != client->family)
		return false;
	for (unsigned i = 0; i < (network->family == AF_INET ? 4 : 16); i++) {
		unsigned n = bits < 8 ? (unsigned)bits : 8;
		unsigned mask = (0xFF00u >> n) & 0xFFu;

		if (network->bytes[i] != (client->bytes[i] & mask))
			return false;
		bits -= n;
	}
	return true;
}

/* "192.0.2.0/24", "192.0.2.7", "[2001:db8::]/32". Host bits in the network match nothing. */
static bool
matches_network(struct span entry, const struct address *client)
{
	ptrdiff_t slash = span_find_char(entry, '/');
	struct span network = slash < 0 ? entry : span_first(entry, (size_t)slash);
	struct address address;
	uint64_t bits, all;

	if (span_starts(network, SPAN("[")) && span_ends(network, SPAN("]")))
		network = (struct span){ network.p + 1, network.n - 2 };
	if (!parse_address(network, &address))
		return false;
	all = address.family == AF_INET ? 32 : 128;
	bits = all;
	if (slash >= 0 && (!span_to_u64(span_from(entry, (size_t)slash + 1), &bits) || bits > all))
		return false;
	return is_network_of(&address, bits, client);
}

/* "host.example" is that name; ".example" all names below. */
static bool
matches_name(struct span entry, struct span name)
{
	if (name.n == 0)
		return false;
	if (span_starts(entry, SPAN(".")))
		return name.n > entry.n && span_eq_nocase(span_from(name, name.n - entry.n), entry);
	return span_eq_nocase(entry, name);
}

/* The host list holds the client; an entry with ! that fits takes it out again. */
static bool
holds_client(struct conf_set set, struct span name, struct span ip)
{
	struct address address;
	bool is_address = parse_address(ip, &address), found = false;

	for (size_t i = 0; i < set.n; i++) {
		struct span entry = set.rows[i].key;
		bool negated = span_starts(entry, SPAN("!"));

		if (negated)
			entry = span_from(entry, 1);
		if (!matches_name(entry, name) && !(is_address && matches_network(entry, &address)))
			continue;
		if (negated)
			return false;
		found = true;
	}
	return found;
}

/* The signing table. */

/* '*' stands for any run of characters, case does not count: as refile: tables compare. */
static bool
matches_pattern(struct span pattern, struct span text)
{
	size_t p = 0, t = 0, star = SIZE_MAX, back = 0;

	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			back = t;
		} else if (p < pattern.n && span_eq_nocase((struct span){ pattern.p + p, 1 },
						    (struct span){ text.p + t, 1 })) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++back;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static const struct conf_row *
row_of(struct conf_set set, struct span key)
{
	for (size_t i = 0; i < set.n; i++)
		if (span_eq_nocase(set.rows[i].key, key))
			return set.rows + i;
	return NULL;
}

static const struct conf_row *
row_of_parts(struct conf_set set, struct buf *key, struct span user, const char *middle,
	struct span domain)
{
	buf_reset(key);
	buf_add(key, user);
	buf_addf(key, "%s", middle);
	buf_add(key, domain);
	return row_of(set, buf_span(key));
}

/* file: tables: user@host, host, user@.parent and .parent for each parent, user@*, *. */
static const struct conf_row *
row_in_file(struct conf_set set, struct span author)
{
	struct span domain = address_domain(author);
	struct span user = span_first(author, author.n - domain.n - 1), parent = domain;
	struct buf key = BUF_INIT;
	const struct conf_row *row = row_of(set, author);
	ptrdiff_t dot;

	if (row == NULL)
		row = row_of(set, domain);
	while (row == NULL && (dot = span_find_char(parent, '.')) >= 0) {
		parent = span_from(parent, (size_t)dot + 1);
		row = row_of_parts(set, &key, user, "@.", parent);
		if (row == NULL)
			row = row_of_parts(set, &key, SPAN_NONE, ".", parent);
	}
	if (row == NULL)
		row = row_of_parts(set, &key, user, "@*", SPAN_NONE);
	if (row == NULL)
		row = row_of(set, SPAN("*"));
	buf_clear(&key);
	return row;
}

static const struct conf_row *
row_for(struct conf_set set, struct span author)
{
	if (set.kind != CONF_SET_REFILE)
		return row_in_file(set, author);
	for (size_t i = 0; i < set.n; i++)
		if (matches_pattern(set.rows[i].key, author))
			return set.rows + i;
	return NULL;
}

static struct host_answer
answer(cause_t cause)
{
	return (struct host_answer){ true, cause, SPAN_NONE };
}

static bool
is_elsewhere(struct conf_set set)
{
	return set.kind == CONF_SET_ELSEWHERE || set.kind == CONF_SET_UNREADABLE;
}

static struct host_answer
would_by_table(struct host *host, struct span author)
{
	struct conf_set signing = conf_set(host->conf, "SigningTable");
	struct conf_set keys = conf_set(host->conf, "KeyTable");
	const struct conf_row *row;
	struct span rest, key, signer;
	struct host_answer result;

	if (is_elsewhere(signing) || address_domain(author).n == 0)
		return (struct host_answer){ false, CAUSE_NONE, SPAN_NONE };
	row = row_for(signing, author);
	if (row == NULL)
		return answer(CAUSE_NO_SIGNING_TABLE_MATCH);
	rest = row->value;
	if (!span_word(&rest, &key))
		return (struct host_answer){ false, CAUSE_NONE, SPAN_NONE };
	if (!is_elsewhere(keys) && row_of(keys, key) == NULL)
		result = answer(CAUSE_KEY_TABLE_ENTRY);
	else if (span_word(&rest, &signer) && span_find_char(signer, '@') < 0)
		result = answer(CAUSE_BAD_SIGNER_FIELD);
	else
		result = answer(CAUSE_NONE);
	result.key = key;
	return result;
}

static bool
list_holds_domain(struct conf_set set, struct span domain)
{
	for (size_t i = 0; i < set.n; i++)
		if (matches_pattern(set.rows[i].key, domain))
			return true;
	return false;
}

static struct host_answer
would_by_domain(struct host *host, struct span domain)
{
	struct conf_set domains = conf_set(host->conf, "Domain");
	ptrdiff_t dot;

	if (is_elsewhere(domains))
		return (struct host_answer){ false, CAUSE_NONE, SPAN_NONE };
	if (list_holds_domain(domains, domain))
		return answer(CAUSE_NONE);
	if (!conf_bool(host->conf, "SubDomains", false))
		return answer(CAUSE_NO_SIGNING_DOMAIN_MATCH);
	while ((dot = span_find_char(domain, '.')) >= 0) {
		domain = span_from(domain, (size_t)dot + 1);
		if (list_holds_domain(domains, domain))
			return answer(CAUSE_NONE);
	}
	return answer(CAUSE_NO_SIGNING_SUBDOMAIN_MATCH);
}

/* Is there any way for the client's mail to be of internal origin? */
static bool
is_internal(struct host *host, const struct message *message)
{
	struct conf_set internal = conf_set(host->conf, "InternalHosts");
	bool local = message->origin == ORIGIN_PICKUP;
	struct span ip = local ? SPAN("127.0.0.1") : message->client_ip;
	struct span name = local ? SPAN("localhost") : message->client_name;

	if (message->sasl_username.n > 0)
		return true;
	if (conf_get(host->conf, "InternalHosts") == NULL)
		return address_is_loopback(ip);
	return holds_client(internal, name, ip);
}

struct host_answer
host_would(struct host *host, const struct message *message)
{
	const struct host_answer unknown = { false, CAUSE_NONE, SPAN_NONE };
	struct span author = message->author.n > 0 ? message->author : message->sender;
	struct span domain = address_domain(author);

	if (host->conf == NULL)
		return unknown;
	if (conf_get(host->conf, "SetupPolicyScript") != NULL ||
		is_elsewhere(conf_set(host->conf, "InternalHosts")))
		return unknown;
	if (conf_get(host->conf, "PeerList") != NULL && message->origin != ORIGIN_PICKUP &&
		holds_client(conf_set(host->conf, "PeerList"), message->client_name,
			message->client_ip))
		return answer(CAUSE_PEER_IGNORED);
	if (conf_get(host->conf, "ExemptDomains") != NULL &&
		list_holds_domain(conf_set(host->conf, "ExemptDomains"), domain))
		return answer(CAUSE_EXEMPT_DOMAIN);
	/* MTA and MacroList are two more ways to count as internal, by what no log shows. */
	if (!is_internal(host, message))
		return conf_get(host->conf, "MTA") != NULL ||
		                       conf_get(host->conf, "MacroList") != NULL
		               ? unknown
		               : answer(CAUSE_NOT_INTERNAL);
	if (conf_get(host->conf, "SigningTable") != NULL) {
		struct host_answer found = would_by_table(host, author);

		return found.known && found.cause == CAUSE_NONE && host_verifies_only(host)
		               ? answer(CAUSE_VERIFY_ONLY)
		               : found;
	}
	if (conf_get(host->conf, "Domain") == NULL)
		return answer(CAUSE_NO_SIGNING_CONFIG);
	if (domain.n == 0)
		return unknown;
	return would_by_domain(host, domain);
}

/* The next entry of master.cf as one line; false at the end. */
static bool
next_entry(struct span *rest, struct buf *entry)
{
	struct span line, ahead;

	buf_reset(entry);
	while (entry->n == 0 && span_cut(rest, '\n', &line))
		if (line.n > 0 && line.p[0] != '#' && line.p[0] != ' ' && line.p[0] != '\t')
			buf_add(entry, line);
	for (ahead = *rest; entry->n > 0 && span_cut(&ahead, '\n', &line); *rest = ahead) {
		if (line.n > 0 && line.p[0] == '#')
			continue;
		if (line.n == 0 || (line.p[0] != ' ' && line.p[0] != '\t'))
			break;
		buf_add(entry, line);
	}
	return entry->n > 0;
}

/* The entry of master.cf whose command is smtpd and which writes under that syslog name. */
static bool
find_service(const struct host *host, const struct message *message, struct buf *entry)
{
	struct span rest = buf_span(&host->master);
	struct buf name = BUF_INIT;
	bool found = false;

	buf_addf(&name, "syslog_name=%.*s/%.*s", SPAN_ARGS(message->instance),
		SPAN_ARGS(message->service));
	while (!found && next_entry(&rest, entry))
		found = span_has(buf_span(entry), SPAN(" smtpd")) &&
		        span_has(buf_span(entry), buf_span(&name));
	buf_clear(&name);
	return found;
}

/* What a service's own options say of milters; false when they say nothing. */
static bool
is_decided_by_options(struct span options, cause_t *bypass)
{
	ptrdiff_t at = span_find(options, SPAN("smtpd_milters="));
	struct span value = at < 0 ? SPAN_NONE : span_from(options, (size_t)at + 14);

	if (span_has(options, SPAN("no_milters")))
		*bypass = CAUSE_OVERRIDE_NO_MILTERS;
	else if (at < 0)
		return false;
	else if (value.n == 0 || value.p[0] == ' ' || value.p[0] == '\t')
		*bypass = CAUSE_MILTER_NOT_CONSULTED;
	else
		*bypass = CAUSE_NONE;
	return true;
}

cause_t
host_bypass(struct host *host, const struct message *message)
{
	struct buf entry = BUF_INIT;
	cause_t bypass = CAUSE_NONE;
	bool local = message->origin == ORIGIN_PICKUP, decided = false;

	if (host->main == NULL)
		return CAUSE_NONE;
	if (!local && message->service.n > 0 && find_service(host, message, &entry))
		decided = is_decided_by_options(buf_span(&entry), &bypass);
	buf_clear(&entry);
	if (!decided &&
		conf_main_cf(host->main, local ? "non_smtpd_milters" : "smtpd_milters").n == 0)
		bypass = CAUSE_MILTER_NOT_CONSULTED;
	return bypass;
}
