/*
 * builtin.h - the rule texts that the binary carries.
 */
#ifndef RULES_BUILTIN_H
#define RULES_BUILTIN_H

/* The i-th file's lines, ended by NULL, and its name; NULL when there is none. */
const char *const *builtin_lines(unsigned i, const char **name);

#endif
