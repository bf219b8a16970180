#!/usr/bin/perl
# Killed at any moment, ingest and ingest --follow lose nothing and double nothing.
# ROUNDS: kills (20), SEED: of the moments (1).
use strict;
use warnings;
use Time::HiRes qw(time usleep);
require './tests/store/follower.pl';

our ($B, @common);
my $rounds = $ENV{ROUNDS} // 20;
my $seed = $ENV{SEED} // 1;
my $root = folder('kill');
my @lines = generated(100_000, 13);
my $truth = truth("$root/whole", 'mail.log' => join '', @lines);

srand $seed;

sub begun {
	my ($dir, @logs) = @_;
	my $pid = fork // die;

	exec "$B/dkimwhy", 'ingest', @common, '--output', "$dir/out", '--store', "$dir/s.db", @logs if $pid == 0;
	return $pid;
}

# How long one takes, as the moments are to be spread over all of it.
sub time_of {
	my ($dir, @logs) = @_;
	my $begin = time();

	mkdir $dir;
	waitpid begun($dir, @logs), 0;
	return time() - $begin;
}

# Ingests of a growing log, each killed up to three times.
sub kill_ingests {
	my ($dir, $kills) = @_;
	my $long = 1_200_000 * time_of("$dir-timed", "$root/whole/mail.log");
	my ($at, $killed) = (0, 0);

	mkdir $dir;
	while ($at < @lines) {
		my $n = 1 + int rand(2 * @lines / ($kills / 2 + 1));
		my $last = $at + $n > $#lines ? $#lines : $at + $n - 1;

		append("$dir/mail.log", join '', @lines[$at .. $last]);
		$at = $last + 1;
		for (1 .. rand 4) {
			my $pid = begun($dir, "$dir/mail.log");

			usleep(rand $long);
			kill 'KILL', $pid;
			waitpid $pid, 0;
			$killed++ if $? == 9;
		}
	}
	waitpid begun($dir, "$dir/mail.log"), 0;
	return ($killed, answers("$dir/s.db"), said('ingest', '--check', '--store', "$dir/s.db"));
}

# A follower that is killed again and again while the log is written and rotated.
sub kill_followers {
	my ($dir, $kills) = @_;
	my ($at, $killed) = (0, 0);
	my $follower;

	mkdir $dir;
	append("$dir/mail.log", '');
	$follower = follower($dir, ["$dir/mail.log"]);
	while ($at < @lines) {
		start($follower);
		# In one of two before it is ready: with what was written while there was none.
		ready($follower) if rand() < 0.5;
		for (0 .. rand 4) {
			my $n = 1 + int rand(@lines / $kills);
			my $last = $at + $n > $#lines ? $#lines : $at + $n - 1;

			append("$dir/mail.log", join '', @lines[$at .. $last]) if $at <= $last;
			$at = $last + 1;
			kill 'HUP', $follower->{pid} if $follower->{ready} && rand() < 0.5;
			usleep(rand 30_000);
		}
		if (rand() < 0.2) {
			rename "$dir/mail.log.$_", "$dir/mail.log." . ($_ + 1) for grep { -e "$dir/mail.log.$_" } reverse 1 .. 999;
			rename "$dir/mail.log", "$dir/mail.log.1";
			append("$dir/mail.log", '');
		}
		stop($follower, 'KILL');
		$killed++;
	}
	start($follower);
	my $settled = settle($follower);
	stop($follower, 'TERM');
	my $store = "$dir/store/s.db";
	return ($killed, ($settled ? '' : 'not settled') . answers($store), said('ingest', '--check', '--store', $store),
		slurp("$dir/stderr"));
}

my ($n, %killed) = (0, ingest => 0, follow => 0);
while ($killed{ingest} + $killed{follow} < $rounds) {
	my $dir = "$root/" . $n++;
	my $what = $n % 2 ? 'ingest' : 'follow';
	my ($killed, $is, $sound, $stderr) = $n % 2 ? kill_ingests($dir, 20) : kill_followers($dir, 20);

	ok($killed > 0 && $is eq $truth, "$what: $killed kills lose nothing and double nothing", difference($is, $truth), $stderr);
	ok($sound eq "the store is sound\n", "$what: and leave the store sound", $sound);
	$killed{$what} += $killed;
	system 'rm', '-rf', $dir, "$dir-timed";
}
print "# $killed{ingest} ingests and $killed{follow} followers were killed\n";
done();
