#include "store/listen.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"
#include "parser/journald.h"
#include "store/cursor.h"

/* Where journald keeps the host's own, in a folder for the machine. */
static const char *const host_folders[] = { "/var/log/journal", "/run/log/journal", NULL };

struct heard {
	uint64_t files, state; /* digests: which files there are, and how they are */
	struct journald *journald;
	bool at_end; /* all of journald was looked at; the store is behind no entry of it */
};

struct listen {
	const struct ingest_journal *journals;
	struct heard *heard; /* of each */
	size_t n;
};

struct listen *
listen_new(const struct ingest_journal *journals, size_t n)
{
	struct listen *listen = xcalloc(1, sizeof *listen);

	listen->journals = journals;
	listen->heard = xcalloc(n + 1, sizeof *listen->heard);
	listen->n = n;
	return listen;
}

void
listen_forget(struct listen *listen)
{
	for (size_t i = 0; i < listen->n; i++) {
		journald_free(listen->heard[i].journald);
		listen->heard[i] = (struct heard){ 0 };
	}
}

void
listen_free(struct listen *listen)
{
	if (listen == NULL)
		return;
	listen_forget(listen);
	free(listen->heard);
	free(listen);
}

/* Visit what matches folder and pattern; a folder of which nothing can be seen has nothing. */
static void
each_match(const char *folder, const char *pattern, void (*visit)(void *ctx, const char *path),
	void *ctx)
{
	struct buf full = BUF_INIT;
	glob_t found;

	buf_addf(&full, "%s%s", folder, pattern);
	if (glob(buf_str(&full), 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			visit(ctx, found.gl_pathv[i]);
		globfree(&found);
	}
	buf_clear(&full);
}

/* The folders of a journal, one for each host among them: parser/journald.c, try_folder(). */
static void
each_folder(const char *path, const char *files, void (*visit)(void *ctx, const char *path),
	void *ctx)
{
	const char *const own[] = { path, NULL };
	struct buf deep = BUF_INIT;

	buf_addf(&deep, "/*%s", files);
	for (const char *const *folder = path == NULL ? host_folders : own; *folder != NULL;
		folder++) {
		each_match(*folder, files, visit, ctx);
		each_match(*folder, buf_str(&deep), visit, ctx);
	}
	buf_clear(&deep);
}

#define FRESH (2 * INSTANT_SECOND) /* what was written may be written again at the same time */

/* Which files there are, and how. journald's writes set their times, though they go through memory. */
struct state {
	struct buf files, state;
	int64_t now;
	bool fresh;
};

static void
take_state(void *ctx, const char *path)
{
	struct state *state = ctx;
	struct stat st;

	if (stat(path, &st) < 0)
		return;
	buf_addf(&state->files, "%s %llu %llu\n", path, (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino);
	state->fresh |= (int64_t)st.st_mtim.tv_sec * INSTANT_SECOND > state->now - FRESH;
	buf_addf(&state->state, "%lld %lld %ld\n", (long long)st.st_size,
		(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* *anew: other files. Are any as they were not? */
static bool
has_changed(struct heard *heard, const char *path, bool *anew)
{
	struct state state = { BUF_INIT, BUF_INIT, instant_now(), false };
	uint64_t files, how;
	bool changed;

	if (path != NULL)
		take_state(&state, path);
	each_folder(path, "/*.journal*", take_state, &state);
	files = span_digest(buf_span(&state.files), 0);
	how = span_digest(buf_span(&state.state), 0);
	*anew = files != heard->files;
	changed = *anew || how != heard->state;
	heard->files = files;
	heard->state = state.fresh ? ~how : how;
	buf_clear(&state.files);
	buf_clear(&state.state);
	return changed;
}

/* An entry that can matter, behind the one that the store has last? As listen_heard(). */
static int
look(struct heard *heard, const char *path, struct store *store, bool anew, struct error *err)
{
	struct error of_journal = ERROR_INIT;
	struct log_place place;
	struct line line;
	bool cut;
	int rc;

	if (anew) {
		journald_free(heard->journald);
		heard->journald = journald_new(path, &of_journal);
		heard->at_end = false;
	}
	if (heard->journald == NULL)
		return 1;
	if (!heard->at_end) {
		if (cursor_find(store_db(store), path, &place, err) < 0)
			return -1;
		rc = journald_seek(heard->journald, place.cursor[0] == '\0' ? NULL : place.cursor,
			&of_journal);
		if (rc <= 0)
			return 1;
	}
	rc = journald_next(heard->journald, &line, &cut, &of_journal);
	heard->at_end = rc == 0;
	return rc != 0;
}

int
listen_heard(struct listen *listen, struct store *store, struct error *err)
{
	int heard = 0;

	for (size_t i = 0; i < listen->n && heard >= 0; i++) {
		const struct ingest_journal *journal = &listen->journals[i];
		bool anew;
		int rc;

		if (!has_changed(&listen->heard[i], journal->path, &anew))
			continue;
		rc = journal->late > 0 ? 1
		                       : look(&listen->heard[i], journal->path, store, anew, err);
		heard = rc < 0 ? -1 : heard | rc;
	}
	return heard;
}

void
listen_each_folder(const struct listen *listen, void (*visit)(void *ctx, const char *folder),
	void *ctx)
{
	for (size_t i = 0; i < listen->n; i++)
		each_folder(listen->journals[i].path, "/", visit, ctx);
}
