#include "base/watch.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <unistd.h>

#include "base/alloc.h"

struct watch {
	int fd;       /* -1: no inotify */
	char **paths; /* of watch_file() */
	size_t npaths;
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
	for (size_t i = 0; i < watch->npaths; i++)
		free(watch->paths[i]);
	free(watch->paths);
	free(watch);
}

#define NAMES_CHANGE (IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR)

static void
add(const struct watch *watch, const char *path, uint32_t events)
{
	if (watch->fd >= 0)
		(void)inotify_add_watch(watch->fd, path, events | IN_MASK_ADD);
}

/* The files that have the names now. One that had a name goes on to be watched, for as long as it is there. */
static void
add_files(const struct watch *watch)
{
	for (size_t i = 0; i < watch->npaths; i++)
		add(watch, watch->paths[i], IN_MODIFY);
}

void
watch_file(struct watch *watch, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = xstrdup(path);

	folder[slash == NULL ? 0 : slash - path + 1] = '\0';
	add(watch, slash == NULL ? "." : folder, NAMES_CHANGE);
	free(folder);
	watch->paths = xreallocarray(watch->paths, watch->npaths + 1, sizeof *watch->paths);
	watch->paths[watch->npaths++] = xstrdup(path);
	add(watch, path, IN_MODIFY);
}

void
watch_folder(struct watch *watch, const char *folder)
{
	add(watch, folder, NAMES_CHANGE | IN_MODIFY);
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

/* Did a file get a name, or a right? Then it may be another one that is to be watched. */
static bool
tells_of_names(const char *events, ssize_t n)
{
	struct inotify_event event;

	for (size_t at = 0; n > 0 && at + sizeof event <= (size_t)n;
		at += sizeof event + event.len) {
		memcpy(&event, events + at, sizeof event);
		if ((event.mask & ~(uint32_t)IN_MODIFY) != 0)
			return true;
	}
	return false;
}

bool
watch_wait(struct watch *watch, const int *others, size_t nothers, int timeout_ms,
	const sigset_t *mask)
{
	int *all = xcalloc(nothers + 1, sizeof *all);
	char events[16384];
	bool ready, names = false;
	ssize_t n;

	all[0] = watch == NULL ? -1 : watch->fd;
	for (size_t i = 0; i < nothers; i++)
		all[i + 1] = others[i];
	ready = wait_for(all, nothers + 1, timeout_ms, mask);
	free(all);
	if (!ready || watch == NULL)
		return ready;
	/* What happened is seen by looking at the files; the events only wake. */
	do {
		n = read(watch->fd, events, sizeof events);
		names |= tells_of_names(events, n);
	} while (n > (ssize_t)sizeof events / 2 || (n < 0 && errno == EINTR));
	if (names)
		add_files(watch);
	return true;
}

void
watch_sleep(int timeout_ms, const sigset_t *mask)
{
	(void)wait_for(NULL, 0, timeout_ms, mask);
}
