/*
 * line.h - one line of a log with its frame read: when, where, which program.
 *
 * The frame is whatever stands around a program's own text: RFC 3164, RFC 3339
 * and RFC 5424 stamps, journald's records, container and editor prefixes.
 * parser/log makes lines; everything a line points to is borrowed until the
 * next line is asked for.
 */
#ifndef PARSER_LINE_H
#define PARSER_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/span.h"

struct line {
	int64_t when;     /* INSTANT_NONE when the line has no stamp and none before it had */
	bool own_stamp;   /* `when` stands in the line itself, not taken from an earlier one */
	struct span host; /* empty when the line names none */
	struct span tag;  /* program as written: "postfix/submission/smtpd", "opendkim" */
	uint32_t pid;     /* 0 when the line names none */
	struct span text; /* what the program said, trailing CR and blanks removed */
	uint32_t times;   /* how often it stands for: 1, or N of "message repeated N times" */
	struct span raw;  /* the whole line as it stands in the file (for proof) */
	uint32_t file;    /* number of the file, see log_file() */
	uint64_t number;  /* line number in it, from 1 */
	int64_t key;      /* latest `when` of its file up to here: never goes back */
	bool plain;       /* "STAMP HOST PROGRAM[PID]: TEXT" without more: all lie in raw */
};

#endif
