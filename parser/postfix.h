/*
 * postfix.h - what Postfix and Sendmail write behind a queue ID.
 *
 * Postfix: log_adhoc(), smtpd.c, cleanup_message.c, cleanup_milter.c,
 * qmgr_active.c, pickup.c, bounce_notify_service.c. Sendmail: envelope.c,
 * deliver.c, milter.c. Read by hand, not by patterns: most lines of a mail
 * log come through here.
 */
#ifndef PARSER_POSTFIX_H
#define PARSER_POSTFIX_H

#include <stdbool.h>

#include "parser/event.h"

/*
 * Is s a queue ID as Postfix (short or long) makes them? Short:
 * [0-9A-F]{6,}; long: base 52 digits and consonants with a z before the inode
 * (mail_queue.h, MAIL_QUEUE_...). A queue ID never begins with a small letter.
 */
bool queue_id_is_postfix(struct span s);

/* How long the queue ID is that s begins with, a colon behind it; 0: it begins with none. */
size_t queue_id_in_front(struct span s);

/* Sendmail's assign_queueid(): 8 letters and digits and the process ID in 5 digits or more. */
bool queue_id_is_sendmail(struct span s);

/* "NAME[ADDR]" or "NAME[ADDR]:PORT" in its parts; without brackets it is all name. */
void client_split(struct span s, struct span *name, struct span *address);

/* What a delivery's reply, without its parentheses, says of the ID under which the message goes on. */
void postfix_read_reply(struct span reply, struct postfix_fields *fields);

/* Fill in kind and fields from event->text; queue_id and noqueue are already there. */
void postfix_read(struct event *event);
void sendmail_read(struct event *event);

/*
 * Content filters' lines that tie two queue IDs (Amavis "Queue-ID: A, ...
 * queued_as: B"): kind POSTFIX_DELIVERY with queue_id and queued_as. false when there is none.
 */
bool filter_read(struct event *event);

#endif
