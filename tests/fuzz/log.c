/* The bytes as a file, and as two copies of it: every line once, and its parts in readable memory. */
#include <stdlib.h>

#include "parser/log.h"
#include "tests/fuzz/file.h"
#include "tests/fuzz/fuzz.h"

#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

/* How many lines files 0 to n-1 give. */
static uint64_t
read_files(const struct fuzz_file *files, size_t n)
{
	struct log_options options = { .year = 0, .utc = true, .now = NOW };
	struct log *log = log_new(&options);
	struct error err = ERROR_INIT;
	struct line line;
	enum log_answer answer;
	uint64_t lines = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		/* Only what begins as a journal does can be none. */
		if (log_add(log, files[i].path, &err) < 0 && err.text[0] == '\0')
			abort();
	}
	while ((answer = log_next(log, &line)) != LOG_END) {
		if (answer == LOG_RESTART) {
			lines = 0;
			continue;
		}
		lines++;
		seen += fuzz_sum(line.raw) + fuzz_sum(line.host) + fuzz_sum(line.tag) +
		        fuzz_sum(line.text);
		if (line.times == 0 || line.number == 0 || line.file >= log_files(log))
			abort();
	}
	fuzz_use(seen);
	log_free(log);
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = { (const char *)data, size };
	struct fuzz_file files[2];
	uint64_t once, twice;

	fuzz_file_put(&files[0], bytes);
	fuzz_file_put(&files[1], bytes);
	once = read_files(files, 1);
	twice = read_files(files, 2);
	fuzz_file_remove(&files[0]);
	fuzz_file_remove(&files[1]);
	if (once != twice)
		abort();
	return 0;
}
