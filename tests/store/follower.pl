# What the tests of followed logs share: a log that is written, a follower that is started, waited
# for and stopped, and what a store answers.
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(time usleep);

our $B = POSIX::getcwd() . '/' . ($ENV{B} // 'build');
our @common = ('--quiet', '--opendkim-conf', 'none');
my %running;

# A folder that is removed at the end, unless KEEP is set; others may read it.
sub folder {
	my ($name) = @_;
	my $dir = tempdir("dkimwhy-$name-XXXXXX", TMPDIR => 1, CLEANUP => !$ENV{KEEP});

	chmod 0755, $dir;
	return $dir;
}

sub generated {
	my ($bytes, $seed) = @_;

	open my $generated, '-|', 'tests/bench/genlog', $bytes, $seed or die;
	my @lines = <$generated>;
	close $generated;
	return @lines;
}

sub append {
	my ($path, $text) = @_;

	open my $log, '>>', $path or die "$path: $!";
	print $log $text;
	close $log or die "$path: $!";
}

sub slurp {
	my ($path) = @_;

	open my $file, '<', $path or return '';
	local $/;
	return scalar <$file> // '';
}

# Run it and say what it says; its standard error, too.
sub said {
	my ($command, @arguments) = @_;

	open my $out, '-|', "exec 2>&1 $B/dkimwhy $command @common @arguments" or die;
	local $/;
	my $said = <$out> // '';
	close $out;
	return $said;
}

# What a store answers, but for where a line stood, and for the order of lines of one second.
sub answers {
	my ($store) = @_;
	my @said = split /\n/, said('export', '--store', $store);

	for (@said) {
		s/"evidence":\[(.*)\]\}$/join "\n", sort $1 =~ m{"text":("(?:[^"\\]|\\.)*")}g/e;
	}
	# In a log of old stamps, what was signed is in the report alone.
	return join "\n", sort(@said), grep { /^own mail/ } split /\n/, said('report', '--store', $store);
}

# The same of whole logs, read at once.
sub truth {
	my ($dir, %logs) = @_;
	my @paths;

	mkdir $dir;
	for my $name (sort keys %logs) {
		append("$dir/$name", $logs{$name});
		push @paths, "$dir/$name";
	}
	said('ingest', '--store', "$dir/s.db", @paths);
	return answers("$dir/s.db");
}

# The first lines in which two answers differ.
sub difference {
	my ($is, $should) = @_;
	my %should = map { $_ => 1 } split /\n/, $should;
	my %is = map { $_ => 1 } split /\n/, $is;
	my @more = grep { !$should{$_} } sort keys %is;
	my @less = grep { !$is{$_} } sort keys %should;

	return ('has ' . @more . ', lacks ' . @less, map { substr $_, 0, 400 } @more[0 .. ($#more < 3 ? $#more : 3)],
		'instead of', @less[0 .. ($#less < 3 ? $#less : 3)]);
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
		exec @{ $follower->{before} // [] }, "$B/dkimwhy", 'ingest', @common, '--follow', '--store',
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

my $tests = 0;

sub ok {
	my ($good, $name, @why) = @_;

	$tests++;
	print $good ? '' : 'not ', "ok $tests - $name\n";
	print map { "# $_\n" } map { split /\n/ } grep { defined } @why unless $good;
	return $good;
}

sub skip {
	my ($name, $why) = @_;

	$tests++;
	print "ok $tests - $name # SKIP $why\n";
}

sub done {
	print "1..$tests\n";
}

1;
