#include "parser/conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/ascii.h"
#include "base/buf.h"

/* A set, or a value of main.cf, that was asked for: it is asked for again with every message. */
struct answer {
	const char *name;
	struct conf_set set;
	struct span value;
	struct answer *next;
};

struct conf {
	struct arena arena;
	struct conf_setting *settings;
	size_t n;
	const char *path;
	struct answer *answers;
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

static int
add_setting(struct conf *conf, struct span name, struct span value, const char *file, unsigned line,
	struct error *err)
{
	if (conf->n == CONF_SETTINGS_MAX)
		return error_set(err, ERROR_LIMIT, "%s:%u: more than %d settings", file, line,
			CONF_SETTINGS_MAX);
	if ((conf->n & (conf->n - 1)) == 0)
		conf->settings = xreallocarray(conf->settings, conf->n == 0 ? 1 : 2 * conf->n,
			sizeof *conf->settings);
	conf->settings[conf->n++] = (struct conf_setting){ arena_copy(&conf->arena, name),
		arena_copy(&conf->arena, value), file, line };
	return 0;
}

static struct span
without_comment(struct span line)
{
	ptrdiff_t hash = span_find_char(line, '#');

	return span_trim(hash < 0 ? line : span_first(line, (size_t)hash));
}

static int read_settings(struct conf *conf, const char *path, unsigned depth, struct error *err);

static int
take_setting(struct conf *conf, struct span line, const struct conf_setting *place, unsigned depth,
	struct error *err)
{
	struct span name;

	if (!span_word(&line, &name))
		return 0;
	line = span_trim(line);
	if (add_setting(conf, name, line, place->file, place->line, err) < 0)
		return -1;
	if (!span_eq_nocase(name, SPAN("Include")))
		return 0;
	if (depth == CONF_DEPTH_MAX)
		return error_set(err, ERROR_CONFIG, "%s:%u: Include is nested too deep",
			place->file, place->line);
	return read_settings(conf, locate(conf, line), depth + 1, err);
}

static int
read_settings(struct conf *conf, const char *path, unsigned depth, struct error *err)
{
	struct conf_setting place = { .file = path };
	struct buf text = BUF_INIT;
	struct span rest, line;
	int rc = read_file(path, &text, err);

	rest = buf_span(&text);
	while (rc == 0 && span_cut(&rest, '\n', &line)) {
		place.line++;
		rc = take_setting(conf, without_comment(line), &place, depth, err);
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

/* "127.0.0.1, ::1" and "example.com=mail, example.net=web". */
static struct conf_set
read_list(struct conf *conf, struct span value)
{
	struct conf_row *rows = NULL;
	struct span rest = value, part, key;
	size_t n = 0;

	while (span_cut(&rest, ',', &part)) {
		if (!span_cut(&part, '=', &key) || span_trim(key).n == 0)
			continue;
		add_row(&rows, &n, (struct conf_row){ span_trim(key), span_trim(part), NULL, 0 });
	}
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
	{ { "ldap:", 5 }, CONF_SET_ELSEWHERE },
	{ { "ldapi:", 6 }, CONF_SET_ELSEWHERE },
	{ { "ldaps:", 6 }, CONF_SET_ELSEWHERE },
	{ { "lua:", 4 }, CONF_SET_ELSEWHERE },
	{ { "memcache:", 9 }, CONF_SET_ELSEWHERE },
	{ { "repute:", 7 }, CONF_SET_ELSEWHERE },
	{ { "socket:", 7 }, CONF_SET_ELSEWHERE },
	{ { "mdb:", 4 }, CONF_SET_ELSEWHERE },
	{ { "erlang:", 7 }, CONF_SET_ELSEWHERE },
};

/* Takes the prefix off the value. */
static enum conf_set_kind
kind_of(struct span *value)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t n = kinds[i].prefix.n;

		if (!span_eq_nocase(span_first(*value, n), kinds[i].prefix))
			continue;
		*value = span_from(*value, n);
		return kinds[i].kind;
	}
	if (span_ends(*value, SPAN(".db")))
		return CONF_SET_ELSEWHERE;
	return span_starts(*value, SPAN("/")) ? CONF_SET_FILE : CONF_SET_LIST;
}

static struct conf_set
read_set(struct conf *conf, struct span value)
{
	enum conf_set_kind kind = kind_of(&value);

	switch (kind) {
	case CONF_SET_LIST:
		return read_list(conf, value);
	case CONF_SET_FILE:
	case CONF_SET_REFILE:
		return read_rows(conf, kind, value);
	case CONF_SET_ELSEWHERE:
	case CONF_SET_UNREADABLE:
		break;
	}
	return (struct conf_set){ kind, NULL, 0 };
}

/* The answer under that name; *known tells whether it was given before. */
static struct answer *
answer_of(struct conf *conf, const char *name, bool *known)
{
	struct answer *answer = conf->answers;

	while (answer != NULL && strcmp(answer->name, name) != 0)
		answer = answer->next;
	*known = answer != NULL;
	if (answer != NULL)
		return answer;
	answer = arena_alloc(&conf->arena, sizeof *answer);
	*answer = (struct answer){ .name = arena_copy(&conf->arena, span_of(name)).p,
		.next = conf->answers };
	return conf->answers = answer;
}

struct conf_set
conf_set(struct conf *conf, const char *name)
{
	const struct conf_setting *setting;
	bool known;
	struct answer *answer = answer_of(conf, name, &known);

	if (!known) {
		setting = conf_get(conf, name);
		answer->set = read_set(conf, setting == NULL ? SPAN_NONE : setting->value);
	}
	return answer->set;
}

/* A logical line of main.cf while it is put together (postconf's readlline()). */
struct logical_line {
	struct buf name, value;
	unsigned begun;
};

static int
end_logical_line(struct conf *conf, struct logical_line *logical, struct error *err)
{
	int rc = 0;

	if (logical->name.n > 0)
		rc = add_setting(conf, buf_span(&logical->name),
			span_trim(buf_span(&logical->value)), conf->path, logical->begun, err);
	buf_reset(&logical->name);
	buf_reset(&logical->value);
	return rc;
}

/* Blank lines and comments end nothing: what is continued may go on behind them. */
static int
take_physical_line(struct conf *conf, struct logical_line *logical, struct span line,
	unsigned number, struct error *err)
{
	struct span name;

	if (span_trim(line).n == 0 || span_starts(span_trim(line), SPAN("#")))
		return 0;
	if (ascii_is_blank(line.p[0])) {
		buf_add_char(&logical->value, ' ');
		buf_add(&logical->value, span_trim(line));
		return 0;
	}
	if (end_logical_line(conf, logical, err) < 0)
		return -1;
	logical->begun = number;
	if (span_cut(&line, '=', &name) && line.p != NULL) {
		buf_add(&logical->name, span_trim(name));
		buf_add(&logical->value, span_trim(line));
	}
	return 0;
}

static int
read_main_cf(struct conf *conf, struct span text, struct error *err)
{
	struct logical_line logical = { BUF_INIT, BUF_INIT, 0 };
	struct span line;
	unsigned number = 0;
	int rc = 0;

	while (rc == 0 && span_cut(&text, '\n', &line))
		rc = take_physical_line(conf, &logical, line, ++number, err);
	if (rc == 0)
		rc = end_logical_line(conf, &logical, err);
	buf_clear(&logical.name);
	buf_clear(&logical.value);
	return rc;
}

struct conf *
conf_new_main_cf(const char *path, struct error *err)
{
	struct conf *conf = xcalloc(1, sizeof *conf);
	struct buf text = BUF_INIT;
	int rc;

	conf->path = arena_copy(&conf->arena, span_of(path)).p;
	rc = read_file(path, &text, err);
	if (rc == 0)
		rc = read_main_cf(conf, buf_span(&text), err);
	buf_clear(&text);
	if (rc == 0)
		return conf;
	conf_free(conf);
	return NULL;
}

/*
 * The $name, ${name} or $(name) that s begins with, in *name; gives how many
 * bytes it takes, 0 when s begins with none. "${name?text}" is none.
 */
static size_t
read_reference(struct span s, struct span *name)
{
	static const char opening[] = "{(", closing[] = "})";
	const char *kind = s.n > 1 && s.p[1] != '\0' ? strchr(opening, s.p[1]) : NULL;
	size_t begin = kind == NULL ? 1 : 2, n = begin;

	while (n < s.n && (s.p[n] == '_' || ascii_is_alnum(s.p[n])))
		n++;
	*name = span_from(span_first(s, n), begin);
	if (n == begin)
		return 0;
	if (kind == NULL)
		return n;
	return n < s.n && s.p[n] == closing[kind - opening] ? n + 1 : 0;
}

/* left: how many $names may yet be filled in. Those that are empty take time, and no room of out. */
static void
expand(struct conf *conf, struct span value, struct buf *out, unsigned depth, unsigned *left)
{
	ptrdiff_t dollar;

	while (depth <= CONF_DEPTH_MAX && *left > 0 && out->n < CONF_FILE_MAX &&
		(dollar = span_find_char(value, '$')) >= 0) {
		const struct conf_setting *setting = NULL;
		struct span name;
		size_t n;

		buf_add(out, span_first(value, (size_t)dollar));
		value = span_from(value, (size_t)dollar);
		--*left;
		n = read_reference(value, &name);
		if (n > 0)
			setting = conf_get(conf, arena_copy(&conf->arena, name).p);
		if (setting != NULL)
			expand(conf, setting->value, out, depth + 1, left);
		else
			buf_add(out, span_first(value, n > 0 ? n : 1));
		value = span_from(value, n > 0 ? n : 1);
	}
	buf_add(out, value);
}

struct span
conf_main_cf(struct conf *conf, const char *name)
{
	const struct conf_setting *setting;
	struct buf out = BUF_INIT;
	unsigned left = CONF_NAMES_MAX;
	bool known;
	struct answer *answer = answer_of(conf, name, &known);

	if (known)
		return answer->value;
	setting = conf_get(conf, name);
	if (setting == NULL)
		return SPAN_NONE;
	expand(conf, setting->value, &out, 0, &left);
	answer->value = arena_copy(&conf->arena, buf_span(&out));
	buf_clear(&out);
	return answer->value;
}
