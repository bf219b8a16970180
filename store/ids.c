#include "store/ids.h"

#include <stdlib.h>

#include "base/alloc.h"

void
ids_add(struct ids *ids, int64_t id)
{
	ids->items = xgrow(ids->items, ids->n, &ids->room, sizeof *ids->items);
	ids->items[ids->n++] = id;
}

void
ids_clear(struct ids *ids)
{
	free(ids->items);
	*ids = (struct ids){ .n = 0 };
}

int
ids_take(struct ids *ids, struct db *db, int (*visit)(struct db *db, int64_t id, struct error *err),
	struct error *err)
{
	for (size_t i = 0; i < ids->n; i++)
		if (visit(db, ids->items[i], err) < 0)
			return -1;
	ids->n = 0;
	return 0;
}
