#include "base/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/alloc.h"

struct watch {
	int fd; /* -1: no inotify */
};

struct watch *
watch_new(void)
{
	struct watch *watch = xcalloc(1, sizeof *watch);

	watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return watch;
}

void
watch_free(struct watch *watch)
{
	if (watch == NULL)
		return;
	if (watch->fd >= 0)
		close(watch->fd);
	free(watch);
}

void
watch_add(struct watch *watch, const char *folder)
{
	if (watch->fd >= 0)
		(void)inotify_add_watch(watch->fd, folder,
			IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
				IN_MOVED_TO | IN_ONLYDIR);
}

bool
watch_wait(struct watch *watch, const struct pollfd *others, size_t nothers, int timeout_ms)
{
	struct pollfd *all = xcalloc(nothers + 1, sizeof *all);
	char events[16384];
	ssize_t n;
	int ready;

	all[0] = (struct pollfd){ .fd = watch->fd, .events = POLLIN };
	for (size_t i = 0; i < nothers; i++)
		all[i + 1] = others[i];
	ready = poll(all, (nfds_t)nothers + 1, timeout_ms);
	free(all);
	if (ready <= 0)
		return false;
	/* What happened is seen by looking at the files; the events only wake. */
	do
		n = read(watch->fd, events, sizeof events);
	while (n > 0 || (n < 0 && errno == EINTR));
	return true;
}
