#!/usr/bin/perl
# The systemd journal as commands read it: a log of samples/ as a journal's files answers as the log
# does, and a store takes its lines once. Journal files are made by systemd-journal-remote.
use strict;
use warnings;
use File::Temp qw(tempdir);

my $B = $ENV{B} // 'build';
my $remote = '/lib/systemd/systemd-journal-remote';
my $dir = tempdir('dkimwhy-journal-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my ($tests, $second) = (0, 1795487300);

$ENV{TZ} = 'UTC';
$ENV{SOURCE_DATE_EPOCH} = 1795500000;

sub ok {
	my ($good, $name, @why) = @_;

	$tests++;
	print $good ? '' : 'not ', "ok $tests - $name\n";
	print map { s/^/# /mgr . "\n" } @why unless $good;
}

# What a command says on both outputs, and its status.
sub run {
	my (@words) = @_;
	my $said = join ' ', map { "'$_'" } "$B/dkimwhy", @words, '--opendkim-conf', 'none';

	$said = `$said 2>&1`;
	return wantarray ? ($said, $? >> 8) : $said;
}

my ($without, $status) = run('report', '--journal-dir', '/nonexistent');
if ($without =~ /made without libsystemd/) {
	ok($status == 2 && $without =~ /journalctl -o json \| dkimwhy report -/, 'a build without says what to do');
	print "ok 2 - journals # SKIP this build has no libsystemd\n1..2\n";
	exit;
}
ok($status == 2 && $without =~ m{cannot open '/nonexistent'}, 'a journal that is not there', $without);
($without, $status) = run('report', '/tmp');
ok($status == 2 && $without =~ /--journal-dir/, 'a directory is told from a file', $without);
unless (-x $remote) {
	print "ok 3 - journals # SKIP needs the package systemd-journal-remote\n1..3\n";
	exit;
}

# Lines of a log as a journal's file, one a second from $second on.
sub journal {
	my ($path, @lines) = @_;

	open my $export, '>', "$dir/export" or die;
	for (@lines) {
		my ($tag, $pid, $text) = m{^\w+ +\d+ [\d:]+ \S+ ([^\[: ]+)(?:\[(\d+)\])?: (.*)} or die $_;

		print $export "__REALTIME_TIMESTAMP=${second}000000\n__MONOTONIC_TIMESTAMP=${second}\n",
			"_BOOT_ID=b2c5f6c8e1a84c1d9a5e0b2c3d4e5f60\n_HOSTNAME=mail\nSYSLOG_FACILITY=2\n",
			"SYSLOG_IDENTIFIER=$tag\n", $pid ? "SYSLOG_PID=$pid\n" : '', "MESSAGE=$text\n\n";
		$second++;
	}
	close $export;
	system "$remote -o $path $dir/export >/dev/null 2>&1";
}

# Of an answer, what does not rest on times and places.
sub gist {
	my ($report) = @_;

	return join "\n", $report =~ /^(?:own mail.*|[a-z-]+ +\d+)/mg;
}

my $log = 'samples/logs/seed-telnet-no-from.log';
open my $file, '<', $log or die;
my @lines = <$file>;
close $file;
mkdir "$dir/copy" or die;
journal("$dir/copy/system\@1.journal", @lines[0 .. 19]);
journal("$dir/copy/system.journal", @lines[20 .. $#lines]);

my ($report, $why);
($report, $status) = run('report', '--journal-dir', "$dir/copy");
ok($status == 1 && $report =~ /^copy: 24 Nov/ && gist($report) eq gist(scalar run('report', $log)),
	'a journal is reported as the log is', $report);
($why) = run('explain', '82144AE05DF', '--journal-dir', "$dir/copy/");
ok($why =~ /journal copy 2026-11-24 \d\d:\d\d:\d\d  2026-11-24T\S+Z mail opendkim\[119\]: 82144AE05DF: .* not internal/,
	'evidence names the time of an entry', $why);
($why) = run('explain', '82144AE05DF', '--utc', '--journal-dir', "$dir/copy/");
ok($why =~ /journal copy 2026-11-24 \d\d:\d\d:\d\d UTC  /, 'in UTC, too', $why);
($why) = run('export', '--journal-dir', "$dir/copy");
ok($why =~ m{"file":"$dir/copy","line":null,"time":"2026-11-24T\d\d:\d\d:\d\d\+00:00","text":}, 'and in JSON', $why);
ok(gist(scalar run('report', "$dir/copy/system\@1.journal", "$dir/copy/system.journal")) eq gist($report),
	'single files are named as logs are');

my @store = ('--store', "$dir/store.db");
my $n = @lines;
my ($again, $all, $taken);
$taken = run('ingest', @store, '--journal-dir', "$dir/copy");
$all = run('report', @store);
ok($taken =~ /^\d+ lines read, \d+ new/ && gist($all) eq gist($report), 'a store takes it in', $taken, $all);
$taken = run('ingest', @store, '--journal-dir', "$dir/copy");
ok($taken =~ /^\d+ lines read, 0 new/ && run('report', @store) eq $all, 'once', $taken);
($taken, $status) = run('ingest', @store, $log);
ok($status == 2 && $taken =~ /holds lines of the journal/, 'but no log file beside it', $taken);
($taken, $status) = run('ingest', '--store', "$dir/both.db", '--journal-dir', "$dir/copy", $log);
ok($status == 2 && $taken =~ /take in either/, 'nor both at once', $taken);
run('ingest', '--store', "$dir/files.db", $log);
($taken, $status) = run('ingest', '--store', "$dir/files.db", '--journal-dir', "$dir/copy");
ok($status == 2 && $taken =~ /holds lines of log files/, 'nor a journal beside log files', $taken);

# Later entries, in a file of their own: only they are new.
journal("$dir/copy/system\@2.journal", map { s/82144AE05DF/92144AE05DF/gr } grep { /82144AE05DF/ } @lines);
$taken = run('ingest', @store, '--journal-dir', "$dir/copy");
ok($taken =~ / [1-9]\d* new/ && run('explain', '92144AE05DF', @store) =~ /not-internal/ &&
	run('explain', '82144AE05DF', @store) =~ /journal copy .* not internal/, 'what was added is taken in', $taken);
$again = run('ingest', @store, '--status');
ok($again =~ m{^\S*/copy  journal, }m && ($again =~ tr/\n//) == 1, 'a journal stays one source', $again);

print "1..$tests\n";
