#include "rules/builtin.h"

#include <stddef.h>

#include "rules/builtin.inc" /* made by the Makefile from the texts beside this file */

const char *const *
builtin_lines(unsigned i, const char **name)
{
	if (i >= sizeof builtin_files / sizeof *builtin_files)
		return NULL;
	*name = builtin_files[i].name;
	return builtin_files[i].lines;
}
