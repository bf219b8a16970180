#include "store/row.h"

#include "base/buf.h"
#include "base/instant.h"

int64_t
row_instant(struct db_statement *row, int column)
{
	return db_is_null(row, column) ? INSTANT_NONE : db_int(row, column);
}

void
row_bind_instant(struct db_statement *statement, int i, int64_t when)
{
	if (when == INSTANT_NONE)
		db_bind_null(statement, i);
	else
		db_bind_int(statement, i, when);
}

void
row_bind_text(struct db_statement *statement, int i, struct span text)
{
	db_bind_text(statement, i, text.n > 0 ? text : SPAN_NONE);
}

static void
bind_verdict(struct db_statement *put, const struct verdict *verdict)
{
	struct buf contributing = BUF_INIT;

	for (size_t i = 0; i < verdict->ncontributing; i++)
		buf_addf(&contributing, "%s%s", i > 0 ? " " : "",
			cause_id(verdict->contributing[i]));
	db_bind_word(put, 6, span_of(verdict_id(verdict->kind)));
	db_bind_word(put, 7,
		verdict->cause == CAUSE_NONE ? SPAN_NONE : span_of(cause_id(verdict->cause)));
	db_bind_word(put, 8, contributing.n > 0 ? buf_span(&contributing) : SPAN(""));
	db_bind_word(put, 9, verdict->rule == NULL ? SPAN_NONE : verdict->rule->id);
	buf_clear(&contributing);
}

static uint64_t
digest_int(uint64_t digest, int64_t value)
{
	return span_digest((struct span){ (const char *)&value, sizeof value }, digest);
}

/* Of what people ask first. */
static uint64_t
digest_answer(const struct message *message)
{
	const struct verdict *verdict = &message->verdict;

	return digest_int(digest_int(message_is_decided(message), verdict->kind), verdict->cause);
}

/* Of all that stands in the row, but for `open`. */
static uint64_t
digest_of(const struct message *message)
{
	const struct verdict *verdict = &message->verdict;
	const struct span texts[] = { message->author, message->sender, message->recipient,
		message->client_name, message->client_ip, message->sasl_username, message->service,
		message->message_id, message->relay };
	uint64_t digest = digest_int(digest_answer(message), message->first);

	digest = digest_int(digest, message->last);
	digest = digest_int(digest, message->recipients);
	for (size_t i = 0; i < verdict->ncontributing; i++)
		digest = digest_int(digest, verdict->contributing[i]);
	if (verdict->rule != NULL)
		digest = span_digest(verdict->rule->id, digest);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		digest = digest_int(span_digest(texts[i], digest), (int64_t)texts[i].n);
	return digest;
}

static int
run_on(struct db *db, const char *sql, int64_t id, struct error *err)
{
	struct db_statement *statement = db_prepare(db, sql, err);

	if (statement == NULL)
		return -1;
	db_bind_int(statement, 1, id);
	return db_step(statement, err);
}

static int
put(struct db *db, const struct message *message, bool open, struct error *err)
{
	struct db_statement *put = db_prepare(db,
		"INSERT INTO message(id, host, queue_id, first, last, verdict, cause,"
		" contributing, rule, author, sender, recipient, recipients, client_name, client_ip,"
		" sasl_username, service, message_id, relay, open) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7,"
		" ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
		err);

	if (put == NULL)
		return -1;
	if (message->row->id == 0)
		db_bind_null(put, 1);
	else
		db_bind_int(put, 1, message->row->id);
	db_bind_text(put, 2, message->host.n > 0 ? message->host : SPAN(""));
	db_bind_text(put, 3, message->queue_id);
	row_bind_instant(put, 4, message->first);
	row_bind_instant(put, 5, message->last);
	bind_verdict(put, &message->verdict);
	row_bind_text(put, 10, message->author);
	row_bind_text(put, 11, message->sender);
	row_bind_text(put, 12, message->recipient);
	db_bind_int(put, 13, message->recipients);
	row_bind_text(put, 14, message->client_name);
	row_bind_text(put, 15, message->client_ip);
	row_bind_text(put, 16, message->sasl_username);
	row_bind_text(put, 17, message->service);
	row_bind_text(put, 18, message->message_id);
	row_bind_text(put, 19, message->relay);
	db_bind_int(put, 20, open);
	return db_step(put, err);
}

static int
put_route(struct db *db, const struct message *message, struct error *err)
{
	struct db_statement *put =
		db_prepare(db, "INSERT OR IGNORE INTO route VALUES(?1, ?2)", err);

	if (put == NULL)
		return -1;
	for (size_t i = message->row->links; i < message->nlinks; i++) {
		db_bind_int(put, 1, message->row->id);
		db_bind_text(put, 2, message->links[i].queue_id);
		if (db_step(put, err) < 0)
			return -1;
	}
	message->row->links = message->nlinks;
	return 0;
}

int
row_put(struct db *db, const struct message *message, bool open, struct error *err)
{
	struct message_row *row = message->row;
	uint64_t digest = digest_of(message);

	if (row->id != 0 && row->digest == digest && row->links == message->nlinks)
		return 0;
	if (row->id != 0 && run_on(db, "DELETE FROM message WHERE id = ?1", row->id, err) < 0)
		return -1;
	if (put(db, message, open, err) < 0)
		return -1;
	row->id = db_last_id(db);
	row->digest = digest;
	row->said = digest_answer(message);
	row->open = open;
	return put_route(db, message, err) < 0 ? -1 : 1;
}

bool
row_says(const struct message *message)
{
	return message->row->id != 0 && message->row->said == digest_answer(message);
}

int
row_close(struct db *db, int64_t id, struct error *err)
{
	return run_on(db, "UPDATE message SET open = 0 WHERE id = ?1", id, err);
}

int
row_drop(struct db *db, int64_t id, struct error *err)
{
	return run_on(db, "DELETE FROM message WHERE id = ?1", id, err) < 0 ||
	                       run_on(db, "DELETE FROM route WHERE message = ?1", id, err) < 0
	               ? -1
	               : 0;
}

int
row_drop_lines(struct db *db, int64_t id, struct error *err)
{
	return run_on(db,
		       "DELETE FROM line WHERE role = 0"
		       " AND id IN (SELECT line FROM evidence WHERE message = ?1)",
		       id, err) < 0 ||
	                       run_on(db, "DELETE FROM evidence WHERE message = ?1", id, err) < 0
	               ? -1
	               : 0;
}

int64_t
row_find(struct db *db, const struct message *message, struct error *err)
{
	struct db_statement *get = db_prepare(db,
		"SELECT id FROM message WHERE queue_id = ?1 AND host = ?2 AND first IS ?3", err);
	int64_t id = -1;
	int rc;

	if (get == NULL)
		return -1;
	db_bind_text(get, 1, message->queue_id);
	db_bind_text(get, 2, message->host.n > 0 ? message->host : SPAN(""));
	row_bind_instant(get, 3, message->first);
	rc = db_step(get, err);
	if (rc >= 0)
		id = rc > 0 ? db_int(get, 0) : 0;
	db_reset(get);
	return id;
}
