/*
 * libsystemd.h - libsystemd, loaded when the first journal is read.
 *
 * It brings five libraries with it, which other runs do without. The functions are those of
 * systemd/sd-journal.h without "sd_journal_".
 */
#ifndef PARSER_LIBSYSTEMD_H
#define PARSER_LIBSYSTEMD_H

#include <systemd/sd-journal.h>

#include "base/error.h"

struct libsystemd {
	int (*open)(sd_journal **journal, int flags);
	int (*open_files)(sd_journal **journal, const char **paths, int flags);
	void (*close)(sd_journal *journal);
	int (*has_persistent_files)(sd_journal *journal);
	int (*has_runtime_files)(sd_journal *journal);
	int (*add_match)(sd_journal *journal, const void *data, size_t n);
	int (*add_disjunction)(sd_journal *journal);
	int (*set_data_threshold)(sd_journal *journal, size_t n);
	int (*seek_cursor)(sd_journal *journal, const char *cursor);
	int (*test_cursor)(sd_journal *journal, const char *cursor);
	int (*get_cursor)(sd_journal *journal, char **cursor);
	int (*seek_head)(sd_journal *journal);
	int (*seek_realtime_usec)(sd_journal *journal, uint64_t usec);
	int (*get_realtime_usec)(sd_journal *journal, uint64_t *usec);
	int (*next)(sd_journal *journal);
	void (*restart_data)(sd_journal *journal);
	int (*enumerate_data)(sd_journal *journal, const void **data, size_t *n);
};

/* It stays loaded. ERROR_SYSTEM when it is not there. */
int libsystemd_load(struct libsystemd *library, struct error *err);

#endif
