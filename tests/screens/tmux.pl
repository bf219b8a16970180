# The real program in a terminal of its own: started, typed at, looked at. Nothing is slept for: what is
# expected is waited for.
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(time usleep);

require './tests/store/answers.pl';

our $B;
my $socket = "dkimwhy-test-$$";
my $started = 0;
my $main = $$;

sub have_tmux {
	return system('tmux -V >/dev/null 2>&1') == 0;
}

sub tmux {
	my (@arguments) = @_;

	open my $out, '-|', 'tmux', '-L', $socket, '-f', '/dev/null', @arguments or die;
	local $/;
	my $said = <$out> // '';
	close $out;
	utf8::decode($said);
	return $said;
}

# Also when the test is told to end, or nobody reads what it says.
$SIG{$_} = sub { exit 1 } for qw(HUP INT PIPE TERM);

# The server ends when the test does, with all that runs in it.
END {
	system("tmux -L $socket kill-server >/dev/null 2>&1") if $started && $$ == $main;
}

# A terminal of that size in which the command runs; of %environment it gets what is named.
sub open_terminal {
	my ($name, $size, $command, %environment) = @_;
	my ($cols, $rows) = split /x/, $size;
	my %all = (TZ => 'UTC', LC_ALL => 'C.UTF-8', NO_COLOR => '', LANG => '', %environment);
	my $set = join ' ', map { "$_='$all{$_}'" } sort keys %all;

	tmux('kill-session', '-t', $name) if $started && tmux('list-sessions') =~ /^\Q$name\E:/m;
	# A shell that says how the command ended, and waits until it is looked at.
	tmux('new-session', '-d', '-s', $name, '-x', $cols, '-y', $rows,
		"env $set sh -c '$command; echo; echo ended with \$?; read x'");
	$started = 1;
	tmux('set-option', '-s', 'set-clipboard', 'on');
	tmux('set-option', '-s', 'escape-time', '0');
}

sub resize {
	my ($name, $size) = @_;
	my ($cols, $rows) = split /x/, $size;

	tmux('resize-window', '-t', $name, '-x', $cols, '-y', $rows);
}

sub keys_to {
	my ($name, @keys) = @_;

	tmux('send-keys', '-t', $name, $_) for @keys;
}

sub text_to {
	my ($name, $text) = @_;

	tmux('send-keys', '-t', $name, '-l', $text);
}

sub screen {
	my ($name) = @_;

	return tmux('capture-pane', '-p', '-t', $name);
}

# Until the screen fits; 20 seconds at most. Gives the screen, or undef.
sub wait_for {
	my ($name, $expected) = @_;
	my $until = time() + 20;
	my $seen = '';

	while (time() < $until) {
		$seen = screen($name);
		return $seen if ref $expected eq 'CODE' ? $expected->($seen) : $seen =~ $expected;
		usleep(20_000);
	}
	print map { "# $_\n" } "waited for $expected in vain; the screen:", split /\n/, $seen;
	return undef;
}

# One case: after the keys the screen comes to be so.
sub shows {
	my ($name, $keys, $expected, $what) = @_;

	keys_to($name, @$keys);
	my $screen = wait_for($name, $expected);
	ok(defined $screen, $what);
	return $screen // '';
}

sub pid_of {
	my ($name) = @_;
	my $shell = tmux('display-message', '-p', '-t', $name, '#{pane_pid}');

	chomp $shell;
	my @found = ($shell);
	for (1 .. 4) { # sh, sh, dkimwhy
		my $below = `ps -o pid=,comm= --ppid $found[-1]`;
		return $1 if $below =~ /^\s*(\d+)\s+dkimwhy/m;
		$below =~ /(\d+)/ or return;
		push @found, $1;
	}
	return;
}

binmode STDOUT, ':utf8';
1;
