#include "rules/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

#define RECENT_MAX 1024 /* powers of two */
#define LISTS 4096

struct sessions {
	struct session *lists[LISTS]; /* by a hash of process ID and host */
	size_t n;
	struct session *recent[RECENT_MAX]; /* by process ID: most lines find theirs here */
	struct session *newest, *oldest;
	size_t waiting;     /* sessions that have lines */
	bool several_hosts; /* processes of more than one were seen */
	struct buf key;
};

struct sessions *
sessions_new(void)
{
	return xcalloc(1, sizeof(struct sessions));
}

/* Few sessions ever have lines. */
struct session_room {
	struct arena lines; /* cleared when the last one goes */
	struct arena connect;
};

static struct session_room *
room_of(struct session *session)
{
	if (session->room == NULL)
		session->room = xcalloc(1, sizeof *session->room);
	return session->room;
}

static void
session_free(struct session *session)
{
	if (session->room != NULL) {
		arena_clear(&session->room->lines);
		arena_clear(&session->room->connect);
		free(session->room);
	}
	free(session);
}

void
sessions_free(struct sessions *sessions)
{
	struct session *session, *older;

	if (sessions == NULL)
		return;
	for (session = sessions->newest; session != NULL; session = older) {
		older = session->older;
		session_free(session);
	}
	buf_clear(&sessions->key);
	free(sessions);
}

static void
take_out(struct sessions *sessions, struct session *session)
{
	if (session->newer != NULL)
		session->newer->older = session->older;
	else
		sessions->newest = session->older;
	if (session->older != NULL)
		session->older->newer = session->newer;
	else
		sessions->oldest = session->newer;
}

static void
put_first(struct sessions *sessions, struct session *session)
{
	session->newer = NULL;
	session->older = sessions->newest;
	if (sessions->newest != NULL)
		sessions->newest->newer = session;
	sessions->newest = session;
	if (sessions->oldest == NULL)
		sessions->oldest = session;
}

static struct session *
use(struct sessions *sessions, struct session *session)
{
	if (session != sessions->newest) {
		take_out(sessions, session);
		put_first(sessions, session);
	}
	return session;
}

/* Process ID and host as one key, the bytes of the host behind it. */
static struct span
key_of(struct sessions *sessions, struct span host, uint32_t pid)
{
	buf_reset(&sessions->key);
	buf_add(&sessions->key, (struct span){ (const char *)&pid, sizeof pid });
	buf_add(&sessions->key, host);
	return buf_span(&sessions->key);
}

static struct session **
list_of(struct sessions *sessions, struct span key)
{
	return &sessions->lists[span_hash(key) % LISTS];
}

static struct session *
session_new(struct sessions *sessions, struct span key, uint32_t pid)
{
	struct session *session = xcalloc(1, sizeof *session + key.n);
	struct session **list = list_of(sessions, key);
	char *bytes = (char *)(session + 1);

	memcpy(bytes, key.p, key.n);
	session->sessions = sessions;
	session->pid = pid;
	session->host = (struct span){ bytes + sizeof pid, key.n - sizeof pid };
	session->next = *list;
	*list = session;
	sessions->n++;
	return session;
}

static struct span
session_key(const struct session *session)
{
	return (struct span){ (const char *)(session + 1), session->host.n + sizeof session->pid };
}

static void
forget_oldest(struct sessions *sessions)
{
	struct session *session = sessions->oldest;
	struct session **at = list_of(sessions, session_key(session));

	if (sessions->recent[session->pid % RECENT_MAX] == session)
		sessions->recent[session->pid % RECENT_MAX] = NULL;
	sessions->waiting -= session->nlines > 0;
	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	sessions->n--;
	take_out(sessions, session);
	session_free(session);
}

struct session *
sessions_get(struct sessions *sessions, struct span host, uint32_t pid)
{
	struct session **recent = &sessions->recent[pid % RECENT_MAX];
	struct session *session = *recent;
	struct span key;

	if (session != NULL && session->pid == pid && span_eq(session->host, host))
		return use(sessions, session);
	key = key_of(sessions, host, pid);
	session = *list_of(sessions, key);
	while (session != NULL && (session->pid != pid || !span_eq(session->host, host)))
		session = session->next;
	if (session != NULL) {
		*recent = session;
		return use(sessions, session);
	}
	if (sessions->n >= SESSIONS_MAX)
		forget_oldest(sessions);
	session = *recent = session_new(sessions, key, pid);
	sessions->several_hosts |=
		sessions->newest != NULL && !span_eq(sessions->newest->host, session->host);
	put_first(sessions, session);
	return session;
}

struct session *
sessions_newest(struct sessions *sessions)
{
	return sessions->newest;
}

static bool
is_short_form(struct span name, struct span full)
{
	if (name.p == NULL || full.p == NULL) /* so empty; said for gcc's analyzer */
		return false;
	return name.n > 0 && full.n > name.n && full.p[name.n] == '.' && span_starts(full, name);
}

struct session *
sessions_alike(struct sessions *sessions, const struct session *session)
{
	if (!sessions->several_hosts)
		return NULL;
	for (struct session *at = sessions->newest; at != NULL; at = at->older)
		if (at->nlines > 0 && at->pid == session->pid &&
			(is_short_form(at->host, session->host) ||
				is_short_form(session->host, at->host)))
			return at;
	return NULL;
}

bool
sessions_wait(const struct sessions *sessions)
{
	return sessions->waiting > 0;
}

void
session_name(struct session *session, struct span process)
{
	process = span_first(process, SESSION_NAME_MAX);
	if (process.n == 0 ||
		span_eq(process, (struct span){ session->process, session->process_n }))
		return;
	if (session->process_n > 0)
		session_reset(session);
	memcpy(session->process, process.p, process.n);
	session->process_n = (uint8_t)process.n;
}

void
session_reset(struct session *session)
{
	if (session->nlines > 0) {
		arena_clear(&room_of(session)->lines);
		session->sessions->waiting--;
	}
	session->nlines = 0;
	session->connected = false;
	if (session->connect != NULL) {
		arena_clear(&room_of(session)->connect);
		session->connect = NULL;
	}
	session->current_n = 0;
}

void
session_set_connect(struct session *session, const struct evidence *line)
{
	session->connect = arena_alloc(&room_of(session)->connect, sizeof *session->connect);
	evidence_copy(&room_of(session)->connect, line, session->connect);
}

void
session_add_line(struct session *session, const struct evidence *line)
{
	if (session->nlines == SESSION_LINES_MAX)
		session_drop_line(session, 0);
	if (session->nlines == 0) {
		session->lines = arena_alloc(&room_of(session)->lines,
			SESSION_LINES_MAX * sizeof *session->lines);
		session->sessions->waiting++;
	}
	evidence_copy(&room_of(session)->lines, line, &session->lines[session->nlines++]);
}

void
session_drop_line(struct session *session, size_t i)
{
	session->nlines--;
	for (; i < session->nlines; i++)
		session->lines[i] = session->lines[i + 1];
	if (session->nlines == 0) {
		arena_clear(&room_of(session)->lines);
		session->sessions->waiting--;
	}
}

void
session_set_current(struct session *session, struct span queue_id)
{
	session->current_n = 0;
	if (queue_id.n > SESSION_ID_MAX)
		return;
	memcpy(session->current, queue_id.p, queue_id.n);
	session->current_n = (uint8_t)queue_id.n;
}
