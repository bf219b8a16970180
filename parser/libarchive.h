/*
 * libarchive.h - libarchive, loaded when the first log is met that needs it.
 *
 * On Debian it brings libxml2 and ICU with it, which take twice as long to load as
 * all else of a short run; logs are plain or gz, which zlib reads. The functions are those of
 * archive.h without "archive_".
 */
#ifndef PARSER_LIBARCHIVE_H
#define PARSER_LIBARCHIVE_H

#include <archive.h>

#include "base/error.h"

struct libarchive {
	struct archive *(*read_new)(void);
	int (*read_free)(struct archive *archive);
	int (*read_support_format_raw)(struct archive *archive);
	int (*read_support_format_empty)(struct archive *archive);
	int (*read_support_filter_gzip)(struct archive *archive);
	int (*read_support_filter_bzip2)(struct archive *archive);
	int (*read_support_filter_xz)(struct archive *archive);
	int (*read_support_filter_zstd)(struct archive *archive);
	int (*read_support_filter_lz4)(struct archive *archive);
	int (*read_open)(struct archive *archive, void *ctx, archive_open_callback *open,
		archive_read_callback *read, archive_close_callback *close);
	int (*read_next_header)(struct archive *archive, struct archive_entry **entry);
	int (*read_data_block)(struct archive *archive, const void **block, size_t *n,
		la_int64_t *offset);
	int (*filter_code)(struct archive *archive, int filter);
	const char *(*error_string)(struct archive *archive);
	void (*set_error)(struct archive *archive, int error, const char *format, ...);
	/* NULL from it: libarchive would run a program. */
	const char *(*gzip_version)(void); /* "zlib_version", which zlib.h takes for its own */
	const char *(*bzlib_version)(void);
	const char *(*liblzma_version)(void);
	const char *(*libzstd_version)(void);
	const char *(*liblz4_version)(void);
};

/* It stays loaded. ERROR_INPUT when it is not there. */
int libarchive_load(struct libarchive *library, struct error *err);

#endif
