#include "rules/verdict.h"

#include <string.h>

#include "rules/owner.h"
#include "rules/ruleset.h"

#define INCIDENTS_AT_ONCE 16
#define CONTRIBUTING_MAX (sizeof((struct verdict *)0)->contributing / sizeof(cause_t))

/* One message's case: its basis, and what is found in it. */
struct inquiry {
	struct facts *facts;
	struct incidents *incidents;
	struct host *host;
	struct message *message;
	struct basis basis;
	struct verdict verdict;
};

/* The proof of a cause: the rule and where its line stands. */
struct proof {
	cause_t cause;
	const struct rule *rule;
	const struct message *message;
	uint32_t line;
};

static void
contribute(struct inquiry *inquiry, cause_t cause)
{
	struct verdict *verdict = &inquiry->verdict;

	if (cause == CAUSE_NONE || cause == verdict->cause ||
		verdict->ncontributing == CONTRIBUTING_MAX)
		return;
	for (size_t i = 0; i < verdict->ncontributing; i++)
		if (verdict->contributing[i] == cause)
			return;
	verdict->contributing[verdict->ncontributing++] = cause;
}

/* The way the message came in: the first of its basis. */
static const struct message *
entry_of(const struct inquiry *inquiry)
{
	return inquiry->basis.messages[0];
}

/* What OpenDKIM and Postfix said. */

/* Lines that count as a cause of `unsigned`, `deferred` or `rejected`. */
static bool
explains(const struct inquiry *inquiry, const struct message *message, const struct evidence *line)
{
	struct span captures[PATTERN_GROUPS_MAX];
	struct finding finding = { .rule = line->rule };

	switch (line->rule->effect) {
	case EFFECT_REASON:
	case EFFECT_DEFERS:
	case EFFECT_REJECTS:
	case EFFECT_POLICY:
	case EFFECT_KEY:
	case EFFECT_FAULT:
		return true;
	case EFFECT_UNREACHABLE:
	case EFFECT_BROKEN:
		/* OpenDKIM's own line shows that it was another milter. */
		if ((message->opendkim && !message->late_signature) ||
			!rule_capture(line->rule, line->text, captures))
			return false;
		memcpy(finding.captures, captures, sizeof captures);
		return !facts_is_other_milter(inquiry->facts, finding_get(&finding, "milter"));
	case EFFECT_NOTE:
	case EFFECT_VERIFY:
	case EFFECT_SIGNED:
	case EFFECT_START:
	case EFFECT_NO_START:
	case EFFECT_STOP:
	case EFFECT_CRASH:
	case EFFECT_RELOAD:
	case EFFECT_NO_RELOAD:
	case EFFECT_STALL:
	case EFFECT_GAP:
	case EFFECT_COUNT:
		break;
	}
	return false;
}

/* "error loading key" names no reason: an EFFECT_KEY line does, when there is one. */
static bool
is_second_hand(const struct message *message, const struct evidence *line)
{
	return line->rule->effect == EFFECT_DEFERS && line->rule->ncauses > 1 &&
	       message_has_effect(message, EFFECT_KEY);
}

/* MTA and MacroList are alternatives to InternalHosts: passed over when that one was met. */
static bool
was_made_up_for(const struct message *message, cause_t cause)
{
	return (cause == CAUSE_NO_MTA_MATCH || cause == CAUSE_NO_MACRO_MATCH) &&
	       !message_has_cause(message, CAUSE_NOT_INTERNAL);
}

static bool
is_refusal(enum effect effect)
{
	return effect == EFFECT_REJECTS || effect == EFFECT_DEFERS || effect == EFFECT_POLICY ||
	       effect == EFFECT_KEY || effect == EFFECT_UNREACHABLE || effect == EFFECT_BROKEN ||
	       effect == EFFECT_FAULT;
}

/* The cause that ranks first among all lines of the basis; of a refusal, only among what refuses. */
static struct proof
first_cause(const struct inquiry *inquiry, bool refused)
{
	struct proof best = { CAUSE_NONE, NULL, NULL, UINT32_MAX };

	for (size_t i = 0; i < inquiry->basis.n; i++) {
		const struct message *message = inquiry->basis.messages[i];

		for (size_t k = 0; k < message->nevidence; k++) {
			const struct evidence *line = &message->evidence[k];
			cause_t cause;

			if (line->rule == NULL || !explains(inquiry, message, line) ||
				is_second_hand(message, line) ||
				(refused && !is_refusal(line->rule->effect)) ||
				was_made_up_for(message, rule_cause(line->rule)))
				continue;
			cause = rule_cause(line->rule);
			if (cause != CAUSE_NONE && (best.cause == CAUSE_NONE || cause < best.cause))
				best = (struct proof){ cause, line->rule, message, (uint32_t)k };
		}
	}
	return best;
}

static void
contribute_others(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->basis.n; i++) {
		const struct message *message = inquiry->basis.messages[i];

		for (size_t k = 0; k < message->nevidence; k++) {
			const struct evidence *line = &message->evidence[k];

			if (line->rule == NULL || !explains(inquiry, message, line) ||
				is_second_hand(message, line))
				continue;
			contribute(inquiry, rule_cause(line->rule));
			/* What Postfix cannot reach names the socket as well. */
			for (size_t c = 1; c < line->rule->ncauses; c++)
				if (line->rule->effect == EFFECT_UNREACHABLE)
					contribute(inquiry, line->rule->causes[c]);
		}
	}
}

static void
set_proof(struct inquiry *inquiry, enum verdict_kind kind, const struct proof *proof)
{
	inquiry->verdict.kind = kind;
	inquiry->verdict.cause = proof->cause;
	inquiry->verdict.rule = proof->rule;
	if (proof->message != NULL) {
		inquiry->verdict.decided = proof->message;
		inquiry->verdict.proof = proof->line;
	}
}

/* A cause that no line names. */
static void
infer(struct inquiry *inquiry, enum verdict_kind kind, cause_t cause)
{
	inquiry->verdict.kind = kind;
	inquiry->verdict.cause = cause;
	inquiry->verdict.rule = NULL;
}

/* What the service suffered at that time sharpens a cause on the way to OpenDKIM. */
static void
contribute_incidents(struct inquiry *inquiry)
{
	struct incident *found[INCIDENTS_AT_ONCE];
	const struct message *message = inquiry->message;
	size_t n;

	if (inquiry->verdict.cause != CAUSE_MILTER_UNREACHABLE &&
		inquiry->verdict.cause != CAUSE_MILTER_ERROR)
		return;
	n = incidents_at(inquiry->incidents, message->host, message->first, found,
		INCIDENTS_AT_ONCE);
	for (size_t i = 0; i < n; i++)
		if (cause_is(found[i]->cause, CAUSE_OF_SERVICE) &&
			incident_end(found[i]) >= message->first)
			contribute(inquiry, found[i]->cause);
}

static void
contribute_circumstances(struct inquiry *inquiry)
{
	const struct message *entry = entry_of(inquiry);

	if (entry->sasl_username.n > 0 && message_has_cause(entry, CAUSE_NOT_INTERNAL))
		contribute(inquiry, CAUSE_AUTH_MACRO_MISSING);
	if (entry->origin == ORIGIN_INTERNAL && !entry->opendkim)
		contribute(inquiry, CAUSE_INTERNAL_ORIGIN_UNFILTERED);
	if (entry->origin == ORIGIN_REQUEUED)
		contribute(inquiry, CAUSE_REQUEUED_UNFILTERED);
	if (entry->has_sender && entry->sender.n == 0 && entry->author.n > 0)
		contribute(inquiry, CAUSE_BOUNCE_FROM_HOSTNAME);
}

/* The verdicts, one kind after the other. */

static void
judge_signed(struct inquiry *inquiry)
{
	unsigned hops = 0;

	inquiry->verdict.kind = VERDICT_SIGNED;
	for (size_t i = 0; i < inquiry->basis.n; i++) {
		const struct message *message = inquiry->basis.messages[i];

		if (message->nsignatures == 0)
			continue;
		hops++;
		inquiry->verdict.decided = message;
		for (size_t k = 0; k < message->nevidence; k++)
			if (message->evidence[k].rule != NULL &&
				message->evidence[k].rule->effect == EFFECT_SIGNED)
				inquiry->verdict.proof = (uint32_t)k;
	}
	if (hops > 1)
		contribute(inquiry, CAUSE_SIGNED_TWICE);
}

/*
 * Answers that OpenDKIM gives, or Postfix for it; others come from other filters. What some
 * of them say by themselves: mlfi_eom(), dkimf_libstatus(); CAUSE_NONE where its lines must tell.
 */
static const struct {
	struct span text;
	cause_t cause, contributes;
	bool verifying; /* about somebody else's signature: nothing of our signing failed */
} answers[] = {
	{ { "Server configuration problem", 28 }, CAUSE_MILTER_CONFIG, CAUSE_NONE, false },
	{ { "no DKIM signature data", 22 }, CAUSE_ON_NOSIGNATURE_POLICY, CAUSE_NONE, false },
	{ { "message does not have exactly one", 33 }, CAUSE_HEADER_SYNTAX, CAUSE_NONE, false },
	{ { "message has multiple", 20 }, CAUSE_HEADER_SYNTAX, CAUSE_NONE, false },
	{ { "DKIM signing error", 18 }, CAUSE_SIGNING_ERROR, CAUSE_KEY_TOO_SMALL, false },
	{ { "bad DKIM signature data", 23 }, CAUSE_NONE, CAUSE_NONE, true },
	{ { "DKIM key retrieval failed", 25 }, CAUSE_NONE, CAUSE_NONE, true },
	{ { "Service unavailable", 19 }, CAUSE_NONE, CAUSE_NONE, false },
	{ { "resource unavailable", 20 }, CAUSE_NONE, CAUSE_NONE, false },
	{ { "internal DKIM error", 19 }, CAUSE_NONE, CAUSE_NONE, false },
	{ { "DKIM signature syntax error", 27 }, CAUSE_NONE, CAUSE_NONE, false },
};

#define ANSWERS (sizeof answers / sizeof *answers)

/* The row of an answer, or ANSWERS. */
static size_t
answer_of(struct span text)
{
	size_t i = 0;

	while (i < ANSWERS && !span_has(text, answers[i].text))
		i++;
	return i;
}

/* "451 4.7.1 ..." and "4.7.1 ...": temporary. */
static bool
is_temporary(struct span answer)
{
	return answer.n > 0 && answer.p[0] == '4';
}

static void
judge_refused(struct inquiry *inquiry, enum owner owner)
{
	const struct message *message = inquiry->message;
	enum verdict_kind kind =
		is_temporary(message->milter_answer) ? VERDICT_DEFERRED : VERDICT_REJECTED;
	size_t i = answer_of(message->milter_answer);
	struct proof proof = first_cause(inquiry, true);

	if (i == ANSWERS) /* another filter's */
		infer(inquiry, owner == OWNER_US ? kind : VERDICT_INBOUND, CAUSE_NONE);
	else if (answers[i].verifying)
		infer(inquiry, kind, CAUSE_NONE);
	else if (proof.cause != CAUSE_NONE && answers[i].cause != CAUSE_MILTER_CONFIG &&
		 answers[i].cause != CAUSE_ON_NOSIGNATURE_POLICY)
		set_proof(inquiry, kind, &proof);
	else
		infer(inquiry, kind, answers[i].cause);
	if (i == ANSWERS || answers[i].verifying)
		return;
	contribute(inquiry, answers[i].contributes);
	contribute_others(inquiry);
	if (inquiry->verdict.cause == CAUSE_NONE)
		contribute(inquiry, CAUSE_LOGGING_BLIND);
}

/*
 * The host's own files say what the log does not. A signature is taken from
 * them only when no line would tell of it either.
 */
static bool
judge_by_files(struct inquiry *inquiry)
{
	cause_t bypass = host_bypass(inquiry->host, entry_of(inquiry));
	struct host_answer would;

	if (bypass != CAUSE_NONE) {
		infer(inquiry, VERDICT_UNSIGNED, CAUSE_MILTER_NOT_CONSULTED);
		contribute(inquiry, bypass);
		return true;
	}
	would = host_would(inquiry->host, entry_of(inquiry));
	if (!would.known || would.cause == CAUSE_NONE)
		return false;
	inquiry->verdict.kind = VERDICT_UNSIGNED;
	inquiry->verdict.cause = would.cause;
	return true;
}

/*
 * Own mail was queued without a line of OpenDKIM. What that means depends on what
 * the host's OpenDKIM writes at all, and on how others fared on the same way.
 */
static void
judge_silence(struct inquiry *inquiry)
{
	const struct message *message = inquiry->message;
	const struct host_facts *host = facts_host(inquiry->facts, message->host);
	const struct ways *ways = facts_ways(inquiry->facts);
	bool service = ways_service(ways, entry_of(inquiry));
	bool process = ways_process(ways, entry_of(inquiry));
	bool client = ways_client(ways, entry_of(inquiry));

	if (entry_of(inquiry)->origin == ORIGIN_INTERNAL) {
		infer(inquiry, VERDICT_UNSIGNED, CAUSE_MILTER_NOT_CONSULTED);
	} else if (!entry_of(inquiry)->born && !entry_of(inquiry)->cleaned_up) {
		/* The log begins later than the message. */
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
	} else if (entry_of(inquiry)->origin == ORIGIN_REQUEUED) {
		/* It may carry the signature of its first way through, which is not in the log. */
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
	} else if (host->lines == 0) {
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
		/* Where OpenDKIM says nothing at all, it may as well not be there. */
		if (host->signer > 0)
			contribute(inquiry, CAUSE_OTHER_SIGNER);
		else if (host->alive > 0)
			contribute(inquiry, CAUSE_LOGGING_BLIND);
	} else if (judge_by_files(inquiry)) {
		return;
	} else if (host->success == 0 && !host_logs_success(inquiry->host, false)) {
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
		contribute(inquiry, CAUSE_LOGGING_BLIND);
	} else if (!service || (!process && client)) {
		infer(inquiry, VERDICT_UNSIGNED, CAUSE_MILTER_NOT_CONSULTED);
	} else if (host->why == 0 && !host_logs_why(inquiry->host, false)) {
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
		contribute(inquiry, CAUSE_LOGGING_BLIND);
	} else if (!client && entry_of(inquiry)->client_ip.n > 0) {
		infer(inquiry, VERDICT_UNSIGNED, CAUSE_PEER_IGNORED);
	} else {
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
	}
}

/* OpenDKIM verified an internal client's mail and named no reason: it has nothing to sign with. */
static bool
was_only_verified(const struct message *message)
{
	bool verified = false;

	for (size_t i = 0; i < message->nevidence; i++) {
		const struct rule *rule = message->evidence[i].rule;

		if (message->evidence[i].daemon != DAEMON_OPENDKIM || rule == NULL)
			continue;
		if (rule->effect != EFFECT_VERIFY)
			return false;
		verified |= span_starts(message->evidence[i].text, SPAN("no signature data"));
	}
	return verified;
}

/*
 * "no signing domain match" without the subdomain's line behind it: SubDomains took a parent
 * domain, and the message is signed. Where successes are not logged, nothing more is known.
 */
static bool
may_be_signed_as_parent(const struct inquiry *inquiry, const struct proof *proof)
{
	return proof->cause == CAUSE_NO_SIGNING_DOMAIN_MATCH && proof->message->queued &&
	       !message_has_cause(proof->message, CAUSE_NO_SIGNING_SUBDOMAIN_MATCH) &&
	       facts_host(inquiry->facts, proof->message->host)->success == 0;
}

static void
judge_own(struct inquiry *inquiry)
{
	struct proof proof = first_cause(inquiry, false);
	bool went = inquiry->message->queued || inquiry->message->deliveries.sent > 0;

	if (proof.cause == CAUSE_NONE && basis_any(&inquiry->basis, was_only_verified)) {
		infer(inquiry, VERDICT_UNSIGNED, CAUSE_NO_SIGNING_CONFIG);
	} else if (proof.cause == CAUSE_NONE) {
		judge_silence(inquiry);
	} else if (may_be_signed_as_parent(inquiry, &proof)) {
		infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
		contribute(inquiry, CAUSE_LOGGING_BLIND);
		return;
	} else if (!went &&
		   (proof.rule->effect == EFFECT_DEFERS || proof.rule->effect == EFFECT_KEY ||
			   proof.rule->effect == EFFECT_POLICY)) {
		set_proof(inquiry, VERDICT_DEFERRED, &proof);
	} else if (!went && proof.rule->effect == EFFECT_REJECTS) {
		set_proof(inquiry, VERDICT_REJECTED, &proof);
	} else {
		set_proof(inquiry, VERDICT_UNSIGNED, &proof);
		/* A verifier signs nothing, whatever its lines complain of. */
		if (host_verifies_only(inquiry->host) &&
			basis_any(&inquiry->basis, message_was_seen))
			infer(inquiry, VERDICT_UNSIGNED, CAUSE_VERIFY_ONLY);
	}
	contribute_others(inquiry);
	contribute_circumstances(inquiry);
}

/* Own or not is not to be told: only a reason that would hold for own mail alone decides. */
static void
judge_uncertain(struct inquiry *inquiry)
{
	infer(inquiry, VERDICT_UNKNOWN, CAUSE_NONE);
	contribute_others(inquiry);
}

static bool
stays_here_unseen(const struct inquiry *inquiry)
{
	return !basis_any(&inquiry->basis, message_was_seen) &&
	       basis_any(&inquiry->basis, message_stayed) &&
	       !basis_any(&inquiry->basis, message_left) &&
	       first_cause(inquiry, false).cause == CAUSE_NONE;
}

void
verdict_judge(const struct knowledge *knowledge, struct message *message)
{
	struct inquiry inquiry = { .facts = knowledge->facts,
		.incidents = knowledge->incidents,
		.host = knowledge->host,
		.message = message };
	enum owner owner;

	message_basis(message, false, &inquiry.basis);
	inquiry.verdict.proof = UINT32_MAX;
	inquiry.verdict.decided = message;
	if (basis_any(&inquiry.basis, message_was_signed)) {
		judge_signed(&inquiry);
		message->verdict = inquiry.verdict;
		return;
	}
	owner = owner_of(knowledge->facts, message);
	if (span_eq(message->milter_action, SPAN("reject")))
		judge_refused(&inquiry, owner);
	else if (owner == OWNER_OTHERS || (owner == OWNER_US && stays_here_unseen(&inquiry)))
		inquiry.verdict.kind = VERDICT_INBOUND;
	else if (owner == OWNER_US)
		judge_own(&inquiry);
	else
		judge_uncertain(&inquiry);
	contribute_incidents(&inquiry);
	message->verdict = inquiry.verdict;
}

static bool
is_among(const struct verdict *verdict, cause_t cause)
{
	bool among = verdict->cause == cause;

	for (size_t i = 0; i < verdict->ncontributing; i++)
		among |= verdict->contributing[i] == cause;
	return among;
}

void
verdict_charge(const struct knowledge *knowledge, const struct message *message)
{
	struct incident *found[INCIDENTS_AT_ONCE];
	size_t n = 0;

	if (message->verdict.cause != CAUSE_NONE || message->verdict.ncontributing > 0)
		n = incidents_at(knowledge->incidents, message->host, message->first, found,
			INCIDENTS_AT_ONCE);
	for (size_t i = 0; i < n; i++)
		if (is_among(&message->verdict, found[i]->cause))
			found[i]->messages++;
}

bool
verdict_is_settled(const struct message *message)
{
	return message->verdict.kind == VERDICT_SIGNED ||
	       (message->verdict.kind == VERDICT_INBOUND && message->deliveries.local > 0 &&
		       message->deliveries.remote == 0);
}
