#include "rules/faults.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/ascii.h"

#define DOMAINS 1024 /* lists by domain, a power of two; the one behind them is of all others */

/* fault_place of an incident that is kept is the number of its list, from 1. */
struct faults {
	struct incident *lists[DOMAINS + 1];
};

struct faults *
faults_new(void)
{
	return xcalloc(1, sizeof(struct faults));
}

void
faults_free(struct faults *faults)
{
	free(faults);
}

static const struct span domainkey = { "._domainkey.", 12 };

/* Of a name that tells nothing: -1. */
static int
is_named(struct span key, struct span selector, struct span domain)
{
	ptrdiff_t at = span_find(key, domainkey);

	if (at < 0)
		return -1;
	return span_eq_nocase(span_first(key, (size_t)at), selector) &&
	       span_eq_nocase(span_from(key, (size_t)at + domainkey.n), domain);
}

/* Does a word begin at `at`: behind a separator; behind a dot it is a label of a longer name, or "selector.domain". */
static bool
begins_at(struct span path, size_t at, struct span selector)
{
	size_t label = selector.n + 1;

	if (at == 0 || path.p[at - 1] == '/' || path.p[at - 1] == '-' || path.p[at - 1] == '_')
		return true;
	return path.p[at - 1] == '.' && at > label && path.p[at - label - 1] == '/' &&
	       span_eq((struct span){ path.p + (at - label), selector.n }, selector);
}

/* "/etc/opendkim/keys/shop.example/s2026.private", "/etc/dkimkeys/s2026.shop.example.pem" */
static bool
is_part(struct span path, struct span selector, struct span domain)
{
	for (size_t at = 0; domain.n > 0 && at + domain.n <= path.n; at++) {
		struct span behind = span_from(path, at + domain.n);

		if (begins_at(path, at, selector) &&
			span_eq_nocase(span_first(span_from(path, at), domain.n), domain) &&
			(behind.n == 0 || span_find_char(SPAN("/._-"), behind.p[0]) >= 0))
			return true;
	}
	return false;
}

static bool
is_of_key(const struct incident *incident, struct span selector, struct span domain)
{
	bool named = false;

	for (size_t i = 0; i < incident->nkeys; i++) {
		int is = is_named(incident->keys[i], selector, domain);

		if (is > 0)
			return true;
		named |= is == 0;
	}
	return !named && is_part(incident->subject, selector, domain);
}

/* The list of a domain; case does not count. */
static unsigned
list_of(struct span domain)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < domain.n; i++)
		sum = sum * 31 + (unsigned char)ascii_lower(domain.p[i]);
	return (sum ^ sum >> 10) % DOMAINS;
}

/* The list that a signature of its keys is looked for in, if it is one alone. */
static unsigned
place_of(const struct incident *incident)
{
	unsigned place = DOMAINS;

	for (size_t i = 0; i < incident->nkeys; i++) {
		ptrdiff_t at = span_find(incident->keys[i], domainkey);
		unsigned list;

		if (at < 0)
			continue;
		list = list_of(span_from(incident->keys[i], (size_t)at + domainkey.n));
		if (place != DOMAINS && place != list)
			return DOMAINS;
		place = list;
	}
	return place;
}

void
faults_remove(struct faults *faults, struct incident *incident)
{
	struct incident **at;

	if (incident->fault_place == 0)
		return;
	at = &faults->lists[incident->fault_place - 1];
	while (*at != incident)
		at = &(*at)->fault_next;
	*at = incident->fault_next;
	incident->fault_place = 0;
}

void
faults_put(struct faults *faults, struct incident *incident)
{
	unsigned place = place_of(incident);

	faults_remove(faults, incident);
	incident->fault_next = faults->lists[place];
	incident->fault_place = place + 1;
	faults->lists[place] = incident;
}

bool
faults_any(const struct faults *faults, struct span domain)
{
	return faults->lists[DOMAINS] != NULL || faults->lists[list_of(domain)] != NULL;
}

struct incident *
faults_next(const struct faults *faults, struct span selector, struct span domain,
	const struct incident *before)
{
	unsigned place = before == NULL ? list_of(domain) : before->fault_place - 1;
	struct incident *incident = before == NULL ? faults->lists[place] : before->fault_next;

	for (;; incident = incident->fault_next) {
		if (incident == NULL && place == DOMAINS)
			return NULL;
		if (incident == NULL)
			incident = faults->lists[place = DOMAINS];
		if (incident == NULL || is_of_key(incident, selector, domain))
			return incident;
	}
}
