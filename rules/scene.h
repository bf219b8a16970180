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

#define SCENE_LINGER (2 * INSTANT_MINUTE) /* a closed message waits so long for late lines */

struct scene {
	struct facts *facts;
	struct incidents *incidents;
	struct pending *pending;
	struct sessions *sessions;
	struct span host; /* of the line at hand, or of the last one that named one */
	int64_t clock;    /* latest stamp so far */
};

/* All that is said of the line at hand. */
struct now {
	const struct event *event;
	const struct finding *finding; /* NULL: no rule is about it */
	struct evidence line;
	int64_t when;
	uint32_t pid;
};

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

/* The line tells of the service: into the host's incident of that cause. */
void scene_note(struct scene *scene, const struct now *now, cause_t cause);

#endif
