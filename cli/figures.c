#include "cli/figures.h"

#include "cli/command.h"

static void
take(void *ctx, const struct message *message)
{
	struct figures *figures = ctx;
	struct buf *out = &figures->session.out;

	if (!session_wants(&figures->session, message))
		return;
	session_meet(&figures->session, message);
	digest_add(&figures->digest, message);
	if (figures->line != NULL && session_shows(&figures->session, message)) {
		/* Nothing else is written before all is read. */
		buf_reset(out);
		figures->line(figures, message);
		spool_add(&figures->list, message->first, buf_span(out));
		buf_reset(out);
	}
}

static void
start_again(void *ctx)
{
	struct figures *figures = ctx;

	digest_reset(&figures->digest);
	spool_reset(&figures->list);
}

static void
take_sum(void *ctx, const struct store_sum *sum)
{
	struct figures *figures = ctx;

	digest_add_sum(&figures->digest, sum);
}

int
figures_gather(struct figures *figures, const struct settings *settings, figures_line *line,
	struct error *err)
{
	struct cli_session *session = &figures->session;

	*figures = (struct figures){ .line = line, .list = SPOOL_INIT };
	if (digest_init(&figures->digest, session, settings->by, err) < 0)
		return -1;
	if (session_open(session, settings, &settings->arguments, err) < 0 ||
		reading_run(session->reading, take, start_again, figures, err) < 0 ||
		session_each_sum(session, take_sum, figures, err) < 0 ||
		session_count_gaps(session, &figures->gaps, err) < 0)
		return -1;
	digest_sort(&figures->digest);
	return 0;
}

void
figures_clear(struct figures *figures)
{
	digest_clear(&figures->digest);
	spool_clear(&figures->list);
	session_close(&figures->session);
}

/* A fault of the service that was not seen to end is a finding, though no mail came meanwhile. */
static bool
has_open_fault(const struct cli_session *session)
{
	for (size_t i = 0; i < reading_incidents(session->reading); i++) {
		const struct incident *incident = reading_incident(session->reading, i);

		if (incident->ended == INSTANT_NONE && session_wants_incident(session, incident))
			return true;
	}
	return false;
}

int
figures_status(const struct figures *figures)
{
	const struct cli_session *session = &figures->session;
	int status = session_status(session, figures->digest.counts);

	if (status == EXIT_CLEAN && !session->settings->exit_zero && has_open_fault(session))
		return EXIT_FINDINGS;
	return status;
}
