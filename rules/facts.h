/*
 * facts.h - what a whole log tells about the host: its domains, its clients, its logging.
 *
 * A single message often cannot be judged by its own lines: whether mail is
 * ours, whether silence means anything. These facts are gathered while
 * reading and asked when judging. All sets are bounded (FACTS_MAX entries each);
 * what does not fit is not learned.
 */
#ifndef RULES_FACTS_H
#define RULES_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/message.h"
#include "rules/ways.h"

#define FACTS_MAX 100000

struct facts;

struct facts *facts_new(void);
void facts_free(struct facts *facts);

/* Our domains. A subdomain of ours is ours. ASCII case does not count. */
void facts_add_domain(struct facts *facts, struct span domain);
bool facts_own_domain(const struct facts *facts, struct span domain);

/* Clients that OpenDKIM treated as internal though they did not log in. */
void facts_add_internal(struct facts *facts, struct span client_ip);
bool facts_internal(const struct facts *facts, struct span client_ip);

/* Is that the host itself: 127.0.0.1, ::1? */
bool address_is_loopback(struct span ip);

/* What was seen of OpenDKIM's logging on a host. */
struct host_facts {
	uint64_t alive;   /* any of OpenDKIM */
	uint64_t lines;   /* of OpenDKIM about messages */
	uint64_t success; /* lines that only SyslogSuccess yes writes */
	uint64_t why;     /* lines that only LogWhy yes writes */
	uint64_t signer;  /* lines of another DKIM signer */
	bool running;     /* a start line was seen, and no end since */
};

/* Never NULL; the facts of a host that was not seen are all zero. */
struct host_facts *facts_host(struct facts *facts, struct span host);

/* By which ways mail reached OpenDKIM. Never NULL. */
struct ways *facts_ways(struct facts *facts);

/*
 * A milter that was out of reach while OpenDKIM's line about the same message came all the same is not
 * OpenDKIM. Addresses that name another filter are none either.
 */
void facts_other_milter(struct facts *facts, struct span milter);
bool facts_is_other_milter(const struct facts *facts, struct span milter);

/*
 * All that was learned, one call an entry, and the same said again to another. Sets only: it does not
 * matter how often or in which order. Kinds: "domain", "internal", "milter", "alive", "lines", "success",
 * "why", "signer" (of hosts), "way" (with the times of ways.h).
 */
typedef void facts_teller(void *ctx, const char *kind, struct span key, int64_t first,
	int64_t last);
void facts_each(const struct facts *facts, facts_teller *tell, void *ctx);
void facts_restore(struct facts *facts, struct span kind, struct span key, int64_t first,
	int64_t last);

#endif
