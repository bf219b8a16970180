/* What is told of the chosen row: asked for, taken when it is there, and kept until another is. */
#include "base/instant.h"
#include "tui/view.h"

#define LINES_COME INSTANT_HOUR /* of a younger message they may still come */

void
tui_told_clear(struct tui_told *told)
{
	buf_clear(&told->story);
	buf_clear(&told->why);
	buf_clear(&told->fix);
	buf_clear(&told->proof);
	buf_clear(&told->command);
	told->gone = false;
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
is_of(const struct topic *topic, struct wanted wanted)
{
	if (!topic->is)
		return false;
	if (wanted.message != NULL)
		return !topic->of_incident && pages_same(&topic->message, wanted.message);
	return wanted.incident != NULL && topic->of_incident &&
	       same_incident(&topic->incident, wanted.incident);
}

const struct tui_told *
view_told(const struct view *view, struct wanted wanted)
{
	const struct telling *telling = &view->telling;

	return is_of(&telling->told_of, wanted) && !telling->told.gone ? &telling->told : NULL;
}

/* What is told of it: nothing, or not yet. */
enum say
view_say_untold(const struct view *view)
{
	const struct telling *telling = &view->telling;
	const struct topic *topic = &telling->told_of;

	if (!telling->told.gone || !is_of(topic, view_wanted(view)))
		return SAY_ASKING;
	/* A message is in the store before its lines are. */
	return !topic->of_incident && view->data->last != INSTANT_NONE &&
	                       topic->message.first > view->data->last - LINES_COME
	               ? SAY_LINES_COME
	               : SAY_NO_MESSAGE;
}

bool
view_is_asking(const struct view *view)
{
	return view->telling.asked.is;
}

struct wanted
view_wanted(const struct view *view)
{
	const struct screen *screen = view_screen_of(view);

	return screen->wants == NULL ? (struct wanted){ NULL, NULL } : screen->wants(view);
}

/* Is there more to be told of it than there was? */
static bool
has_changed(const struct view *view, const struct topic *topic, struct wanted wanted)
{
	const struct telling *telling = &view->telling;
	const struct browse_row *told = &topic->message, *row = wanted.message;

	if (row != NULL && telling->told.gone && topic == &telling->told_of &&
		telling->version != view->data->version)
		return true;
	if (row != NULL)
		return row->last != told->last || row->verdict != told->verdict ||
		       row->cause != told->cause;
	/* An incident's lines come as long as it lasts; where it ends, that is told. */
	return wanted.incident->ended != topic->incident.ended;
}

/* Does the topic stand for what is wanted by now? */
static bool
is_up_to_date(const struct view *view, const struct topic *topic, struct wanted wanted)
{
	return is_of(topic, wanted) && topic->width == told_width(view) &&
	       !has_changed(view, topic, wanted);
}

static void
clear_topic(struct topic *topic)
{
	arena_clear(&topic->arena);
	*topic = (struct topic){ .is = false };
}

static void
ask(struct view *view, struct wanted wanted, size_t width)
{
	const struct tui_teller *teller = &view->options->teller;
	struct topic *topic = &view->telling.asked;

	clear_topic(topic);
	topic->is = true;
	view->telling.asked_version = view->data->version;
	topic->of_incident = wanted.message == NULL;
	topic->width = width;
	if (wanted.message != NULL)
		topic->message = browse_copy_row(&topic->arena, wanted.message);
	else
		topic->incident = browse_copy_incident(&topic->arena, wanted.incident);
	teller->ask(teller->ctx, wanted.message, wanted.incident, width);
}

bool
view_fetch(struct view *view)
{
	const struct tui_teller *teller = &view->options->teller;
	struct telling *telling = &view->telling;
	struct wanted wanted = view_wanted(view);
	struct tui_told told = { .story = BUF_INIT };
	struct error err = ERROR_INIT;
	int rc;

	if ((wanted.message != NULL || wanted.incident != NULL) &&
		!is_up_to_date(view, &telling->told_of, wanted) &&
		!is_up_to_date(view, &telling->asked, wanted))
		ask(view, wanted, told_width(view));
	if (!telling->asked.is)
		return false;
	rc = teller->answer(teller->ctx, &told, &err);
	if (rc == 0)
		return false;
	if (rc < 0) {
		view_note_error(view, &err);
		buf_add(&told.why, span_of(err.text));
		buf_addf(&told.story, "%s\n", err.text);
	}
	tui_told_clear(&telling->told);
	telling->told = told;
	clear_topic(&telling->told_of);
	telling->told_of = telling->asked;
	telling->version = telling->asked_version;
	telling->asked = (struct topic){ .is = false };
	view_give_copy(view);
	return true;
}

void
telling_clear(struct telling *telling)
{
	tui_told_clear(&telling->told);
	clear_topic(&telling->told_of);
	clear_topic(&telling->asked);
}
