#include "base/watch.h"

#include <errno.h>
#include <poll.h>
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
watch_wait(struct watch *watch, int timeout_ms)
{
	struct pollfd ready = { .fd = watch->fd, .events = POLLIN };
	char events[16384];
	ssize_t n;

	if (poll(&ready, 1, timeout_ms) <= 0)
		return false;
	/* What happened is seen by looking at the files; the events only wake. */
	do
		n = read(watch->fd, events, sizeof events);
	while (n > 0 || (n < 0 && errno == EINTR));
	return true;
}
