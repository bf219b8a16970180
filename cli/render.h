/*
 * render.h - pieces of text for people: words, times, paragraphs, steps.
 *
 * The one place where what a log holds is made fit for a terminal.
 */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "cli/session.h"

/* Labels by language. */
enum word {
	WORD_WHY, WORD_PROOF, WORD_FIX, WORD_AUTHOR, WORD_SENDER, WORD_CLIENT, WORD_LOGIN, WORD_ROUTE,
	WORD_TAKEN, WORD_LEFT, WORD_ALSO, WORD_COUNT,
};
const char *word(enum lang lang, enum word word);

/* Colours by role; nothing where colours are off. */
enum role { ROLE_PLAIN, ROLE_GOOD, ROLE_BAD, ROLE_DOUBT, ROLE_STRONG };
void render_color(struct cli_session *session, enum role role);
enum role render_role(enum verdict_kind verdict);

/* Printable, at most max columns. */
void render_text(struct cli_session *session, struct span text, size_t max);

/* "24 Nov 09:14:02", or "-" for no time. */
void render_time(struct cli_session *session, int64_t t);

/* A paragraph, wrapped and indented; lines that begin with "$ " are commands and stay whole. */
void render_prose(struct cli_session *session, struct span prose, size_t indent);

/* "file:line  text" */
void render_proof(struct cli_session *session, const struct evidence *line, size_t indent);

#endif
