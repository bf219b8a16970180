#include "base/parent.h"

#include <signal.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

void
parent_end_with(pid_t parent, int signal)
{
#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0UL, 0UL, 0UL);
#endif
	if (getppid() != parent)
		(void)raise(signal);
}
