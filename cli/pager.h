/*
 * pager.h - long answers on a terminal go through a pager, as git does it.
 *
 * DKIMWHY_PAGER, else PAGER, else less; "cat" or an empty one is none. less
 * gets LESS=FRX unless that is set: it ends at once when all fits, keeps
 * colours and leaves the text on the screen.
 */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stdbool.h>

#include "base/span.h"

/* false when there is no pager, or none that could be started: the text is still to be written. */
bool pager_show(struct span text);

#endif
