/*
 * strict.h - what Postfix says of nearly every message, where it says it as it nearly always does.
 *
 * Each reader takes a text of one form and no other: false, and it is to be read by parser/postfix.c, whose
 * answer is the same for what is read here. Made for speed; tests/unit/fold.c compares what comes of either.
 */
#ifndef PARSER_STRICT_H
#define PARSER_STRICT_H

#include <stdbool.h>

#include "base/span.h"

/* "NAME[IP]" that ends s or stands before ", ": the address, without "IPv6:", and what is behind the bracket. */
bool strict_client(struct span s, struct span *ip, struct span *rest);

/* ", sasl_method=PLAIN, sasl_username=LOGIN" and no more. */
bool strict_login(struct span s);

/* "from=<SENDER>, size=N, nrcpt=N (queue active)" */
bool strict_active(struct span s);

/* "to=<RECIPIENT>, relay=RELAY, delay=N, delays=N/N/N/N, dsn=N, status=sent (REPLY)" */
bool strict_sent(struct span s, struct span *recipient, struct span *relay, struct span *reply);

/* "250 2.0.0 Ok: queued as ID" and no more, as Postfix replies. */
bool strict_queued_as(struct span reply, struct span *id);

#endif
