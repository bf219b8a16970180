#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/mail.h"
#include "cli/summary_say.h"

#define SENDMAIL "/usr/sbin/sendmail"
#define WIDTH 76 /* columns of a mail's text, unless --width says otherwise */

static const char *
sendmail(const struct settings *settings)
{
	const char *program = getenv("DKIMWHY_SENDMAIL");

	if (settings->sendmail != NULL)
		return settings->sendmail;
	return program != NULL && *program != '\0' ? program : SENDMAIL;
}

static void
add_subject(struct summary *summary, struct buf *out)
{
	const char *given = summary->figures.session.settings->subject;
	struct span rest = span_of(given == NULL ? "%s" : given);
	ptrdiff_t at;

	while ((at = span_find(rest, SPAN("%s"))) >= 0) {
		buf_add(out, span_first(rest, (size_t)at));
		summary_add_subject(summary, out);
		rest = span_from(rest, (size_t)at + 2);
	}
	buf_add(out, rest);
}

static void
compose(struct summary *summary, struct buf *out)
{
	struct cli_session *session = &summary->figures.session;
	const struct settings *settings = session->settings;
	struct buf subject = BUF_INIT, html = BUF_INIT, host = BUF_INIT;
	const struct passwd *user = getpwuid(geteuid());
	struct mail mail = { .to = span_of(settings->mail),
		.from = user == NULL ? SPAN("root") : span_of(user->pw_name),
		.language = session->lang == LANG_JA ? SPAN("ja") : SPAN("en"),
		.when = session->options.log.now,
		.utc = settings->utc };

	add_subject(summary, &subject);
	summary_html(summary, &html);
	if (summary->figures.hosts.n > 0)
		buf_add(&host, summary->figures.hosts.rows[0]->key);
	mail.subject = buf_span(&subject);
	mail.host = buf_span(&host);
	mail.text = buf_span(&session->out);
	mail.html = buf_span(&html);
	mail_compose(out, &mail);
	buf_clear(&subject);
	buf_clear(&html);
	buf_clear(&host);
}

/* Print it, send it, or with --dry-run print what would be sent. */
static int
hand_out(struct summary *summary, struct error *err)
{
	struct cli_session *session = &summary->figures.session;
	const struct settings *settings = session->settings;
	struct buf message = BUF_INIT;
	int rc;

	if (settings->mail == NULL)
		return session_show(session, err);
	compose(summary, &message);
	if (settings->dry_run) {
		buf_clear(&session->out);
		session->out = message;
		return session_show(session, err);
	}
	rc = mail_send(sendmail(settings), buf_span(&message), err);
	buf_clear(&message);
	return rc;
}

static int
check(const struct settings *settings, struct error *err)
{
	if (settings->mail != NULL && !mail_is_address(span_of(settings->mail)))
		return error_set(err, ERROR_SYNTAX,
			"--mail takes one address, user@host.example, not '%s'", settings->mail);
	if (settings->mail != NULL && settings->output != NULL && !settings->dry_run)
		return error_set(err, ERROR_SYNTAX, "--output: the mail goes to '%s'",
			settings->mail);
	if (settings->sendmail != NULL && settings->sendmail[0] != '/')
		return error_set(err, ERROR_SYNTAX, "--sendmail takes a path from / on, not '%s'",
			settings->sendmail);
	return 0;
}

static bool
is_wanted(const struct summary *summary)
{
	const struct settings *settings = summary->figures.session.settings;

	return (!settings->if_findings || summary_has_findings(summary)) &&
	       (!settings->if_changed || summary_has_changed(summary));
}

static int
tell(struct summary *summary, struct store *marks, struct error *err)
{
	struct cli_session *session = &summary->figures.session;

	if (session->settings->mail != NULL && session->settings->width == 0)
		session->width = WIDTH;
	if (session->settings->mail != NULL)
		session->color = false;
	summary_text(summary);
	if (is_wanted(summary) && hand_out(summary, err) < 0)
		return -1;
	/* Last: rather told twice than never. */
	if (marks != NULL && !session->settings->dry_run &&
		summary_keep_mark(summary, marks, err) < 0)
		return -1;
	return summary_status(summary);
}

/* A store that is not there is not made. */
static enum db_mode
mode(const struct settings *settings)
{
	const char *path = settings->store != NULL ? settings->store : STORE_DEFAULT;

	return settings->dry_run || access(path, F_OK) < 0 ? DB_READ : DB_WRITE;
}

/* --period: the whole days before the one that is now. */
static int
set_period(struct settings *settings, struct buf *since, struct error *err)
{
	struct civil day;

	if (settings->period == PERIOD_LAST)
		return 0;
	if (settings->since != NULL || settings->until != NULL)
		return error_set(err, ERROR_SYNTAX, "--period: --since and --until say otherwise");
	instant_civil(instant_now(), settings->utc, &day, NULL);
	for (int i = 0; i < (settings->period == PERIOD_WEEK ? 7 : 1); i++)
		civil_day_before(&day);
	buf_addf(since, "%04d-%02d-%02d", day.year, day.month, day.day);
	settings->since = buf_str(since);
	settings->until = "today";
	return 0;
}

static int
run(const struct settings *given, struct error *err)
{
	struct settings own = *given, *settings = &own;
	struct summary *summary = xcalloc(1, sizeof *summary);
	struct store *marks = NULL;
	struct buf since = BUF_INIT;
	int rc = check(settings, err);

	if (rc == 0)
		rc = set_period(settings, &since, err);
	/* First: who may not move the bookmark would be told the same again and again. */
	if (rc == 0 && summary_has_mark(settings)) {
		marks = session_open_store(settings, mode(settings), err);
		rc = marks == NULL ? -1 : 0;
	}
	if (rc == 0)
		rc = summary_gather(summary, settings, marks, err);
	if (rc == 0)
		rc = tell(summary, marks, err);
	summary_clear(summary);
	store_close(marks);
	buf_clear(&since);
	free(summary);
	return rc;
}

#define AT(field) offsetof(struct settings, field)

/* clang-format off */
static const struct option rows[] = {
	{ "mail",           '\0', OPTION_TEXT,   "ADDRESS",
	  "hand it to sendmail as a mail to that address, instead of printing it", AT(mail) },
	{ "subject",        '\0', OPTION_TEXT,   "TEXT",
	  "the mail's subject; %s in it is what would stand there otherwise", AT(subject) },
	{ "sendmail",       '\0', OPTION_TEXT,   "PROGRAM",
	  "what takes the mail (default: $DKIMWHY_SENDMAIL, else " SENDMAIL ")", AT(sendmail) },
	{ "period",         '\0', OPTION_CHOICE, "last|day|week",
	  "what has come since the last summary (last), or the whole day or seven days before this one", AT(period) },
	{ "if-findings",    '\0', OPTION_FLAG,   NULL,
	  "nothing at all when all is well", AT(if_findings) },
	{ "if-changed",     '\0', OPTION_FLAG,   NULL,
	  "nothing at all when a period of the same length before was the same: no cause or incident came or went, and no cause doubled", AT(if_changed) },
	{ "dry-run",        '\0', OPTION_FLAG,   NULL,
	  "print what would be sent; leave the bookmark where it is", AT(dry_run) },
	{ "with-addresses", '\0', OPTION_FLAG,   NULL,
	  "with the addresses of persons, which are otherwise replaced by words", AT(with_addresses) },
	{ "top",            '\0', OPTION_NUMBER, "N",
	  "only the first N causes", AT(top) },
};
/* clang-format on */

static const struct option_group own = { "Summary", rows, sizeof rows / sizeof *rows };
static const struct option_group *const groups[] = { &own, &options_input, &options_speed,
	&options_filter, &options_common, NULL };

const struct command command_summary = {
	"summary",
	"[FILE]...",
	"what changed since the last summary, as text or as mail",
	"Tells in its first lines what went wrong in signing and what to do, then the causes with their "
	"change and trend, the incidents, and what cannot be known: for cron, which mails what is "
	"printed, or with --mail as a mail of its own. With a store the period begins where that of "
	"the last summary ended (the first time: a day ago), otherwise with --since or the logs.",
	groups,
	run,
};
