/* The bytes as a file, and as two copies of it: every line once, and its parts in readable memory. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "parser/log.h"
#include "tests/fuzz/fuzz.h"

#define NOW (INT64_C(1795521600) * INSTANT_SECOND)

static unsigned
sum(struct span s)
{
	unsigned value = 0;

	for (size_t i = 0; i < s.n; i++)
		value += (unsigned char)s.p[i];
	return value;
}

/* How many lines files 0 to n-1 give. */
static uint64_t
read_files(char paths[][32], size_t n)
{
	struct log_options options = { .year = 0, .utc = true, .now = NOW };
	struct log *log = log_new(&options);
	struct error err;
	struct line line;
	enum log_answer answer;
	uint64_t lines = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		if (log_add(log, paths[i], &err) < 0)
			abort();
	}
	while ((answer = log_next(log, &line)) != LOG_END) {
		if (answer == LOG_RESTART) {
			lines = 0;
			continue;
		}
		lines++;
		seen += sum(line.raw) + sum(line.host) + sum(line.tag) + sum(line.text);
		if (line.times == 0 || line.number == 0 || line.file >= log_files(log))
			abort();
	}
	if (seen == 1)
		(void)putchar('\n');
	log_free(log);
	return lines;
}

static void
put(char *path, const uint8_t *data, size_t size)
{
	int fd;

	snprintf(path, 32, "/tmp/dkimwhy-fuzz.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char paths[2][32];
	uint64_t once, twice;

	put(paths[0], data, size);
	put(paths[1], data, size);
	once = read_files(paths, 1);
	twice = read_files(paths, 2);
	unlink(paths[0]);
	unlink(paths[1]);
	if (once != twice)
		abort();
	return 0;
}
