/*
 * tag.h - the program in front of a text: "postfix/smtpd[12]: text".
 *
 * The less of a line's frame stands before a word, the surer the word must be
 * a program: "warning:" and "30F9F308846A:" are none, and what a key's name
 * or prose puts before a colon is none either. Units as journalctl -o
 * with-unit writes them ("opendkim.service") give their program.
 */
#ifndef PARSER_TAG_H
#define PARSER_TAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct tag {
	struct span name; /* in the text, or the constant name of a program that writes none */
	uint32_t pid;     /* 0: none */
	struct span text; /* what follows */
};

/* What stands before the word that may be a program. */
enum tag_trust {
	TAG_TRUST_HOST,  /* stamp and host */
	TAG_TRUST_STAMP, /* only a stamp */
	TAG_TRUST_BARE,  /* nothing */
};

/* A process ID, or 0 for what is none. */
uint32_t tag_pid(struct span digits);

/* Could word, which stands before a colon, be a queue ID rather than a program? */
bool tag_is_queue_id(struct span word);

/* Is word a severity: "warning", "err"? Postfix and others put one before a colon. */
bool tag_is_severity(struct span word);

/* "opendkim.service", "init.scope": a unit's name, which tag_set() changes. */
bool tag_is_unit(struct span name);

/* A program that was told in another way (RFC 5424): its name is set right as by tag_read(). */
void tag_set(struct tag *tag, struct span name, uint32_t pid, struct span rest);

/* Does s begin with "program[pid]:" or "program:"? false, and *tag untouched, when it does not. */
bool tag_read(struct span s, enum tag_trust trust, struct tag *tag);

#endif
