/*
 * listen.h - have entries come to a journal since the store took it in?
 *
 * Asked often, so it costs little while nothing is written: then the files of the journal
 * are as they were. Much that is written to a host's journal is not of mail; where one is
 * read behind its last entry, it is looked for entries that can matter (parser/journald.h). A
 * journal of which more is read again (struct ingest_journal, late) counts whenever it is
 * written to.
 */
#ifndef STORE_LISTEN_H
#define STORE_LISTEN_H

#include "store/ingest.h"

struct listen;

/* Borrows journals, whose late may change. */
struct listen *listen_new(const struct ingest_journal *journals, size_t n);
void listen_free(struct listen *listen);

/*
 * 1: an ingest of the journals would find something, or say why it cannot read one. 0: nothing came
 * since the last call. -1: for what is wrong with the store.
 */
int listen_heard(struct listen *listen, struct store *store, struct error *err);

/* What was heard could not be taken in: hear it again. */
void listen_forget(struct listen *listen);

/* Visit the folders in which journals are written; borrowed for the call. */
void listen_each_folder(const struct listen *listen, void (*visit)(void *ctx, const char *folder),
	void *ctx);

#endif
