#!/usr/bin/perl
# A followed log that is removed, or moved to where nobody looks, is read to its end.
use strict;
use warnings;
use Time::HiRes qw(usleep);

require './tests/store/follower.pl';

$ENV{TZ} = 'UTC';
my $root = folder('removed');

# Those of the messages A000000001 and so on that are not there, or not once.
sub wrong {
	my ($dir, $n) = @_;
	my $said = said('export', '--store', "$dir/store/s.db");
	my %times;

	$times{$_}++ for $said =~ /"queue_id":"(A\w+)"/g;
	return grep { ($times{$_} // 0) != 1 } map { sprintf 'A%09X', $_ } 1 .. $n;
}

# The tail has read the second message and nothing has kept its lines yet, or nobody has read the third.
for my $case (
	[ 'removed', sub { unlink $_[0] or die } ],
	[ 'moved away', sub { mkdir "$_[0].d"; rename $_[0], "$_[0].d/x" or die } ],
) {
	my ($name, $take_away) = @$case;
	my $dir = "$root/$name" =~ s/ .*//r;
	my $log = "$dir/mail.log";

	mkdir $dir;
	forget_messages();
	append($log, message(time() - 50));
	my $follower = start(follower($dir, [$log]));
	settle($follower);
	ok(!wrong($dir, 1), "what stands in a log that will be $name");

	append($log, message(time() - 40));
	usleep(200_000);
	kill 'STOP', $follower->{pid};
	append($log, message(time() - 30));
	open my $writer, '>>', $log or die;
	$take_away->($log);
	append($log, message(time() - 20));
	kill 'CONT', $follower->{pid};
	settle($follower);
	my @wrong = wrong($dir, 4);
	ok(!@wrong, "it is read to its end when it is $name", @wrong, slurp("$dir/stderr"));

	syswrite $writer, message(time() - 10);
	settle($follower);
	@wrong = wrong($dir, 5);
	ok(!@wrong, 'and what is written to it then', @wrong, slurp("$dir/stderr"));
	append($log, message(time()));
	settle($follower);
	stop($follower, 'TERM');
	@wrong = wrong($dir, 6);
	ok(!@wrong, 'and so is the one in its place', @wrong, slurp("$dir/stderr"));
	my $status = said('ingest', '--status', '--store', "$dir/store/s.db");
	ok($status !~ m{/proc/|^gap}m && 2 == (() = $status =~ m{^\Q$log\E  plain}mg), 'both by their name', $status);
}
done();
