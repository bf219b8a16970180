#include "base/utf8.h"
#include "cli/causes.h"
#include "cli/filter.h"
#include "cli/outages.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/tables.h"

#define FILES_NAMED 3
#define SHAPES_SHOWN 5

/* Columns of --list; what is longer pushes the rest to the right. */
#define TIME_COLUMNS 15
#define QUEUE_ID_COLUMNS 12
#define VERDICT_COLUMNS 8
#define CAUSE_COLUMNS 22
#define AUTHOR_COLUMNS_MIN 12

static void
list_column(struct cli_session *session, struct span text, size_t columns)
{
	size_t used = utf8_columns(text);

	render_text(session, text, SIZE_MAX);
	buf_add_repeat(&session->out, ' ', (used < columns ? columns - used : 0) + 2);
}

static void
add_list_line(struct figures *figures, const struct message *message)
{
	struct cli_session *session = &figures->session;
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

/* On one line where that is wide enough. */
static void
render_sources(struct cli_session *session)
{
	struct buf names = BUF_INIT, period = BUF_INIT, clean = BUF_INIT;

	add_file_names(&names, session);
	buf_add(&names, SPAN(": "));
	render_period(session, &period);
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
	struct buf line = BUF_INIT;

	if (settings->since != NULL)
		buf_addf(&line, " --since '%s'", settings->since);
	if (settings->until != NULL)
		buf_addf(&line, " --until '%s'", settings->until);
	filter_add_words(&line, settings);
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
render_instant_line(struct cli_session *session, enum word word, int64_t when)
{
	struct buf room = BUF_INIT;
	struct span time = render_time(session, when, &room);

	if (when != INSTANT_NONE)
		render_line(session, word, &time, 1, 0);
	buf_clear(&room);
}

void
report_text_not_known(struct figures *figures)
{
	struct cli_session *session = &figures->session;
	struct figures_remark remarks[FIGURES_REMARKS];

	if (!figures_lack(figures))
		return;
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_NOT_TOLD);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	render_instant_line(session, WORD_FIRST_LINE, figures->begins);
	render_instant_line(session, WORD_LAST_LINE, figures->ends);
	causes_render_unknown(session, &figures->digest);
	figures_remarks(figures, remarks);
	for (size_t i = 0; i < FIGURES_REMARKS; i++)
		render_number_line(session, remarks[i].word, remarks[i].number);
	render_shapes(session, SHAPES_SHOWN);
	if (reading_shapes(session->reading) > SHAPES_SHOWN)
		render_line(session, WORD_MORE_SHAPES, NULL, 0, 0);
}

static int
render_list(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;
	int rc;

	if (!session->settings->list ||
		digest_own(&figures->digest) + figures->digest.counts[VERDICT_INBOUND] == 0)
		return 0;
	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word(session, WORD_LIST);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
	do
		rc = spool_next(&figures->list, &session->out, err);
	while (rc > 0);
	return rc;
}

static int
render(struct figures *figures, struct error *err)
{
	struct cli_session *session = &figures->session;
	const struct digest *digest = &figures->digest;
	size_t told;

	render_sources(session);
	render_filters(session);
	render_counts(session, digest);
	render_sum(session, digest);
	told = causes_render(session, digest);
	outages_render(session, digest, told);
	tables_render(session, digest, session->settings->top);
	report_text_not_known(figures);
	return render_list(figures, err);
}

const struct report_format report_text = { add_list_line, render };
