/*
 * library.h - a shared library that is loaded when it is first needed.
 *
 * For those that few runs need and that take long to load, or much memory.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

/* A function of it, and where in the struct of pointers to functions its address goes. */
struct library_function {
	const char *name;
	size_t offset;
};

/*
 * Fill in functions, a struct of pointers, by a table of n. The library stays loaded. NULL, or what is
 * wrong; borrowed until the next call.
 */
const char *library_load(const char *soname, const struct library_function *table, size_t n,
	void *functions);

#endif
