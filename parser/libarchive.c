#include "parser/libarchive.h"

#include <stddef.h>

#include "base/library.h"

#define SONAME "libarchive.so.13"

#define AT(name) "archive_" #name, offsetof(struct libarchive, name)

static const struct library_function functions[] = {
	{ AT(read_new) },
	{ AT(read_free) },
	{ AT(read_support_format_raw) },
	{ AT(read_support_format_empty) },
	{ AT(read_support_filter_gzip) },
	{ AT(read_support_filter_bzip2) },
	{ AT(read_support_filter_xz) },
	{ AT(read_support_filter_zstd) },
	{ AT(read_support_filter_lz4) },
	{ AT(read_open) },
	{ AT(read_next_header) },
	{ AT(read_data_block) },
	{ AT(filter_code) },
	{ AT(error_string) },
	{ AT(set_error) },
	{ "archive_zlib_version", offsetof(struct libarchive, gzip_version) },
	{ AT(bzlib_version) },
	{ AT(liblzma_version) },
	{ AT(libzstd_version) },
	{ AT(liblz4_version) },
};

int
libarchive_load(struct libarchive *library, struct error *err)
{
	const char *why =
		library_load(SONAME, functions, sizeof functions / sizeof *functions, library);

	return why == NULL ? 0
	                   : error_set(err, ERROR_INPUT,
				     "it is packed, and " SONAME " cannot be loaded: %s", why);
}
