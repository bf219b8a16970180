/* In place of parser/journald.c in a build without libsystemd. */
#include "parser/journald.h"

#include <assert.h>
#include <stddef.h>

bool
journald_is_built(void)
{
	return false;
}

struct journald *
journald_new(const char *path, struct error *err)
{
	(void)path;
	error_set(err, ERROR_INPUT,
		"this build cannot read the journal (it was made without libsystemd); hand it "
		"over: journalctl -o json | dkimwhy report -");
	return NULL;
}

void
journald_free(struct journald *journald)
{
	assert(journald == NULL);
	(void)journald;
}

/* There is no struct journald to call these with. */

int
journald_seek(struct journald *journald, const char *cursor, struct error *err)
{
	(void)journald;
	(void)cursor;
	return error_set(err, ERROR_INPUT, "this build cannot read the journal");
}

int
journald_seek_time(struct journald *journald, int64_t when, struct error *err)
{
	(void)journald;
	(void)when;
	return error_set(err, ERROR_INPUT, "this build cannot read the journal");
}

int
journald_next(struct journald *journald, struct line *line, bool *cut, struct error *err)
{
	(void)journald;
	(void)line;
	*cut = false;
	return error_set(err, ERROR_INPUT, "this build cannot read the journal");
}

const char *
journald_cursor(const struct journald *journald)
{
	(void)journald;
	return NULL;
}

const char *
journald_problem(const struct journald *journald)
{
	(void)journald;
	return NULL;
}

int64_t
journald_time_of(const char *cursor)
{
	(void)cursor;
	return INSTANT_NONE;
}
