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

# Left with the fix on the terminal.
shows('a', ['Y'], qr/will stand on the terminal/, 'Y');
shows('a', ['Q'], qr/1\. See which table.*grep -iE.*ended with 0/s, 'Q: out, and the fix stands on the terminal');

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
