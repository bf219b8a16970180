#include "parser/libsystemd.h"

#include <stddef.h>

#include "base/library.h"

#define SONAME "libsystemd.so.0"

#define AT(name) "sd_journal_" #name, offsetof(struct libsystemd, name)

static const struct library_function functions[] = {
	{ AT(open) },
	{ AT(open_files) },
	{ AT(close) },
	{ AT(has_persistent_files) },
	{ AT(has_runtime_files) },
	{ AT(add_match) },
	{ AT(add_disjunction) },
	{ AT(set_data_threshold) },
	{ AT(seek_cursor) },
	{ AT(test_cursor) },
	{ AT(get_cursor) },
	{ AT(seek_head) },
	{ AT(seek_realtime_usec) },
	{ AT(get_realtime_usec) },
	{ AT(next) },
	{ AT(restart_data) },
	{ AT(enumerate_data) },
};

int
libsystemd_load(struct libsystemd *library, struct error *err)
{
	const char *why =
		library_load(SONAME, functions, sizeof functions / sizeof *functions, library);

	return why == NULL
	               ? 0
	               : error_set(err, ERROR_SYSTEM,
				 "cannot read the journal: " SONAME " cannot be loaded: %s", why);
}
