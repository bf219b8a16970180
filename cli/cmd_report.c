#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/render.h"
#include "cli/tally.h"

/* What is told of one cause. */
struct cause_story {
	struct tally hits;        /* sender domains; clients where the client is at fault */
	struct buf why, fix;      /* of the first message that showed it */
	struct buf example;       /* its queue ID */
	uint64_t count, deferred;
	int64_t first, last;
};

struct report {
	struct cli_session session;
	struct cause_story causes[256];
	uint64_t counts[VERDICT_COUNT];
	struct tally by[8];
	size_t nby;
	int dimensions[8];
	struct buf list, unknown;
	struct buf scratch;
};

/* What --by may name. */
static struct span
by_cause(struct report *report, const struct message *message)
{
	(void)report;
	return message->verdict.cause == CAUSE_NONE ? span_of(verdict_id(message->verdict.kind)) :
						      span_of(cause_id(message->verdict.cause));
}

static struct span
by_domain(struct report *report, const struct message *message)
{
	(void)report;
	return message->author_domain.n > 0 ? message->author_domain :
					      address_domain(message->sender);
}

static struct span
by_client(struct report *report, const struct message *message)
{
	(void)report;
	return message->client_ip.n > 0 ? message->client_ip : message->client_name;
}

static struct span
by_login(struct report *report, const struct message *message)
{
	(void)report;
	return message->sasl_username.n > 0 ? message->sasl_username : SPAN("(no login)");
}

static struct span
by_route(struct report *report, const struct message *message)
{
	(void)report;
	if (message->origin == ORIGIN_SMTP)
		return message->service.n > 0 ? message->service : SPAN("smtpd");
	return message->origin == ORIGIN_UNKNOWN ? SPAN_NONE : SPAN("made on this host");
}

static struct span
by_selector(struct report *report, const struct message *message)
{
	const struct message *decided = message->verdict.decided;

	(void)report;
	return decided != NULL && decided->nsignatures > 0 ? decided->signatures[0].selector :
							     SPAN("(no signature)");
}

static struct span
time_key(struct report *report, const struct message *message, size_t length)
{
	if (message->first == INSTANT_NONE)
		return SPAN_NONE;
	buf_reset(&report->scratch);
	instant_rfc3339(&report->scratch, message->first, report->session.settings->utc);
	return span_first(buf_span(&report->scratch), length);
}

static struct span
by_hour(struct report *report, const struct message *message)
{
	return time_key(report, message, strlen("2026-11-24T09"));
}

static struct span
by_day(struct report *report, const struct message *message)
{
	return time_key(report, message, strlen("2026-11-24"));
}

static const struct {
	const char *name;
	struct span (*key)(struct report *report, const struct message *message);
} dimensions[] = {
	{ "cause", by_cause },
	{ "domain", by_domain },
	{ "client", by_client },
	{ "login", by_login },
	{ "route", by_route },
	{ "selector", by_selector },
	{ "hour", by_hour },
	{ "day", by_day },
};

static int
parse_by(struct report *report, const char *list, struct error *err)
{
	struct span rest = list == NULL ? SPAN_NONE : span_of(list), name;

	while (span_cut(&rest, ',', &name)) {
		size_t i = 0, n = sizeof dimensions / sizeof *dimensions;

		while (i < n && !span_eq(name, span_of(dimensions[i].name)))
			i++;
		if (i == n || report->nby == 8)
			return error_set(err, ERROR_SYNTAX,
				"--by: no '%.*s'; there are cause, domain, client, login, route, "
				"selector, hour, day",
				SPAN_ARGS(name));
		report->dimensions[report->nby++] = (int)i;
	}
	return 0;
}

static void
add_cause(struct report *report, const struct message *message)
{
	struct cause_story *story = &report->causes[message->verdict.cause];
	bool client = message->verdict.cause == CAUSE_NOT_INTERNAL ||
		message->verdict.cause == CAUSE_EXTERNAL_HOST ||
		message->verdict.cause == CAUSE_PEER_IGNORED;

	if (story->count++ == 0) {
		story->first = message->first;
		explain_message_why(&story->why, report->session.ruleset, message,
			report->session.lang);
		explain_message_fix(&story->fix, report->session.ruleset, message,
			report->session.lang);
		buf_add(&story->example, message->queue_id);
	}
	story->deferred += message->verdict.kind == VERDICT_DEFERRED;
	if (message->first < story->first)
		story->first = message->first;
	if (message->first > story->last || story->count == 1)
		story->last = message->first;
	tally_add(&story->hits, client ? by_client(report, message) : by_domain(report, message),
		message);
}

/* One line of --list. */
static void
add_to_list(struct report *report, const struct message *message)
{
	struct cli_session *session = &report->session;
	struct buf saved = session->out;

	session->out = report->list;
	render_time(session, message->first);
	buf_add(&session->out, SPAN("  "));
	render_text(session, message->queue_id, 20);
	buf_addf(&session->out, "  %-8s  %-24s  ", verdict_id(message->verdict.kind),
		message->verdict.cause == CAUSE_NONE ? "-" : cause_id(message->verdict.cause));
	render_text(session, message->author.n > 0 ? message->author : message->sender, 40);
	buf_add_char(&session->out, '\n');
	report->list = session->out;
	session->out = saved;
}

static void
take(void *ctx, const struct message *message)
{
	struct report *report = ctx;

	if (!session_wants(&report->session, message))
		return;
	report->counts[message->verdict.kind]++;
	for (size_t i = 0; i < report->nby; i++)
		tally_add(&report->by[i], dimensions[report->dimensions[i]].key(report, message),
			message);
	if (message->verdict.cause != CAUSE_NONE)
		add_cause(report, message);
	else if (message->verdict.kind == VERDICT_UNKNOWN && report->unknown.n == 0)
		explain_message_fix(&report->unknown, report->session.ruleset, message,
			report->session.lang);
	if (report->session.settings->list)
		add_to_list(report, message);
}

static void
forget(void *ctx)
{
	struct report *report = ctx;

	for (size_t i = 0; i < 256; i++) {
		tally_clear(&report->causes[i].hits);
		buf_clear(&report->causes[i].why);
		buf_clear(&report->causes[i].fix);
		buf_clear(&report->causes[i].example);
		report->causes[i].count = report->causes[i].deferred = 0;
	}
	for (size_t i = 0; i < report->nby; i++)
		tally_clear(&report->by[i]);
	memset(report->counts, 0, sizeof report->counts);
	buf_reset(&report->list);
	buf_reset(&report->unknown);
}

static void
add_number(struct buf *out, uint64_t n)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buf_add_char(out, ',');
		buf_add_char(out, digits[i]);
	}
}

static void
render_sources(struct report *report)
{
	struct cli_session *session = &report->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	size_t n = reading_files(session->reading), i;

	for (i = 0; i < n && i < 3; i++) {
		struct span path = span_of(reading_file(session->reading, i)->path);
		ptrdiff_t slash = span_find_last(path, '/');

		buf_add(&session->out, i > 0 ? SPAN(", ") : SPAN(""));
		render_text(session, slash < 0 ? path : span_from(path, (size_t)slash + 1), 40);
	}
	if (i < n)
		buf_addf(&session->out, " and %zu more", n - i);
	buf_add(&session->out, SPAN(": "));
	render_time(session, totals->first);
	buf_add(&session->out, SPAN(" to "));
	render_time(session, totals->last);
	buf_add(&session->out, SPAN(", "));
	add_number(&session->out, totals->lines);
	buf_add(&session->out, SPAN(" lines\n"));
}

static void
render_counts(struct report *report)
{
	struct cli_session *session = &report->session;
	const uint64_t *counts = report->counts;
	static const struct {
		enum verdict_kind kind;
		const char *words;
	} parts[] = {
		{ VERDICT_SIGNED, "signed " },
		{ VERDICT_UNSIGNED, ", UNSIGNED " },
		{ VERDICT_DEFERRED, ", deferred " },
		{ VERDICT_REJECTED, ", rejected " },
		{ VERDICT_UNKNOWN, ", unknown " },
	};
	uint64_t own = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		own += counts[parts[i].kind];
	buf_add(&session->out, SPAN("own mail "));
	add_number(&session->out, own);
	buf_add(&session->out, SPAN(": "));
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (counts[parts[i].kind] > 0)
			render_color(session, render_role(parts[i].kind));
		buf_addf(&session->out, "%s", parts[i].words);
		add_number(&session->out, counts[parts[i].kind]);
		render_color(session, ROLE_PLAIN);
	}
	buf_add(&session->out, SPAN(";  inbound "));
	add_number(&session->out, counts[VERDICT_INBOUND]);
	buf_add_char(&session->out, '\n');
}

/* The causes by number of messages. */
static size_t
rank(struct report *report, cause_t order[256])
{
	size_t n = 0;

	for (unsigned c = 1; c < CAUSE_COUNT; c++) {
		size_t at = n;

		if (report->causes[c].count == 0)
			continue;
		while (at > 0 && report->causes[order[at - 1]].count < report->causes[c].count) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = (cause_t)c;
		n++;
	}
	return n;
}

static void
render_cause_row(struct report *report, cause_t cause)
{
	struct cli_session *session = &report->session;
	struct cause_story *story = &report->causes[cause];
	size_t start = session->out.n;

	buf_addf(&session->out, "%-27s%8llu  ", cause_id(cause), (unsigned long long)story->count);
	render_time(session, story->first);
	buf_add(&session->out, SPAN("  "));
	render_time(session, story->last);
	buf_add(&session->out, SPAN("  "));
	for (size_t i = 0; i < 3 && tally_get(&story->hits, i) != NULL; i++) {
		const struct tally_row *row = tally_get(&story->hits, i);
		size_t used = session->out.n - start;

		if (i > 0 && used + row->key.n + 8 > session->width) {
			buf_add(&session->out, SPAN(", ..."));
			break;
		}
		buf_add(&session->out, i > 0 ? SPAN(", ") : SPAN(""));
		render_text(session, row->key, 40);
		buf_addf(&session->out, " (%llu)", (unsigned long long)row->count);
	}
	buf_add_char(&session->out, '\n');
}

static void
render_cause(struct report *report, cause_t cause, size_t number)
{
	struct cli_session *session = &report->session;
	struct cause_story *story = &report->causes[cause];

	buf_addf(&session->out, "\n%zu  ", number);
	render_color(session, ROLE_STRONG);
	buf_addf(&session->out, "%s", cause_id(cause));
	render_color(session, ROLE_PLAIN);
	buf_addf(&session->out, ": %llu message%s%s\n", (unsigned long long)story->count,
		story->count == 1 ? "" : "s",
		story->deferred == story->count ? " (deferred: not sent yet)" : "");
	render_prose(session, buf_span(&story->why), 3);
	buf_addf(&session->out, "   %s\n", word(session->lang, WORD_FIX));
	render_prose(session, buf_span(&story->fix), 5);
	buf_add(&session->out, SPAN("   see dkimwhy explain "));
	render_text(session, buf_span(&story->example), 40);
	if (reading_files(session->reading) == 1) {
		buf_add(&session->out, SPAN(" --log "));
		render_text(session, span_of(reading_file(session->reading, 0)->path), 100);
	}
	buf_add_char(&session->out, '\n');
}

static void
render_causes(struct report *report)
{
	cause_t order[256];
	size_t n = rank(report, order), top = report->session.settings->top;

	if (top == 0 || top > n)
		top = n;
	if (n == 0)
		return;
	buf_add(&report->session.out,
		SPAN("\nWHY UNSIGNED               messages  first seen       last seen        hit\n"));
	for (size_t i = 0; i < top; i++)
		render_cause_row(report, order[i]);
	if (top < n)
		buf_addf(&report->session.out, "and %zu more causes\n", n - top);
	for (size_t i = 0; i < top; i++)
		render_cause(report, order[i], i + 1);
}

static void
render_incidents(struct report *report)
{
	struct cli_session *session = &report->session;
	size_t n = reading_incidents(session->reading);

	if (n > 0)
		buf_add(&session->out, SPAN("\nINCIDENTS\n"));
	for (size_t i = 0; i < n && i < 30; i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		render_time(session, incident->first);
		buf_add(&session->out, SPAN(" - "));
		render_time(session, incident->ended != INSTANT_NONE ? incident->ended : incident->last);
		buf_addf(&session->out, "  %s%s, %llu line%s", cause_id(incident->cause),
			incident->ended == INSTANT_NONE ? " (not seen to end)" : "",
			(unsigned long long)incident->lines, incident->lines == 1 ? "" : "s");
		if (incident->messages > 0)
			buf_addf(&session->out, ", %llu messages hit",
				(unsigned long long)incident->messages);
		if (incident->subject.n > 0) {
			buf_add(&session->out, SPAN("\n    "));
			render_text(session, incident->subject, session->width - 4);
		}
		buf_add_char(&session->out, '\n');
		if (report->causes[incident->cause].count == 0) {
			buf_reset(&report->scratch);
			explain_incident_why(&report->scratch, session->ruleset, incident,
				session->lang);
			render_prose(session, buf_span(&report->scratch), 4);
		}
	}
	if (n > 30)
		buf_addf(&session->out, "and %zu more incidents\n", n - 30);
}

static void
render_tables(struct report *report)
{
	struct cli_session *session = &report->session;
	size_t top = session->settings->top == 0 ? 20 : session->settings->top;

	for (size_t i = 0; i < report->nby; i++) {
		buf_addf(&session->out,
			"\nBY %-30s messages   signed unsigned deferred  unknown  inbound\n",
			dimensions[report->dimensions[i]].name);
		for (size_t k = 0; k < top && tally_get(&report->by[i], k) != NULL; k++) {
			const struct tally_row *row = tally_get(&report->by[i], k);
			struct buf name = BUF_INIT;

			buf_add(&name, span_first(row->key, 33));
			render_text(session, buf_span(&name), 33);
			buf_add_repeat(&session->out, ' ', name.n < 33 ? 33 - name.n : 0);
			buf_addf(&session->out, "%9llu%9llu%9llu%9llu%9llu%9llu\n",
				(unsigned long long)row->count,
				(unsigned long long)row->verdicts[VERDICT_SIGNED],
				(unsigned long long)row->verdicts[VERDICT_UNSIGNED],
				(unsigned long long)row->verdicts[VERDICT_DEFERRED],
				(unsigned long long)row->verdicts[VERDICT_UNKNOWN],
				(unsigned long long)row->verdicts[VERDICT_INBOUND]);
			buf_clear(&name);
		}
	}
}

static void
render_not_known(struct report *report)
{
	struct cli_session *session = &report->session;
	const struct reading_totals *totals = reading_totals(session->reading);
	struct buf *out = &session->out;

	if (report->counts[VERDICT_UNKNOWN] + totals->gap_lines + totals->unknown_lines +
			totals->early == 0)
		return;
	buf_add(out, SPAN("\nNOT KNOWN\n"));
	if (report->counts[VERDICT_UNKNOWN] > 0) {
		buf_addf(out, "%llu messages: the log does not tell. To see the reasons:\n",
			(unsigned long long)report->counts[VERDICT_UNKNOWN]);
		render_prose(session, buf_span(&report->unknown), 5);
	}
	if (totals->gap_lines > 0)
		buf_addf(out, "%llu lines tell that lines were lost; messages of those times may seem "
			      "unseen.\n",
			(unsigned long long)totals->gap_lines);
	if (totals->early > 0)
		buf_addf(out, "%llu messages were judged before the whole log was read, for lack of "
			      "memory.\n",
			(unsigned long long)totals->early);
	if (totals->unknown_lines > 0)
		buf_addf(out, "%llu lines of OpenDKIM that no rule knows, for example:\n",
			(unsigned long long)totals->unknown_lines);
	for (size_t i = 0; i < 5 && i < reading_shapes(session->reading); i++) {
		buf_addf(out, "%7llu  ",
			(unsigned long long)reading_shape(session->reading, i)->count);
		render_text(session, reading_shape(session->reading, i)->sample, session->width - 9);
		buf_add_char(out, '\n');
	}
}

static int
render(struct report *report, struct error *err)
{
	struct cli_session *session = &report->session;

	render_sources(report);
	render_counts(report);
	if (report->counts[VERDICT_UNSIGNED] + report->counts[VERDICT_DEFERRED] +
			report->counts[VERDICT_REJECTED] + report->counts[VERDICT_UNKNOWN] ==
		0)
		buf_add(&session->out,
			SPAN("Every message that was due a signature got one.\n"));
	render_causes(report);
	render_incidents(report);
	render_tables(report);
	render_not_known(report);
	if (report->list.n > 0) {
		buf_add(&session->out, SPAN("\nMESSAGES\n"));
		buf_add(&session->out, buf_span(&report->list));
	}
	if (session_flush(session, err) < 0)
		return -1;
	return session_status(session, report->counts);
}

static int
run(const struct settings *settings, struct error *err)
{
	struct report *report = xcalloc(1, sizeof *report);
	int rc = parse_by(report, settings->by, err);

	if (rc == 0) {
		rc = -1;
		if (session_open(&report->session, settings, &settings->arguments, err) == 0 &&
			reading_run(report->session.reading, take, forget, report, err) == 0) {
			session_remarks(&report->session);
			rc = render(report, err);
		}
		session_close(&report->session);
	}
	forget(report);
	buf_clear(&report->list);
	buf_clear(&report->unknown);
	buf_clear(&report->scratch);
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
