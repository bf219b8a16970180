/*
 * confine.h - a process closes itself in before it reads what others wrote.
 *
 * From then on it opens only the files that were named, starts no program and speaks to nobody, even when
 * a fault in the reading of hostile bytes lets them run it. Files are kept by Landlock, where the kernel
 * has it (Linux 5.13), system calls by seccomp, where the program was built with libseccomp. Each is done
 * as far as it can be; what cannot be done is left, and no failure.
 *
 * A file is meant as it is when confine_read() is called: one that takes its name later cannot be opened.
 * To be done before the first thread begins, for the threads to come are closed in, too.
 */
#ifndef BASE_CONFINE_H
#define BASE_CONFINE_H

#include <stdbool.h>

#include "base/buf.h"

struct confine;

/* Never NULL. What libraries need (shared objects, time zones) may be read from the beginning. */
struct confine *confine_new(void);
void confine_free(struct confine *confine);

/* That file, or what is below that folder, may be read. One that is not there is left out. */
void confine_read(struct confine *confine, const char *path);

/* To that file may be written, or in that folder files may be made, written, renamed and removed. */
void confine_write(struct confine *confine, const char *path);

/* Close in. There is no way back. */
void confine_enter(struct confine *confine);

/* Append what this host and this build have: "Landlock (version 7), seccomp"; "nothing". */
void confine_describe(struct buf *out);

#endif
