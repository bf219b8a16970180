#include "cli/session.h"

#include <assert.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/confine.h"
#include "cli/command.h"
#include "cli/filter.h"
#include "cli/pager.h"
#include "store/ingest.h"

#define THREADS_MAX 16
#define OPENDKIM_CONF "/etc/opendkim.conf"

/* Where mail hosts keep their logs; the first pattern that finds a file counts. */
static const char *const log_patterns[] = { "/var/log/maillog*", "/var/log/mail.log*",
	"/var/log/mail.info*" };

/* What cannot be read does not keep the others waiting. */
static int
add_log(struct cli_session *session, const char *path, struct error *err)
{
	struct error why = ERROR_INIT;

	if (reading_add(session->reading, path, &why) == 0)
		return 0;
	if (why.kind != ERROR_SYSTEM && why.kind != ERROR_INPUT) {
		*err = why;
		return -1;
	}
	if (session->nunread++ == 0)
		*err = why;
	buf_addf(&session->unread, "dkimwhy: %s\n", why.text);
	return 0;
}

static int
add_own_logs(struct cli_session *session, struct error *err)
{
	struct error of_journal = ERROR_INIT;

	for (size_t i = 0; i < sizeof log_patterns / sizeof *log_patterns; i++) {
		glob_t found;
		int rc = 0;

		if (glob(log_patterns[i], 0, NULL, &found) != 0)
			continue;
		for (size_t k = 0; k < found.gl_pathc && rc == 0; k++)
			rc = add_log(session, found.gl_pathv[k], err);
		globfree(&found);
		return rc;
	}
	if (reading_add_journal(session->reading, NULL, NULL, &of_journal) == 0)
		return 0;
	return error_set(err, ERROR_INPUT, "no mail log in /var/log, and %s; name the files",
		of_journal.text);
}

struct store *
session_open_store(const struct settings *settings, enum db_mode mode, struct error *err)
{
	const char *path = settings->store != NULL ? settings->store : STORE_DEFAULT;

	if (strcmp(path, "none") == 0) {
		error_set(err, ERROR_SYNTAX, "--store none: this command needs a store");
		return NULL;
	}
	return store_open(path, mode, err);
}

bool
session_has_store(const struct settings *settings)
{
	if (settings->store != NULL)
		return strcmp(settings->store, "none") != 0;
	return access(STORE_DEFAULT, R_OK) == 0;
}

static int
add_store(struct cli_session *session, const struct settings *settings, struct error *err)
{
	session->store = session_open_store(settings, DB_READ, err);
	if (session->store == NULL || store_extra(session->store, &session->extra, err) < 0 ||
		settled_get_keep(store_db(session->store), &session->keep, err) < 0)
		return -1;
	reading_extend(session->reading, &session->extra);
	return 0;
}

static int
add_texts(struct cli_session *session, const struct texts *paths, struct error *err)
{
	for (size_t i = 0; i < paths->n; i++)
		if (add_log(session, paths->items[i], err) < 0)
			return -1;
	return 0;
}

static int
add_journals(struct cli_session *session, const struct settings *settings, struct error *err)
{
	const struct texts *dirs = &settings->journal_dirs;

	if (settings->journal && reading_add_journal(session->reading, NULL, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < dirs->n; i++)
		if (reading_add_journal(session->reading, dirs->items[i], NULL, err) < 0)
			return -1;
	return 0;
}

static int
add_files(struct cli_session *session, const struct settings *settings, const struct texts *files,
	struct error *err)
{
	if ((files != NULL && files->n > 0) || settings->logs.n + settings->journal_dirs.n > 0 ||
		settings->journal) {
		if (add_texts(session, &settings->logs, err) < 0 ||
			(files != NULL && add_texts(session, files, err) < 0))
			return -1;
		return add_journals(session, settings, err);
	}
	return session_has_store(settings) ? add_store(session, settings, err)
	                                   : add_own_logs(session, err);
}

bool
session_names_logs(const struct settings *settings)
{
	return settings->arguments.n + settings->logs.n + settings->journal_dirs.n > 0 ||
	       settings->journal;
}

struct ingest_journal *
session_journals(const struct settings *settings, size_t *n)
{
	const struct texts *dirs = &settings->journal_dirs;
	struct ingest_journal *journals = xcalloc(dirs->n + 1, sizeof *journals);

	*n = 0;
	if (settings->journal)
		journals[(*n)++] = (struct ingest_journal){ NULL, 0 };
	for (size_t i = 0; i < dirs->n; i++)
		journals[(*n)++] = (struct ingest_journal){ dirs->items[i], INGEST_ALL };
	return journals;
}

static int
parse_times(struct cli_session *session, struct error *err)
{
	const struct settings *settings = session->settings;
	int64_t now = session->options.log.now;

	session->since = session->until = INSTANT_NONE;
	if (settings->since != NULL && instant_parse(span_of(settings->since), now, settings->utc,
					       &session->since, err) < 0)
		return error_within(err, "--since");
	if (settings->until != NULL && instant_parse(span_of(settings->until), now, settings->utc,
					       &session->until, err) < 0)
		return error_within(err, "--until");
	if (session->since != INSTANT_NONE && session->until != INSTANT_NONE &&
		session->since >= session->until)
		return error_set(err, ERROR_SYNTAX, "--since is not before --until");
	return 0;
}

static bool
take_domain(void *ctx, struct span item, bool negated)
{
	struct cli_session *session = ctx;

	if (negated)
		return true;
	session->domains = xreallocarray(session->domains, session->options.ndomains + 1,
		sizeof *session->domains);
	session->domains[session->options.ndomains++] = item;
	return true;
}

/* --lang, else the locale's, else English. */
static int
language(const struct settings *settings, enum lang *lang, struct error *err)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	*lang = LANG_EN;
	if (settings->lang != NULL && !lang_of(span_of(settings->lang), lang))
		return error_set(err, ERROR_SYNTAX, "option '--lang' takes en or ja, not '%s'",
			settings->lang);
	for (size_t i = 0; settings->lang == NULL && i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0') {
			(void)lang_of(span_of(value), lang);
			break;
		}
	}
	return 0;
}

static size_t
columns(const struct cli_session *session)
{
	struct winsize size;
	size_t n = session->settings->width;

	if (n == 0 && session->on_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	if (n == 0)
		n = 80;
	return n < 40 ? 40 : n > 120 ? 120 : n;
}

static bool
wants_color(const struct cli_session *session)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	if (session->settings->color != COLOR_AUTO)
		return session->settings->color == COLOR_ALWAYS;
	return session->on_terminal && (none == NULL || *none == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* The rules of --rules and of the site, before the built-in ones. */
static int
open_rules(struct cli_session *session, struct error *err)
{
	const struct texts *rules = &session->settings->rules;
	const char **dirs = xcalloc(rules->n + 1, sizeof *dirs);

	for (size_t i = 0; i < rules->n; i++)
		dirs[i] = rules->items[i];
	dirs[rules->n] = RULESET_SITE_DIR;
	session->ruleset = ruleset_new(dirs, rules->n + 1, err);
	free(dirs);
	return session->ruleset == NULL ? -1 : 0;
}

int
session_start(struct cli_session *session, const struct settings *settings, struct error *err)
{
	*session = (struct cli_session){ .settings = settings };
	session->options.log = (struct log_options){ .year = (int)settings->year,
		.utc = settings->log_tz == ZONE_UTC,
		.now = instant_now() };
	session->mask.kind = settings->anonymize ? MASK_ALL : MASK_NOBODY;
	session->on_terminal = settings->output == NULL && isatty(STDOUT_FILENO);
	session->width = columns(session);
	session->color = wants_color(session);
	if (language(settings, &session->lang, err) < 0 || parse_times(session, err) < 0 ||
		filter_check(settings, err) < 0)
		return -1;
	return open_rules(session, err);
}

void
session_take_host(struct cli_session *session)
{
	const struct settings *settings = session->settings;

	(void)filter_each(&settings->domains, take_domain, session);
	session->options.domains = session->domains;
	session->options.postfix_dir = settings->postfix_dir;
	if (settings->opendkim_conf == NULL)
		session->options.opendkim_conf =
			access(OPENDKIM_CONF, R_OK) == 0 ? OPENDKIM_CONF : NULL;
	else if (strcmp(settings->opendkim_conf, "none") != 0)
		session->options.opendkim_conf = settings->opendkim_conf;
}

/* How many threads beside this one may read. */
static size_t
spare_threads(const struct settings *settings)
{
	size_t threads = settings->threads;

	if (threads == 0)
		threads = sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
	return (threads < THREADS_MAX ? threads : THREADS_MAX) - 1;
}

int
session_open(struct cli_session *session, const struct settings *settings,
	const struct texts *files, struct error *err)
{
	if (session_start(session, settings, err) < 0)
		return -1;
	assert(session->settings == settings);
	session_take_host(session);
	session->spare_threads = spare_threads(settings);
	session->options.log.spare_threads = &session->spare_threads;
	session->reading = reading_new(&session->options, session->ruleset, err);
	if (session->reading == NULL)
		return -1;
	session->options.several = true;
	if (add_files(session, settings, files, err) < 0)
		return -1;
	/* err is what the first of them said. */
	if (session->nunread > 0 && session->store == NULL && reading_files(session->reading) == 0)
		return -1;
	if (session->unread.n > 0)
		(void)fwrite(session->unread.p, 1, session->unread.n, stderr);
	*err = (struct error)ERROR_INIT;
	return 0;
}

static bool
wants_pager(const struct cli_session *session)
{
	return session->on_terminal && !session->settings->no_pager;
}

/* Is it what this process writes to, as /dev/stdout is? */
static bool
is_own_output(const char *path)
{
	struct stat named, own;

	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (stat(path, &named) == 0 && fstat(fd, &own) == 0 && named.st_dev == own.st_dev &&
			named.st_ino == own.st_ino)
			return true;
	return false;
}

/*
 * A device or a pipe stays what it is, and is written to. A link may be someone else's: where it leads
 * to nothing is written, unless it is ours.
 */
static bool
is_replaced(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0 || S_ISREG(st.st_mode))
		return true;
	return S_ISLNK(st.st_mode) && !is_own_output(path);
}

/* What session_flush() writes to, or the folder in which it does. */
static void
let_write(struct confine *confine, const char *path)
{
	struct span whole = span_of(path);
	struct buf folder = BUF_INIT;
	ptrdiff_t slash = span_find_last(whole, '/');

	if (!is_replaced(path)) {
		confine_write(confine, path);
		return;
	}
	buf_add(&folder, slash < 0 ? SPAN(".") : span_first(whole, (size_t)slash + 1));
	confine_write(confine, buf_str(&folder));
	buf_clear(&folder);
}

void
session_confine(struct cli_session *session)
{
	struct confine *confine;
	size_t n = reading_files(session->reading);

	if (session->store != NULL || session->settings->unconfined)
		return;
	for (size_t i = 0; i < n; i++)
		if (log_file_is_journal(reading_file(session->reading, i)))
			return;
	if (wants_pager(session))
		(void)pager_prepare(&session->pager);
	confine = confine_new();
	for (size_t i = 0; i < n; i++)
		confine_read(confine, reading_file(session->reading, i)->path);
	if (session->settings->output != NULL)
		let_write(confine, session->settings->output);
	confine_enter(confine);
	confine_free(confine);
}

void
session_close(struct cli_session *session)
{
	pager_drop(&session->pager);
	reading_free(session->reading);
	store_close(session->store);
	ruleset_free(session->ruleset);
	free(session->domains);
	mask_clear(&session->mask);
	buf_clear(&session->unread);
	buf_clear(&session->out);
}

bool
session_in_window(const struct cli_session *session, int64_t first, int64_t last)
{
	if (session->since != INSTANT_NONE && (last == INSTANT_NONE || last < session->since))
		return false;
	return session->until == INSTANT_NONE || (first != INSTANT_NONE && first < session->until);
}

bool
session_shows(const struct cli_session *session, const struct message *message)
{
	return session->store == NULL || session->keep == SETTLED_ROWS ||
	       verdict_is_finding(message->verdict.kind);
}

struct sum_visit {
	const struct cli_session *session;
	void (*visit)(void *ctx, const struct store_sum *sum);
	void *ctx;
};

static void
visit_wanted(void *ctx, const struct store_sum *sum)
{
	const struct sum_visit *visit = ctx;
	struct message message = { .author_domain = sum->domain,
		.author = sum->domain,
		.verdict = { .kind = sum->verdict, .cause = sum->cause } };

	if (filter_wants(visit->session->settings, &message))
		visit->visit(visit->ctx, sum);
}

int
session_each_sum(struct cli_session *session, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err)
{
	struct sum_visit wanted = { session, visit, ctx };

	return session->store == NULL ? 0
	                              : store_each_sum(session->store, visit_wanted, &wanted, err);
}

static void
find_last(void *ctx, const struct store_status *status)
{
	int64_t *last = ctx;

	if (status->last != INSTANT_NONE && status->last > *last)
		*last = status->last;
}

int
session_last_line(struct cli_session *session, int64_t *last, struct error *err)
{
	*last = INSTANT_NONE;
	if (session->store != NULL)
		return store_each_source(session->store, find_last, last, err);
	*last = reading_totals(session->reading)->last;
	return 0;
}

size_t
session_unread(const struct cli_session *session)
{
	size_t n = session->nunread;

	for (size_t i = 0; session->reading != NULL && i < reading_files(session->reading); i++)
		n += reading_is_strange(session->reading, i);
	return n;
}

uint64_t
session_lines(const struct cli_session *session)
{
	uint64_t lines = 0;

	if (session->store == NULL)
		return reading_totals(session->reading)->lines;
	for (size_t i = 0; i < reading_files(session->reading); i++)
		lines += reading_file(session->reading, i)->lines;
	return lines;
}

int
session_each_trend(struct cli_session *session, int64_t from,
	void (*visit)(void *ctx, const struct store_sum *sum), void *ctx, struct error *err)
{
	struct sum_visit wanted = { session, visit, ctx };

	return store_each_trend(session->store, from, INSTANT_NONE, visit_wanted, &wanted, err);
}

int
session_each_settled(struct cli_session *session, struct span id,
	void (*visit)(void *ctx, const struct message *message), void *ctx, struct error *err)
{
	return session->store == NULL ? 0
	                              : settled_each(store_db(session->store), id, visit, ctx, err);
}

struct gap_count {
	const struct cli_session *session;
	uint64_t n;
};

static void
count_gap(void *ctx, const struct gap *gap)
{
	struct gap_count *count = ctx;

	count->n += session_in_window(count->session, gap->first, gap->last);
}

int
session_count_gaps(struct cli_session *session, uint64_t *n, struct error *err)
{
	struct gap_count count = { session, 0 };
	int rc =
		session->store == NULL ? 0 : store_each_gap(session->store, count_gap, &count, err);

	*n = count.n;
	return rc;
}

bool
session_wants(const struct cli_session *session, const struct message *message)
{
	return session_in_window(session, message->first, message->last) &&
	       filter_wants(session->settings, message);
}

bool
session_wants_incident(const struct cli_session *session, const struct incident *incident)
{
	return session_in_window(session, incident->first, incident_end(incident)) &&
	       filter_wants_cause(session->settings, incident->cause);
}

static void
remark_on(const struct log_file *file, bool verbose)
{
	if (file->problem[0] != '\0')
		(void)fprintf(stderr, "dkimwhy: %s\n", file->problem);
	if (file->cut > 0)
		(void)fprintf(stderr, "dkimwhy: '%s': %llu lines longer than %d bytes were cut\n",
			file->path, (unsigned long long)file->cut, LOG_LINE_MAX);
	if (file->year_doubtful)
		(void)fprintf(stderr,
			"dkimwhy: '%s': its stamps have no year, and nothing tells it but "
			"the clock; --year YEAR sets it\n",
			file->path);
	if (verbose)
		(void)fprintf(stderr,
			"dkimwhy: '%s': %s, %llu lines, %llu understood, %llu left out since "
			"another file has them\n",
			file->path, file->format, (unsigned long long)file->lines,
			(unsigned long long)file->understood,
			(unsigned long long)file->double_lines);
}

void
session_remark(const struct settings *settings, const struct log_file *file)
{
	if (!settings->quiet)
		remark_on(file, settings->verbose);
}

void
session_remarks(const struct cli_session *session)
{
	const struct reading_totals *totals = reading_totals(session->reading);

	for (size_t i = 0; i < reading_files(session->reading); i++)
		if (reading_is_strange(session->reading, i) &&
			reading_file(session->reading, i)->sample[0] != '\0')
			(void)fprintf(stderr,
				"dkimwhy: no line of '%s' is understood; it begins with '%s'\n",
				reading_file(session->reading, i)->path,
				reading_file(session->reading, i)->sample);
	if (session->settings->quiet)
		return;
	for (size_t i = 0; i < reading_files(session->reading); i++)
		remark_on(reading_file(session->reading, i), session->settings->verbose);
	if (session->settings->verbose)
		(void)fprintf(stderr,
			"dkimwhy: %llu lines of mail and its filters, %llu known to a rule\n",
			(unsigned long long)totals->events, (unsigned long long)totals->findings);
}

static int
write_into(const char *path, struct span text, struct error *err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return error_system(err, "cannot write '%s'", path);
	rc = buf_write_all(text, fd, err);
	if (rc < 0)
		rc = error_within(err, "'%s'", path);
	if (close(fd) < 0 && rc == 0)
		rc = error_system(err, "cannot write '%s'", path);
	return rc;
}

/* Who reads it meanwhile sees the old one or the new one, whole. */
static int
replace(const char *path, struct span text, struct error *err)
{
	struct buf beside = BUF_INIT;
	int fd, rc;

	buf_addf(&beside, "%s.XXXXXX", path);
	fd = mkstemp(beside.p);
	if (fd < 0) {
		rc = error_system(err, "cannot write beside '%s'", path);
	} else {
		/* As open() would have made it: others may be meant to read it. */
		mode_t mask = umask(0);

		(void)umask(mask);
		rc = fchmod(fd, 0666 & ~mask) < 0 ? error_system(err, "cannot write '%s'", path)
		                                  : buf_write_all(text, fd, err);
		if (close(fd) < 0 && rc == 0)
			rc = error_system(err, "cannot write '%s'", path);
		if (rc == 0 && rename(buf_str(&beside), path) < 0)
			rc = error_system(err, "cannot rename to '%s'", path);
		if (rc < 0)
			(void)unlink(buf_str(&beside));
	}
	buf_clear(&beside);
	return rc;
}

int
session_flush(struct cli_session *session, struct error *err)
{
	const char *path = session->settings->output;
	struct span text = buf_span(&session->out);

	if (path == NULL)
		return buf_write_all(text, STDOUT_FILENO, err);
	return is_replaced(path) ? replace(path, text, err) : write_into(path, text, err);
}

void
session_meet(struct cli_session *session, const struct message *message)
{
	if (session->mask.kind != MASK_NOBODY)
		mask_learn(&session->mask, message->client_name, message->sasl_username);
}

struct span
session_shown(struct cli_session *session, struct span text, struct buf *room)
{
	if (session->mask.kind == MASK_NOBODY)
		return text;
	buf_reset(room);
	mask_text(&session->mask, room, text);
	return buf_span(room);
}

int
session_show(struct cli_session *session, struct error *err)
{
	if (wants_pager(session) && pager_prepare(&session->pager) &&
		pager_show(&session->pager, buf_span(&session->out)))
		return 0;
	return session_flush(session, err);
}

int
session_status(const struct cli_session *session, const uint64_t counts[VERDICT_COUNT])
{
	if (session_unread(session) > 0)
		return EXIT_NOT_DONE;
	if (session->settings->exit_zero)
		return EXIT_CLEAN;
	if (verdict_wrongs(counts) > 0)
		return EXIT_FINDINGS;
	return counts[VERDICT_UNKNOWN] > 0 ? EXIT_CANNOT_TELL : EXIT_CLEAN;
}
