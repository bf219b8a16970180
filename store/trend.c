#include "store/trend.h"

#include "base/instant.h"

static int
each(struct db *db, struct db_statement *row, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err)
{
	int rc;

	if (row == NULL)
		return -1;
	while ((rc = db_step(row, err)) > 0) {
		struct store_sum sum = { .hour = db_int(row, 0) * INSTANT_HOUR,
			.host = db_text(row, 1),
			.domain = db_text(row, 2),
			.cause = cause_of(db_text(row, 4)),
			.messages = (uint64_t)db_int(row, 5) };

		if (!verdict_of(db_text(row, 3), &sum.verdict)) {
			db_reset(row);
			return db_damaged(db, "a verdict", err);
		}
		visit(ctx, &sum);
	}
	return rc;
}

int
store_each_sum(struct store *store, void (*visit)(void *ctx, const struct store_sum *sum),
	void *ctx, struct error *err)
{
	struct db *db = store_db(store);

	return each(db,
		db_prepare(db,
			"SELECT hour, host, domain, verdict, cause, messages FROM rollup"
			" ORDER BY hour, host, domain, verdict, cause",
			err),
		visit, ctx, err);
}

static int64_t
hour_after(int64_t when)
{
	return (when + INSTANT_HOUR - 1) / INSTANT_HOUR;
}

int
store_each_trend(struct store *store, int64_t from, int64_t to,
	void (*visit)(void *ctx, const struct store_sum *sum), void *ctx, struct error *err)
{
	struct db *db = store_db(store);
	struct db_statement *row = db_prepare(db,
		"SELECT hour, host, domain, verdict, cause, messages FROM rollup"
		" WHERE hour >= ?1 AND hour < ?2"
		" UNION ALL SELECT hour, host, domain, verdict, cause, messages FROM counted"
		" WHERE hour >= ?1 AND hour < ?2 ORDER BY 1, 2, 3, 4, 5",
		err);

	if (row == NULL)
		return -1;
	db_bind_int(row, 1, from == INSTANT_NONE ? INT64_MIN : from / INSTANT_HOUR);
	db_bind_int(row, 2, to == INSTANT_NONE ? INT64_MAX : hour_after(to));
	return each(db, row, visit, ctx, err);
}
