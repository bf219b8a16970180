#include "store/held.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"

#define FOLDER "/proc/self/fd/"

/* So many rotations may come before the logs of before are read. */
#define HELD_MAX 64

static bool
is_held(const struct held *held, const struct stat *st)
{
	for (size_t i = 0; i < held->n; i++)
		if (held->files[i].dev == st->st_dev && held->files[i].ino == st->st_ino)
			return true;
	return false;
}

void
held_take(struct held *held, const char *path)
{
	struct buf name = BUF_INIT;
	struct stat st;
	int fd;

	if (held->n == HELD_MAX || stat(path, &st) < 0 || is_held(held, &st))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return;
	if (fstat(fd, &st) < 0 || is_held(held, &st)) {
		close(fd);
		return;
	}
	buf_addf(&name, FOLDER "%d", fd);
	held->files = xreallocarray(held->files, held->n + 1, sizeof *held->files);
	held->files[held->n++] =
		(struct held_file){ fd, st.st_dev, st.st_ino, xstrdup(buf_str(&name)) };
	buf_clear(&name);
}

void
held_drop(struct held *held, size_t i)
{
	close(held->files[i].fd);
	free(held->files[i].path);
	held->files[i] = held->files[--held->n];
}

void
held_clear(struct held *held)
{
	while (held->n > 0)
		held_drop(held, held->n - 1);
	free(held->files);
	held->files = NULL;
}

bool
held_is_path(const char *path)
{
	return strncmp(path, FOLDER, sizeof FOLDER - 1) == 0;
}
