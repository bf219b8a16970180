#include "store/pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"
#include "store/bookmark.h"

#define CHUNK 65536
#define TAKEN_MAX ((size_t)64 << 20) /* at one time, of all pipes */
#define KEPT_MAX ((off_t)256 << 20)  /* not taken in yet: then writers wait */

struct pipe {
	const char *path; /* of a FIFO; NULL: standard input */
	char *file;       /* owned: where its lines are kept; NULL: it is no pipe */
	int in;           /* -1: ended */
	int out;
	int lock; /* held on a file beside it: a lock ends when any descriptor of its file is closed */
	struct buf pending; /* read, and not written yet */
	off_t size;
	off_t taken_in; /* so much of that is in the store */
	bool open_line; /* the last byte is no newline */
};

struct pipes {
	char *folder; /* owned */
	const char **paths;
	struct pipe *pipes;
	size_t n;
};

/* Opening. */

bool
pipes_is_pipe(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 || (stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
}

static char *
name_file(const char *folder, const char *path)
{
	struct buf name = BUF_INIT;
	char *file;

	buf_addf(&name, "%s/", folder);
	if (strcmp(path, "-") == 0)
		path = "standard-input";
	for (path += strspn(path, "/"); *path != '\0'; path++) {
		if (*path == '/')
			buf_add_char(&name, '_');
		else
			buf_add_char(&name, *path);
	}
	file = xstrdup(buf_str(&name));
	buf_clear(&name);
	return file;
}

/* Without a writer there is nothing to be read yet; the open does not wait for one. */
static int
open_in(struct pipe *pipe, struct error *err)
{
	pipe->in = pipe->path == NULL ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
	                              : open(pipe->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (pipe->in >= 0)
		return 0;
	return error_system(err, "cannot read '%s'", pipe->path == NULL ? "-" : pipe->path);
}

static int
take_lock(struct pipe *pipe, struct error *err)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct buf file = BUF_INIT;
	int rc = 0;

	buf_addf(&file, "%s~lock", pipe->file);
	pipe->lock = open(buf_str(&file), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (pipe->lock < 0)
		rc = error_system(err, "cannot write '%s'", buf_str(&file));
	else if (fcntl(pipe->lock, F_SETLK, &lock) < 0)
		rc = errno == EACCES || errno == EAGAIN
		             ? error_set(err, ERROR_CONFIG,
				       "another dkimwhy reads the same into that store")
		             : error_system(err, "cannot lock '%s'", buf_str(&file));
	buf_clear(&file);
	return rc;
}

/* A file that is there was left by one that was stopped: it is gone on with. */
static int
open_out(struct pipe *pipe, struct error *err)
{
	char last = '\n';

	pipe->out = open(pipe->file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (pipe->out < 0)
		return error_system(err, "cannot write '%s'", pipe->file);
	pipe->size = lseek(pipe->out, 0, SEEK_END);
	if (pipe->size > 0 && pread(pipe->out, &last, 1, pipe->size - 1) != 1)
		return error_system(err, "cannot read '%s'", pipe->file);
	/* A FIFO that somebody held open has the rest of its line still; standard input is another. */
	pipe->open_line = last != '\n';
	if (pipe->open_line && pipe->path == NULL)
		buf_add_char(&pipe->pending, '\n');
	return 0;
}

static int
add_pipe(struct pipes *pipes, size_t i, const char *path, struct error *err)
{
	struct pipe *pipe = &pipes->pipes[i];

	if (mkdir(pipes->folder, 0700) < 0 && errno != EEXIST)
		return error_system(err, "cannot make the folder '%s'", pipes->folder);
	pipe->path = strcmp(path, "-") == 0 ? NULL : path;
	pipe->file = name_file(pipes->folder, path);
	pipes->paths[i] = pipe->file;
	if (take_lock(pipe, err) < 0 || open_out(pipe, err) < 0)
		return -1;
	return open_in(pipe, err);
}

struct pipes *
pipes_new(const char *folder, const char *const *paths, size_t npaths, struct error *err)
{
	struct pipes *pipes = xcalloc(1, sizeof *pipes);

	pipes->folder = xstrdup(folder);
	pipes->paths = xcalloc(npaths + 1, sizeof *pipes->paths);
	pipes->pipes = xcalloc(npaths + 1, sizeof *pipes->pipes);
	pipes->n = npaths;
	for (size_t i = 0; i < npaths; i++) {
		pipes->paths[i] = paths[i];
		pipes->pipes[i].in = pipes->pipes[i].out = pipes->pipes[i].lock = -1;
	}
	for (size_t i = 0; i < npaths; i++) {
		if (pipes_is_pipe(paths[i]) && add_pipe(pipes, i, paths[i], err) < 0) {
			pipes_free(pipes);
			return NULL;
		}
	}
	return pipes;
}

void
pipes_free(struct pipes *pipes)
{
	if (pipes == NULL)
		return;
	for (size_t i = 0; i < pipes->n; i++) {
		struct pipe *pipe = &pipes->pipes[i];

		if (pipe->in >= 0)
			close(pipe->in);
		if (pipe->out >= 0)
			close(pipe->out);
		if (pipe->lock >= 0)
			close(pipe->lock);
		free(pipe->file);
		buf_clear(&pipe->pending);
	}
	free(pipes->pipes);
	free(pipes->paths);
	free(pipes->folder);
	free(pipes);
}

const char *const *
pipes_paths(const struct pipes *pipes)
{
	return pipes->paths;
}

/* Reading. */

/* What is pending, all of it or nothing, so that nothing is there twice when it is tried again. */
static int
keep(struct pipe *pipe, struct error *err)
{
	struct span rest = buf_span(&pipe->pending);
	bool open_line = rest.n > 0 && rest.p[rest.n - 1] != '\n';

	while (rest.n > 0) {
		ssize_t n = write(pipe->out, rest.p, rest.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error_system(err, "cannot write '%s'", pipe->file);
			if (ftruncate(pipe->out, pipe->size) < 0)
				error_within(err, "cannot truncate it either");
			return -1;
		}
		rest = span_from(rest, (size_t)n);
	}
	if (pipe->pending.n > 0)
		pipe->open_line = open_line;
	pipe->size += (off_t)pipe->pending.n;
	buf_reset(&pipe->pending);
	return 0;
}

/* The writer is gone. The next one begins a line. */
static int
end(struct pipe *pipe, struct error *err)
{
	if (pipe->open_line)
		buf_add_char(&pipe->pending, '\n');
	close(pipe->in);
	pipe->in = -1;
	if (keep(pipe, err) < 0)
		return -1;
	return pipe->path == NULL ? 0 : open_in(pipe, err);
}

/* What is there, at most CHUNK. */
static int
take(struct pipe *pipe, size_t *taken, struct error *err)
{
	ssize_t n = read(pipe->in, buf_room(&pipe->pending, CHUNK), CHUNK);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN
		               ? 0
		               : error_system(err, "cannot read on in '%s'",
					 pipe->path == NULL ? "-" : pipe->path);
	if (n == 0)
		return end(pipe, err);
	pipe->pending.n += (size_t)n;
	*taken += (size_t)n;
	return keep(pipe, err);
}

static bool
may_have(const struct pipe *pipe)
{
	return pipe->in >= 0 && pipe->size - pipe->taken_in < KEPT_MAX;
}

size_t
pipes_fds(const struct pipes *pipes, int *fds)
{
	size_t n = 0;

	for (size_t i = 0; i < pipes->n; i++)
		if (may_have(&pipes->pipes[i]))
			fds[n++] = pipes->pipes[i].in;
	return n;
}

/* Another FIFO may have been put in its place. What could not be kept or opened is tried again. */
static int
mend(struct pipe *pipe, struct error *err)
{
	struct stat there, here;

	if (pipe->file == NULL)
		return 0;
	if (keep(pipe, err) < 0)
		return -1;
	if (pipe->path == NULL)
		return 0;
	if (pipe->in >= 0 && (stat(pipe->path, &there) < 0 || !S_ISFIFO(there.st_mode) ||
				     fstat(pipe->in, &here) < 0 ||
				     (there.st_dev == here.st_dev && there.st_ino == here.st_ino)))
		return 0;
	return pipe->in >= 0 ? end(pipe, err) : open_in(pipe, err);
}

static size_t
list_polls(const struct pipes *pipes, struct pollfd *polls)
{
	size_t n = 0;

	for (size_t i = 0; i < pipes->n; i++)
		if (may_have(&pipes->pipes[i]))
			polls[n++] = (struct pollfd){ .fd = pipes->pipes[i].in, .events = POLLIN };
	return n;
}

/* Those that polls says have something. */
static int
take_ready(struct pipes *pipes, const struct pollfd *polls, size_t n, size_t *taken,
	struct error *err)
{
	for (size_t i = 0; i < pipes->n; i++) {
		struct pipe *pipe = &pipes->pipes[i];

		for (size_t k = 0; k < n; k++)
			if (pipe->in >= 0 && polls[k].fd == pipe->in && polls[k].revents != 0 &&
				take(pipe, taken, err) < 0)
				return -1;
	}
	return 0;
}

int
pipes_take(struct pipes *pipes, int wait_ms, struct error *err)
{
	struct pollfd *polls = xcalloc(pipes->n + 1, sizeof *polls);
	int64_t until = instant_now() + wait_ms * INSTANT_SECOND / 1000;
	size_t taken = 0;
	int left_ms = 0, rc = 0;

	while (rc == 0 && left_ms >= 0 && left_ms <= wait_ms && taken < TAKEN_MAX) {
		size_t n = list_polls(pipes, polls);

		if (n == 0 || poll(polls, (nfds_t)n, left_ms) <= 0)
			break;
		rc = take_ready(pipes, polls, n, &taken, err);
		left_ms = (int)((until - instant_now()) / (INSTANT_SECOND / 1000));
	}
	for (size_t i = 0; i < pipes->n && rc == 0 && taken == 0; i++)
		rc = mend(&pipes->pipes[i], err);
	free(polls);
	return rc;
}

bool
pipes_only(const struct pipes *pipes)
{
	for (size_t i = 0; i < pipes->n; i++)
		if (pipes->pipes[i].file == NULL)
			return false;
	return pipes->n > 0;
}

bool
pipes_ended(const struct pipes *pipes)
{
	for (size_t i = 0; i < pipes->n; i++)
		if (pipes->pipes[i].path != NULL || pipes->pipes[i].in >= 0 ||
			pipes->pipes[i].pending.n > 0)
			return false;
	return pipes_only(pipes);
}

/* Cutting. */

/*
 * Of what has no bookmark (there was nothing of mail in it, or its records have several lines) the
 * last whole record ends there. -1: none can be told.
 */
static off_t
find_end(const struct pipe *pipe)
{
	char *bytes = xmalloc(CHUNK);
	off_t from = pipe->size > CHUNK ? pipe->size - CHUNK : 0;
	ssize_t n = pread(pipe->out, bytes, 2, 0);
	bool records = n == 2 && memcmp(bytes, "__", 2) == 0; /* journalctl -o export */

	n = pread(pipe->out, bytes, CHUNK, from);
	while (n > 0 && !(bytes[n - 1] == '\n' && (!records || (n > 1 && bytes[n - 2] == '\n'))))
		n--;
	free(bytes);
	return n > 0 ? from + n : -1;
}

/* Bytes from there on, to the file at fd. */
static int
copy_rest(const struct pipe *pipe, off_t from, int fd)
{
	char *bytes = xmalloc(CHUNK);
	ssize_t n = 0;

	while ((n = pread(pipe->out, bytes, CHUNK, from)) > 0) {
		if (write(fd, bytes, (size_t)n) != n) {
			n = -1;
			break;
		}
		from += n;
	}
	free(bytes);
	return n < 0 ? -1 : 0;
}

/* The file anew at fd, with what stands from there on. Until the rename nothing has happened. */
static int
replace(const struct pipe *pipe, const char *fresh, int fd, off_t from, struct error *err)
{
	if (fd < 0 || copy_rest(pipe, from, fd) < 0)
		return error_system(err, "cannot write '%s'", fresh);
	if (rename(fresh, pipe->file) < 0)
		return error_system(err, "cannot rename to '%s'", pipe->file);
	return 0;
}

static int
cut(struct pipe *pipe, off_t from, struct error *err)
{
	struct buf fresh = BUF_INIT;
	int fd, rc;

	buf_addf(&fresh, "%s~", pipe->file);
	fd = open(buf_str(&fresh), O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
		0600);
	rc = replace(pipe, buf_str(&fresh), fd, from, err);
	if (rc == 0) {
		close(pipe->out);
		pipe->out = fd;
		pipe->taken_in = pipe->size = pipe->size - from;
	} else if (fd >= 0) {
		close(fd);
		(void)unlink(buf_str(&fresh));
	}
	buf_clear(&fresh);
	return rc;
}

int
pipes_cut(struct pipes *pipes, struct store *store, off_t longest, struct error *err)
{
	for (size_t i = 0; i < pipes->n; i++) {
		struct pipe *pipe = &pipes->pipes[i];
		struct bookmark bookmark;
		off_t from;

		pipe->taken_in = pipe->size;
		if (pipe->file == NULL || pipe->size <= longest)
			continue;
		if (bookmark_find(store_db(store), store_key(store), pipe->file, &bookmark, err) <
			0)
			return -1;
		from = bookmark.source != 0 ? (off_t)bookmark.place.offset : find_end(pipe);
		if (from > pipe->size / 2 && cut(pipe, from, err) < 0)
			return -1;
	}
	return 0;
}

void
pipes_remove(struct pipes *pipes)
{
	struct buf lock = BUF_INIT;

	for (size_t i = 0; i < pipes->n; i++) {
		const struct pipe *pipe = &pipes->pipes[i];

		if (pipe->file == NULL || pipe->path != NULL || pipe->in >= 0)
			continue;
		buf_reset(&lock);
		buf_addf(&lock, "%s~lock", pipe->file);
		(void)unlink(pipe->file);
		(void)unlink(buf_str(&lock));
	}
	(void)rmdir(pipes->folder);
	buf_clear(&lock);
}
