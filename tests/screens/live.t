#!/usr/bin/perl
# The dashboard while things happen: lines come, the log is rotated, another process fills the store, who
# reads the log is killed; and bytes that mean harm.
use strict;
use warnings;
use utf8;

require './tests/screens/tmux.pl';
require './tests/store/follower.pl';

our ($B, @common);
if (!have_tmux()) {
	skip('the dashboard live', 'no tmux');
	done();
	exit;
}
my $dir = folder('live');
my $log = "$dir/mail.log";
my $serial = 0;

mkdir $ENV{TMPDIR} = "$dir/tmp";

# A message of now that no row of the SigningTable covers; its queue ID.
sub unsigned_mail {
	my ($author, $client) = @_;
	my $id = sprintf '4AAAAA%05X', ++$serial;
	my $stamp = POSIX::strftime('%Y-%m-%dT%H:%M:%S+00:00', gmtime);

	append($log, join '', map { "$stamp mx1 $_\n" } "postfix/smtpd[9]: connect from $client\[192.0.2.7]",
		"postfix/smtpd[9]: $id: client=$client\[192.0.2.7]",
		"postfix/cleanup[9]: $id: message-id=<$serial\@shop.example>",
		"opendkim[8]: $id: no signing table match for '$author'", "opendkim[8]: $id: no signature data",
		"postfix/qmgr[7]: $id: from=<$author>, size=9, nrcpt=1 (queue active)",
		"postfix/smtpd[9]: disconnect from $client\[192.0.2.7]",
		"postfix/smtp[6]: $id: to=<x\@far.example.net>, relay=mx.far.example.net[203.0.113.1]:25, delay=1, dsn=2.0.0, status=sent (250 OK)",
		"postfix/qmgr[7]: $id: removed");
	return $id;
}

# Lines that come, over a rotation.
my $first = unsigned_mail('a@shop.example', 'pc1.shop.example');
open_terminal('a', '120x30', "$B/dkimwhy watch --opendkim-conf none $log");
shows('a', ['3'], qr/> \d\d:\d\d:\d\d +$first/, 'what the log holds');
my $second = unsigned_mail('b@shop.example', 'pc2.shop.example');
shows('a', [], qr/> \d\d:\d\d:\d\d +$second.*\n.*$first/, 'what is written comes, and the newest row stays chosen');
keys_to('a', 'j');
wait_for('a', qr/> \d\d:\d\d:\d\d +$first/);
my $third = unsigned_mail('c@shop.example', 'pc3.shop.example');
shows('a', [], qr/$third.*\n.*$second.*\n> \d\d:\d\d:\d\d +$first/, 'the chosen row stays under the finger');
keys_to('a', 'p');
wait_for('a', qr/paused/);
my $fourth = unsigned_mail('d@shop.example', 'pc4.shop.example');
my $paused = shows('a', [], qr/paused, 1 new/, 'paused: it is counted');
ok($paused !~ /$fourth/, 'paused: it does not come');
shows('a', ['p'], qr/$fourth/, 'going on: nothing was lost');
rename $log, "$log.1" or die;
my $fifth = unsigned_mail('e@shop.example', 'pc5.shop.example');
shows('a', [], qr/$fifth.*\n.*$fourth/, 'the log was rotated under its feet');
shows('a', ['1'], qr/unsigned +5 +5 +5/, 'and all is counted once');

# Who reads is killed.
my $reader = `ps -o pid= --ppid @{[pid_of('a')]}`;
kill 'KILL', $reader =~ /(\d+)/;
shows('a', [], qr/NO LONGER READ/, 'a reader that was killed is seen');
shows('a', ['2'], qr/no-signing-table-match +5/, 'and what was read is still there');
shows('a', ['q'], qr/ended with 0/, 'out');
ok(!glob("$dir/tmp/*"), 'its store is gone');

# And the other way round: nobody reads for a dashboard that was killed.
open_terminal('b', '80x24', "$B/dkimwhy watch --opendkim-conf none $log");
wait_for('b', qr/WHY, 24 hours/);
my $shown = pid_of('b');
($reader) = `ps -o pid= --ppid $shown` =~ /(\d+)/;
kill 'KILL', $shown;
ok(await(sub { !kill 0, $reader }), 'a dashboard that was killed leaves no reader behind');
ok(await(sub { !glob("$dir/tmp/*") }), 'and no store');

# The terminal goes away, as a window does that is closed: nothing stays, and nothing spins.
open_terminal('d', '80x24', "$B/dkimwhy watch --opendkim-conf none $log");
wait_for('d', qr/WHY, 24 hours/);
my $left = pid_of('d');
my ($below) = `ps -o pid= --ppid $left` =~ /(\d+)/;
tmux('kill-session', '-t', 'd');
ok($left && await(sub { !kill 0, $left }), 'a dashboard ends with its terminal');
ok($below && await(sub { !kill 0, $below }), 'and so does its reader');
kill 'KILL', grep { defined } $left, $below;

# A store that another process fills.
mkdir "$dir/fed";
my $follower = follower("$dir/fed", [$log]);
start($follower);
ok(await(sub { -s "$dir/fed/store/s.db" }), 'a follower has begun');
await(sub { said('report', '--store', "$dir/fed/store/s.db") =~ /e\@shop/ });
open_terminal('c', '120x30', "$B/dkimwhy watch --store $dir/fed/store/s.db");
shows('c', ['3'], qr/$fifth/, 'the dashboard of a store');
shows('c', ['2', 'Enter'], qr/all its messages +1 /, 'whom a cause hit');
my $sixth = unsigned_mail('f@shop.example', 'pc6.shop.example');
shows('c', [], qr/all its messages +2 .*f\@shop\.example +1/s, 'what the other process takes in is counted');
shows('c', ['3'], qr/$sixth/, 'and comes');

# A log that grows, and nobody takes it in.
stop($follower, 'TERM');
append($log, "\n");
utime time() + 600, time() + 600, $log;
shows('c', ['5', 'G'], qr/ min behind .*lines.*mail\.log .* min behind/s, 'how far the store is behind is said');
keys_to('c', '3');
my ($explains) = `ps -o pid= --ppid @{[pid_of('c')]}` =~ /(\d+)/;
kill 'KILL', $explains;
shows('c', ['j'], qr/the process that explains has ended/, 'who explains was killed: it is said');
shows('c', ['5', '3'], qr/> \d\d:\d\d:\d\d +$sixth/, 'and all else goes on');
keys_to('c', 'q', 'Q');

# Bytes that mean harm, and letters of all widths.
$log = "$dir/hostile.log";
my $harm = unsigned_mail("\e]0;owned\a\e[2J\x9b31m\@shop.example", "\e[Hpc.example");
my $wide = unsigned_mail('日本語e' . "\x{301}\x{200B}" . '@shop.example', 'pc.example');
append($log, "\x1b[2J\x00\xff\xfe garbage without a frame\n" x 20);
open_terminal('d', '120x30', "$B/dkimwhy watch --opendkim-conf none $log");
my $screen = shows('d', ['3'], qr/$harm/, 'a log with escape sequences');
ok($screen =~ /^ dkimwhy .*1 Now/, 'its head stands where it stood');
ok($screen =~ /\\x1B\]0;owned\\x07/, 'they are spelled out');
ok(tmux('display-message', '-p', '-t', 'd', '#{pane_title}') !~ /owned/, 'the title of the terminal is untouched');
shows('d', ['1', '2', 'Enter', 'Enter', 'Enter'], qr/Proof/, 'down to its lines');
ok(screen('d') =~ /^ dkimwhy .*1 Now/, 'and the head still stands');
done();
