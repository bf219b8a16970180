/*
 * screens.h - the screens that there are, and what they share.
 */
#ifndef TUI_SCREENS_H
#define TUI_SCREENS_H

#include "tui/ranking.h"
#include "tui/view.h"

extern const struct screen screen_now, screen_causes, screen_messages, screen_trends,
	screen_service, screen_cause, screen_story, screen_incident, screen_help;

/* A table of causes: its headings, and one row; hours: of the time that is counted. */
void causes_draw_head(const struct view *view, struct grid *grid, size_t row, int64_t hours,
	bool why);
void causes_draw_row(const struct view *view, struct grid *grid, size_t row,
	const struct ranked *ranked, int64_t hours, const struct ranked *all, size_t n);

#endif
