/*
 * keep.h - the lines that an ingest keeps, gathered in a table of their own: those of before are read
 * meanwhile.
 */
#ifndef STORE_KEEP_H
#define STORE_KEEP_H

#include "rules/message.h"
#include "store/db.h"

/* Who needs a line: the column role. */
enum keep_role {
	KEEP_OWN,    /* one message alone */
	KEEP_SHARED, /* several, or none */
	KEEP_START,  /* all: a daemon's start or end */
};

struct keep_place {
	int64_t source; /* of which log it is */
	enum keep_role role;
	int64_t message; /* the row it tells of; 0: none */
};

int keep_begin(struct db *db, struct error *err);
int keep_line(struct db *db, const struct evidence *line, const struct keep_place *place,
	struct error *err);

/* Forget those of before: all, or those of temp.chosen_line. */
int keep_forget(struct db *db, bool all, struct error *err);

/* Add them to those of before. */
int keep_write(struct db *db, struct error *err);

#endif
