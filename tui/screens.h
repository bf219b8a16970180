/*
 * screens.h - the screens that there are, and what they share.
 */
#ifndef TUI_SCREENS_H
#define TUI_SCREENS_H

#include "tui/ranking.h"
#include "tui/view.h"

extern const struct screen screen_now, screen_causes, screen_messages, screen_trends,
	screen_service, screen_cause, screen_story, screen_incident, screen_help;

/* Causes in the order in which they are shown, and the hours that are counted. */
struct causes {
	struct ranked rows[RANKING_MAX];
	size_t n;
	int64_t hours;
};

/* Their headings, and row i. */
void causes_draw_head(const struct view *view, struct grid *grid, size_t row, int64_t hours,
	bool why);
void causes_draw_row(const struct view *view, struct grid *grid, size_t row,
	const struct causes *causes, size_t i);

/* The row at the cursor; NULL: there is none. What is told of it. The text of row i. */
const struct ranked *causes_chosen(const struct view *view, const struct causes *causes);
struct wanted causes_wants(const struct view *view, const struct causes *causes);
void causes_row_text(const struct causes *causes, size_t i, struct buf *out);

/* Rows of messages in so many columns, and of incidents from a column on, with their headings. */
void messages_draw_head(const struct view *view, struct grid *grid, size_t row, size_t width);
void messages_draw_row(const struct view *view, struct grid *grid, size_t row, size_t width,
	const struct browse_row *message);
void service_draw_head(const struct view *view, struct grid *grid, size_t row, size_t col);
void service_draw_incident(const struct view *view, struct grid *grid, size_t row, size_t col,
	const struct browse_incident *incident);

#endif
