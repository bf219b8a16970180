#!/usr/bin/perl
# Logs that are followed while they are written in pieces, rotated in all ways, removed, replaced,
# unreadable for a time, and while the follower is stopped, killed and held: they answer as the whole
# logs read at once. A model knows what must be in the store, and what may be lost: lines that were
# in a file when it was removed, and of these a last part.
# RUNS: how many (8), SEED: the first (1), STEPS: of each (30).
use strict;
use warnings;
use File::Copy qw(copy);
use POSIX ();
use Time::HiRes qw(usleep);
require './tests/store/follower.pl';

our ($B, @common);
my $runs = $ENV{RUNS} // 8;
my $seed = $ENV{SEED} // 1;
my $steps = $ENV{STEPS} // 30;
my $root = folder('follow');
my $nobody = $> == 0 ? getpwnam('nobody') : 0; # root reads whatever the permissions are
my @lines = some(generated(400_000, 11));

# Of the three hundred messages that are written at a time, every sixth with all its lines, so
# that much is complete and little is to be read.
sub some {
	my (@all) = @_;
	my (%wanted, @some);

	for (@all) {
		my $slot = m{ postfix/(?:smtpd|cleanup|l?s?mtp)\[(\d+)\]: } ? int(($1 - 1000) / 3) % 6 : /CRON/ ? 0 : undef;

		$wanted{$1} = 1 if defined $slot && $slot == 0 && /: (\w+): client=/;
		push @some, $_ if defined $slot ? $slot == 0 : /: (\w{10,}): / ? $wanted{$1} : /can't load/;
	}
	return @some;
}

# A log is a path, the file that its daemon writes to, what that file holds, how much of it is saved for
# certain, and the rest of a line whose beginning was written.
sub make_log {
	my ($dir, $name) = @_;

	return { path => "$dir/$name", file => undef, ino => 0, text => '', saved => 0, rest => '' };
}

sub inode {
	my ($file) = @_;

	return (stat $file)[1] // 0;
}

# Does its daemon write to the file of that name?
sub is_in_place {
	my ($log) = @_;

	return $log->{file} && inode($log->{file}) == inode($log->{path});
}

sub text_of {
	my ($log, $text) = @_;

	if (!$log->{file}) {
		open $log->{file}, '>>', $log->{path} or die;
		@{$log}{qw(ino text saved)} = (inode($log->{file}), '', 0) if inode($log->{file}) != $log->{ino};
	}
	syswrite $log->{file}, $text;
	$log->{text} .= $text;
}

# A daemon ends its line before it opens the next file.
sub end_line {
	my ($log) = @_;

	text_of($log, $log->{rest}) if length $log->{rest};
	$log->{rest} = '';
}

sub close_log {
	my ($log) = @_;

	end_line($log);
	$log->{ino} = 0 if $log->{file} && !is_in_place($log);
	close $log->{file} if $log->{file};
	$log->{file} = undef;
}

# Older ones move up.
sub shift_up {
	my ($path) = @_;

	for my $n (reverse 1 .. 40) {
		for my $end ('', '.gz') {
			rename "$path.$n$end", "$path." . ($n + 1) . $end if -e "$path.$n$end";
		}
	}
}

# The file at the path is gone in a moment: what of it is not saved by now may be lost.
sub lose {
	my ($run, $log) = @_;

	end_line($log);
	push @{ $run->{lost} }, [ substr($log->{text}, 0, $log->{saved}), substr($log->{text}, $log->{saved}) ];
}

# The next lines of all logs, in the order of time, as a text a path.
sub next_lines {
	my ($run, $n) = @_;
	my %text = map { $_->{path} => '' } @{ $run->{logs} };

	$text{ $_->[0] } .= $_->[1] for splice @{ $run->{lines} }, 0, $n;
	return \%text;
}

# What a mail's last line is in comes last: a mail that is removed from the queue is taken for complete.
sub write_lines {
	my ($run, $text, $cut) = @_;

	for my $log (@{ $run->{logs} }) {
		my $all = $log->{rest} . $text->{ $log->{path} };

		my $n = $cut && rand() < 0.3 ? int rand 60 : 0;

		$n = length $all if $n > length $all;
		$log->{rest} = substr $all, length($all) - $n;
		text_of($log, substr $all, 0, length($all) - $n) if $n < length $all;
	}
}

sub saved {
	my ($run) = @_;

	$_->{saved} = length $_->{text} for @{ $run->{logs} };
}

my %actions;
%actions = (
	write => sub {
		my ($run) = @_;

		write_lines($run, next_lines($run, 1 + int rand $run->{most}), 1);
	},
	rotate => sub {
		my ($run, $log) = @_;

		return unless is_in_place($log);
		$actions{allow}->($run, $log);
		end_line($log);
		shift_up($log->{path});
		rename $log->{path}, "$log->{path}.1";
		# Late: the daemon goes on with the old file until it is told, and nothing stands at the path.
		return if rand() < 0.3;
		close_log($log);
		append($log->{path}, '') if rand() < 0.5;
	},
	reopen => sub {
		my ($run, $log) = @_;

		close_log($log);
	},
	copytruncate => sub {
		my ($run, $log) = @_;

		return unless is_in_place($log) && -s $log->{path};
		$actions{allow}->($run, $log);
		end_line($log);
		shift_up($log->{path});
		copy($log->{path}, "$log->{path}.1") or die;
		truncate $log->{path}, 0;
		@{$log}{qw(text saved)} = ('', 0);
	},
	pack => sub {
		my ($run, $log) = @_;
		my @plain = grep { !/\.gz$/ } glob "$log->{path}.[0-9]*";

		# What a daemon still writes to is not packed.
		@plain = grep { !$log->{file} || inode($log->{file}) != inode($_) } @plain;
		system 'gzip', $plain[rand @plain] if @plain;
	},
	# Removed, and made anew at once, so that the inode may be used again.
	remove => sub {
		my ($run, $log) = @_;

		return unless is_in_place($log);
		settle_run($run) if rand() < 0.5;
		lose($run, $log);
		unlink $log->{path};
		close_log($log);
		append($log->{path}, '') if rand() < 0.5;
	},
	replace => sub {
		my ($run, $log) = @_;

		return unless is_in_place($log);
		settle_run($run) if rand() < 0.5;
		lose($run, $log);
		close_log($log);
		my $next = next_lines($run, 1 + int rand $run->{most});
		my $text = delete $next->{ $log->{path} };
		append("$log->{path}~", $text);
		rename "$log->{path}~", $log->{path};
		text_of($log, '');
		@{$log}{qw(text saved)} = ($text, 0);
		write_lines($run, { $log->{path} => '', %$next }, 1);
	},
	forbid => sub {
		my ($run, $log) = @_;

		# One of several that comes later than the others is as one whose lines were lost.
		chmod 0, $log->{path} if -e $log->{path} && @{ $run->{logs} } == 1;
	},
	allow => sub {
		my ($run, $log) = @_;

		chmod 0644, grep { -e } $log->{path}, glob "$log->{path}.*";
	},
	stop => sub { stop($_[0]{follower}, 'TERM') },
	kill => sub { stop($_[0]{follower}, 'KILL') },
	start => sub { start_run($_[0]) },
	hold => sub { kill 'STOP', $_[0]{follower}{pid} if defined $_[0]{follower}{pid} },
	go_on => sub { kill 'CONT', $_[0]{follower}{pid} if defined $_[0]{follower}{pid} },
	pause => sub { usleep(rand 20_000) },
	settle => sub { settle_run($_[0]) },
);
my @often = (qw(write) x 8, qw(rotate) x 2, qw(reopen copytruncate pack remove replace forbid allow allow stop kill),
	qw(start) x 2, qw(hold go_on go_on pause pause pause settle));

sub start_run {
	my ($run) = @_;

	start($run->{follower}) unless defined $run->{follower}{pid};
}

sub settle_run {
	my ($run) = @_;

	return unless defined $run->{follower}{pid};
	$actions{go_on}->($run);
	$actions{allow}->($run, $_) for @{ $run->{logs} };
	settle($run->{follower}) or return;
	saved($run);
}

# What is wrong with the store in the end; nothing: it is as it must be.
sub judge {
	my ($run, $store, $truth) = @_;
	my $is = answers($store);
	my ($kept, $gone) = ('', '');

	return if $is eq $truth;
	return difference($is, $truth) unless @{ $run->{lost} };
	# Some of what may be lost is. All else is there, and with what was lost it is the whole.
	for my $i (0 .. $#{ $run->{lost} }) {
		append("$run->{dir}/kept$i", $run->{lost}[$i][0]);
		append("$run->{dir}/gone$i", join '', @{ $run->{lost}[$i] });
	}
	my @kept = grep { -s } glob "$run->{dir}/kept*";
	my $said = @kept ? said('ingest', '--store', $store, @kept) : ', 0 new;';
	return ("lost more than what may be: $said", difference($is, $truth)) unless $said =~ /, 0 new;/;
	$said = said('ingest', '--store', $store, glob "$run->{dir}/gone*");
	$is = answers($store);
	# Mail whose lines in another log were lost may be in the sums already, and then counts twice.
	s/^own mail.*//m for @{ $run->{logs} } > 1 ? ($is, $truth) : ();
	return $is eq $truth ? () : ("with what was lost: $said", difference($is, $truth));
}

sub run {
	my ($n, $log_of, $truth) = @_;
	my $dir = "$root/run$n";
	my $run = { dir => $dir, lost => [] };

	srand $n;
	mkdir $dir;
	my %names = map { $log_of->($_) => 1 } @lines;
	$run->{logs} = [ map { make_log($dir, $_) } sort keys %names ];
	$run->{lines} = [ map { [ "$dir/" . $log_of->($_), $_ ] } @lines ];
	$run->{most} = 2 * @lines / $steps / 8 * @often;
	$run->{follower} = follower($dir, [ map { $_->{path} } @{ $run->{logs} } ], uid => $nobody);
	start_run($run);
	ready($run->{follower}) if rand() < 0.7;
	my @done;
	for (1 .. $steps) {
		my $what = $often[rand @often];
		my $log = $run->{logs}[ rand @{ $run->{logs} } ];

		$actions{$what}->($run, $log);
		push @done, $what . (@{ $run->{logs} } > 1 ? ' ' . $log->{path} =~ s{.*/}{}r : '');
	}
	for my $log (@{ $run->{logs} }) {
		$actions{allow}->($run, $log);
		close_log($log) unless -e $log->{path};
	}
	write_lines($run, next_lines($run, scalar @lines), 0);
	close_log($_) for @{ $run->{logs} };
	start_run($run);
	$actions{go_on}->($run);
	my $settled = settle($run->{follower});
	stop($run->{follower}, 'TERM');
	my @wrong = judge($run, "$dir/store/s.db", $truth);
	push @wrong, grep { !/^the store is sound/ } said('ingest', '--check', '--store', "$dir/store/s.db") if $n % 4 == 1;
	my $stderr = slurp("$dir/stderr");
	push @wrong, grep { !/^dkimwhy: (?:waiting for |'.*' is there again$)/ } split /\n/, $stderr;
	push @wrong, @{ $run->{follower}{wrong} // [] };
	unshift @wrong, 'not settled' unless $settled;
	system 'rm', '-rf', $dir unless @wrong || $ENV{KEEP};
	return @wrong ? (@wrong, $stderr, "steps: @done") : ();
}

# One log, and the same lines in three.
my $one = sub { 'mail.log' };
my $three = sub { $_[0] =~ /opendkim/ ? 'dkim.log' : $_[0] =~ /CRON/ ? 'mail.cron.log' : 'mail.log' };

sub truth_of {
	my ($name, $log_of) = @_;
	my %logs;

	$logs{ $log_of->($_) } .= $_ for @lines;
	return truth("$root/$name", %logs);
}
my ($truth_of_one, $truth_of_three) = (truth_of('one', $one), truth_of('three', $three));

for my $n ($seed .. $seed + $runs - 1) {
	my @wrong = $n % 4 == 0 ? run($n, $three, $truth_of_three) : run($n, $one, $truth_of_one);

	ok(!@wrong, "run $n answers as the whole", @wrong);
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
	kill 'TERM', $pid;
	waitpid $pid, 0;
	my $said = slurp("$dir/out");
	ok(scalar($said =~ /^\S.* B1B2C3D4E5  unsigned  no-signing-table-match  new\@shop\.example /m && $said !~ /old\@/),
		'a watch tells of what comes', $said);
}
done();
