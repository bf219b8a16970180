#include "parser/libisal.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/library.h"

#define SONAME "libisal.so.2"

struct functions {
	void (*inflate_init)(struct inflate_state *state);
	int (*inflate)(struct inflate_state *state);
};

#define AT(name) "isal_" #name, offsetof(struct functions, name)

static const struct library_function table[] = { { AT(inflate_init) }, { AT(inflate) } };

struct libisal {
	struct functions call;
	struct inflate_state state;
};

struct libisal *
libisal_new(void)
{
	struct libisal *libisal = xcalloc(1, sizeof *libisal);

	if (library_load(SONAME, table, sizeof table / sizeof *table, &libisal->call) == NULL)
		return libisal;
	free(libisal);
	return NULL;
}

void
libisal_free(struct libisal *libisal)
{
	free(libisal);
}

void
libisal_begin(struct libisal *libisal)
{
	libisal->call.inflate_init(&libisal->state);
	libisal->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

enum libisal_answer
libisal_step(struct libisal *libisal, unsigned char **in, uint32_t *nin, unsigned char **out,
	uint32_t *nout)
{
	struct inflate_state *state = &libisal->state;
	int rc;

	state->next_in = *in;
	state->avail_in = *nin;
	state->next_out = *out;
	state->avail_out = *nout;
	rc = libisal->call.inflate(state);
	*in = state->next_in;
	*nin = state->avail_in;
	*out = state->next_out;
	*nout = state->avail_out;
	if (rc != ISAL_DECOMP_OK)
		return LIBISAL_WRONG;
	return state->block_state == ISAL_BLOCK_FINISH ? LIBISAL_END : LIBISAL_MORE;
}
