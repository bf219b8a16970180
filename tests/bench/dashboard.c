/*
 * dashboard STORE [MESSAGES]: how long the dashboard lets people wait, over a store of that many
 * messages (10 million by default), which is made when it is not there: a year of a busy host, of which
 * 3.4 % are kept one by one.
 *
 * Time is what it takes from a key, or from the start, to the finished picture in memory; what the
 * terminal takes to show it is not in it.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "cli/aside.h"
#include "tui/view.h"

#define ROWS 50
#define COLS 200
#define PAGES 200

static double
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
must(int rc, const struct error *err)
{
	if (rc < 0) {
		(void)fprintf(stderr, "dashboard: %s\n", err->text);
		exit(2);
	}
}

/* ?1: rows kept one by one. ?2: the time of the last. ?3: microseconds between two. */
static const char make_messages[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
	" INSERT INTO message(host, queue_id, first, last, verdict, cause, contributing, rule,"
	"	author, sender, recipient, recipients, client_name, client_ip, service, message_id,"
	"	relay, open)"
	" SELECT x'6d7831', CAST(printf('4X%09Xz', i) AS BLOB), ?2 - i * ?3, ?2 - i * ?3 + 2000000,"
	"	CASE WHEN i % 11 = 0 THEN 'deferred' WHEN i % 97 = 0 THEN 'unknown'"
	"		ELSE 'unsigned' END,"
	"	CASE WHEN i % 11 = 0 THEN 'key-permission' WHEN i % 97 = 0 THEN NULL"
	"		WHEN i % 5 = 0 THEN 'not-internal' WHEN i % 7 = 0 THEN 'no-sender-header'"
	"		WHEN i % 10007 < 40 THEN 'milter-unreachable'"
	"		ELSE 'no-signing-table-match' END,"
	"	'', NULL, NULL, CAST(printf('user%d@d%d.example', i % 900, i % 200) AS BLOB),"
	"	CAST(printf('r%d@far%d.example.net', i % 7, i % 5000) AS BLOB), 1,"
	"	CAST(printf('pc.d%d.example', i % 200) AS BLOB),"
	"	CAST(printf('198.51.100.%d', i % 250) AS BLOB), x'736d747064',"
	"	CAST(printf('<%d@d%d.example>', i, i % 200) AS BLOB), x'', 0"
	" FROM n";

/* ?1: hours. ?2: the last one. ?3: messages an hour: of some forty domains each. */
static const char make_sums[] =
	"WITH RECURSIVE h(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM h WHERE i + 1 < ?1),"
	" d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k < 39)"
	" INSERT OR IGNORE INTO rollup SELECT ?2 - i, x'6d7831',"
	"	CAST(printf('d%d.example', (i * 7 + k * 5) % 200) AS BLOB),"
	"	CASE k % 3 WHEN 0 THEN 'inbound' ELSE 'signed' END, '', 1 + ?3 / 40 FROM h, d";

/* Three lines a message, as the log had them; made for the last ?1 of them. */
static const char make_lines[] =
	"INSERT INTO line(source, number, key, time, host, tag, pid, times, raw, text_at, text_n,"
	"	text, role)"
	" SELECT 1, message.id * 3 + part, first + part * 100000, first + part * 100000, host,"
	"	CASE part WHEN 0 THEN CAST('postfix/smtpd' AS BLOB) ELSE CAST('opendkim' AS BLOB) END,"
	"	812, 1, x'78', 0, 0, CAST(CASE part WHEN 0 THEN CAST(queue_id AS TEXT) ||"
	"		': client=' || CAST(client_name AS TEXT) || '[' || CAST(client_ip AS TEXT) || ']'"
	"		WHEN 1 THEN CAST(queue_id AS TEXT) || ': no signing table match for ''' ||"
	"		CAST(sender AS TEXT) || ''''"
	"		ELSE CAST(queue_id AS TEXT) || ': no signature data' END AS BLOB), 0"
	" FROM message, (SELECT 0 AS part UNION ALL SELECT 1 UNION ALL SELECT 2)"
	" ORDER BY first, part";

static const char *const make_rest[] = {
	/* An outage a day and more; of the last one the end is not seen. */
	"INSERT INTO incident(host, cause, subject, first, last, ended, lines, rule)"
	" SELECT x'6d7831', 'milter-unreachable', CAST('inet:localhost:8891' AS BLOB), first,"
	"	first + 600000000, iif(id > 10007, first + 600000000, NULL), 12,"
	"	'milter-refused' FROM message WHERE id % 10007 < 500 AND id % 25 = 0",
	"INSERT INTO evidence SELECT number / 3, id FROM line WHERE source = 1",
	"INSERT INTO line(source, number, key, time, host, tag, pid, times, raw, text_at, text_n,"
	"	text, role) SELECT 2, n, n * 86400000000, n * 86400000000, x'6d7831',"
	"	CAST('opendkim' AS BLOB), 812, 1, x'78', 0, 0,"
	"	CAST('OpenDKIM Filter v2.11.0 starting (args: -x /etc/opendkim.conf)' AS BLOB), 2"
	"	FROM (SELECT DISTINCT first / 86400000000 AS n FROM message)",
	NULL,
};

static void
make(const char *path, int64_t messages)
{
	struct error err = ERROR_INIT;
	struct store *store = store_open(path, DB_WRITE, &err);
	int64_t rows = messages * 34 / 1000, end = instant_now() - INSTANT_MINUTE;
	int64_t hours = 365 * 24;
	struct db_statement *statement;
	struct db *db;

	must(store == NULL ? -1 : 0, &err);
	db = store_db(store);
	must(db_begin(db, &err), &err);
	must(db_run(db,
		     "INSERT INTO source(id, head, path, format, first, last, lines, new_lines, cut,"
		     " read_at) VALUES(1, 1, x'6d61696c2e6c6f67', 'syslog', NULL, NULL, 0, 0, 0, 0),"
		     " (2, 2, x'6d61696c2e6c6f672e31', 'syslog', NULL, NULL, 0, 0, 0, 0)",
		     &err),
		&err);
	statement = db_prepare(db, make_messages, &err);
	must(statement == NULL ? -1 : 0, &err);
	db_bind_int(statement, 1, rows);
	db_bind_int(statement, 2, end);
	db_bind_int(statement, 3, hours * INSTANT_HOUR / rows);
	must(db_step(statement, &err), &err);
	statement = db_prepare(db, make_sums, &err);
	must(statement == NULL ? -1 : 0, &err);
	db_bind_int(statement, 1, hours);
	db_bind_int(statement, 2, end / INSTANT_HOUR);
	db_bind_int(statement, 3, (messages - rows) / hours);
	must(db_step(statement, &err), &err);
	must(db_run(db, make_lines, &err), &err);
	for (size_t i = 0; make_rest[i] != NULL; i++)
		must(db_run(db, make_rest[i], &err), &err);
	must(db_commit(db, &err), &err);
	store_close(store);
}

static char
mark(void *ctx, const struct browse_line *line)
{
	(void)ctx;
	(void)line;
	return 's';
}

static bool
unknown(void *ctx, const struct browse_line *line, struct buf *shape)
{
	(void)ctx;
	(void)line;
	(void)shape;
	return false;
}

static struct span
gist(void *ctx, enum verdict_kind verdict, cause_t cause)
{
	(void)ctx;
	(void)verdict;
	(void)cause;
	return SPAN("what it means");
}

static void
draw(struct view *view)
{
	struct grid grid;

	grid_init(&grid, ROWS, COLS, false);
	view_draw(view, &grid);
	grid_clear(&grid);
}

struct key_time {
	const char *name;
	double worst, sum;
	int n;
};

/* A key, and the picture that follows it. */
static void
press(struct view *view, int key, struct key_time *time)
{
	double begun = now_ms(), took;

	view_key(view, key);
	draw(view);
	took = now_ms() - begun;
	time->sum += took;
	time->n++;
	if (took > time->worst)
		time->worst = took;
}

static void
print(const struct key_time *time)
{
	(void)printf("%-44s %8.2f ms mean %8.2f ms worst\n", time->name, time->sum / time->n,
		time->worst);
}

static void
press_many(struct view *view, const char *name, int key, int times)
{
	struct key_time time = { name, 0, 0, 0 };

	for (int i = 0; i < times; i++)
		press(view, key, &time);
	print(&time);
}

static void
type(struct view *view, const char *words)
{
	for (; *words != '\0'; words++)
		view_key(view, *words);
}

/*
 * What the process beside this one takes to tell of a message; and how long that holds up whoever asks,
 * which is all that a key could wait for.
 */
static void
ask_many(struct view *view, int times)
{
	struct key_time asked = { "j, and what is told of it is asked for", 0, 0, 0 },
			told = { "until it is told", 0, 0, 0 };
	const struct tui_teller *teller = &view->options->teller;

	for (int i = 0; i < times; i++) {
		double begun = now_ms(), took;

		view_key(view, 'j');
		(void)view_fetch(view);
		draw(view);
		took = now_ms() - begun;
		asked.sum += took;
		asked.worst = took > asked.worst ? took : asked.worst;
		asked.n++;
		while (view_is_asking(view)) {
			struct pollfd answer = { .fd = teller->fd(teller->ctx), .events = POLLIN };

			(void)poll(&answer, 1, -1);
			(void)view_fetch(view);
		}
		took = now_ms() - begun;
		told.sum += took;
		told.worst = took > told.worst ? took : told.worst;
		told.n++;
	}
	print(&asked);
	print(&told);
}

int
main(int argc, char **argv)
{
	static struct data data;
	static struct view view;
	struct tui_options options = { .what = "bench",
		.report = "",
		.utc = true,
		.feed = { -1 },
		.mark = mark,
		.unknown = unknown,
		.gist = gist };
	const struct settings settings = { .opendkim_conf = "none" };
	struct cli_session session;
	struct aside *aside;
	struct error err = ERROR_INIT;
	struct store *store;
	double begun, worst = 0, all;
	int steps = 0;

	if (argc < 2)
		return 2;
	if (access(argv[1], R_OK) != 0)
		make(argv[1], argc > 2 ? strtoll(argv[2], NULL, 10) : 10000000);
	options.store = argv[1];
	must(session_start(&session, &settings, &err), &err);
	aside = aside_start(&session,
		&(const struct dashboard){ argv[1], options.what, options.report, -1 }, &err);
	must(aside == NULL ? -1 : 0, &err);
	options.teller = aside_teller(aside);
	begun = now_ms();
	store = store_open(argv[1], DB_READ, &err);
	must(store == NULL ? -1 : 0, &err);
	data_init(&data, store, &options);
	view_init(&view, &options, &data);
	view_resize(&view, ROWS, COLS);
	pages_restart(&data);
	draw(&view);
	(void)printf("%-44s %8.2f ms\n", "first picture", now_ms() - begun);
	(void)data_look(&data);
	(void)data_step(&data);
	draw(&view);
	(void)printf("%-44s %8.2f ms\n", "with the counts of two days", now_ms() - begun);
	all = now_ms();
	while (data_is_waiting(&data)) {
		double step = now_ms();

		(void)data_step(&data);
		steps++;
		step = now_ms() - step;
		worst = step > worst ? step : worst;
	}
	(void)printf("%-44s %8.2f ms in %d steps, the longest %.2f ms\n", "the whole past",
		now_ms() - all, steps, worst);
	if (data.failure.kind != ERROR_NONE)
		must(-1, &data.failure);
	press_many(&view, "2 Causes", '2', 5);
	press_many(&view, "Z longer", 'Z', 4);
	press_many(&view, "j", 'j', 4);
	press_many(&view, "Enter: whom a cause hit", KEY_IS_ENTER, 1);
	press_many(&view, "Enter: its messages", KEY_IS_ENTER, 1);
	press_many(&view, "3 Messages", '3', 5);
	ask_many(&view, 20);
	press_many(&view, "page down", KEY_IS_PAGE_DOWN, PAGES);
	press_many(&view, "page up", KEY_IS_PAGE_UP, PAGES);
	press_many(&view, "G", 'G', 3);
	press_many(&view, "g", 'g', 3);
	press_many(&view, "e next unsigned", 'e', 50);
	press_many(&view, "[ a day earlier", '[', 50);
	view_key(&view, '/');
	type(&view, "no-such-text");
	press_many(&view, "/ what is nowhere", KEY_IS_ENTER, 1);
	press_many(&view, "n", 'n', 5);
	view_key(&view, 'f');
	type(&view, "cause=milter-unreachable");
	press_many(&view, "f cause=milter-unreachable", KEY_IS_ENTER, 1);
	press_many(&view, "page down", KEY_IS_PAGE_DOWN, 50);
	view_key(&view, 'F');
	view_key(&view, 'f');
	type(&view, "domain=nowhere.example");
	press_many(&view, "f domain=nowhere.example", KEY_IS_ENTER, 1);
	press_many(&view, "page down", KEY_IS_PAGE_DOWN, 20);
	view_key(&view, 'F');
	while (data_is_waiting(&data))
		(void)data_step(&data);
	press_many(&view, "4 Trends", '4', 5);
	press_many(&view, "Z longer", 'Z', 3);
	press_many(&view, "[ earlier", '[', 30);
	press_many(&view, "5 Service", '5', 5);
	press_many(&view, "1 Now", '1', 5);
	aside_end(aside);
	session_close(&session);
	view_clear(&view);
	data_clear(&data);
	store_close(store);
	return 0;
}
