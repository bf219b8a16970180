/*
 * summary.h - what changed in signing from one time to another: the cron mail.
 *
 * The figures of a period, beside those of the period of the same length before it, and the bookmark
 * that says where the next one begins.
 */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include "cli/figures.h"

struct summary {
	struct figures figures;
	int64_t from, to;         /* the period: INSTANT_NONE only where nothing was read */
	int64_t before;           /* when the period before began; INSTANT_NONE: it was not read */
	struct curve_scale scale; /* of the small trends */
	bool idle;                /* the store took in no line since the period before */
};

/*
 * Read what the settings name. A store is read from the time `mark` on, which ended the period before
 * (INSTANT_NONE: one day back), told being what figures.h says; --since goes before it.
 * summary_clear() in any case.
 */
int summary_gather(struct summary *summary, const struct settings *settings, struct store *marks,
	struct error *err);
void summary_clear(struct summary *summary);

/* Remember in marks how far it came, for the next one. */
int summary_keep_mark(const struct summary *summary, struct store *marks, struct error *err);

/* Is the mark to be read and moved: a store without --since and --until? */
bool summary_has_mark(const struct settings *settings);

/* Is there something to tell of; and is it otherwise than in the period before? */
bool summary_has_findings(const struct summary *summary);
bool summary_has_changed(const struct summary *summary);

/* The exit status. */
int summary_status(const struct summary *summary);

/* How many messages of a cause, or of one that is told of no more, there were in the period before. */
uint64_t summary_before(const struct summary *summary, const struct cause_story *story);
uint64_t summary_gone(const struct summary *summary, cause_t cause);

/* Both forms of the mail: the text to session.out, the HTML to out. */
void summary_text(struct summary *summary);
void summary_html(struct summary *summary, struct buf *out);

#endif
