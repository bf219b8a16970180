/*
 * error.h - what failed, told once, where it is known best.
 *
 * The function at the failure fills in the message; callers may put context
 * before it with error_within(). A message says what was attempted, on what,
 * and why it failed; names from outside stand in single quotes; there is no
 * full stop. Only cli/ and tui/ show errors. A struct error lives on the
 * caller's stack and needs no clearing.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_kind {
	ERROR_NONE,
	ERROR_SYSTEM, /* a system call or a library failed on something */
	ERROR_SYNTAX, /* a file or an argument someone wrote cannot be read */
	ERROR_CONFIG, /* it can be read, but what it says cannot work */
	ERROR_INPUT,  /* a log is damaged or holds nothing we understand */
	ERROR_LIMIT,  /* a bound named in a header was reached */
};

struct error {
	enum error_kind kind;
	char text[512];
};

/* clang-format off */
#define ERROR_INIT { ERROR_NONE, "" }
/* clang-format on */

/* Fill in err and return -1, so that a failing function can end in one line. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a failed system call: ": strerror(errno)" is appended. */
int error_system(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put "context: " before the message that is there. Returns -1. */
int error_within(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
