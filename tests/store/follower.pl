# What the tests of followed logs share beside tests/store/answers.pl: a follower that is started, waited
# for and stopped.
use strict;
use warnings;
use File::Copy qw(copy);
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();

require './tests/store/answers.pl';

our ($B, @common);
my %running;

# The program where that user may run it, who may have no way to the build (/root).
my $copied = folder('program') . '/dkimwhy';
sub program_for {
	my ($uid) = @_;

	return "$B/dkimwhy" if !$uid;
	if (!-e $copied) {
		copy("$B/dkimwhy", $copied) or die "$copied: $!";
		chmod 0755, $copied;
	}
	return $copied;
}

# A follower is known by its folder: the store is store/s.db there, what it says in stderr.
# It tells what it does as it would tell systemd. More of %how: before, words in front of the
# command; uid, for which root gives itself up.
sub follower {
	my ($dir, $logs, %how) = @_;

	mkdir "$dir/store";
	chown $how{uid}, $how{uid}, "$dir/store" if $how{uid};
	unlink "$dir/notify";
	my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "$dir/notify") or die "$dir: $!";
	chmod 0777, "$dir/notify";
	return { dir => $dir, logs => $logs, socket => $socket, %how };
}

sub start {
	my ($follower) = @_;
	my $program = program_for($follower->{uid});
	1 while defined told($follower, 0); # of the one before
	my $pid = fork // die;

	if ($pid == 0) {
		open STDERR, '>>', "$follower->{dir}/stderr";
		if ($follower->{uid}) {
			$) = "$follower->{uid} $follower->{uid}";
			POSIX::setgid($follower->{uid});
			POSIX::setuid($follower->{uid}) or die;
		}
		$ENV{NOTIFY_SOCKET} = "$follower->{dir}/notify";
		exec @{ $follower->{before} // [] }, $program, 'ingest', @common, '--follow', '--store',
			"$follower->{dir}/store/s.db", @{ $follower->{logs} } or POSIX::_exit(127);
	}
	@{$follower}{qw(pid ready)} = ($pid, 0);
	$running{$pid} = 1;
	return $follower;
}

# A test that dies leaves no follower behind.
my $main = $$;
END {
	kill 'KILL', keys %running if $$ == $main;
}

# The next it tells of itself; undef when it tells nothing for so many seconds.
sub told {
	my ($follower, $seconds) = @_;
	my $told;

	IO::Select->new($follower->{socket})->can_read($seconds) or return;
	$follower->{socket}->recv($told, 500);
	return $told;
}

# Until it has begun: from then on it may be told to reload.
sub ready {
	my ($follower) = @_;

	while (!$follower->{ready} && defined(my $told = told($follower, 60))) {
		$follower->{ready} = $told =~ /^READY=1/;
	}
	return $follower->{ready};
}

# Until all that is in the logs by now is in the store: a follower that is told to reload takes in
# what it has read, and looks at all files.
sub settle {
	my ($follower) = @_;

	return 0 unless ready($follower);
	my $reloaded = 0;

	1 while defined told($follower, 0);
	kill 'HUP', $follower->{pid};
	while (defined(my $told = told($follower, 60))) {
		$reloaded = 1 if $told =~ /^READY=1/;
		return 1 if $reloaded && $told eq 'WATCHDOG=1';
	}
	return 0;
}

sub stop {
	my ($follower, $signal) = @_;

	return unless defined $follower->{pid};
	kill $signal, $follower->{pid};
	kill 'CONT', $follower->{pid}; # it may be held
	waitpid $follower->{pid}, 0;
	delete $running{ $follower->{pid} };
	# One that is told to end ends well; before it is ready, it may be killed by that.
	push @{ $follower->{wrong} }, "ended with status $?" if $? && $? != 9 && ($? != 15 || $follower->{ready});
	$follower->{pid} = undef;
}

1;
