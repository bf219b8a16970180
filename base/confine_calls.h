/*
 * confine_calls.h - the system calls that a reader needs, and no others: for base/confine.c alone.
 *
 * Without libseccomp (HAVE_SECCOMP) nothing is done.
 */
#ifndef BASE_CONFINE_CALLS_H
#define BASE_CONFINE_CALLS_H

#include <stdbool.h>

/* fcntl.h has it only beyond POSIX; MIPS, SPARC and Alpha number it otherwise, and have no file opened. */
#ifdef O_PATH
#define CONFINE_O_PATH O_PATH
#else
#define CONFINE_O_PATH 010000000
#endif

/* As far as it can be done, for this thread and those that it begins. */
void confine_calls(void);

/* Can it be done by this build and this kernel? */
bool confine_has_calls(void);

#endif
