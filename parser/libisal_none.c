/* libisal.h without ISA-L: zlib unpacks all. */
#include "parser/libisal.h"

#include <stddef.h>

struct libisal *
libisal_new(void)
{
	return NULL;
}

void
libisal_free(struct libisal *libisal)
{
	(void)libisal;
}

void
libisal_begin(struct libisal *libisal)
{
	(void)libisal;
}

/* NOLINTBEGIN(readability-non-const-parameter): as libisal.h has them */
enum libisal_answer
libisal_step(struct libisal *libisal, unsigned char **in, uint32_t *nin, unsigned char **out,
	uint32_t *nout)
{
	(void)libisal;
	(void)in;
	(void)nin;
	(void)out;
	(void)nout;
	return LIBISAL_WRONG;
}
/* NOLINTEND(readability-non-const-parameter) */
