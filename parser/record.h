/*
 * record.h - what one line of an input is, in whatever kind it is written: text, JSON, an export's field.
 *
 * For parser/input alone, which owns the input. An entry of a journal's export takes several lines.
 */
#ifndef PARSER_RECORD_H
#define PARSER_RECORD_H

#include "parser/input.h"

/* INPUT_NOTHING: a blank line, or an entry that is not at its end. INPUT_DISPROVED: by its stamp. */
enum input_answer record_read(struct input *input, struct span raw, struct line *line);

/* At the end of the file: an entry of an export may lack its last empty line. INPUT_NOTHING: there is none. */
enum input_answer record_read_last(struct input *input, struct line *line);

/* The line was made of an entry, which has its year and its host: nothing of it counts for the lines behind it. */
enum input_answer record_answer(struct input *input, struct line *line);

#endif
