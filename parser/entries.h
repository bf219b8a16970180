/*
 * entries.h - the entries of a journal as the lines of an input. It has its years and its order.
 *
 * For parser/input alone, but for input_new_journal(), which input.h has.
 */
#ifndef PARSER_ENTRIES_H
#define PARSER_ENTRIES_H

#include "parser/input.h"

/* Look at the first entry: sets begin. */
void entries_look(struct input *input);

/* Begin behind the place's cursor, or as much earlier as it says. false, and file.problem says why, when that fails. */
bool entries_start(struct input *input);

/* The next one into head. */
enum input_answer entries_next(struct input *input);

#endif
