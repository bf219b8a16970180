#include "base/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/confine_calls.h"

/*
 * Landlock as linux/landlock.h has it; older headers lack it, or some of it. See
 * Documentation/userspace-api/landlock.rst.
 */
#define NR_CREATE_RULESET 444 /* the same on all machines */
#define NR_ADD_RULE 445
#define NR_RESTRICT_SELF 446
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1

#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_TRUNCATE (UINT64_C(1) << 14)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};

struct __attribute__((packed)) path_beneath_attr {
	uint64_t allowed;
	int32_t parent;
};

/* What each version of Landlock can forbid: files, TCP, signals and abstract sockets. */
static const struct ruleset_attr versions[] = {
	{ 0, 0, 0 },
	{ (UINT64_C(1) << 13) - 1, 0, 0 },
	{ (UINT64_C(1) << 14) - 1, 0, 0 },
	{ (UINT64_C(1) << 15) - 1, 0, 0 },
	{ (UINT64_C(1) << 15) - 1, 3, 0 },
	{ (UINT64_C(1) << 16) - 1, 3, 0 },
	{ (UINT64_C(1) << 16) - 1, 3, 3 },
};
#define VERSIONS (int)(sizeof versions / sizeof *versions)

/* Of what is read only by libraries: libarchive and what it needs is loaded when it is first needed. */
static const char *const places[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib",
	"/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo",
	"/sys/devices/system/cpu/online", "/proc/sys/vm/overcommit_memory" };

/* unistd.h has it only beyond POSIX. */
long syscall(long number, ...);

struct confine {
	int rules; /* -1: there is no Landlock */
	uint64_t handled;
};

/* What the kernel says of its own: 0 or less where there is no Landlock. */
static long
version_of_kernel(void)
{
	const struct ruleset_attr *none = NULL;

	return syscall(NR_CREATE_RULESET, none, (size_t)0, CREATE_RULESET_VERSION);
}

static int
version(void)
{
	long n = version_of_kernel();

	return n < 0 ? 0 : n < VERSIONS ? (int)n : VERSIONS - 1;
}

struct confine *
confine_new(void)
{
	struct confine *confine = xcalloc(1, sizeof *confine);
	const struct ruleset_attr *attr = &versions[version()];

	confine->rules = -1;
	confine->handled = attr->fs;
	if (attr->fs != 0)
		confine->rules = (int)syscall(NR_CREATE_RULESET, attr, sizeof *attr, 0u);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		confine_read(confine, places[i]);
	return confine;
}

void
confine_free(struct confine *confine)
{
	if (confine == NULL)
		return;
	if (confine->rules >= 0)
		close(confine->rules);
	free(confine);
}

static void
allow(struct confine *confine, const char *path, uint64_t on_file, uint64_t on_folder)
{
	struct path_beneath_attr rule;
	struct stat st;

	if (confine->rules < 0)
		return;
	/* A pipe or a device is not opened by that. */
	rule.parent = open(path, CONFINE_O_PATH | O_CLOEXEC);
	if (rule.parent < 0)
		return;
	rule.allowed = confine->handled &
	               (fstat(rule.parent, &st) == 0 && S_ISDIR(st.st_mode) ? on_folder : on_file);
	if (rule.allowed != 0)
		(void)syscall(NR_ADD_RULE, confine->rules, RULE_PATH_BENEATH, &rule, 0u);
	close(rule.parent);
}

void
confine_read(struct confine *confine, const char *path)
{
	allow(confine, path, FS_READ_FILE, FS_READ_FILE | FS_READ_DIR);
}

void
confine_write(struct confine *confine, const char *path)
{
	allow(confine, path, FS_WRITE_FILE,
		FS_READ_FILE | FS_WRITE_FILE | FS_MAKE_REG | FS_REMOVE_FILE | FS_TRUNCATE);
}

void
confine_enter(struct confine *confine)
{
	tzset(); /* what it reads is read while it can be */
#ifdef NO_CONFINE
	return; /* sanitizers and gcov do at the end what is forbidden by then */
#endif
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return;
	if (confine->rules >= 0)
		(void)syscall(NR_RESTRICT_SELF, confine->rules, 0u);
	confine_calls();
}

void
confine_describe(struct buf *out)
{
	long n = version_of_kernel();

#ifdef NO_CONFINE
	buf_addf(out, "nothing");
	return;
#endif
	if (n > 0)
		buf_addf(out, "Landlock (version %ld)", n);
	if (confine_has_calls())
		buf_addf(out, "%sseccomp", n > 0 ? ", " : "");
	else if (n <= 0)
		buf_addf(out, "nothing");
}
