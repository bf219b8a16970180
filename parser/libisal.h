/*
 * libisal.h - the body of a gz member, unpacked by ISA-L where the host has it.
 *
 * It does so two to three times as fast as zlib, and says less of what is wrong. parser/unpack.c is the
 * only one to ask: zlib reads the headers, and is asked again where a body is wrong.
 * A build without ISA-L's headers has parser/libisal_none.c instead.
 */
#ifndef PARSER_LIBISAL_H
#define PARSER_LIBISAL_H

#include <stdint.h>

struct libisal;

/* Loaded when it is first needed. NULL: it is not there. */
struct libisal *libisal_new(void);
void libisal_free(struct libisal *libisal);

/* What comes next is the first byte behind a member's header. */
void libisal_begin(struct libisal *libisal);

enum libisal_answer {
	LIBISAL_MORE,  /* with more input, or more room, it goes on */
	LIBISAL_END,   /* all is given, and length and check sum behind it are right */
	LIBISAL_WRONG, /* it is damaged */
};

/* in points to nin bytes, out to room for nout: all are moved on by what was taken and given. */
enum libisal_answer libisal_step(struct libisal *libisal, unsigned char **in, uint32_t *nin,
	unsigned char **out, uint32_t *nout);

#endif
