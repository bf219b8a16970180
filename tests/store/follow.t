#!/usr/bin/perl
# A log that is followed while it is written in pieces, renamed, copied and truncated, packed, and while
# the follower is stopped and killed, answers as the whole log read at once. RUNS: how many
# (3), SEED: the first (1), STEPS: of each (25).
use strict;
use warnings;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use JSON::PP;
use POSIX ();
use Time::HiRes qw(time usleep);

my $B = POSIX::getcwd() . '/' . ($ENV{B} // 'build');
my $runs = $ENV{RUNS} // 3;
my $seed = $ENV{SEED} // 1;
my $steps = $ENV{STEPS} // 25;
my $root = tempdir("dkimwhy-follow-XXXXXX", TMPDIR => 1, CLEANUP => !$ENV{KEEP});
my @common = ('--quiet', '--opendkim-conf', 'none');

open my $generated, '-|', 'tests/bench/genlog', 400_000, 11 or die;
my @lines = <$generated>;
close $generated;

sub answers {
	my ($store) = @_;
	my @said;

	open my $export, '-|', "$B/dkimwhy export @common --store $store 2>&1" or die;
	while (<$export>) {
		my $object = eval { decode_json $_ } or return $_;

		$object->{evidence} = [ sort map { $_->{text} } @{ $object->{evidence} } ];
		push @said, JSON::PP->new->canonical->encode($object);
	}
	close $export;
	return join "\n", sort @said;
}

# In a log of old stamps, what was signed is in the report alone.
sub counts {
	my ($store) = @_;

	return join '', grep { /^own mail/ .. /^$/ } `$B/dkimwhy report @common --store $store 2>&1`;
}

sub append {
	my ($path, $text) = @_;

	open my $log, '>>', $path or die "$path: $!";
	print $log $text;
	close $log;
}

sub start {
	my ($dir) = @_;
	my $pid = fork // die;

	if ($pid == 0) {
		open STDERR, '>>', "$dir/stderr";
		exec "$B/dkimwhy", 'ingest', @common, '--follow', '--store', "$dir/store/s.db", "$dir/mail.log";
	}
	return $pid;
}

sub stop {
	my ($pid, $signal) = @_;

	kill $signal, $pid;
	waitpid $pid, 0;
}

# What logrotate does: older ones move up, the log becomes the first.
sub rotate {
	my ($dir, $how) = @_;

	for my $n (reverse 1 .. 20) {
		for my $end ('', '.gz') {
			rename "$dir/mail.log.$n$end", "$dir/mail.log." . ($n + 1) . $end if -e "$dir/mail.log.$n$end";
		}
	}
	if ($how eq 'create') {
		rename "$dir/mail.log", "$dir/mail.log.1";
		append("$dir/mail.log", '');
	} elsif ($how eq 'copytruncate') {
		copy("$dir/mail.log", "$dir/mail.log.1") or die;
		truncate "$dir/mail.log", 0;
	}
}

sub pack_one {
	my ($dir) = @_;
	my @plain = grep { !/\.gz$/ } glob "$dir/mail.log.[0-9]*";

	system 'gzip', $plain[rand @plain] if @plain;
}

mkdir "$root/whole";
append("$root/whole/mail.log", join '', @lines);
system("$B/dkimwhy", 'ingest', @common, '--output', "$root/out", '--store', "$root/whole.db", "$root/whole/mail.log") == 0 or die;
my ($truth, $sums) = (answers("$root/whole.db"), counts("$root/whole.db"));

for my $run ($seed .. $seed + $runs - 1) {
	my $dir = "$root/run$run";
	my ($at, $rest, @done) = (0, '');
	my $pid;

	srand $run;
	mkdir $dir;
	mkdir "$dir/store";
	append("$dir/mail.log", '');
	$pid = start($dir);
	usleep(50_000) until -s "$dir/store/s.db";
	usleep(100_000);
	for my $step (1 .. $steps) {
		my $what = (qw(write write write partial rotate copytruncate pack stop kill start pause))[rand 11];

		if ($what eq 'write' || $what eq 'partial') {
			my $n = 1 + int rand(2 * @lines / $steps);
			my $text = $rest . join '', @lines[$at .. ($at + $n > @lines ? $#lines : $at + $n - 1)];

			$at = $at + $n > @lines ? @lines : $at + $n;
			$rest = $what eq 'partial' ? substr $text, -int rand 60 : '';
			append("$dir/mail.log", substr $text, 0, length($text) - length $rest);
		} elsif ($what eq 'rotate' || $what eq 'copytruncate') {
			# A daemon ends its line before it opens the new log.
			append("$dir/mail.log", $rest) if length $rest;
			$rest = '';
			rotate($dir, $what eq 'rotate' ? 'create' : 'copytruncate') if -s "$dir/mail.log";
		} elsif ($what eq 'pack') {
			pack_one($dir);
		} elsif ($what eq 'start') {
			$pid //= start($dir);
		} elsif ($what eq 'pause') {
			usleep(rand 700_000);
		} elsif (defined $pid) {
			stop($pid, $what eq 'kill' ? 'KILL' : 'TERM');
			$pid = undef;
		}
		push @done, $what;
	}
	append("$dir/mail.log", $rest . join '', @lines[$at .. $#lines]);
	$pid //= start($dir);
	my $until = time() + 30;
	my $same = 0;
	while (!$same && time() < $until) {
		usleep(300_000);
		$same = counts("$dir/store/s.db") eq $sums && answers("$dir/store/s.db") eq $truth;
	}
	stop($pid, 'TERM');
	print $same ? '' : 'not ', 'ok ', $run - $seed + 1, " - run $run answers as the whole\n";
	print "# @done\n", map { "# $_\n" } split /\n/, $sums . counts("$dir/store/s.db") . `cat $dir/stderr` unless $same;
}
# What a watch says of lines that come, and that it says nothing of those that were there.
{
	my $dir = "$root/watch";
	my @old = map { "Nov 24 09:00:0$_\n" =~ s/\n/ mx1 opendkim[8]: A1B2C3D4E$_: no signing table match for 'old\@shop.example'\n/r } 1 .. 3;

	mkdir $dir;
	append("$dir/mail.log", join '', @old);
	my $pid = fork // die;
	if ($pid == 0) {
		open STDOUT, '>', "$dir/out";
		exec "$B/dkimwhy", 'watch', @common, '--plain', "$dir/mail.log";
	}
	usleep(700_000);
	append("$dir/mail.log", "Nov 24 09:10:00 mx1 postfix/pickup[7]: B1B2C3D4E5: uid=0 from=<new\@shop.example>\n"
		. "Nov 24 09:10:00 mx1 postfix/cleanup[8]: B1B2C3D4E5: message-id=<x\@shop.example>\n"
		. "Nov 24 09:10:00 mx1 opendkim[8]: B1B2C3D4E5: no signing table match for 'new\@shop.example'\n"
		. "Nov 24 09:10:01 mx1 postfix/qmgr[9]: B1B2C3D4E5: from=<new\@shop.example>, size=9, nrcpt=1 (queue active)\n");
	for (1 .. 50) {
		usleep(100_000);
		last if -s "$dir/out";
	}
	stop($pid, 'TERM');
	my $said = `cat $dir/out`;
	my $good = $said =~ /^\S.* B1B2C3D4E5  unsigned  no-signing-table-match  new\@shop\.example /m && $said !~ /old\@/;
	print $good ? '' : 'not ', 'ok ', $runs + 1, " - a watch tells of what comes\n";
	print map { "# $_\n" } split /\n/, $said unless $good;
}
print '1..', $runs + 1, "\n";
