#include "tui/terminal.h"

#include <curses.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* An Esc is told from the beginning of a key's sequence by so long a silence. */
#define ESCAPE_MS 25
#define RESTORE_MAX 256
#define SCREEN_CHUNK 700 /* screen(1) takes no longer strings */

static struct {
	bool begun, colors, many, mouse;
	SCREEN *screen;
	FILE *keys; /* NULL: standard input */
	int keys_fd;
	struct termios before;
	sigset_t mask; /* of waits */
	size_t click_row, click_col;
	struct grid shown;
	bool shown_plain, fresh; /* nothing is shown yet */
	char restore[RESTORE_MAX];
	size_t nrestore;
} terminal;

static volatile sig_atomic_t ending, resized;

static void
on_signal(int number)
{
	if (number == SIGWINCH)
		resized = 1;
	else
		ending = number;
}

/* Only calls that are safe anywhere. */
static void
on_crash(int number)
{
	ssize_t n = write(STDOUT_FILENO, terminal.restore, terminal.nrestore);

	(void)n;
	(void)tcsetattr(terminal.keys_fd, TCSANOW, &terminal.before);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void
take_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH };
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction action = { .sa_handler = on_signal };
	struct sigaction crash = { .sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND };
	sigset_t ours;

	(void)sigemptyset(&ours);
	(void)sigemptyset(&action.sa_mask);
	(void)sigemptyset(&crash.sa_mask);
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		(void)sigaddset(&ours, ends[i]);
		(void)sigaction(ends[i], &action, NULL);
	}
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		(void)sigaction(crashes[i], &crash, NULL);
	/* What stops us is curses' to answer; it is not to come while a screen is written. */
	(void)sigaddset(&ours, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &ours, &terminal.mask);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		(void)sigdelset(&terminal.mask, ends[i]);
	(void)sigdelset(&terminal.mask, SIGTSTP);
}

/* What gives the screen back, as bytes, for a handler that may not ask curses. */
static void
learn_restore(void)
{
	static const char *const names[] = { "sgr0", "rmkx", "cnorm", "rmcup" };

	terminal.nrestore = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char name[8];
		const char *text;
		size_t n;

		(void)snprintf(name, sizeof name, "%s", names[i]);
		text = tigetstr(name);
		if (text == NULL || strstr(text, "$<") != NULL)
			continue;
		n = strlen(text);
		if (terminal.nrestore + n > RESTORE_MAX)
			continue;
		memcpy(terminal.restore + terminal.nrestore, text, n);
		terminal.nrestore += n;
	}
}

static void
begin_colors(bool wanted)
{
	terminal.colors = wanted && has_colors() && start_color() == OK;
	if (!terminal.colors)
		return;
	(void)use_default_colors();
	terminal.many = COLORS >= 256;
	for (int i = 0; i < PAINT_COUNT; i++) {
		const struct look *look = theme_look((enum paint)i);

		if (terminal.many)
			(void)init_pair((short)(i + 1), look->many_fg, look->many_bg);
		else
			(void)init_pair((short)(i + 1), look->few_fg, look->few_bg);
	}
}

int
terminal_begin(const struct terminal_options *options, struct error *err)
{
	terminal.keys_fd = STDIN_FILENO;
	if (!isatty(STDIN_FILENO)) {
		terminal.keys = fopen("/dev/tty", "re");
		if (terminal.keys == NULL)
			return error_system(err, "cannot open '/dev/tty' for keys");
		terminal.keys_fd = fileno(terminal.keys);
	}
	(void)tcgetattr(terminal.keys_fd, &terminal.before);
	take_signals();
	terminal.screen = newterm(NULL, stdout, terminal.keys == NULL ? stdin : terminal.keys);
	if (terminal.screen == NULL) {
		const char *name = getenv("TERM");

		return error_set(err, ERROR_SYSTEM,
			"no terminal '%s' that can show a screen; --plain",
			name == NULL ? "" : name);
	}
	(void)set_term(terminal.screen);
	terminal.begun = true;
	terminal.fresh = true;
	(void)atexit(terminal_end); /* also when memory runs out */
	(void)cbreak();
	(void)noecho();
	(void)nonl();
	(void)set_escdelay(ESCAPE_MS);
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	/* A picture is written as a whole, without looking for keys in its midst. */
	(void)typeahead(-1);
	(void)curs_set(0);
	begin_colors(options->color);
	learn_restore();
	terminal_mouse(options->mouse);
	return 0;
}

void
terminal_end(void)
{
	if (!terminal.begun)
		return;
	terminal.begun = false;
	(void)endwin();
	grid_clear(&terminal.shown);
	if (terminal.keys != NULL)
		(void)fclose(terminal.keys);
	terminal.keys = NULL;
}

static void
learn_size(void)
{
	struct winsize size;

	resized = 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		(void)resizeterm(size.ws_row, size.ws_col);
}

void
terminal_size(size_t *rows, size_t *cols)
{
	*rows = (size_t)LINES;
	*cols = (size_t)COLS;
}

static attr_t
attributes_of(const struct cell *cell, bool plain, short *pair)
{
	const struct look *look = theme_look((enum paint)cell->paint);
	unsigned wanted = terminal.colors ? look->attributes : look->mono;
	attr_t attributes = A_NORMAL;

	*pair = 0;
	if (plain)
		return attributes;
	if (wanted & ATTRIBUTE_BOLD)
		attributes |= A_BOLD;
	if (wanted & ATTRIBUTE_DIM)
		attributes |= A_DIM;
	if (((wanted & ATTRIBUTE_REVERSE) != 0) != cell->chosen)
		attributes |= A_REVERSE;
	if (terminal.colors)
		*pair = (short)(cell->paint + 1);
	return attributes;
}

static void
show_row(const struct grid *grid, size_t row, bool plain)
{
	for (size_t col = 0; col < grid->cols; col++) {
		const struct cell *cell = grid_at(grid, row, col);
		wchar_t text[CELL_MARKS_MAX + 2] = { (wchar_t)cell->code };
		cchar_t wide;
		short pair;
		attr_t attributes;

		if (cell->width == 0)
			continue;
		for (size_t i = 0; i < CELL_MARKS_MAX; i++)
			text[i + 1] = (wchar_t)cell->marks[i];
		attributes = attributes_of(cell, plain, &pair);
		if (setcchar(&wide, text, attributes, pair, NULL) == OK)
			(void)mvadd_wch((int)row, (int)col, &wide);
	}
}

void
terminal_show(const struct grid *grid, bool plain)
{
	bool all = terminal.fresh || terminal.shown.rows != grid->rows ||
	           terminal.shown.cols != grid->cols || terminal.shown_plain != plain;

	if (all)
		(void)erase();
	for (size_t row = 0; row < grid->rows; row++)
		if (all || !grid_same_row(&terminal.shown, grid, row))
			show_row(grid, row, plain);
	(void)refresh();
	if (terminal.shown.rows != grid->rows || terminal.shown.cols != grid->cols) {
		grid_clear(&terminal.shown);
		grid_init(&terminal.shown, grid->rows, grid->cols, grid->ascii);
	}
	memcpy(terminal.shown.cells, grid->cells, grid->rows * grid->cols * sizeof *grid->cells);
	terminal.shown_plain = plain;
	terminal.fresh = false;
}

void
terminal_redraw(void)
{
	(void)clearok(stdscr, TRUE);
	terminal.fresh = true;
}

static int
clicked(void)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return KEY_IS_OTHER;
	if (event.bstate & BUTTON4_PRESSED)
		return KEY_IS_UP;
	if (event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED)) {
		terminal.click_row = (size_t)event.y;
		terminal.click_col = (size_t)event.x;
		return KEY_IS_CLICK;
	}
	return event.bstate & BUTTON5_PRESSED ? KEY_IS_DOWN : KEY_IS_OTHER;
}

static int
function_key(wint_t code)
{
	static const struct {
		wint_t code;
		enum key key;
	} keys[] = { { KEY_UP, KEY_IS_UP }, { KEY_DOWN, KEY_IS_DOWN }, { KEY_LEFT, KEY_IS_LEFT },
		{ KEY_RIGHT, KEY_IS_RIGHT }, { KEY_PPAGE, KEY_IS_PAGE_UP },
		{ KEY_NPAGE, KEY_IS_PAGE_DOWN }, { KEY_HOME, KEY_IS_HOME }, { KEY_END, KEY_IS_END },
		{ KEY_BACKSPACE, KEY_IS_BACKSPACE }, { KEY_ENTER, KEY_IS_ENTER },
		{ KEY_F(1), KEY_IS_F1 }, { KEY_F(5), KEY_IS_F5 }, { KEY_BTAB, KEY_IS_BACKTAB },
		{ KEY_RESIZE, KEY_IS_RESIZE } };

	if (code == KEY_MOUSE)
		return clicked();
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (keys[i].code == code)
			return (int)keys[i].key;
	return KEY_IS_OTHER;
}

/* A terminal that was closed sends SIGHUP, but not to whom it was taken from. */
static void
notice_loss(void)
{
	struct pollfd keys = { .fd = terminal.keys_fd, .events = POLLIN };

	if (ending == 0 && poll(&keys, 1, 0) > 0 && (keys.revents & (POLLHUP | POLLERR | POLLNVAL)))
		ending = SIGHUP;
}

int
terminal_key(void)
{
	wint_t code;
	int kind;

	if (resized) {
		learn_size();
		return KEY_IS_RESIZE;
	}
	kind = get_wch(&code);
	if (kind == ERR) {
		notice_loss();
		return KEY_NOTHING;
	}
	if (kind == KEY_CODE_YES)
		return function_key(code);
	if (code == '\r' || code == '\n')
		return KEY_IS_ENTER;
	if (code == 0x1B)
		return KEY_IS_ESCAPE;
	if (code == 0x7F || code == '\b')
		return KEY_IS_BACKSPACE;
	return (int)code;
}

void
terminal_click(size_t *row, size_t *col)
{
	*row = terminal.click_row;
	*col = terminal.click_col;
}

void
terminal_mouse(bool on)
{
	terminal.mouse = on;
	(void)mousemask(on ? BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED
			   : 0,
		NULL);
	if (on)
		(void)mouseinterval(0);
}

void
terminal_wait(struct watch *watch, const int *fds, size_t nfds, int timeout_ms)
{
	int *all = xcalloc(nfds + 1, sizeof *all);

	all[0] = terminal.keys_fd;
	for (size_t i = 0; i < nfds; i++)
		all[i + 1] = fds[i];
	(void)watch_wait(watch, all, nfds + 1, timeout_ms, &terminal.mask);
	free(all);
}

int
terminal_signal(void)
{
	return ending;
}

static void
add_base64(struct buf *out, struct span text)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.n; i += 3) {
		uint32_t three = 0;
		size_t n = text.n - i < 3 ? text.n - i : 3;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 | (k < n ? (unsigned char)text.p[i + k] : 0);
		for (size_t k = 0; k <= n; k++)
			buf_add_char(out, digits[three >> (18 - 6 * k) & 63]);
		buf_add_repeat(out, '=', 3 - n);
	}
}

/* For the terminal outside: each Esc twice in tmux, in pieces in screen. */
static void
add_through(struct buf *out, struct span sequence, bool tmux)
{
	if (tmux) {
		buf_add(out, SPAN("\033Ptmux;"));
		for (size_t i = 0; i < sequence.n; i++) {
			if (sequence.p[i] == '\033')
				buf_add_char(out, '\033');
			buf_add_char(out, sequence.p[i]);
		}
		buf_add(out, SPAN("\033\\"));
		return;
	}
	for (; sequence.n > 0; sequence = span_from(sequence, SCREEN_CHUNK)) {
		buf_add(out, SPAN("\033P"));
		buf_add(out, span_first(sequence, SCREEN_CHUNK));
		buf_add(out, SPAN("\033\\"));
	}
}

void
terminal_copy_sequence(struct buf *out, struct span text, bool tmux, bool screen)
{
	struct buf sequence = BUF_INIT;

	buf_add(&sequence, SPAN("\033]52;c;"));
	add_base64(&sequence, text);
	buf_add_char(&sequence, '\a');
	if (!screen)
		buf_add(out, buf_span(&sequence));
	if (tmux || screen)
		add_through(out, buf_span(&sequence), tmux);
	buf_clear(&sequence);
}

bool
terminal_copy(struct span text)
{
	const char *name = getenv("TERM");
	bool tmux = getenv("TMUX") != NULL;
	struct buf sequence = BUF_INIT;

	if (text.n > TERMINAL_COPY_MAX)
		return false;
	terminal_copy_sequence(&sequence, text, tmux,
		!tmux && name != NULL && strncmp(name, "screen", 6) == 0);
	(void)fputs(buf_str(&sequence), stdout);
	(void)fflush(stdout);
	buf_clear(&sequence);
	return true;
}
