#include "cli/demo.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/instant.h"

#include "cli/founding.inc"

#define DAYS 30
#define FOUNDING_DAYS_AGO 3
#define LIVE_EVERY (4 * INSTANT_SECOND) /* a message */
#define FLUSH_BYTES ((size_t)1 << 20)

struct demo {
	struct buf out;
	int64_t begin, end, at; /* of the traffic; the time of the next line */
	uint32_t seed;
	unsigned serial;
	unsigned pid; /* OpenDKIM's; 0: it does not run */
	/* What goes wrong, from when to when; the last outage lasts. */
	int64_t outage, outage_end, key, key_end, notices, notices_end, burst, down;
};

/* The same numbers on every machine. */
static unsigned
draw(struct demo *month, unsigned below)
{
	month->seed = month->seed * 1664525u + 1013904223u;
	return (month->seed >> 8) % below;
}

static void
line(struct demo *month, const char *tag, const char *text)
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
	FATE_LOGIN,   /* a login that OpenDKIM is not told of */
	FATE_HEADERS, /* refused: two From: fields */
	FATE_UNHEARD, /* OpenDKIM's lines were lost, or are not known */
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
	{ "sale@outlet.example", "app2.shop.example", "192.0.2.11" },
	{ "claims@outlet.example", "desk.shop.example", "192.0.2.35" },
};

static const char *const customers[] = { "customer@far.example.net", "purchasing@plant.example.org",
	"ines@mail.example.com", "accounts@wholesale.example.net", "list@club.example.org" };

/* What stands behind the @. */
static const char *
domain_of(const char *address)
{
	return strchr(address, '@') + 1;
}

static void
begin_mail(struct demo *month, const struct mail *mail)
{
	char text[256];

	(void)snprintf(text, sizeof text, "connect from %s[%s]", mail->client, mail->ip);
	line(month, "postfix/smtpd[2210]", text);
	if (mail->fate == FATE_DOWN)
		line(month, "postfix/smtpd[2210]",
			"warning: connect to Milter service inet:localhost:8891: Connection refused");
	(void)snprintf(text, sizeof text, "%s: client=%s[%s]%s%s", mail->queue_id, mail->client,
		mail->ip, mail->fate == FATE_LOGIN ? ", sasl_method=PLAIN, sasl_username=" : "",
		mail->fate == FATE_LOGIN ? mail->author : "");
	line(month,
		mail->fate == FATE_LOGIN ? "postfix/submission/smtpd[2215]" : "postfix/smtpd[2210]",
		text);
	(void)snprintf(text, sizeof text, "%s: message-id=<%s.%u@%s>", mail->queue_id,
		mail->queue_id, month->serial, mail->client);
	line(month, "postfix/cleanup[2213]", text);
}

/* What OpenDKIM says of it. */
static void
judge_mail(struct demo *month, const struct mail *mail)
{
	char tag[32], text[256];
	const char *id = mail->queue_id;

	(void)snprintf(tag, sizeof tag, "opendkim[%u]", month->pid);
	switch (mail->fate) {
	case FATE_SIGNED:
		(void)snprintf(text, sizeof text, "%s: DKIM-Signature field added (s=s2026, d=%s)",
			id, domain_of(mail->author));
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
	case FATE_LOGIN:
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
	case FATE_HEADERS:
		(void)snprintf(text, sizeof text,
			"%s: RFC5322 header requirement error: message does not have exactly one "
			"From field",
			id);
		line(month, tag, text);
		break;
	case FATE_UNHEARD:
		(void)snprintf(text, sizeof text, "%s: resolver cache turned over after %u entries",
			id, 4096 + draw(month, 512));
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
end_mail(struct demo *month, const struct mail *mail)
{
	const char *id = mail->queue_id;
	bool inbound = mail->fate == FATE_INBOUND;
	const char *to = inbound ? "alice@shop.example"
	                         : customers[draw(month, sizeof customers / sizeof *customers)];
	char text[400], relay[80];

	if (mail->fate == FATE_KEY || mail->fate == FATE_HEADERS) {
		(void)snprintf(text, sizeof text,
			"%s: milter-reject: END-OF-MESSAGE from %s[%s]: %s; from=<%s> to=<%s> "
			"proto=ESMTP helo=<%s>",
			id, mail->client, mail->ip,
			mail->fate == FATE_KEY
				? "4.7.1 Service unavailable - try again later"
				: "5.7.0 message does not have exactly one From field",
			mail->author, to, mail->client);
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
	(void)snprintf(relay, sizeof relay, "mx.%s[203.0.113.25]:25", domain_of(to));
	(void)snprintf(text, sizeof text,
		"%s: to=<%s>, relay=%s, delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 "
		"2.0.0 OK)",
		id, to, inbound ? "mx1.shop.example[private/dovecot-lmtp]" : relay);
	line(month, inbound ? "postfix/lmtp[2231]" : "postfix/smtp[2230]", text);
	(void)snprintf(text, sizeof text, "%s: removed", id);
	line(month, "postfix/qmgr[2001]", text);
}

static void
send(struct demo *month, int64_t when, const char *author, const char *client, const char *ip,
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
start_daemon(struct demo *month, int64_t when)
{
	char tag[32];

	if (when > month->at)
		month->at = when;
	month->pid = 1000 + draw(month, 30000);
	(void)snprintf(tag, sizeof tag, "opendkim[%u]", month->pid);
	line(month, tag, "OpenDKIM Filter v2.11.0 starting (args: -x /etc/opendkim.conf)");
}

static void
stop_daemon(struct demo *month, int64_t when)
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
plan(struct demo *month)
{
	month->outage = morning(month->end, 4, 9);
	month->outage_end = month->outage + 4 * INSTANT_HOUR;
	month->key = morning(month->end, 2, 5);
	month->key_end = month->key + 2 * INSTANT_HOUR;
	month->notices = month->begin + 10 * INSTANT_DAY;
	month->notices_end = morning(month->end, 5, 2);
	month->burst = morning(month->end, 3, 3) + INSTANT_HOUR;
	month->down = month->end - 28 * INSTANT_MINUTE;
}

static bool
is_between(int64_t when, int64_t from, int64_t to)
{
	return when >= from && when < to;
}

/* The milter is out of reach: for a morning, and since half an hour. */
static bool
is_down(const struct demo *month, int64_t when)
{
	return is_between(when, month->outage, month->outage_end) || when >= month->down;
}

/* A key that was made by root. */
static bool
is_key_of_root(const struct demo *month, int64_t when)
{
	return is_between(when, month->key, month->key_end);
}

static enum fate
fate_of(const struct demo *month, int64_t when)
{
	if (is_down(month, when))
		return FATE_DOWN;
	return is_key_of_root(month, when) ? FATE_KEY : FATE_SIGNED;
}

static unsigned
mails_of_hour(const struct demo *month, int64_t hour)
{
	static const unsigned char course[24] = { 6, 4, 4, 3, 4, 7, 14, 30, 52, 70, 76, 70, 55, 62,
		72, 70, 66, 55, 36, 24, 18, 15, 11, 8 };
	unsigned day = weekday(hour), n = course[hour / INSTANT_HOUR % 24];

	/* Whoever looks at the demo looks at its end: there is always something then. */
	if (month->end - hour < 3 * INSTANT_HOUR && n < 24)
		n = 24;
	return day == 0 || day == 6 ? n / 3 + 1 : n;
}

/* A printer that nobody told OpenDKIM of, on the mornings of working days. */
static void
send_scans(struct demo *month, int64_t hour)
{
	unsigned day = weekday(hour), clock = (unsigned)(hour / INSTANT_HOUR % 24);

	if (day == 0 || day == 6 || clock < 7 || clock > 10 || is_down(month, hour))
		return;
	send(month, hour + draw(month, 3000) * INSTANT_SECOND, "scanner@shop.example",
		"printer2.shop.example", "192.0.2.44", FATE_NOT_INTERNAL);
}

/* A new service writes with a domain that has no row: until that is mended. */
static void
send_notices(struct demo *month, int64_t hour)
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

/* Someone who travels, and writes with a login: Postfix does not tell OpenDKIM of it. */
static void
send_with_login(struct demo *month, int64_t hour)
{
	unsigned day = weekday(hour), clock = (unsigned)(hour / INSTANT_HOUR % 24);

	if (day == 0 || day == 6 || clock < 9 || clock > 16 || is_down(month, hour) ||
		is_key_of_root(month, hour) || draw(month, 4) > 0)
		return;
	send(month, hour + draw(month, 3000) * INSTANT_SECOND, "sales@shop.example",
		"dsl-17.isp.example", "198.51.100.17", FATE_LOGIN);
}

/* For a quarter of an hour the log is written faster than it is kept. */
static void
lose_lines(struct demo *month, int64_t hour)
{
	if (hour != month->burst)
		return;
	line(month, "rsyslogd",
		"imuxsock[pid: 2210, name: /usr/lib/postfix/sbin/smtpd] from "
		"<postfix/smtpd:smtpd>: begin to drop messages due to rate-limiting");
	month->at += 15 * INSTANT_MINUTE;
	line(month, "rsyslogd", "imuxsock lost 412 messages from pid 2210 due to rate-limiting");
}

static enum fate
mishap_of(struct demo *month)
{
	switch (draw(month, 1200)) {
	case 0:
	case 1:
		return FATE_NO_SENDER;
	case 2:
		return FATE_HEADERS;
	case 3:
		return FATE_UNHEARD;
	default:
		return FATE_SIGNED;
	}
}

static void
run_hour(struct demo *month, int64_t hour)
{
	unsigned n = mails_of_hour(month, hour);

	/* Restarts stand in the log: what changed, and whether it helped, is seen by them. */
	if (hour == month->outage)
		stop_daemon(month, hour);
	if (hour == month->outage_end || hour == month->key_end || hour == month->notices_end)
		start_daemon(month, hour);
	lose_lines(month, hour);
	send_scans(month, hour);
	send_with_login(month, hour);
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
		if (fate == FATE_SIGNED)
			fate = mishap_of(month);
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
write_month(struct demo *month, FILE *file, const char *path, struct error *err)
{
	int rc = 0;

	plan(month);
	start_daemon(month, month->begin);
	for (int64_t hour = month->begin; rc == 0 && hour < month->end; hour += INSTANT_HOUR) {
		run_hour(month, hour);
		if (month->out.n > FLUSH_BYTES)
			rc = put(file, path, &month->out, err);
	}
	return rc == 0 ? put(file, path, &month->out, err) : rc;
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
write_one(struct demo *month, const char *path, const char *const *lines, struct error *err)
{
	FILE *file = fopen(path, "we");
	int rc;

	if (file == NULL)
		return error_system(err, "cannot write '%s'", path);
	rc = lines != NULL ? write_founding(file, path, lines, month->end, err)
	                   : write_month(month, file, path, err);
	if (fclose(file) != 0 && rc == 0)
		rc = error_system(err, "cannot write '%s'", path);
	return rc;
}

struct demo *
demo_new(int64_t now)
{
	struct demo *demo = xcalloc(1, sizeof *demo);

	*demo = (struct demo){ .end = now, .seed = 20261124 };
	demo->begin = (now - DAYS * INSTANT_DAY) / INSTANT_HOUR * INSTANT_HOUR;
	demo->at = demo->begin;
	return demo;
}

void
demo_free(struct demo *demo)
{
	if (demo != NULL)
		buf_clear(&demo->out);
	free(demo);
}

int
demo_write(struct demo *demo, const char *folder, struct arena *arena, struct texts *paths,
	struct error *err)
{
	int rc = 0;

	*paths = (struct texts){ NULL, 0 };
	add_path(paths, arena, folder, "mx1.log");
	rc = write_one(demo, paths->items[0], NULL, err);
	for (size_t i = 0; rc == 0 && founding[i].name != NULL; i++) {
		add_path(paths, arena, folder, founding[i].name);
		rc = write_one(demo, paths->items[paths->n - 1], founding[i].lines, err);
	}
	return rc;
}

int
demo_go_on(struct demo *demo, const char *path, int64_t now, struct error *err)
{
	int fd, rc = 0;
	FILE *file;

	if (now - demo->end < LIVE_EVERY)
		return 0;
	demo->end = now;
	if (demo->at < now) {
		unsigned who = draw(demo, sizeof own / sizeof *own);

		send(demo, now, own[who].author, own[who].client, own[who].ip, FATE_DOWN);
	}
	/* Where its folder is gone, it is not made again. */
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	file = fd < 0 ? NULL : fdopen(fd, "a");
	if (file == NULL)
		return error_system(err, "cannot write '%s'", path);
	rc = put(file, path, &demo->out, err);
	if (fclose(file) != 0 && rc == 0)
		rc = error_system(err, "cannot write '%s'", path);
	return rc;
}
