#include "rules/final.h"

#include "rules/facts.h"

/* Of lines of other effects it is learned later whether they are about OpenDKIM, or whom they hit. */
static bool
is_plain(enum effect effect)
{
	return effect == EFFECT_NOTE || effect == EFFECT_VERIFY || effect == EFFECT_REASON ||
	       effect == EFFECT_DEFERS || effect == EFFECT_KEY;
}

static bool
has_plain_lines(const struct message *message)
{
	for (size_t i = 0; i < message->nevidence; i++)
		if (message->evidence[i].rule != NULL &&
			!is_plain(message->evidence[i].rule->effect))
			return false;
	return message->unkept == 0;
}

/* Ours whatever else is ours (rules/owner.c): OpenDKIM let a client from elsewhere through to its signing tests. */
static bool
is_ours(const struct message *message)
{
	if (message->sasl_username.n > 0 || message->origin == ORIGIN_PICKUP)
		return true;
	return message->client_ip.n > 0 && !address_is_loopback(message->client_ip) &&
	       !message->verified && message_has_cause(message, CAUSE_NO_SIGNING_TABLE_MATCH) &&
	       !message_has_cause(message, CAUSE_NOT_INTERNAL);
}

/* To another host, from which it does not come back as it does from a filter. */
static bool
is_gone(const struct message *message)
{
	const struct deliveries *deliveries = &message->deliveries;
	ptrdiff_t open = span_find_char(message->relay, '[');
	struct span address = open < 0 ? SPAN_NONE : span_from(message->relay, (size_t)open + 1);

	return deliveries->remote > 0 && deliveries->remote == deliveries->sent && open > 0 &&
	       !span_starts(address, SPAN("127.")) && !span_starts(address, SPAN("::1]")) &&
	       span_find_char(message->relay, '/') < 0;
}

bool
final_is(const struct message *message)
{
	const struct verdict *verdict = &message->verdict;

	if (message->nlinks > 0 || message->context || verdict->cause == CAUSE_NONE ||
		!message->born || !has_plain_lines(message))
		return false;
	if (span_eq(message->milter_action, SPAN("reject")))
		return true;
	return verdict->kind == VERDICT_UNSIGNED && verdict->rule != NULL && is_ours(message) &&
	       is_gone(message) && final_may_be(verdict->rule);
}

bool
final_may_be(const struct rule *rule)
{
	return rule->effect == EFFECT_REASON && rule_cause(rule) != CAUSE_NOT_INTERNAL &&
	       rule_cause(rule) != CAUSE_NO_SIGNING_DOMAIN_MATCH;
}
