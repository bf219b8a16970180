#include "tui/tui.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/watch.h"
#include "store/browse.h"
#include "tui/terminal.h"
#include "tui/view.h"

/* At most four pictures a second, but for what a key asks for. */
#define FRAME_MS 250
#define STEP_US 10000  /* is read before a key is looked for again */
#define LOOK_SHARE 200 /* of the time, reading takes at most so small a part, while ... */
#define LOOK_MS 1000   /* ... it is not looked more seldom than that */
/* So long a key's picture waits for what is told, so that a quick answer is drawn with it. */
#define PATIENCE_MS 25
/* The clock shows minutes; what a watched folder does not tell (NFS) is looked for as often. */
#define IDLE_MS 60000
#define MEASURE_MS 5000 /* how far the store is behind the logs: nothing tells of that */
#define BUSY_MS 1000    /* while the state of reading is shown */

struct loop {
	const struct tui_options *options;
	struct data data;
	struct view view;
	struct watch *watch;
	struct buf feed; /* a line that has not ended yet */
	int feed_fd;
	bool dirty;
	bool unlooked;                            /* something may have happened since looked_at */
	int64_t shown_at, looked_at, measured_at; /* by the real clock */
	int64_t took_us;                          /* to read, since it was looked */
};

static int64_t
clock_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

bool
tui_is_possible(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

/* "\001" and an instant: so far it has read. Else a remark of the program's: what is behind its name. */
static void
take_feed_line(struct loop *loop, struct span line)
{
	uint64_t when;

	if (span_starts(line, SPAN("\001"))) {
		if (span_to_u64(span_from(line, 1), &when)) {
			loop->data.read_to = when == 0 ? INSTANT_NONE : (int64_t)when;
			loop->data.read_said = instant_now();
		}
	} else {
		if (span_starts(line, SPAN("dkimwhy: ")))
			line = span_from(line, 9);
		(void)snprintf(loop->data.remark, sizeof loop->data.remark, "%.*s",
			SPAN_ARGS(line));
	}
	loop->dirty = true;
}

static void
read_feed(struct loop *loop)
{
	char bytes[4096];
	ssize_t n = read(loop->feed_fd, bytes, sizeof bytes);
	struct span rest, line;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		loop->feed_fd = -1;
		loop->data.feed_ended = true;
		loop->dirty = true;
		return;
	}
	buf_add(&loop->feed, (struct span){ bytes, (size_t)n });
	rest = buf_span(&loop->feed);
	while (span_find_char(rest, '\n') >= 0 && span_cut(&rest, '\n', &line))
		take_feed_line(loop, line);
	if (rest.n < loop->feed.n) {
		struct buf begun = BUF_INIT;

		buf_add(&begun, rest);
		buf_clear(&loop->feed);
		loop->feed = begun;
	}
}

static void
show(struct loop *loop)
{
	struct view *view = &loop->view;
	struct grid grid;

	loop->data.now = instant_now();
	terminal_size(&view->rows, &view->cols);
	grid_init(&grid, view->rows, view->cols, loop->options->ascii);
	view_draw(view, &grid);
	if (view->redraw)
		terminal_redraw();
	view->redraw = false;
	terminal_show(&grid, view->plain);
	grid_clear(&grid);
	loop->shown_at = clock_ms();
	loop->dirty = false;
}

/* What was copied goes to the clipboard. */
static void
hand_over(struct view *view)
{
	if (view->copied.n > 0 && !terminal_copy(buf_span(&view->copied)))
		view_note(view, SAY_COPY_TOO_LONG, NULL);
	buf_reset(&view->copied);
}

/* All keys that are there. true: one was. */
static bool
take_keys(struct loop *loop)
{
	struct view *view = &loop->view;
	bool any = false;
	int key;

	while (!view->leave && (key = terminal_key()) != KEY_NOTHING) {
		bool mouse = view->mouse;

		any = true;
		if (key == KEY_IS_RESIZE) {
			size_t rows, cols;

			terminal_size(&rows, &cols);
			view_resize(view, rows, cols);
		} else if (key == KEY_IS_CLICK) {
			size_t row, col;

			terminal_click(&row, &col);
			view_click(view, row, col);
		} else {
			view_key(view, key);
		}
		if (view->mouse != mouse)
			terminal_mouse(view->mouse);
		hand_over(view);
	}
	return any;
}

/* What is told of the chosen row, when it is there. */
static bool
fetch(struct loop *loop)
{
	struct view *view = &loop->view;

	if (!view_fetch(view))
		return false;
	view_resize(view, view->rows, view->cols);
	hand_over(view);
	return true;
}

/* After a key: its answer, if it comes at once. */
static void
fetch_soon(struct loop *loop)
{
	const struct tui_teller *teller = &loop->options->teller;
	int fd;

	if (fetch(loop) || !view_is_asking(&loop->view))
		return;
	fd = teller->fd(teller->ctx);
	terminal_wait(NULL, &fd, 1, PATIENCE_MS);
	(void)fetch(loop);
}

/* When may the store be looked at again? Reading what is new there takes a small part of the time. */
static int64_t
look_at(const struct loop *loop)
{
	int64_t rest = loop->took_us * LOOK_SHARE / 1000;

	return loop->looked_at + (rest < FRAME_MS ? FRAME_MS : rest < LOOK_MS ? rest : LOOK_MS);
}

/* Has another process written to the store? Asked at most four times a second. */
static void
look(struct loop *loop)
{
	int64_t now = clock_ms();

	loop->unlooked = now < look_at(loop);
	if (loop->unlooked)
		return;
	loop->looked_at = now;
	loop->took_us = 0;
	loop->dirty |= data_look(&loop->data);
}

/* A log may grow that nobody takes in. */
static void
measure(struct loop *loop)
{
	if (clock_ms() - loop->measured_at < MEASURE_MS)
		return;
	loop->measured_at = clock_ms();
	loop->dirty |= health_measure(&loop->data);
}

/* What is to be read, for as long as a key may wait. */
static bool
step(struct loop *loop)
{
	struct data *data = &loop->data;
	const struct view *view = &loop->view;
	int64_t begun = clock_us(), now;
	struct held held;

	data->list_shown = view_has(view, SCREEN_MESSAGES);
	data->hits_shown = view_has(view, SCREEN_CAUSE);
	data->stale_recent |= !data->newest_shown && view_has_newest(view);
	data->newest_shown = view_has_newest(view);
	if (!data_is_waiting(data) || browse_begin(data->store, &data->failure) < 0)
		return false;
	view_hold(view, &held);
	do {
		loop->dirty |= data_step(data);
		now = clock_us();
	} while (data_is_waiting(data) && now - begun < STEP_US);
	view_settle(&loop->view, &held);
	browse_end(data->store);
	loop->took_us += now - begun;
	return true;
}

static int
wait_ms(const struct loop *loop)
{
	int64_t now = clock_ms(), until = now + IDLE_MS;

	/* To the next minute of the clock that is shown. */
	if (until > now + 60000 - instant_now() / 1000 % 60000)
		until = now + 60000 - instant_now() / 1000 % 60000 + 1;
	if (loop->dirty && loop->shown_at + FRAME_MS < until)
		until = loop->shown_at + FRAME_MS;
	if (loop->unlooked && look_at(loop) < until)
		until = look_at(loop);
	if (loop->measured_at + MEASURE_MS < until)
		until = loop->measured_at + MEASURE_MS;
	if (loop->data.read_to != INSTANT_NONE &&
		instant_now() - loop->data.read_said < 4 * INSTANT_SECOND && until > now + BUSY_MS)
		until = now + BUSY_MS;
	return until > now ? (int)(until - now) : 0;
}

static void
run(struct loop *loop)
{
	struct view *view = &loop->view;
	const struct tui_teller *teller = &loop->options->teller;

	view_resize(view, view->rows, view->cols);
	while (!view->leave && terminal_signal() == 0) {
		int64_t minute = loop->data.now / INSTANT_MINUTE;
		bool key = take_keys(loop), busy;
		int fds[2];

		if (view->leave)
			break;
		look(loop);
		measure(loop);
		/* What a key waits for comes first: then what is told, then the past. */
		if (key)
			fetch_soon(loop);
		if (key || fetch(loop)) {
			show(loop);
			continue;
		}
		busy = step(loop);
		loop->dirty |= instant_now() / INSTANT_MINUTE != minute;
		if (loop->dirty && clock_ms() - loop->shown_at >= FRAME_MS)
			show(loop);
		/*
		 * What happens to the store within a frame's time wakes nobody. Signals come only here: also
		 * while years are read there is an occasion for them, between two slices.
		 */
		fds[0] = loop->feed_fd;
		fds[1] = view_is_asking(view) ? teller->fd(teller->ctx) : -1;
		terminal_wait(busy || loop->unlooked ? NULL : loop->watch, fds, 2,
			busy ? 0 : wait_ms(loop));
		if (loop->feed_fd >= 0)
			read_feed(loop);
	}
}

/* What is written to it stands in its log first. */
static void
watch_store(struct loop *loop)
{
	struct buf log = BUF_INIT;

	buf_addf(&log, "%s-wal", loop->options->store);
	loop->watch = watch_new();
	watch_file(loop->watch, loop->options->store);
	watch_file(loop->watch, buf_str(&log));
	buf_clear(&log);
}

int
tui_run(const struct tui_options *options, struct error *err)
{
	const struct terminal_options terminal = { options->color, options->mouse };
	struct store *store = store_open(options->store, DB_READ, err);
	struct loop loop = { .options = options, .feed_fd = options->feed.fd };
	int rc = store == NULL ? -1 : 0;

	if (rc < 0)
		return -1;
	data_init(&loop.data, store, options);
	view_init(&loop.view, options, &loop.data);
	watch_store(&loop);
	if (options->filter != NULL)
		rc = data_filter(&loop.data, span_of(options->filter), err);
	if (rc == 0)
		rc = terminal_begin(&terminal, err);
	if (rc == 0) {
		terminal_size(&loop.view.rows, &loop.view.cols);
		pages_restart(&loop.data);
		run(&loop);
		terminal_end();
		if (loop.view.kept.n > 0)
			(void)fwrite(loop.view.kept.p, 1, loop.view.kept.n, stdout);
		(void)fflush(stdout);
		rc = terminal_signal() == 0 ? 0 : 128 + terminal_signal();
	}
	view_clear(&loop.view);
	data_clear(&loop.data);
	buf_clear(&loop.feed);
	watch_free(loop.watch);
	store_close(store);
	return rc;
}
