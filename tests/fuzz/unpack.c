/* A compressed file that does not break off gives the same bytes in whatever portions they are asked for. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "parser/unpack.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/fuzz.h"

#define HEAD 64                      /* read before the format is known */
#define INSIDE_MAX ((size_t)1 << 18) /* of a bomb no more is looked at */

/* How many bytes are inside, and a sum that does not depend on the portions. */
static size_t
read_in(const char *path, size_t portion, unsigned *sum, bool *whole)
{
	static char room[65536];
	char head[HEAD];
	struct error err = ERROR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
	struct unpack *unpack;
	size_t inside = 0;

	if (n < 0)
		abort();
	*sum = 0;
	*whole = true;
	unpack = unpack_format((struct span){ head, (size_t)n }) == NULL
	                 ? NULL
	                 : unpack_new(fd, (struct span){ head, (size_t)n }, &err);
	while (unpack != NULL && inside < INSIDE_MAX) {
		size_t most = portion < INSIDE_MAX - inside ? portion : INSIDE_MAX - inside;

		memset(room, 0, most);
		n = unpack_read(unpack, room, most, &err);
		if (n > (ssize_t)most || (n < 0 && err.text[0] == '\0'))
			abort();
		*whole = n >= 0;
		if (n <= 0)
			break;
		*sum += fuzz_sum((struct span){ room, (size_t)n });
		inside += (size_t)n;
	}
	unpack_free(unpack);
	close(fd);
	return inside;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file;
	unsigned sum, again;
	size_t large, small;
	bool whole, also;

	fuzz_file_put(&file, (struct span){ (const char *)data, size });
	large = read_in(file.path, 65536, &sum, &whole);
	small = read_in(file.path, 1000, &again, &also);
	fuzz_file_remove(&file);
	/* Of what breaks off more or less may come before. */
	if (whole && also && (large != small || sum != again))
		abort();
	return 0;
}
