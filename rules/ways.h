/*
 * ways.h - by which ways mail reached OpenDKIM, and when.
 *
 * A way is what messages have in common before any milter decides: the smtpd
 * service, its process, the client. Silence about a message means much where others
 * that came the same way were spoken of, and Postfix read its configuration
 * at the same time: times are taken together between two starts of Postfix. Bounded: WAYS_MAX
 * entries; what does not fit is not learned.
 */
#ifndef RULES_WAYS_H
#define RULES_WAYS_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/message.h"

#define WAYS_MAX 300000
#define WAYS_STARTS_MAX 1000 /* starts of Postfix remembered of one host */

struct ways;

struct ways *ways_new(void);
void ways_free(struct ways *ways);

/* Postfix started, or read its configuration again. In the order of time. */
void ways_start(struct ways *ways, struct span host, int64_t when);

/* The last of these, for message->since; INSTANT_NONE: none was seen. */
int64_t ways_since(const struct ways *ways, struct span host);

/* Learn of a message when it is closed; one that was never decided on teaches nothing. */
void ways_learn(struct ways *ways, const struct message *message);

/* Did OpenDKIM write a line about a message that came the same way? */
bool ways_service(const struct ways *ways, const struct message *message);
bool ways_process(const struct ways *ways, const struct message *message);
bool ways_client(const struct ways *ways, const struct message *message);

/*
 * All that was learned, one call an entry, and the same said again to another:
 * OpenDKIM wrote lines about that way from first to last. Starts are not told: their lines are kept.
 */
void ways_each(const struct ways *ways,
	void (*tell)(void *ctx, struct span key, int64_t first, int64_t last), void *ctx);
void ways_restore(struct ways *ways, struct span key, int64_t first, int64_t last);

#endif
