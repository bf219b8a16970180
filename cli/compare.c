#include "cli/compare.h"

#include "cli/render.h"
#include "cli/story.h"

#define LABEL_COLUMNS 10

struct compared
compared_of(const struct message *message, enum lang lang, struct arena *arena)
{
	const struct verdict *verdict = &message->verdict;

	return (struct compared){
		arena_copy(arena, message->queue_id),
		span_of(verdict_id(verdict->kind)),
		verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)),
		arena_copy(arena, message->author.n > 0 ? message->author : message->sender),
		arena_copy(arena,
			message->client_ip.n > 0 ? message->client_ip : message->client_name),
		arena_copy(arena, message->sasl_username),
		arena_copy(arena, story_way(message, lang)),
	};
}

static void
render_row(struct cli_session *session, enum word label, struct span a, struct span b)
{
	size_t half = (session->width - LABEL_COLUMNS - 4) / 2;

	buf_add(&session->out, span_eq(a, b) ? SPAN("  ") : SPAN("* "));
	render_word_cell(session, label, LABEL_COLUMNS);
	render_cell(session, a.n > 0 ? a : SPAN("-"), half);
	buf_add(&session->out, SPAN("  "));
	render_text(session, b.n > 0 ? b : SPAN("-"), half);
	buf_add_char(&session->out, '\n');
}

void
compare_render(struct cli_session *session, const struct compared *a, const struct compared *b)
{
	render_row(session, WORD_QUEUE_ID, a->queue_id, b->queue_id);
	render_row(session, WORD_VERDICT, a->verdict, b->verdict);
	render_row(session, WORD_CAUSE, a->cause, b->cause);
	render_row(session, WORD_AUTHOR, a->author, b->author);
	render_row(session, WORD_CLIENT, a->client, b->client);
	render_row(session, WORD_LOGIN, a->login, b->login);
	render_row(session, WORD_TAKEN_IN, a->way, b->way);
	buf_add_char(&session->out, '\n');
}
