/*
 * file.h - the bytes of a target as a file, for what reads files.
 */
#ifndef TESTS_FUZZ_FILE_H
#define TESTS_FUZZ_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/span.h"

struct fuzz_file {
	char path[32];
};

static inline void
fuzz_file_put(struct fuzz_file *file, struct span bytes)
{
	int fd;

	snprintf(file->path, sizeof(file->path), "/tmp/dkimwhy-fuzz.XXXXXX");
	fd = mkstemp(file->path);
	if (fd < 0 || (bytes.n > 0 && write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n))
		abort();
	close(fd);
}

static inline void
fuzz_file_remove(const struct fuzz_file *file)
{
	unlink(file->path);
}

/* Touch every byte, so that a sanitizer sees a span that points elsewhere. */
static inline unsigned
fuzz_sum(struct span s)
{
	unsigned value = 0;

	for (size_t i = 0; i < s.n; i++)
		value += (unsigned char)s.p[i];
	return value;
}

/* What fuzz_sum() found must seem to matter, or the compiler leaves it out. */
static inline void
fuzz_use(unsigned sum)
{
	static volatile unsigned used;

	used = sum;
	(void)used;
}

#endif
