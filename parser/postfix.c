#include "parser/postfix.h"

#include <string.h>

#include "base/ascii.h"
#include "parser/items.h"

#define QUEUE_ID_MIN 6
#define QUEUE_ID_MAX 28
#define QUEUE_ID_Z 10 /* a long one's z has as many before it */

/* What letters may stand in: D a digit, H and E a digit of base 16, L and V another letter; E and V are vowels. */
enum {
	D = 1,
	H = 2,
	L = 4,
	VOWEL = 8,
	E = H | VOWEL,
	V = L | VOWEL,
};

/* clang-format off */
static const unsigned char classes[256] = {
	['0'] = D, D, D, D, D, D, D, D, D, D,
	['A'] = E, H, H, H, E, H, L, L, V, L, L, L, L, L, V, L, L, L, L, L, V, L, L, L, L, L,
	['a'] = V, L, L, L, V, L, L, L, V, L, L, L, L, L, V, L, L, L, L, L, V, L, L, L, L, L,
};
/* clang-format on */

/* A long ID's last z stands behind its time, and the inode follows it. */
static bool
has_inode(struct span s)
{
	size_t i = s.n - 1;

	while (i >= QUEUE_ID_Z && s.p[i] != 'z')
		i--;
	return i >= QUEUE_ID_Z && i + 1 < s.n;
}

/* s has no more than QUEUE_ID_MAX letters and digits; all is the union of their classes. */
static bool
is_queue_id(struct span s, unsigned all)
{
	if (s.n < QUEUE_ID_MIN || ascii_is_lower(*s.p))
		return false;
	if ((all & L) == 0)
		return (all & D) != 0;
	return (all & VOWEL) == 0 && has_inode(s);
}

size_t
queue_id_in_front(struct span s)
{
	size_t max = s.n < QUEUE_ID_MAX ? s.n : QUEUE_ID_MAX, n = 0;
	unsigned all = 0, letter;

	while (n < max && (letter = classes[(unsigned char)s.p[n]]) != 0) {
		all |= letter;
		n++;
	}
	return n < s.n && s.p[n] == ':' && is_queue_id(span_first(s, n), all) ? n : 0;
}

bool
queue_id_is_postfix(struct span s)
{
	unsigned all = 0;

	if (s.n > QUEUE_ID_MAX)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned letter = classes[(unsigned char)s.p[i]];

		if (letter == 0)
			return false;
		all |= letter;
	}
	return is_queue_id(s, all);
}

bool
queue_id_is_sendmail(struct span s)
{
	if (s.n < 13 || s.n > QUEUE_ID_MAX)
		return false;
	for (size_t i = 0; i < 8; i++)
		if (!ascii_is_alnum(s.p[i]))
			return false;
	for (size_t i = 8; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return true;
}

void
client_split(struct span s, struct span *name, struct span *address)
{
	ptrdiff_t open = span_find_char(s, '[');
	struct span rest;
	ptrdiff_t close;

	*address = SPAN_NONE;
	*name = span_trim(s);
	if (open < 0)
		return;
	rest = span_from(s, (size_t)open + 1);
	close = span_find_char(rest, ']');
	if (close < 0)
		return;
	*name = span_trim(span_first(s, (size_t)open));
	*address = span_first(rest, (size_t)close);
	if (span_starts(*address, SPAN("IPv6:")))
		*address = span_from(*address, 5);
}

/* The value behind key ("relay=") where key begins an attribute of s; SPAN_NONE: there is none. */
static struct span
value_at(struct span s, struct span key)
{
	size_t from = 0;

	while (!span_starts(s, key)) {
		ptrdiff_t at = span_find(span_from(s, from), key);

		if (at < 0)
			return SPAN_NONE;
		from += (size_t)at;
		if (from == 0 || s.p[from - 1] == ' ' || s.p[from - 1] == ',')
			break;
		from++;
	}
	/* A span that ends right behind the key still points there. */
	from += key.n;
	return (struct span){ s.p + from, s.n - from };
}

/* How many bytes of value are its <...>, in which commas and blanks may stand. */
static size_t
angles_end(struct span value)
{
	ptrdiff_t end = span_find_char(value, '>');

	if (end >= 0 && span_starts(span_from(value, (size_t)end), SPAN(">, ")))
		return (size_t)end + 1;
	end = span_find(value, SPAN(">, "));
	if (end < 0)
		end = span_find(value, SPAN("> "));
	if (end < 0)
		end = span_find_last(value, '>');
	return end < 0 ? value.n : (size_t)end + 1;
}

/* A value up to the comma or blank behind it, or up to the > of <...>. */
static struct span
value_of(struct span value)
{
	size_t n = 0;

	if (value.n > 0 && value.p[0] == '<')
		return span_first(value, angles_end(value));
	while (n < value.n && value.p[n] != ',' && value.p[n] != ' ')
		n++;
	return span_first(value, n);
}

static struct span
attribute(struct span s, struct span key)
{
	return value_of(value_at(s, key));
}

/*
 * What follows the <...> that s begins with behind key: others choose what an
 * address holds, ", relay=" for instance.
 */
static struct span
behind_address(struct span s, struct span key)
{
	struct span value = span_starts(s, key) ? span_from(s, key.n) : SPAN_NONE;
	struct span rest;

	if (!span_starts(value, SPAN("<")))
		return s;
	rest = span_from(value, angles_end(value));
	return span_starts(rest, SPAN(", ")) ? span_from(rest, 2) : rest;
}

static struct span
without_angles(struct span s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return (struct span){ s.p + 1, s.n - 2 };
	return s;
}

static struct span
address_of(struct span s, struct span key)
{
	return without_angles(attribute(s, key));
}

static void
read_sender(struct span s, struct postfix_fields *fields)
{
	struct span sender = attribute(s, SPAN("from="));

	if (sender.p == NULL)
		return;
	fields->sender = without_angles(sender);
	fields->has_sender = true;
}

/* "from NAME[ADDR]" as smtpd and cleanup write it: the client up to the bracket's end. */
static void
read_from_client(struct span s, struct postfix_fields *fields)
{
	ptrdiff_t close = span_find_char(s, ']');

	client_split(close < 0 ? s : span_first(s, (size_t)close + 1), &fields->client_name,
		&fields->client_ip);
}

/* What is asked of a text, in one pass where it is plain. */
static void
read_items(struct span text, const struct item *items, size_t n)
{
	if (items_read(text, items, n))
		return;
	for (size_t i = 0; i < n; i++)
		*items[i].value = attribute(text, items[i].key);
}

static void
read_client(struct span text, struct postfix_fields *fields)
{
	struct span client, orig;
	const struct item items[] = {
		{ SPAN("client="), &client },
		{ SPAN("sasl_method="), &fields->sasl_method },
		{ SPAN("sasl_username="), &fields->sasl_username },
		{ SPAN("orig_queue_id="), &fields->orig_queue_id },
		{ SPAN("orig_client="), &orig },
	};

	read_items(text, items, sizeof items / sizeof *items);
	client_split(client, &fields->client_name, &fields->client_ip);
	if (orig.p != NULL)
		client_split(orig, &fields->orig_client_name, &fields->orig_client_ip);
}

static bool
ends_id(char c)
{
	return c == ')' || c == ' ' || c == ';' || c == ',';
}

/* The last "queued as ID" (or "forwarded as ID") of a delivery's reply. */
void
postfix_read_reply(struct span reply, struct postfix_fields *fields)
{
	static const struct span word = { "ed as ", 6 };
	struct span rest = reply;
	ptrdiff_t at;

	while ((at = span_find(rest, word)) >= 0) {
		struct span id = span_from(rest, (size_t)at + word.n);
		size_t n = 0;

		while (n < id.n && !ends_id(id.p[n]))
			n++;
		if (queue_id_is_postfix(span_first(id, n)) ||
			queue_id_is_sendmail(span_first(id, n))) {
			fields->queued_as = span_first(id, n);
			fields->forwarded =
				span_ends(span_first(rest, (size_t)at), SPAN("forward"));
		}
		rest = id;
	}
}

static void
read_delivery(struct span text, struct postfix_fields *fields)
{
	struct span rest = behind_address(text, SPAN("to="));
	struct span status;
	const struct item items[] = {
		{ SPAN("relay="), &fields->relay },
		{ SPAN("dsn="), &fields->dsn },
	};
	ptrdiff_t open;

	fields->recipient = address_of(text, SPAN("to="));
	if (span_starts(rest, SPAN("orig_to="))) {
		fields->orig_recipient = address_of(rest, SPAN("orig_to="));
		rest = behind_address(rest, SPAN("orig_to="));
	}
	if (!items_read_until(rest, items, 2, SPAN("status="), &status)) {
		fields->relay = attribute(rest, SPAN("relay="));
		fields->dsn = attribute(rest, SPAN("dsn="));
		status = value_at(rest, SPAN("status="));
	}
	client_split(fields->relay, &fields->relay_name, &fields->relay_ip);
	fields->status = value_of(status);
	open = span_find_char(status, '(');
	if (open >= 0) {
		fields->reply = span_from(status, (size_t)open + 1);
		if (span_ends(fields->reply, SPAN(")")))
			fields->reply.n--;
		postfix_read_reply(fields->reply, fields);
	}
}

static void
read_recipients(struct span text, struct span key, struct postfix_fields *fields)
{
	uint64_t n;

	if (span_to_u64(attribute(text, key), &n) && n <= UINT32_MAX)
		fields->recipients = (uint32_t)n;
}

/* "milter-reject: END-OF-MESSAGE from NAME[ADDR]: ANSWER; from=<> to=<> proto= helo=" */
static void
read_milter_action(struct event *event)
{
	struct postfix_fields *fields = &event->fields;
	struct span rest = event->text, part;
	ptrdiff_t at;

	if (!span_cut(&rest, ':', &part))
		return;
	fields->action = span_from(part, strlen("milter-"));
	if (span_starts(fields->action, SPAN("header")) ||
		span_starts(fields->action, SPAN("body"))) {
		event->kind = POSTFIX_MILTER_HEADER;
		return;
	}
	event->kind = POSTFIX_MILTER_ACTION;
	rest = span_trim(rest);
	at = span_find(rest, SPAN(" from "));
	if (at < 0)
		return;
	rest = span_from(rest, (size_t)at + 6);
	read_from_client(rest, fields);
	at = span_find(rest, SPAN("]: "));
	if (at >= 0)
		rest = span_from(rest, (size_t)at + 3);
	at = span_find(rest, SPAN("; "));
	fields->answer = at < 0 ? rest : span_first(rest, (size_t)at);
	rest = at < 0 ? SPAN_NONE : span_from(rest, (size_t)at + 2);
	read_sender(rest, fields);
	fields->recipient = address_of(rest, SPAN("to="));
}

static void
read_notice(struct event *event)
{
	ptrdiff_t at = span_find(event->text, SPAN("notification: "));

	if (at < 0)
		return;
	event->fields.notice_id = span_trim(span_from(event->text, (size_t)at + 14));
	if (queue_id_is_postfix(event->fields.notice_id))
		event->kind = POSTFIX_NOTICE;
}

/* "size=1021, nrcpt=1 (queue active)" and nothing else. */
static bool
read_active(struct span rest, struct postfix_fields *fields)
{
	struct span tail = { ", nrcpt=1 (queue active)", 24 };
	size_t n = rest.n - tail.n;

	if (!span_starts(rest, SPAN("size=")) || !span_ends(rest, tail) || n <= 5 ||
		!ascii_all_digits((struct span){ rest.p + 5, n - 5 }))
		return false;
	fields->recipients = 1;
	return true;
}

static void
read_from_line(struct event *event)
{
	struct span rest = behind_address(event->text, SPAN("from="));

	read_sender(event->text, &event->fields);
	if (read_active(rest, &event->fields)) {
		event->kind = POSTFIX_ACTIVE;
		return;
	}
	if (span_has(rest, SPAN("status=expired")) ||
		span_has(rest, SPAN("status=force-expired"))) {
		event->kind = POSTFIX_EXPIRED;
		return;
	}
	event->kind = POSTFIX_ACTIVE;
	read_recipients(rest, SPAN("nrcpt="), &event->fields);
}

static void
read_pickup(struct event *event)
{
	event->kind = POSTFIX_PICKUP;
	event->fields.orig_queue_id = attribute(event->text, SPAN("orig_id="));
	read_sender(event->text, &event->fields);
}

static void
read_with_id(struct event *event)
{
	struct span text = event->text;

	switch (text.n > 0 ? text.p[0] : '\0') {
	case 'c':
		if (span_starts(text, SPAN("client="))) {
			event->kind = POSTFIX_CLIENT;
			read_client(text, &event->fields);
		}
		break;
	case 'u':
		if (span_starts(text, SPAN("uid=")))
			read_pickup(event);
		break;
	case 'm':
		if (span_starts(text, SPAN("message-id="))) {
			event->kind = POSTFIX_MESSAGE_ID;
			event->fields.message_id = span_from(text, strlen("message-id="));
		} else if (span_starts(text, SPAN("milter-"))) {
			read_milter_action(event);
		}
		break;
	case 'f':
		if (span_starts(text, SPAN("from=<")))
			read_from_line(event);
		break;
	case 't':
		if (span_starts(text, SPAN("to=<"))) {
			event->kind = POSTFIX_DELIVERY;
			read_delivery(text, &event->fields);
		} else if (span_starts(text, SPAN("timeout after"))) {
			event->kind = POSTFIX_DISCONNECT;
		}
		break;
	case 'l':
		if (span_starts(text, SPAN("lost connection after")))
			event->kind = POSTFIX_DISCONNECT;
		break;
	case 'r':
		if (span_starts(text, SPAN("removed")))
			event->kind = POSTFIX_REMOVED;
		else if (span_starts(text, SPAN("reject: ")))
			event->kind = POSTFIX_REJECT;
		else if (span_eq(text, SPAN("requeued")))
			event->kind = POSTFIX_REQUEUED;
		break;
	case 'w':
	case 'e':
		if (span_starts(text, SPAN("warning: ")) || span_starts(text, SPAN("error: ")))
			event->kind = POSTFIX_WARNING;
		break;
	case 's':
	case 'p':
		read_notice(event);
		break;
	default:
		break;
	}
}

/* What begins a line without a queue ID, and what it is about. */
/* clang-format off */
static const struct {
	struct span begins;
	enum postfix_kind kind;
	bool client; /* a client follows */
} sessions[] = {
	{ { "connect from ", 13 },         POSTFIX_CONNECT,    true },
	{ { "disconnect from ", 16 },      POSTFIX_DISCONNECT, true },
	{ { "lost connection after ", 22 }, POSTFIX_OTHER,     false },
	{ { "warning: ", 9 },              POSTFIX_WARNING,    false },
	{ { "fatal: ", 7 },                POSTFIX_WARNING,    false },
	{ { "error: ", 7 },                POSTFIX_WARNING,    false },
	{ { "panic: ", 7 },                POSTFIX_WARNING,    false },
	{ { "daemon started -- ", 18 },    POSTFIX_START,      false },
	{ { "reload -- ", 10 },            POSTFIX_START,      false },
};
/* clang-format on */

static void
read_without_id(struct event *event)
{
	if (event->noqueue && span_starts(event->text, SPAN("milter-"))) {
		read_milter_action(event);
		return;
	}
	if (event->noqueue && span_starts(event->text, SPAN("client="))) {
		event->kind = POSTFIX_CLIENT;
		read_client(event->text, &event->fields);
		return;
	}
	if (event->noqueue && span_starts(event->text, SPAN("reject: "))) {
		event->kind = POSTFIX_REJECT;
		return;
	}
	if (span_starts(event->text, SPAN("proxy-accept: "))) {
		postfix_read_reply(event->text, &event->fields);
		return;
	}
	/* A paste that lost its queue ID. */
	if (span_starts(event->text, SPAN("milter-reject: "))) {
		read_milter_action(event);
		return;
	}
	for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
		if (event->text.n == 0 || *event->text.p != *sessions[i].begins.p ||
			!span_starts(event->text, sessions[i].begins))
			continue;
		event->kind = sessions[i].kind;
		if (sessions[i].client)
			read_from_client(span_from(event->text, sessions[i].begins.n),
				&event->fields);
		return;
	}
}

void
postfix_read(struct event *event)
{
	if (event->queue_id.n > 0)
		read_with_id(event);
	else
		read_without_id(event);
}

/* Sendmail's "relay=client.example.com [192.0.2.10] (may be forged)". */
static void
read_sendmail_relay(struct span text, struct span *name, struct span *ip)
{
	struct span value = value_at(text, SPAN("relay="));
	ptrdiff_t end;

	if (value.n == 0)
		return;
	end = span_find(value, SPAN(", "));
	client_split(end < 0 ? value : span_first(value, (size_t)end), name, ip);
}

static void
read_sendmail_delivery(struct span text, struct postfix_fields *fields)
{
	struct span stat = value_at(text, SPAN("stat="));

	fields->recipient = address_of(text, SPAN("to="));
	read_sendmail_relay(text, &fields->relay_name, &fields->relay_ip);
	fields->relay = attribute(text, SPAN("relay="));
	if (fields->relay.p == NULL) /* delivered here: mailer=local has no relay= */
		fields->relay = attribute(text, SPAN("mailer="));
	fields->dsn = attribute(text, SPAN("dsn="));
	fields->reply = stat;
	if (span_starts(stat, SPAN("Sent")))
		fields->status = SPAN("sent");
	else if (span_starts(stat, SPAN("Deferred")) || span_starts(stat, SPAN("queued")))
		fields->status = SPAN("deferred");
	else
		fields->status = SPAN("bounced");
	postfix_read_reply(stat, fields);
}

void
sendmail_read(struct event *event)
{
	struct postfix_fields *fields = &event->fields;
	struct span text = event->text;

	if (event->queue_id.n == 0) {
		if (span_starts(text, SPAN("AUTH=server")))
			fields->sasl_username = attribute(text, SPAN("authid="));
		return;
	}
	if (span_starts(text, SPAN("from="))) {
		event->kind = POSTFIX_CLIENT;
		read_sender(text, fields);
		read_recipients(text, SPAN("nrcpts="), fields);
		fields->message_id = attribute(text, SPAN("msgid="));
		read_sendmail_relay(text, &fields->client_name, &fields->client_ip);
	} else if (span_starts(text, SPAN("to="))) {
		event->kind = POSTFIX_DELIVERY;
		read_sendmail_delivery(text, fields);
	} else if (span_starts(text, SPAN("Milter: ")) && span_has(text, SPAN("reject="))) {
		event->kind = POSTFIX_MILTER_ACTION;
		fields->action = SPAN("reject");
		fields->answer = value_at(text, SPAN("reject="));
	} else if (span_starts(text, SPAN("Milter")) && span_has(text, SPAN("insert"))) {
		event->kind = POSTFIX_MILTER_HEADER;
	}
}

bool
filter_read(struct event *event)
{
	struct span id = attribute(event->text, SPAN("Queue-ID: "));
	struct span next = attribute(event->text, SPAN("queued_as: "));
	ptrdiff_t slash = span_find_char(next, '/');

	if (slash >= 0)
		next = span_first(next, (size_t)slash);
	if (!queue_id_is_postfix(id) || !queue_id_is_postfix(next))
		return false;
	event->queue_id = id;
	event->fields.queued_as = next;
	event->fields.relay = SPAN("filter");
	event->kind = POSTFIX_DELIVERY;
	return true;
}
