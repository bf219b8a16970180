/*
 * host.h - a host's configuration, as far as it decides whether mail is signed.
 *
 * A model of OpenDKIM's decision (mlfi_connect(), mlfi_eoh(); dkimf_checkip(),
 * dkimf_apply_signtable()) over opendkim.conf and the tables it names, and of
 * Postfix's over main.cf and master.cf: which services consult a milter at all.
 * What the files cannot tell (tables in databases, scripts) is answered
 * "not known".
 */
#ifndef RULES_HOST_H
#define RULES_HOST_H

#include "base/error.h"
#include "rules/facts.h"

struct host;

/*
 * Both may be NULL. postfix_dir holds main.cf and master.cf, or postconf-n.txt and postconf-M.txt.
 * A file or folder that is named and cannot be read is an error; a folder without them tells nothing.
 */
struct host *host_new(const char *opendkim_conf, const char *postfix_dir, struct error *err);
void host_free(struct host *host);

/* Our domains: Domain, KeyTable, SigningTable; mydestination and the like. */
void host_teach(struct host *host, struct facts *facts);

/* Mode without s. false without a configuration. */
bool host_verifies_only(const struct host *host);

/* Would a reason (LogWhy) or a success (SyslogSuccess) be logged? fallback without a configuration. */
bool host_logs_why(const struct host *host, bool fallback);
bool host_logs_success(const struct host *host, bool fallback);

struct host_answer {
	bool known;      /* false: the files do not tell */
	cause_t cause;   /* CAUSE_NONE: it would be signed */
	struct span key; /* KeyTable name of the row that fits */
};

/* What OpenDKIM would do with that message, by the files as they are now. */
struct host_answer host_would(struct host *host, const struct message *message);

/*
 * Why the service that took the message in does not consult a milter: override-no-milters,
 * milter-not-consulted (no milter is set); CAUSE_NONE: it does, or that is not known.
 */
cause_t host_bypass(struct host *host, const struct message *message);

#endif
