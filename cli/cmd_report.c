#include <stdlib.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/report.h"

static int
run(const struct settings *settings, struct error *err)
{
	const struct report_format *format = &report_text;
	struct figures *figures = xcalloc(1, sizeof *figures);
	int rc = figures_open(figures, settings, settings->list ? format->line : NULL, err);

	if (rc == 0)
		rc = figures_read(figures, err);
	if (rc == 0)
		rc = format->render(figures, err);
	if (rc == 0)
		rc = session_show(&figures->session, err);
	if (rc == 0)
		rc = figures_status(figures);
	figures_clear(figures);
	free(figures);
	return rc;
}

/* clang-format off */
static const struct option rows[] = {
	{ "by",   '\0', OPTION_TEXT,   "LIST",
	  "tables by cause, domain, client, login, route, selector, hour, day", offsetof(struct settings, by) },
	{ "top",  '\0', OPTION_NUMBER, "N",
	  "only the first N causes and rows", offsetof(struct settings, top) },
	{ "list", '\0', OPTION_FLAG,   NULL,
	  "each message on a line of its own", offsetof(struct settings, list) },
};
/* clang-format on */

static const struct option_group own = { "Report", rows, 3 };
static const struct option_group *const groups[] = { &own, &options_input, &options_filter,
	&options_common, NULL };

const struct command command_report = {
	"report",
	"[FILE]...",
	"what was signed, what was not, why, and what to do",
	"Reads logs, plain or compressed, in any order, and tells how much of the host's own mail was "
	"signed, the causes of what was not with one fix each, the incidents, and what cannot be "
	"known. Without FILE it reads the host's own mail logs.",
	groups,
	run,
};
