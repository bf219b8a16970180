/*
 * session.h - what belongs to a process rather than to a queue ID.
 *
 * Postfix's milter warnings and OpenDKIM's key errors name no message. They
 * are tied by the process that wrote them: an smtpd from its connect to its
 * disconnect line (a milter lost in a session stays lost for it:
 * milter8_comm_error()), a cleanup from one message to the next, an OpenDKIM
 * from the key's line to the next "error loading key" (dkimf_add_signrequest()).
 * A session owns copies of the lines it keeps. At most SESSIONS_MAX processes
 * are remembered, the longest silent being forgotten first.
 */
#ifndef RULES_SESSION_H
#define RULES_SESSION_H

#include "rules/message.h"

#define SESSIONS_MAX 8192
#define SESSION_NAME_MAX 24  /* of a longer name the beginning counts */
#define SESSION_ID_MAX 32    /* no queue ID is longer */
#define SESSION_LINES_MAX 16 /* more lines of one session push out the oldest */

struct sessions;
struct session_room;

struct session {
	struct sessions *sessions; /* to which it belongs */
	uint32_t pid;
	uint32_t connection; /* how many it has had */
	bool connected;      /* an smtpd within a connection */
	struct span host;    /* whose process it is; its bytes stand behind the session */
	uint8_t process_n, current_n;
	char process[SESSION_NAME_MAX]; /* its name: "smtpd", "cleanup"; empty: not known */
	char current[SESSION_ID_MAX];   /* queue ID of the message at hand; empty: none */
	struct session *newer, *older;  /* by last use */
	struct session *next;           /* in the list by which it is found */
	struct evidence *lines;         /* room for SESSION_LINES_MAX, once there are any */
	size_t nlines;
	struct session_room *room; /* for lines; NULL: there were none yet */
	struct evidence *connect;  /* the line that began the connection; NULL: not kept */
};

struct sessions *sessions_new(void);
void sessions_free(struct sessions *sessions);

/* The session of that process, made when there is none. Valid until the next call. */
struct session *sessions_get(struct sessions *sessions, struct span host, uint32_t pid);

/*
 * Another session of that process whose host's name is a short or long form of this one ("mx1",
 * "mx1.shop.example": people shorten names unevenly) and that has lines; or NULL.
 */
struct session *sessions_alike(struct sessions *sessions, const struct session *session);

/* Has any of them lines that wait for their message? */
bool sessions_wait(const struct sessions *sessions);

/* Process IDs are used again: a process of another name is another one, and all is forgotten. */
void session_name(struct session *session, struct span process);

/* Forget lines and message. */
void session_reset(struct session *session);

/* Remember the line that begins a connection, until the session is reset. */
void session_set_connect(struct session *session, const struct evidence *line);

void session_add_line(struct session *session, const struct evidence *line);

/* Take line i out. */
void session_drop_line(struct session *session, size_t i);

void session_set_current(struct session *session, struct span queue_id);

static inline struct span
session_current(const struct session *session)
{
	return (struct span){ session->current, session->current_n };
}

/* The sessions, the last used first; NULL at the end. */
struct session *sessions_newest(struct sessions *sessions);

#endif
