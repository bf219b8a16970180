# What the tests of stores share: logs that are made, what a store answers, and how it is told.
use strict;
use warnings;
use File::Temp qw(tempdir);
use POSIX ();
use Time::HiRes qw(time usleep);

our $B = POSIX::getcwd() . '/' . ($ENV{B} // 'build');
our @common = ('--quiet', '--opendkim-conf', 'none');

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

	utf8::encode($text) if $text =~ /[^\0-\xff]/;
	open my $log, '>>', $path or die "$path: $!";
	print $log $text;
	close $log or die "$path: $!";
}

my @months = qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec);

# The lines of a message that goes unsigned, as a log without years has them.
my $serial = 0;
sub forget_messages {
	$serial = 0;
}

sub message {
	my ($when) = @_;
	my @t = gmtime $when;
	my $stamp = sprintf '%s %2d %02d:%02d:%02d mx1', $months[ $t[4] ], @t[3, 2, 1, 0];
	my $id = sprintf 'A%09X', ++$serial;

	return join '', map { "$stamp $_\n" } "postfix/pickup[7]: $id: uid=0 from=<a\@shop.example>",
		"postfix/cleanup[8]: $id: message-id=<$serial\@shop.example>",
		"opendkim[9]: $id: no signing table match for 'a\@shop.example'",
		"postfix/qmgr[9]: $id: from=<a\@shop.example>, size=9, nrcpt=1 (queue active)",
		"postfix/qmgr[9]: $id: removed";
}

sub slurp {
	my ($path) = @_;

	open my $file, '<', $path or return '';
	local $/;
	return scalar <$file> // '';
}

# Run it and say what it says; its standard error, too. One that crashed has no answer that could be
# compared: not even with that of another that did.
sub said {
	my ($command, @arguments) = @_;

	open my $out, '-|', "exec 2>&1 $B/dkimwhy $command @common @arguments" or die;
	local $/;
	my $said = <$out> // '';
	close $out;
	die "$command @arguments crashed: $said" if $? & 127 || $? >> 8 > 3;
	return $said;
}

# The rows of incidents; none where there is no store yet.
sub written_incidents {
	my ($store) = @_;
	my $rows = qq{import sqlite3, sys
try:
	for row in sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute(
		'SELECT host, cause, subject, first, last, ended, lines FROM incident ORDER BY 1, 2, 3, 4, 5'):
		print(*row)
except sqlite3.OperationalError as error:
	if 'no such table' not in str(error) and 'unable to open' not in str(error):
		raise};

	open my $said, '-|', 'python3', '-c', $rows, $store or die "python3: $!";
	return map { s/\n//r } <$said>;
}

# What a store answers, but for where a line stood, and for the order of lines of one second.
sub answers {
	my ($store) = @_;
	my @said = split /\n/, said('export', '--store', $store);

	for (@said) {
		s/"evidence":\[(.*)\]\}$/join "\n", sort $1 =~ m{"text":("(?:[^"\\]|\\.)*")}g/e;
	}
	# In a log of old stamps, what was signed is in the report alone; and the dashboard reads what was written.
	return join "\n", sort(@said), written_incidents($store),
		grep { /^own mail/ } split /\n/, said('report', '--store', $store);
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

# Until it is so; 20 seconds at most.
sub await {
	my ($is_so) = @_;
	my $until = time() + 20;

	until ($is_so->()) {
		return 0 if time() > $until;
		usleep(100_000);
	}
	return 1;
}

my $tests = 0;

sub ok {
	# A pattern that does not match is nothing in a list: then the name is all that came.
	my ($good, $name, @why) = @_ > 1 ? @_ : (0, @_);

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
