#!/usr/bin/perl
# A journal that is followed while entries come, files are rotated, and the follower is stopped and
# killed, answers as the whole journal read at once; what was vacuumed meanwhile is a gap. Journal files
# are made by systemd-journal-remote. RUNS: how many (2), SEED: the first (1), STEPS: of each (20).
use strict;
use warnings;
use Time::HiRes qw(time usleep);

require './tests/store/answers.pl';

our ($B, @common);
my $remote = '/lib/systemd/systemd-journal-remote';
my $runs = $ENV{RUNS} // 2;
my $seed = $ENV{SEED} // 1;
my $steps = $ENV{STEPS} // 20;
my $root = folder('journal');

$ENV{TZ} = 'UTC';
if (`$B/dkimwhy report --journal-dir /nonexistent 2>&1` =~ /made without libsystemd/) {
	print "1..0 # SKIP this build has no libsystemd\n";
	exit;
}
unless (-x $remote) {
	print "1..0 # SKIP needs the package systemd-journal-remote\n";
	exit;
}

# Entries, one a millisecond from a time before now on, so that none of them is of the future.
my $begun = int(time()) - 7200;
my $n = 0;

sub entry {
	my ($line) = @_;
	my ($tag, $pid, $text) = $line =~ m{^\w+ +\d+ [\d:]+ \S+ ([^\[: ]+)(?:\[(\d+)\])?: (.*)} or die $line;

	$n++;
	return sprintf("__REALTIME_TIMESTAMP=%d%06d\n__MONOTONIC_TIMESTAMP=%d\n", $begun + int($n / 1000), $n % 1000 * 1000, $n)
		. "_BOOT_ID=b2c5f6c8e1a84c1d9a5e0b2c3d4e5f60\n_HOSTNAME=mx1\nSYSLOG_FACILITY=2\n"
		. "SYSLOG_IDENTIFIER=$tag\n" . ($pid ? "SYSLOG_PID=$pid\n" : '') . "MESSAGE=$text\n\n";
}

sub put_entries {
	my ($path, @entries) = @_;

	open my $export, '>', "$root/export" or die;
	print $export @entries;
	close $export;
	system("$remote -o $path $root/export >/dev/null 2>&1") == 0 or die "$path: $?";
}

sub status {
	my ($store) = @_;

	return `$B/dkimwhy ingest --status --store $store 2>&1`;
}

sub start {
	my ($dir) = @_;
	my $pid = fork // die;

	if ($pid == 0) {
		open STDERR, '>>', "$dir/stderr";
		exec "$B/dkimwhy", 'ingest', @common, '--follow', '--store', "$dir/store/s.db", '--journal-dir', "$dir/j";
	}
	return $pid;
}

sub stop {
	my ($pid, $signal) = @_;

	kill $signal, $pid;
	waitpid $pid, 0;
}

sub make_folders {
	my ($dir) = @_;

	mkdir $_ or die for $dir, "$dir/j", "$dir/store";
}

my @entries = map { entry($_) } generated(200_000, 12);
make_folders("$root/whole");
put_entries("$root/whole/j/system.journal", @entries);
system("$B/dkimwhy", 'ingest', @common, '--output', "$root/out", '--store', "$root/whole.db", '--journal-dir', "$root/whole/j") == 0 or die;
my $truth = answers("$root/whole.db");

for my $run ($seed .. $seed + $runs - 1) {
	my $dir = "$root/run$run";
	my ($at, $rotated, @done) = (0, 0);
	my $pid;

	srand $run;
	make_folders($dir);
	put_entries("$dir/j/system.journal", $entries[$at++]);
	$pid = start($dir);
	for my $step (1 .. $steps) {
		my $what = (qw(write write write rotate stop kill start pause))[rand 8];

		if ($what eq 'write' && $at < @entries) {
			my $to = $at + int rand(3 * @entries / $steps);

			$to = $#entries if $to > $#entries;
			put_entries("$dir/j/system.journal", @entries[$at .. $to]);
			$at = $to + 1;
		} elsif ($what eq 'rotate') {
			rename "$dir/j/system.journal", sprintf "$dir/j/system\@%04d.journal", $rotated++ if -e "$dir/j/system.journal";
		} elsif ($what eq 'start') {
			$pid //= start($dir);
		} elsif ($what eq 'pause') {
			usleep(rand 700_000);
		} elsif ($what ne 'write' && defined $pid) {
			stop($pid, $what eq 'kill' ? 'KILL' : 'TERM');
			$pid = undef;
		}
		push @done, $what;
	}
	put_entries("$dir/j/system.journal", @entries[$at .. $#entries]) if $at < @entries;
	$pid //= start($dir);
	my $is;
	my $same = await(sub { ($is = answers("$dir/store/s.db")) eq $truth });
	stop($pid, 'TERM');
	my $status = status("$dir/store/s.db");
	ok($same, "run $run answers as the whole", "@done", difference($is, $truth), slurp("$dir/stderr"));
	ok($status =~ m{^\S*/j  journal, ${\ scalar @entries} lines}m && $status !~ /gap/, 'each entry was counted once', $status);
}

# What was vacuumed while nobody followed; and entries of another host that come late.
sub unsigned {
	my ($id) = @_;

	return entry("Nov 24 09:10:00 mx1 postfix/pickup[7]: $id: uid=0 from=<new\@shop.example>"),
		entry("Nov 24 09:10:00 mx1 postfix/cleanup[8]: $id: message-id=<x\@shop.example>"),
		entry("Nov 24 09:10:00 mx1 opendkim[8]: $id: no signing table match for 'new\@shop.example'"),
		entry("Nov 24 09:10:01 mx1 postfix/qmgr[9]: $id: from=<new\@shop.example>, size=9, nrcpt=1 (queue active)");
}

my $dir = "$root/vacuum";
my $store = "$dir/store/s.db";
make_folders($dir);
my @late = unsigned('A1B2C3D4E4');
put_entries("$dir/j/system\@1.journal", unsigned('A1B2C3D4E1'));
my $pid = start($dir);
ok(await(sub { answers($store) =~ /A1B2C3D4E1/ }), 'what is there is taken in', slurp("$dir/stderr"));
stop($pid, 'TERM');
unlink "$dir/j/system\@1.journal";
$n += 60_000;
put_entries("$dir/j/system.journal", unsigned('A1B2C3D4E2'));
$pid = start($dir);
ok(await(sub { answers($store) =~ /A1B2C3D4E2/ }), 'what came after a vacuum is taken in', slurp("$dir/stderr"));
$n += 60_000;
put_entries("$dir/j/system.journal", unsigned('A1B2C3D4E3'));
ok(await(sub { answers($store) =~ /A1B2C3D4E3/ }), 'and what comes then', slurp("$dir/stderr"));
my $status = status($store);
ok(1 == (() = $status =~ /^gap: no longer in the journal when it was read, /mg), 'the time between is one gap', $status);
put_entries("$dir/j/other.journal", map { s/mx1/mx2/r } @late);
usleep(300_000);
put_entries("$dir/j/system.journal", unsigned('A1B2C3D4E5'));
await(sub { answers($store) =~ /A1B2C3D4E5/ });
stop($pid, 'TERM');
$pid = start($dir);
ok(await(sub { answers($store) =~ /A1B2C3D4E4/ }), 'what comes late is there after a restart, at the latest', slurp("$dir/stderr"));
stop($pid, 'KILL');
$status = status($store);
ok(1 == (() = $status =~ /^gap: /mg), 'and makes no other gap', $status);

# A watch.
$pid = fork // die;
if ($pid == 0) {
	open STDOUT, '>', "$dir/out";
	exec "$B/dkimwhy", 'watch', @common, '--plain', '--journal-dir', "$dir/j";
}
usleep(700_000);
put_entries("$dir/j/system.journal", unsigned('A1B2C3D4E6'));
await(sub { -s "$dir/out" });
stop($pid, 'TERM');
my $said = slurp("$dir/out");
ok($said =~ /^\S.* A1B2C3D4E6  unsigned  no-signing-table-match .*; dkimwhy explain A1B2C3D4E6 --journal-dir \S+\/j$/m
	&& $said !~ /A1B2C3D4E5  /, 'a watch tells of what comes', $said);
done();
