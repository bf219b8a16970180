/*
 * markup.h - what web pages, chats and notes put around a log line that someone quotes.
 *
 * List marks, tables, back quotes, stars, [COLOR=...], <code>, colours that
 * lost their escape. Asked only of lines that are none as they stand, so that
 * nothing a daemon wrote is taken for markup.
 */
#ifndef PARSER_MARKUP_H
#define PARSER_MARKUP_H

#include "base/span.h"

/* The line without markup at both ends. */
struct span markup_strip(struct span line);

/*
 * From the word on with which a program of ours begins ("opendkim[812]: ", "opendkim: /etc/...",
 * "postfix/smtpd[31]: "), when it stands behind a quote, a colon, or a stamp's end; else SPAN_NONE.
 */
struct span markup_find_program(struct span line);

/*
 * The first thing that is quoted in a sentence (`can't load key from ...`, "warning: connect to ...") and
 * long enough to be what a program says; SPAN_NONE when there is none.
 */
struct span markup_find_quotation(struct span line);

#endif
