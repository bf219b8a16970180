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

#define CONF_FILE_MAX   ((size_t)4 << 20)
#define CONF_SETTINGS_MAX 2000
#define CONF_DEPTH_MAX  8

struct conf_setting {
	struct span name, value;
	const char *file;
	unsigned line;
};

struct conf;

/* ERROR_SYSTEM when the file cannot be read. Lines that are no setting are kept for checks. */
struct conf *conf_new(const char *path, struct error *err);
void conf_free(struct conf *conf);

/* The setting in force (the last of that name, case does not count), or NULL. */
const struct conf_setting *conf_get(const struct conf *conf, const char *name);

/* yes/true/on/1 and no/false/off/0 as config_check() reads them; fallback when it is not set. */
bool conf_bool(const struct conf *conf, const char *name, bool fallback);

enum conf_set_kind {
	CONF_SET_LIST,      /* csl: or a bare value */
	CONF_SET_FILE,      /* file: or a bare path: exact keys */
	CONF_SET_REFILE,    /* refile: patterns, the first that fits counts */
	CONF_SET_ELSEWHERE, /* db:, dsn:, ldap:, lua:, ... */
	CONF_SET_UNREADABLE,
};

struct conf_row {
	struct span key, value; /* value: what stands behind the key, trimmed */
	const char *file;       /* NULL for a list */
	unsigned line;
};

struct conf_set {
	enum conf_set_kind kind;
	const struct conf_row *rows;
	size_t n;
};

/* The data set that a setting names; rows live as long as conf. An absent setting is an empty list. */
struct conf_set conf_set(struct conf *conf, const char *name);

/*
 * main.cf as `postconf -n` prints it: name = value, continued by blanks. The value of name with
 * $names filled in, or SPAN_NONE. path is "main.cf" or "postconf-n.txt".
 */
struct conf *conf_new_main_cf(const char *path, struct error *err);
struct span conf_main_cf(struct conf *conf, const char *name);

#endif
