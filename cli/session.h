/*
 * session.h - what every command that reads logs has in common.
 *
 * From the settings: the rules, the reading with its files, the language, the
 * window of time and the filter; then one place where output leaves.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "base/buf.h"
#include "cli/mask.h"
#include "cli/pager.h"
#include "cli/settings.h"
#include "store/settled.h"
#include "store/store.h"
#include "store/trend.h"

struct ingest_journal;

struct cli_session {
	const struct settings *settings;
	struct ruleset *ruleset;
	struct reading *reading;
	struct store *store;        /* what is read; NULL: logs */
	enum settled_keep keep;     /* of the store */
	struct reading_extra extra; /* likewise */
	struct reading_options options;
	struct span *domains; /* of options */
	size_t spare_threads; /* likewise */
	enum lang lang;
	int64_t since, until; /* INSTANT_NONE: open */
	size_t width;         /* columns */
	bool on_terminal;     /* what is written is read by a person at once */
	bool color;
	struct mask mask; /* of --anonymize */
	struct pager pager;
	struct buf unread; /* why logs that were named cannot be read, a line each */
	size_t nunread;
	struct buf out;
};

/* The language, the width, the filters and the rules, without logs. session_close() in any case. */
int session_start(struct cli_session *session, const struct settings *settings, struct error *err);

/* Behind that, for readings: --domain, and the host's configuration that was named or is found. */
void session_take_host(struct cli_session *session);

/*
 * The same, and logs: --log, the given files and journals, else the store, else the host's own mail
 * logs, else its journal. Of several logs those that cannot be opened are left out: session_unread(). -1
 * and err when nothing is left, or anything else that was named cannot be used.
 */
int session_open(struct cli_session *session, const struct settings *settings,
	const struct texts *files, struct error *err);
void session_close(struct cli_session *session);

/*
 * Before the reading, when everything that is to be opened was named: close in (base/confine.h), where
 * files are read. A store or a journal is read by a library that opens files as it goes; then
 * nothing is done.
 */
void session_confine(struct cli_session *session);

/* Does any of the time from first to last lie in the window of --since and --until? */
bool session_in_window(const struct cli_session *session, int64_t first, int64_t last);

/*
 * Messages that the store holds only as sums, of whatever time, that the other filters let pass; nothing
 * where logs are read.
 */
int session_each_sum(struct cli_session *session,
	void (*visit)(void *ctx, const struct store_sum *sum), void *ctx, struct error *err);

/* Behind the reading: the time of the last line, of a store of the last it took in; INSTANT_NONE: none. */
int session_last_line(struct cli_session *session, int64_t *last, struct error *err);

/* Behind the reading: how many of the logs that were named could not be opened, or hold no line of a log. */
size_t session_unread(const struct cli_session *session);

/* How many lines were read; of a store, how many those logs had that were taken in. */
uint64_t session_lines(const struct cli_session *session);

/* Sums of all messages of the store, likewise, from the hour of `from` on. */
int session_each_trend(struct cli_session *session, int64_t from,
	void (*visit)(void *ctx, const struct store_sum *sum), void *ctx, struct error *err);

/* As settled_each(); nothing where logs are read. */
int session_each_settled(struct cli_session *session, struct span id,
	void (*visit)(void *ctx, const struct message *message), void *ctx, struct error *err);

/* Were logs named on the command line, of whatever kind? */
bool session_names_logs(const struct settings *settings);

/*
 * The journals that were named, for an ingest; the caller frees them. The host's own is gone on with, of
 * copied ones everything is read, since files may have been added.
 */
struct ingest_journal *session_journals(const struct settings *settings, size_t *n);

/* Is there a store to be read where no log is named? */
bool session_has_store(const struct settings *settings);

/*
 * Is it told one by one? Of a store that does not keep all, what is signed or inbound is not: some of
 * it is there by chance.
 */
bool session_shows(const struct cli_session *session, const struct message *message);

/* The store that --store names, or the default one. "none" is none: an error. */
struct store *session_open_store(const struct settings *settings, enum db_mode mode,
	struct error *err);

/* How many times of the window the store knows to have lost lines; 0 without a store. */
int session_count_gaps(struct cli_session *session, uint64_t *n, struct error *err);

/* Does the message count by --since, --until, --domain, --cause and --verdict? */
bool session_wants(const struct cli_session *session, const struct message *message);

/* Does it fall into the window of time, and is its cause wanted? */
bool session_wants_incident(const struct cli_session *session, const struct incident *incident);

/*
 * Remarks about the files (damaged, cut, doubtful years) to standard error, unless --quiet; with
 * --verbose also what was read of each, and how.
 */
void session_remarks(const struct cli_session *session);

/* About one file, likewise. */
void session_remark(const struct settings *settings, const struct log_file *file);

/* With --anonymize: from now on take the client and the login of this message out of what is shown. */
void session_meet(struct cli_session *session, const struct message *message);

/* Text from a log as it may be shown: as it is, or with --anonymize, in room, without persons. */
struct span session_shown(struct cli_session *session, struct span text, struct buf *room);

/* Write session->out where it belongs; session_show() on a terminal through a pager. */
int session_flush(struct cli_session *session, struct error *err);
int session_show(struct cli_session *session, struct error *err);

/* The exit status for these counts by verdict. */
int session_status(const struct cli_session *session, const uint64_t counts[VERDICT_COUNT]);

#endif
