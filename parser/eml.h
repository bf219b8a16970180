/*
 * eml.h - the header of a saved message (RFC 5322), as far as DKIM goes.
 */
#ifndef PARSER_EML_H
#define PARSER_EML_H

#include "base/arena.h"
#include "base/error.h"

#define EML_HEADER_MAX ((size_t)1 << 20)
#define EML_IDS_MAX 32

struct eml {
	struct arena arena;
	struct span message_id;             /* with <>; empty: none */
	struct span queue_ids[EML_IDS_MAX]; /* of its Received: fields, the last hop first */
	size_t nqueue_ids;
	struct span results;       /* the first Authentication-Results:, unfolded */
	struct span signatures[8]; /* "s=SELECTOR, d=DOMAIN" of each DKIM-Signature: */
	size_t nsignatures;
};

/* Read the header from fd. ERROR_INPUT when that is no message. */
int eml_read(struct eml *eml, int fd, struct error *err);
void eml_clear(struct eml *eml);

#endif
