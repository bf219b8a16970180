#!/usr/bin/perl
# A follower that is left alone: it is not told to look, so what it holds in memory between two savings is
# what is saved, whatever happens to the files meanwhile.
use strict;
use warnings;
use Time::HiRes qw(time usleep);

require './tests/store/follower.pl';

$ENV{TZ} = 'UTC';
my $root = folder('tail');

# Of the first n messages those that are not there with all their lines, or not once.
sub lacking {
	my ($dir, $n) = @_;
	my (%times, %whole);

	for (split /\n/, said('export', '--store', "$dir/store/s.db")) {
		my ($id) = /"queue_id":"(A\w+)"/ or next;

		$times{$id}++;
		$whole{$id} = 1 if /: removed"/ && /: uid=0/;
	}
	return grep { ($times{$_} // 0) != 1 || !$whole{$_} } map { sprintf 'A%09X', $_ } 1 .. $n;
}

# Wait until nothing is lacking; half a minute at most.
sub complete {
	my ($dir, $n) = @_;
	my $until = time + 30;
	my @lacking;

	while ((@lacking = lacking($dir, $n)) && time < $until) {
		usleep(100_000);
	}
	return @lacking;
}

sub begin {
	my ($name) = @_;
	my $dir = "$root/$name";

	mkdir $dir;
	forget_messages();
	append("$dir/mail.log", message(time - 60));
	my $follower = start(follower($dir, ["$dir/mail.log"]));
	my @lacking = complete($dir, 1);
	ok(!@lacking, "$name: what was there", @lacking, slurp("$dir/stderr"));
	append("$dir/mail.log", message(time - 50));
	@lacking = complete($dir, 2);
	ok(!@lacking, "$name: what came is saved by itself", @lacking, slurp("$dir/stderr"));
	return ($dir, $follower);
}

# What is saved is whole: a follower that was killed has nothing to add but what came since.
sub end {
	my ($name, $dir, $follower, $n) = @_;
	my @lacking = complete($dir, $n);

	ok(!@lacking, $name, @lacking, slurp("$dir/stderr"));
	stop($follower, 'KILL');
	append("$dir/mail.log", message(time));
	start($follower);
	@lacking = complete($dir, $n + 1);
	ok(!@lacking, "$name, and after it was killed", @lacking, slurp("$dir/stderr"));
	stop($follower, 'TERM');
}

# Between two looks the log is cut and grows beyond where it was read to.
{
	my ($dir, $follower) = begin('cut');

	kill 'STOP', $follower->{pid};
	truncate "$dir/mail.log", 0;
	append("$dir/mail.log", message(time - 40 + $_)) for 1 .. 6;
	kill 'CONT', $follower->{pid};
	end('cut and refilled beyond', $dir, $follower, 8);
}

# The same, and as long as before.
{
	my ($dir, $follower) = begin('as-long');

	kill 'STOP', $follower->{pid};
	truncate "$dir/mail.log", 0;
	append("$dir/mail.log", message(time - 40 + $_)) for 1 .. 2;
	kill 'CONT', $follower->{pid};
	append("$dir/mail.log", message(time - 30));
	end('cut and refilled to the same size', $dir, $follower, 5);
}

# Its daemon goes on to write to a log that was renamed, while the new one has lines all the time.
{
	my ($dir, $follower) = begin('late');

	open my $late, '>>', "$dir/mail.log" or die;
	rename "$dir/mail.log", "$dir/mail.log.1";
	append("$dir/mail.log", message(time - 40));
	my @lacking = complete($dir, 3);
	ok(!@lacking, 'late: the new log', @lacking, slurp("$dir/stderr"));
	syswrite $late, message(time - 30);
	append("$dir/mail.log", message(time - 20));
	end('what came late into a renamed log', $dir, $follower, 5);
}

# Another writes to the store: what the tail remembers of it is void.
{
	my ($dir, $follower) = begin('shared');

	append("$dir/other.log", message(time - 45));
	said('ingest', '--store', "$dir/store/s.db", "$dir/other.log");
	append("$dir/mail.log", message(time - 40));
	end('what another took in between', $dir, $follower, 4);
}
done();
