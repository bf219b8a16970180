/*
 * sums.h - messages that are not kept one by one, counted by hour, host, domain, verdict and cause.
 */
#ifndef STORE_SUMS_H
#define STORE_SUMS_H

#include "base/arena.h"
#include "base/map.h"
#include "rules/message.h"
#include "store/db.h"

/* Gathered in memory; all zero is none. */
struct sums {
	struct arena arena;
	struct map map;
	struct buf key;
};

void sums_add(struct sums *sums, const struct message *message);
void sums_clear(struct sums *sums);

/* Add them to those of the store. */
int sums_write(struct sums *sums, struct db *db, struct error *err);

#endif
