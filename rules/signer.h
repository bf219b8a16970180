/*
 * signer.h - what the lines of OpenDKIM and of its supervisors make of the scene.
 *
 * Lines with a job ID go to their message. A key's fault names no message and is
 * tied to the "error loading key" that follows it in the same process. The
 * others tell of the service and become incidents.
 */
#ifndef RULES_SIGNER_H
#define RULES_SIGNER_H

#include "rules/scene.h"

void signer_take(struct scene *scene, const struct now *now);

/*
 * The two halves of what an ordinary line with a job ID says, of one that signs, verifies or
 * names a reason: what is learned of the host, and what it says of its message alone.
 */
void signer_learn(struct scene *scene, const struct now *now, const struct message *message);
void signer_note(struct message *message, const struct now *now);

/*
 * A signature of that domain was added: a key that was complained of was used all the same (RequireSafeKeys no), and
 * nothing came of it; and what was wrong with this key before is so no longer. Was there either?
 */
bool signer_end_faults(struct scene *scene, const struct now *now, struct session *session,
	struct span domain);

/* systemd, the kernel, rsyslog: a finding about the service. */
void signer_take_service(struct scene *scene, const struct now *now);

/* A signature was added, says the finding. One that came after Postfix had given up is none. */
void signer_add_signature(struct scene *scene, const struct now *now, struct message *message);

/* The end of the log: key faults that no message took up stand for themselves. */
void signer_end(struct scene *scene);

/*
 * The end, were it now: a copy of scene->incidents with the faults that wait for their message. NULL: none
 * waits. The caller frees it.
 */
struct incidents *signer_incidents(const struct scene *scene);

#endif
