#include "rules/cause.h"

#include <assert.h>

#define M CAUSE_OF_MESSAGE
#define C CAUSE_CONTRIBUTES
#define S CAUSE_OF_SERVICE

/* In the order of rank; a new cause is a new row and an `about` block in causes.rules. */
/* clang-format off */
static const struct cause causes[] = {
	{ "none",                       0,         "" },
	/* on the way to OpenDKIM: milter8_connect(), milter8_read_resp() */
	{ "milter-unreachable",         M | S,     "smtpd_milters" },
	{ "milter-error",               M | S,     "smtpd_milters" },
	{ "milter-config",              M | S,     "smtpd_milters" },
	/* the key of a row that fits: dkimf_add_signrequest(), dkim_eom_sign() */
	{ "key-permission",             M | S,     "KeyTable" },
	{ "key-missing",                M | S,     "KeyTable" },
	{ "key-insecure",               M | S,     "RequireSafeKeys" },
	{ "key-invalid",                M | S,     "KeyTable" },
	{ "key-table-entry",            M | S,     "KeyTable" },
	{ "key-table-corrupt",          M | S,     "KeyTable" },
	{ "key-table-error",            M | S,     "KeyTable" },
	{ "signing-table-error",        M | S,     "SigningTable" },
	{ "on-nosignature-policy",      M,         "On-NoSignature" },
	/* the tests of mlfi_eoh(), in its order */
	{ "no-sender-header",           M,         "" },
	{ "bad-sender-header",          M,         "" },
	{ "exempt-domain",              M,         "ExemptDomains" },
	{ "peer-ignored",               M,         "PeerList" },
	{ "external-host",              M,         "InternalHosts" },
	{ "no-mta-match",               M,         "MTA" },
	{ "no-macro-match",             M,         "MacroList" },
	{ "not-internal",               M,         "InternalHosts" },
	{ "no-signing-domain-match",    M,         "Domain" },
	{ "no-signing-subdomain-match", M,         "SubDomains" },
	{ "no-signing-table-match",     M,         "SigningTable" },
	{ "verify-only",                M,         "Mode" },
	{ "excluded-recipient",         M,         "DontSignMailTo" },
	{ "header-syntax",              M,         "RequiredHeaders" },
	{ "silent-header-check",        M,         "StrictHeaders" },
	{ "bad-signer-field",           M,         "SigningTable" },
	{ "no-signing-config",          M,         "SigningTable" },
	{ "lua-script",                 M,         "SetupPolicyScript" },
	{ "signing-error",              M,         "" },
	{ "milter-not-consulted",       M,         "smtpd_milters" },
	{ "dataset-error",              M | S,     "" },
	{ "dns-error",                  M | S,     "Nameservers" },
	/* only ever contribute */
	{ "auth-macro-missing",         C,         "milter_mail_macros" },
	{ "signing-table-no-refile",    C,         "SigningTable" },
	{ "bounce-from-hostname",       C,         "myorigin" },
	{ "internal-origin-unfiltered", C,         "internal_mail_filter_classes" },
	{ "requeued-unfiltered",        C,         "" },
	{ "override-no-milters",        C,         "receive_override_options" },
	{ "proxy-filter",               C,         "smtpd_proxy_filter" },
	{ "socket-mismatch",            C,         "Socket" },
	{ "key-too-small",              C,         "MinimumKeyBits" },
	{ "key-type-unsupported",       C,         "SignatureAlgorithm" },
	{ "signed-twice",               C,         "receive_override_options" },
	{ "other-signer",               C,         "" },
	{ "not-reloaded",               C | S,     "" },
	{ "logging-blind",              C | S,     "LogWhy" },
	/* incidents */
	{ "config-error",               S,         "" },
	{ "config-unreadable",          S,         "" },
	{ "key-startup-error",          S,         "KeyFile" },
	{ "socket-error",               S,         "Socket" },
	{ "daemon-stalled",             S,         "" },
	{ "daemon-crash",               S,         "AutoRestart" },
	{ "daemon-stopped",             S,         "" },
};
/* clang-format on */

#define CAUSES (sizeof causes / sizeof *causes)

static const char *const verdicts[VERDICT_COUNT] = { "unknown", "signed", "unsigned", "inbound",
	"deferred", "rejected" };

static const char *const effects[EFFECT_COUNT] = { "note", "verify", "signed", "reason", "defers",
	"rejects", "policy", "key", "unreachable", "broken", "fault", "start", "no-start", "stop",
	"crash", "reload", "no-reload", "stall", "gap" };

/* The index of id among n names, or n. */
static size_t
index_of(struct span id, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(id, span_of(names[i])))
			return i;
	return n;
}

const char *
verdict_id(enum verdict_kind verdict)
{
	return verdicts[verdict];
}

bool
verdict_of(struct span id, enum verdict_kind *verdict)
{
	size_t i = index_of(id, verdicts, VERDICT_COUNT);

	if (i < VERDICT_COUNT)
		*verdict = (enum verdict_kind)i;
	return i < VERDICT_COUNT;
}

const char *
effect_id(enum effect effect)
{
	return effects[effect];
}

bool
effect_of(struct span id, enum effect *effect)
{
	size_t i = index_of(id, effects, EFFECT_COUNT);

	if (i < EFFECT_COUNT)
		*effect = (enum effect)i;
	return i < EFFECT_COUNT;
}

const struct cause *
cause_get(cause_t cause)
{
	assert(cause < CAUSES);
	return &causes[cause];
}

unsigned
cause_count(void)
{
	return CAUSES;
}

const char *
cause_id(cause_t cause)
{
	return cause_get(cause)->id;
}

cause_t
cause_of(struct span id)
{
	for (size_t i = 1; i < CAUSES; i++)
		if (span_eq(id, span_of(causes[i].id)))
			return (cause_t)i;
	return CAUSE_NONE;
}

cause_t
cause_named(const char *id)
{
	cause_t cause = cause_of(span_of(id));

	assert(cause != CAUSE_NONE);
	return cause;
}

bool
lang_of(struct span tag, enum lang *lang)
{
	struct span language = tag, part;

	*lang = LANG_EN;
	if (span_cut(&language, '.', &part))
		language = part;
	if (span_starts(language, SPAN("ja")) &&
		(language.n == 2 || language.p[2] == '_' || language.p[2] == '-')) {
		*lang = LANG_JA;
		return true;
	}
	return span_starts(language, SPAN("en")) || span_eq(language, SPAN("C")) ||
		span_eq(language, SPAN("POSIX"));
}
