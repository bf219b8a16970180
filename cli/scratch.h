/*
 * scratch.h - a folder of this run alone, in TMPDIR, which is removed with all that is in it.
 */
#ifndef CLI_SCRATCH_H
#define CLI_SCRATCH_H

#include "base/buf.h"

/* Its path into folder. */
int scratch_make(struct buf *folder, struct error *err);

/* Does nothing for an empty one. */
void scratch_remove(const struct buf *folder);

#endif
