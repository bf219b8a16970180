/*
 * report.h - the formats of a report: siblings over the same figures.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli/figures.h"

struct report_format {
	figures_line *line; /* how --list shows a message */
	/* Append the report to session.out. 0 or -1. */
	int (*render)(struct figures *figures, struct error *err);
};

extern const struct report_format report_text;
extern const struct report_format report_html;
extern const struct report_format report_json;
extern const struct report_format report_jsonl;
extern const struct report_format report_csv;

/* Of the text: what could not be known; nothing where there is nothing. */
void report_text_not_known(struct figures *figures);

#endif
