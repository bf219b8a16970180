#include "store/schema.h"

/* An instant as RFC 3339 has it, in UTC, with microseconds when there are any. */
#define ISO(column)                                                                                \
	"strftime('%Y-%m-%dT%H:%M:%S', " column " / 1000000, 'unixepoch') || "                     \
	"CASE WHEN " column " % 1000000 = 0 THEN '' "                                              \
	"ELSE printf('.%06d', " column " % 1000000) END || 'Z'"

#define TEXT_OF(column) "CAST(" column " AS TEXT) AS " column

/* Up to and including the last @: what is left when all other letters are taken off the end. */
#define DOMAIN(address)                                                                            \
	"CASE WHEN instr(" address ", '@') = 0 THEN '' ELSE lower(substr(" address ", "            \
	"length(rtrim(" address ", replace(" address ", '@', ''))) + 1)) END"

/* clang-format off */
static const char *const step_1[] = {
	"CREATE TABLE meta("
	"	key TEXT PRIMARY KEY,"
	"	value BLOB NOT NULL"
	") STRICT, WITHOUT ROWID",

	/* Which lines were taken in: store/known.h. */
	"CREATE TABLE minute("
	"	minute INTEGER PRIMARY KEY,"
	"	digests BLOB NOT NULL"
	") STRICT",

	/* A log file under whatever name it has by now: head is the digest of its first event's line. */
	"CREATE TABLE source("
	"	id INTEGER PRIMARY KEY,"
	"	head INTEGER NOT NULL UNIQUE,"
	"	path BLOB NOT NULL,"
	"	format TEXT NOT NULL,"
	"	first INTEGER,"
	"	last INTEGER,"
	"	lines INTEGER NOT NULL,"
	"	new_lines INTEGER NOT NULL,"
	"	cut INTEGER NOT NULL,"
	"	problem BLOB,"
	"	read_at INTEGER NOT NULL,"
	/* Where to go on, in the file of that device and inode, when marker stands before it. */
	"	dev INTEGER,"
	"	ino INTEGER,"
	"	size INTEGER,"
	"	place INTEGER,"
	"	place_number INTEGER,"
	"	place_key INTEGER,"
	"	marker INTEGER"
	") STRICT",

	/*
	 * Kept lines. The text is raw's from text_at on, text_n bytes, or text where that is not NULL.
	 * role: 0 of one message alone, 1 of several or of none, 2 a daemon's start or end.
	 */
	"CREATE TABLE line("
	"	id INTEGER PRIMARY KEY,"
	"	source INTEGER NOT NULL REFERENCES source,"
	"	number INTEGER NOT NULL,"
	"	key INTEGER NOT NULL,"
	"	time INTEGER,"
	"	host BLOB NOT NULL,"
	"	tag BLOB NOT NULL,"
	"	pid INTEGER NOT NULL,"
	"	times INTEGER NOT NULL,"
	"	raw BLOB NOT NULL,"
	"	text_at INTEGER NOT NULL,"
	"	text_n INTEGER NOT NULL,"
	"	text BLOB,"
	"	role INTEGER NOT NULL,"
	"	UNIQUE(source, number)"
	") STRICT",
	"CREATE INDEX line_key ON line(key)",
	"CREATE INDEX line_start ON line(role) WHERE role = 2",

	"CREATE TABLE fact("
	"	kind TEXT NOT NULL,"
	"	key BLOB NOT NULL,"
	"	first INTEGER NOT NULL,"
	"	last INTEGER NOT NULL,"
	"	PRIMARY KEY(kind, key)"
	") STRICT, WITHOUT ROWID",

	"CREATE TABLE rollup("
	"	hour INTEGER NOT NULL,"
	"	host BLOB NOT NULL,"
	"	domain BLOB NOT NULL,"
	"	verdict TEXT NOT NULL,"
	"	cause TEXT NOT NULL,"
	"	messages INTEGER NOT NULL,"
	"	PRIMARY KEY(hour, host, domain, verdict, cause)"
	") STRICT, WITHOUT ROWID",

	"CREATE TABLE message("
	"	id INTEGER PRIMARY KEY,"
	"	host BLOB NOT NULL,"
	"	queue_id BLOB NOT NULL,"
	"	first INTEGER,"
	"	last INTEGER,"
	"	verdict TEXT NOT NULL,"
	"	cause TEXT,"
	"	contributing TEXT NOT NULL,"
	"	rule TEXT,"
	"	author BLOB,"
	"	sender BLOB,"
	"	recipient BLOB,"
	"	recipients INTEGER NOT NULL,"
	"	client_name BLOB,"
	"	client_ip BLOB,"
	"	sasl_username BLOB,"
	"	service BLOB,"
	"	message_id BLOB,"
	"	relay BLOB,"
	/* 1: more is to come of it, as far as its lines tell. */
	"	open INTEGER NOT NULL"
	") STRICT",
	"CREATE INDEX message_queue_id ON message(queue_id)",
	"CREATE INDEX message_first ON message(first)",
	"CREATE INDEX message_last ON message(last)",
	"CREATE INDEX message_open ON message(open) WHERE open = 1",
	"CREATE INDEX message_cause ON message(verdict, cause, first)"
	"	WHERE verdict NOT IN ('signed', 'inbound')",

	/* The lines that tell of a message, and the queue IDs it is linked with (message_route()). */
	"CREATE TABLE evidence("
	"	message INTEGER NOT NULL,"
	"	line INTEGER NOT NULL,"
	"	PRIMARY KEY(message, line)"
	") STRICT, WITHOUT ROWID",
	"CREATE TABLE route("
	"	message INTEGER NOT NULL,"
	"	queue_id BLOB NOT NULL,"
	"	PRIMARY KEY(message, queue_id)"
	") STRICT, WITHOUT ROWID",

	"CREATE TABLE incident("
	"	id INTEGER PRIMARY KEY,"
	"	host BLOB NOT NULL,"
	"	cause TEXT NOT NULL,"
	"	subject BLOB,"
	"	first INTEGER,"
	"	last INTEGER,"
	"	ended INTEGER,"
	"	lines INTEGER NOT NULL,"
	"	rule TEXT"
	") STRICT",

	"CREATE TABLE gap("
	"	id INTEGER PRIMARY KEY,"
	"	host BLOB NOT NULL,"
	"	first INTEGER,"
	"	last INTEGER,"
	"	why TEXT NOT NULL"
	") STRICT",

	/* For people who ask in SQL; the names of times are those of `dkimwhy export`. */
	"CREATE VIEW messages AS SELECT id, " TEXT_OF("host") ", " TEXT_OF("queue_id") ", "
		ISO("first") " AS first_time, " ISO("last") " AS last_time, "
		"verdict, cause, contributing, rule, "
		TEXT_OF("author") ", " TEXT_OF("sender") ", " TEXT_OF("recipient") ", recipients, "
		TEXT_OF("client_name") ", " TEXT_OF("client_ip") ", " TEXT_OF("sasl_username") ", "
		TEXT_OF("service") ", " TEXT_OF("message_id") ", " TEXT_OF("relay")
	"	FROM message",

	"CREATE VIEW incidents AS SELECT id, " TEXT_OF("host") ", cause, " TEXT_OF("subject") ", "
		ISO("first") " AS first_time, " ISO("last") " AS last_time, "
		ISO("ended") " AS ended_time, lines,"
	"	(SELECT count(*) FROM message WHERE message.host = incident.host"
	"		AND message.first >= incident.first"
	"		AND (incident.ended IS NULL OR message.first <= incident.ended)"
	"		AND (message.cause = incident.cause"
	"			OR instr(' ' || contributing || ' ', ' ' || incident.cause || ' ') > 0))"
	"	AS messages"
	"	FROM incident",

	/* Of messages kept as rows; those kept as sums are in trend only. */
	"CREATE VIEW causes AS SELECT verdict, cause, count(*) AS messages, "
		ISO("min(first)") " AS first_time, " ISO("max(last)") " AS last_time"
	"	FROM message GROUP BY verdict, cause",

	"CREATE VIEW trend AS SELECT"
	"		strftime('%Y-%m-%dT%H:%M:%SZ', hour * 3600, 'unixepoch') AS hour, "
			TEXT_OF("host") ", " TEXT_OF("domain") ", verdict, cause,"
	"		sum(messages) AS messages"
	"	FROM (SELECT hour, host, domain, verdict, cause, messages FROM rollup"
	"		UNION ALL"
	"		SELECT hour, host, CAST(" DOMAIN("address") " AS BLOB), verdict, cause, 1"
	"		FROM (SELECT first / 3600000000 AS hour, host, verdict,"
	"			coalesce(cause, '') AS cause,"
	"			CAST(coalesce(nullif(author, x''), sender, x'') AS TEXT) AS address"
	"			FROM message))"
	"	GROUP BY hour, host, domain, verdict, cause",
	NULL,
};

static const char *const step_2[] = {
	/* Of lines that tell it; 0 where none does. */
	"ALTER TABLE gap ADD COLUMN lines INTEGER NOT NULL DEFAULT 0",

	"CREATE VIEW gaps AS SELECT id, " TEXT_OF("host") ", " ISO("first") " AS first_time, "
		ISO("last") " AS last_time, why, lines FROM gap",
	NULL,
};

#define COUNTED(row)                                                                               \
	"ifnull(" row ".first / 3600000000, 0), " row ".host, "                                    \
	"CAST(" DOMAIN("CAST(coalesce(nullif(" row ".author, x''), " row ".sender, x'') AS TEXT)") \
	" AS BLOB), " row ".verdict, ifnull(" row ".cause, '')"
#define COUNTED_KEY "(hour, host, domain, verdict, cause)"

static const char *const step_3[] = {
	/* As rollup, of the messages kept one by one. */
	"CREATE TABLE counted("
	"	hour INTEGER NOT NULL,"
	"	host BLOB NOT NULL,"
	"	domain BLOB NOT NULL,"
	"	verdict TEXT NOT NULL,"
	"	cause TEXT NOT NULL,"
	"	messages INTEGER NOT NULL,"
	"	PRIMARY KEY" COUNTED_KEY
	") STRICT, WITHOUT ROWID",
	"INSERT INTO counted SELECT " COUNTED("message") ", 1 FROM message WHERE true"
	"	ON CONFLICT DO UPDATE SET messages = messages + 1",
	"CREATE TRIGGER message_comes AFTER INSERT ON message BEGIN"
	"	INSERT INTO counted VALUES(" COUNTED("new") ", 1)"
	"	ON CONFLICT DO UPDATE SET messages = messages + 1;"
	" END",
	"CREATE TRIGGER message_goes AFTER DELETE ON message BEGIN"
	"	UPDATE counted SET messages = messages - 1"
	"		WHERE " COUNTED_KEY " = (" COUNTED("old") ");"
	"	DELETE FROM counted WHERE " COUNTED_KEY " = (" COUNTED("old") ") AND messages = 0;"
	" END",

	/* Plainly signed and inbound ones, when they are wanted one by one, without their lines. */
	"CREATE TABLE settled("
	"	id INTEGER PRIMARY KEY,"
	"	host BLOB NOT NULL,"
	"	queue_id BLOB NOT NULL,"
	"	first INTEGER,"
	"	last INTEGER,"
	"	verdict TEXT NOT NULL,"
	"	author BLOB,"
	"	sender BLOB,"
	"	recipient BLOB,"
	"	recipients INTEGER NOT NULL,"
	"	client_name BLOB,"
	"	client_ip BLOB,"
	"	sasl_username BLOB,"
	"	service BLOB,"
	"	message_id BLOB,"
	"	relay BLOB,"
	/* Of each signature 'selector domain', one a line. */
	"	signatures BLOB"
	") STRICT",
	"CREATE INDEX settled_queue_id ON settled(queue_id)",

	"DROP VIEW trend",
	"CREATE VIEW trend AS SELECT"
	"		strftime('%Y-%m-%dT%H:%M:%SZ', nullif(hour, 0) * 3600, 'unixepoch') AS hour, "
			TEXT_OF("host") ", " TEXT_OF("domain") ", verdict, cause,"
	"		sum(messages) AS messages"
	"	FROM (SELECT * FROM rollup UNION ALL SELECT * FROM counted)"
	"	GROUP BY hour, host, domain, verdict, cause",

	"CREATE VIEW settled_messages AS SELECT id, " TEXT_OF("host") ", " TEXT_OF("queue_id") ", "
		ISO("first") " AS first_time, " ISO("last") " AS last_time, verdict, "
		TEXT_OF("author") ", " TEXT_OF("sender") ", " TEXT_OF("recipient") ", recipients, "
		TEXT_OF("client_name") ", " TEXT_OF("client_ip") ", " TEXT_OF("sasl_username") ", "
		TEXT_OF("service") ", " TEXT_OF("message_id") ", " TEXT_OF("relay") ", "
		TEXT_OF("signatures")
	"	FROM settled",
	NULL,
};

static const char *const step_4[] = {
	/* The KeyTable's names of the keys it is about, one a line. */
	"ALTER TABLE incident ADD COLUMN keys BLOB",
	NULL,
};

static const char *const *const steps[] = { step_1, step_2, step_3, step_4 };
/* clang-format on */

const struct schema schema_store = { steps, sizeof(steps) / sizeof(steps[0]) };
