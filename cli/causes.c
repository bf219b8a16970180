#include "cli/causes.h"

#include "base/utf8.h"
#include "cli/render.h"

#define COUNT_COLUMNS 8
#define LABEL_COLUMNS 9
#define LOGS_NAMED 3 /* behind --log */

/* Of these the clients are told first, of others the domains. */
static bool
is_of_clients(cause_t cause)
{
	static const cause_t causes[] = { CAUSE_NOT_INTERNAL, CAUSE_EXTERNAL_HOST,
		CAUSE_PEER_IGNORED, CAUSE_NO_MTA_MATCH, CAUSE_NO_MACRO_MATCH };

	for (size_t i = 0; i < sizeof causes / sizeof *causes; i++)
		if (cause == causes[i])
			return true;
	return false;
}

struct span
causes_name(const struct cause_story *story, enum lang lang)
{
	return span_of(story->cause != CAUSE_NONE ? cause_id(story->cause)
						  : word(lang, WORD_NO_CAUSE));
}

const struct tally *
causes_hits(const struct cause_story *story)
{
	return is_of_clients(story->cause) ? &story->clients : &story->domains;
}

bool
causes_is_unknown(const struct cause_story *story)
{
	return story->cause == CAUSE_NONE && story->kind == VERDICT_UNKNOWN;
}

bool
causes_cell_of(const void *ctx, const struct curve_cell *cell)
{
	const struct cause_story *story = ctx;

	return cell->cause == story->cause && verdict_is_finding(cell->kind) &&
	       (cell->cause != CAUSE_NONE || cell->kind == story->kind);
}

/* "pc1.shop.example [192.0.2.7]" where there is no room for it: the address tells more than half a name. */
static struct span
fit(struct span key, size_t columns)
{
	ptrdiff_t open = span_find(key, SPAN(" ["));

	if (utf8_columns(key) <= columns || open < 0 || !span_ends(key, SPAN("]")))
		return key;
	return span_first(span_from(key, (size_t)open + 2), key.n - (size_t)open - 3);
}

void
causes_render_hits(struct cli_session *session, const struct tally *tally, size_t columns)
{
	size_t used = 0;

	for (size_t i = 0; i < tally->n; i++) {
		const struct tally_row *row = tally->rows[i];
		struct span key = tally_label(row, session->lang, WORD_NOT_KNOWN);
		char digits[WORD_DIGITS_MAX], rest[WORD_DIGITS_MAX];
		struct span count = word_number(digits, row->count);
		size_t beside = strlen(" ()") + count.n + (i > 0 ? strlen(", ") : 0);
		size_t more = i + 1 == tally->n
		                      ? 0
		                      : strlen(", +") + word_number(rest, tally->n - i - 1).n;
		size_t room = columns > used + beside + more ? columns - used - beside - more : 0;

		key = fit(key, room);
		if (i > 0 && utf8_columns(key) > room) {
			buf_addf(&session->out, ", +%.*s",
				SPAN_ARGS(word_number(rest, tally->n - i)));
			return;
		}
		buf_add(&session->out, i > 0 ? SPAN(", ") : SPAN(""));
		render_text(session, key, room < 8 ? 8 : room);
		buf_addf(&session->out, " (%.*s)", SPAN_ARGS(count));
		used += utf8_columns(key) + beside;
	}
}

static void
render_row(struct cli_session *session, const struct cause_story *story, size_t name_columns)
{
	size_t time_columns = render_minute_columns(session);
	size_t used = name_columns + 1 + COUNT_COLUMNS + 2 + 2 * (time_columns + 2);

	render_cell(session, causes_name(story, session->lang), name_columns + 1);
	render_count(session, story->count, COUNT_COLUMNS);
	buf_add(&session->out, SPAN("  "));
	render_minute_cell(session, story->first, time_columns + 2);
	render_minute_cell(session, story->last, time_columns + 2);
	causes_render_hits(session, causes_hits(story),
		session->width > used ? session->width - used : 0);
	buf_add_char(&session->out, '\n');
}

static void
render_head(struct cli_session *session, size_t name_columns)
{
	size_t time_columns = render_minute_columns(session);

	buf_add_char(&session->out, '\n');
	render_color(session, ROLE_STRONG);
	render_word_cell(session, WORD_WHY_UNSIGNED, name_columns + 1);
	render_cell_right(session, span_of(word(session->lang, WORD_MESSAGES)), COUNT_COLUMNS);
	buf_add(&session->out, SPAN("  "));
	render_word_cell(session, WORD_FIRST_SEEN, time_columns + 2);
	render_word_cell(session, WORD_LAST_SEEN, time_columns + 2);
	render_word(session, WORD_HIT);
	render_color(session, ROLE_PLAIN);
	buf_add_char(&session->out, '\n');
}

static void
render_who(struct cli_session *session, enum word label, const struct tally *tally)
{
	if (tally->n == 1 && tally->none != NULL)
		return; /* of none of them is it known */
	buf_add(&session->out, SPAN("   "));
	render_word_cell(session, label, LABEL_COLUMNS);
	causes_render_hits(session, tally, session->width - LABEL_COLUMNS - 3);
	buf_add_char(&session->out, '\n');
}

static void
render_path(struct cli_session *session, const char *option, const char *path)
{
	struct buf quoted = BUF_INIT;

	explain_shell_word(&quoted, span_of(path));
	buf_addf(&session->out, " %s ", option);
	render_text(session, buf_span(&quoted), SIZE_MAX);
	buf_clear(&quoted);
}

static void
render_log(struct cli_session *session, size_t i)
{
	const struct log_file *file = reading_file(session->reading, i);

	if (!log_file_is_journal(file))
		render_path(session, "--log", file->path);
	else if (span_eq(span_of(file->path), SPAN(LOG_JOURNAL)))
		buf_add(&session->out, SPAN(" --journal "));
	else
		render_path(session, "--journal-dir", file->path);
}

/*
 * The logs that show the example: all, or of many the one with its lines; or the store. The
 * host's own go unsaid.
 */
static void
render_logs(struct cli_session *session, const struct cause_story *story)
{
	size_t n = reading_files(session->reading);

	if (session->store != NULL && session->settings->store != NULL)
		render_path(session, "--store", session->settings->store);
	if (!session_names_logs(session->settings))
		return;
	if (n > LOGS_NAMED && story->file < n)
		render_log(session, story->file);
	for (size_t i = 0; n <= LOGS_NAMED && i < n; i++)
		render_log(session, i);
}

static void
render_span_of_time(struct cli_session *session, const struct cause_story *story)
{
	struct buf first = BUF_INIT, last = BUF_INIT;
	char digits[WORD_DIGITS_MAX];
	const struct span values[] = { word_number(digits, story->count),
		render_time(session, story->first, &first),
		render_time(session, story->last, &last) };

	render_say(session, span_eq(values[1], values[2]) ? WORD_CAUSE_ONCE : WORD_CAUSE_HEAD,
		values, 3);
	buf_add_char(&session->out, '\n');
	if (story->verdicts[VERDICT_DEFERRED] == story->count)
		render_line(session, WORD_NOT_SENT_YET, NULL, 0, 3);
	if (story->verdicts[VERDICT_REJECTED] == story->count)
		render_line(session, WORD_NEVER_SENT, NULL, 0, 3);
	buf_clear(&first);
	buf_clear(&last);
}

static void
render_story(struct cli_session *session, const struct cause_story *story)
{
	render_span_of_time(session, story);
	render_who(session, WORD_DOMAINS, &story->domains);
	if (session->mask.kind != MASK_ADDRESSES)
		render_who(session, WORD_SENDERS, &story->senders);
	render_who(session, WORD_CLIENTS, &story->clients);
	render_prose(session, buf_span(&story->why), 3);
	if (story->fix.n > 0) {
		buf_addf(&session->out, "   %s\n", word(session->lang, WORD_FIX));
		render_prose(session, buf_span(&story->fix), 5);
	}
	if (story->example.n == 0)
		return;
	buf_addf(&session->out, "   %s  dkimwhy explain ", word(session->lang, WORD_SEE));
	render_text(session, buf_span(&story->example), SIZE_MAX);
	render_logs(session, story);
	buf_add_char(&session->out, '\n');
}

/* How many causes there are to tell, and how wide their names are. */
static size_t
measure(const struct digest *digest, enum lang lang, size_t *columns)
{
	size_t n = 0;

	*columns = strlen("no-signing-table-match");
	for (size_t i = 0; i < digest->nstories; i++) {
		size_t width = utf8_columns(causes_name(digest->stories[i], lang));

		if (causes_is_unknown(digest->stories[i]))
			continue;
		n++;
		if (width > *columns)
			*columns = width;
	}
	return n;
}

size_t
causes_count(const struct digest *digest, const struct cli_session *session, size_t *columns)
{
	size_t n = measure(digest, session->lang, columns), top = session->settings->top;

	return top == 0 || top > n ? n : top;
}

void
causes_render_stories(struct cli_session *session, const struct digest *digest, size_t top)
{
	size_t number = 0;

	for (size_t i = 0; number < top && i < digest->nstories; i++) {
		const struct cause_story *story = digest->stories[i];

		if (causes_is_unknown(story))
			continue;
		buf_addf(&session->out, "\n%zu  ", ++number);
		render_color(session, ROLE_STRONG);
		buf_add(&session->out, causes_name(story, session->lang));
		render_color(session, ROLE_PLAIN);
		buf_add(&session->out, SPAN(": "));
		render_story(session, story);
	}
}

size_t
causes_render(struct cli_session *session, const struct digest *digest)
{
	size_t columns, n = measure(digest, session->lang, &columns), shown = 0;
	size_t top = causes_count(digest, session, &columns);

	if (n == 0)
		return 0;
	render_head(session, columns);
	for (size_t i = 0; shown < top && i < digest->nstories; i++) {
		if (causes_is_unknown(digest->stories[i]))
			continue;
		render_row(session, digest->stories[i], columns);
		shown++;
	}
	render_number_line(session, WORD_MORE_CAUSES, n - top);
	causes_render_stories(session, digest, top);
	return top;
}

void
causes_render_unknown(struct cli_session *session, const struct digest *digest)
{
	for (size_t i = 0; i < digest->nstories; i++)
		if (causes_is_unknown(digest->stories[i]))
			render_story(session, digest->stories[i]);
}
