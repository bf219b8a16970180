/*
 * parent.h - a process that does not outlive the one that started it.
 */
#ifndef BASE_PARENT_H
#define BASE_PARENT_H

#include <sys/types.h>

/*
 * In a child, soon after fork(): get that signal when the process `parent` ends, however it ends, also
 * when it has by now. Where the kernel cannot do that, nothing happens.
 */
void parent_end_with(pid_t parent, int signal);

#endif
