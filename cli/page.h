/*
 * page.h - what pages of HTML begin and end with: style, script, and what they may not do.
 *
 * A page needs nothing but itself: no file, no network. Where it has a script, a policy in its head
 * lets that one run and no other, whatever else may stand in the page.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "cli/html.h"

enum page_kind {
	PAGE_REPORT, /* for a browser */
	PAGE_MAIL,   /* for a mail program: no script, plain style */
};

void page_begin(struct buf *out, const struct cli_session *session, enum page_kind kind,
	struct span title);
void page_end(struct buf *out, enum page_kind kind);

#endif
