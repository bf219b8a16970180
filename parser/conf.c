#include "parser/conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"

struct conf {
	struct arena arena;
	struct conf_setting *settings;
	size_t n;
	const char *path;
};

static int
read_file(const char *path, struct buf *text, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc;

	if (fd < 0)
		return error_system(err, "cannot open '%s'", path);
	rc = buf_read_all(text, fd, CONF_FILE_MAX, err);
	if (rc < 0)
		error_within(err, "'%s'", path);
	close(fd);
	return rc;
}

/* As written when it can be read, else its last part beside the file that names it. */
static const char *
locate(struct conf *conf, struct span path)
{
	const char *written = arena_copy(&conf->arena, path).p;
	struct span beside = span_of(conf->path);
	ptrdiff_t folder = span_find_last(beside, '/'), last = span_find_last(path, '/');
	struct buf name = BUF_INIT;

	if (access(written, R_OK) == 0)
		return written;
	if (folder >= 0)
		buf_add(&name, span_first(beside, (size_t)folder + 1));
	buf_add(&name, last < 0 ? path : span_from(path, (size_t)last + 1));
	if (access(buf_str(&name), R_OK) == 0)
		written = arena_copy(&conf->arena, buf_span(&name)).p;
	buf_clear(&name);
	return written;
}

static void
add_setting(struct conf *conf, struct span name, struct span value, const char *file, unsigned line)
{
	if (conf->n == CONF_SETTINGS_MAX)
		return;
	if ((conf->n & (conf->n - 1)) == 0)
		conf->settings = xreallocarray(conf->settings, conf->n == 0 ? 1 : 2 * conf->n,
			sizeof *conf->settings);
	conf->settings[conf->n++] = (struct conf_setting){ arena_copy(&conf->arena, name),
		arena_copy(&conf->arena, value), file, line };
}

static struct span
without_comment(struct span line)
{
	ptrdiff_t hash = span_find_char(line, '#');

	return span_trim(hash < 0 ? line : span_first(line, (size_t)hash));
}

static int
read_settings(struct conf *conf, const char *path, unsigned depth, struct error *err)
{
	struct buf text = BUF_INIT;
	struct span rest, line, name;
	unsigned number = 0;
	int rc = read_file(path, &text, err);

	rest = buf_span(&text);
	while (rc == 0 && span_cut(&rest, '\n', &line)) {
		number++;
		line = without_comment(line);
		if (!span_word(&line, &name))
			continue;
		line = span_trim(line);
		add_setting(conf, name, line, path, number);
		if (span_eq_nocase(name, SPAN("Include")) && depth < CONF_DEPTH_MAX)
			rc = read_settings(conf, locate(conf, line), depth + 1, err);
	}
	buf_clear(&text);
	return rc;
}

struct conf *
conf_new(const char *path, struct error *err)
{
	struct conf *conf = xcalloc(1, sizeof *conf);

	conf->path = arena_copy(&conf->arena, span_of(path)).p;
	if (read_settings(conf, conf->path, 0, err) < 0) {
		conf_free(conf);
		return NULL;
	}
	return conf;
}

void
conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	free(conf->settings);
	arena_clear(&conf->arena);
	free(conf);
}

const struct conf_setting *
conf_get(const struct conf *conf, const char *name)
{
	for (size_t i = conf->n; i-- > 0;)
		if (span_eq_nocase(conf->settings[i].name, span_of(name)))
			return &conf->settings[i];
	return NULL;
}

bool
conf_bool(const struct conf *conf, const char *name, bool fallback)
{
	const struct conf_setting *setting = conf_get(conf, name);

	if (setting == NULL || setting->value.n == 0)
		return fallback;
	switch (setting->value.p[0]) {
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case '1':
		return true;
	case 'n':
	case 'N':
	case 'f':
	case 'F':
	case '0':
		return false;
	case 'o':
	case 'O':
		return span_eq_nocase(setting->value, SPAN("on"));
	default:
		return fallback;
	}
}

static void
add_row(struct conf_row **rows, size_t *n, struct conf_row row)
{
	if ((*n & (*n - 1)) == 0)
		*rows = xreallocarray(*rows, *n == 0 ? 1 : 2 * *n, sizeof **rows);
	(*rows)[(*n)++] = row;
}

/* Rows go into the arena once they are complete. */
static struct conf_set
finish(struct conf *conf, enum conf_set_kind kind, struct conf_row *rows, size_t n)
{
	struct conf_row *kept = arena_alloc(&conf->arena, n * sizeof *kept);

	if (n > 0)
		memcpy(kept, rows, n * sizeof *kept);
	free(rows);
	return (struct conf_set){ kind, kept, n };
}

static struct conf_set
read_rows(struct conf *conf, enum conf_set_kind kind, struct span path)
{
	const char *file = locate(conf, path);
	struct buf text = BUF_INIT;
	struct conf_row *rows = NULL;
	struct span rest, line, key;
	struct error err = ERROR_INIT;
	unsigned number = 0;
	size_t n = 0;

	if (read_file(file, &text, &err) < 0) {
		buf_clear(&text);
		return (struct conf_set){ CONF_SET_UNREADABLE, NULL, 0 };
	}
	rest = arena_copy(&conf->arena, buf_span(&text));
	buf_clear(&text);
	while (span_cut(&rest, '\n', &line)) {
		number++;
		line = without_comment(line);
		if (span_word(&line, &key))
			add_row(&rows, &n, (struct conf_row){ key, span_trim(line), file, number });
	}
	return finish(conf, kind, rows, n);
}

static struct conf_set
read_list(struct conf *conf, struct span value)
{
	struct conf_row *rows = NULL;
	struct span rest = value, part;
	size_t n = 0;

	while (span_cut(&rest, ',', &part))
		if (part.n > 0)
			add_row(&rows, &n, (struct conf_row){ part, SPAN_NONE, NULL, 0 });
	return finish(conf, CONF_SET_LIST, rows, n);
}

/* The kind of data set a value names: dkimf_db_open()'s own order of tests. */
static const struct {
	struct span prefix;
	enum conf_set_kind kind;
} kinds[] = {
	{ { "refile:", 7 }, CONF_SET_REFILE },
	{ { "file:", 5 }, CONF_SET_FILE },
	{ { "csl:", 4 }, CONF_SET_LIST },
	{ { "db:", 3 }, CONF_SET_ELSEWHERE },
	{ { "dsn:", 4 }, CONF_SET_ELSEWHERE },
	{ { "ldap", 4 }, CONF_SET_ELSEWHERE },
	{ { "lua:", 4 }, CONF_SET_ELSEWHERE },
	{ { "memcache:", 9 }, CONF_SET_ELSEWHERE },
	{ { "socket:", 7 }, CONF_SET_ELSEWHERE },
	{ { "mdb:", 4 }, CONF_SET_ELSEWHERE },
};

struct conf_set
conf_set(struct conf *conf, const char *name)
{
	const struct conf_setting *setting = conf_get(conf, name);
	struct span value = setting == NULL ? SPAN_NONE : setting->value;
	enum conf_set_kind kind = CONF_SET_LIST;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!span_starts(value, kinds[i].prefix))
			continue;
		kind = kinds[i].kind;
		value = span_from(value, kinds[i].prefix.n);
		break;
	}
	if (kind == CONF_SET_LIST && value.n > 0 && value.p[0] == '/')
		kind = CONF_SET_FILE;
	if (kind == CONF_SET_ELSEWHERE)
		return (struct conf_set){ kind, NULL, 0 };
	if (kind == CONF_SET_LIST)
		return read_list(conf, value);
	return read_rows(conf, kind, value);
}

struct conf *
conf_new_main_cf(const char *path, struct error *err)
{
	struct conf *conf = xcalloc(1, sizeof *conf);
	struct buf text = BUF_INIT, value = BUF_INIT, name = BUF_INIT;
	struct span rest, line, part;
	unsigned number = 0, begun = 0;
	bool more;

	conf->path = arena_copy(&conf->arena, span_of(path)).p;
	if (read_file(path, &text, err) < 0) {
		buf_clear(&text);
		conf_free(conf);
		return NULL;
	}
	rest = buf_span(&text);
	do {
		more = span_cut(&rest, '\n', &line);
		number++;
		if (more && line.n > 0 && (line.p[0] == ' ' || line.p[0] == '\t') && name.n > 0) {
			buf_add_char(&value, ' ');
			buf_add(&value, span_trim(line));
			continue;
		}
		if (name.n > 0)
			add_setting(conf, buf_span(&name), span_trim(buf_span(&value)), conf->path,
				begun);
		buf_reset(&name);
		buf_reset(&value);
		begun = number;
		if (more && line.n > 0 && line.p[0] != '#' && span_cut(&line, '=', &part)) {
			buf_add(&name, span_trim(part));
			buf_add(&value, span_trim(line));
		}
	} while (more);
	buf_clear(&text);
	buf_clear(&name);
	buf_clear(&value);
	return conf;
}

/* Fill in $name, ${name} and $(name); names that are not set stay as they are. */
static void
expand(struct conf *conf, struct span value, struct buf *out, unsigned depth)
{
	while (value.n > 0) {
		ptrdiff_t dollar = span_find_char(value, '$');
		struct span name;
		const struct conf_setting *setting;
		size_t n = 0, skip;

		if (dollar < 0 || depth > CONF_DEPTH_MAX)
			break;
		buf_add(out, span_first(value, (size_t)dollar));
		value = span_from(value, (size_t)dollar + 1);
		skip = value.n > 0 && (value.p[0] == '{' || value.p[0] == '(');
		name = span_from(value, skip);
		while (n < name.n && (name.p[n] == '_' || ascii_is_digit(name.p[n]) ||
					     ascii_is_lower(name.p[n])))
			n++;
		name = span_first(name, n);
		value = span_from(value, n + 2 * skip);
		setting = n == 0 ? NULL : conf_get(conf, arena_copy(&conf->arena, name).p);
		if (setting != NULL)
			expand(conf, setting->value, out, depth + 1);
	}
	buf_add(out, value);
}

struct span
conf_main_cf(struct conf *conf, const char *name)
{
	const struct conf_setting *setting = conf_get(conf, name);
	struct buf out = BUF_INIT;
	struct span value;

	if (setting == NULL)
		return SPAN_NONE;
	expand(conf, setting->value, &out, 0);
	value = arena_copy(&conf->arena, buf_span(&out));
	buf_clear(&out);
	return value;
}
