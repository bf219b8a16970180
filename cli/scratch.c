#include "cli/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

int
scratch_make(struct buf *folder, struct error *err)
{
	const char *temporary = getenv("TMPDIR");

	buf_reset(folder);
	buf_addf(folder, "%s/dkimwhy-XXXXXX", temporary != NULL ? temporary : "/tmp");
	if (mkdtemp(folder->p) == NULL) {
		error_system(err, "cannot make a folder '%s'", buf_str(folder));
		buf_reset(folder);
		return -1;
	}
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	(void)remove(path);
	return 0;
}

void
scratch_remove(const struct buf *folder)
{
	if (folder->n > 0)
		(void)nftw(folder->p, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
