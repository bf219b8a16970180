#include "parser/unpack.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/instant.h"
#include "parser/libarchive.h"
#include "parser/libisal.h"

#define INPUT_SIZE ((size_t)128 * 1024) /* at least UNPACK_HEAD_MAX */

/*
 * gz is what logrotate writes, and where one is cut off every byte that came
 * counts: zlib gives them all. libarchive keeps back what does not fill a
 * block of 64 KiB, which is bearable for the rest.
 */
struct unpack {
	int fd;
	size_t waiting; /* bytes of the head in input, not yet given to a decoder */
	int64_t mtime;
	bool ended;
	struct error fault; /* to be told once the bytes before it are given */
	bool gz;
	z_stream z;                /* gz; its next_in and avail_in are libisal's, too */
	struct libisal *libisal;   /* NULL: zlib unpacks all */
	bool in_body;              /* of a member; its header is read, libisal goes on */
	uint64_t body_n;           /* bytes given of it */
	off_t member;              /* where in the file it begins */
	off_t read_to;             /* where what is in input ends there */
	struct libarchive library; /* all others */
	struct archive *archive;
	const char *block; /* what libarchive gave and is not taken yet */
	size_t block_n;
	char input[INPUT_SIZE];
};

struct filter {
	const char *name;
	const char *magic;
	size_t magic_n;
	size_t version, enable; /* which functions of libarchive */
};

#define WITH(version, filter)                                                                      \
	offsetof(struct libarchive, version),                                                      \
		offsetof(struct libarchive, read_support_filter_##filter)

/* clang-format off */
static const struct filter filters[] = {
	{ "gz",  "\x1f\x8b",           2, WITH(gzip_version, gzip) },
	{ "bz2", "BZh",                3, WITH(bzlib_version, bzip2) },
	{ "xz",  "\xfd" "7zXZ\0",      6, WITH(liblzma_version, xz) },
	{ "zst", "\x28\xb5\x2f\xfd",   4, WITH(libzstd_version, zstd) },
	{ "lz4", "\x04\x22\x4d\x18",   4, WITH(liblz4_version, lz4) },
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
unpack_format(struct span head)
{
	const struct filter *filter = filter_of(head);

	/* "BZh" alone could begin a text; the level and the block's or the end's mark follow. */
	if (filter && filter->magic_n == 3 &&
		(head.n < 6 || head.p[3] < '1' || head.p[3] > '9' ||
			(memcmp(head.p + 4, "1A", 2) != 0 &&
				memcmp(head.p + 4, "\x17\x72", 2) != 0)))
		return NULL;
	return filter ? filter->name : NULL;
}

/* More compressed bytes at unpack->input: how many, 0 at the end, -1 with errno. */
static ssize_t
refill(struct unpack *unpack)
{
	ssize_t n = (ssize_t)unpack->waiting;

	unpack->waiting = 0;
	if (n > 0)
		return n;
	do
		n = read(unpack->fd, unpack->input, INPUT_SIZE);
	while (n < 0 && errno == EINTR);
	return n;
}

/* gz, through zlib, and through ISA-L where it is there. */

/* RFC 1952, 2.3.1: MTIME stands in bytes 4 to 7; 0 where gzip read a pipe. */
static int64_t
gz_mtime(struct span head)
{
	int64_t t = 0;

	for (size_t i = 8; i > 4; i--)
		t = t << 8 | (unsigned char)(i <= head.n ? head.p[i - 1] : 0);
	return t > 0 ? t * INSTANT_SECOND : INSTANT_NONE;
}

static int
gz_open(struct unpack *unpack, bool plain, struct error *err)
{
	struct stat st;

	unpack->gz = true;
	unpack->mtime = gz_mtime((struct span){ unpack->input, unpack->waiting });
	if (inflateInit2(&unpack->z, 16 + MAX_WBITS) != Z_OK)
		return error_set(err, ERROR_INPUT, "zlib does not start");
	/* What ISA-L finds wrong is read again, which can be done in a file. */
	if (plain || fstat(unpack->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	unpack->read_to = lseek(unpack->fd, 0, SEEK_CUR) - (off_t)unpack->waiting;
	unpack->member = unpack->read_to;
	unpack->libisal = unpack->member < 0 ? NULL : libisal_new();
	return 0;
}

/* 1: there is compressed input. 0: no more. -1: reading failed. */
static int
gz_refill(struct unpack *unpack)
{
	ssize_t n;

	if (unpack->z.avail_in > 0)
		return 1;
	n = refill(unpack);
	if (n < 0)
		return error_system(&unpack->fault, "cannot read on");
	unpack->z.next_in = (unsigned char *)unpack->input;
	unpack->z.avail_in = (uInt)n;
	unpack->read_to += n;
	return n > 0;
}

/* A member has ended: another one may follow (logrotate appends), or padding, which is passed over. */
static void
gz_next_member(struct unpack *unpack)
{
	if (gz_refill(unpack) > 0 && *unpack->z.next_in == 0x1f)
		inflateReset(&unpack->z);
	else
		unpack->ended = true;
	unpack->member = unpack->read_to - (off_t)unpack->z.avail_in;
	unpack->in_body = false;
}

/* One step of zlib; sets ended or fault when there is nothing more. */
static void
gz_step(struct unpack *unpack)
{
	z_stream *z = &unpack->z;
	int rc = gz_refill(unpack);

	if (rc < 0)
		return;
	if (rc == 0) {
		error_set(&unpack->fault, ERROR_INPUT, "truncated gzip input");
		return;
	}
	/* Z_BLOCK: it stops behind the header, and says so by 128 in data_type. */
	rc = inflate(z, unpack->libisal ? Z_BLOCK : Z_NO_FLUSH);
	if (rc == Z_STREAM_END) {
		gz_next_member(unpack);
	} else if (rc != Z_OK) {
		error_set(&unpack->fault, ERROR_INPUT, "damaged gzip input (%s)",
			z->msg ? z->msg : "no progress");
	} else if (unpack->libisal && (z->data_type & 128) != 0) {
		libisal_begin(unpack->libisal);
		unpack->in_body = true;
		unpack->body_n = 0;
	}
}

/*
 * Something is wrong with the member: zlib says what, and gives what it can. It unpacks it once more, what was
 * given already to nobody, and has all of the rest.
 */
static void
gz_judge(struct unpack *unpack)
{
	uint64_t again = unpack->body_n;
	unsigned char nobody[16384];
	unsigned char *p = unpack->z.next_out;
	uInt room = unpack->z.avail_out;

	libisal_free(unpack->libisal);
	unpack->libisal = NULL;
	unpack->in_body = false;
	inflateReset(&unpack->z);
	unpack->z.avail_in = 0;
	unpack->read_to = unpack->member;
	if (lseek(unpack->fd, unpack->member, SEEK_SET) < 0)
		error_system(&unpack->fault, "cannot read on");
	while (again > 0 && !unpack->ended && unpack->fault.kind == ERROR_NONE) {
		uInt most = again < sizeof nobody ? (uInt)again : (uInt)sizeof nobody;

		unpack->z.next_out = nobody;
		unpack->z.avail_out = most;
		gz_step(unpack);
		again -= most - unpack->z.avail_out;
	}
	unpack->z.next_out = p;
	unpack->z.avail_out = room;
}

/*
 * One step of ISA-L. It is given more only where it has room and asks for it: by then all it had is
 * taken, and what it gives back at a member's end stands in the input still. What it gave by the step that
 * goes wrong is not to be trusted: a copy from before the beginning counts as made.
 */
static void
gz_step_body(struct unpack *unpack)
{
	z_stream *z = &unpack->z;
	unsigned char *p = z->next_out;
	uInt room = z->avail_out;
	enum libisal_answer answer = libisal_step(unpack->libisal, &z->next_in, &z->avail_in,
		&z->next_out, &z->avail_out);

	if (answer == LIBISAL_WRONG) {
		z->next_out = p;
		z->avail_out = room;
		gz_judge(unpack);
		return;
	}
	unpack->body_n += room - z->avail_out;
	if (answer == LIBISAL_END)
		gz_next_member(unpack);
	else if (z->avail_out > 0 && gz_refill(unpack) == 0)
		gz_judge(unpack);
}

static size_t
gz_read(struct unpack *unpack, char *p, size_t n)
{
	n = n < UINT_MAX ? n : UINT_MAX;
	unpack->z.next_out = (unsigned char *)p;
	unpack->z.avail_out = (uInt)n;
	while (!unpack->ended && unpack->fault.kind == ERROR_NONE && unpack->z.avail_out > 0) {
		if (unpack->in_body)
			gz_step_body(unpack);
		else
			gz_step(unpack);
	}
	return n - unpack->z.avail_out;
}

/* The others, through libarchive. */

static bool
is_built_in(const struct unpack *unpack, const struct filter *filter)
{
	return (*(const char *(*const *)(void))(const void *)((const char *)&unpack->library +
							      filter->version))() != NULL;
}

static void
enable(const struct unpack *unpack, const struct filter *filter)
{
	(*(int (*const *)(struct archive *))(const void *)((const char *)&unpack->library +
							   filter->enable))(unpack->archive);
}

static la_ssize_t
give_input(struct archive *archive, void *ctx, const void **bytes)
{
	struct unpack *unpack = ctx;
	ssize_t n = refill(unpack);

	*bytes = unpack->input;
	if (n >= 0)
		return n;
	unpack->library.set_error(archive, errno, "%s", strerror(errno));
	return ARCHIVE_FATAL;
}

static int
packed_failed(struct unpack *unpack, struct error *err)
{
	const char *why = unpack->library.error_string(unpack->archive);

	/* liblzma's way of saying so. */
	if (why && strstr(why, "No progress is possible"))
		why = "truncated xz input";
	return error_set(err, ERROR_INPUT, "%s", why ? why : "damaged input");
}

static int
packed_open(struct unpack *unpack, const struct filter *filter, struct error *err)
{
	const struct libarchive *library = &unpack->library;
	struct archive_entry *entry;
	int rc;

	if (libarchive_load(&unpack->library, err) < 0)
		return -1;
	if (filter && !is_built_in(unpack, filter))
		return error_set(err, ERROR_INPUT, "libarchive was built without %s", filter->name);
	unpack->archive = library->read_new();
	if (!unpack->archive)
		return error_set(err, ERROR_INPUT, "libarchive does not start");
	library->read_support_format_raw(unpack->archive);
	library->read_support_format_empty(unpack->archive);
	for (size_t i = 0; i < FILTERS; i++) {
		if (is_built_in(unpack, &filters[i]))
			enable(unpack, &filters[i]);
	}
	if (library->read_open(unpack->archive, unpack, NULL, give_input, NULL) != ARCHIVE_OK)
		return packed_failed(unpack, err);
	rc = library->read_next_header(unpack->archive, &entry);
	unpack->ended = rc == ARCHIVE_EOF;
	if (rc != ARCHIVE_EOF && rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		return packed_failed(unpack, err);
	/* Too short for its filter to know it: libarchive would hand its bytes on as they are. */
	if (library->filter_code(unpack->archive, 0) == ARCHIVE_FILTER_NONE)
		return error_set(err, ERROR_INPUT, "truncated input");
	return 0;
}

static void
packed_step(struct unpack *unpack)
{
	const void *block;
	la_int64_t offset;
	int rc =
		unpack->library.read_data_block(unpack->archive, &block, &unpack->block_n, &offset);

	unpack->block = block;
	if (rc == ARCHIVE_EOF)
		unpack->ended = true;
	else if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
		packed_failed(unpack, &unpack->fault);
	if (unpack->ended || unpack->fault.kind != ERROR_NONE)
		unpack->block_n = 0;
}

static size_t
packed_read(struct unpack *unpack, char *p, size_t n)
{
	size_t given = 0;

	while (given < n) {
		size_t take = unpack->block_n < n - given ? unpack->block_n : n - given;

		if (take > 0) {
			memcpy(p + given, unpack->block, take);
			unpack->block += take;
			unpack->block_n -= take;
			given += take;
		} else if (unpack->ended || unpack->fault.kind != ERROR_NONE) {
			break;
		} else {
			packed_step(unpack);
		}
	}
	return given;
}

static struct unpack *new (int fd, struct span head, bool plain, struct error *err)
{
	const struct filter *filter = filter_of(head);
	struct unpack *unpack = xcalloc(1, sizeof(*unpack));
	int rc;

	assert(head.n <= UNPACK_HEAD_MAX);
	unpack->fd = fd;
	unpack->waiting = head.n;
	unpack->mtime = INSTANT_NONE;
	memcpy(unpack->input, head.p, head.n);
	if (filter == &filters[0])
		rc = gz_open(unpack, plain, err);
	else
		rc = packed_open(unpack, filter, err);
	if (rc == 0)
		return unpack;
	unpack_free(unpack);
	return NULL;
}

struct unpack *
unpack_new(int fd, struct span head, struct error *err)
{
	return new (fd, head, false, err);
}

struct unpack *
unpack_new_plain(int fd, struct span head, struct error *err)
{
	return new (fd, head, true, err);
}

void
unpack_free(struct unpack *unpack)
{
	if (!unpack)
		return;
	if (unpack->gz)
		inflateEnd(&unpack->z);
	libisal_free(unpack->libisal);
	if (unpack->archive)
		unpack->library.read_free(unpack->archive);
	free(unpack);
}

ssize_t
unpack_read(struct unpack *unpack, char *p, size_t n, struct error *err)
{
	size_t given = unpack->gz ? gz_read(unpack, p, n) : packed_read(unpack, p, n);

	if (given == 0 && unpack->fault.kind != ERROR_NONE) {
		*err = unpack->fault;
		return -1;
	}
	return (ssize_t)given;
}

int64_t
unpack_mtime(const struct unpack *unpack)
{
	return unpack->mtime;
}
