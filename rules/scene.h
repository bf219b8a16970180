/*
 * scene.h - what the line at hand is held against, for transport.c and signer.c.
 *
 * The scene is the gatherer's (rules/gather.c). Both sides of the story change
 * it: transport.c by the lines of Postfix and Sendmail, signer.c by OpenDKIM's.
 */
#ifndef RULES_SCENE_H
#define RULES_SCENE_H

#include "parser/event.h"
#include "rules/facts.h"
#include "rules/incident.h"
#include "rules/pending.h"
#include "rules/ruleset.h"
#include "rules/session.h"

/*
 * A closed message waits so long for late lines: of other hosts, whose clocks may differ, or of this
 * one's alone.
 */
#define SCENE_LINGER (2 * INSTANT_MINUTE)
#define SCENE_LINGER_ALONE (10 * INSTANT_SECOND)

/* Takes a line that no message holds, see gather_want_context(). Borrowed for the call. */
typedef void scene_context_sink(void *ctx, const struct evidence *line);

struct scene {
	struct facts *facts;
	struct incidents *incidents;
	struct pending *pending;
	struct sessions *sessions;
	struct span host;            /* of the line at hand, or of the last one that named one */
	bool several_hosts;          /* lines of more than one were read */
	int64_t clock;               /* latest stamp so far */
	size_t id_n;                 /* rules/plain.c: how long the last queue ID was */
	scene_context_sink *context; /* NULL: not wanted */
	void *context_ctx;
};

/* All that is said of the line at hand. */
struct now {
	const struct event *event;
	const struct finding *finding; /* NULL: no rule is about it */
	struct evidence line;
	int64_t when;
	uint32_t pid;
};

/* Borrows all. */
void now_init(struct now *now, const struct line *line, const struct event *event,
	const struct finding *finding);

/* What the finding captured under that name, or SPAN_NONE. */
struct span now_capture(const struct now *now, const char *name);

/* The finding's effect; EFFECT_NOTE without one. */
enum effect now_effect(const struct now *now);

/* This host's message of that queue ID which the line belongs to, or NULL. */
struct message *scene_find(const struct scene *scene, const struct now *now, struct span queue_id);

/* A new one. */
struct message *scene_make(struct scene *scene, const struct now *now, struct span queue_id);

/* Found or made: this host's; for OpenDKIM's lines any host's. */
struct message *scene_message(struct scene *scene, const struct now *now, struct span queue_id);
struct message *scene_job(struct scene *scene, const struct now *now);

struct evidence *scene_keep(struct scene *scene, struct message *message, const struct now *now);

/* The process that wrote the line. */
struct session *scene_session(struct scene *scene, const struct now *now);

/* OpenDKIM's refusals on this host that name no job ID, until their message is seen. */
struct session *scene_orphans(struct scene *scene);

/* When a message that is closed now, or looked at again, has waited long enough. */
int64_t scene_due(const struct scene *scene);

/* A line without which others could not be read again as they are now. */
void scene_context(const struct scene *scene, const struct evidence *line);

/* The line tells of the service: into the host's incident of that cause. */
struct incident *scene_note(struct scene *scene, const struct now *now, cause_t cause);

#endif
