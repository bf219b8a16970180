/*
 * owner.h - whose mail a message is.
 *
 * Own mail is what was written on this host, by someone who logged in, by a
 * client that OpenDKIM trusts, or what a client sends through this host to
 * others. For mail that comes in, OpenDKIM's "not internal" and "no signature data" are as it
 * should be.
 */
#ifndef RULES_OWNER_H
#define RULES_OWNER_H

#include "rules/facts.h"

enum owner {
	OWNER_UNCERTAIN, /* the lines do not tell */
	OWNER_US,
	OWNER_OTHERS,
};

/* Decided where the message first came in: at what it was forwarded or requeued from. */
enum owner owner_of(const struct facts *facts, struct message *message);

#endif
