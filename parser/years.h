/*
 * years.h - the years of one file's stamps that are written without one.
 *
 * A first year is supposed: the latest that leaves the first stamp not later
 * than the file's last write. From there the years follow from the order of
 * the lines: a stamp belongs to the year that brings it nearest to the one
 * before, where up to two months back count as disorder (rotated logs put
 * together newest first) and more as a new year. When a stamp then comes out
 * later than the last write, on a 29 February of a common year, or against the
 * next stamp that has a year, the supposition was wrong: years_next() says so
 * and holds a better one, and the file is to be read again from its beginning.
 */
#ifndef PARSER_YEARS_H
#define PARSER_YEARS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"

struct years {
	int64_t bound; /* the last write, as if its local time were UTC */
	int last_year; /* --year: of the file's last yearless stamp; 0: not given */
	int start;     /* the supposed year of the first yearless stamp; 0: none was met */
	bool settled;  /* what is supposed is no longer questioned */
	bool given_up; /* ... since nothing that was supposed held */
	bool anchored; /* a stamp with a year was met */
	bool yearless; /* a stamp without one was */
	int year, day; /* of the last stamp, its day from 1 to 366 as in a leap year; day 0: none */
	int yearless_year; /* of the last yearless stamp */
	int tries;
};

/* utc: the log's own zone is UTC. year as of log_options; bound is an instant. */
void years_init(struct years *years, int64_t bound, int year, bool utc);

/* Begin anew at the file's first line, with what is supposed by now. */
void years_rewind(struct years *years);

/*
 * The next stamp of the file: its year is filled in when it is 0. false when
 * this disproves what was supposed; years_rewind() then begins with a better start.
 */
bool years_next(struct years *years, struct civil *civil);

/* The file has ended. false as in years_next(). */
bool years_end(struct years *years);

#endif
