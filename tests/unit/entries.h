/*
 * entries.h - files of a journal for a test, made of what journalctl -o export writes.
 *
 * A test begins with need_remote(), which skips it where they cannot be made; it runs
 * as a SCRATCH_TEST().
 */
#ifndef TESTS_UNIT_ENTRIES_H
#define TESTS_UNIT_ENTRIES_H

#include "base/buf.h"
#include "parser/journald.h"
#include "tests/unit/scratch.h"

#define T INT64_C(1795487352000000) /* 2026-11-24T02:29:12Z */
#define REMOTE "/lib/systemd/systemd-journal-remote"
#define BOOT "_BOOT_ID=b2c5f6c8e1a84c1d9a5e0b2c3d4e5f60\n"

static inline void
need_remote(void)
{
	if (!journald_is_built())
		print_message("this build has no libsystemd\n");
	else if (access(REMOTE, X_OK) < 0)
		print_message("needs the package systemd-journal-remote\n");
	else
		return;
	skip();
}

/* The head of an entry `seconds` after T. */
static inline void
begin_entry(struct buf *out, int seconds)
{
	buf_addf(out,
		"__REALTIME_TIMESTAMP=%lld\n__MONOTONIC_TIMESTAMP=%d000000\n" BOOT
		"_HOSTNAME=mail\n",
		(long long)(T + seconds * INSTANT_SECOND), seconds + 1);
}

static inline void
add_mail(struct buf *out, int seconds, const char *message)
{
	begin_entry(out, seconds);
	buf_addf(out, "SYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=opendkim\n_PID=111\nMESSAGE=%s\n\n",
		message);
}

static inline void
make_journal(const char *path, struct buf *export)
{
	char command[256];

	scratch_put_at("export", buf_span(export), instant_now());
	snprintf(command, sizeof command, REMOTE " -o %s export >/dev/null 2>&1", path);
	assert_int_equal(system(command), 0);
	buf_reset(export);
}

#endif
