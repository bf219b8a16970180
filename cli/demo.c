#include "cli/demo.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"

#include "cli/founding.inc"

#define DAYS 30
#define FOUNDING_DAYS_AGO 3
#define FLUSH_BYTES ((size_t)1 << 20)

struct month {
	struct buf out;
	int64_t begin, end, at; /* of the traffic; the time of the next line */
	uint32_t seed;
	unsigned serial;
	unsigned pid; /* OpenDKIM's; 0: it does not run */
	/* What goes wrong, from when to when; the last outage lasts. */
	int64_t outage, outage_end, key, key_end, notices, notices_end, down;
};

/* The same numbers on every machine. */
static unsigned
draw(struct month *month, unsigned below)
{
	month->seed = month->seed * 1664525u + 1013904223u;
	return (month->seed >> 8) % below;
}

static void
line(struct month *month, const char *tag, const char *text)
{
	instant_rfc3339(&month->out, month->at, true);
	buf_addf(&month->out, " mx1 %s: %s\n", tag, text);
	month->at += 100000 + draw(month, 200000);
}

/* What becomes of a message. */
enum fate {
	FATE_SIGNED,
	FATE_NO_ROW,
	FATE_NOT_INTERNAL,
	FATE_NO_SENDER,
	FATE_KEY,
	FATE_DOWN,
	FATE_INBOUND
};

struct mail {
	const char *author, *client, *ip;
	char queue_id[16];
	enum fate fate;
};

static const struct {
	const char *author, *client, *ip;
} own[] = {
	{ "alice@shop.example", "app1.shop.example", "192.0.2.10" },
	{ "orders@shop.example", "app1.shop.example", "192.0.2.10" },
	{ "bob@shop.example", "pc7.shop.example", "192.0.2.27" },
	{ "billing@shop.example", "erp.shop.example", "192.0.2.31" },
	{ "support@shop.example", "desk.shop.example", "192.0.2.35" },
	{ "news@shop.example", "lists.shop.example", "192.0.2.40" },
};

static void
begin_mail(struct month *month, const struct mail *mail)
{
	char text[256];

	(void)snprintf(text, sizeof text, "connect from %s[%s]", mail->client, mail->ip);
	line(month, "postfix/smtpd[2210]", text);
	if (mail->fate == FATE_DOWN)
		line(month, "postfix/smtpd[2210]",
			"warning: connect to Milter service inet:localhost:8891: Connection refused");
	(void)snprintf(text, sizeof text, "%s: client=%s[%s]", mail->queue_id, mail->client,
		mail->ip);
	line(month, "postfix/smtpd[2210]", text);
	(void)snprintf(text, sizeof text, "%s: message-id=<%s.%u@%s>", mail->queue_id,
		mail->queue_id, month->serial, mail->client);
	line(month, "postfix/cleanup[2213]", text);
}

/* What OpenDKIM says of it. */
static void
judge_mail(struct month *month, const struct mail *mail)
{
	char tag[32], text[256];
	const char *id = mail->queue_id;

	(void)snprintf(tag, sizeof tag, "opendkim[%u]", month->pid);
	switch (mail->fate) {
	case FATE_SIGNED:
		(void)snprintf(text, sizeof text,
			"%s: DKIM-Signature field added (s=s2026, d=shop.example)", id);
		line(month, tag, text);
		break;
	case FATE_NO_ROW:
		(void)snprintf(text, sizeof text, "%s: no signing table match for '%s'", id,
			mail->author);
		line(month, tag, text);
		(void)snprintf(text, sizeof text, "%s: no signature data", id);
		line(month, tag, text);
		break;
	case FATE_NOT_INTERNAL:
	case FATE_INBOUND:
		(void)snprintf(text, sizeof text, "%s: %s [%s] not internal", id, mail->client,
			mail->ip);
		line(month, tag, text);
		(void)snprintf(text, sizeof text, "%s: not authenticated", id);
		line(month, tag, text);
		(void)snprintf(text, sizeof text, "%s: no signature data", id);
		line(month, tag, text);
		break;
	case FATE_NO_SENDER:
		(void)snprintf(text, sizeof text, "%s: can't determine message sender; accepting",
			id);
		line(month, tag, text);
		break;
	case FATE_KEY:
		line(month, tag,
			"can't load key from /etc/opendkim/keys/shop.example/s2026.private: "
			"Permission denied");
		(void)snprintf(text, sizeof text,
			"%s: error loading key 's2026._domainkey.shop.example'", id);
		line(month, tag, text);
		break;
	case FATE_DOWN:
		break;
	}
}

static void
end_mail(struct month *month, const struct mail *mail)
{
	const char *id = mail->queue_id;
	bool inbound = mail->fate == FATE_INBOUND;
	const char *to = inbound ? "alice@shop.example" : "customer@far.example.net";
	char text[400];

	if (mail->fate == FATE_KEY) {
		(void)snprintf(text, sizeof text,
			"%s: milter-reject: END-OF-MESSAGE from %s[%s]: 4.7.1 Service unavailable - try "
			"again later; from=<%s> to=<%s> proto=ESMTP helo=<%s>",
			id, mail->client, mail->ip, mail->author, to, mail->client);
		line(month, "postfix/cleanup[2213]", text);
		return;
	}
	(void)snprintf(text, sizeof text, "%s: from=<%s>, size=%u, nrcpt=1 (queue active)", id,
		mail->author, 900 + draw(month, 40000));
	line(month, "postfix/qmgr[2001]", text);
	(void)snprintf(text, sizeof text,
		"disconnect from %s[%s] ehlo=1 mail=1 rcpt=1 data=1 quit=1", mail->client,
		mail->ip);
	line(month, "postfix/smtpd[2210]", text);
	(void)snprintf(text, sizeof text,
		"%s: to=<%s>, relay=%s, delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 "
		"2.0.0 OK)",
		id, to,
		inbound ? "mx1.shop.example[private/dovecot-lmtp]"
			: "mx.far.example.net[203.0.113.25]:25");
	line(month, inbound ? "postfix/lmtp[2231]" : "postfix/smtp[2230]", text);
	(void)snprintf(text, sizeof text, "%s: removed", id);
	line(month, "postfix/qmgr[2001]", text);
}

static void
send(struct month *month, int64_t when, const char *author, const char *client, const char *ip,
	enum fate fate)
{
	struct mail mail = { author, client, ip, "", fate };

	/* One after the other, so that the log is in order. */
	if (when > month->at)
		month->at = when;
	month->serial++;
	(void)snprintf(mail.queue_id, sizeof mail.queue_id, "4D%05X%03X", month->serial & 0xFFFFFu,
		draw(month, 0x1000));
	begin_mail(month, &mail);
	judge_mail(month, &mail);
	end_mail(month, &mail);
}

static void
start_daemon(struct month *month, int64_t when)
{
	char tag[32];

	if (when > month->at)
		month->at = when;
	month->pid = 1000 + draw(month, 30000);
	(void)snprintf(tag, sizeof tag, "opendkim[%u]", month->pid);
	line(month, tag, "OpenDKIM Filter v2.11.0 starting (args: -x /etc/opendkim.conf)");
}

static void
stop_daemon(struct month *month, int64_t when)
{
	char tag[32];

	if (when > month->at)
		month->at = when;
	(void)snprintf(tag, sizeof tag, "opendkim[%u]", month->pid);
	line(month, tag, "OpenDKIM Filter v2.11.0 terminating with status 0, errno = 0");
}

/* Which day of the week it is in UTC, 0: Sunday; 1 January 1970 was a Thursday. */
static unsigned
weekday(int64_t when)
{
	return (unsigned)((when / INSTANT_DAY + 4) % 7);
}

/* Nine o'clock of the last such day of the week that is at least so many days ago. */
static int64_t
morning(int64_t now, unsigned day, int64_t days)
{
	int64_t at = now / INSTANT_DAY * INSTANT_DAY - days * INSTANT_DAY;

	while (weekday(at) != day)
		at -= INSTANT_DAY;
	return at + 9 * INSTANT_HOUR;
}

static void
plan(struct month *month)
{
	month->outage = morning(month->end, 4, 9);
	month->outage_end = month->outage + 4 * INSTANT_HOUR;
	month->key = morning(month->end, 2, 5);
	month->key_end = month->key + 2 * INSTANT_HOUR;
	month->notices = month->begin + 10 * INSTANT_DAY;
	month->notices_end = morning(month->end, 5, 2);
	month->down = month->end - 28 * INSTANT_MINUTE;
}

static bool
is_between(int64_t when, int64_t from, int64_t to)
{
	return when >= from && when < to;
}

/* The milter is out of reach: for a morning, and since half an hour. */
static bool
is_down(const struct month *month, int64_t when)
{
	return is_between(when, month->outage, month->outage_end) || when >= month->down;
}

/* A key that was made by root. */
static bool
is_key_of_root(const struct month *month, int64_t when)
{
	return is_between(when, month->key, month->key_end);
}

static enum fate
fate_of(const struct month *month, int64_t when)
{
	if (is_down(month, when))
		return FATE_DOWN;
	return is_key_of_root(month, when) ? FATE_KEY : FATE_SIGNED;
}

static unsigned
mails_of_hour(const struct month *month, int64_t hour)
{
	static const unsigned char course[24] = { 3, 2, 2, 2, 2, 3, 6, 12, 22, 30, 32, 30, 24, 27,
		31, 30, 28, 24, 16, 10, 8, 7, 5, 4 };
	unsigned day = weekday(hour), n = course[hour / INSTANT_HOUR % 24];

	/* Whoever looks at the demo looks at its end: there is always something then. */
	if (month->end - hour < 3 * INSTANT_HOUR && n < 12)
		n = 12;
	return day == 0 || day == 6 ? n / 3 + 1 : n;
}

/* A printer that nobody told OpenDKIM of, on the mornings of working days. */
static void
send_scans(struct month *month, int64_t hour)
{
	unsigned day = weekday(hour), clock = (unsigned)(hour / INSTANT_HOUR % 24);

	if (day == 0 || day == 6 || clock < 7 || clock > 10 || is_down(month, hour))
		return;
	send(month, hour + draw(month, 3000) * INSTANT_SECOND, "scanner@shop.example",
		"printer2.shop.example", "192.0.2.44", FATE_NOT_INTERNAL);
}

/* A new service writes with a domain that has no row: until that is mended. */
static void
send_notices(struct month *month, int64_t hour)
{
	unsigned n;

	if (!is_between(hour, month->notices, month->notices_end) || is_down(month, hour))
		return;
	n = 1 + (unsigned)((hour - month->notices) / (4 * INSTANT_DAY));
	for (unsigned i = 0; i < n; i++)
		if (draw(month, 3) == 0)
			send(month, hour + (i * 900 + draw(month, 900)) * INSTANT_SECOND,
				"notice@service.example", "app4.shop.example", "192.0.2.14",
				is_key_of_root(month, hour) ? FATE_KEY : FATE_NO_ROW);
}

static void
run_hour(struct month *month, int64_t hour)
{
	unsigned n = mails_of_hour(month, hour);

	/* Restarts stand in the log: what changed, and whether it helped, is seen by them. */
	if (hour == month->outage)
		stop_daemon(month, hour);
	if (hour == month->outage_end || hour == month->key_end || hour == month->notices_end)
		start_daemon(month, hour);
	send_scans(month, hour);
	send_notices(month, hour);
	for (unsigned i = 0; i < n; i++) {
		int64_t when =
			hour + (int64_t)i * (INSTANT_HOUR / n) + draw(month, 60) * INSTANT_SECOND;
		unsigned who = draw(month, sizeof own / sizeof *own);
		enum fate fate = fate_of(month, when);

		if (when >= month->end)
			return;
		if (when >= month->down && month->pid != 0) {
			stop_daemon(month, when);
			month->pid = 0;
		}
		if (fate == FATE_SIGNED && draw(month, 400) == 0)
			fate = FATE_NO_SENDER;
		send(month, when, own[who].author, own[who].client, own[who].ip, fate);
		if (i % 2 == 0 && month->pid != 0 && !is_down(month, when))
			send(month, when + INSTANT_SECOND, "someone@far.example.net",
				"mail.far.example.net", "203.0.113.7", FATE_INBOUND);
	}
}

static int
put(FILE *file, const char *path, struct buf *out, struct error *err)
{
	bool good = out->n == 0 || fwrite(out->p, 1, out->n, file) == out->n;

	buf_reset(out);
	return good ? 0 : error_system(err, "cannot write '%s'", path);
}

static int
write_month(FILE *file, const char *path, int64_t now, struct error *err)
{
	struct month month = { .end = now, .seed = 20261124 };
	int rc = 0;

	month.begin = (now - DAYS * INSTANT_DAY) / INSTANT_HOUR * INSTANT_HOUR;
	month.at = month.begin;
	plan(&month);
	start_daemon(&month, month.begin);
	for (int64_t hour = month.begin; rc == 0 && hour < now; hour += INSTANT_HOUR) {
		run_hour(&month, hour);
		if (month.out.n > FLUSH_BYTES)
			rc = put(file, path, &month.out, err);
	}
	if (rc == 0)
		rc = put(file, path, &month.out, err);
	buf_clear(&month.out);
	return rc;
}

/* "Nov 24 02:34:38 mail ...": the clock stays, the day becomes another one. */
static int
write_founding(FILE *file, const char *path, const char *const *lines, int64_t now,
	struct error *err)
{
	struct buf out = BUF_INIT;
	struct civil civil;
	int rc;

	instant_civil(now - FOUNDING_DAYS_AGO * INSTANT_DAY, false, &civil, NULL);
	for (; *lines != NULL; lines++)
		if (strlen(*lines) > 6)
			buf_addf(&out, "%s %2d%s\n", instant_month(civil.month), civil.day,
				*lines + 6);
	rc = put(file, path, &out, err);
	buf_clear(&out);
	return rc;
}

static void
add_path(struct texts *paths, struct arena *arena, const char *folder, const char *name)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", folder, name);
	paths->items = xreallocarray(paths->items, paths->n + 1, sizeof *paths->items);
	paths->items[paths->n++] = arena_copy(arena, buf_span(&path)).p;
	buf_clear(&path);
}

static int
write_one(const char *path, const char *const *lines, int64_t now, struct error *err)
{
	FILE *file = fopen(path, "we");
	int rc;

	if (file == NULL)
		return error_system(err, "cannot write '%s'", path);
	rc = lines != NULL ? write_founding(file, path, lines, now, err)
	                   : write_month(file, path, now, err);
	if (fclose(file) != 0 && rc == 0)
		rc = error_system(err, "cannot write '%s'", path);
	return rc;
}

int
demo_write(const char *folder, int64_t now, struct arena *arena, struct texts *paths,
	struct error *err)
{
	int rc = 0;

	*paths = (struct texts){ NULL, 0 };
	add_path(paths, arena, folder, "mx1.log");
	rc = write_one(paths->items[0], NULL, now, err);
	for (size_t i = 0; rc == 0 && founding[i].name != NULL; i++) {
		add_path(paths, arena, folder, founding[i].name);
		rc = write_one(paths->items[paths->n - 1], founding[i].lines, now, err);
	}
	return rc;
}
