#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/metrics.h"
#include "cli/report.h"

/* In the order of --format, and what a file of each is called. */
static const struct {
	const struct report_format *format;
	const char *ending; /* NULL: none tells it */
} formats[] = {
	{ &report_text, NULL }, /* auto, where no ending says otherwise */
	{ &report_text, NULL },
	{ &report_html, ".html" },
	{ &report_json, ".json" },
	{ &report_jsonl, ".jsonl" },
	{ &report_csv, ".csv" },
};
#define FORMAT_AUTO 0

static const struct report_format *
format_of(const struct settings *settings)
{
	if (settings->format != FORMAT_AUTO || settings->output == NULL)
		return formats[settings->format].format;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (formats[i].ending != NULL &&
			span_ends(span_of(settings->output), span_of(formats[i].ending)))
			return formats[i].format;
	return formats[FORMAT_AUTO].format;
}

static int
run_report(const struct settings *settings, struct error *err)
{
	const struct report_format *format = format_of(settings);
	struct figures *figures = xcalloc(1, sizeof *figures);
	int rc = figures_open(figures, settings, settings->list ? format->line : NULL, err);

	if (rc == 0)
		figures_confine(figures);
	if (rc == 0)
		rc = figures_read(figures, err);
	if (rc == 0)
		rc = format->render(figures, err);
	if (rc == 0)
		rc = format == &report_text ? session_show(&figures->session, err)
		                            : session_flush(&figures->session, err);
	if (rc == 0)
		rc = figures_status(figures);
	figures_clear(figures);
	free(figures);
	return rc;
}

/* A plug-in of a monitor: one line and a status of its own, whatever happens. */
static int
run_nagios(const struct settings *settings)
{
	struct error err = ERROR_INIT;
	struct figures *figures = xcalloc(1, sizeof *figures);
	struct settings window = *settings;
	int rc;

	if (window.since == NULL && window.until == NULL)
		window.since = "-1h";
	rc = figures_open(figures, &window, NULL, &err);
	figures->terse = true; /* asked every few minutes */
	if (rc == 0)
		figures_confine(figures);
	if (rc == 0)
		rc = figures_read(figures, &err);
	if (rc == 0)
		rc = metrics_nagios(figures, &err);
	if (rc < 0) {
		buf_reset(&figures->session.out);
		metrics_nagios_failed(&figures->session.out, &err);
		rc = EXIT_CANNOT_TELL;
	}
	(void)fwrite(figures->session.out.p, 1, figures->session.out.n, stdout);
	figures_clear(figures);
	free(figures);
	return rc;
}

static int
run(const struct settings *settings, struct error *err)
{
	return settings->nagios ? run_nagios(settings) : run_report(settings, err);
}

/* clang-format off */
static const struct option rows[] = {
	{ "by",   '\0', OPTION_TEXT,   "LIST",
	  "tables by cause, domain, client, login, route, selector, hour, day", offsetof(struct settings, by) },
	{ "top",  '\0', OPTION_NUMBER, "N",
	  "only the first N causes and rows of tables; of hours and days the last", offsetof(struct settings, top) },
	{ "format", 'f', OPTION_CHOICE, "auto|text|html|json|jsonl|csv",
	  "how it is written (auto: by the ending of --output, else text)", offsetof(struct settings, format) },
	{ "nagios", '\0', OPTION_FLAG, NULL,
	  "one line for a monitor, of the last hour unless --since says otherwise: exits 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN", offsetof(struct settings, nagios) },
	{ "warning", '\0', OPTION_TEXT, "RANGE",
	  "of --nagios: how much may go wrong without a warning, as 10 messages or as 2% of own mail (default: 0)", offsetof(struct settings, warning) },
	{ "critical", '\0', OPTION_TEXT, "RANGE",
	  "of --nagios: likewise how much may leave unsigned (default: 0)", offsetof(struct settings, critical) },
	{ "list", '\0', OPTION_FLAG,   NULL,
	  "each message on a line of its own", offsetof(struct settings, list) },
};
/* clang-format on */

static const struct option_group own = { "Report", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_input, &options_speed,
	&options_filter, &options_common, NULL };

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
