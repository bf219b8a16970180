#!/usr/bin/perl
# logrotate itself turns a log over while it is written and followed, and while it is not
# followed: it answers as the whole log read at once. SEED: of the moments (1), ROUNDS: of each
# way to rotate (1).
use strict;
use warnings;
use Time::HiRes qw(usleep);
require './tests/store/follower.pl';

our @common;
my $rounds = $ENV{ROUNDS} // 1;
my $seed = $ENV{SEED} // 1;
my ($logrotate) = grep { -x } map { "$_/logrotate" } split(/:/, $ENV{PATH}), '/usr/sbin';
my $root = folder('logrotate');
my @lines = generated(120_000, 12);

# What stands in its configuration. paused: the writer must wait, between two lines, or what it writes
# between the copy and the truncation is lost (logrotate(8)). dated: names are by day, so a day has to
# pass.
my @ways = (
	{ words => 'create' },
	{ words => 'copytruncate', paused => 1 },
	{ words => 'create compress' },
	{ words => 'create compress delaycompress' },
	{ words => 'create dateext', dated => 1 },
	{ words => 'create dateext compress delaycompress', dated => 1 },
	{ words => 'copytruncate dateext compress', dated => 1, paused => 1 },
	{ words => 'copytruncate compress delaycompress', paused => 1 },
	{ words => 'create dateext dateformat .%Y%m%d compress', dated => 1 },
);

# Where the writer says that it has opened the log.
sub opened {
	my ($log) = @_;

	return $log =~ s{[^/]*$}{opened}r;
}

# Writes the log as a daemon does, a few lines at a time, into the file it has open until SIGHUP.
sub writer {
	my ($log, $paused) = @_;
	my $pid = fork // die;

	return $pid if $pid;
	my $reopen = 1;
	my $file;
	local $SIG{HUP} = sub { $reopen = 1 };
	for (my $at = 0; $at < @lines;) {
		my $n = 1 + int rand 8;
		my $text = join '', grep { defined } @lines[$at .. $at + $n - 1];
		my $cut = !$paused && rand() < 0.2 ? int rand length $text : 0;

		if ($reopen) {
			$reopen = 0;
			open $file, '>>', $log or die;
			$file->autoflush(1);
			append(opened($log), '');
		}
		print $file substr $text, 0, $cut if $cut;
		usleep(rand 5_000);
		print $file substr $text, $cut;
		$at += $n;
	}
	POSIX::_exit(0);
}

sub configure {
	my ($dir, $way, $writer) = @_;
	my $before = $way->{paused} ? "prerotate\nkill -STOP $writer 2>/dev/null || :\nendscript" : '';
	# What a daemon writes to a file that was packed already is in no file: this one is waited for.
	my $opened = opened("$dir/mail.log");
	my $after = $way->{paused} ? "kill -CONT $writer"
		: "rm -f $opened\nkill -HUP $writer && for i in \$(seq 200); do [ -e $opened ] || sleep 0.01; done";

	append("$dir/conf", "$dir/mail.log {\nrotate 50\n" . ($way->{words} =~ s/ (?=[a-z])/\n/gr)
		. "\n$before\npostrotate\n$after 2>/dev/null || :\nendscript\n}\n");
	chmod 0644, "$dir/conf";
}

# Names by day: what was rotated before is of the day before that.
sub let_a_day_pass {
	my ($dir) = @_;

	for my $path (sort glob "$dir/mail.log[-.]2*") {
		my ($name, $day, $end) = $path =~ /(.*[-.])(\d{8})(.*)/ or next;

		rename $path, $name . POSIX::strftime('%Y%m%d', 0, 0, 12, substr($day, 6) - 1, substr($day, 4, 2) - 1,
			substr($day, 0, 4) - 1900) . $end;
	}
}

sub rotate {
	my ($dir, $way) = @_;

	let_a_day_pass($dir) if $way->{dated};
	return `$logrotate -f -s $dir/state $dir/conf 2>&1`;
}

sub run {
	my ($dir, $way) = @_;
	my $follower = follower($dir, ["$dir/mail.log"]);
	my $writer;
	my $rotations = 0;
	my $said = '';

	append("$dir/mail.log", '');
	ready(start($follower));
	$writer = writer("$dir/mail.log", $way->{paused});
	configure($dir, $way, $writer);
	while (waitpid($writer, POSIX::WNOHANG()) == 0) {
		usleep(rand 150_000);
		# The third and fourth are not seen, nor what is written between them.
		stop($follower, rand() < 0.5 ? 'TERM' : 'KILL') if $rotations == 2;
		$said .= rotate($dir, $way);
		start($follower) if ++$rotations == 4;
	}
	start($follower) unless defined $follower->{pid};
	my $settled = settle($follower);
	stop($follower, 'TERM');
	return ($settled, $rotations, $said);
}

my $truth = truth("$root/whole", 'mail.log' => join '', @lines);
for my $round ($seed .. $seed + $rounds - 1) {
	for my $i (0 .. $#ways) {
		my $way = $ways[$i];
		my $dir = "$root/$round-$i";

		if (!$logrotate) {
			skip($way->{words}, 'no logrotate');
			next;
		}
		srand $round;
		mkdir $dir;
		my ($settled, $rotations, $said) = run($dir, $way);
		my $is = answers("$dir/store/s.db");
		my @files = map { s{.*/}{}r } glob "$dir/mail.log*";
		ok($settled && $rotations > 1 && @files > 2 && $is eq $truth, "$way->{words}: round $round answers as the whole",
			"$rotations rotations, settled: $settled; @files", $said, slurp("$dir/stderr"), difference($is, $truth));
		my @amiss = split /\n/, slurp("$dir/stderr");
		ok(!@amiss, "$way->{words}: and nothing was amiss", @amiss);
	}
}
done();
