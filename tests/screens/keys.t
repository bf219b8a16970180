#!/usr/bin/perl
# What keys do that is not moving about: search, filter, copy, write, pause; and every way out.
use strict;
use warnings;

require './tests/screens/tmux.pl';

our $B;
if (!have_tmux()) {
	skip('the keys of the dashboard', 'no tmux');
	done();
	exit;
}
$ENV{SOURCE_DATE_EPOCH} = 1795510800; # 24 November 2026, nine o'clock
my $dir = folder('keys');
my $logs = join ' ', glob 'samples/logs/*.log';
my $watch = "$B/dkimwhy watch --opendkim-conf none $logs";

sub contents {
	my ($path) = @_;

	await(sub { -s $path });
	return slurp($path);
}

open_terminal('a', '100x30', $watch);
shows('a', ['3'], qr/> 02:44:04/, 'messages');

# Search.
shows('a', ['/'], qr/^ \/_/m, '/ asks');
text_to('a', 'key-perm');
shows('a', ['Enter'], qr/> 02:35:29 +5A422ADC423 +deferred +key-permission/, '/ finds');
shows('a', ['n'], qr/> 02:35:28 +ACA53ADC3F3/, 'n: the next');
shows('a', ['N'], qr/> 02:35:29 +5A422ADC423/, 'N: the one before');
keys_to('a', '/');
text_to('a', 'nobody.example');
shows('a', ['Enter'], qr/'nobody.example' is not found/, 'what is nowhere is not found');
shows('a', ['e'], qr/> 02:35:14 +\w+ +unsigned/, 'e: the next unsigned message');
shows('a', ['E'], qr/> 02:35:4\d +\w+ +unsigned/, 'E: the one before');

# Filter: the words of a report.
keys_to('a', 'f');
text_to('a', 'cause=no-sender-header domain=example.com');
shows('a', ['Enter'], qr/only cause=no-sender.*> 02:36:28 +DF2F4AE060E +unsigned +no-sender-header(?!.*not-internal +info)/s,
	'f: only what fits, and it says so');
shows('a', ['1'], qr/WHY, 24 hours.*\n> no-sender-header +4 +100 %/, 'counts, too, are of what fits');
keys_to('a', 'f', 'C-u');
text_to('a', 'cause=no-such-cause');
shows('a', ['Enter'], qr/there is no cause 'no-such-cause'/, 'a filter that is not understood is said, and nothing changes');
shows('a', ['F'], qr/> no-signing-table-match +6/, 'F: all again');

# Whether the terminal takes it is the terminal's affair; tmux does.
shows('a', ['y'], qr/clipboard/, 'y says what it did');
ok(await(sub { tmux('show-buffer') =~ /^1\. See which table.*\n    grep -iE/ }), 'y: the fix is in the buffer of tmux');

# Written, by the name's ending.
for my $suffix (qw(csv json html txt)) {
	keys_to('a', '2', 'w');
	text_to('a', "$dir/list.$suffix");
	shows('a', ['Enter'], qr/written to/, "w: $suffix");
}
ok(contents("$dir/list.csv") =~ /^"verdict","cause","messages".*\r\n"unsigned","no-signing-table-match","6"/, 'csv');
ok(contents("$dir/list.json") =~ /^\[\n\{"verdict":"unsigned","cause":"no-signing-table-match","messages":"6"/, 'json');
ok(contents("$dir/list.html") =~ /<td>no-signing-table-match<\/td><td>6<\/td>/, 'html');
ok(contents("$dir/list.txt") =~ /^> no-signing-table-match +6/m, 'text');
keys_to('a', 'w');
text_to('a', "$dir/list.doc");
shows('a', ['Enter'], qr/ending chooses/, 'another ending is none');
keys_to('a', 'w');
text_to('a', "$dir/nowhere/list.csv");
shows('a', ['Enter'], qr/cannot write '.*nowhere/, 'what cannot be written is said');
shows('a', ['w', 'Escape'], qr/^ \? help/m, 'Esc: not asked');

# A time.
keys_to('a', '3', 't');
text_to('a', '2026-11-24T02:35:20Z');
shows('a', ['Enter'], qr/\n> 02:35:14/, 't: messages from a time on');
keys_to('a', 't');
text_to('a', 'tomorrowish');
shows('a', ['Enter'], qr/tomorrowish/, 'a time that is none is said');

# Plain, and drawn anew.
keys_to('a', '1');
wait_for('a', qr/WHY, 24 hours/);
keys_to('a', 'v');
ok(await(sub { tmux('capture-pane', '-e', '-p', '-t', 'a') !~ /\e\[/ }), 'v: no colours, no frames');
keys_to('a', 'v');
ok(await(sub { tmux('capture-pane', '-e', '-p', '-t', 'a') =~ /\e\[/ }), 'v: and back');
shows('a', ['C-l'], qr/WHY, 24 hours/, '^L');

# Paused, nothing moves, and nothing is lost.
shows('a', ['p'], qr/paused, 0 new/, 'p: paused');
shows('a', ['p'], qr/live/, 'p: going on');

# Moving: by rows, pages, to both ends.
keys_to('a', '3');
wait_for('a', qr/> 02:44:04/);
shows('a', ['Down', 'Down', 'Up'], qr/> 02:44:03/, 'arrows');
shows('a', ['NPage'], qr/> 02:36:4\d.*|> 02:35/, 'PgDn');
shows('a', ['PPage', 'PPage'], qr/> 02:44:04/, 'PgUp');
shows('a', ['End'], qr/> 02:34:49/, 'End');
shows('a', ['Home'], qr/> 02:44:04/, 'Home');
shows('a', ['G'], qr/> 02:34:49/, 'G');
shows('a', ['g'], qr/> 02:44:04/, 'g');
shows('a', ['C-d'], qr/> 02:36/, '^D: half a page down');
shows('a', ['C-u'], qr/> 02:44:04/, '^U: and up');

# What is not known; findings only, or all; the order.
shows('a', ['x'], qr/> \S+ +\w+ +unknown|no more/, 'x: the next that is not known');
shows('a', ['g', 'u'], qr/02:35:30 +E736FADC423 +signed.*\(u: findings\)/s, 'u: all');
shows('a', ['u'], qr/findings only \(u: all\)/, 'u: findings only');
shows('a', ['s'], qr/in the order of time/, 's: messages have one order');
shows('a', ['S'], qr/> 02:34:49/, 'S: the oldest first');
shows('a', ['S'], qr/> 02:44:04/, 'S: and back');
shows('a', ['[', ']'], qr/> 02:44:04/, '[ ]: a day earlier, and later');
shows('a', ['2', '>'], qr/sorted by change/, '>: sorted by the next column');
shows('a', ['<'], qr/sorted by messages/, '<: by the one before');
shows('a', ['4', '['], qr/hour by hour.*24 Nov 08:00  all signed/s, '[: an hour earlier in a trend');
shows('a', [']'], qr/24 Nov 09:00/, ']: an hour later');
shows('a', ['Z'], qr/day by day.*24 Nov 00:00  \d+ not signed/s, 'Z: a longer time');
shows('a', ['z'], qr/hour by hour/, 'z: closer');
shows('a', ['BTab'], qr/cause +author/, 'Shift-Tab: the screen before');
keys_to('a', '1');

# Left with the fix on the terminal.
shows('a', ['Y'], qr/will stand on the terminal/, 'Y');
shows('a', ['Q'], qr/1\. See which table.*grep -iE.*ended with 0/s, 'Q: out, and the fix stands on the terminal');

# The mouse, when it is wanted: as xterm tells of it, and as screen and tmux do.
for my $term (['xterm-256color', sub { sprintf "\e[<%d;%d;%d%s", @_ }],
	['screen', sub { sprintf "\e[M%c%c%c", 32 + ($_[3] eq 'm' ? 3 : $_[0]), 32 + $_[1], 32 + $_[2] }]) {
	my ($name, $event) = @$term;

	open_terminal('m', '100x30', "$B/dkimwhy watch --mouse --opendkim-conf none $logs", TERM => $name);
	wait_for('m', qr/WHY, 24 hours/);
	my $head = (split /\n/, screen('m'))[0];
	my $click = sub { text_to('m', $event->(0, @_, 'M') . $event->(0, @_, 'm')) };
	$click->(index($head, '3 Messages') + 2, 1);
	shows('m', [], qr/> 02:44:04/, "$name: a click at the head opens that screen");
	$click->(10, 9);
	shows('m', [], qr/> 02:36:41 +F1332AE01C8/, "$name: a click chooses a row");
	text_to('m', $event->(65, 10, 9, 'M'));
	shows('m', [], qr/> 02:36:28 +DF2F4AE060E/, "$name: the wheel moves down; that the button is let go, nothing");
	text_to('m', $event->(64, 10, 9, 'M'));
	shows('m', [], qr/> 02:36:41 +F1332AE01C8/, "$name: and up");
	$click->(10, 9);
	shows('m', [], qr/F1332AE01C8.*Proof/s, "$name: a click at the chosen row opens it");
	$click->(3, 30);
	shows('m', [], qr/this help/, "$name: a click at the foot is its key");
	keys_to('m', 'q');
	wait_for('m', qr/F1332AE01C8.*Proof/s);
	shows('m', ['M'], qr/the mouse is your terminal's again/, "$name: M: off");
	keys_to('m', 'Q');
}

# Every other way out gives the terminal back.
for my $way ([TERM => 143], [HUP => 129], [INT => 130], [SEGV => 139], [ABRT => 134]) {
	my ($signal, $status) = @$way;

	open_terminal('b', '80x24', "stty -a > $dir/before; $watch; echo was \$?; stty -a > $dir/after");
	wait_for('b', qr/WHY, 24 hours/);
	kill $signal, pid_of('b');
	my $screen = shows('b', [], qr/was $status\b/, "$signal ends it with $status");
	ok($screen !~ /WHY, 24/, "$signal: its screen is gone");
	ok(contents("$dir/before") eq contents("$dir/after"), "$signal: the terminal's settings are as before");
	unlink "$dir/before", "$dir/after";
}

# ^Z and fg, in a shell that knows jobs.
open_terminal('c', '80x24', "exec env PS1=prompt- bash --norc -i");
wait_for('c', qr/prompt-/);
text_to('c', $watch);
shows('c', ['Enter'], qr/WHY, 24 hours/, 'in a shell');
shows('c', ['C-z'], qr/Stopped.*\nprompt-/s, '^Z: stopped, the shell is there');
text_to('c', 'fg');
shows('c', ['Enter'], qr/^ dkimwhy .*WHY, 24 hours/s, 'fg: the dashboard again');
shows('c', ['2'], qr/cause, 7 days/, 'and it takes keys');
done();
