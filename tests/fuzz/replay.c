/*
 * Feeds the files of tests/fuzz/NAME.corpus/ to the fuzz target NAME, which is
 * the name of the program: one test of TAP for each, and one for no bytes at all.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX ((size_t)1 << 20)

static int
is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
replay(const char *path)
{
	struct buf input = BUF_INIT;
	struct error err = ERROR_INIT;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && buf_read_all(&input, fd, INPUT_MAX, &err) == 0;

	if (good)
		(void)LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&input), input.n);
	if (fd >= 0)
		close(fd);
	buf_clear(&input);
	return good;
}

int
main(int argc, char **argv)
{
	struct span name = span_of(argc > 0 ? argv[0] : "");
	struct buf path = BUF_INIT;
	struct dirent **inputs = NULL;
	int failed = 0;
	int n;

	name = span_from(name, (size_t)(span_find_last(name, '/') + 1));
	buf_addf(&path, "tests/fuzz/%.*s.corpus", SPAN_ARGS(name));
	n = scandir(buf_str(&path), &inputs, is_input, alphasort);
	if (n < 0)
		n = 0;
	printf("1..%d\n", n + 1);
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("ok 1 - %.*s takes no bytes at all\n", SPAN_ARGS(name));
	for (int i = 0; i < n; i++) {
		bool good;

		buf_reset(&path);
		buf_addf(&path, "tests/fuzz/%.*s.corpus/%s", SPAN_ARGS(name), inputs[i]->d_name);
		/* Before it runs: a crash then stands behind the name of its input. */
		printf("# %s\n", buf_str(&path));
		(void)fflush(stdout);
		good = replay(buf_str(&path));
		failed += !good;
		printf("%sok %d - %s\n", good ? "" : "not ", i + 2, buf_str(&path));
		free(inputs[i]);
	}
	free(inputs);
	buf_clear(&path);
	return failed > 0;
}
