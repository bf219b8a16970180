/*
 * mask.h - persons taken out of what is shown (--anonymize).
 *
 * The user part of an address becomes "user1", the address of a client "ip1",
 * its name "host1", a login "login1"; the same value always becomes the same
 * word within one run. In a mail of ours (summary) only user parts and logins are
 * replaced. Domains stay: what is wrong with a configuration is
 * wrong for a domain. Loopback addresses stay, too.
 */
#ifndef CLI_MASK_H
#define CLI_MASK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"

enum mask_kind {
	MASK_NOBODY,
	MASK_ADDRESSES, /* user parts of addresses, and logins */
	MASK_ALL,       /* and clients */
};

struct mask {
	enum mask_kind kind;
	struct arena arena;
	struct map words; /* value -> struct span *, what stands for it */
	unsigned users, ips, hosts, logins;
};

void mask_clear(struct mask *mask);

/* These words are the name of a client and a login wherever they stand from now on; may be empty. */
void mask_learn(struct mask *mask, struct span client_name, struct span login);

/* Append text with its persons taken out. */
void mask_text(struct mask *mask, struct buf *out, struct span text);

#endif
