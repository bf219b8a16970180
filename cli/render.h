/*
 * render.h - pieces of text for people: words, times, cells, paragraphs.
 *
 * The one place where what a log holds is made fit for a terminal. Widths are
 * columns on the screen, not bytes.
 */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include "cli/session.h"
#include "cli/words.h"

/* Colours by role; nothing where colours are off. */
enum role { ROLE_PLAIN, ROLE_GOOD, ROLE_BAD, ROLE_DOUBT, ROLE_STRONG };
void render_color(struct cli_session *session, enum role role);
enum role render_role(enum verdict_kind verdict);

/* Printable, at most max columns. */
void render_text(struct cli_session *session, struct span text, size_t max);

/* The same, filled up with blanks to `columns`: behind the text, or before it. */
void render_cell(struct cli_session *session, struct span text, size_t columns);
void render_cell_right(struct cli_session *session, struct span text, size_t columns);

/* A number in a cell, at the right. */
void render_count(struct cli_session *session, uint64_t number, size_t columns);

/* A text of words.h, at most RENDER_VALUES_MAX values being filled in; also to another buf. */
#define RENDER_VALUES_MAX 6
void render_word(struct cli_session *session, enum word word);
void render_say_to(struct cli_session *session, struct buf *out, enum word word,
	const struct span *values, size_t n);
void render_say(struct cli_session *session, enum word word, const struct span *values, size_t n);
void render_word_cell(struct cli_session *session, enum word which, size_t columns);

/* A text as a line of its own, wrapped; the second one says nothing of the number 0. */
void render_line(struct cli_session *session, enum word word, const struct span *values, size_t n,
	size_t indent);
void render_number_line(struct cli_session *session, enum word word, uint64_t number);

/* "24 Nov 09:14:02", or "-" for no time. The span lies in room. */
struct span render_time(const struct cli_session *session, int64_t t, struct buf *room);

/* The same without seconds: "24 Nov 09:14". */
struct span render_minute(const struct cli_session *session, int64_t t, struct buf *room);

/* "24 Nov 09:14" in a cell; and how many columns that takes in this session. */
void render_minute_cell(struct cli_session *session, int64_t t, size_t columns);
size_t render_minute_columns(const struct cli_session *session);

/* Append what was read: "24 Nov 02:36:13 to 24 Nov 02:36:33, 46 lines". */
void render_period(const struct cli_session *session, struct buf *out);

/* Text that is fit to be shown, wrapped; the first line is indented by first, the others by rest. */
void render_wrapped(struct cli_session *session, struct span text, size_t first, size_t rest);

/*
 * Paragraphs, one a line of prose, wrapped and indented. Lines that begin with "$ " are commands,
 * those that begin with a blank are rows for a file: both stay whole, to be pasted.
 */
void render_prose(struct cli_session *session, struct span prose, size_t indent);

/* Where a line stands: "maillog:1841", or of a journal its time; not yet fit to be shown. */
void render_place(struct buf *out, const struct cli_session *session, const struct evidence *line);

/* "file:line  text"; on a terminal the text is wrapped. */
void render_proof(struct cli_session *session, const struct evidence *line, size_t indent);

/* The OpenDKIM lines that no rule knows, by their number: at most max, a sample of each. */
void render_shapes(struct cli_session *session, size_t max);

/* A path without its folders. */
struct span render_file_name(const char *path);

#endif
