/*
 * chart.h - pictures of numbers as SVG within HTML; what they show stands beside them as text.
 */
#ifndef CLI_CHART_H
#define CLI_CHART_H

#include "cli/curve.h"
#include "cli/digest.h"

/* A bar for one of several numbers, of which `most` is the largest. */
void chart_bar(struct buf *out, uint64_t number, uint64_t most);

/* A cause's messages, step by step. */
void chart_spark(struct buf *out, struct cli_session *session, const struct curve *curve,
	const struct curve_scale *scale, const struct cause_story *story);

/* What was not signed, by verdict, and what was: two charts over one axis, and their numbers. */
void chart_curve(struct buf *out, struct cli_session *session, const struct curve *curve,
	const struct curve_scale *scale);

#endif
