#include "parser/inflate.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/instant.h"

#define INPUT_SIZE (128 * 1024)

struct inflate {
	struct archive *archive;
	int fd;
	size_t waiting; /* bytes of the head in input, not yet given to libarchive */
	int64_t mtime;
	bool empty;
	char input[INPUT_SIZE];
};

struct filter {
	const char *name;
	const char *magic;
	size_t magic_n;
	const char *(*built_in)(void); /* NULL from it: libarchive would run a program */
	int (*enable)(struct archive *);
};

/* clang-format off */
static const struct filter filters[] = {
	{ "gz",  "\x1f\x8b",                 2, archive_zlib_version,    archive_read_support_filter_gzip },
	{ "bz2", "BZh",                      3, archive_bzlib_version,   archive_read_support_filter_bzip2 },
	{ "xz",  "\xfd" "7zXZ\0",            6, archive_liblzma_version, archive_read_support_filter_xz },
	{ "zst", "\x28\xb5\x2f\xfd",         4, archive_libzstd_version, archive_read_support_filter_zstd },
	{ "lz4", "\x04\x22\x4d\x18",         4, archive_liblz4_version,  archive_read_support_filter_lz4 },
};
/* clang-format on */

#define FILTERS (sizeof(filters) / sizeof(filters[0]))

static const struct filter *
filter_of(struct span head)
{
	for (size_t i = 0; i < FILTERS; i++) {
		if (span_starts(head, (struct span){ filters[i].magic, filters[i].magic_n }))
			return &filters[i];
	}
	return NULL;
}

const char *
inflate_format(struct span head)
{
	const struct filter *filter = filter_of(head);

	/* "BZh" alone could begin a text; the level and the block's or the end's mark follow. */
	if (filter && filter->magic_n == 3 &&
		(head.n < 6 || head.p[3] < '1' || head.p[3] > '9' ||
			(memcmp(head.p + 4, "1A", 2) != 0 && memcmp(head.p + 4, "\x17\x72", 2) != 0)))
		return NULL;
	return filter ? filter->name : NULL;
}

static la_ssize_t
give_input(struct archive *archive, void *ctx, const void **bytes)
{
	struct inflate *inflate = ctx;
	ssize_t n = (ssize_t)inflate->waiting;

	*bytes = inflate->input;
	inflate->waiting = 0;
	while (n == 0) {
		n = read(inflate->fd, inflate->input, INPUT_SIZE);
		if (n >= 0)
			break;
		if (errno != EINTR) {
			archive_set_error(archive, errno, "%s", strerror(errno));
			return ARCHIVE_FATAL;
		}
		n = 0;
	}
	return n;
}

static int
failed(struct inflate *inflate, struct error *err)
{
	const char *why = archive_error_string(inflate->archive);

	return error_set(err, ERROR_INPUT, "%s", why ? why : "damaged input");
}

static int
open_stream(struct inflate *inflate, struct error *err)
{
	struct archive_entry *entry;
	int rc;

	archive_read_support_format_raw(inflate->archive);
	archive_read_support_format_empty(inflate->archive);
	for (size_t i = 0; i < FILTERS; i++) {
		if (filters[i].built_in())
			filters[i].enable(inflate->archive);
	}
	if (archive_read_open(inflate->archive, inflate, NULL, give_input, NULL) != ARCHIVE_OK)
		return failed(inflate, err);
	rc = archive_read_next_header(inflate->archive, &entry);
	if (rc == ARCHIVE_EOF) {
		inflate->empty = true;
		return 0;
	}
	if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		return failed(inflate, err);
	if (archive_entry_mtime_is_set(entry) && archive_entry_mtime(entry) > 0)
		inflate->mtime = (int64_t)archive_entry_mtime(entry) * INSTANT_SECOND;
	return 0;
}

struct inflate *
inflate_new(int fd, struct span head, struct error *err)
{
	const struct filter *filter = filter_of(head);
	struct inflate *inflate = xmalloc(sizeof(*inflate));

	inflate->archive = archive_read_new();
	inflate->fd = fd;
	inflate->waiting = head.n < INPUT_SIZE ? head.n : INPUT_SIZE;
	inflate->mtime = INSTANT_NONE;
	inflate->empty = false;
	memcpy(inflate->input, head.p, inflate->waiting);
	if (!inflate->archive) {
		error_set(err, ERROR_INPUT, "libarchive does not start");
	} else if (filter && !filter->built_in()) {
		error_set(err, ERROR_INPUT, "libarchive was built without %s", filter->name);
	} else if (open_stream(inflate, err) == 0) {
		return inflate;
	}
	inflate_free(inflate);
	return NULL;
}

void
inflate_free(struct inflate *inflate)
{
	if (!inflate)
		return;
	archive_read_free(inflate->archive);
	free(inflate);
}

ssize_t
inflate_read(struct inflate *inflate, char *p, size_t n, struct error *err)
{
	la_ssize_t got;

	if (inflate->empty)
		return 0;
	got = archive_read_data(inflate->archive, p, n);
	return got < 0 ? failed(inflate, err) : (ssize_t)got;
}

int64_t
inflate_mtime(const struct inflate *inflate)
{
	return inflate->mtime;
}
