/* What is told of the chosen row: fetched when no key waits, and kept until another is chosen. */
#include "tui/view.h"

void
tui_told_clear(struct tui_told *told)
{
	buf_clear(&told->story);
	buf_clear(&told->why);
	buf_clear(&told->fix);
	buf_clear(&told->proof);
	buf_clear(&told->command);
}

static size_t
told_width(const struct view *view)
{
	return view->cols > 122 ? 120 : view->cols > 42 ? view->cols - 2 : 40;
}

static bool
same_incident(const struct browse_incident *a, const struct browse_incident *b)
{
	return a->first == b->first && a->cause == b->cause && span_eq(a->host, b->host) &&
	       span_eq(a->subject, b->subject);
}

static bool
is_of(const struct telling *telling, struct wanted wanted)
{
	if (!telling->known)
		return false;
	if (wanted.message != NULL)
		return !telling->of_incident &&
		       data_same_message(&telling->message, wanted.message);
	return wanted.incident != NULL && telling->of_incident &&
	       same_incident(&telling->incident, wanted.incident);
}

const struct tui_told *
view_told(const struct view *view, struct wanted wanted)
{
	return is_of(&view->telling, wanted) && !view->telling.gone ? &view->telling.told : NULL;
}

struct wanted
view_wanted(const struct view *view)
{
	const struct screen *screen = view_screen_of(view);

	return screen->wants == NULL ? (struct wanted){ NULL, NULL } : screen->wants(view);
}

/* Is there more to be told of it than there was? */
static bool
has_changed(const struct telling *telling, struct wanted wanted)
{
	const struct browse_row *told = &telling->message, *row = wanted.message;

	if (row != NULL)
		return row->last != told->last || row->verdict != told->verdict ||
		       row->cause != told->cause;
	/* An incident's lines come as long as it lasts; where it ends, that is told. */
	return wanted.incident->ended != telling->incident.ended;
}

bool
view_fetch(struct view *view)
{
	struct telling *telling = &view->telling;
	struct wanted wanted = view_wanted(view);
	const struct tui_options *options = view->options;
	struct tui_told told = { .story = BUF_INIT };
	struct error err = ERROR_INIT;
	size_t width = told_width(view);
	int rc;

	if (wanted.message == NULL && wanted.incident == NULL)
		return false;
	if (is_of(telling, wanted) && telling->width == width && !has_changed(telling, wanted))
		return false;
	rc = wanted.message != NULL
	             ? options->tell(options->ctx, wanted.message, width, &told, &err)
	             : options->tell_incident(options->ctx, wanted.incident, width, &told, &err);
	if (rc < 0)
		view_note_error(view, &err);
	arena_clear(&telling->arena);
	tui_told_clear(&telling->told);
	telling->told = told;
	telling->known = true;
	telling->gone = rc != 0;
	telling->of_incident = wanted.message == NULL;
	telling->width = width;
	if (wanted.message != NULL)
		telling->message = browse_copy_row(&telling->arena, wanted.message);
	else
		telling->incident = browse_copy_incident(&telling->arena, wanted.incident);
	return true;
}
