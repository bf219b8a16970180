#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "cli/causes.h"
#include "cli/command.h"
#include "cli/digest.h"
#include "cli/outages.h"
#include "cli/render.h"
#include "cli/spool.h"
#include "cli/tables.h"

#define FILES_NAMED 3
#define SHAPES_SHOWN 5

/* Columns of --list; what is longer pushes the rest to the right. */
#define TIME_COLUMNS 15
#define QUEUE_ID_COLUMNS 12
#define VERDICT_COLUMNS 8
#define CAUSE_COLUMNS 22
#define AUTHOR_COLUMNS_MIN 12

struct report {
	struct cli_session session;
	struct digest digest;
	struct spool list; /* lines of --list */
	uint64_t gaps;     /* times of which the store knows that lines are missing */
};

static void
list_column(struct cli_session *session, struct span text, size_t columns)
{
	size_t used = utf8_columns(text);

	render_text(session, text, SIZE_MAX);
	buf_add_repeat(&session->out, ' ', (used < columns ? columns - used : 0) + 2);
}

static void
render_list_line(struct cli_session *session, const struct message *message)
{
	size_t used = TIME_COLUMNS + QUEUE_ID_COLUMNS + VERDICT_COLUMNS + CAUSE_COLUMNS + 4 * 2;
	size_t room = session->width > used + AUTHOR_COLUMNS_MIN ? session->width - used
	                                                         : AUTHOR_COLUMNS_MIN;
	cause_t cause = message->verdict.cause;
	struct buf time = BUF_INIT;

	list_column(session, render_time(session, message->first, &time), TIME_COLUMNS);
	list_column(session, message->queue_id, QUEUE_ID_COLUMNS);
	list_column(session, span_of(verdict_id(message->verdict.kind)), VERDICT_COLUMNS);
	list_column(session, cause == CAUSE_NONE ? SPAN("-") : span_of(cause_id(cause)),
		CAUSE_COLUMNS);
	render_text(session, message->author.n > 0 ? message->author : message->sender,
		session->on_terminal ? room : SIZE_MAX);
	buf_add_char(&session->out, '\n');
	buf_clear(&time);
}

static void
take(void *ctx, const struct message *message)
{
	struct report *report = ctx;
	struct buf *out = &report->session.out;

	if (!session_wants(&report->session, message))
		return;
	session_meet(&report->session, message);
	digest_add(&report->digest, message);
	if (report->session.settings->list && session_shows(&report->session, message)) {
		/* Nothing else is written before all is read. */
		buf_reset(out);
		render_list_line(&report->session, message);
		spool_add(&report->list, message->first, buf_span(out));
		buf_reset(out);
	}
}

static void
start_again(void *ctx)
{
	struct report *report = ctx;

	digest_reset(&report->digest);
	spool_reset(&report->list);
}

static void
add_file_names(struct buf *out, const struct cli_session *session)
{
	size_t n = reading_files(session->reading);

	for (size_t i = 0; i < n && i < FILES_NAMED; i++) {
		if (i > 0)
			buf_add(out, span_of(word(session->lang, WORD_COMMA)));
		buf_add(out, render_file_name(reading_file(session->reading, i)->path));
	}
	if (n > FILES_NAMED) {
		char digits[WORD_DIGITS_MAX];
		struct span more = word_number(digits, n - FILES_NAMED);

		word_fill(out, session->lang, WORD_AND_MORE, &more);
	}
}

/* "24 Nov 02:36:13 to 24 Nov 02:36:33, 46 lines" */
static void
add_period(struct buf *out, struct cli_session *session)
{
	const struct reading_totals *totals = reading_totals(session->reading);
	struct buf first = BUF_INIT, last = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	const struct span values[] = { render_time(session, totals->first, &first),
		render_time(session, totals->last, &last),
		session->settings->utc ? SPAN(" UTC") : SPAN_NONE,
		word_number(digits, totals->lines) };

	word_fill(out, session->lang, totals->first == INSTANT_NONE ? WORD_NO_PERIOD : WORD_PERIOD,
		values);
	buf_clear(&first);
	buf_clear(&last);
}

/* On one line where that is wide enough. */
static void
render_sources(struct cli_session *session)
{
	struct buf names = BUF_INIT, period = BUF_INIT, clean = BUF_INIT;

	add_file_names(&names, session);
	buf_add(&names, SPAN(": "));
	add_period(&period, session);
	utf8_printable(&clean, buf_span(&names), SIZE_MAX);
	if (utf8_columns(buf_span(&clean)) + utf8_columns(buf_span(&period)) <= session->width) {
		buf_add(&clean, buf_span(&period));
		render_wrapped(session, buf_span(&clean), 0, 2);
	} else {
		render_wrapped(session, buf_span(&clean), 0, 2);
		render_wrapped(session, buf_span(&period), 2, 2);
	}
	buf_clear(&names);
	buf_clear(&period);
	buf_clear(&clean);
}

/* Which messages count, in the words of the command line. */
static void
render_filters(struct cli_session *session)
{
	const struct settings *settings = session->settings;
	const struct {
		const char *name;
		const struct texts *lists;
	} filters[] = { { "--domain", &settings->domains }, { "--cause", &settings->causes },
		{ "--verdict", &settings->verdicts } };
	struct buf line = BUF_INIT;

	if (settings->since != NULL)
		buf_addf(&line, " --since '%s'", settings->since);
	if (settings->until != NULL)
		buf_addf(&line, " --until '%s'", settings->until);
	for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
		for (size_t k = 0; k < filters[i].lists->n; k++)
			buf_addf(&line, " %s %s", filters[i].name, filters[i].lists->items[k]);
	if (line.n > 0) {
		render_word(session, WORD_ONLY);
		render_text(session, buf_span(&line), SIZE_MAX);
		buf_add_char(&session->out, '\n');
	}
	buf_clear(&line);
}

static void
render_verdict_count(struct cli_session *session, enum verdict_kind kind, uint64_t count)
{
	char digits[WORD_DIGITS_MAX];

	render_color(session, count > 0 ? render_role(kind) : ROLE_PLAIN);
	if (kind == VERDICT_UNSIGNED && count > 0)
		render_word(session, WORD_UNSIGNED_LOUD);
	else
		render_word(session, word_of_verdict(kind));
	buf_addf(&session->out, " %.*s", SPAN_ARGS(word_number(digits, count)));
	render_color(session, ROLE_PLAIN);
}

/* Signed and unsigned are always told, other verdicts when they occur. */
static void
render_verdict_counts(struct cli_session *session, const struct digest *digest)
{
	static const enum verdict_kind kinds[] = { VERDICT_SIGNED, VERDICT_UNSIGNED,
		VERDICT_DEFERRED, VERDICT_REJECTED, VERDICT_UNKNOWN };
	char digits[WORD_DIGITS_MAX];
	struct span own = word_number(digits, digest_own(digest));

	render_say(session, WORD_OWN_MAIL, &own, 1);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (digest->counts[kinds[i]] == 0 && i > 1)
			continue;
		if (i > 0)
			render_word(session, WORD_COMMA);
		render_verdict_count(session, kinds[i], digest->counts[kinds[i]]);
	}
	render_word(session, WORD_SEMICOLON);
}

/* The columns of what render_verdict_counts() writes, colours aside. */
static size_t
verdict_counts_columns(struct cli_session *session, const struct digest *digest)
{
	bool color = session->color;
	size_t begin = session->out.n, columns;

	session->color = false;
	render_verdict_counts(session, digest);
	columns = utf8_columns(span_from(buf_span(&session->out), begin));
	session->out.n = begin;
	session->color = color;
	return columns;
}

static void
render_counts(struct cli_session *session, const struct digest *digest)
{
	char digits[WORD_DIGITS_MAX];
	struct span inbound = word_number(digits, digest->counts[VERDICT_INBOUND]);
	size_t label = strlen("  inbound ");
	bool fits = verdict_counts_columns(session, digest) + label + inbound.n <= session->width;

	render_verdict_counts(session, digest);
	if (!fits)
		buf_add_char(&session->out, '\n');
	render_say(session, WORD_INBOUND_MAIL, &inbound, 1);
	buf_add_char(&session->out, '\n');
}

/* What the counts come to. */
static void
render_sum(struct cli_session *session, const struct digest *digest)
{
	if (digest->signed_twice > 0) {
		char digits[WORD_DIGITS_MAX];
		const struct span values[] = { word_number(digits, digest->signed_twice),
			buf_span(&digest->twice) };

		render_line(session, WORD_SIGNED_TWICE, values, 2, 0);
	}
	if (session->settings->causes.n + session->settings->verdicts.n > 0)
		return;
	if (digest_own(digest) == 0)
		render_line(session, WORD_NONE_DUE, NULL, 0, 0);
	else if (digest_own(digest) == digest->counts[VERDICT_SIGNED])
		render_line(session, WORD_ALL_SIGNED, NULL, 0, 0);
}

static void
render_unknown_lines(struct cli_session *session)
{
	render_number_line(session, WORD_UNKNOWN_LINES,
		reading_totals(session->reading)->unknown_lines);
	render_shapes(session, SHAPES_SHOWN);
	if (reading_shapes(session->reading) > SHAPES_SHOWN)
		render_line(session, WORD_MORE_SHAPES, NULL, 0, 0);
}

static void
render_not_known(struct cli_session *session, const struct digest *digest, uint64_t gaps)
{
	const struct reading_totals *totals = reading_totals(session->reading);
	bool uncounted = session->keep == SETTLED_NONE;

	if (digest->counts[VERDICT_UNKNOWN] + totals->gap_lines + gaps + totals->unknown_lines +
			totals->early + uncounted ==
		0)
		return;
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_NOT_TOLD);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	causes_render_unknown(session, digest);
	if (gaps > 0) /* told by the same lines, and others */
		render_number_line(session, WORD_GAP_TIMES, gaps);
	else
		render_number_line(session, WORD_GAPS, totals->gap_lines);
	if (uncounted)
		render_line(session, WORD_NOT_KEPT, NULL, 0, 0);
	render_number_line(session, WORD_EARLY, totals->early);
	render_unknown_lines(session);
}

static int
render_list(struct report *report, struct error *err)
{
	struct cli_session *session = &report->session;
	int rc;

	if (!session->settings->list ||
		digest_own(&report->digest) + report->digest.counts[VERDICT_INBOUND] == 0)
		return 0;
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_LIST);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	do
		rc = spool_next(&report->list, &session->out, err);
	while (rc > 0);
	return rc;
}

/* A fault of the service that was not seen to end is a finding, though no mail came meanwhile. */
static bool
has_open_fault(const struct cli_session *session)
{
	if (session->settings->exit_zero)
		return false;
	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (incident->ended == INSTANT_NONE && session_wants_incident(session, incident))
			return true;
	}
	return false;
}

static int
render(struct report *report, struct error *err)
{
	int status;
	struct cli_session *session = &report->session;
	const struct digest *digest = &report->digest;
	size_t told;

	render_sources(session);
	render_filters(session);
	render_counts(session, digest);
	render_sum(session, digest);
	told = causes_render(session, digest, session->settings->top);
	outages_render(session, digest, told);
	tables_render(session, digest, session->settings->top);
	render_not_known(session, digest, report->gaps);
	if (render_list(report, err) < 0 || session_show(session, err) < 0)
		return -1;
	status = session_status(session, digest->counts);
	return status == EXIT_CLEAN && has_open_fault(session) ? EXIT_FINDINGS : status;
}

static void
take_sum(void *ctx, const struct store_sum *sum)
{
	struct report *report = ctx;

	digest_add_sum(&report->digest, sum);
}

static int
run(const struct settings *settings, struct error *err)
{
	struct report *report = xcalloc(1, sizeof *report);
	int rc = digest_init(&report->digest, &report->session, settings->by, err);

	if (rc == 0) {
		rc = -1;
		if (session_open(&report->session, settings, &settings->arguments, err) == 0 &&
			reading_run(report->session.reading, take, start_again, report, err) == 0 &&
			session_each_sum(&report->session, take_sum, report, err) == 0 &&
			session_count_gaps(&report->session, &report->gaps, err) == 0) {
			digest_sort(&report->digest);
			session_remarks(&report->session);
			rc = render(report, err);
		}
		session_close(&report->session);
	}
	digest_clear(&report->digest);
	spool_clear(&report->list);
	free(report);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "by",   '\0', OPTION_TEXT,   "LIST",
	  "tables by cause, domain, client, login, route, selector, hour, day", offsetof(struct settings, by) },
	{ "top",  '\0', OPTION_NUMBER, "N",
	  "only the first N causes and rows", offsetof(struct settings, top) },
	{ "list", '\0', OPTION_FLAG,   NULL,
	  "each message on a line of its own", offsetof(struct settings, list) },
};
/* clang-format on */

static const struct option_group own = { "Report", rows, 3 };
static const struct option_group *const groups[] = { &own, &options_input, &options_filter,
	&options_common, NULL };

const struct command command_report = {
	"report",
	"[FILE]...",
	"what was signed, what was not, why, and what to do",
	"Reads logs, plain or compressed, in any order, and tells how much of the host's own mail was "
	"signed, the causes of what was not with one fix each, the incidents, and what cannot be "
	"known. Without FILE it reads the host's own mail logs.",
	groups,
	run,
};
