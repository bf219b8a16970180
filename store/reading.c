#include "store/reading.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/ascii.h"
#include "base/map.h"
#include "rules/gather.h"

struct reading {
	const struct reading_options *options;
	const struct ruleset *ruleset;
	struct log *log;
	struct host *host;
	struct facts *facts;
	struct incidents *incidents;
	struct incidents
		*at_end; /* by reading_open(): what they were, were it the end; NULL: the same */
	struct gather *gather;
	struct reading_totals totals;
	uint64_t *known; /* lines of each file that gave an event of a named program or a finding */
	size_t nknown;

	struct map names;         /* tags under which OpenDKIM was heard to speak */
	struct arena shape_arena; /* of names, too */
	struct map shape_map;
	struct shape *shapes[READING_SHAPES_MAX];
	size_t nshapes;
	struct buf scratch;

	reading_sink *sink;
	void *ctx;
	bool sums; /* reading_want_sums() */

	struct reading_extra extra;
	struct line from_log, from_store; /* the next of each */
	bool has_log, has_store;
};

struct reading *
reading_new(const struct reading_options *options, const struct ruleset *ruleset, struct error *err)
{
	struct host *host = host_new(options->opendkim_conf, options->postfix_dir, err);
	struct reading *reading;

	if (host == NULL)
		return NULL;
	reading = xcalloc(1, sizeof *reading);
	reading->options = options;
	reading->ruleset = ruleset;
	reading->host = host;
	reading->log = log_new(&options->log);
	return reading;
}

static void
forget(struct reading *reading)
{
	gather_free(reading->gather);
	incidents_free(reading->incidents);
	incidents_free(reading->at_end);
	reading->at_end = NULL;
	facts_free(reading->facts);
	map_clear(&reading->shape_map);
	map_clear(&reading->names);
	arena_clear(&reading->shape_arena);
	free(reading->known);
	reading->known = NULL;
	reading->nknown = 0;
	reading->nshapes = 0;
	reading->totals = (struct reading_totals){ .first = INSTANT_NONE, .last = INSTANT_NONE };
}

void
reading_free(struct reading *reading)
{
	if (reading == NULL)
		return;
	forget(reading);
	host_free(reading->host);
	log_free(reading->log);
	buf_clear(&reading->scratch);
	free(reading);
}

int
reading_add(struct reading *reading, const char *path, struct error *err)
{
	return log_add(reading->log, path, err);
}

int
reading_add_from(struct reading *reading, const char *path, const struct log_place *place,
	struct error *err)
{
	return log_add_from(reading->log, path, place, err);
}

int
reading_add_journal(struct reading *reading, const char *path, const struct log_place *place,
	struct error *err)
{
	return log_add_journal(reading->log, path, place, err);
}

void
reading_extend(struct reading *reading, const struct reading_extra *extra)
{
	reading->extra = *extra;
}

void
reading_want_sums(struct reading *reading)
{
	reading->sums = true;
}

/* Between the gatherer and the caller: counts. */
static void
pass_on(void *ctx, const struct message *message)
{
	struct reading *reading = ctx;

	reading->totals.messages[message->verdict.kind]++;
	reading->sink(reading->ctx, message);
}

static int
start(struct reading *reading, struct error *err)
{
	const struct reading_extra *extra = &reading->extra;
	struct knowledge knowledge;

	forget(reading);
	reading->facts = facts_new();
	for (size_t i = 0; i < reading->options->ndomains; i++)
		facts_add_domain(reading->facts, reading->options->domains[i]);
	host_teach(reading->host, reading->facts);
	reading->incidents = incidents_new();
	knowledge = (struct knowledge){ reading->facts, reading->incidents, reading->host };
	reading->gather = gather_new(&knowledge, READING_KEPT_BYTES, pass_on, reading);
	if (reading->sums && extra->is_new == NULL && extra->next == NULL)
		gather_want_sums(reading->gather, reading->ruleset);
	if (extra->context != NULL)
		gather_want_context(reading->gather, extra->context, extra->ctx);
	reading->has_log = reading->has_store = false;
	return extra->begin == NULL ? 0
	                            : extra->begin(extra->ctx, &knowledge, log_files(reading->log),
					      log_begin(reading->log), err);
}

static bool
is_of_number(char c)
{
	return ascii_is_digit(c) || c == '.' || (c >= 'A' && c <= 'F');
}

/*
 * A line's shape: numbers, quoted parts, addresses and long words set aside,
 * so that lines of one kind are counted as one.
 */
void
reading_make_shape(struct buf *out, struct span text)
{
	size_t i = 0;

	buf_reset(out);
	while (i < text.n && out->n < 160) {
		char c = text.p[i];

		if (c == '\'' || c == '"') {
			ptrdiff_t end = span_find_char(span_from(text, i + 1), c);

			buf_addf(out, "%c...%c", c, c);
			i += end < 0 ? text.n - i : (size_t)end + 2;
		} else if (ascii_is_digit(c)) {
			buf_add_char(out, 'N');
			while (i < text.n && is_of_number(text.p[i]))
				i++;
		} else {
			buf_add_char(out, c);
			i++;
		}
	}
}

static void
count_shape(struct reading *reading, const struct line *line, const struct event *event)
{
	struct shape *shape;

	reading->totals.unknown_lines += line->times;
	reading_make_shape(&reading->scratch, event->text);
	shape = map_get(&reading->shape_map, buf_span(&reading->scratch));
	if (shape == NULL) {
		if (reading->nshapes == READING_SHAPES_MAX) {
			reading->totals.shapes_beyond += line->times;
			return;
		}
		shape = arena_alloc(&reading->shape_arena, sizeof *shape);
		*shape = (struct shape){ arena_copy(&reading->shape_arena,
						 buf_span(&reading->scratch)),
			arena_copy(&reading->shape_arena, span_first(event->text, 300)), line->file,
			line->number, 0 };
		map_put(&reading->shape_map, shape->text, shape);
		reading->shapes[reading->nshapes++] = shape;
	}
	shape->count += line->times;
}

/* Which lines the rules are asked about: all of OpenDKIM's, few of Postfix's. */
static bool
asks_rules(const struct event *event)
{
	switch (event->daemon) {
	case DAEMON_OPENDKIM:
	case DAEMON_SYSTEM:
	case DAEMON_SYSLOG:
		return true;
	case DAEMON_POSTFIX:
		return event->kind == POSTFIX_WARNING || event->kind == POSTFIX_MILTER_ACTION ||
		       event->kind == POSTFIX_MILTER_HEADER;
	case DAEMON_SENDMAIL:
		return event->kind != POSTFIX_CLIENT && event->kind != POSTFIX_DELIVERY;
	case DAEMON_NONE:
	case DAEMON_FILTER:
	case DAEMON_SIGNER:
		break;
	}
	return false;
}

static void
make_room(struct reading *reading, uint32_t file)
{
	size_t n = (size_t)file + 16;

	reading->known = xreallocarray(reading->known, n, sizeof *reading->known);
	for (size_t i = reading->nknown; i < n; i++)
		reading->known[i] = 0;
	reading->nknown = n;
}

static inline void
count_known(struct reading *reading, uint32_t file)
{
	if (file >= reading->nknown)
		make_room(reading, file);
	reading->known[file]++;
}

#define NAMES_MAX 64

/* An event of ours, or of an OpenDKIM that goes by another name. */
static bool
read_event(struct reading *reading, const struct line *line, struct event *event)
{
	if (event_read(line, event))
		return true;
	if (line->tag.n == 0 || event->daemon != DAEMON_NONE)
		return false;
	if (map_get(&reading->names, line->tag) == NULL) {
		if (reading->names.count >= NAMES_MAX || !event_speaks_as_opendkim(line))
			return false;
		map_put(&reading->names, arena_copy(&reading->shape_arena, line->tag), reading);
	}
	event_read_opendkim(line, event);
	return true;
}

static int
take_gap(struct reading *reading, const struct line *line, bool kept, const struct rule *rule,
	struct error *err)
{
	const struct reading_extra *extra = &reading->extra;

	reading->totals.gap_lines += line->times;
	return kept || extra->gap == NULL ? 0 : extra->gap(extra->ctx, line, rule, err);
}

/* The short way, for most lines. */
static bool
take_plainly(struct reading *reading, const struct line *line)
{
	struct reading_totals *totals = &reading->totals;
	bool is_known;

	totals->lines += line->times;
	if (line->when != INSTANT_NONE && line->when != totals->last) {
		if (totals->first == INSTANT_NONE || line->when < totals->first)
			totals->first = line->when;
		if (totals->last == INSTANT_NONE || line->when > totals->last)
			totals->last = line->when;
	}
	if (!gather_fold(reading->gather, line, &is_known))
		return false;
	totals->events++;
	totals->findings += is_known;
	count_known(reading, line->file);
	return true;
}

static int
take_event(struct reading *reading, const struct line *line, bool kept, struct error *err)
{
	struct reading_totals *totals = &reading->totals;
	struct event event;
	struct finding finding;
	bool found = false;
	int is_new = 1;

	if (!read_event(reading, line, &event))
		return 0;
	if (!kept && reading->extra.is_new != NULL)
		is_new = reading->extra.is_new(reading->extra.ctx, line, err);
	if (is_new <= 0) {
		count_known(reading, line->file);
		return is_new;
	}
	totals->events++;
	if (asks_rules(&event))
		found = ruleset_find(reading->ruleset, &event, &finding);
	if (found) {
		totals->findings++;
		if (finding.rule->effect == EFFECT_GAP &&
			take_gap(reading, line, kept, finding.rule, err) < 0)
			return -1;
	} else if (event.daemon == DAEMON_OPENDKIM && !event.guessed) {
		count_shape(reading, line, &event);
	}
	if (found || !event.guessed || event.kind != POSTFIX_OTHER)
		count_known(reading, line->file);
	gather_add(reading->gather, line, &event, found ? &finding : NULL);
	return 0;
}

static int
take_line(struct reading *reading, const struct line *line, bool kept, struct error *err)
{
	return take_plainly(reading, line) ? 0 : take_event(reading, line, kept, err);
}

bool
reading_is_strange(const struct reading *reading, size_t i)
{
	const struct log_file *file;

	if (i >= log_files(reading->log))
		return false;
	file = log_file(reading->log, i);
	return (i >= reading->nknown || reading->known[i] == 0) && file->understood == 0 &&
	       ((file->sample[0] != '\0' && file->lines > file->double_lines) ||
		       file->problem[0] != '\0');
}

/* Is any log another one than that? */
static bool
is_any_understood(const struct reading *reading)
{
	for (size_t i = 0; i < log_files(reading->log); i++)
		if (log_file(reading->log, i)->understood > 0 ||
			(i < reading->nknown && reading->known[i] > 0))
			return true;
	return false;
}

/*
 * A file of which no line is understood is an error, never an empty report.
 * One that broke off before its first line is a remark beside what others hold.
 */
static int
check_understood(const struct reading *reading, struct error *err)
{
	bool pass = reading->options->several && is_any_understood(reading);

	for (size_t i = 0; i < log_files(reading->log); i++) {
		const struct log_file *file = log_file(reading->log, i);

		if (file->problem[0] != '\0' && file->lines == 0 && reading->totals.lines > 0)
			continue;
		if (pass || !reading_is_strange(reading, i))
			continue;
		if (file->sample[0] == '\0')
			return error_set(err, ERROR_INPUT, "%s", file->problem);
		return error_set(err, ERROR_INPUT,
			"no line of '%s' is understood; it begins with '%s'", file->path,
			file->sample);
	}
	return 0;
}

static int
by_count(const void *a, const void *b)
{
	const struct shape *const *x = a, *const *y = b;

	if ((*x)->count != (*y)->count)
		return (*x)->count > (*y)->count ? -1 : 1;
	return span_compare((*x)->text, (*y)->text);
}

/* Fill in what is missing of the two lines that are next. */
static int
look_ahead(struct reading *reading, struct error *err)
{
	const struct reading_extra *extra = &reading->extra;
	int rc;

	if (!reading->has_store && extra->next != NULL) {
		rc = extra->next(extra->ctx, &reading->from_store, err);
		if (rc < 0)
			return -1;
		reading->has_store = rc > 0;
	}
	if (reading->has_log)
		return LOG_LINE;
	rc = (int)log_next(reading->log, &reading->from_log);
	reading->has_log = rc == LOG_LINE;
	return rc;
}

static bool
is_store_first(const struct reading *reading)
{
	const struct line *kept = &reading->from_store, *line = &reading->from_log;
	int64_t kept_begin, begin;

	if (!reading->has_store || !reading->has_log)
		return reading->has_store;
	if (kept->key != line->key)
		return kept->key < line->key;
	kept_begin = reading_file(reading, kept->file)->first;
	begin = reading_file(reading, line->file)->first;
	if (kept_begin != begin)
		return kept_begin < begin;
	return kept->number <= line->number;
}

/* Take the line that is next by the order of reading_extra. */
static int
take_next(struct reading *reading, struct error *err)
{
	if (!is_store_first(reading)) {
		reading->has_log = false;
		return take_line(reading, &reading->from_log, false, err);
	}
	reading->has_store = false;
	return take_line(reading, &reading->from_store, true, err);
}

/* Where there are no kept lines, and so nothing to merge. */
static int
take_log(struct reading *reading, struct error *err)
{
	for (;;) {
		const struct line *line = log_next_alike(reading->log);

		if (line == NULL) {
			enum log_answer answer = log_next(reading->log, &reading->from_log);

			if (answer != LOG_LINE)
				return (int)answer;
			line = &reading->from_log;
		}
		if (take_line(reading, line, false, err) < 0)
			return -1;
	}
}

/* Until nothing is left, or the log begins anew: LOG_END, LOG_RESTART, -1. */
static int
take_all(struct reading *reading, struct error *err)
{
	if (reading->extra.next == NULL)
		return take_log(reading, err);
	for (;;) {
		int answer = look_ahead(reading, err);

		if (answer < 0 || answer == LOG_RESTART)
			return answer;
		if (!reading->has_log && !reading->has_store)
			return LOG_END;
		if (take_next(reading, err) < 0)
			return -1;
	}
}

static int
read_all(struct reading *reading, reading_sink *sink, void (*restart)(void *ctx), void *ctx,
	struct error *err)
{
	int answer;

	reading->sink = sink;
	reading->ctx = ctx;
	if (start(reading, err) < 0)
		return -1;
	while ((answer = take_all(reading, err)) == LOG_RESTART) {
		if (restart != NULL)
			restart(ctx);
		if (start(reading, err) < 0)
			return -1;
	}
	reading->totals.early = gather_early(reading->gather);
	return answer < 0 ? -1 : 0;
}

int
reading_run(struct reading *reading, reading_sink *sink, void (*restart)(void *ctx), void *ctx,
	struct error *err)
{
	if (read_all(reading, sink, restart, ctx, err) < 0)
		return -1;
	gather_end(reading->gather);
	if (reading->nshapes > 1)
		qsort(reading->shapes, reading->nshapes, sizeof(struct shape *), by_count);
	return check_understood(reading, err);
}

int
reading_begin(struct reading *reading, reading_sink *sink, void (*restart)(void *ctx), void *ctx,
	struct error *err)
{
	return read_all(reading, sink, restart, ctx, err) < 0 ? -1 : check_understood(reading, err);
}

int
reading_go_on(struct reading *reading, reading_sink *sink, void *ctx, struct error *err)
{
	int answer;

	reading->sink = sink;
	reading->ctx = ctx;
	incidents_free(reading->at_end);
	reading->at_end = NULL;
	answer = take_all(reading, err);
	reading->totals.early = gather_early(reading->gather);
	return answer < 0 ? -1 : answer == LOG_RESTART;
}

void
reading_changed(struct reading *reading, reading_sink *sink, void *ctx)
{
	gather_each_changed(reading->gather, sink, ctx);
}

void
reading_open(struct reading *reading, reading_sink *sink, void *ctx)
{
	incidents_free(reading->at_end);
	reading->at_end = gather_each_open(reading->gather, sink, ctx);
}

void
reading_forget(struct reading *reading, int64_t before)
{
	gather_forget(reading->gather, before);
}

const struct facts *
reading_facts(const struct reading *reading)
{
	return reading->facts;
}

const struct reading_totals *
reading_totals(const struct reading *reading)
{
	return &reading->totals;
}

size_t
reading_files(const struct reading *reading)
{
	return log_files(reading->log) + reading->extra.nfiles;
}

const struct log_file *
reading_file(const struct reading *reading, size_t i)
{
	size_t n = log_files(reading->log);

	return i < n ? log_file(reading->log, i) : &reading->extra.files[i - n];
}

static struct incidents *
seen_incidents(const struct reading *reading)
{
	return reading->at_end != NULL ? reading->at_end : reading->incidents;
}

size_t
reading_incidents(const struct reading *reading)
{
	return incidents_count(seen_incidents(reading));
}

const struct incident *
reading_incident(const struct reading *reading, size_t i)
{
	return incidents_get(seen_incidents(reading), i);
}

size_t
reading_shapes(const struct reading *reading)
{
	return reading->nshapes;
}

const struct shape *
reading_shape(const struct reading *reading, size_t i)
{
	return reading->shapes[i];
}
