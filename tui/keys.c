#include "tui/keys.h"

/* clang-format off */
static const struct binding bindings[] = {
	{ DO_HELP,              { '?', KEY_IS_F1 }, "? F1", { "this help", "このヘルプ" } },
	{ DO_NOW,               { '1' }, "1", { "Now: the state of signing in one look", "現在: 署名の状態" } },
	{ DO_CAUSES,            { '2' }, "2", { "Causes: why mail went unsigned, and the fix", "原因: 署名されない理由と対処" } },
	{ DO_MESSAGES,          { '3' }, "3", { "Messages, as they come", "メール: 届いた順" } },
	{ DO_TRENDS,            { '4' }, "4", { "Trends over hours, days and weeks", "推移: 時間、日、週" } },
	{ DO_SERVICE,           { '5' }, "5", { "Service: incidents, logs, gaps", "サービス: 障害、ログ、欠落" } },
	{ DO_NEXT_PANE,         { '\t' }, "Tab", { "the next screen", "次の画面" } },
	{ DO_PREVIOUS_PANE,     { KEY_IS_BACKTAB }, "Shift-Tab", { "the screen before", "前の画面" } },

	{ DO_UP,                { 'k', KEY_IS_UP }, "k Up", { "up", "上へ" } },
	{ DO_DOWN,              { 'j', KEY_IS_DOWN }, "j Down", { "down", "下へ" } },
	{ DO_PAGE_UP,           { KEY_CONTROL('B'), KEY_IS_PAGE_UP, 'b' }, "PgUp ^B b", { "a page up", "1 ページ上へ" } },
	{ DO_PAGE_DOWN,         { KEY_CONTROL('F'), KEY_IS_PAGE_DOWN, ' ' }, "PgDn ^F Space", { "a page down", "1 ページ下へ" } },
	{ DO_HALF_UP,           { KEY_CONTROL('U') }, "^U", { "half a page up", "半ページ上へ" } },
	{ DO_HALF_DOWN,         { KEY_CONTROL('D') }, "^D", { "half a page down", "半ページ下へ" } },
	{ DO_TOP,               { 'g', KEY_IS_HOME }, "g Home", { "to the first row", "先頭へ" } },
	{ DO_BOTTOM,            { 'G', KEY_IS_END }, "G End", { "to the last row", "末尾へ" } },
	{ DO_OPEN,              { KEY_IS_ENTER, 'l', KEY_IS_RIGHT }, "Enter l Right", { "open: from a cause to its messages to their lines", "開く: 原因 → メール → ログの行" } },
	{ DO_TELL,              { 'o' }, "o", { "all that is told of the chosen row: why, proof, fix", "選択した行の説明をすべて表示: 理由、証拠、対処" } },
	{ DO_BACK,              { 'q', KEY_IS_ESCAPE, KEY_IS_LEFT, 'h', KEY_IS_BACKSPACE }, "q Esc Left h", { "back, and at last out", "戻る。最後は終了" } },
	{ DO_QUIT,              { 'Q' }, "Q", { "out, from anywhere", "終了" } },

	{ DO_SEARCH,            { '/' }, "/", { "search in what is shown", "検索" } },
	{ DO_AGAIN,             { 'n' }, "n", { "the next that fits", "次の一致" } },
	{ DO_AGAIN_BACK,        { 'N' }, "N", { "the one before that fits", "前の一致" } },
	{ DO_FILTER,            { 'f', '\\' }, "f \\", { "show only what fits: cause=not-internal domain=shop.example", "絞り込み: cause=not-internal domain=shop.example" } },
	{ DO_CLEAR_FILTER,      { 'F' }, "F", { "show all again", "絞り込みを解除" } },
	{ DO_SORT,              { 's', '>' }, "s >", { "sort by the next column", "次の列で並べ替え" } },
	{ DO_SORT_BACK,         { '<' }, "<", { "sort by the column before", "前の列で並べ替え" } },
	{ DO_INVERT,            { 'S' }, "S", { "the other way round", "逆順" } },
	{ DO_FINDINGS,          { 'u' }, "u", { "findings only, or all", "問題のあるものだけ/すべて" } },
	{ DO_NEXT_UNSIGNED,     { 'e' }, "e", { "the next unsigned message", "次の未署名メール" } },
	{ DO_PREVIOUS_UNSIGNED, { 'E' }, "E", { "the unsigned message before", "前の未署名メール" } },
	{ DO_NEXT_UNKNOWN,      { 'x' }, "x", { "the next message of which it is not known", "次の判定不明メール" } },
	{ DO_PREVIOUS_UNKNOWN,  { 'X' }, "X", { "the one before of which it is not known", "前の判定不明メール" } },
	{ DO_EARLIER,           { '[' }, "[", { "earlier", "前の期間へ" } },
	{ DO_LATER,             { ']' }, "]", { "later", "後の期間へ" } },
	{ DO_ZOOM_IN,           { 'z' }, "z", { "a shorter time, closer", "期間を短く" } },
	{ DO_ZOOM_OUT,          { 'Z' }, "Z", { "a longer time", "期間を長く" } },
	{ DO_TIME,              { 't' }, "t", { "go to a time: 2026-11-24 09:00, yesterday, -2h", "時刻へ移動: 2026-11-24 09:00, yesterday, -2h" } },
	{ DO_PAUSE,             { 'p', '=' }, "p =", { "hold the picture; nothing is lost meanwhile", "画面を止める (取りこぼしなし)" } },

	{ DO_COPY,              { 'y' }, "y", { "copy the fix to the clipboard, over ssh, too (OSC 52)", "対処をクリップボードへ (OSC 52)" } },
	{ DO_KEEP,              { 'Y' }, "Y", { "leave the fix on the terminal after the end", "終了後も対処を端末に残す" } },
	{ DO_PLAIN,             { 'v' }, "v", { "without frames and colours, for the mouse to select", "枠と色なし (マウスで選択)" } },
	{ DO_WRITE,             { 'w' }, "w", { "write what is shown: FILE.csv, .json, .html or .txt", "表示内容を書き出す: FILE.csv, .json, .html, .txt" } },
	{ DO_REDRAW,            { KEY_CONTROL('L'), KEY_IS_F5 }, "^L F5", { "draw anew", "再描画" } },
	{ DO_MOUSE,             { 'M' }, "M", { "the mouse: on, off", "マウス: 有効/無効" } },
};
/* clang-format on */

#define BINDINGS (sizeof bindings / sizeof *bindings)

const struct binding *
keys_get(size_t i)
{
	return i < BINDINGS ? &bindings[i] : NULL;
}

enum action
keys_action(int key)
{
	for (size_t i = 0; i < BINDINGS; i++)
		for (size_t k = 0; k < BINDING_KEYS_MAX && bindings[i].keys[k] != 0; k++)
			if (bindings[i].keys[k] == key)
				return bindings[i].action;
	return DO_NOTHING;
}
