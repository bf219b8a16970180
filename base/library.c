#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

const char *
library_load(const char *soname, const struct library_function *table, size_t n, void *functions)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; handle != NULL && i < n; i++) {
		void *function = dlsym(handle, table[i].name);

		if (function == NULL)
			return dlerror();
		/* What dlsym() gives is a function's address, as POSIX has it. */
		memcpy((char *)functions + table[i].offset, &function, sizeof function);
	}
	return handle == NULL ? dlerror() : NULL;
}
