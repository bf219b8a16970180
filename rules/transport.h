/*
 * transport.h - what the lines of Postfix and Sendmail make of the messages at hand.
 *
 * Messages begin and end here, get their client, sender and recipients, and are
 * linked into routes. Milter warnings name no queue ID: they are tied to their
 * message by process (rules/session.h).
 */
#ifndef RULES_TRANSPORT_H
#define RULES_TRANSPORT_H

#include "rules/scene.h"

void transport_take(struct scene *scene, const struct now *now);

/*
 * What a line says of its message alone: one that gives it a client, its Message-ID, its place in
 * the queue, or a delivery that ends its way here. For lines that were held back (rules/fold.h).
 */
void transport_note(struct message *message, const struct now *now);

#endif
