#!/usr/bin/perl
# Every screen of the dashboard over the founding cases, in small and in large terminals.
use strict;
use warnings;
use utf8;

require './tests/screens/tmux.pl';

our $B;
if (!have_tmux()) {
	skip('the dashboard in a terminal', 'no tmux');
	done();
	exit;
}
my $logs = join ' ', glob 'samples/logs/*.log';
# 24 November 2026, nine o'clock: the logs' stamps have no year.
$ENV{SOURCE_DATE_EPOCH} = 1795510800;
my $watch = "$B/dkimwhy watch --opendkim-conf none $logs";

# At 80x24: from the start to the log's lines in three keys.
open_terminal('a', '80x24', $watch);
my $now = shows('a', [], qr/unsigned +\d+ +17 +17.*FIX +1 /s, 'Now: the counts of a day, the causes and a fix');
ok($now =~ /^> no-signing-table-match +6 +30 %/m, 'the most frequent cause is chosen');
shows('a', [], qr/!! daemon-stopped since 02:44:14: no message hit so far/, 'what is going on stands above all');
ok($now =~ /no row of the\b/, 'the reason is there');
ok($now !~ /\e/, 'no escape sequence is shown');
shows('a', ['j', 'Enter'], qr/unsigned +not-internal +the client.*AUTHORS.*info\@example.com +5 100 %/s, 'Enter: whom the cause hit');
shows('a', ['Enter'], qr/5B482AE0811 +unsigned +not-internal/, 'Enter: its messages');
shows('a', ['Enter'], qr/Proof.*seed-telnet-local.log:17 .*\n +mail.example.com \[127.0.0.1\] not internal/s, 'Enter: the lines that prove it');
shows('a', ['q', 'q', 'q'], qr/^> no.*WHY|WHY, 24 hours/s, 'q: back, screen by screen');
shows('a', ['2'], qr/cause, 7 days.*no-sender-header +4/s, '2: Causes');
shows('a', ['z'], qr/cause, 24 hours/, 'z: a shorter time');
shows('a', ['Z', 'Z'], qr/cause, 30 days/, 'Z: a longer one');
shows('a', ['s'], qr/sorted by change/, 's: sorted by the next column');
shows('a', ['3'], qr/time +queue ID +verdict.*\n> 02:44:04 +5B482AE0811/, '3: Messages, the newest first');
shows('a', ['S'], qr/\n> 02:34:49 +49E49AE045E +unsigned +milter-unreach/, 'S: the oldest first');
shows('a', ['4'], qr/by cause, hour by hour.*a +no-signing-table-match +6/s, '4: Trends, with a legend');
shows('a', ['Z'], qr/by cause, day by day/, 'Z: day by day');
shows('a', ['5'], qr/INCIDENTS +messages hit\n> .*daemon-stopped/, '5: Service');
shows('a', ['G'], qr/LOGS +lines\n.*> \S*telnet-\S+\.log .* \d+  up to date/s, 'G: the logs that were read');
shows('a', ['Tab'], qr/WHY, 24 hours/, 'Tab: round to the first screen');
shows('a', ['?'], qr/\? F1 +this help/, '?: the keys');
shows('a', ['q', 'q'], qr/ended with 0/, 'q at last: out');
ok(screen('a') !~ /dkimwhy +1 Now/, 'and the terminal is as it was');

# The smallest one that is promised, a large one, and one that is too small.
open_terminal('b', '40x10', $watch);
shows('b', [], qr/signed 14  unsigned 17  deferred 3.*> no-signing.*FIX +1 /s, '40x10: counts, cause and fix');
my $small = shows('b', ['3'], qr/> 02:44:04 +not-internal/, '40x10: messages');
ok(!(grep { length > 40 } split /\n/, $small), '40x10: no row is wider');
shows('b', ['4'], qr/^signed .*\n.*[a-h]/m, '40x10: a trend');
shows('b', ['5'], qr/INCIDENTS/, '40x10: the service');
resize('b', '39x9');
shows('b', [], qr/^dkimwhy needs 40 columns and 10 row/, 'smaller: it says so in a line');
resize('b', '300x80');
shows('b', ['1'], qr/meaning\n> no-signing-table-match.*no row of the SigningTable covers the author.*PROOF.*SEE +dkimwhy explain/s,
	'300x80: all of it');

# What was chosen stays chosen.
open_terminal('c', '200x50', $watch);
shows('c', ['3'], qr/> 02:44:04/, '200x50: messages');
shows('c', ['j', 'j', 'j', 'j', 'j'], qr/> 02:36:27 +412BDAE0608/, 'five down');
resize('c', '80x14');
shows('c', [], qr/> 02:36:27 +412BDAE0608/, 'the chosen message stays chosen in a smaller window');
resize('c', '200x50');
shows('c', [], qr/> 02:36:27 +412BDAE0608 .*\n.*\n.*\n.*\n/, 'and in a larger one');
tmux('kill-session', '-t', 'c');

# Japanese, ASCII, and a terminal without colours.
open_terminal('d', '100x30', "$B/dkimwhy watch --lang ja --opendkim-conf none $logs");
shows('d', [], qr/1 現在.*signed 署名済み +\d+ +14.*理由、24 時間.*対処 +1 /s, 'Japanese');
shows('d', ['?'], qr/このヘルプ/, 'Japanese help');
open_terminal('e', '80x24', "$B/dkimwhy watch --ascii --opendkim-conf none $logs");
my $ascii = shows('e', [], qr/WHY, 24 hours.*FIX/s, '--ascii');
ok($ascii =~ /^[\x00-\x7F]*$/, '--ascii: nothing but ASCII');
ok(shows('e', ['4'], qr/a +no-signing/, '--ascii: trends') =~ /^[\x00-\x7F]*$/, '--ascii: trends, too');
open_terminal('f', '80x24', $watch, NO_COLOR => '1');
shows('f', [], qr/WHY, 24 hours/, 'NO_COLOR');
my $plain = tmux('capture-pane', '-e', '-p', '-t', 'f');
ok($plain !~ /\e\[[0-9;]*(?:3[0-8]|4[0-8])[;m]/, 'NO_COLOR: no colour');
done();
