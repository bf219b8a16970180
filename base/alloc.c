#include "base/alloc.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16
#define LARGE (1024 * 1024)

void *
alloc_check(void *p)
{
	if (p != NULL)
		return p;
	(void)fputs("dkimwhy: out of memory\n", stderr);
	/* exit() and not _exit(): the terminal is restored by an atexit() handler. */
	exit(2);
}

void *
xmalloc(size_t size)
{
	return alloc_check(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	return alloc_check(calloc(count, size));
}

void *
xreallocarray(void *old, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size)
		return alloc_check(NULL);
	return alloc_check(realloc(old, count * size > 0 ? count * size : 1));
}

void *
xgrow(void *array, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return array;
	*room = *room == 0 ? FIRST_ROOM : 2 * *room;
	return xreallocarray(array, *room, size);
}

char *
xstrdup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}

void
alloc_give_back(void)
{
#ifdef M_MMAP_THRESHOLD
	(void)mallopt(M_MMAP_THRESHOLD, LARGE);
	(void)mallopt(M_TRIM_THRESHOLD, LARGE);
#endif
}
