#!/usr/bin/perl
# What hangs on the clock, with a clock that is set by hand (libfaketime): a log without years is
# followed over New Year, and an unfinished last line is waited for.
use strict;
use warnings;
require './tests/store/follower.pl';

my $root = folder('clock');
my ($library) = `faketime -f '2001-02-03 04:05:06' sh -c 'date +%Y; echo \$LD_PRELOAD' 2>&1` =~ /^2001\n(.+)/;

$ENV{TZ} = 'UTC';
# Files have the times that they are given here; what asks for the clock reads it anew from a file.
@ENV{qw(NO_FAKE_STAT FAKETIME_NO_CACHE ASAN_OPTIONS)} = (1, 1, 'verify_asan_link_order=0:' . ($ENV{ASAN_OPTIONS} // ''));

# There always is one clock: without its file the real one would be seen.
sub set_clock {
	my ($follower, $now) = @_;
	my $clock = "$follower->{dir}.clock";

	append("$clock.new", POSIX::strftime('%Y-%m-%d %H:%M:%S', gmtime $now) . "\n");
	rename "$clock.new", $clock;
}

# One that lives by its own clock.
sub clocked_follower {
	my ($dir) = @_;

	mkdir $dir;
	return follower($dir, ["$dir/mail.log"],
		before => [ 'env', "LD_PRELOAD=$library", "FAKETIME_TIMESTAMP_FILE=$dir.clock" ]);
}

sub write_at {
	my ($log, $when, $text) = @_;

	append($log, $text);
	utime $when, $when, $log;
}

sub times_of {
	my ($store) = @_;

	return join ' ', map { /"type":"message".*"first_time":"([^"+]+)/ } split /\n/, said('export', '--store', $store);
}

sub time_name {
	return POSIX::strftime('%Y-%m-%dT%H:%M:%S', gmtime $_[0]);
}

# Minutes around midnight of New Year, with a rotation at it, after it or none; and the follower, in one
# case, not there at midnight.
sub over_new_year {
	my ($dir, $rotation, $stopped) = @_;
	my $midnight = POSIX::mktime(0, 0, 0, 1, 0, 126); # 2026
	my $log = "$dir/mail.log";
	my @at = map { $midnight + $_ } -86_400, -3600, -60, -2, 1, 2, 60, 3600, 86_400;
	my $follower = clocked_follower($dir);

	set_clock($follower, $at[0]);
	start($follower);
	for my $i (0 .. $#at) {
		stop($follower, 'TERM') if $stopped && $i == 3;
		set_clock($follower, $at[$i]);
		if (defined $rotation && $at[$i] == $midnight + $rotation) {
			rename $log, "$log.1";
		}
		write_at($log, $at[$i], message($at[$i]));
		start($follower) if $stopped && $i == 6;
		settle($follower) if defined $follower->{pid};
	}
	stop($follower, 'TERM');
	my $is = times_of("$dir/store/s.db");
	my $should = join ' ', map { time_name($_) } @at;
	return ($is eq $should, "is     $is", "should $should", slurp("$dir/stderr"));
}

sub unfinished {
	my ($dir) = @_;
	my $now = POSIX::mktime(0, 0, 12, 3, 4, 126);
	my $follower = clocked_follower($dir);
	my ($whole, $last) = message($now) =~ /^(.*\n)(.*removed)\n$/s;
	my $has_last = sub { said('export', '--store', "$dir/store/s.db") =~ /: removed"/ ? 1 : 0 };
	my @has;

	set_clock($follower, $now);
	start($follower);
	write_at("$dir/mail.log", $now, $whole . $last);
	settle($follower);
	push @has, $has_last->();
	set_clock($follower, $now + 50);
	settle($follower);
	push @has, $has_last->();
	set_clock($follower, $now + 90);
	settle($follower);
	push @has, $has_last->();
	# The newline that comes after all makes no other line.
	write_at("$dir/mail.log", $now + 100, "\n");
	set_clock($follower, $now + 100);
	settle($follower);
	push @has, scalar(() = said('export', '--store', "$dir/store/s.db") =~ /: removed"/g);
	stop($follower, 'TERM');
	return ("@has" eq '0 0 1 1', "has it: @has", slurp("$dir/stderr"));
}

for my $case ([ 'no rotation', undef ], [ 'a rotation just before', -2 ], [ 'a rotation just after', 1 ],
	[ 'a rotation an hour later', 3600 ]) {
	for my $stopped (0, 1) {
		my ($name, $rotation) = @$case;
		my $what = "New Year with $name" . ($stopped ? ', the follower away' : '');

		if (!$library) {
			skip($what, 'no faketime');
			next;
		}
		my ($good, @why) = over_new_year("$root/" . ($what =~ s/\W+/-/gr), $rotation, $stopped);
		ok($good, $what, @why);
	}
}
if ($library) {
	my ($good, @why) = unfinished("$root/unfinished");
	ok($good, 'an unfinished last line is taken after a minute', @why);
} else {
	skip('an unfinished last line', 'no faketime');
}
done();
