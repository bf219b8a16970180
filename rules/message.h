/*
 * message.h - all that is known of one message under one queue ID.
 *
 * A message owns copies of what it keeps, in its arena. Evidence is kept as
 * the lines themselves; the verdict is derived from it (rules/verdict.h).
 */
#ifndef RULES_MESSAGE_H
#define RULES_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "rules/rule.h"

/* Lines kept of one message; of later ones the closing one, the others are counted. */
#define MESSAGE_EVIDENCE_MAX 256
#define MESSAGE_SIGNATURES_MAX 8
#define MESSAGE_LINKS_MAX 16
#define MESSAGE_ROUTE_MAX 32
#define EVIDENCE_RAW_MAX 2048

/* One line that speaks of a message or an incident. */
struct evidence {
	uint32_t file;   /* log_file() */
	uint64_t number; /* line in it */
	int64_t when;
	struct span raw;  /* the line as it stands in the file, cut at EVIDENCE_RAW_MAX */
	struct span text; /* its part the rules look at; lies in raw */
	enum daemon daemon;
	const struct rule *rule; /* NULL: a line that no rule is about */
	bool session;            /* joined by process and time, not by queue ID */
	bool start;              /* a daemon's start or end, or its settings read again */
	/* What else is needed to read it again (parser/line.h); body is the whole text. */
	struct span host, tag, body;
	int64_t key;
	uint32_t pid, times;
};

enum origin {
	ORIGIN_UNKNOWN,  /* its first lines are not in the log */
	ORIGIN_SMTP,     /* smtpd took it in */
	ORIGIN_PICKUP,   /* the sendmail command, mail(1), cron */
	ORIGIN_REQUEUED, /* postsuper -r: milters do not see it again */
	ORIGIN_INTERNAL, /* Postfix itself made it: bounce, delay notice */
	ORIGIN_FORWARD,  /* child of an alias or .forward */
};

enum link_kind {
	LINK_REINJECTED, /* handed to a filter or another instance, came back as */
	LINK_NEXT_HOP,   /* taken by another host of the same log as */
	LINK_FORWARDED,  /* forwarded as */
	LINK_NOTICE,     /* a bounce or notice about it is */
	LINK_RETRY,      /* tried again (maildrop, client) as */
	LINK_REQUEUED,   /* postsuper -r gave it a new ID */
};

struct fold;
struct message;

struct message_link {
	enum link_kind kind;
	bool forward;          /* towards the later ID */
	struct message *other; /* NULL when it was let go before this one */
	struct span queue_id;  /* the other's, for when it is gone */
};

struct signature {
	struct span selector, domain;
};

struct verdict {
	enum verdict_kind kind;
	cause_t cause; /* CAUSE_NONE for signed and inbound */
	cause_t contributing[8];
	size_t ncontributing;
	const struct rule *rule; /* the rule that showed the cause; NULL when it was inferred */
	const struct message *decided; /* the message of the route at which it was decided */
	uint32_t proof; /* index of the proving evidence in decided; UINT32_MAX: none */
};

/* What became of it: delivery lines, one a recipient and try. */
struct deliveries {
	uint32_t remote;    /* for another host, whatever came of it */
	uint32_t ours;      /* of these: for a recipient that is an alias of this host */
	uint32_t local;     /* mailbox, lmtp, pipe, virtual */
	uint32_t filter;    /* handed on under a queue ID of this input */
	uint32_t forwarded; /* .forward, :include: */
	uint32_t sent, deferred, bounced;
};

/* The row that a keeper of messages made of one, see store/ingesting.h; all zero: none yet. */
struct message_row {
	int64_t id;
	uint64_t digest; /* of what stands in it, */
	uint64_t said;   /* and of the answer alone: whether it is decided, verdict, cause */
	size_t links;    /* so many of its links are kept */
	bool open;       /* it says that more is to come */
	bool lines;      /* its lines are kept, as many as there were ... */
	bool grown;      /* ... before it got more */
};

struct message {
	/* What is asked of it line by line stands together. */
	struct span host, queue_id;
	int64_t first, last;
	struct fold *fold; /* its lines, until they are asked for (rules/fold.h); NULL: they were */
	bool cleaned_up;   /* cleanup's message-id line was seen: OpenDKIM's would stand near it */
	bool queued;       /* qmgr took it: OpenDKIM's decision was made before */
	bool closed;       /* removed, refused or expired: nothing more is to come */
	bool opendkim;     /* OpenDKIM wrote a line about it */
	/* The gatherer's (rules/transport.c). */
	bool born;        /* the line that begins a message was seen */
	bool client_gone; /* the client was seen to leave behind it */
	bool context;     /* lines of others cannot be read again to the same end without it */
	bool whole; /* let go with its route complete, and nothing later can change the verdict */
	uint32_t smtpd_pid, connection; /* the connection it came in by */

	/* The keeper's (rules/pending.c); not for others. */
	bool waiting, touched;
	uint64_t hash; /* span_hash() of the queue ID */
	uint64_t name; /* ... and of message_id, if it is looked up by that */
	uint64_t serial;
	int64_t due;
	size_t charged;                                /* bytes that the keeper has counted */
	struct message_pool *pool;                     /* it goes back to; NULL: none */
	struct message *older, *newer;                 /* by birth */
	struct message *same_older, *same_newer;       /* others of the same queue ID */
	struct message *due_before, *due_next;         /* those that wait, by when they fall due */
	struct message *touched_before, *touched_next; /* of those with lines since it was asked */

	struct arena arena;
	enum origin origin;
	struct span instance,
		service; /* "postfix", "submission"; service "" is the default smtpd */
	int64_t since;   /* when Postfix had read its configuration; INSTANT_NONE: not seen */
	struct span client_name, client_ip, sasl_username;
	struct span sender; /* envelope sender; empty and has_sender for <> */
	bool has_sender;
	struct span author;               /* as OpenDKIM wrote it; empty when no line names it */
	struct span author_domain;        /* likewise */
	struct span message_id;           /* with <>; empty when it has none */
	struct span recipient;            /* the first one */
	struct span relay;                /* of the first remote delivery */
	struct span recipient_domains[4]; /* of remote deliveries, the first few different ones */
	struct span verified_domain;      /* d= of a signature it came with; empty: none was seen */
	bool verified;                    /* that signature was good */
	struct span key_name;             /* KeyTable name that a line named */
	uint32_t recipients; /* as qmgr counted; else as many as deliveries were seen */
	struct deliveries deliveries;

	struct span milter_action; /* "reject", "hold", "discard"; empty: none */
	struct span milter_answer; /* "4.7.1 Service unavailable - try again later" */
	bool refused_by_postfix;
	bool late_signature; /* OpenDKIM signed when Postfix had gone on without it */

	struct signature *signatures; /* in the arena */
	size_t nsignatures;
	struct evidence *evidence; /* in the order of reading */
	size_t nevidence, room;
	uint32_t unkept;            /* lines beyond MESSAGE_EVIDENCE_MAX */
	struct message_link *links; /* in the arena */
	size_t nlinks;
	struct evidence *connect; /* the line that began it, when context is wanted; else NULL */
	struct verdict verdict;   /* filled in when it is judged */

	struct message_row note;
	struct message_row
		*row; /* to note: who is shown a message may not change it, but for this */
};

/* A message of that queue ID; owns copies of both. */
struct message *message_new(struct span host, struct span queue_id, int64_t when);

/* Cuts its links (the others keep its queue ID). Does nothing for NULL. */
void message_free(struct message *message);

/*
 * Messages that were freed, with the memory of their lines, for those that come: most live for
 * seconds. At most MESSAGE_POOL_MAX are kept. All zero is an empty one.
 */
#define MESSAGE_POOL_MAX 256
struct message_pool {
	struct message *free; /* the next of each is its newer */
	size_t n;
	struct evidence
		*rooms[MESSAGE_POOL_MAX]; /* for lines: messages that are folded need none */
	size_t nrooms;
	struct arena_pool blocks;
};

/* One without host and queue ID, from the pool, to which message_free() gives it back. */
struct message *message_take(struct message_pool *pool, int64_t when);

/* Give back what it holds more than it needs: no more lines are to come, as a rule. */
void message_trim(struct message *message);

/* Once none of its messages is left in use. */
void message_pool_clear(struct message_pool *pool);

/* Bytes it holds. */
size_t message_bytes(const struct message *message);

/*
 * Keep a line of it (raw is cut at EVIDENCE_RAW_MAX). text is the part of raw that the rules look
 * at. Gives the kept copy, or NULL when there are MESSAGE_EVIDENCE_MAX already; a closing line
 * then takes the place of the last.
 */
struct evidence *message_add_line(struct message *message, const struct evidence *line);
struct evidence *message_add_closing_line(struct message *message, const struct evidence *line);

/* A copy of an evidence in an arena: raw and text are copied, text within raw. */
void evidence_copy(struct arena *arena, const struct evidence *from, struct evidence *to);

/* Set *field to a copy of value unless it has a value already or value is empty. */
void message_set(struct message *message, struct span *field, struct span value);

/* One more signature; nothing happens when there are MESSAGE_SIGNATURES_MAX. */
void message_add_signature(struct message *message, struct span selector, struct span domain);

/* Link from (earlier) and to (later); nothing happens when they are linked already or one is full. */
void message_link(struct message *from, struct message *to, enum link_kind kind);

/* The part of an address behind its last @, or SPAN_NONE. */
struct span address_domain(struct span address);

/*
 * The queue IDs of the whole route in the order of time, this one included
 * (at most max): re-injections, next hops, forwards, retries, requeues; no notices.
 */
size_t message_route(const struct message *message, const struct message **route, size_t max);

/* What one verdict rests on, in the order of time. */
struct basis {
	struct message *messages[MESSAGE_ROUTE_MAX];
	size_t n; /* at least 1 */
};

/*
 * The message itself, what is the same message before and behind a filter or
 * a hop, and what it was forwarded or requeued from. With all, also what rests on it.
 */
void message_basis(struct message *message, bool all, struct basis *basis);

bool basis_any(const struct basis *basis, bool (*is)(const struct message *message));

/* What its lines tell of it. */
bool message_is_decided(const struct message *message); /* and judged: soon nothing changes that */
bool message_was_seen(const struct message *message);   /* by OpenDKIM */
bool message_was_signed(const struct message *message);
bool message_left(const struct message *message);   /* for recipients elsewhere */
bool message_stayed(const struct message *message); /* was delivered here, or forwarded from here */
bool message_has_cause(const struct message *message, cause_t cause);
bool message_has_effect(const struct message *message, enum effect effect);

#endif
