/*
 * verdict.h - from evidence to a verdict.
 *
 * Follows OpenDKIM's own order (mlfi_eoh(), mlfi_eom()) by the rank of the
 * causes, after what happened on the way to OpenDKIM (milter out of reach). A
 * message's verdict is that of the whole message: of all queue IDs it rests on
 * (message_basis()).
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "rules/facts.h"
#include "rules/host.h"
#include "rules/incident.h"

/* What a message is judged by, beside its own lines. host is never NULL; it may know nothing. */
struct knowledge {
	struct facts *facts;
	struct incidents *incidents;
	struct host *host;
};

/* Judge by what is known now and fill in message->verdict. May be asked again when more is known. */
void verdict_judge(const struct knowledge *knowledge, struct message *message);

/* The incidents that its verdict names count the message: once, when it is let go. */
void verdict_charge(const struct knowledge *knowledge, const struct message *message);

/*
 * Can nothing later in a log change that verdict? (A closed route is assumed.)
 */
bool verdict_is_settled(const struct message *message);

#endif
