#!/usr/bin/perl
# What comes through standard input and a FIFO, in pieces, from several writers, and to a follower that is
# stopped and killed, answers as the log read at once. SEED: of the pieces (1).
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(usleep);

require './tests/store/answers.pl';

our ($B, @common);
my $root = folder('pipe');

srand($ENV{SEED} // 1);
$ENV{TMPDIR} = "$root/tmp";
mkdir $ENV{TMPDIR} or die;

sub start {
	my ($store, $path, @more) = @_;
	my $pid = fork // die;

	if ($pid == 0) {
		open STDERR, '>>', "$root/stderr";
		exec "$B/dkimwhy", 'ingest', @common, '--follow', '--store', $store, @more, $path;
	}
	return $pid;
}

sub stop {
	my ($pid, $signal) = @_;

	kill $signal, $pid;
	waitpid $pid, 0;
	return $? >> 8;
}

my $text = join '', generated(400_000, 11);
my $truth = truth("$root/whole", 'mail.log' => $text);

# Pieces that end anywhere, also within a line.
sub pieces {
	my ($n) = @_;
	my @at = sort { $a <=> $b } 0, length $text, map { int rand length $text } 1 .. $n;

	return map { substr $text, $at[$_], $at[$_ + 1] - $at[$_] } 0 .. $n;
}

# Standard input, to its end.
open my $in, '|-', "exec $B/dkimwhy ingest @common --follow --store $root/in.db - 2>>$root/stderr" or die;
$in->autoflush(1);
for (pieces(4)) {
	print $in $_;
	usleep(rand 500_000);
}
my $good = close $in;
ok($good && answers("$root/in.db") eq $truth, 'standard input answers as the whole, and ends well', $?, slurp("$root/stderr"));
ok(!-e "$root/in.db.pipes", 'what it was kept in meanwhile is gone');

# A FIFO. A writer ends with its line; only one that stays may leave one open.
POSIX::mkfifo("$root/fifo", 0600) or die;
my $pid = start("$root/fifo.db", "$root/fifo");
my $writer;
for my $piece (pieces(12)) {
	my $what = (qw(stay stay leave kill stop))[rand 5];

	unless ($writer) {
		open $writer, '>', "$root/fifo" or die;
		$writer->autoflush(1);
	}
	print $writer $piece;
	usleep(rand 400_000);
	if ($what eq 'leave' && $piece =~ /\n\z/) {
		close $writer;
		$writer = undef;
	} elsif ($what eq 'kill' || $what eq 'stop') {
		# What is in the pipe goes with its last reader; so it is read before.
		usleep(400_000);
		open my $hold, '+<', "$root/fifo" or die;
		stop($pid, $what eq 'kill' ? 'KILL' : 'TERM');
		$pid = start("$root/fifo.db", "$root/fifo");
		usleep(300_000);
		close $hold;
	}
}
close $writer if $writer;
my $is;
$good = await(sub { ($is = answers("$root/fifo.db")) eq $truth });
ok($good, 'a FIFO answers as the whole', difference($is, $truth), slurp("$root/stderr"));

my $other = start("$root/fifo.db", "$root/fifo");
waitpid $other, 0;
ok($? >> 8 == 2 && `tail -1 $root/stderr` =~ /another dkimwhy reads the same/, 'it has one reader', slurp("$root/stderr"));
ok(stop($pid, 'TERM') == 0, 'a FIFO is left when a signal says so');

# What a watch says: all that comes, of a store only that.
my $unsigned = sub {
	my ($id) = @_;

	return "Nov 24 09:10:00 mx1 postfix/pickup[7]: $id: uid=0 from=<new\@shop.example>\n"
		. "Nov 24 09:10:00 mx1 postfix/cleanup[8]: $id: message-id=<x\@shop.example>\n"
		. "Nov 24 09:10:00 mx1 opendkim[8]: $id: no signing table match for 'new\@shop.example'\n"
		. "Nov 24 09:10:01 mx1 postfix/qmgr[9]: $id: from=<new\@shop.example>, size=9, nrcpt=1 (queue active)\n";
};
my $watch = sub {
	my ($id, @more) = @_;

	open my $lines, '>', "$root/lines" or die;
	print $lines $unsigned->($id);
	close $lines;
	my $said = `$B/dkimwhy watch @common --plain @more - < $root/lines 2>&1`;
	return ($said, $? >> 8);
};
my ($said, $status) = $watch->('A1B2C3D4E1');
ok($status == 0 && $said =~ /^\S.* A1B2C3D4E1  unsigned  no-signing-table-match  new\@shop\.example  [^;]*$/m, 'a watch tells all', $said);
ok(!glob("$root/tmp/*"), 'and leaves nothing', `ls $root/tmp`);
$watch->('A1B2C3D4E2', '--store', "$root/watch.db");
($said, $status) = $watch->('A1B2C3D4E3', '--store', "$root/watch.db");
ok($status == 0 && $said =~ /A1B2C3D4E3/ && $said !~ /A1B2C3D4E2/, 'but nothing that the store had', $said);
done();
