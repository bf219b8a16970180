/*
 * stamp.h - points in time as log lines write them.
 *
 * Knows RFC 3164 with English and localized months, a year in any of the
 * usual places, RFC 3339 and ISO 8601 with or without fraction and offset,
 * journalctl's short-full and short-unix, date(1) and asctime(). Years and
 * zones that are not written are not decided here (parser/years, parser/log).
 */
#ifndef PARSER_STAMP_H
#define PARSER_STAMP_H

#include <stdbool.h>

#include "base/instant.h"
#include "base/span.h"

enum stamp_kind {
	STAMP_NONE,
	STAMP_YEARLESS, /* RFC 3164: no year, no zone */
	STAMP_LOCAL,    /* year, but no zone */
	STAMP_ZONED,    /* year and offset */
};

struct stamp {
	enum stamp_kind kind;
	struct civil civil; /* year 0 with STAMP_YEARLESS */
	int offset_s;       /* STAMP_ZONED: seconds east of UTC */
};

/*
 * The stamp s begins with: how many bytes it takes, with nothing behind it. 0,
 * and *stamp untouched, when s begins with none.
 */
size_t stamp_read(struct span s, struct stamp *stamp);

/* The same for the two shapes most lines begin with, and no other: "Nov 24 09:14:02 " and
 * "2026-11-24T09:14:02.123456+09:00 ". */
size_t stamp_read_common(struct span s, struct stamp *stamp);

/*
 * The same where the stamp differs from another, which stamp_read_common() found in known, by no
 * more than its seconds and what is behind them; *stamp is that one's. false, and *stamp untouched, where it
 * is not so.
 */
bool stamp_read_again(struct span s, struct span known, struct stamp *stamp);

#endif
