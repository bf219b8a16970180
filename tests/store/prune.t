#!/usr/bin/perl
# What is old goes from a store and does not come back; what stays is judged as before.
# SEED: of the days' logs (1).
use strict;
use warnings;
use File::Temp qw(tempdir);
use Time::HiRes qw(usleep);

my $B = $ENV{B} // 'build';
my $seed = $ENV{SEED} // 1;
my $dir = tempdir('dkimwhy-prune-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my @common = ('--quiet');
my $tests = 0;

$ENV{TZ} = 'UTC';
$ENV{SOURCE_DATE_EPOCH} = 1_795_500_000; # 2026-11-24

sub ok {
	my ($good, $name, @why) = @_;

	$tests++;
	print $good ? '' : 'not ', "ok $tests - $name\n";
	@why = map { split /\n/ } @why;
	print map { '# ' . substr($_, 0, 300) . "\n" } grep { defined } @why[0 .. 2] unless $good;
	return $good;
}

sub spew {
	my ($path, @lines) = @_;

	open my $file, '>', $path or die "$path: $!";
	print $file @lines;
	close $file or die "$path: $!";
	return $path;
}

# What a command says, and its status.
sub run {
	my (@command) = @_;

	open my $out, '-|', "$B/dkimwhy", @command or die;
	my $said = join '', <$out>;
	close $out;
	return ($said, $? >> 8);
}

sub ingest {
	my ($store, @files) = @_;

	return run('ingest', @common, '--store', $store, @files);
}

sub prune {
	my ($store, @how) = @_;

	return run('prune', @common, '--store', $store, @how);
}

# Messages and incidents, each as one text under the time of its end.
sub export {
	my ($store) = @_;
	my @said;

	for (split /\n/, (run('export', @common, '--opendkim-conf', 'none', '--store', $store))[0]) {
		my @times = sort /"(?:first_time|last_time|ended)":"([^"]+)"/g;

		s/"messages":\d+//; # of an incident: fewer are left
		push @said, [ $times[-1] // '', $_ ];
	}
	return @said;
}

sub since {
	my ($when, @said) = @_;

	return join "\n", sort map { $_->[1] } grep { $_->[0] ge $when } @said;
}

# Counts and tables, by which sums are told, too.
sub report {
	my ($store, $by) = @_;
	my $in = 0;
	my @rows;

	for (split /\n/, (run('report', @common, '--opendkim-conf', 'none', '--store', $store, '--utc', '--top', 9999,
		'--by', $by))[0]) {
		$in = /^own mail|^BY/ || ($in && $_ ne '');
		push @rows, $_ if $in && !/--store/;
	}
	return join "\n", sort @rows;
}

sub state_of {
	my ($store) = @_;
	my $status = (run('ingest', '--status', '--utc', '--store', $store))[0];

	$status =~ s/, read [-0-9TZ:]+$//mg;
	return join "\n", since('', export($store)), report($store, 'domain,hour,cause'), $status;
}

# How often a word stands in the store's files.
sub holds {
	my ($store, $word) = @_;
	my $n = 0;

	for my $file (grep { -e } $store, "$store-wal") {
		open my $in, '<:raw', $file or die;
		local $/;
		$n += () = <$in> =~ /$word/g;
	}
	return $n;
}

sub copy {
	my ($from, $to) = @_;

	for my $end ('', '-wal', '-shm') {
		unlink "$to$end";
		system 'cp', "$from$end", "$to$end" if -e "$from$end";
	}
	return $to;
}

# Twelve days: generated mail on each, and every recording on one of them, with hosts of its own.
my @days = map { sprintf '%02d', $_ } 2 .. 13;
my @logs;
for my $i (0 .. $#days) {
	my $stamp = 'Nov ' . ($days[$i] =~ s/^0/ /r);

	open my $generated, '-|', 'tests/bench/genlog', 120_000, $seed * 100 + $i or die;
	my @lines = map { s/^Nov  1/$stamp/r } <$generated>;
	@lines = map { s/user(\d+)@/secret$1@/gr } @lines if $i == 0;
	push @logs, spew("$dir/mail.log-$days[$i]", @lines);
	close $generated;
}
my @recordings = grep { !m{/(iso8601|rfc5424|journald-json)} } sort glob 'tests/recordings/*.log';
for my $i (0 .. $#recordings) {
	my $day = $days[ ($i + $seed) % @days ];
	my $stamp = 'Nov ' . ($day =~ s/^0/ /r);

	open my $log, '<', $recordings[$i] or die;
	push @logs, spew("$dir/" . ($recordings[$i] =~ s{.*/}{}r), map { s/^[A-Z][a-z][a-z] [ 0-9][0-9] (\S+ \S+)/$stamp $1$i/r } <$log>);
	close $log;
}

my $whole = "$dir/whole.db";
my ($said, $status) = ingest($whole, @logs);
ok($status == 0, 'logs are taken in', $said);
my @all = export($whole);
my $state = state_of($whole);

($said, $status) = prune($whole, '--older-than', '16d', '--dry-run');
ok($status == 0 && $said =~ /would go: [1-9]/m && state_of($whole) eq $state, 'a dry run tells and changes nothing', $said);

for my $day (@days[4, 8]) {
	my $store = copy($whole, "$dir/pruned.db");

	($said, $status) = prune($store, '--older-than', "2026-11-$day");
	ok($status == 0 && $said =~ /^all before 2026-11-${day}T00:00:00\+00:00$/m, "days before $day go", $said);
	my @left = export($store);
	ok(since("2026-11-$day", @left) eq since("2026-11-$day", @all), "what is younger than $day stays as it was");
	# But for whether OpenDKIM runs.
	my @old = grep { $_->[0] lt "2026-11-$day" && $_->[1] !~ /"cause":"daemon-stopped".*"ended":null/ } @left;
	ok(@old == 0, 'and all else goes', map { $_->[1] } @old);
	my $pruned = state_of($store);
	($said) = ingest($store, @logs);
	ok(scalar($said =~ /, 0 new, [1-9]\d* older than what was pruned passed over;/), 'old lines are passed over', $said);
	ok(state_of($store) eq $pruned, "the same logs again change nothing after $day");
	($said) = prune($store, '--older-than', "2026-11-$day");
	ok(scalar($said =~ /^gone: 0 messages with 0 lines, 0 incidents/m), 'nor does pruning again', $said);
	if ($day eq $days[4]) {
		my $late = "$dir/late.db";

		ingest($late, grep { !/mail.log-13/ } @logs);
		prune($late, '--older-than', "2026-11-$day");
		ingest($late, grep { /mail.log-13/ } @logs);
		ok(since('', export($late)) eq since('', @left), 'what comes after pruning is judged as if it had come before');
	}
}

# Killed at any time: all or nothing.
{
	my $store = copy($whole, "$dir/killed.db");
	my $pruned = copy($whole, "$dir/pruned.db");

	prune($pruned, '--older-than', '2026-11-07');
	my ($before, $after) = map { since('', export($_)) } $whole, $pruned;
	my $good = 1;
	for (1 .. 8) {
		my $pid = fork // die;

		if ($pid == 0) {
			open STDOUT, '>', '/dev/null';
			exec "$B/dkimwhy", 'prune', @common, '--store', $store, '--older-than', '2026-11-07';
		}
		usleep(rand 200_000);
		kill 'KILL', $pid;
		waitpid $pid, 0;
		my $is = since('', export($store));
		$good &&= $is eq $before || $is eq $after;
	}
	ok($good, 'killed, it has pruned all or nothing');
}

# Addresses: the sums stay, in all tables that they can tell of.
{
	my $store = copy($whole, "$dir/addresses.db");
	my $sums = report($whole, 'cause,domain,day,hour');

	ok(holds($store, 'secret') > 0, 'addresses are there');
	($said, $status) = prune($store, '--addresses', '2026-11-08');
	ok($status == 0 && $said =~ /^addresses before 2026-11-08T00:00:00\+00:00$/m, 'addresses go', $said);
	ok(holds($store, 'secret') == 0, 'and no byte of them is left');
	ok(report($store, 'cause,domain,day,hour') eq $sums, 'the sums stay');
	ok(since('2026-11-08', export($store)) eq since('2026-11-08', @all), 'as does what is younger');
	my $pruned = state_of($store);
	ingest($store, @logs);
	ok(state_of($store) eq $pruned && holds($store, 'secret') == 0, 'the same logs again bring nothing back');
	($said) = prune($store, '--addresses', '2026-11-08');
	ok(scalar($said =~ /^gone: 0 messages with 0 lines, 0 incidents/m) && state_of($store) eq $pruned,
		'nor does pruning again add anything', $said);
	($said) = prune($store, '--older-than', '2026-11-08');
	ok(report($store, 'cause') eq report(do { my $s = copy($whole, "$dir/pruned.db");
		prune($s, '--older-than', '2026-11-08'); $s }, 'cause'), 'the sums go with --older-than', $said);
}

# Sizes.
{
	my $store = copy($whole, "$dir/size.db");
	my $size = int((-s $store) / 2);

	($said, $status) = prune($store, '--max-size', $size);
	ok($status == 0 && -s $store <= $size && -s $store > $size / 3, 'the oldest days go until the rest fits', $said);
	my ($day) = $said =~ /^all before (\S{10})T/;
	ok(since($day // '9', export($store)) eq since($day // '0', @all), 'and the others stay as they were');
	my $pruned = state_of($store);
	ingest($store, @logs);
	ok(state_of($store) eq $pruned, 'the same logs again change nothing');
	($said, $status) = prune($store, '--max-size', '10G');
	ok($status == 0 && state_of($store) eq $pruned, 'what fits stays', $said);
	($said, $status) = prune($store, '--max-size', '20k');
	ok($status == 2 && state_of($store) eq $pruned, 'the newest day always stays');
}

# Is it sound? Also when it was pruned, and when it was not.
{
	my $store = copy($whole, "$dir/check.db");

	prune($store, '--older-than', '2026-11-05', '--addresses', '2026-11-09');
	for ($whole, $store) {
		($said, $status) = run('ingest', '--check', '--store', $_);
		ok($status == 0 && $said eq "the store is sound\n", 'a store is sound', $said);
	}
	open my $file, '+<:raw', $store or die;
	seek $file, 4096 * 20, 0;
	print $file 'x' x 8192;
	close $file;
	($said, $status) = run('ingest', '--check', '--store', $store);
	ok($status == 1 && $said =~ /^damaged: .*^    dkimwhy ingest --store \Q$store\E .*mail\.log-02/ms,
		'a damaged one is told, and the way out', $said);
}

for my $bad (['--older-than', 'soon'], ['--older-than', '2027-01-01'], ['--max-size', '1X'], ['--max-size', '0'],
	['--addresses', '12'], [], ['x']) {
	($said, $status) = prune($whole, @$bad);
	ok($status == 2 && $said eq '', "refused: @$bad");
}
ok((prune("$dir/none.db", '--older-than', '1d'))[1] == 2 && !-e "$dir/none.db", 'no store is made');
print "1..$tests\n";
