#include "store/settled.h"

#include "base/buf.h"
#include "base/instant.h"
#include "rules/explain.h"
#include "store/row.h"

static const char *const words[] = {
	[SETTLED_SUMS] = "sums",
	[SETTLED_NONE] = "none",
	[SETTLED_ROWS] = "rows",
};

bool
settled_keep_of(struct span word, enum settled_keep *keep)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(word, span_of(words[i]))) {
			*keep = (enum settled_keep)i;
			return true;
		}
	return false;
}

int
settled_set_keep(struct db *db, enum settled_keep keep, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO meta(key, value) VALUES('keep-signed', ?1)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
		err);

	if (put == NULL)
		return -1;
	db_bind_text(put, 1, span_of(words[keep]));
	return db_step(put, err);
}

int
settled_get_keep(struct db *db, enum settled_keep *keep, struct error *err)
{
	struct db_statement *get =
		db_prepare(db, "SELECT value FROM meta WHERE key = 'keep-signed'", err);
	int rc = get == NULL ? -1 : db_step(get, err);

	*keep = SETTLED_SUMS;
	if (rc <= 0)
		return rc;
	rc = settled_keep_of(db_text(get, 0), keep) ? 0 : db_damaged(db, "what it keeps", err);
	db_reset(get);
	return rc;
}

static void
add_signatures(struct buf *out, const struct message *message)
{
	const struct message *decided = message->verdict.decided;

	for (size_t i = 0; decided != NULL && i < decided->nsignatures; i++) {
		if (i > 0)
			buf_add_char(out, '\n');
		buf_add(out, decided->signatures[i].selector);
		buf_add_char(out, ' ');
		buf_add(out, decided->signatures[i].domain);
	}
}

int
settled_put(struct db *db, const struct message *message, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO settled(host, queue_id, first, last, verdict, author, sender, recipient,"
		" recipients, client_name, client_ip, sasl_username, service, message_id, relay,"
		" signatures)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
		err);
	struct buf signatures = BUF_INIT;
	int rc;

	if (put == NULL)
		return -1;
	db_bind_text(put, 1, message->host.n > 0 ? message->host : SPAN(""));
	db_bind_text(put, 2, message->queue_id);
	row_bind_instant(put, 3, message->first);
	row_bind_instant(put, 4, message->last);
	db_bind_word(put, 5, span_of(verdict_id(message->verdict.kind)));
	row_bind_text(put, 6, message->author);
	db_bind_text(put, 7,
		message->has_sender && message->sender.n == 0 ? SPAN("") : message->sender);
	row_bind_text(put, 8, message->recipient);
	db_bind_int(put, 9, message->recipients);
	row_bind_text(put, 10, message->client_name);
	row_bind_text(put, 11, message->client_ip);
	row_bind_text(put, 12, message->sasl_username);
	row_bind_text(put, 13, explain_service(message));
	row_bind_text(put, 14, message->message_id);
	row_bind_text(put, 15, message->relay);
	add_signatures(&signatures, message);
	row_bind_text(put, 16, buf_span(&signatures));
	rc = db_step(put, err);
	buf_clear(&signatures);
	return rc;
}

static void
read_signatures(struct message *message, struct span lines)
{
	struct span line, selector;

	while (message->nsignatures < MESSAGE_SIGNATURES_MAX && span_cut(&lines, '\n', &line)) {
		(void)span_cut(&line, ' ', &selector);
		message_add_signature(message, selector, line);
	}
}

/* The other way round: explain_service(). */
static void
read_service(struct message *message, struct span service)
{
	static const enum origin origins[] = { ORIGIN_PICKUP, ORIGIN_INTERNAL, ORIGIN_FORWARD };

	if (service.n == 0)
		return;
	for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
		message->origin = origins[i];
		if (span_eq(explain_service(message), service))
			return;
	}
	message->origin = ORIGIN_SMTP;
	if (!span_eq(explain_service(message), service))
		message_set(message, &message->service, service);
}

static struct message *
read_message(struct db_statement *row)
{
	int64_t first = db_is_null(row, 2) ? INSTANT_NONE : db_int(row, 2);
	struct message *message = message_new(db_text(row, 0), db_text(row, 1), first);

	message->last = db_is_null(row, 3) ? INSTANT_NONE : db_int(row, 3);
	message_set(message, &message->author, db_text(row, 5));
	message->has_sender = !db_is_null(row, 6);
	message_set(message, &message->sender, db_text(row, 6));
	message_set(message, &message->recipient, db_text(row, 7));
	message->recipients = (uint32_t)db_int(row, 8);
	message_set(message, &message->client_name, db_text(row, 9));
	message_set(message, &message->client_ip, db_text(row, 10));
	message_set(message, &message->sasl_username, db_text(row, 11));
	read_service(message, db_text(row, 12));
	message_set(message, &message->message_id, db_text(row, 13));
	message_set(message, &message->relay, db_text(row, 14));
	read_signatures(message, db_text(row, 15));
	message->verdict.cause = CAUSE_NONE;
	message->verdict.proof = UINT32_MAX;
	message->verdict.decided = message;
	return message;
}

int
settled_each(struct db *db, struct span id, void (*visit)(void *ctx, const struct message *message),
	void *ctx, struct error *err)
{
	struct db_statement *row = db_prepare(db,
		"SELECT host, queue_id, first, last, verdict, author, sender, recipient, recipients,"
		" client_name, client_ip, sasl_username, service, message_id, relay, signatures"
		" FROM settled WHERE ?1 IS NULL OR queue_id = ?1 OR message_id = ?1"
		" ORDER BY first, id",
		err);
	int rc;

	if (row == NULL)
		return -1;
	row_bind_text(row, 1, id);
	while ((rc = db_step(row, err)) > 0) {
		struct message *message = read_message(row);

		if (!verdict_of(db_text(row, 4), &message->verdict.kind)) {
			message_free(message);
			db_reset(row);
			return db_damaged(db, "a verdict", err);
		}
		visit(ctx, message);
		message_free(message);
	}
	return rc;
}

int
settled_forget(struct db *db, int64_t before, struct error *err)
{
	struct db_statement *drop = db_prepare(db, "DELETE FROM settled WHERE last < ?1", err);

	if (drop == NULL)
		return -1;
	db_bind_int(drop, 1, before);
	return db_step(drop, err);
}
