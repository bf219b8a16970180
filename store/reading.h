/*
 * reading.h - one reading of a pile of logs, from bytes to verdicts.
 *
 * The place where source, event, rules, messages, incidents and verdicts are
 * joined. Every message is given to the sink once, with its verdict, as soon
 * as nothing that may still be read can change it (in no promised order), or
 * at the end of the input. Memory is bounded: beyond READING_KEPT_BYTES the oldest
 * undecided messages are judged by what is known by then, and counted.
 */
#ifndef STORE_READING_H
#define STORE_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "parser/log.h"
#include "rules/explain.h"
#include "rules/incident.h"
#include "rules/message.h"
#include "rules/ruleset.h"
#include "rules/scene.h"
#include "rules/verdict.h"

#define READING_KEPT_BYTES ((size_t)64 << 20)
#define READING_SHAPES_MAX 200

struct reading;

struct reading_options {
	struct log_options log;
	const struct span *domains; /* --domain: our domains; borrowed for the reading's life */
	size_t ndomains;
	const char *opendkim_conf; /* NULL: none */
	const char *postfix_dir;   /* NULL: none */
	/* A log of which no line is understood is no error as long as another is: reading_is_strange(). */
	bool several;
};

/* What is handed to a sink; borrowed for the call. */
typedef void reading_sink(void *ctx, const struct message *message);

/* OpenDKIM lines that no rule knows, grouped: digits and quoted parts set aside. */
struct shape {
	struct span text;   /* the shape, "N" for numbers and "'…'" for quoted parts */
	struct span sample; /* the first such line's text */
	uint32_t file;
	uint64_t number;
	uint64_t count;
};

struct reading_totals {
	uint64_t lines, events, findings;
	uint64_t messages[VERDICT_COUNT];
	uint64_t early;         /* judged early since memory was full */
	uint64_t unknown_lines; /* OpenDKIM lines no rule knows */
	uint64_t shapes_beyond; /* of shapes beyond READING_SHAPES_MAX */
	uint64_t gap_lines;     /* lines that tell of lost lines */
	int64_t first, last;
};

/* Borrows ruleset and options. */
struct reading *reading_new(const struct reading_options *options, const struct ruleset *ruleset,
	struct error *err);
void reading_free(struct reading *reading);

int reading_add(struct reading *reading, const char *path, struct error *err);
/* As log_add_from() and log_add_journal(). */
int reading_add_from(struct reading *reading, const char *path, const struct log_place *place,
	struct error *err);
int reading_add_journal(struct reading *reading, const char *path, const struct log_place *place,
	struct error *err);

/*
 * What a store adds: lines that were kept of earlier readings, merged with
 * those of the logs in the order of line.key, the first stamp of their files, and number; and
 * which lines of the logs are known. Each function may be NULL.
 */
struct reading_extra {
	void *ctx;
	const struct log_file
		*files; /* of kept lines; reading_file() counts them behind the logs */
	size_t nfiles;
	/*
	 * Before the first line, and once more after each restart: teach what is known, rewind. The
	 * first of files is number nlogs from now on, the logs' first stamp is logs_begin
	 * (INSTANT_NONE: there is none).
	 */
	int (*begin)(void *ctx, const struct knowledge *knowledge, size_t nlogs, int64_t logs_begin,
		struct error *err);
	/* The next kept line, borrowed until the next call; line.file as above. 1, 0 at the end, -1. */
	int (*next)(void *ctx, struct line *line, struct error *err);
	/* Of an event's line of the logs: 1: it is new. 0: pass it over. -1. */
	int (*is_new)(void *ctx, const struct line *line, struct error *err);
	/* A line that rule knows to tell of lost lines, unless it was kept. 0, -1. */
	int (*gap)(void *ctx, const struct line *line, const struct rule *rule, struct error *err);
	scene_context_sink *context; /* gather_want_context() */
};

/* Borrows extra and what it points to for the reading's life. */
void reading_extend(struct reading *reading, const struct reading_extra *extra);

/* gather_want_sums(): of signed and inbound messages the sink asks for no more than host, times and verdict. */
void reading_want_sums(struct reading *reading);

/*
 * Read all. sink gets every message; restart (may be NULL) is called when what
 * sink got so far is to be forgotten (log.h, LOG_RESTART). ERROR_INPUT when of
 * some file no line at all was understood: the message names it and shows a sample.
 */
int reading_run(struct reading *reading, reading_sink *sink, void (*restart)(void *ctx), void *ctx,
	struct error *err);

/*
 * Instead of reading_run(), with log_options.follow: read what is there by now, with the kept lines, and
 * go on with reading_go_on() for what was written since. sink gets messages as they are let go;
 * reading_changed() gives those that got lines meanwhile and are not, reading_open() all that are
 * not (gather_each_open()). reading_go_on() gives 1 when the years of a log were disproved: a new reading is to be begun.
 */
int reading_begin(struct reading *reading, reading_sink *sink, void (*restart)(void *ctx),
	void *ctx, struct error *err);
int reading_go_on(struct reading *reading, reading_sink *sink, void *ctx, struct error *err);
void reading_changed(struct reading *reading, reading_sink *sink, void *ctx);
void reading_open(struct reading *reading, reading_sink *sink, void *ctx);

/* With these: gather_forget(). */
void reading_forget(struct reading *reading, int64_t before);

/* After the run. Files: those of the logs, then those of reading_extra. */
const struct facts *reading_facts(const struct reading *reading);
const struct reading_totals *reading_totals(const struct reading *reading);
size_t reading_files(const struct reading *reading);
const struct log_file *reading_file(const struct reading *reading, size_t i);
bool reading_is_strange(const struct reading *reading,
	size_t i); /* no line of it is understood, or none came before it broke off */
size_t reading_incidents(const struct reading *reading);
const struct incident *reading_incident(const struct reading *reading, size_t i); /* by time */
size_t reading_shapes(const struct reading *reading);
const struct shape *reading_shape(const struct reading *reading, size_t i); /* by count */

/* The shape of such a line's text, into out. */
void reading_make_shape(struct buf *out, struct span text);

#endif
