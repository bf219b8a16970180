/*
 * html.h - text made fit for HTML: the one place where that is done.
 */
#ifndef CLI_HTML_H
#define CLI_HTML_H

#include "cli/session.h"
#include "cli/words.h"

/*
 * Append text as the content of an element or of an attribute in double quotes: markup, controls,
 * invalid bytes and bidirectional overrides are text. The second one is for what a log holds: masked
 * first, when the session masks.
 */
void html_text(struct buf *out, struct span text);
void html_shown(struct buf *out, struct cli_session *session, struct span text);

/* A text of words.h; and one with a number. */
void html_word(struct buf *out, const struct cli_session *session, enum word which);
void html_number_word(struct buf *out, const struct cli_session *session, enum word word,
	uint64_t number);

/* "3,402,118"; and a cell of a table with it, which sorts as a number. */
void html_number(struct buf *out, uint64_t number);
void html_number_cell(struct buf *out, uint64_t number);

/* Paragraphs; lines for a shell or a file stay whole (explain.h). */
void html_prose(struct buf *out, struct cli_session *session, struct span prose);

#endif
