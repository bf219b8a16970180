#include "rules/scene.h"

#define ORPHANS_PID UINT32_MAX /* no process has it */

static bool
is_start(const struct event *event, const struct finding *finding)
{
	return event->kind == POSTFIX_START ||
	       (finding != NULL && event->queue_id.n == 0 &&
		       (finding->rule->effect == EFFECT_START ||
			       finding->rule->effect == EFFECT_STOP));
}

void
now_init(struct now *now, const struct line *line, const struct event *event,
	const struct finding *finding)
{
	*now = (struct now){ event, finding,
		{ .file = line->file,
			.number = line->number,
			.when = line->when,
			.raw = line->raw,
			.text = event->text,
			.daemon = event->daemon,
			.rule = finding == NULL ? NULL : finding->rule,
			.host = line->host,
			.tag = line->tag,
			.body = line->text,
			.key = line->key,
			.pid = line->pid,
			.times = line->times,
			.start = is_start(event, finding) },
		line->when, line->pid };
}

struct span
now_capture(const struct now *now, const char *name)
{
	return now->finding == NULL ? SPAN_NONE : finding_get(now->finding, name);
}

enum effect
now_effect(const struct now *now)
{
	return now->finding == NULL ? EFFECT_NOTE : now->finding->rule->effect;
}

struct message *
scene_find(const struct scene *scene, const struct now *now, struct span queue_id)
{
	return pending_find(scene->pending, scene->host, queue_id, now->when, false);
}

struct message *
scene_make(struct scene *scene, const struct now *now, struct span queue_id)
{
	struct message *message = pending_make(scene->pending, scene->host, queue_id, now->when);

	message->since = ways_since(facts_ways(scene->facts), scene->host);
	return message;
}

struct message *
scene_message(struct scene *scene, const struct now *now, struct span queue_id)
{
	struct message *message = scene_find(scene, now, queue_id);

	return message != NULL ? message : scene_make(scene, now, queue_id);
}

struct message *
scene_job(struct scene *scene, const struct now *now)
{
	struct span job_id = now->event->queue_id;
	struct message *message =
		pending_find(scene->pending, scene->host, job_id, now->when, true);

	return message != NULL ? message : scene_make(scene, now, job_id);
}

struct evidence *
scene_keep(struct scene *scene, struct message *message, const struct now *now)
{
	return pending_keep(scene->pending, message, &now->line, false);
}

struct session *
scene_session(struct scene *scene, const struct now *now)
{
	struct session *session = sessions_get(scene->sessions, scene->host, now->pid);

	if (!now->event->guessed)
		session_name(session, now->event->process);
	return session;
}

struct session *
scene_orphans(struct scene *scene)
{
	return sessions_get(scene->sessions, scene->host, ORPHANS_PID);
}

int64_t
scene_due(const struct scene *scene)
{
	if (scene->clock == INSTANT_NONE)
		return INSTANT_NONE;
	return scene->clock + (scene->several_hosts ? SCENE_LINGER : SCENE_LINGER_ALONE);
}

void
scene_context(const struct scene *scene, const struct evidence *line)
{
	if (scene->context != NULL)
		scene->context(scene->context_ctx, line);
}

struct incident *
scene_note(struct scene *scene, const struct now *now, cause_t cause)
{
	static const char *const subjects[] = { "milter", "file", "key", "socket" };
	struct span subject = SPAN_NONE;
	struct incident *incident;

	for (size_t i = 0; i < sizeof subjects / sizeof *subjects && subject.n == 0; i++)
		subject = now_capture(now, subjects[i]);
	incident = incidents_note(scene->incidents, scene->host, cause, subject, &now->line);
	incidents_add_key(scene->incidents, incident, now_capture(now, "key"));
	return incident;
}
