/*
 * explain.h - from a verdict to sentences, with the host's own values filled in.
 *
 * Prose comes from the rules (rules/ruleset.h). {name} is replaced by the
 * capture of that name of the proving line, or by a fact of the message:
 * author, author_domain, client_name, client_ip, sender, recipient, relay,
 * service, host, queue_id, key, file, own_file, milter. {name|words} gives words
 * where the value is not known. A line that begins with [smtpd], [pickup],
 * [bounce] or [local] is only for messages that came in that way. Values come
 * from the log: what is given out here is not yet escaped for any medium, but a
 * value cannot become a line or a command of its own.
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "base/buf.h"
#include "rules/incident.h"
#include "rules/message.h"
#include "rules/ruleset.h"

/*
 * Append why this verdict, as one paragraph; the fix in brief, as half a line; and the fix, as steps, one
 * a line ("$ " before a command).
 */
void explain_message_why(struct buf *out, const struct ruleset *ruleset,
	const struct message *message, enum lang lang);
void explain_message_brief(struct buf *out, const struct ruleset *ruleset,
	const struct message *message, enum lang lang);
void explain_message_fix(struct buf *out, const struct ruleset *ruleset,
	const struct message *message, enum lang lang);
void explain_incident_why(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang);
void explain_incident_brief(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang);
void explain_incident_fix(struct buf *out, const struct ruleset *ruleset,
	const struct incident *incident, enum lang lang);

/*
 * By which way of Postfix it came in: "smtpd", "submission" and the like, "pickup", "bounce" (made
 * by Postfix itself), "local" (forwarded); empty where the log does not tell.
 */
struct span explain_service(const struct message *message);

/* Append value as one word of a shell's command line: quoted unless it is plain. */
void explain_shell_word(struct buf *out, struct span value);

/*
 * The contributing cause that is the thing to mend: why tells of it, too, and the fix is its own.
 * CAUSE_NONE when the primary cause, or the verdict, says all.
 */
cause_t explain_sharper(const struct verdict *verdict);

/* The {name} that comes next in *text, which moves on behind it; false when there is none. */
bool explain_next_name(struct span *text, struct span *name);

/* Is that name a fact of a message or an incident? */
bool explain_knows(struct span name);

/* One short sentence for what contributes ("the KeyTable file ...") - the gist of the cause. */
struct span explain_gist(const struct ruleset *ruleset, cause_t cause, enum lang lang);

#endif
