/*
 * alike.h - a line that begins as the one before it did.
 *
 * Nearly all lines have the stamp of the line before, but for its seconds, and the host. What is known of
 * them is not read again: such a line is told by the bytes it begins with, and its program by its place behind them.
 * This is a trick for speed alone: frame_read() tells the same of each line, and tests/unit/alike.c compares.
 */
#ifndef PARSER_ALIKE_H
#define PARSER_ALIKE_H

#include "parser/frame.h"
#include "parser/line.h"

/*
 * The line at the front of rest, if it is plain, "STAMP HOST PROGRAM[PID]: TEXT", whole with its newline, not
 * long, and alike: host, tag, pid, text, times and raw are filled in, and the rest is as it was. *moved: its stamp is
 * another one of the same minute, cache->stamp from now on. false: frame_read_next() is to read it.
 */
bool alike_read(struct span rest, struct frame_cache *cache, struct line *line, bool *moved);

#endif
