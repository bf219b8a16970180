/*
 * frame.h - the frame of one line: stamp, host, program, process, text.
 *
 * Knows RFC 3164 ("Nov 24 09:14:02 mx1 postfix/smtpd[12]: text", with a year
 * in front or behind too, English and localized month names), RFC 3339/ISO
 * 8601 in front, RFC 5424 ("<22>1 2026-...Z host app pid - - text", and its
 * <PRI> alone), container prefixes ("postfix_1  | "), editor and grep -n line
 * numbers, and lines that lost their stamp, host or PID. Never fails: what cannot be
 * recognised is left empty and the whole line is text. Years and zones are
 * not decided here (parser/log does): a stamp without a year has year 0.
 */
#ifndef PARSER_FRAME_H
#define PARSER_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/span.h"
#include "parser/stamp.h"

#define FRAME_CACHE_STAMP 48
#define FRAME_CACHE_HOST 64
#define FRAME_CACHE_BARE 16
#define FRAME_CACHE_FRONT (FRAME_CACHE_STAMP + FRAME_CACHE_HOST + 2)

struct frame {
	enum stamp_kind stamp;
	struct civil civil; /* year 0 with STAMP_YEARLESS */
	int offset_s;       /* STAMP_ZONED: seconds east of UTC */
	struct span host;
	struct span tag; /* in the line, or the constant name of a program that writes none */
	uint32_t pid;
	struct span text;
	uint32_t times;
};

/* Read one line (without its newline). Spans in *frame point into line. */
void frame_read(struct span line, struct frame *frame);

/*
 * What neighbouring lines of one file share: the bytes of a stamp are read
 * once while they repeat, and a word that was the host of the line before is
 * known to be the host where the program's name was lost. Zeroed by its owner.
 */
struct frame_cache {
	char bytes[FRAME_CACHE_STAMP];
	size_t n;    /* bytes of the stamp; 0: none yet */
	bool common; /* it is one of stamp_read_common() */
	struct stamp stamp;
	char host[FRAME_CACHE_HOST];
	size_t host_n;
	bool same_stamp; /* the stamp of the last line read is that of the line before */
	/* Stamp and host, with the blanks behind them, of the last plain line: most often those of the next. */
	char front[FRAME_CACHE_FRONT];
	size_t front_n; /* 0: none */
	/* The last program that wrote no process ID (parser/alike.c). */
	char bare[FRAME_CACHE_BARE];
	size_t bare_n;
};

/* frame_read() for line after line of one file. */
void frame_read_next(struct span line, struct frame_cache *cache, struct frame *frame);

/* The host of a line whose stamp is a new one: often enough for a word that seldom changes. */
void frame_remember_host(struct frame_cache *cache, struct span host);

/* "message repeated 3 times: [ text]" becomes its text, and *times 3; else both stay. */
void frame_unfold(struct span *text, uint32_t *times);

#endif
