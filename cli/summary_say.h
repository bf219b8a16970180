/*
 * summary_say.h - the sentences that a summary's text and its HTML share.
 *
 * What is appended to a buf is fit to be shown to people (no control characters, masked), but not
 * escaped for any medium.
 */
#ifndef CLI_SUMMARY_SAY_H
#define CLI_SUMMARY_SAY_H

#include "cli/summary.h"

/* "273 messages left unsigned", and " (milter-unreachable 212, 2 more causes)" */
void summary_add_finding(struct summary *summary, struct buf *out, bool with_causes);

/* "[mx1] DKIM: 273 messages ..." */
void summary_add_subject(struct summary *summary, struct buf *out);

/* "Signed 21,377 of 21,701 own messages (98.5 %; 99.9 % the period before); inbound 5,210." */
void summary_add_ratio(struct summary *summary, struct buf *out);

/* "24 Nov 06:25:00 to 25 Nov 06:25:00" */
void summary_add_period(struct summary *summary, struct buf *out);

/*
 * The i-th of at most SUMMARY_OUTAGES incidents to be told first: the one that hit most messages, or
 * of those that hit none one that is open; then the others that are open. NULL: no more. Its
 * sentence; and a fix in brief, which may be empty.
 */
#define SUMMARY_OUTAGES 2
const struct incident *summary_outage(const struct summary *summary, size_t i);
void summary_add_outage(struct summary *summary, const struct incident *incident, struct buf *out);
void summary_add_outage_fix(struct summary *summary, const struct incident *incident,
	struct buf *out);

/* The cause to be told next; NULL: there is none, or these incidents tell of it. */
const struct cause_story *summary_story(const struct summary *summary);

/* "no-signing-table-match: no row of the SigningTable covers the author." */
void summary_add_gist(struct summary *summary, const struct cause_story *story, struct buf *out);

/* The fix in brief. */
void summary_add_fix(struct summary *summary, const struct cause_story *story, struct buf *out);

/* "new", "+54", "-3", "="; nothing where there is no period before. */
void summary_add_change(struct summary *summary, const struct cause_story *story, struct buf *out);

/* The cause's messages in each step of the scale. */
void summary_steps(const struct summary *summary, const struct cause_story *story,
	uint64_t steps[CURVE_STEPS_MAX]);

/* "Change: against the period before. Trend: ..." */
void summary_add_caption(struct summary *summary, struct buf *out);

/* "No more, unlike in the period before: key-missing (12)."; nothing where there is none. */
void summary_add_gone(struct summary *summary, struct buf *out);

/* A text of words.h; values that a log holds are made fit to be shown before. */
void summary_say(struct summary *summary, struct buf *out, enum word word,
	const struct span *values);

#endif
