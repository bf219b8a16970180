/*
 * tui.h - the dashboard: the state of signing, causes, messages and the fix on a terminal.
 *
 * It reads a store and nothing else; another process, or another connection, fills that meanwhile.
 * What is said of a message is told by the floor above, as `explain` tells it. It changes nothing
 * and runs nothing.
 */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "rules/cause.h"
#include "store/browse.h"

/* What is told of one message, fit to be shown. */
struct tui_told {
	struct buf story; /* all of it, as lines; roles as the ANSI colours of cli/render.c */
	struct buf why;   /* one paragraph */
	struct buf fix; /* steps, one a line; "$ " before a command, " " before a row for a file */
	struct buf proof;   /* the lines that prove it, one a line */
	struct buf command; /* what prints the same */
	bool gone;          /* it is not in the store any more, and nothing is told */
};

/* Who tells it; it may take its time, and no key waits for it. */
struct tui_teller {
	int (*fd)(
		void *ctx); /* has something when there may be an answer; -1: there is one at once */
	/*
	 * To be told of that message (its host, queue ID and first), or else of that incident, in width
	 * columns. What was asked before and is not answered yet is not wanted any more.
	 */
	void (*ask)(void *ctx, const struct browse_row *message,
		const struct browse_incident *incident, size_t width);
	/* Of what was asked last. 1: told. 0: not yet. -1: see err. */
	int (*answer)(void *ctx, struct tui_told *told, struct error *err);
	void *ctx;
};

/* A list as it is shown, for whoever writes it to a file. */
struct tui_table {
	const char *title;
	const struct span *headings;
	const struct span *cells; /* row by row */
	size_t rows, cols;
	struct span text; /* the same for people */
};

struct tui_writer {
	const char *suffix; /* ".csv" */
	void (*write)(struct buf *out, const struct tui_table *table);
};

/* Who fills the store, when this program started it. */
struct tui_feed {
	int fd; /* lines: remarks, and "\001" and an instant: so far it has read, 0: all; -1: nobody is heard */
};

struct tui_options {
	const char *store; /* its path */
	const char *what;  /* what is read, in a few words: a path, "/var/log/maillog and 2 more" */
	const char *report; /* the command that prints the same, without its options of time */
	enum lang lang;
	bool utc, ascii, color, mouse;
	struct tui_feed feed;
	const char *filter;               /* words to begin with; NULL: none */
	const struct tui_writer *writers; /* one with a NULL suffix ends them */

	struct tui_teller teller;
	/* Is the line a mark in time (a start, a reload, an end of a daemon)? '\0': it is not. */
	char (*mark)(void *ctx, const struct browse_line *line);
	/* Is it a line of OpenDKIM that no rule knows? Its shape: what many of its kind have in common. */
	bool (*unknown)(void *ctx, const struct browse_line *line, struct buf *shape);
	struct span (*gist)(void *ctx, enum verdict_kind verdict, cause_t cause);
	/* A text of the store as it may be shown (--anonymize); the span lies in room, or is text. */
	struct span (*shown)(void *ctx, struct span text, struct buf *room);
	void *ctx;
};

void tui_told_clear(struct tui_told *told);

/* Is there a terminal that a dashboard can be shown on? */
bool tui_is_possible(void);

/*
 * Until the user leaves, or a signal asks for it. 0, 128 and the signal's number, or -1: see err. The
 * terminal is as it was before.
 */
int tui_run(const struct tui_options *options, struct error *err);

#endif
