#include "cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

#define NOT_STARTED 127 /* as the shell says it, with 126 */

static const char *
chosen(void)
{
	const char *pager = getenv("DKIMWHY_PAGER");

	if (pager == NULL)
		pager = getenv("PAGER");
	if (pager == NULL)
		pager = "less";
	return *pager == '\0' || span_eq(span_of(pager), SPAN("cat")) ? NULL : pager;
}

/* Both ends are ours alone. */
static bool
make_pipe(int ends[2])
{
	return pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
	       fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

static void
close_pipe(const int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			(void)close(ends[i]);
}

/* In the other process: wait, and become the pager, or end with it that does without. */
static _Noreturn void
wait_and_be(const char *program, const int go[2], const int text[2])
{
	char byte;
	ssize_t n;

	(void)close(go[1]);
	(void)close(text[1]);
	do
		n = read(go[0], &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(0);
	if (dup2(text[0], STDIN_FILENO) >= 0)
		(void)execl("/bin/sh", "sh", "-c", program, (char *)NULL);
	_exit(NOT_STARTED);
}

bool
pager_prepare(struct pager *pager)
{
	const char *program = chosen();
	int go[2] = { -1, -1 }, text[2] = { -1, -1 };
	pid_t process = -1;

	if (pager->process != 0)
		return true;
	if (program == NULL || setenv("LESS", "FRX", 0) < 0)
		return false;
	if (make_pipe(go) && make_pipe(text))
		process = fork();
	if (process < 0) {
		close_pipe(go);
		close_pipe(text);
		return false;
	}
	if (process == 0)
		wait_and_be(program, go, text);
	(void)close(go[0]);
	(void)close(text[0]);
	*pager = (struct pager){ process, go[1], text[1] };
	return true;
}

/* Close what leads to it and wait; how it ended. */
static int
end(struct pager *pager)
{
	int status = -1;

	(void)close(pager->go);
	(void)close(pager->text);
	while (waitpid(pager->process, &status, 0) < 0 && errno == EINTR)
		continue;
	*pager = (struct pager){ 0, 0, 0 };
	return status;
}

bool
pager_show(struct pager *pager, struct span text)
{
	/* Who leaves the pager early has seen enough: that is no failure. */
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	struct error ignored = ERROR_INIT;
	int status;

	if (buf_write_all(SPAN("!"), pager->go, &ignored) == 0)
		(void)buf_write_all(text, pager->text, &ignored);
	status = end(pager);
	(void)signal(SIGPIPE, before);
	return status >= 0 && !(WIFEXITED(status) && WEXITSTATUS(status) >= NOT_STARTED - 1);
}

void
pager_drop(struct pager *pager)
{
	if (pager->process != 0)
		(void)end(pager);
}
