#!/usr/bin/perl
# What the store knows of lost lines: what log daemons say of them, once, and logs that were rotated
# away while nobody followed.
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(time usleep);

require './tests/store/answers.pl';

our ($B, @common);
my $root = folder('gap');
my $pid;

push @common, '--utc';

$ENV{TZ} = 'UTC';

sub append_lines {
	my ($path, @lines) = @_;

	append($path, join '', map { "$_\n" } @lines);
}

sub gaps {
	my ($store) = @_;

	return join '', grep { /^gap: / } `$B/dkimwhy ingest --status --store $store --utc 2>&1`;
}

my $at = '2026-11-24T09';
my @lost = (
	"$at:10:00Z mx1 rsyslogd: imuxsock lost 31 messages from pid 811 due to rate-limiting",
	"$at:11:00Z mx1 rsyslogd: imuxsock lost 7 messages from pid 811 due to rate-limiting",
	"$at:12:00Z mx1 systemd-journald[300]: Suppressed 512 messages from opendkim.service",
	"$at:13:00Z mx1 rsyslogd[590]: action 'action-3-builtin:omfile' suspended (module 'builtin:omfile'), next retry is Tue Nov 24 09:14:32 2026",
	"$at:50:00Z mx1 rsyslogd[590]: imjournal: 6431 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
);
my $told = <<END;
gap: mx1: rsyslog-rate-limit, 2 lines tell it, $at:10:00Z to $at:11:00Z
gap: mx1: journald-rate-limit, 1 line tells it, $at:12:00Z to $at:12:00Z
gap: mx1: rsyslog-suspended, 1 line tells it, $at:13:00Z to $at:13:00Z
gap: mx1: rsyslog-rate-limit, 1 line tells it, $at:50:00Z to $at:50:00Z
END

append_lines("$root/a.log", @lost);
system "$B/dkimwhy ingest @common --store $root/a.db $root/a.log >/dev/null";
my $got = gaps("$root/a.db") =~ s/\+00:00/Z/gr;
ok($got eq $told, 'what log daemons lost', $got);
system "gzip -k $root/a.log; $B/dkimwhy ingest @common --store $root/a.db $root/a.log.gz $root/a.log >/dev/null";
$got = gaps("$root/a.db") =~ s/\+00:00/Z/gr;
ok($got eq $told, 'is told once', $got);
append_lines("$root/b.log", reverse(@lost), "$at:14:00Z mx1 rsyslogd: imuxsock lost 8 messages from pid 811 due to rate-limiting");
system "$B/dkimwhy ingest @common --store $root/a.db $root/b.log >/dev/null";
ok(gaps("$root/a.db") =~ /limit, 3 lines tell it, $at:10:00(?:Z|\+00:00) to $at:14:00/, 'what comes later makes it longer', gaps("$root/a.db"));
$got = `$B/dkimwhy report @common --store $root/a.db`;
ok($got =~ /^Of 4 times lines are missing; 'dkimwhy ingest --status' tells when\.$/m, 'a report over the store says so', $got);

# A log that is followed, with stops. Its lines are of today, since it is told by their times, too.
sub line {
	my ($id, $ago) = @_;

	return POSIX::strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time() - $ago)) . " mx1 opendkim[8]: $id: no signing table match for 'a\@shop.example'";
}

sub follow {
	my ($dir) = @_;

	$pid = fork // die;
	if ($pid == 0) {
		open STDERR, '>>', "$dir/stderr";
		exec "$B/dkimwhy", 'ingest', @common, '--follow', '--store', "$dir/s.db", "$dir/mail.log";
	}
}

sub leave {
	kill shift, $pid;
	waitpid $pid, 0;
}

for my $case (
	[ 'removed', 1, sub { unlink $_[0] } ],
	[ 'renamed', 0, sub { rename $_[0], "$_[0].1" } ],
	[ 'packed', 0, sub { rename $_[0], "$_[0].1"; system "gzip $_[0].1" } ],
	[ 'copied and truncated', 0, sub { system "cp -p $_[0] $_[0].1"; truncate $_[0], 0 } ],
) {
	my ($name, $expected, $rotate) = @$case;
	my $dir = "$root/$name" =~ s/ .*//r;

	mkdir $dir or die;
	append_lines("$dir/mail.log", line('A1B2C3D4E1', 300), line('A1B2C3D4E2', 200));
	follow($dir);
	await(sub { answers("$dir/s.db") =~ /A1B2C3D4E2/ });
	leave('TERM');
	$rotate->("$dir/mail.log");
	append_lines("$dir/mail.log", line('A1B2C3D4E3', 100));
	follow($dir);
	await(sub { answers("$dir/s.db") =~ /A1B2C3D4E3/ });
	usleep(300_000);
	leave('KILL');
	follow($dir);
	append_lines("$dir/mail.log", line('A1B2C3D4E4', 10));
	await(sub { answers("$dir/s.db") =~ /A1B2C3D4E4/ });
	leave('TERM');
	my $n = () = gaps("$dir/s.db") =~ /^gap: a log was rotated away/mg;
	ok($n == $expected, "a log that was $name while nobody followed is " . ($expected ? 'a gap, once' : 'no gap'), gaps("$dir/s.db"), slurp("$dir/stderr"));
}
done();
