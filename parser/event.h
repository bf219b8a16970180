/*
 * event.h - what one line says, before anyone judges it.
 *
 * A line becomes an event when it comes from Postfix, OpenDKIM, Sendmail, a
 * supervisor that speaks of OpenDKIM, or a log daemon that speaks of lost
 * lines. Everything else is EVENT_NONE and is left as early as possible.
 * Spans are borrowed from the line.
 */
#ifndef PARSER_EVENT_H
#define PARSER_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/line.h"

enum daemon {
	DAEMON_NONE,
	DAEMON_OPENDKIM,
	DAEMON_POSTFIX,
	DAEMON_SENDMAIL,
	DAEMON_SYSTEM, /* systemd, kernel, audit, supervisord speaking of opendkim */
	DAEMON_SYSLOG, /* rsyslogd, syslogd, journald speaking of lost lines */
	DAEMON_FILTER, /* amavis and other content filters: links between queue IDs */
	DAEMON_SIGNER, /* another DKIM signer: rspamd, dkimpy-milter, rmilter, Haraka, Exim */
};

/* What a Postfix or Sendmail line is about. Only what signing needs; the rest is POSTFIX_OTHER. */
enum postfix_kind {
	POSTFIX_OTHER,
	POSTFIX_CONNECT,       /* connect from NAME[ADDR] */
	POSTFIX_DISCONNECT,    /* disconnect from, lost connection, timeout after */
	POSTFIX_CLIENT,        /* QID: client=...: a message is born */
	POSTFIX_PICKUP,        /* QID: uid=... from=<...> */
	POSTFIX_MESSAGE_ID,    /* QID: message-id=... */
	POSTFIX_ACTIVE,        /* QID: from=<...>, size=, nrcpt= (queue active) */
	POSTFIX_DELIVERY,      /* QID: to=<...>, relay=, status= */
	POSTFIX_REMOVED,       /* QID: removed */
	POSTFIX_EXPIRED,       /* QID: from=<>, status=expired */
	POSTFIX_NOTICE,        /* QID: sender non-delivery notification: QID2 and the like */
	POSTFIX_MILTER_ACTION, /* QID|NOQUEUE: milter-reject|hold|discard: ... */
	POSTFIX_REJECT,        /* QID|NOQUEUE: reject: ... by Postfix itself */
	POSTFIX_MILTER_HEADER, /* QID: milter-header-*: header DKIM-Signature: ... */
	POSTFIX_WARNING,       /* warning: ..., fatal: ...: for the rules */
	POSTFIX_REQUEUED,      /* postsuper: QID: requeued */
	POSTFIX_START,         /* master: daemon started, reload */
};

/* The attributes of a Postfix or Sendmail line; empty spans where the line has none. */
struct postfix_fields {
	struct span client_name, client_ip; /* client=, or "from NAME[IP]" */
	struct span orig_client_name, orig_client_ip, orig_queue_id;
	struct span sasl_username, sasl_method;
	struct span sender; /* from=<...>, without <> */
	bool has_sender;    /* told from the empty sender <> */
	struct span recipient, orig_recipient;
	struct span relay, relay_name, relay_ip;
	struct span status; /* "sent", "deferred", "bounced", ... */
	struct span reply;  /* in parentheses behind status= */
	struct span dsn;
	struct span message_id; /* with its <>, as written */
	struct span queued_as;  /* last "queued as" or "forwarded as" in the reply */
	bool forwarded;         /* it was "forwarded as" */
	struct span action;     /* "reject", "hold", "discard", ... */
	struct span answer;     /* "4.7.1 Service unavailable - try again later" */
	struct span notice_id;  /* queue ID of the notification */
	uint32_t recipients;    /* nrcpt= */
};

struct event {
	enum daemon daemon;
	struct span instance; /* Postfix: syslog_name up to the first slash, "postfix" */
	struct span service;  /* between instance and process: "submission"; empty by default */
	struct span process;  /* "smtpd", "cleanup", "qmgr"; guessed where it was lost */
	struct span queue_id; /* empty: none; also empty for NOQUEUE and (unknown-jobid) */
	bool noqueue;         /* NOQUEUE stood in its place */
	bool unknown_job;     /* OpenDKIM's (unknown-jobid) stood in its place */
	bool guessed;         /* the line names no program: it was told by its text alone */
	struct span text;     /* behind the queue ID, for the rules */
	enum postfix_kind kind;
	struct postfix_fields fields;
};

/* Read a line. false (and DAEMON_NONE) when it is none of ours. */
bool event_read(const struct line *line, struct event *event);

/* systemd, the kernel and supervisors matter only where their text speaks of OpenDKIM. */
bool event_speaks_of_opendkim(struct span text);

/*
 * OpenDKIM may write under any name (SyslogName, since 2.11.0 Beta2). Does an unknown program
 * speak as only OpenDKIM does? Its name can be held against later lines then.
 */
bool event_speaks_as_opendkim(const struct line *line);

/* As event_read(), taking the line for OpenDKIM's. */
void event_read_opendkim(const struct line *line, struct event *event);

#endif
