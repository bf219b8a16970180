#include "rules/owner.h"

static bool
all_recipients_ours(const struct facts *facts, const struct basis *basis)
{
	const struct message *last = basis->messages[basis->n - 1];
	size_t max = sizeof last->recipient_domains / sizeof *last->recipient_domains;

	for (size_t i = 0; i < max && last->recipient_domains[i].n > 0; i++)
		if (!facts_own_domain(facts, last->recipient_domains[i]))
			return false;
	return last->recipient_domains[0].n > 0;
}

/* It came with a good signature of its author's domain, which is none of ours: written elsewhere. */
static bool
is_verified_foreign(const struct facts *facts, const struct basis *basis)
{
	for (size_t i = 0; i < basis->n; i++) {
		const struct message *message = basis->messages[i];

		if (message->verified && message->verified_domain.n > 0 &&
			!facts_own_domain(facts, message->verified_domain) &&
			span_eq_nocase(message->verified_domain,
				message->author_domain.n > 0 ? message->author_domain
							     : address_domain(message->sender)))
			return true;
	}
	return false;
}

/* OpenDKIM let it through to its signing tests: no "not internal" among its lines. */
static bool
passed_as_internal(const struct message *message)
{
	static const cause_t tests[] = { CAUSE_NO_SIGNING_TABLE_MATCH,
		CAUSE_NO_SIGNING_DOMAIN_MATCH, CAUSE_EXCLUDED_RECIPIENT };

	if (message_has_cause(message, CAUSE_NOT_INTERNAL))
		return false;
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		if (message_has_cause(message, tests[i]))
			return true;
	return message_has_effect(message, EFFECT_DEFERS) ||
	       message_has_effect(message, EFFECT_POLICY);
}

/*
 * Behind a filter OpenDKIM sees the filter, so what it says there tells
 * nothing of a client that came from elsewhere.
 */
static bool
was_taken_for_internal(const struct basis *basis)
{
	const struct message *entry = basis->messages[0];

	if (entry->client_ip.n > 0 && !address_is_loopback(entry->client_ip))
		return passed_as_internal(entry);
	return basis_any(basis, passed_as_internal);
}

/* OpenDKIM verified somebody's signature: there was one, and nothing to sign. */
static bool
came_signed(const struct message *message)
{
	for (size_t i = 0; i < message->nevidence; i++) {
		const struct evidence *line = &message->evidence[i];

		if (line->rule != NULL && line->rule->effect == EFFECT_VERIFY &&
			!span_starts(line->text, SPAN("no signature data")))
			return true;
	}
	return false;
}

static bool
is_senders_domain_ours(const struct facts *facts, const struct basis *basis)
{
	for (size_t i = 0; i < basis->n; i++) {
		const struct message *message = basis->messages[i];

		if (facts_own_domain(facts, address_domain(message->sender)) ||
			facts_own_domain(facts, message->author_domain))
			return true;
	}
	return false;
}

/*
 * A client that neither logged in nor is known as internal. Only clients that
 * a host serves may send through it to others, so mail that leaves is own
 * mail, unless it goes on to a domain of ours (a gateway) or came in for an alias.
 */
static enum owner
owner_of_clients_mail(const struct facts *facts, const struct basis *basis)
{
	bool leaves = basis_any(basis, message_left);

	if (leaves && is_senders_domain_ours(facts, basis))
		return OWNER_US;
	if (leaves && !all_recipients_ours(facts, basis))
		return OWNER_US;
	/* It goes on to a domain of ours; without its beginning that tells little. */
	if (leaves && basis->messages[0]->client_ip.n == 0)
		return OWNER_UNCERTAIN;
	if (leaves || basis_any(basis, message_stayed))
		return OWNER_OTHERS;
	/* Nothing says where it went. A domain in Domain is ours, whoever wrote in its name. */
	if (!basis->messages[0]->queued &&
		message_has_cause(basis->messages[0], CAUSE_EXTERNAL_HOST))
		return OWNER_US;
	/* A domain that OpenDKIM does not know is not ours. */
	for (size_t i = 0; i < basis->n; i++)
		if (message_has_cause(basis->messages[i], CAUSE_NO_SIGNING_DOMAIN_MATCH))
			return OWNER_OTHERS;
	if (basis_any(basis, came_signed) && !is_senders_domain_ours(facts, basis))
		return OWNER_OTHERS;
	return OWNER_UNCERTAIN;
}

static enum owner
owner_of_basis(const struct facts *facts, const struct basis *basis)
{
	const struct message *entry = basis->messages[0];

	if (entry->sasl_username.n > 0 || entry->origin == ORIGIN_PICKUP ||
		entry->origin == ORIGIN_REQUEUED || entry->origin == ORIGIN_INTERNAL)
		return OWNER_US;
	if (is_verified_foreign(facts, basis))
		return OWNER_OTHERS;
	if (facts_internal(facts, entry->client_ip) &&
		!message_has_cause(entry, CAUSE_NOT_INTERNAL) &&
		!address_is_loopback(entry->client_ip))
		return OWNER_US;
	/* A proxy or filter on this host lets outside mail look internal. */
	if (address_is_loopback(entry->client_ip) && basis_any(basis, message_stayed) &&
		!basis_any(basis, message_left) && !is_senders_domain_ours(facts, basis))
		return OWNER_OTHERS;
	if (was_taken_for_internal(basis))
		return OWNER_US;
	/* A bounce from outside. */
	if (entry->has_sender && entry->sender.n == 0 && entry->author.n == 0 &&
		entry->origin == ORIGIN_SMTP)
		return basis_any(basis, message_left) ? OWNER_UNCERTAIN : OWNER_OTHERS;
	return owner_of_clients_mail(facts, basis);
}

/* What it was forwarded or requeued from, first of all: whose mail it is was decided there. */
static struct message *
root_of(struct message *message)
{
	for (unsigned hops = 0; hops < MESSAGE_ROUTE_MAX; hops++) {
		struct message *parent = NULL;

		for (size_t i = 0; i < message->nlinks && parent == NULL; i++)
			if (!message->links[i].forward &&
				(message->links[i].kind == LINK_FORWARDED ||
					message->links[i].kind == LINK_REQUEUED))
				parent = message->links[i].other;
		if (parent == NULL)
			break;
		message = parent;
	}
	return message;
}

enum owner
owner_of(const struct facts *facts, struct message *message)
{
	struct basis basis;

	message_basis(root_of(message), false, &basis);
	return owner_of_basis(facts, &basis);
}
