/*
 * record.h - a message or an incident as a record for other programs: JSON or CSV.
 *
 * Keys and columns are promises: they may become more, and are never renamed.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include "cli/session.h"

struct record {
	struct cli_session *session;
	struct buf line; /* the record that was made last */
	struct buf prose, room;
};

void record_clear(struct record *record);

/* One object, without an end of line. */
void record_message_json(struct record *record, const struct message *message);
void record_incident_json(struct record *record, const struct incident *incident);

/* One row with its end of line; and the row of headings. */
void record_message_csv(struct record *record, const struct message *message);
void record_message_head_csv(struct buf *out);

#endif
