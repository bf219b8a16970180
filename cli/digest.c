#include "cli/digest.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/render.h"

static void
add_names(struct buf *out)
{
	for (size_t i = 0; dimension_get(i) != NULL; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", dimension_get(i)->name);
}

int
digest_init(struct digest *digest, const struct cli_session *session, const char *by,
	struct error *err)
{
	struct span rest = by == NULL ? SPAN_NONE : span_of(by), name;

	*digest = (struct digest){ .session = session };
	while (span_cut(&rest, ',', &name)) {
		const struct dimension *dimension = dimension_of(name);

		if (dimension == NULL || digest->ntables == DIGEST_TABLES_MAX) {
			add_names(&digest->room);
			return error_set(err, ERROR_SYNTAX, "--by: no '%.*s'; there are %s",
				SPAN_ARGS(name), buf_str(&digest->room));
		}
		digest->tables[digest->ntables].apart = true;
		digest->dimensions[digest->ntables++] = dimension;
	}
	return 0;
}

void
digest_reset(struct digest *digest)
{
	for (size_t i = 0; i < digest->nstories; i++) {
		struct cause_story *story = digest->stories[i];

		tally_clear(&story->domains);
		tally_clear(&story->senders);
		tally_clear(&story->clients);
		buf_clear(&story->why);
		buf_clear(&story->brief);
		buf_clear(&story->fix);
		buf_clear(&story->example);
		buf_clear(&story->proof);
		free(story);
	}
	digest->nstories = 0;
	for (size_t i = 0; i < digest->ntables; i++)
		tally_clear(&digest->tables[i]);
	memset(digest->counts, 0, sizeof digest->counts);
	digest->signed_twice = 0;
}

void
digest_clear(struct digest *digest)
{
	digest_reset(digest);
	free(digest->stories);
	buf_clear(&digest->twice);
	buf_clear(&digest->room);
	*digest = (struct digest){ .session = NULL };
}

/* Few: one for each cause, and those without. */
static struct cause_story *
story_of(struct digest *digest, const struct verdict *verdict)
{
	struct cause_story *story;
	cause_t hidden_by = verdict->cause == CAUSE_NONE && verdict->ncontributing > 0
	                            ? verdict->contributing[0]
	                            : CAUSE_NONE;

	for (size_t i = 0; i < digest->nstories; i++) {
		story = digest->stories[i];
		if (story->cause == verdict->cause &&
			(story->cause != CAUSE_NONE ||
				(story->kind == verdict->kind && story->hidden_by == hidden_by)))
			return story;
	}
	story = xcalloc(1, sizeof *story);
	story->kind = verdict->kind;
	story->cause = verdict->cause;
	story->hidden_by = hidden_by;
	digest->stories =
		xreallocarray(digest->stories, digest->nstories + 1, sizeof(struct cause_story *));
	digest->stories[digest->nstories++] = story;
	return story;
}

/* The lines that a rule knows; where none was known, all. */
static void
keep_proof(struct cause_story *story, const struct cli_session *session,
	const struct message *message)
{
	const struct message *decided =
		message->verdict.decided == NULL ? message : message->verdict.decided;
	size_t kept = 0;

	buf_reset(&story->proof);
	for (size_t i = 0; i < decided->nevidence && kept < DIGEST_PROOF_MAX; i++) {
		const struct evidence *line = &decided->evidence[i];

		if (line->rule == NULL && message->verdict.rule != NULL)
			continue;
		render_place(&story->proof, session, line);
		buf_add_char(&story->proof, '\n');
		buf_add(&story->proof, line->raw);
		buf_add_char(&story->proof, '\n');
		kept++;
	}
}

static void
explain(struct cause_story *story, const struct cli_session *session, const struct message *message)
{
	buf_reset(&story->why);
	buf_reset(&story->brief);
	buf_reset(&story->fix);
	buf_reset(&story->example);
	explain_message_why(&story->why, session->ruleset, message, session->lang);
	explain_message_brief(&story->brief, session->ruleset, message, session->lang);
	explain_message_fix(&story->fix, session->ruleset, message, session->lang);
	buf_add(&story->example, message->queue_id);
	if (session->reading != NULL)
		keep_proof(story, session, message);
	story->file = message->nevidence > 0 ? message->evidence[0].file : UINT32_MAX;
}

static void
add_to_story(struct digest *digest, const struct message *message)
{
	struct cause_story *story = story_of(digest, &message->verdict);

	if (story->count == 0 || message->first < story->first ||
		(message->first == story->first && message->serial < story->serial)) {
		story->first = message->first;
		story->serial = message->serial;
		explain(story, digest->session, message);
	}
	if (story->count == 0 || message->first > story->last)
		story->last = message->first;
	story->count++;
	story->verdicts[message->verdict.kind]++;
	tally_add(&story->domains, dimension_domain(message), message->verdict.kind, 1);
	tally_add(&story->senders, message->author.n > 0 ? message->author : message->sender,
		message->verdict.kind, 1);
	tally_add(&story->clients, dimension_client(message, &digest->room), message->verdict.kind,
		1);
}

static void
add_to_tables(struct digest *digest, const struct message *message, uint64_t messages)
{
	digest->counts[message->verdict.kind] += messages;
	for (size_t i = 0; i < digest->ntables; i++)
		tally_add(&digest->tables[i],
			digest->dimensions[i]->key(message, digest->session->settings->utc,
				&digest->room),
			message->verdict.kind, messages);
}

void
digest_add(struct digest *digest, const struct message *message)
{
	enum verdict_kind kind = message->verdict.kind;

	add_to_tables(digest, message, 1);
	if (verdict_is_finding(kind))
		add_to_story(digest, message);
	if (explain_sharper(&message->verdict) == CAUSE_SIGNED_TWICE &&
		digest->signed_twice++ == 0) {
		buf_reset(&digest->twice);
		buf_add(&digest->twice, message->queue_id);
	}
}

/* Explained in general only where no message is kept that shows it. */
static void
add_sum_to_story(struct digest *digest, const struct message *message, uint64_t messages)
{
	struct cause_story *story = story_of(digest, &message->verdict);
	enum verdict_kind kind = message->verdict.kind;

	if (story->count == 0)
		explain(story, digest->session, message);
	if (story->count == 0 || message->first < story->first)
		story->first = message->first;
	if (story->count == 0 || message->first > story->last)
		story->last = message->first;
	story->count += messages;
	story->verdicts[kind] += messages;
	tally_add(&story->domains, message->author_domain, kind, messages);
	tally_add(&story->senders, SPAN_NONE, kind, messages);
	tally_add(&story->clients, SPAN_NONE, kind, messages);
}

void
digest_add_sum(struct digest *digest, const struct store_sum *sum)
{
	struct message message = { .host = sum->host,
		.first = sum->hour,
		.last = sum->hour,
		.author_domain = sum->domain,
		.verdict = { .kind = sum->verdict, .cause = sum->cause, .proof = UINT32_MAX } };

	message.verdict.decided = &message;
	add_to_tables(digest, &message, sum->messages);
	if (verdict_is_finding(sum->verdict))
		add_sum_to_story(digest, &message, sum->messages);
}

static int
compare_stories(const void *a, const void *b)
{
	const struct cause_story *const *x = a, *const *y = b;

	if (((*x)->cause == CAUSE_NONE) != ((*y)->cause == CAUSE_NONE))
		return (*x)->cause == CAUSE_NONE ? 1 : -1;
	if ((*x)->count != (*y)->count)
		return (*x)->count > (*y)->count ? -1 : 1;
	if ((*x)->first != (*y)->first)
		return (*x)->first < (*y)->first ? -1 : 1;
	if ((*x)->cause != (*y)->cause)
		return (*x)->cause < (*y)->cause ? -1 : 1;
	return (*x)->hidden_by - (*y)->hidden_by;
}

void
digest_sort(struct digest *digest)
{
	if (digest->nstories > 1)
		qsort(digest->stories, digest->nstories, sizeof(struct cause_story *),
			compare_stories);
	for (size_t i = 0; i < digest->nstories; i++) {
		tally_sort(&digest->stories[i]->domains, false);
		tally_sort(&digest->stories[i]->senders, false);
		tally_sort(&digest->stories[i]->clients, false);
	}
	for (size_t i = 0; i < digest->ntables; i++)
		tally_sort(&digest->tables[i], digest->dimensions[i]->by_time);
}

void
digest_rows(const struct digest *digest, size_t table, size_t most, size_t *from, size_t *end)
{
	size_t n = digest->tables[table].n, told = most == 0 || most > n ? n : most;

	*from = digest->dimensions[table]->by_time ? n - told : 0;
	*end = *from + told;
}

uint64_t
digest_own(const struct digest *digest)
{
	uint64_t own = 0;

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		own += i == VERDICT_INBOUND ? 0 : digest->counts[i];
	return own;
}

bool
digest_tells(const struct digest *digest, cause_t cause)
{
	for (size_t i = 0; i < digest->nstories; i++)
		if (digest->stories[i]->cause == cause)
			return true;
	return false;
}
