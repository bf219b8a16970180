#include "cli/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES 76 /* RFC 2045, 6.7; RFC 2047, 2 */
#define ADDRESS_MAX 254   /* RFC 5321, 4.5.3.1 */
#define ID_HOST_MAX 100

/* For Message-IDs, which are the same wherever the same mail is made. */
#define ID_KEY 0x646B696D776879

extern char **environ;

static const char hex[] = "0123456789ABCDEF";

static bool
is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A dot-atom of RFC 5322: words of these characters, joined by single dots. */
static bool
is_dotted(struct span text, const char *others)
{
	struct span rest = text, part;

	while (span_cut(&rest, '.', &part)) {
		if (part.n == 0)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_letter_or_digit(part.p[i]) &&
				(part.p[i] == '\0' || strchr(others, part.p[i]) == NULL))
				return false;
	}
	return text.n > 0;
}

bool
mail_is_address(struct span text)
{
	ptrdiff_t at = span_find_last(text, '@');
	struct span user = at < 0 ? text : span_first(text, (size_t)at);
	struct span domain = at < 0 ? SPAN_NONE : span_from(text, (size_t)at + 1);

	/* What begins with a dash would be an option to some delivery program. */
	if (text.n > ADDRESS_MAX || text.n == 0 || text.p[0] == '-' ||
		!is_dotted(user, "!#$%&'*+-/=?^_`{|}~"))
		return false;
	return at < 0 || (domain.n > 0 && domain.p[0] != '-' && is_dotted(domain, "-_"));
}

/* "Tue, 24 Nov 2026 09:14:02 +0900" */
static void
add_date(struct buf *out, int64_t when, bool utc)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	struct civil civil;
	int offset_s, minutes;
	int64_t day;

	instant_civil(when, utc, &civil, &offset_s);
	day = (when + offset_s * INSTANT_SECOND) / INSTANT_DAY; /* since a Thursday */
	minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
	buf_addf(out, "Date: %s, %d %s %d %02d:%02d:%02d %c%02d%02d\n", days[day % 7], civil.day,
		instant_month(civil.month), civil.year, civil.hour, civil.minute, civil.second,
		offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static bool
is_plain_ascii(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] < ' ' || text.p[i] > '~')
			return false;
	return !span_has(text, SPAN("=?"));
}

/* One that may stand as it is in an encoded word, wherever that stands (RFC 2047, 5). */
static bool
is_plain_in_word(char c)
{
	return is_letter_or_digit(c) || (c != '\0' && strchr("!*+-/", c) != NULL);
}

static void
add_encoded_char(struct buf *out, char c)
{
	if (c == ' ')
		buf_add_char(out, '_');
	else if (is_plain_in_word(c))
		buf_add_char(out, c);
	else
		buf_addf(out, "=%c%c", hex[(unsigned char)c >> 4], hex[c & 15]);
}

/* Encoded words, each a line, none of which ends within a character. */
static void
add_encoded(struct buf *out, struct span text, size_t column)
{
	static const char begin[] = "=?UTF-8?Q?";
	struct buf piece = BUF_INIT;
	size_t len;

	buf_addf(out, "%s", begin);
	column += strlen(begin);
	for (struct span rest = text; rest.n > 0; rest = span_from(rest, len)) {
		(void)utf8_next(rest, &len, NULL);
		buf_reset(&piece);
		for (size_t i = 0; i < len; i++)
			add_encoded_char(&piece, rest.p[i]);
		if (column + piece.n + strlen("?=") > LINE_MAX_BYTES) {
			buf_addf(out, "?=\n %s", begin);
			column = 1 + strlen(begin);
		}
		buf_add(out, buf_span(&piece));
		column += piece.n;
	}
	buf_add(out, SPAN("?="));
	buf_clear(&piece);
}

/* Folded at blanks, where a line would be longer than that. */
static void
add_folded(struct buf *out, struct span text, size_t column)
{
	struct span word;
	bool first = true;

	while (span_word(&text, &word)) {
		if (!first && column + 1 + word.n > LINE_MAX_BYTES) {
			buf_add(out, SPAN("\n"));
			column = 0;
		}
		if (!first)
			buf_add_char(out, ' ');
		buf_add(out, word);
		column += word.n + !first;
		first = false;
	}
}

static bool
has_long_word(struct span text)
{
	struct span word;

	while (span_word(&text, &word))
		if (word.n > LINE_MAX_BYTES - 10)
			return true;
	return false;
}

static void
add_field(struct buf *out, const char *name, struct span value)
{
	struct buf clean = BUF_INIT;
	size_t column = strlen(name) + strlen(": ");

	/* Valid UTF-8 without controls, line ends among them. */
	utf8_printable(&clean, value, SIZE_MAX);
	buf_addf(out, "%s: ", name);
	if (is_plain_ascii(buf_span(&clean)) && !has_long_word(buf_span(&clean)))
		add_folded(out, buf_span(&clean), column);
	else
		add_encoded(out, buf_span(&clean), column);
	buf_add_char(out, '\n');
	buf_clear(&clean);
}

/* A host's name fit for the right side of a Message-ID. */
static void
add_id_host(struct buf *out, struct span host)
{
	size_t begin = out->n;

	for (size_t i = 0; i < host.n && i < ID_HOST_MAX; i++) {
		bool dot = host.p[i] == '.' && out->n > begin && out->p[out->n - 1] != '.';

		if (dot || is_letter_or_digit(host.p[i]) || host.p[i] == '-')
			buf_add_char(out, host.p[i]);
	}
	while (out->n > begin && out->p[out->n - 1] == '.')
		out->n--;
	if (out->n == begin)
		buf_add(out, SPAN("localhost"));
}

static void
add_ids(struct buf *out, const struct mail *mail)
{
	static const char *const threads[] = { "In-Reply-To", "References" };
	uint64_t digest = span_digest(mail->text, ID_KEY) ^ span_digest(mail->to, ID_KEY + 1);

	buf_addf(out, "Message-ID: <dkimwhy.%lld.%016llx@",
		(long long)(mail->when / INSTANT_SECOND), (unsigned long long)digest);
	add_id_host(out, mail->host);
	buf_add(out, SPAN(">\n"));
	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		buf_addf(out, "%s: <dkimwhy.summary@", threads[i]);
		add_id_host(out, mail->host);
		buf_add(out, SPAN(">\n"));
	}
}

/* Must this byte be encoded, at that column and with that byte behind it? */
static bool
needs_quoting(struct span line, size_t i, size_t column)
{
	unsigned char c = (unsigned char)line.p[i];

	if (c == ' ' || c == '\t')
		return i + 1 == line.n; /* at the end it would be lost on the way */
	if (c < '!' || c > '~' || c == '=')
		return true;
	/* "From " begins a message in a mailbox file, and a lone dot ends one on its way. */
	return column == 0 && (c == '.' || span_starts(span_from(line, i), SPAN("From ")));
}

static void
add_quoted_line(struct buf *out, struct span line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.n; i++) {
		bool quoted = needs_quoting(line, i, column);

		if (column + (quoted ? 3 : 1) > LINE_MAX_BYTES - 1) {
			buf_add(out, SPAN("=\n"));
			column = 0;
			quoted = needs_quoting(line, i, column);
		}
		if (quoted)
			buf_addf(out, "=%c%c", hex[(unsigned char)line.p[i] >> 4],
				hex[line.p[i] & 15]);
		else
			buf_add_char(out, line.p[i]);
		column += quoted ? 3 : 1;
	}
	buf_add_char(out, '\n');
}

static void
add_part(struct buf *out, const char *boundary, const char *type, struct span text)
{
	struct span line;

	buf_addf(out,
		"\n--%s\nContent-Type: %s; charset=UTF-8\n"
		"Content-Transfer-Encoding: quoted-printable\n\n",
		boundary, type);
	if (span_ends(text, SPAN("\n")))
		text.n--;
	while (span_cut(&text, '\n', &line))
		add_quoted_line(out, line);
}

void
mail_compose(struct buf *out, const struct mail *mail)
{
	/* "=_" never stands in quoted-printable text (RFC 2045, 6.7). */
	static const char boundary[] = "=_dkimwhy_=";
	struct buf from = BUF_INIT;

	buf_addf(&from, "dkimwhy <%.*s>",
		SPAN_ARGS(mail_is_address(mail->from) ? mail->from : SPAN("root")));
	buf_addf(out, "From: %s\nTo: %.*s\n", buf_str(&from), SPAN_ARGS(mail->to));
	add_field(out, "Subject", mail->subject);
	add_date(out, mail->when, mail->utc);
	add_ids(out, mail);
	buf_addf(out,
		"Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Language: %.*s\n"
		"Content-Type: multipart/alternative; boundary=\"%s\"\n",
		SPAN_ARGS(mail->language), boundary);
	add_part(out, boundary, "text/plain", mail->text);
	add_part(out, boundary, "text/html", mail->html);
	buf_addf(out, "\n--%s--\n", boundary);
	buf_clear(&from);
}

static int
wait_for(pid_t pid, const char *program, struct error *err)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return error_system(err, "cannot wait for '%s'", program);
	if (WIFSIGNALED(status))
		return error_set(err, ERROR_SYSTEM,
			"'%s' was ended by signal %d; the mail is not sent", program,
			WTERMSIG(status));
	if (WEXITSTATUS(status) != 0)
		return error_set(err, ERROR_SYSTEM,
			"'%s' ended with status %d; the mail is not sent", program,
			WEXITSTATUS(status));
	return 0;
}

static int
start(const char *program, int in, pid_t *pid, struct error *err)
{
	char name[] = "sendmail", dots[] = "-oi", recipients[] = "-t";
	char *argv[] = { name, dots, recipients, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t pipe;
	int rc;

	if (posix_spawn_file_actions_init(&actions) != 0)
		return error_system(err, "cannot start '%s'", program);
	if (posix_spawnattr_init(&attributes) != 0) {
		(void)posix_spawn_file_actions_destroy(&actions);
		return error_system(err, "cannot start '%s'", program);
	}
	/* What is ignored here is not to be ignored there. */
	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	(void)posix_spawnattr_setsigdefault(&attributes, &pipe);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	rc = posix_spawn(pid, program, &actions, &attributes, argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
	(void)posix_spawn_file_actions_destroy(&actions);
	errno = rc;
	return rc == 0 ? 0 : error_system(err, "cannot start '%s'", program);
}

int
mail_send(const char *program, struct span message, struct error *err)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	struct error of_pipe = ERROR_INIT;
	int ends[2], written, rc;
	pid_t pid = -1;

	if (pipe(ends) < 0) {
		rc = error_system(err, "cannot make a pipe to '%s'", program);
		goto out;
	}
	/* The program must not hold the end that we close. */
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	rc = start(program, ends[0], &pid, err);
	(void)close(ends[0]);
	written = rc < 0 ? -1 : buf_write_all(message, ends[1], &of_pipe);
	(void)close(ends[1]);
	if (rc < 0)
		goto out;
	/* Its status says more than that it left the pipe. */
	rc = wait_for(pid, program, err);
	if (rc == 0 && written < 0) {
		*err = of_pipe;
		rc = error_within(err, "'%s' does not take the mail", program);
	}
out:
	(void)signal(SIGPIPE, before);
	return rc;
}
