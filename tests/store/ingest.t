#!/usr/bin/perl
# Each line counts once: a log that is taken in whole, and the same log in shuffled, overlapping,
# packed parts, with kills in between, answer the same. SPLITS: how many (12), SEED: the first (1),
# RECORDINGS: how many of tests/recordings, each split once, beginning at SEED (5).
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(usleep);

require './tests/store/answers.pl';

our ($B, @common);
my $splits = $ENV{SPLITS} // 12;
my $seed = $ENV{SEED} // 1;
my $recordings = $ENV{RECORDINGS} // 5;
my $dir = folder('ingest');

sub spew {
	my ($path, @lines) = @_;

	open my $file, '>', $path or die "$path: $!";
	print $file @lines;
	close $file or die "$path: $!";
}

sub ingest {
	my ($store, @files) = @_;

	system("$B/dkimwhy", 'ingest', @common, '--output', "$dir/out", '--store', $store, @files);
	return $? >> 8;
}

sub forget {
	my ($store) = @_;

	unlink map { "$store$_" } '', '-wal', '-shm';
}

# Two to six parts; some overlap, some are packed; taken in one or two at a time, in any order.
sub parts {
	my (@lines) = @_;
	my @cuts = sort { $a <=> $b } map { 1 + int rand(@lines - 2) } 1 .. 1 + int rand 5;
	my ($at, @parts) = (0);

	for my $cut (@cuts, scalar @lines) {
		my $from = $at - (0, 0, 5, 200)[rand 4];
		my $to = $cut + (0, 0, 7, 300)[rand 4];
		my $path = "$dir/part" . @parts;

		$from = 0 if $from < 0;
		$to = @lines if $to > @lines;
		next if $from >= $to;
		spew($path, @lines[$from .. $to - 1]);
		if (rand() < 0.4) {
			system 'gzip', '-f', $path;
			$path .= '.gz';
		}
		push @parts, $path;
		$at = $cut;
	}
	return sort { rand() <=> 0.5 } @parts;
}

# The second of a line, and its minute.
sub second {
	my ($line) = @_;

	return ($line =~ /(\d{4}-\d\d-\d\dT[\d:]{8}|^.{15})/)[0];
}

sub minute {
	my ($line) = @_;

	return substr second($line), 0, -3;
}

# Does a line stand on both sides of the cut, in one minute? Which of the two a part holds cannot be told.
sub cuts_twins {
	my ($cut, @lines) = @_;
	my $minute = minute($lines[$cut]);
	my %before = map { $_ => 1 } grep { minute($_) eq $minute } @lines[0 .. $cut - 1];

	return grep { $before{$_} } @lines[$cut .. $#lines];
}

# Parts one after the other, as rotation leaves them, none beginning in the second of another: those
# could not be put in order.
sub parts_in_order {
	my (@lines) = @_;
	my @cuts = sort { $a <=> $b } map { 1 + int rand(@lines - 2) } 1 .. 1 + int rand 5;
	my ($at, $before, @parts) = (0, '');

	for my $cut (@cuts, scalar @lines) {
		my $begin = second($lines[$at]);

		next if $cut <= $at || ($cut < @lines && second($lines[$cut]) eq $begin) || $begin eq $before
			|| ($cut < @lines && cuts_twins($cut, @lines));
		$before = $begin;
		push @parts, "$dir/ordered" . @parts;
		spew($parts[-1], @lines[$at .. $cut - 1]);
		$at = $cut;
	}
	push @parts, "$dir/ordered" . @parts if $at < @lines;
	spew($parts[-1], @lines[$at .. $#lines]) if $at < @lines;
	return @parts;
}

open my $generated, '-|', 'tests/bench/genlog', 600_000, 7 or die;
my @lines = <$generated>;
close $generated;
my $log = "$dir/mail.log";
spew($log, @lines);

my $whole = "$dir/whole.db";
ok(ingest($whole, $log) == 0, 'a log is taken in');
my $truth = answers($whole);
ok($truth =~ /no-signing-table-match/ && $truth =~ /own mail/, 'and answers');
ok(ingest($whole, $log, $log) == 0 && answers($whole) eq $truth, 'the same again changes nothing');

# Faults of all kinds: what ended them, and notices of what is kept.
{
	my $store = "$dir/recordings.db";
	my @recordings = sort glob 'tests/recordings/*.log';

	ingest($store, @recordings);
	my $said = answers($store);
	ingest($store, $recordings[0]);
	ok(answers($store) eq $said, 'judging all recordings again changes nothing');
}

for my $i ($seed .. $seed + $splits - 1) {
	my $store = "$dir/split.db";
	my @order;

	srand $i;
	forget($store);
	for (my @parts = parts(@lines); @parts;) {
		my @now = splice @parts, 0, 1 + int rand 2;

		push @order, join '+', map { s{.*/}{}r } @now;
		ingest($store, @now);
	}
	ok(answers($store) eq $truth, "split $i answers as the whole", "taken in as @order");
}

# What the generated log does not have: outages, notices, restarts. Each recording in parts, and all
# of them, some at a time.
{
	my @all = grep { !/journal/ } sort glob 'tests/recordings/*.log';
	my ($parts, $together) = ("$dir/parts.db", "$dir/together.db");

	srand $seed;
	for my $i (0 .. $recordings - 1) {
		my $recording = $all[ ($seed * $recordings + $i) % @all ];
		my @order;

		open my $file, '<', $recording or die;
		my @its = <$file>;
		close $file;
		next if @its < 10;
		forget($together);
		forget($parts);
		ingest($together, $recording);
		for my $part (parts_in_order(@its)) {
			push @order, $part =~ s{.*/}{}r . ' ' . `wc -c < $part` =~ s/\n//r;
			ingest($parts, $part);
		}
		my ($is, $should) = (answers($parts), answers($together));
		ok($is eq $should, "$recording in parts answers as the whole", "taken in as @order", difference($is, $should));
	}
	# They were made one after the other, some on the same host.
	my %begin = map { $_ => `head -n 1 $_` } grep { system("grep -qv '^Nov ' $_") != 0 } @all;
	my @in_order = sort { $begin{$a} cmp $begin{$b} } keys %begin;
	for my $what ('in order', $ENV{RECORDINGS} ? 'in any order' : ()) {
		my @logs = $what eq 'in order' ? @in_order : sort { rand() <=> 0.5 } @all;

		forget($together);
		forget($parts);
		ingest($together, @logs);
		ingest($parts, splice @logs, 0, 1 + int rand 12) while @logs;
		my ($is, $should) = (answers($parts), answers($together));
		# The first mail that is signed after an outage is a sum already when the outage comes after it.
		ok($is eq $should, "all recordings, some at a time and $what, answer as together"
			. ($what eq 'in order' ? '' : ' # TODO an outage seems to last until later mail'),
			difference($is, $should));
	}
}

# Killed at any time: what is not there is taken in again, and nothing twice.
{
	my $store = "$dir/killed.db";
	my $killed = 0;

	srand $seed;
	for my $part (parts(@lines)) {
		for (1 .. 4) {
			my $pid = fork // die;

			exec "$B/dkimwhy", 'ingest', @common, '--output', "$dir/out", '--store', $store, $part
				if $pid == 0;
			usleep(rand 60_000);
			$killed += kill 'KILL', $pid;
			waitpid $pid, 0;
		}
		ingest($store, $part);
	}
	ok($killed > 0 && answers($store) eq $truth, 'kills lose nothing and double nothing');
}

# OpenDKIM's lines in a log of their own, read moments after the other one: those of mail that is summed
# make no other message, but what is wrong with it is told.
{
	my $at = '2026-11-24T09:00:0';
	my $mail = sub {
		my ($id) = @_;

		return map { "$at$_\n" } "0+00:00 mx1 postfix/smtpd[7]: connect from a.example.net[192.0.2.9]",
			"1+00:00 mx1 postfix/smtpd[7]: $id: client=a.example.net[192.0.2.9]",
			"1+00:00 mx1 postfix/cleanup[8]: $id: message-id=<$id\@a.example.net>",
			"2+00:00 mx1 postfix/qmgr[9]: $id: from=<b\@a.example.net>, size=9, nrcpt=1 (queue active)",
			"3+00:00 mx1 postfix/local[9]: $id: to=<c\@shop.example>, relay=local, delay=1, dsn=2.0.0, status=sent (delivered to mailbox)",
			"4+00:00 mx1 postfix/qmgr[9]: $id: removed", "5+00:00 mx1 postfix/smtpd[7]: disconnect from a.example.net[192.0.2.9]";
	};
	my $dkim = sub { map { "${at}1+00:00 mx1 opendkim[5]: $_[0]: $_\n" } 'a.example.net [192.0.2.9] not internal', 'not authenticated' };
	my $id = 'A1B2C3D4E1';

	append("$dir/mail.only", join '', $mail->($id), map { s/09:00/09:20/r } $mail->('A1B2C3D4E2'));
	append("$dir/dkim.only", join '', $dkim->($id));
	append("$dir/bad.only", "${at}1+00:00 mx1 opendkim[5]: $id: no signing table match for 'x\@shop.example'\n");
	ingest("$dir/apart.db", "$dir/mail.only");
	my ($before) = grep { /^own mail/ } split /\n/, said('report', '--store', "$dir/apart.db");
	ingest("$dir/apart.db", "$dir/dkim.only");
	my ($after) = grep { /^own mail/ } split /\n/, said('report', '--store', "$dir/apart.db");
	ok($before =~ /inbound 2$/ && $after eq $before, 'late lines about summed mail make no other mail', $before, $after);
	ingest("$dir/apart.db", "$dir/bad.only");
	ok(said('export', '--store', "$dir/apart.db") =~ /"$id".*no-signing-table-match/, 'but what is wrong is told');
}

# A log that grows all day: an outage in the morning is one in the evening too.
{
	my ($log, $store) = ("$dir/growing.log", "$dir/growing.db");

	for my $hour ('08' .. '14') {
		my $at = "2026-11-24T$hour";
		my $id = "A1B2C3D5$hour";

		append($log, map { "$at:$_\n" } "00:00+00:00 mx1 opendkim[5$hour]: OpenDKIM Filter: mi_stop=1",
			"00:01+00:00 mx1 opendkim[5$hour]: OpenDKIM Filter v2.11.0 terminating with status 0, errno = 0",
			"10:00+00:00 mx1 opendkim[6$hour]: OpenDKIM Filter v2.11.0 starting (args: -f)") if $hour % 3 == 0;
		append($log, map { "$at:$_\n" } "20:00+00:00 mx1 postfix/pickup[7]: $id: uid=0 from=<a\@shop.example>",
			"20:00+00:00 mx1 opendkim[6$hour]: $id: no signing table match for 'a\@shop.example'",
			"20:01+00:00 mx1 postfix/qmgr[9]: $id: from=<a\@shop.example>, size=9, nrcpt=1 (queue active)",
			"20:02+00:00 mx1 postfix/smtp[9]: $id: to=<c\@example.net>, relay=example.net[192.0.2.3]:25, delay=1, dsn=2.0.0, status=sent (250 ok)",
			"20:02+00:00 mx1 postfix/qmgr[9]: $id: removed");
		ingest($store, $log);
	}
	ingest("$dir/grown.db", $log);
	my ($is, $should) = (answers($store), answers("$dir/grown.db"));
	ok($is eq $should && $is =~ /daemon-stopped/, 'a log that grows all day answers as the whole', difference($is, $should));
}

done();
