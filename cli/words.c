#include "cli/words.h"

/* clang-format off */
static const char *const texts[WORD_COUNT][LANG_COUNT] = {
	[WORD_WHY]             = { "Why", "理由" },
	[WORD_PROOF]           = { "Proof", "証拠" },
	[WORD_FIX]             = { "Fix", "対処" },
	[WORD_ALSO]            = { "also", "関連" },
	[WORD_AUTHOR]          = { "author", "差出人" },
	[WORD_SENDER]          = { "sender", "送信者" },
	[WORD_CLIENT]          = { "client", "接続元" },
	[WORD_LOGIN]           = { "login", "認証" },
	[WORD_ROUTE]           = { "route", "経路" },
	[WORD_QUEUE_ID]        = { "queue ID", "キュー ID" },
	[WORD_VERDICT]         = { "verdict", "判定" },
	[WORD_CAUSE]           = { "cause", "原因" },
	[WORD_TAKEN_IN]        = { "taken in", "受付" },
	[WORD_DOMAINS]         = { "domains", "ドメイン" },
	[WORD_SENDERS]         = { "senders", "差出人" },
	[WORD_CLIENTS]         = { "clients", "接続元" },
	[WORD_SEE]             = { "see", "詳細" },

	[WORD_UNKNOWN]         = { "unknown", "不明" },
	[WORD_SIGNED]          = { "signed", "署名済み" },
	[WORD_UNSIGNED]        = { "unsigned", "未署名" },
	[WORD_UNSIGNED_LOUD]   = { "UNSIGNED", "未署名" },
	[WORD_INBOUND]         = { "inbound", "受信" },
	[WORD_DEFERRED]        = { "deferred", "保留" },
	[WORD_REJECTED]        = { "rejected", "拒否" },

	[WORD_NOT_KNOWN]       = { "(not known)", "(不明)" },
	[WORD_OTHERS]          = { "(others)", "(その他)" },
	[WORD_NO_LOGIN]        = { "(no login)", "(認証なし)" },
	[WORD_NO_SIGNATURE]    = { "(no signature)", "(署名なし)" },
	[WORD_NO_CAUSE]        = { "(cause not in the log)", "(原因はログになし)" },
	[WORD_NO_TIME]         = { "-", "-" },

	[WORD_WAY_PICKUP]      = { "pickup, by the sendmail command", "pickup、sendmail コマンド" },
	[WORD_WAY_REQUEUED]    = { "pickup, requeued with postsuper -r", "pickup、postsuper -r による再投入" },
	[WORD_WAY_INTERNAL]    = { "made by Postfix itself: a bounce or notice", "Postfix 自身が作成したバウンスまたは通知" },
	[WORD_WAY_FORWARD]     = { "forwarded by local(8)", "local(8) による転送" },
	[WORD_WAY_UNKNOWN]     = { "not in the log", "ログになし" },

	[WORD_LINK_REINJECTED] = { "came back as", "再投入" },
	[WORD_LINK_NEXT_HOP]   = { "went on to the next host as", "次のホストへ" },
	[WORD_LINK_FORWARDED]  = { "was forwarded as", "転送" },
	[WORD_LINK_NOTICE]     = { "caused the notice", "通知" },
	[WORD_LINK_RETRY]      = { "was tried again as", "再試行" },
	[WORD_LINK_REQUEUED]   = { "was requeued as", "キューへ再投入" },
	[WORD_LINK_OTHER]      = { "goes with", "関連" },
	[WORD_THIS_ONE]        = { "<- this one", "<- このメール" },
	[WORD_DECIDED_HERE]    = { "decided here", "判定箇所" },

	[WORD_SENT]            = { "sent to {1} by {2}", "{1} 宛てに {2} へ送信" },
	[WORD_WAITS]           = { "for {1}, not delivered yet by {2}", "{1} 宛て、{2} へ配送待ち" },
	[WORD_BOUNCED]         = { "for {1}, not delivered by {2}: returned", "{1} 宛て、{2} へ配送できず返送" },
	[WORD_SENT_IN_PART]    = { "for {1} by {2}: {3} sent, {4} put off, {5} returned",
	                           "{1} 宛て、{2} へ: 送信 {3}、保留 {4}、返送 {5}" },
	[WORD_MORE_RECIPIENTS] = { ", and {1} more {1?recipient|recipients}", "、ほか宛先 {1} 件" },

	[WORD_SAME_CAUSE]      = { "{1} messages of these logs have the cause {2}, from {3} to {4}.",
	                           "これらのログで原因が {2} のメールは {1} 通あります ({3} ～ {4})。" },
	[WORD_NOT_IN_LOGS]     = { "'{1}' is not in these logs.", "'{1}' はこれらのログにありません。" },
	[WORD_LOGS_REACH]      = { "They reach from {1} to {2}.", "ログの期間は {1} ～ {2} です。" },
	[WORD_OTHER_CASE]      = { "Did you mean {1}? Queue IDs are told apart by capital and small letters.",
	                           "{1} のことですか？ キュー ID は大文字と小文字を区別します。" },
	[WORD_SAVED_MESSAGE]   = { "Saved message", "保存されたメール" },
	[WORD_NONE]            = { "none", "なし" },
	[WORD_DISAGREE]        = { "The log and the saved message disagree about the signature: it was added or taken off elsewhere, or this is another message.",
	                           "署名の有無がログと保存されたメールで一致しません。ほかの場所で署名が追加または削除されたか、別のメールです。" },
	[WORD_NOTHING_WRONG]   = { "Nothing went unsigned, was put off or refused.", "未署名、保留、拒否のメールはありません。" },
	[WORD_LINES_UNKEPT]    = { "{1} more {1?line|lines} of this message", "このメールの行はほかに {1} 行" },

	[WORD_PERIOD]          = { "{1} to {2}{3}, {4} {4?line|lines}", "{1} ～ {2}{3}、{4} 行" },
	[WORD_NO_PERIOD]       = { "{4} {4?line|lines}", "{4} 行" },
	[WORD_AND_MORE]        = { " and {1} more", "、ほか {1} 件" },
	[WORD_ONLY]            = { "only", "対象" },
	[WORD_OWN_MAIL]        = { "own mail {1}: ", "署名対象のメール {1} 通: " },
	[WORD_COMMA]           = { ", ", "、" },
	[WORD_SEMICOLON]       = { ";", "、" },
	[WORD_INBOUND_MAIL]    = { "  inbound {1}", "受信のみ {1}" },
	[WORD_ALL_SIGNED]      = { "Every message that was due a signature got one.",
	                           "署名が必要なメールはすべて署名されました。" },
	[WORD_SIGNED_TWICE]    = { "{1} {1?message was|messages were} signed at two places; 'dkimwhy explain {2}' tells more.",
	                           "2 か所で署名されたメールが {1} 通あります (例: dkimwhy explain {2})。" },
	[WORD_NONE_DUE]        = { "No message was due a signature.", "署名が必要なメールはありませんでした。" },
	[WORD_WHY_UNSIGNED]    = { "WHY UNSIGNED", "未署名の原因" },
	[WORD_MESSAGES]        = { "messages", "通数" },
	[WORD_FIRST_SEEN]      = { "first seen", "最初" },
	[WORD_LAST_SEEN]       = { "last seen", "最後" },
	[WORD_HIT]             = { "hit", "対象" },
	[WORD_MORE_CAUSES]     = { "and {1} more {1?cause|causes}; without --top all are shown",
	                           "ほか原因 {1} 件 (--top を外すとすべて表示)" },
	[WORD_CAUSE_HEAD]      = { "{1} {1?message|messages}, {2} to {3}", "{1} 通、{2} ～ {3}" },
	[WORD_CAUSE_ONCE]      = { "{1} {1?message|messages}, {2}", "{1} 通、{2}" },
	[WORD_NOT_SENT_YET]    = { "deferred: not sent yet", "保留中: 未送信" },
	[WORD_NEVER_SENT]      = { "rejected: never sent", "拒否: 送信されません" },
	[WORD_INCIDENTS]       = { "INCIDENTS", "障害" },
	[WORD_LINES]           = { "lines", "行数" },
	[WORD_NOT_ENDED]       = { "not seen to end", "終了は未確認" },
	[WORD_MORE_INCIDENTS]  = { "and {1} more {1?incident|incidents}; 'dkimwhy export' has all",
	                           "ほか障害 {1} 件 (dkimwhy export ですべて出力)" },
	[WORD_BY]              = { "BY {1}", "{1}別" },
	[WORD_BY_CAUSE]        = { "CAUSE", "原因" },
	[WORD_BY_DOMAIN]       = { "DOMAIN", "ドメイン" },
	[WORD_BY_CLIENT]       = { "CLIENT", "接続元" },
	[WORD_BY_LOGIN]        = { "LOGIN", "認証" },
	[WORD_BY_ROUTE]        = { "ROUTE", "経路" },
	[WORD_BY_SELECTOR]     = { "SELECTOR", "セレクター" },
	[WORD_BY_HOUR]         = { "HOUR", "時間" },
	[WORD_BY_DAY]          = { "DAY", "日" },
	[WORD_MORE_ROWS]       = { "and {1} more {1?row|rows}; --top {2} shows all", "ほか {1} 行 (--top {2} ですべて表示)" },
	[WORD_LIST]            = { "MESSAGES", "メール一覧" },
	[WORD_NOT_TOLD]        = { "NOT KNOWN", "不明な点" },
	[WORD_GAPS]            = { "{1} {1?line tells|lines tell} that log lines were lost; messages of those times may seem unseen.",
	                           "ログの行が失われたことを示す行が {1} 行あります。その時間帯のメールは見えていない可能性があります。" },
	[WORD_GAP_TIMES]       = { "Of {1} {1?time|times} lines are missing; 'dkimwhy ingest --status' tells when.",
	                           "{1} 件の時間帯でログの行が欠けています。時刻は dkimwhy ingest --status で表示します。" },
	[WORD_NOT_KEPT]        = { "Signed and inbound mail is not counted in this store (ingest --keep-signed none).",
	                           "このストアでは署名済みメールと受信メールを数えていません (ingest --keep-signed none)。" },
	[WORD_EARLY]           = { "{1} {1?message was|messages were} judged before the whole log was read, for lack of memory.",
	                           "メモリー不足のため、{1} 通はログをすべて読む前に判定しました。" },
	[WORD_UNREAD]          = { "{1} {1?log|logs} could not be read.", "読めなかったログが {1} 個あります。" },
	[WORD_UNKNOWN_LINES]   = { "{1} {1?line|lines} of OpenDKIM that no rule knows, for example:",
	                           "OpenDKIM の行のうち、どのルールにも該当しないもの {1} 行。例:" },
	[WORD_MORE_SHAPES]     = { "'dkimwhy rules test FILE' shows all kinds.", "すべての種類は dkimwhy rules test FILE で表示します。" },

	[WORD_SUBJECT]         = { "[{1}] DKIM: {2}", "[{1}] DKIM: {2}" },
	[WORD_FINDING]         = { "{1}.", "{1}。" },
	[WORD_LEFT_UNSIGNED]   = { "{1} {1?message|messages} left unsigned", "未署名 {1} 通" },
	[WORD_HELD_BACK]       = { "{1} {1?message|messages} held back", "保留 {1} 通" },
	[WORD_HELD_BACK_TOO]   = { "{1} held back", "保留 {1} 通" },
	[WORD_REFUSED_TOO]     = { "{1} refused", "拒否 {1} 通" },
	[WORD_REFUSED]         = { "{1} {1?message|messages} refused", "拒否 {1} 通" },
	[WORD_UNTOLD]          = { "of {1} {1?message|messages} it cannot be told", "判定できないメール {1} 通" },
	[WORD_FAULT_ONLY]      = { "{1} since {2}, no message hit", "{1} が {2} から継続、影響を受けたメールなし" },
	[WORD_N_SIGNED]        = { "{1} of {1} {1?message|messages} signed", "{1} 通すべて署名済み" },
	[WORD_ONE_OF]          = { "{1} {2}", "{1} {2}" },
	[WORD_ONE_CAUSE]       = { " ({1})", " ({1})" },
	[WORD_OTHER_CAUSES]    = { "{1} more {1?cause|causes}", "ほか原因 {1} 件" },
	[WORD_HOSTS_MORE]      = { "{1} +{2}", "{1} +{2}" },
	[WORD_RATIO]           = { "Signed {1} of {2} own {2?message|messages} ({3} %{4}); inbound {5}.",
	                           "署名対象のメール {2} 通のうち {1} 通に署名しました ({3} %{4})。受信のみ {5} 通。" },
	[WORD_RATIO_BEFORE]    = { "; {1} % the period before", "、前の期間は {1} %" },
	[WORD_OUTAGE_ENDED]    = { "{1} {2}: {3}{4}.", "{1} {2}: {3}{4}。" },
	[WORD_OUTAGE_OPEN]     = { "{1} since {2}, not seen to end: {3}{4}.", "{1} {2} から継続中 (終了は未確認): {3}{4}。" },
	[WORD_OUTAGE_MESSAGES] = { "; {1} {1?message|messages} hit", "。影響を受けたメール {1} 通" },
	[WORD_SPAN]            = { "{1} to {2}", "{1} ～ {2}" },
	[WORD_FIX_IS]          = { "Fix: {1}.", "対処: {1}。" },
	[WORD_GIST]            = { "{1}: {2}.", "{1}: {2}。" },
	[WORD_CHANGE]          = { "change", "増減" },
	[WORD_TREND]           = { "trend", "推移" },
	[WORD_NEW]             = { "new", "新規" },
	[WORD_NO_MORE]         = { "No more, unlike in the period before: {1}.", "前の期間にはあり、今回はない原因: {1}。" },
	[WORD_TREND_PERIODS]   = { "Change: against the period before. Trend: the last {1} periods of {2}.",
	                           "増減: 前の期間との比較。推移: {2}ごとの直近 {1} 期間。" },
	[WORD_TREND_TWO]       = { "Change: against the period before. Trend: both periods in steps of {1}.",
	                           "増減: 前の期間との比較。推移: 前の期間からの {1}ごと。" },
	[WORD_TREND_STEPS]     = { "Trend: steps of {1}.", "推移: {1}ごと。" },
	[WORD_DAYS]            = { "{1} {1?day|days}", "{1} 日" },
	[WORD_HOURS]           = { "{1} {1?hour|hours}", "{1} 時間" },
	[WORD_LAST_LINE]       = { "The last line that was read is of {1}; of what came later nothing is known.",
	                           "読み込んだ最後の行は {1} のものです。それ以降のことはわかりません。" },
	[WORD_FIRST_LINE]      = { "The first line that was read is of {1}; of what came earlier nothing is known.",
	                           "読み込んだ最初の行は {1} のものです。それ以前のことはわかりません。" },
	[WORD_NO_LINES]        = { "no log line was taken in since {1}", "{1} 以降のログが取り込まれていません" },
	[WORD_NO_LINES_FIX]    = { "see whether 'dkimwhy ingest --follow' runs, or take the logs in: dkimwhy ingest FILE",
	                           "dkimwhy ingest --follow が動いているか確認するか、dkimwhy ingest FILE でログを取り込みます" },
	[WORD_THIS]            = { "{1}", "{1}" },
	[WORD_NO_MAIL_DUE]     = { "no message was due a signature", "署名が必要なメールなし" },
	[WORD_NO_OWN_MAIL]     = { "No message was due a signature; inbound {1}.", "署名が必要なメールはありませんでした。受信のみ {1} 通。" },
	[WORD_STEPS_BELOW]     = { "fix", "対処" },

	[WORD_PAGE_TITLE]      = { "DKIM signing", "DKIM 署名" },
	[WORD_PAGE_SKIP]       = { "Skip to the report", "本文へ" },
	[WORD_PAGE_CAUSES]     = { "Why mail left unsigned", "署名されなかった原因" },
	[WORD_PAGE_CAUSES_CAPTION] = { "Each cause leads to its explanation, its fix and its proof.", "各原因から説明、対処、証拠に移動できます。" },
	[WORD_PAGE_FIXES]      = { "What it means, and what to do", "意味と対処" },
	[WORD_PAGE_SHARE]      = { "share", "割合" },
	[WORD_PAGE_SPARK]      = { "trend; at most {1} in one step", "推移。1 区間の最大は {1} 通" },
	[WORD_PAGE_TREND]      = { "How many, and when", "通数の推移" },
	[WORD_PAGE_NOT_SIGNED] = { "Own mail that was not signed", "署名されなかったメール" },
	[WORD_PAGE_SIGNED]     = { "Own mail that was signed", "署名されたメール" },
	[WORD_PAGE_NUMBERS]    = { "The numbers of these pictures", "グラフの数値" },
	[WORD_PAGE_FROM]       = { "from", "開始" },
	[WORD_PAGE_INCIDENTS]  = { "What befell the service", "サービスの障害" },
	[WORD_PAGE_INCIDENTS_CAPTION] = { "Each from its first line to its end, with the messages that it hit.",
	                                  "最初の行から終了まで、影響を受けたメールの通数とともに示します。" },
	[WORD_PAGE_TIME]       = { "time", "時刻" },
	[WORD_PAGE_WHAT]       = { "what it is", "内容" },
	[WORD_PAGE_NOT_KNOWN]  = { "What could not be known", "わからなかったこと" },
	[WORD_PAGE_MESSAGES]   = { "Messages", "メール一覧" },
	[WORD_PAGE_FILTER]     = { "Only rows with", "絞り込み" },
	[WORD_PAGE_FOOT]       = { "Made by dkimwhy from the log of the mail host. This file needs nothing but itself.",
	                           "dkimwhy がメールホストのログから作成しました。このファイルは外部のものを参照しません。" },
};
/* clang-format on */

const char *
word(enum lang lang, enum word word)
{
	return texts[word][lang];
}

void
word_fill(struct buf *out, enum lang lang, enum word word, const struct span *values)
{
	phrase_fill(out, span_of(texts[word][lang]), values);
}

void
word_fill_number(struct buf *out, enum lang lang, enum word word, uint64_t number)
{
	char digits[WORD_DIGITS_MAX];
	struct span value = word_number(digits, number);

	word_fill(out, lang, word, &value);
}

enum word
word_of_verdict(enum verdict_kind verdict)
{
	static const enum word words[VERDICT_COUNT] = {
		[VERDICT_UNKNOWN] = WORD_UNKNOWN,
		[VERDICT_SIGNED] = WORD_SIGNED,
		[VERDICT_UNSIGNED] = WORD_UNSIGNED,
		[VERDICT_INBOUND] = WORD_INBOUND,
		[VERDICT_DEFERRED] = WORD_DEFERRED,
		[VERDICT_REJECTED] = WORD_REJECTED,
	};

	return words[verdict];
}

struct span
word_number(char digits[WORD_DIGITS_MAX], uint64_t number)
{
	return phrase_number(digits, number);
}
