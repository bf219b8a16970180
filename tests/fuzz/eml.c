/* The bytes as a saved message: bounded, and what is given is readable. */
#include <fcntl.h>
#include <stdlib.h>

#include "parser/eml.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	struct error err = ERROR_INIT;
	struct fuzz_file file;
	struct eml eml;
	unsigned seen;
	int fd;

	fuzz_file_put(&file, bytes);
	fd = open(file.path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		abort();
	if (eml_read(&eml, fd, &err) == 0) {
		if (eml.nqueue_ids == 0 && eml.message_id.n == 0)
			abort();
		seen = fuzz_sum(eml.message_id) + fuzz_sum(eml.results);
		for (size_t i = 0; i < eml.nqueue_ids; i++)
			seen += fuzz_sum(eml.queue_ids[i]);
		for (size_t i = 0; i < eml.nsignatures; i++)
			seen += fuzz_sum(eml.signatures[i]);
		fuzz_use(seen);
		eml_clear(&eml);
	}
	close(fd);
	fuzz_file_remove(&file);
	return 0;
}
