#include "cli/pager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

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

bool
pager_show(struct span text)
{
	const char *pager = chosen();
	void (*before)(int);
	FILE *pipe;
	int status;

	if (pager == NULL || setenv("LESS", "FRX", 0) < 0)
		return false;
	/* Who leaves the pager early has seen enough: that is no failure. */
	before = signal(SIGPIPE, SIG_IGN);
	pipe = popen(pager, "w");
	if (pipe != NULL)
		(void)fwrite(text.p, 1, text.n, pipe);
	status = pipe == NULL ? -1 : pclose(pipe);
	(void)signal(SIGPIPE, before);
	/* 126 and 127: the shell could not start it. */
	return status >= 0 && !(WIFEXITED(status) && WEXITSTATUS(status) >= 126);
}
