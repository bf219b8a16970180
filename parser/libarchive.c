#include "parser/libarchive.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#define SONAME "libarchive.so.13"

#define AT(name) "archive_" #name, offsetof(struct libarchive, name)

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
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
	void *handle = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (handle == NULL)
		return error_set(err, ERROR_INPUT,
			"it is packed, and " SONAME " cannot be loaded: %s", dlerror());
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		void *function = dlsym(handle, functions[i].name);

		if (function == NULL) {
			(void)dlclose(handle);
			return error_set(err, ERROR_INPUT, "it is packed, and " SONAME " has no %s",
				functions[i].name);
		}
		/* What dlsym() gives is a function's address, as POSIX has it. */
		memcpy((char *)library + functions[i].offset, &function, sizeof function);
	}
	(void)dlclose(handle);
	return 0;
}
