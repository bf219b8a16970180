#!/usr/bin/perl
# A day's log, written as fast as it can be and rotated each six hours of it, is followed without a leak
# or a wrong access, and answers as the whole. BYTES of the log (400,000); VALGRIND=1: under valgrind.
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(usleep);

require './tests/store/follower.pl';

my $bytes = $ENV{BYTES} // 400_000;
my $root = folder('day');
my @lines = generated($bytes, 24);
my @valgrind = (qw(valgrind --quiet --leak-check=full --show-leak-kinds=definite), "--log-file=$root/valgrind");

# What valgrind says, but of the machine code that PCRE2 makes, which looks at whole words.
sub valgrind_says {
	return grep { / at 0x/ && !/ at 0x\w+: \?\?\?\n/ || /lost/ } split /^==\d+== \n/m, slurp("$root/valgrind");
}

$ENV{TZ} = 'UTC';

# Stretched to a day that ends an hour ago, with the year that old stamps lack.
my $last = seconds($lines[-1]) || 1;
my $begin = int(time() / 3600) * 3600 - 25 * 3600;
my @hours;
for (@lines) {
	my $at = int(86_400 * seconds($_) / ($last + 1));

	s/^\w{3} [ \d]\d \S+/POSIX::strftime('%Y-%m-%dT%H:%M:%S+00:00', gmtime $begin + $at)/e;
	push @hours, int $at / 3600;
}

sub seconds {
	my ($day, $h, $m, $s) = $_[0] =~ /^\w{3} ([ \d]\d) (\d\d):(\d\d):(\d\d)/ or die $_[0];

	return (($day - 1) * 24 + $h) * 3600 + $m * 60 + $s;
}

my $truth = truth("$root/whole", 'mail.log' => join '', @lines);
mkdir "$root/day";
my $log = "$root/day/mail.log";
my $follower = follower("$root/day", [$log], $ENV{VALGRIND} ? (before => \@valgrind) : ());
append($log, '');
start($follower);
ready($follower);
for (my $from = 0; $from < @lines;) {
	my $to = $from + 200 < @lines ? $from + 200 : @lines;
	my $rotate = $from > 0 && int($hours[$from] / 6) > int($hours[ $from - 1 ] / 6);

	if ($rotate) {
		my @old = reverse 1 .. 4;

		-e "$log.$_" and rename "$log.$_", "$log." . ($_ + 1) for @old;
		rename $log, "$log.1";
	}
	for my $i ($from + 1 .. $to - 1) {
		$to = $i if int($hours[$i] / 6) > int($hours[ $i - 1 ] / 6);
		last if $to == $i;
	}
	append($log, join '', @lines[$from .. $to - 1]);
	$from = $to;
	usleep(2_000);
}
my $settled = settle($follower);
stop($follower, 'TERM');
my @logs = glob "$log*";
my $is = answers("$root/day/store/s.db");
ok($settled && $is eq $truth, 'a day answers as the whole', "settled: $settled", difference($is, $truth), slurp("$root/day/stderr"));
ok(@logs == 4, 'over its rotations', "@logs");
my @wrong = ((grep { !/^dkimwhy: (?:waiting for |'.*' is there again$)/ } split /\n/, slurp("$root/day/stderr")), valgrind_says());
ok(!@wrong && !@{ $follower->{wrong} // [] }, 'and nothing was amiss', @wrong, @{ $follower->{wrong} // [] });
done();
