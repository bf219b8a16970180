/*
 * mail.h - one complete message for sendmail(1): two bodies, the same told twice.
 *
 * The one place where text becomes mail. What comes from a log may stand in the subject and in both
 * bodies: header fields are folded, encoded words (RFC 2047) where they are not plain ASCII, bodies
 * are quoted-printable, so that no line of a log can become a header field, a body part or the end
 * of the message. Lines end in LF, as sendmail(1) takes them.
 */
#ifndef CLI_MAIL_H
#define CLI_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct mail {
	struct span to;      /* mail_is_address() */
	struct span from;    /* a user name; the mail system adds its domain */
	struct span host;    /* mails of one host make one thread; any bytes */
	struct span subject; /* any bytes */
	struct span language;
	struct span text, html; /* any bytes */
	int64_t when;
	bool utc;
};

/* One address as "user@host.example" or "user", without a display name: nothing else stands in it. */
bool mail_is_address(struct span text);

void mail_compose(struct buf *out, const struct mail *mail);

/*
 * Hand a message to `PROGRAM -oi -t`, which is started without a shell. ERROR_SYSTEM when it cannot be
 * started, does not take all of it or fails.
 */
int mail_send(const char *program, struct span message, struct error *err);

#endif
