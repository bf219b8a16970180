/*
 * cause.h - the vocabulary: verdicts, causes, effects.
 *
 * The identifiers are promises: they stand in reports, JSON, the store and in
 * rule files. Causes stand in one table in the order of their rank: of several that fit one message, the one that stands first is primary
 * (design: an incident before OpenDKIM's own tests, those in the order in
 * which OpenDKIM makes them, see mlfi_eoh() and mlfi_eom()).
 */
#ifndef RULES_CAUSE_H
#define RULES_CAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum verdict_kind {
	VERDICT_UNKNOWN,
	VERDICT_SIGNED,
	VERDICT_UNSIGNED,
	VERDICT_INBOUND,
	VERDICT_DEFERRED,
	VERDICT_REJECTED,
	VERDICT_COUNT,
};

const char *verdict_id(enum verdict_kind verdict);
bool verdict_of(struct span id, enum verdict_kind *verdict);

/* Is it one that is told of message by message: neither signed nor inbound? */
bool verdict_is_finding(enum verdict_kind verdict);

/* Of so many messages of each verdict those that went wrong: unsigned, deferred, rejected. */
uint64_t verdict_wrongs(const uint64_t counts[VERDICT_COUNT]);

/*
 * In the order of rank. A new cause is a new row here and an `about` block in causes.rules.
 * M: may be the primary cause of a message; C: only ever contributes; S: is an incident; K: of a key, that a
 * signature by it ends; B: that the daemon's beginning ends; L: told by lines under LogWhy alone.
 */
/* clang-format off */
#define CAUSES(X) \
	/* on the way to OpenDKIM: milter8_connect(), milter8_read_resp() */ \
	X(MILTER_UNREACHABLE,         "milter-unreachable",         M | S,     "smtpd_milters") \
	X(MILTER_ERROR,               "milter-error",               M | S,     "smtpd_milters") \
	X(MILTER_CONFIG,              "milter-config",              M | S,     "smtpd_milters") \
	/* the key of a row that fits: dkimf_add_signrequest(), dkim_eom_sign() */ \
	X(KEY_PERMISSION,             "key-permission",             M | S | K, "KeyTable") \
	X(KEY_MISSING,                "key-missing",                M | S | K, "KeyTable") \
	X(KEY_INSECURE,               "key-insecure",               M | S | K, "RequireSafeKeys") \
	X(KEY_INVALID,                "key-invalid",                M | S | K, "KeyTable") \
	X(KEY_TABLE_ENTRY,            "key-table-entry",            M | S | K, "KeyTable") \
	X(KEY_TABLE_CORRUPT,          "key-table-corrupt",          M | S | K, "KeyTable") \
	X(KEY_TABLE_ERROR,            "key-table-error",            M | S | K, "KeyTable") \
	X(SIGNING_TABLE_ERROR,        "signing-table-error",        M | S,     "SigningTable") \
	X(ON_NOSIGNATURE_POLICY,      "on-nosignature-policy",      M,         "On-NoSignature") \
	/* the tests of mlfi_eoh(), in its order */ \
	X(NO_SENDER_HEADER,           "no-sender-header",           M,         "") \
	X(BAD_SENDER_HEADER,          "bad-sender-header",          M,         "") \
	X(EXEMPT_DOMAIN,              "exempt-domain",              M | L,     "ExemptDomains") \
	X(PEER_IGNORED,               "peer-ignored",               M,         "PeerList") \
	X(EXTERNAL_HOST,              "external-host",              M,         "InternalHosts") \
	X(NO_MTA_MATCH,               "no-mta-match",               M | L,     "MTA") \
	X(NO_MACRO_MATCH,             "no-macro-match",             M | L,     "MacroList") \
	X(NOT_INTERNAL,               "not-internal",               M | L,     "InternalHosts") \
	X(NO_SIGNING_DOMAIN_MATCH,    "no-signing-domain-match",    M | L,     "Domain") \
	X(NO_SIGNING_SUBDOMAIN_MATCH, "no-signing-subdomain-match", M | L,     "SubDomains") \
	X(NO_SIGNING_TABLE_MATCH,     "no-signing-table-match",     M | L,     "SigningTable") \
	X(VERIFY_ONLY,                "verify-only",                M,         "Mode") \
	X(EXCLUDED_RECIPIENT,         "excluded-recipient",         M,         "DontSignMailTo") \
	X(HEADER_SYNTAX,              "header-syntax",              M,         "RequiredHeaders") \
	X(SILENT_HEADER_CHECK,        "silent-header-check",        M,         "StrictHeaders") \
	X(BAD_SIGNER_FIELD,           "bad-signer-field",           M,         "SigningTable") \
	X(NO_SIGNING_CONFIG,          "no-signing-config",          M,         "SigningTable") \
	X(LUA_SCRIPT,                 "lua-script",                 M,         "SetupPolicyScript") \
	X(SIGNING_ERROR,              "signing-error",              M,         "") \
	X(MILTER_NOT_CONSULTED,       "milter-not-consulted",       M,         "smtpd_milters") \
	X(DATASET_ERROR,              "dataset-error",              M | S | B, "") \
	X(DNS_ERROR,                  "dns-error",                  M | S,     "Nameservers") \
	/* only ever contribute */ \
	X(AUTH_MACRO_MISSING,         "auth-macro-missing",         C,         "milter_mail_macros") \
	X(SIGNING_TABLE_NO_REFILE,    "signing-table-no-refile",    C,         "SigningTable") \
	X(BOUNCE_FROM_HOSTNAME,       "bounce-from-hostname",       C,         "myorigin") \
	X(INTERNAL_ORIGIN_UNFILTERED, "internal-origin-unfiltered", C,         "internal_mail_filter_classes") \
	X(REQUEUED_UNFILTERED,        "requeued-unfiltered",        C,         "") \
	X(OVERRIDE_NO_MILTERS,        "override-no-milters",        C,         "receive_override_options") \
	X(PROXY_FILTER,               "proxy-filter",               C,         "smtpd_proxy_filter") \
	X(SOCKET_MISMATCH,            "socket-mismatch",            C,         "Socket") \
	X(KEY_TOO_SMALL,              "key-too-small",              C,         "MinimumKeyBits") \
	X(KEY_TYPE_UNSUPPORTED,       "key-type-unsupported",       C,         "SignatureAlgorithm") \
	X(SIGNED_TWICE,               "signed-twice",               C,         "receive_override_options") \
	X(OTHER_SIGNER,               "other-signer",               C,         "") \
	X(NOT_RELOADED,               "not-reloaded",               C | S,     "") \
	X(LOGGING_BLIND,              "logging-blind",              C | S,     "LogWhy") \
	/* incidents */ \
	X(CONFIG_ERROR,               "config-error",               S | B,     "") \
	X(CONFIG_UNREADABLE,          "config-unreadable",          S | B,     "") \
	X(KEY_STARTUP_ERROR,          "key-startup-error",          S | B,     "KeyFile") \
	X(SOCKET_ERROR,               "socket-error",               S | B,     "Socket") \
	X(DAEMON_STALLED,             "daemon-stalled",             S | B,     "") \
	X(DAEMON_CRASH,               "daemon-crash",               S | B,     "AutoRestart") \
	X(DAEMON_STOPPED,             "daemon-stopped",             S | B,     "")
/* clang-format on */

/* CAUSE_NOT_INTERNAL and so on; 0 is none. */
#define CAUSE_CONSTANT(name, id, traits, setting) CAUSE_##name,
enum { CAUSE_NONE, CAUSES(CAUSE_CONSTANT) CAUSE_COUNT };
#undef CAUSE_CONSTANT

typedef unsigned char cause_t;

enum cause_trait {
	CAUSE_OF_MESSAGE = 1,
	CAUSE_CONTRIBUTES = 2,
	CAUSE_OF_SERVICE = 4,
	CAUSE_OF_KEY = 8,
	CAUSE_ENDS_WITH_START = 16,
	CAUSE_UNDER_LOGWHY = 32,
};

struct cause {
	const char *id;
	unsigned traits; /* of enum cause_trait */
	const char *
		setting; /* the setting to look at, as its manual spells it; "" when there is none */
};

/* cause must be below CAUSE_COUNT. */
const struct cause *cause_get(cause_t cause);
const char *cause_id(cause_t cause);
bool cause_is(cause_t cause, enum cause_trait trait);

/* CAUSE_NONE when there is none of that name. */
cause_t cause_of(struct span id);

/* What a rule's line means for signing. */
enum effect {
	EFFECT_NOTE,    /* nothing */
	EFFECT_VERIFY,  /* about signatures of others: the message was verified, not signed */
	EFFECT_SIGNED,  /* our signature was added */
	EFFECT_REASON,  /* a signing test failed: the reason if nothing signs afterwards */
	EFFECT_DEFERS,  /* OpenDKIM answered with a temporary failure */
	EFFECT_REJECTS, /* OpenDKIM refused for good */
	EFFECT_POLICY,  /* signing failed; an On-* setting decides what becomes of the message */
	EFFECT_KEY, /* without a queue ID: why the key named on the next line could not be used */
	EFFECT_UNREACHABLE, /* Postfix could not reach a milter */
	EFFECT_BROKEN,      /* a milter's session broke off */
	EFFECT_FAULT,       /* a fault of the service that does not end it */
	EFFECT_START,       /* the daemon started */
	EFFECT_NO_START,    /* the daemon did not start */
	EFFECT_STOP,        /* the daemon ended in order */
	EFFECT_CRASH,       /* the daemon ended out of order */
	EFFECT_RELOAD,      /* the configuration was read again */
	EFFECT_NO_RELOAD,   /* it was refused, the old one stays */
	EFFECT_STALL,       /* the daemon lives but does not serve */
	EFFECT_GAP,         /* lines are missing from the log */
	EFFECT_COUNT,
};

const char *effect_id(enum effect effect);
bool effect_of(struct span id, enum effect *effect);

/* Languages of explanations. */
enum lang { LANG_EN, LANG_JA, LANG_COUNT };

/* "en", "ja", "ja_JP.UTF-8"; anything else is English (false when it was not known). */
bool lang_of(struct span tag, enum lang *lang);

#endif
