/*
 * pager.h - long answers on a terminal go through a pager, as git does it.
 *
 * DKIMWHY_PAGER, else PAGER, else less; "cat" or an empty one is none. less
 * gets LESS=FRX unless that is set: it ends at once when all fits, keeps
 * colours and leaves the text on the screen.
 *
 * Who reads logs may start no program any more by the time it has the text (base/confine.h): a
 * process is made before that waits for the text, and becomes the pager.
 */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/span.h"

/* All zero: there is none. */
struct pager {
	pid_t process;
	int go, text; /* pipes to it: one byte when it is to begin, and what it shows */
};

/* Make it, unless it is there. false: there is no pager. */
bool pager_prepare(struct pager *pager);

/* Once. false when it could not be started: the text is still to be written. */
bool pager_show(struct pager *pager, struct span text);

/* It is not needed. Does nothing when there is none. */
void pager_drop(struct pager *pager);

#endif
