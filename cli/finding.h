/*
 * finding.h - what figures come to, in one sentence: the first thing that reports and mails say.
 */
#ifndef CLI_FINDING_H
#define CLI_FINDING_H

#include "cli/figures.h"

/* "61 messages left unsigned, 2 held back"; false, and nothing: none did, none was. */
bool finding_add_wrongs(struct figures *figures, struct buf *out);

/* " (milter-unreachable 212, 2 more causes)" */
void finding_add_causes(struct figures *figures, struct buf *out);

/* The first of these, or that all is well, or that it cannot be told. */
void finding_add(struct figures *figures, struct buf *out);

/* "daemon-stopped since 24 Nov 02:00, no message hit" */
void finding_add_fault(struct figures *figures, struct buf *out, const struct incident *fault);

#endif
