/*
 * aside.h - what is told of a message or an incident, looked up by a process beside this one.
 *
 * A reading of the store cannot be cut in pieces, and no key shall wait for it: so another process
 * reads, and answers when it can. Of what is asked only the last counts. It ends with this one.
 */
#ifndef CLI_ASIDE_H
#define CLI_ASIDE_H

#include "cli/dashboard.h"
#include "tui/tui.h"

struct aside;

/*
 * Borrows session and dashboard. Call it while no store is open: of one, nothing may be carried into
 * another process. With --anonymize it is told in this process, since the words for persons are those of
 * the lists. NULL: see err.
 */
struct aside *aside_start(struct cli_session *session, const struct dashboard *dashboard,
	struct error *err);
void aside_end(struct aside *aside);

/* As tui.h has them; borrowed until aside_end(). */
struct tui_teller aside_teller(struct aside *aside);

/* What goes between the two, in one place for both; false: it is cut off. For tests, too. */
struct aside_question {
	bool of_incident;
	struct browse_row message; /* host, queue_id, first */
	struct browse_incident incident;
	size_t width;
};
void aside_put_question(struct buf *out, const struct aside_question *question);
bool aside_get_question(struct span bytes, struct aside_question *question);
void aside_put_answer(struct buf *out, const struct tui_told *told, const struct error *err);
bool aside_get_answer(struct span bytes, struct tui_told *told, struct error *err);

#endif
