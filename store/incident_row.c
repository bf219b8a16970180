#include "store/incident_row.h"

#include "base/buf.h"
#include "store/row.h"

uint64_t
incident_rows_digest(const struct reading *reading)
{
	uint64_t digest = 0;

	for (size_t i = 0; i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);
		const int64_t words[] = { incident->cause, incident->first, incident->last,
			incident->ended, (int64_t)incident->lines, (int64_t)incident->nkeys };

		digest = span_digest((struct span){ (const char *)words, sizeof words }, digest);
		digest = span_digest(incident->host, digest);
		digest = span_digest(incident->subject, digest);
	}
	return digest;
}

/*
 * Those that reach into the reading are written anew. One that was over before it stands in the store: from lines
 * that are kept for ever, a daemon's start and stop, it is noted again each time.
 */
static bool
is_over(const struct incident *incident, int64_t from)
{
	return incident->first < from && incident->ended != INSTANT_NONE && incident->last < from &&
	       incident->ended < from;
}

static int
forget(struct db *db, int64_t from, struct error *err)
{
	struct db_statement *drop = db_prepare(db,
		"DELETE FROM incident WHERE first >= ?1 OR ended IS NULL OR max(last, ended) >= ?1",
		err);

	if (drop == NULL)
		return -1;
	db_bind_int(drop, 1, from);
	return db_step(drop, err);
}

static int
put(struct db_statement *row, const struct incident *incident, struct buf *keys, struct error *err)
{
	db_bind_text(row, 1, incident->host.n > 0 ? incident->host : SPAN(""));
	db_bind_word(row, 2, span_of(cause_id(incident->cause)));
	row_bind_text(row, 3, incident->subject);
	row_bind_instant(row, 4, incident->first);
	row_bind_instant(row, 5, incident->last);
	row_bind_instant(row, 6, incident->ended);
	db_bind_int(row, 7, (int64_t)incident->lines);
	db_bind_word(row, 8, incident->rule == NULL ? SPAN_NONE : incident->rule->id);
	buf_reset(keys);
	for (size_t k = 0; k < incident->nkeys; k++) {
		buf_add(keys, k > 0 ? SPAN("\n") : SPAN(""));
		buf_add(keys, incident->keys[k]);
	}
	row_bind_text(row, 9, buf_span(keys));
	return db_step(row, err);
}

int
incident_rows_write(struct db *db, const struct reading *reading, int64_t from, struct error *err)
{
	struct db_statement *row = db_prepare(db,
		"INSERT INTO incident(host, cause, subject, first, last, ended, lines, rule, keys)"
		" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		err);
	struct buf keys = BUF_INIT;
	int rc = 0;

	if (row == NULL || forget(db, from, err) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < reading_incidents(reading); i++) {
		const struct incident *incident = reading_incident(reading, i);

		if (!is_over(incident, from))
			rc = put(row, incident, &keys, err);
	}
	buf_clear(&keys);
	return rc;
}

int
incident_rows_restore(struct db *db, const struct ruleset *ruleset, struct incidents *incidents,
	int64_t from, struct error *err)
{
	struct db_statement *row = db_prepare(db,
		"SELECT host, cause, ifnull(subject, ''), first, last, ended, lines, ifnull(rule, ''),"
		" ifnull(keys, x'')"
		" FROM incident WHERE first < ?1 AND (ended IS NULL OR max(last, ended) >= ?1)"
		" ORDER BY id",
		err);
	int rc;

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, from);
	while ((rc = db_step(row, err)) > 0) {
		struct span names[INCIDENT_KEYS_MAX];
		struct incident incident = { .host = db_text(row, 0),
			.cause = cause_of(db_text(row, 1)),
			.subject = db_text(row, 2),
			.first = db_int(row, 3),
			.last = db_int(row, 4),
			.ended = row_instant(row, 5),
			.lines = (uint64_t)db_int(row, 6),
			.rule = ruleset_by_id(ruleset, db_text(row, 7)),
			.keys = names };
		struct span keys = db_text(row, 8);

		while (incident.nkeys < INCIDENT_KEYS_MAX &&
			span_cut(&keys, '\n', &names[incident.nkeys]))
			incident.nkeys++;
		incidents_restore(incidents, &incident, from);
	}
	return rc;
}
