#include "base/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/select.h>
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

/*
 * pselect(), as POSIX.1-2008 has no ppoll(). true: one of the n fds can be read. It lets no signal come
 * when one is ready at once, as a terminal is that has gone; so they get an occasion of their own.
 */
static bool
wait_for(const int *fds, size_t n, int timeout_ms, const sigset_t *mask)
{
	struct timespec timeout = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	static const struct timespec at_once = { 0, 0 };
	fd_set ready;
	int most = -1;

	FD_ZERO(&ready);
	for (size_t i = 0; i < n; i++) {
		if (fds[i] < 0 || fds[i] >= FD_SETSIZE)
			continue;
		FD_SET(fds[i], &ready);
		most = fds[i] > most ? fds[i] : most;
	}
	if (pselect(most + 1, &ready, NULL, NULL, &timeout, mask) <= 0)
		return false;
	(void)pselect(0, NULL, NULL, NULL, &at_once, mask);
	return true;
}

bool
watch_wait(struct watch *watch, const int *others, size_t nothers, int timeout_ms,
	const sigset_t *mask)
{
	int *all = xcalloc(nothers + 1, sizeof *all);
	char events[16384];
	ssize_t n;
	bool ready;

	all[0] = watch == NULL ? -1 : watch->fd;
	for (size_t i = 0; i < nothers; i++)
		all[i + 1] = others[i];
	ready = wait_for(all, nothers + 1, timeout_ms, mask);
	free(all);
	if (!ready || watch == NULL)
		return ready;
	/* What happened is seen by looking at the files; the events only wake. */
	do
		n = read(watch->fd, events, sizeof events);
	while (n > (ssize_t)sizeof events / 2 || (n < 0 && errno == EINTR));
	return true;
}

void
watch_sleep(int timeout_ms, const sigset_t *mask)
{
	(void)wait_for(NULL, 0, timeout_ms, mask);
}
