#include "base/confine_calls.h"

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#define THREAD 0x00010000u /* CLONE_THREAD of linux/sched.h */

/* Reading, writing, memory, threads, time. Those that this machine lacks have negative numbers. */
static const int calls[] = {
	/* files: which ones is Landlock's concern */
	SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(write),
	SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(_llseek),
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(openat2), SCMP_SYS(close), SCMP_SYS(close_range),
	SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat), SCMP_SYS(lstat64), SCMP_SYS(fstat),
	SCMP_SYS(fstat64), SCMP_SYS(fstatat64), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
	SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(getdents), SCMP_SYS(getdents64),
	SCMP_SYS(fadvise64), SCMP_SYS(fadvise64_64), SCMP_SYS(readahead), SCMP_SYS(fcntl),
	SCMP_SYS(fcntl64), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(pipe),
	SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(_newselect),
	SCMP_SYS(pselect6), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64), SCMP_SYS(fsync),
	SCMP_SYS(fdatasync), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(fchmod), SCMP_SYS(umask),
	/* memory */
	SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(munlock),
	/* threads; clone() below */
	SCMP_SYS(futex), SCMP_SYS(futex_time64), SCMP_SYS(futex_waitv), SCMP_SYS(set_robust_list),
	SCMP_SYS(get_robust_list), SCMP_SYS(set_tid_address), SCMP_SYS(rseq), SCMP_SYS(gettid),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu), SCMP_SYS(membarrier),
	SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(arch_prctl), SCMP_SYS(set_thread_area),
	/* signals to itself; a pager that was begun before is waited for */
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn), SCMP_SYS(sigaction), SCMP_SYS(sigprocmask), SCMP_SYS(sigaltstack),
	SCMP_SYS(rt_sigtimedwait), SCMP_SYS(restart_syscall), SCMP_SYS(wait4), SCMP_SYS(waitid),
	SCMP_SYS(waitpid),
	/* time, and what it is */
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(nanosleep),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_nanosleep_time64), SCMP_SYS(getrandom),
	SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(getuid32), SCMP_SYS(geteuid32), SCMP_SYS(getgid32),
	SCMP_SYS(getegid32), SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(ugetrlimit),
	SCMP_SYS(sysinfo), SCMP_SYS(uname)
};

/* Of a call only with that argument. */
static void
add_if(scmp_filter_ctx filter, int call, unsigned argument, uint64_t mask, uint64_t value)
{
	const struct scmp_arg_cmp only = { argument, SCMP_CMP_MASKED_EQ, mask, value };

	(void)seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &only);
}

void
confine_calls(void)
{
	/* As if the kernel were an older one: the C library then does without. */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

	if (filter == NULL)
		return;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		(void)seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, calls[i], 0, NULL);
#ifdef __s390__
	add_if(filter, SCMP_SYS(clone), 1, THREAD, THREAD);
#else
	add_if(filter, SCMP_SYS(clone), 0, THREAD, THREAD);
#endif
	add_if(filter, SCMP_SYS(ioctl), 1, UINT32_MAX, TCGETS);
	add_if(filter, SCMP_SYS(ioctl), 1, UINT32_MAX, TIOCGWINSZ);
	add_if(filter, SCMP_SYS(tgkill), 0, UINT32_MAX, (uint32_t)getpid());
	add_if(filter, SCMP_SYS(prlimit64), 2, UINT64_MAX, 0);
	(void)seccomp_load(filter);
	seccomp_release(filter);
}

bool
confine_has_calls(void)
{
	/* PR_GET_SECCOMP fails where the kernel has none. */
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

#else

void
confine_calls(void)
{
}

bool
confine_has_calls(void)
{
	return false;
}

#endif
