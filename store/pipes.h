/*
 * pipes.h - what comes through standard input and FIFOs, followed like logs.
 *
 * A pipe cannot be read again, neither after a crash nor when the years of its lines prove
 * wrong. So what comes through it goes into a file beside the store at once, which is followed in its
 * place (store/follow.h) and named after it. What was taken in of that file is cut off
 * in front, from time to time.
 *
 * Standard input has an end. A FIFO has none: its next writer is waited for.
 */
#ifndef STORE_PIPES_H
#define STORE_PIPES_H

#include <sys/types.h>

#include "store/store.h"

struct pipes;

/* "-", or a FIFO? */
bool pipes_is_pipe(const char *path);

/*
 * Of the paths those that are pipes ("-": standard input, whatever it is) are read; the others stay
 * what they are. Files go into folder, which is made when there is need for it. NULL: see err
 * (ERROR_CONFIG when another reads the same into that store).
 */
struct pipes *pipes_new(const char *folder, const char *const *paths, size_t npaths,
	struct error *err);
void pipes_free(struct pipes *pipes);

/* What is to be followed in place of the paths; as many, in their order. */
const char *const *pipes_paths(const struct pipes *pipes);

/*
 * Take what has come, for wait_ms at most after the first of it, and much at most. Does not wait
 * for anything to come. -1: it could not be kept, and waits in the pipe.
 */
int pipes_take(struct pipes *pipes, int wait_ms, struct error *err);

/* File descriptors that may come to have something, at most npaths. Returns how many. */
size_t pipes_fds(const struct pipes *pipes, int *fds);

/* Is every path a pipe? Has every path ended? */
bool pipes_only(const struct pipes *pipes);
bool pipes_ended(const struct pipes *pipes);

/*
 * All that was taken is in the store now. Of a file that is longer cut off what it is not gone on with:
 * all but its last minute, as a rule.
 */
int pipes_cut(struct pipes *pipes, struct store *store, off_t longest, struct error *err);

/* All is in the store: remove the files of pipes that have ended. */
void pipes_remove(struct pipes *pipes);

#endif
