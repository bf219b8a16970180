/*
 * alloc.h - memory, or the end of the program.
 *
 * Every caller gets its memory; running out of it ends the program with one
 * line on standard error and exit status 2. Sizes that come from input are
 * bounded by the caller before they are asked for here. Release with free().
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* p, what a library allocated; NULL is out of memory. */
void *alloc_check(void *p);

void *xmalloc(size_t size);

/* count * size bytes, all zero; an overflowing product counts as out of memory. */
void *xcalloc(size_t count, size_t size);

/* As realloc() of count * size bytes, checked for overflow. */
void *xreallocarray(void *old, size_t count, size_t size);

/* Room for one more of that size in an array of n: doubled whenever it is full. */
void *xgrow(void *array, size_t n, size_t *room, size_t size);

char *xstrdup(const char *s);

/*
 * For a program that runs on and on: from now on what is freed goes back to the system as soon as it can.
 * Nothing where the C library is not glibc.
 */
void alloc_give_back(void);

#endif
