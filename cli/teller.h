/*
 * teller.h - what the dashboard tells of a message or an incident, out of a store.
 *
 * A reading of the lines that the store holds of it, as `explain` does it: some tenths of a second on
 * a large store, which is why cli/aside.h has it done beside the dashboard.
 */
#ifndef CLI_TELLER_H
#define CLI_TELLER_H

#include "cli/session.h"
#include "parser/line.h"
#include "store/browse.h"
#include "tui/tui.h"

struct teller {
	struct cli_session *session;
	const char *where; /* as dashboard.h has it */
	struct store *store;
};

/* Into told, which is empty; width columns are the room. told->gone: it is not in the store any more. */
int teller_message(struct teller *teller, const struct browse_row *row, size_t width,
	struct tui_told *told, struct error *err);
int teller_incident(struct teller *teller, const struct browse_incident *row, size_t width,
	struct tui_told *told, struct error *err);

/* A kept line as a reading has it. */
struct line teller_line(const struct browse_line *line);

#endif
