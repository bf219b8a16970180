/*
 * ids.h - ids of rows, in a list that grows.
 */
#ifndef STORE_IDS_H
#define STORE_IDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct db;

/* All zero: none. */
struct ids {
	int64_t *items;
	size_t n, room;
};

void ids_add(struct ids *ids, int64_t id);
void ids_clear(struct ids *ids);

/* Call visit for each, up to the first failure; then there are none. */
int ids_take(struct ids *ids, struct db *db,
	int (*visit)(struct db *db, int64_t id, struct error *err), struct error *err);

#endif
