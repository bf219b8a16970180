/*
 * filter.h - which messages count: --domain, --cause and --verdict.
 *
 * Each may be given several times, with commas between its items; a ! before an
 * item leaves out what fits it. Of the other items one must fit.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "base/buf.h"
#include "base/error.h"
#include "cli/settings.h"
#include "rules/message.h"

/* Are all causes and verdicts there? ERROR_SYNTAX names the one that is not, and the nearest. */
int filter_check(const struct settings *settings, struct error *err);

bool filter_wants(const struct settings *settings, const struct message *message);
bool filter_wants_cause(const struct settings *settings, cause_t cause);

/*
 * Walk the items of an option; each() gets one without its !, and whether it had one, and ends the
 * walk by giving false, which is then the answer.
 */
bool filter_each(const struct texts *lists, bool (*each)(void *ctx, struct span item, bool negated),
	void *ctx);

/* Append " --domain shop.example --cause ...", as the command line has them. */
void filter_add_words(struct buf *out, const struct settings *settings);

#endif
