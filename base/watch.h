/*
 * watch.h - wait until something happens to a file, or a time is over.
 *
 * By inotify where the kernel and the file system have it; what it misses (NFS)
 * is left to the time-out, which is why there always is one.
 */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct watch;

struct watch *watch_new(void);
void watch_free(struct watch *watch);

/*
 * Watch a file, and who has its name: the file it is now, also when it is renamed, and the one that will
 * be. What is written to others in its folder wakes nobody. One that cannot be watched is left to the
 * time-out.
 */
void watch_file(struct watch *watch, const char *path);

/* Watch all files of a folder. */
void watch_folder(struct watch *watch, const char *folder);

/*
 * Wait, with the signals of mask blocked and no others, so that one which is blocked elsewhere cannot
 * come unseen between the last look at what it left and the wait. true: something happened, all that
 * had happened by now is forgotten; or one of the other file descriptors has something. false:
 * timeout_ms are over, or a signal came. watch may be NULL: then the others alone are waited for.
 */
bool watch_wait(struct watch *watch, const int *others, size_t nothers, int timeout_ms,
	const sigset_t *mask);

/* Wait likewise until timeout_ms are over or a signal came, whatever happens. */
void watch_sleep(int timeout_ms, const sigset_t *mask);

#endif
