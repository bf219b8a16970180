/*
 * held.h - followed logs held open, so that one that is removed or moved away can be read to its end.
 */
#ifndef STORE_HELD_H
#define STORE_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct held_file {
	int fd;
	dev_t dev;
	ino_t ino;
	char *path; /* under which it can be opened as long as it is held, whatever became of its name */
};

/* All zero is none. */
struct held {
	struct held_file *files;
	size_t n;
};

/* Hold the file that stands at path, unless it is held already. */
void held_take(struct held *held, const char *path);

/* Let go of one; another takes its number. */
void held_drop(struct held *held, size_t i);
void held_clear(struct held *held);

/* Is it the path of a held file? */
bool held_is_path(const char *path);

#endif
