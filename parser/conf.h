/*
 * conf.h - opendkim.conf and the data sets it names, as far as files go.
 *
 * Reads as OpenDKIM does (config.c, config_load(); opendkim-db.c): a setting a
 * line, '#' comments, Include. Data sets: csl:, file:, refile: and bare values;
 * what lies in a database is not read (CONF_SET_ELSEWHERE). A path
 * that does not exist as written is looked for, by its last part, beside the
 * file that names it, so that a copied folder works.
 */
#ifndef PARSER_CONF_H
#define PARSER_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/span.h"

#define CONF_FILE_MAX ((size_t)4 << 20)
#define CONF_SETTINGS_MAX 2000
#define CONF_DEPTH_MAX 5    /* of Include, as config.c's MAXLEVEL; of $names in main.cf, too */
#define CONF_NAMES_MAX 1000 /* $names filled in for one value of main.cf */

struct conf_setting {
	struct span name, value;
	const char *file;
	unsigned line;
};

struct conf;

/*
 * ERROR_SYSTEM when the file, or one that it includes, cannot be read; ERROR_LIMIT and
 * ERROR_CONFIG beyond the bounds above. A name that OpenDKIM does not know is kept for checks.
 */
struct conf *conf_new(const char *path, struct error *err);
void conf_free(struct conf *conf);

/* The setting in force (the last of that name, case does not count), or NULL. */
const struct conf_setting *conf_get(const struct conf *conf, const char *name);

/*
 * By the first letter, as config_load() reads it: y, t and 1, or n, f and 0. fallback when it
 * is not set, or is anything else, with which the daemon does not start.
 */
bool conf_bool(const struct conf *conf, const char *name, bool fallback);

enum conf_set_kind {
	CONF_SET_LIST,      /* csl: or a bare value */
	CONF_SET_FILE,      /* file: or a bare path: exact keys */
	CONF_SET_REFILE,    /* refile: patterns, the first that fits counts */
	CONF_SET_ELSEWHERE, /* db:, dsn:, ldap:, lua:, ... */
	CONF_SET_UNREADABLE,
};

struct conf_row {
	struct span key,
		value;    /* value: what stands behind the key (in a list: behind a =), trimmed */
	const char *file; /* NULL for a list */
	unsigned line;
};

struct conf_set {
	enum conf_set_kind kind;
	const struct conf_row *rows;
	size_t n;
};

/*
 * The data set that a setting names, read when it is first asked for; rows live as long as conf.
 * An absent setting is an empty list.
 */
struct conf_set conf_set(struct conf *conf, const char *name);

/*
 * main.cf, or what `postconf -n` prints: name = value, continued by lines that begin with a blank.
 * The value of name with $names filled in (names that are not set stay as they are), or
 * SPAN_NONE. path is "main.cf" or "postconf-n.txt".
 */
struct conf *conf_new_main_cf(const char *path, struct error *err);
struct span conf_main_cf(struct conf *conf, const char *name);

#endif
